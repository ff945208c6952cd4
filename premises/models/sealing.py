"""The key of a procedure, who keeps it, and how its offers were opened.

None of these is tracked by history: what they hold is secret, or is itself a record that stays.
Threat model and formats: docs/allocation.md, premises/commission/envelope.py and keys.py.
"""

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from premises.models.applications import ApplicationDocument, SubmittedApplication
from premises.models.commission import CommissionMember
from premises.models.procedures import AllocationProcedure


class ProcedureKey(models.Model):
    """The pair of keys to which offers of one procedure are sealed.

    The private half exists only in wrapped form: as two halves, each behind a member's passphrase
    (KeyHolder), and whole behind the recovery code that is printed once. A key that has no offer
    yet may be withdrawn and made anew.
    """

    procedure = models.ForeignKey(
        AllocationProcedure, on_delete=models.PROTECT, related_name="sealing_keys"
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    public_key = models.BinaryField(null=True, help_text="X25519, 32 bytes; empty: not ready")
    recovery_wrapped = models.BinaryField(null=True, help_text="private half behind the code")
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=200)
    ready_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=200, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("key of a procedure")
        verbose_name_plural = _("keys of procedures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(withdrawn_at=None),
                name="procedure_key_one_in_use",
                violation_error_message=_("This procedure already has a key."),
            ),
            models.CheckConstraint(
                name="procedure_key_ready_is_whole",
                condition=Q(ready_at=None, public_key=None, recovery_wrapped=None)
                | Q(
                    ready_at__isnull=False,
                    public_key__isnull=False,
                    recovery_wrapped__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="procedure_key_withdrawn_for_a_reason",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
                violation_error_message=_("Say why a new key is needed."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="procedure_key_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__ready_at__isnull=False),
                func="""
IF (to_jsonb(OLD) - ARRAY['withdrawn_at', 'withdrawn_by', 'withdrawn_reason'])
   IS DISTINCT FROM
   (to_jsonb(NEW) - ARRAY['withdrawn_at', 'withdrawn_by', 'withdrawn_reason'])
   OR OLD.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION 'a key of a procedure never changes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'procedure_key_stays';
END IF;
RETURN NEW;
""",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure}: {self.uuid}"

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None and self.withdrawn_at is None


class KeyHolder(models.Model):
    """A member who keeps one half of the private key behind a passphrase of their own.

    The member has a pair of keys of their own; the passphrase wraps its private half, and `share`
    is the half of the procedure's key, sealed to its public one. At the opening the first holder's
    half waits for the second as `handed_over`, sealed to the other holder, for a short time.
    """

    key = models.ForeignKey(ProcedureKey, on_delete=models.CASCADE, related_name="holders")
    member = models.ForeignKey(CommissionMember, on_delete=models.PROTECT, related_name="kept_keys")
    public_key = models.BinaryField(help_text="the holder's own, X25519")
    wrapped_private = models.BinaryField(help_text="its private half behind the passphrase")
    share = models.BinaryField(null=True, help_text="half of the procedure's key")
    made_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0, help_text="wrong passphrases in a row")
    locked_until = models.DateTimeField(null=True, blank=True)
    handed_over = models.BinaryField(null=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("keeper of a key")
        verbose_name_plural = _("keepers of keys")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "member"],
                name="key_holder_once",
                violation_error_message=_("Another member has to give the second passphrase."),
            ),
            models.CheckConstraint(
                name="key_holder_hands_over_at_a_moment",
                condition=Q(handed_over=None, handed_over_at=None)
                | Q(handed_over__isnull=False, handed_over_at__isnull=False),
            ),
        ]


class SealAttempt(models.Model):
    """Every use of a passphrase or of the recovery code, right or wrong. Stays for good."""

    class What(models.TextChoices):
        KEY_MADE = "key_made", _("passphrase set")
        HALF = "half", _("first passphrase given")
        OPENED = "opened", _("offers opened")
        WRONG = "wrong", _("wrong passphrase")
        WRONG_CODE = "wrong_code", _("wrong recovery code")
        LOCKED = "locked", _("tried while locked")
        EARLY = "early", _("tried before the closing")
        WITHDRAWN = "withdrawn", _("key withdrawn")

    key = models.ForeignKey(ProcedureKey, on_delete=models.PROTECT, related_name="attempts")
    member = models.ForeignKey(
        CommissionMember, null=True, on_delete=models.PROTECT, related_name="+"
    )
    what = models.CharField(max_length=12, choices=What)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("use of a key")
        verbose_name_plural = _("uses of keys")
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="seal_attempt_stays", operation=pgtrigger.Update)]


class SealOpening(models.Model):
    """The opening of the offers of a procedure: who, when, how many. Never changed.

    `first` and `second` are the two keepers; with the recovery code `second` is whoever was
    present beside the one who broke the envelope, and the reason is told.
    """

    class Method(models.TextChoices):
        PASSPHRASES = "passphrases", _("two passphrases")
        RECOVERY = "recovery", _("recovery code")

    key = models.OneToOneField(ProcedureKey, on_delete=models.PROTECT, related_name="opening")
    procedure = models.OneToOneField(
        AllocationProcedure, on_delete=models.PROTECT, related_name="opening"
    )
    method = models.CharField(max_length=12, choices=Method)
    first = models.ForeignKey(CommissionMember, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    second = models.ForeignKey(CommissionMember, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    offers = models.PositiveSmallIntegerField()
    files = models.PositiveIntegerField(default=0)
    damaged = models.PositiveIntegerField(
        default=0, help_text="contents or files that did not open or whose hash differs"
    )

    class Meta:
        verbose_name = _("opening of offers")
        verbose_name_plural = _("openings of offers")
        constraints = [
            models.CheckConstraint(
                name="seal_opening_by_two",
                condition=~Q(first=F("second")),
                violation_error_message=_("Two members of the commission open the offers."),
            ),
            models.CheckConstraint(
                name="seal_opening_by_code_explained",
                condition=Q(method="passphrases") | ~Q(reason=""),
                violation_error_message=_("Say why the recovery code was needed."),
            ),
        ]
        triggers = [pgtrigger.Protect(name="seal_opening_stays", operation=pgtrigger.Update)]


class OpenedContent(models.Model):
    """What an offer said, after it was opened: the only table that holds it in clear."""

    submission = models.OneToOneField(
        SubmittedApplication, primary_key=True, on_delete=models.PROTECT, related_name="opened"
    )
    opening = models.ForeignKey(SealOpening, on_delete=models.PROTECT, related_name="contents")
    content = models.JSONField(null=True, help_text="empty: it did not open")
    agrees = models.BooleanField(help_text="the hash is the one of the receipt")

    class Meta:
        verbose_name = _("opened offer")
        verbose_name_plural = _("opened offers")
        triggers = [pgtrigger.Protect(name="opened_content_stays", operation=pgtrigger.Update)]


class OpenedFile(models.Model):
    """The key of one file of an opened offer. The stored file stays encrypted."""

    document = models.OneToOneField(
        ApplicationDocument, primary_key=True, on_delete=models.PROTECT, related_name="opened"
    )
    opening = models.ForeignKey(SealOpening, on_delete=models.PROTECT, related_name="opened_files")
    content_key = models.BinaryField(null=True, help_text="empty: it did not open")
    agrees = models.BooleanField(help_text="the hash is the one that was uploaded")

    class Meta:
        verbose_name = _("opened file")
        verbose_name_plural = _("opened files")
        triggers = [pgtrigger.Protect(name="opened_file_stays", operation=pgtrigger.Update)]
