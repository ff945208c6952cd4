"""Applications in a procedure: the draft, the immutable copy, and what is said about it."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from premises.models.procedure_kinds import DocumentType, KindCheck
from premises.models.procedures import AllocationProcedure, Lot
from records.history import tracked

#: What was sent stays as it was. Rows of the sample city may be removed with it.
_SENT_STAYS = """
RAISE EXCEPTION 'what was submitted never changes' USING ERRCODE = 'check_violation',
    CONSTRAINT = 'submitted_application_stays';
"""


@tracked()
class Application(models.Model):
    """One applicant's case in a procedure; a joint one is led by `organisation`.

    What is written in it is never here: the draft is ApplicationDraft (without history), what was
    sent is SubmittedApplication. States: premises/applications/states.py and the rows of the kind.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        FORMAL_CHECK = "formal_check", _("formal check")
        CORRECTION_REQUESTED = "correction_requested", _("to be completed")
        ADMITTED = "admitted", _("admitted")
        MERIT_REVIEW = "merit_review", _("assessed by the commission")
        SCORED = "scored", _("scored")
        OPINION = "opinion", _("waiting for an opinion")
        RECOMMENDED = "recommended", _("recommended")
        RESERVE_LIST = "reserve_list", _("on the reserve list")
        NOT_RECOMMENDED = "not_recommended", _("not recommended")
        GRANTED = "granted", _("granted")
        CONTRACT_SIGNED = "contract_signed", _("contract signed")
        REJECTED_FORMALLY = "rejected_formally", _("refused after the formal check")
        NOT_GRANTED = "not_granted", _("not granted")
        WITHDRAWN = "withdrawn", _("withdrawn")
        RESIGNED = "resigned", _("resigned")
        LAPSED = "lapsed", _("lapsed")
        ANNULLED = "annulled", _("the procedure was annulled")

    #: Each of these tells the applicant why.
    NEGATIVE = (
        State.CORRECTION_REQUESTED,
        State.NOT_RECOMMENDED,
        State.REJECTED_FORMALLY,
        State.NOT_GRANTED,
        State.LAPSED,
        State.ANNULLED,
    )
    ENDED = (
        State.CONTRACT_SIGNED,
        State.REJECTED_FORMALLY,
        State.NOT_GRANTED,
        State.WITHDRAWN,
        State.RESIGNED,
        State.LAPSED,
        State.ANNULLED,
    )

    code = models.CharField(max_length=20, unique=True, help_text="in the applicant's address")
    procedure = models.ForeignKey(
        AllocationProcedure, on_delete=models.PROTECT, related_name="applications"
    )
    lot = models.ForeignKey(
        Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        related_name="premises_applications",
    )
    person = models.ForeignKey(
        "organisations.Person",
        null=True,
        on_delete=models.SET_NULL,
        related_name="premises_applications",
    )
    number = models.PositiveIntegerField(
        null=True, blank=True, help_text="in the order of submission within the procedure"
    )
    state = models.CharField(max_length=22, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True, help_text="why not, as the applicant reads it")
    points = models.DecimalField(
        max_digits=7, decimal_places=2, null=True, blank=True, help_text="after the commission"
    )
    rank = models.PositiveIntegerField(null=True, blank=True, help_text="place in the ranking")
    sign_by = models.DateField(null=True, blank=True, help_text="last day to sign the contract")
    version = models.PositiveIntegerField(default=1)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("application for premises")
        verbose_name_plural = _("applications for premises")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["procedure", "state"], name="application_procedure"),
            models.Index(fields=["organisation", "state"], name="application_organisation"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="application_number"),
            models.UniqueConstraint(
                fields=["procedure", "lot", "organisation"],
                condition=~Q(state__in=["draft", "withdrawn"]),
                name="application_once_per_lot",
                violation_error_message=_(
                    "Your organisation has already sent an application for these premises."
                ),
            ),
            models.UniqueConstraint(
                fields=["lot"],
                condition=Q(state__in=["granted", "contract_signed"]),
                name="application_one_winner_of_a_lot",
                violation_error_message=_(
                    "These premises have been granted to somebody else in this procedure."
                ),
            ),
            models.CheckConstraint(
                name="application_sent_is_numbered",
                condition=Q(state="draft")
                | Q(number__isnull=False, submitted_at__isnull=False, lot__isnull=False),
            ),
            models.CheckConstraint(
                name="application_negative_has_reason",
                condition=~Q(
                    state__in=[
                        "correction_requested",
                        "not_recommended",
                        "rejected_formally",
                        "not_granted",
                        "lapsed",
                        "annulled",
                    ]
                )
                | ~Q(reason=""),
                violation_error_message=_("Give the reason in a simple sentence."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ApplicationDraft(models.Model):
    """What somebody is writing. No history is kept, and the row ends when it is sent.

    `revision` grows with each save: two tabs cannot overwrite each other unseen, and a
    co-applicant's consent is to one revision.
    """

    application = models.OneToOneField(
        Application, primary_key=True, on_delete=models.CASCADE, related_name="draft"
    )
    content = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("draft of an application")
        verbose_name_plural = _("drafts of applications")


class SubmittedApplication(models.Model):
    """What was sent, as it was sent: never changed, by nobody (a trigger of the database).

    `content` for open kinds; for sealed ones only `ciphertext`, made by
    premises/procedures/sealing.py. `sha256` is of the canonical bytes of the content
    (premises/applications/canonical.py); they carry random bytes, so that nobody can guess a
    sealed content by its hash.
    """

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="submissions"
    )
    order = models.PositiveSmallIntegerField(help_text="1: the application; 2 on: corrections")
    receipt = models.CharField(max_length=60, unique=True)
    submitted_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=200)
    content = models.JSONField(null=True)
    ciphertext = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    documents = models.PositiveSmallIntegerField(default=0, help_text="how many files came with it")
    late = models.BooleanField(
        default=False, help_text="a correction that came after its day: an officer judges"
    )
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("submitted application")
        verbose_name_plural = _("submitted applications")
        ordering = ["application", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "order"], name="submitted_application_order"
            ),
            models.CheckConstraint(
                name="submitted_application_open_or_sealed",
                condition=Q(content__isnull=True, ciphertext__isnull=False)
                | Q(content__isnull=False, ciphertext__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="submitted_application_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=_SENT_STAYS,
            ),
            pgtrigger.Trigger(
                name="submitted_application_is_kept",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__is_sample=False),
                func=_SENT_STAYS,
            ),
        ]

    def __str__(self) -> str:
        return self.receipt


class ApplicationDocument(models.Model):
    """A file of an application: private. Fixed once it has gone with a submission.

    For sealed kinds the stored file holds ciphertext from the submission on, and `name` no more
    than the type; `sha256` is of what the applicant uploaded.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="documents")
    type = models.ForeignKey(DocumentType, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="whose document it is, in a joint application",
    )
    file = models.ForeignKey("records.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    sealed = models.BooleanField(default=False)
    submission = models.ForeignKey(
        SubmittedApplication,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="files",
    )
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=200)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("document of an application")
        verbose_name_plural = _("documents of applications")
        ordering = ["type", "pk"]
        triggers = [
            pgtrigger.Trigger(
                name="submitted_document_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__submission__isnull=False),
                func=_SENT_STAYS,
            ),
            pgtrigger.Trigger(
                name="submitted_document_is_kept",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__submission__isnull=False)
                & pgtrigger.Q(old__is_sample=False),
                func=_SENT_STAYS,
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class CoApplicant(models.Model):
    """Another organisation of a joint application; its own signatory agrees to one revision."""

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        CONFIRMED = "confirmed", _("confirmed")
        DECLINED = "declined", _("declined")

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="co_applicants"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    part = models.CharField(_("what it will do there"), max_length=300, blank=True)
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(
        null=True, blank=True, help_text="of the draft, which was agreed to"
    )

    class Meta:
        verbose_name = _("co-applicant")
        verbose_name_plural = _("co-applicants")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "organisation"],
                name="co_applicant_once",
                violation_error_message=_("This organisation already takes part."),
            ),
            models.CheckConstraint(
                name="co_applicant_confirmed_a_revision",
                condition=~Q(state="confirmed")
                | (Q(revision__isnull=False, answered_at__isnull=False) & ~Q(answered_by="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class ApplicationStep(models.Model):
    """A step in the course of an application, as both sides see it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    actor = models.CharField(max_length=200, blank=True)
    action = models.SlugField(max_length=30)
    from_state = models.CharField(max_length=22, blank=True)
    to_state = models.CharField(max_length=22)
    message = models.TextField(blank=True)

    class Meta:
        verbose_name = _("step of an application")
        verbose_name_plural = _("steps of applications")
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="application_step_stays", operation=pgtrigger.Update)]

    @property
    def to_label(self) -> str:
        return str(Application.State(self.to_state).label)


@tracked()
class FormalCheck(models.Model):
    """One line of the formal checklist, answered for one application."""

    class Result(models.TextChoices):
        YES = "yes", _("met")
        NO = "no", _("not met")
        NOT_APPLICABLE = "not_applicable", _("does not apply")

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="formal_checks"
    )
    check_line = models.ForeignKey(KindCheck, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=14, choices=Result)
    note = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField()
    checked_by = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("answer of the checklist")
        verbose_name_plural = _("answers of the checklist")
        constraints = [
            models.UniqueConstraint(fields=["application", "check_line"], name="formal_check_once"),
            models.CheckConstraint(
                name="formal_check_no_is_explained",
                condition=~Q(result="no") | ~Q(note=""),
                violation_error_message=_("Say what is missing."),
            ),
        ]


@tracked()
class CorrectionCall(models.Model):
    """A call to complete an application: the listed defects, and nothing else.

    `due_on` counts from delivery. What comes later is taken and marked late: an officer judges.
    """

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="correction_calls"
    )
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    delivered_on = models.DateField()
    due_on = models.DateField(help_text="the last day in time")
    message = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.OneToOneField(
        SubmittedApplication,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="correction_call",
    )

    class Meta:
        verbose_name = _("call for correction")
        verbose_name_plural = _("calls for correction")
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at=None),
                name="correction_call_one_open",
                violation_error_message=_("The applicant has not answered the last call yet."),
            ),
            models.CheckConstraint(
                name="correction_call_ordered", condition=Q(due_on__gte=models.F("delivered_on"))
            ),
        ]


@tracked()
class CorrectionItem(models.Model):
    """One listed defect: a field of the form or a document to be sent, and what is wrong."""

    call = models.ForeignKey(CorrectionCall, on_delete=models.CASCADE, related_name="items")
    text = models.CharField(_("what is to be mended"), max_length=400)
    field = models.CharField(max_length=20, blank=True, help_text="of the form")
    document_type = models.ForeignKey(
        DocumentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("listed defect")
        verbose_name_plural = _("listed defects")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(name="correction_item_says_what", condition=~Q(text="")),
        ]


@tracked()
class BidDeposit(models.Model):
    """A bid deposit: asked, credited, and returned, counted towards the rent, or kept."""

    class Outcome(models.TextChoices):
        RETURNED = "returned", _("returned")
        COUNTED = "counted", _("counted towards the rent")
        KEPT = "kept", _("kept by the city")

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="deposit"
    )
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    due_on = models.DateField(null=True, blank=True, help_text="the last day of crediting")
    credited_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("bid deposit")
        verbose_name_plural = _("bid deposits")
        constraints = [
            models.CheckConstraint(name="bid_deposit_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="bid_deposit_settled_after_credited",
                condition=Q(outcome="", settled_on=None)
                | (
                    ~Q(outcome="")
                    & Q(
                        settled_on__isnull=False,
                        credited_on__isnull=False,
                        settled_on__gte=models.F("credited_on"),
                    )
                ),
                violation_error_message=_("Only a deposit that was credited can be settled."),
            ),
            models.CheckConstraint(
                name="bid_deposit_kept_for_a_reason",
                condition=~Q(outcome="kept") | ~Q(reason=""),
                violation_error_message=_("Say why the deposit is kept."),
            ),
        ]
