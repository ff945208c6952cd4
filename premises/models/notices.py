"""Public notice lists: what the city means to let or lend, for everybody to see (UGN art. 35)."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, GeneratedField, Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked


class Channel(models.TextChoices):
    """Where a notice list is shown."""

    OFFICE = "office", _("notice board of the office")
    WEBSITE = "website", _("this site")
    BIP = "bip", _("Public Information Bulletin (BIP)")
    PRESS = "press", _("local press")


@tracked()
class NoticeRule(models.Model):
    """How long a notice list hangs, from a day on: the law and the city's practice may change.

    UGN art. 35(1): 21 days at the office and on its website. `counted` are the channels of which
    all must show the list before its days begin to run; the press only announces it.
    """

    valid = DateRangeField(help_text="half-open, by the day of publication")
    days_required = models.PositiveSmallIntegerField(default=21)
    counted = ArrayField(models.CharField(max_length=10, choices=Channel))
    legal_act = models.ForeignKey("records.LegalAct", on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=160, help_text="art. 35 ust. 1 i 2")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["valid"]
        constraints = [
            ExclusionConstraint(
                name="notice_rule_one_at_a_time",
                expressions=[("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("Another rule is in force on these days."),
            ),
            models.CheckConstraint(
                name="notice_rule_counts_something",
                condition=Q(days_required__gt=0) & Q(counted__len__gt=0),
                violation_error_message=_("Give the number of days and where they count."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days_required} {self.valid}"


#: From publication on, only these may still be set, each once: the days begin to run when it hangs
#: everywhere, and it is taken down when they have run.
_KEEP_PUBLISHED = """
IF (to_jsonb(OLD) - ARRAY['state', 'counted_from', 'removable_from', 'taken_down_on', 'document_id',
                          'edit'])
   IS DISTINCT FROM
   (to_jsonb(NEW) - ARRAY['state', 'counted_from', 'removable_from', 'taken_down_on', 'document_id',
                          'edit'])
   OR (OLD.counted_from IS NOT NULL AND NEW.counted_from IS DISTINCT FROM OLD.counted_from)
   OR (OLD.document_id IS NOT NULL AND NEW.document_id IS DISTINCT FROM OLD.document_id)
   OR (OLD.taken_down_on IS NOT NULL AND NEW.taken_down_on IS DISTINCT FROM OLD.taken_down_on)
   OR NEW.state = 'draft' OR (OLD.state = 'taken_down' AND NEW.state <> 'taken_down') THEN
    RAISE EXCEPTION 'a published notice list never changes: correct it by a new one'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'published_notice_stays';
END IF;
RETURN NEW;
"""

#: Taking the list's row for share makes a writer of items wait for whoever is just publishing it.
_ITEMS_OF_DRAFTS = """
PERFORM 1 FROM premises_publicnotice notice
WHERE notice.id = (CASE WHEN TG_OP = 'INSERT' THEN NEW.notice_id ELSE OLD.notice_id END)
  AND (notice.state = 'draft' OR (TG_OP = 'DELETE' AND notice.is_sample))
FOR SHARE;
IF NOT FOUND OR (TG_OP = 'UPDATE' AND NEW.notice_id <> OLD.notice_id) THEN
    RAISE EXCEPTION 'a published notice list never changes: correct it by a new one'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'published_notice_items_stay';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


@tracked()
class PublicNotice(models.Model):
    """A notice list of one unit. Immutable from publication; a correction is another list.

    `counted_from` is the day on which it hung everywhere that counts. That day is not counted, so
    with 21 days it may be taken down from the 22nd day after it (`removable_from`).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("on display")
        TAKEN_DOWN = "taken_down", _("taken down")

    unit = models.ForeignKey(
        "resources.ManagingUnit", on_delete=models.PROTECT, related_name="public_notices"
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    number = models.PositiveIntegerField(null=True, blank=True, help_text="given by publication")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    code = models.SlugField(
        max_length=60, null=True, blank=True, unique=True, help_text="in the public address"
    )
    subject_pl = models.CharField(_("what the list is about"), max_length=200)
    subject_en = models.CharField(_("the same in English"), max_length=200, blank=True)
    legal_act = models.ForeignKey(
        "records.LegalAct", null=True, on_delete=models.PROTECT, related_name="+"
    )
    basis = models.CharField(max_length=160, blank=True)
    days_required = models.PositiveSmallIntegerField(null=True, blank=True)
    counted = ArrayField(models.CharField(max_length=10, choices=Channel), default=list, blank=True)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    correction_reason = models.CharField(_("what is corrected and why"), max_length=400, blank=True)
    contact = models.CharField(_("whom to ask"), max_length=200, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    published_by = models.CharField(max_length=200, blank=True, help_text="name, as in the proof")
    counted_from = models.DateField(null=True, blank=True)
    removable_from = GeneratedField(
        expression=F("counted_from") + F("days_required") + 1,
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    taken_down_on = models.DateField(null=True, blank=True)
    document = models.ForeignKey(
        "records.IssuedDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    edit = models.PositiveIntegerField(default=1, help_text="grows with each change of a draft")
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-published_on", "-number", "-pk"]
        indexes = [models.Index(fields=["unit", "state"], name="public_notice_unit_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "number"], name="public_notice_number_once"
            ),
            models.CheckConstraint(
                name="public_notice_draft_or_published",
                condition=Q(
                    state="draft",
                    number=None,
                    year=None,
                    code=None,
                    published_at=None,
                    published_on=None,
                    counted_from=None,
                )
                | (
                    ~Q(state="draft")
                    & Q(
                        number__isnull=False,
                        year__isnull=False,
                        code__isnull=False,
                        published_at__isnull=False,
                        published_on__isnull=False,
                        days_required__isnull=False,
                        legal_act__isnull=False,
                        counted__len__gt=0,
                    )
                ),
            ),
            models.CheckConstraint(
                name="public_notice_hangs_after_publication",
                condition=Q(counted_from=None) | Q(counted_from__gte=F("published_on")),
                violation_error_message=_("A list cannot hang before it is published."),
            ),
            models.CheckConstraint(
                name="public_notice_taken_down_is_dated",
                condition=Q(state="taken_down", taken_down_on__isnull=False)
                | (~Q(state="taken_down") & Q(taken_down_on=None)),
            ),
            models.CheckConstraint(
                name="public_notice_correction_has_reason",
                condition=Q(corrects=None) | ~Q(correction_reason=""),
                violation_error_message=_("Say what is corrected and why."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_notice_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=~pgtrigger.Q(old__state="draft"),
                func=_KEEP_PUBLISHED,
            ),
            pgtrigger.Protect(
                name="published_notice_is_kept",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state="draft") & pgtrigger.Q(old__is_sample=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}" if self.number else self.subject_pl


@tracked()
class PublicNoticeItem(models.Model):
    """One lot of a list: the fields of UGN art. 35(2), of which each lot has those that apply."""

    class Tenure(models.TextChoices):
        LEASE = "lease", _("lease")
        LENDING = "lending", _("gratuitous loan")
        LAND_LEASE = "land_lease", _("land lease")

    class FeeUnit(models.TextChoices):
        MONTH = "month", _("PLN net a month")
        M2_MONTH = "m2_month", _("PLN net per m² a month")
        YEAR = "year", _("PLN net a year")
        M2_YEAR = "m2_year", _("PLN net per m² a year")

    notice = models.ForeignKey(PublicNotice, on_delete=models.CASCADE, related_name="items")
    lot_no = models.PositiveSmallIntegerField(_("lot"))
    resource = models.ForeignKey(
        "resources.Resource", on_delete=models.PROTECT, related_name="notice_items"
    )
    address = models.CharField(_("address"), max_length=200)
    kw_numbers = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("land register")
    )
    cadastral_unit = models.CharField(_("cadastral district"), max_length=120, blank=True)
    parcels = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("parcels")
    )
    area_m2 = models.DecimalField(_("area (m²)"), max_digits=10, decimal_places=2)
    part_of_property = models.BooleanField(_("a part of the property"), default=True)
    description = models.TextField(_("description"))
    planned_use = models.CharField(
        _("designated use in the local plan"), max_length=400, blank=True
    )
    development = models.CharField(_("manner of development"), max_length=400, blank=True)
    development_deadline = models.DateField(_("time limit for development"), null=True, blank=True)
    tenure = models.CharField(_("meant for"), max_length=12, choices=Tenure)
    term_months = models.PositiveSmallIntegerField(
        _("term in months"), null=True, blank=True, help_text="empty: for an indefinite time"
    )
    term_from = models.DateField(_("not before"), null=True, blank=True)
    fee_amount = models.DecimalField(
        _("fee"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    fee_unit = models.CharField(_("reckoned"), max_length=10, choices=FeeUnit, blank=True)
    vat_rate = models.DecimalField(
        _("VAT (%)"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    payment_terms = models.CharField(_("payment dates"), max_length=300, blank=True)
    indexation_rule = models.CharField(_("how the fee is updated"), max_length=300, blank=True)
    priority_deadline = models.DateField(
        _("time limit for claims of persons with priority"), null=True, blank=True
    )
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )

    class Meta:
        ordering = ["lot_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "lot_no"],
                name="notice_item_lot_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["notice", "resource", "tenure"],
                name="notice_item_resource_once",
                violation_error_message=_("This place already stands in the list."),
            ),
            models.CheckConstraint(
                name="notice_item_area_positive",
                condition=Q(area_m2__gt=0),
                violation_error_message=_("The area must be more than zero."),
            ),
            models.CheckConstraint(
                name="notice_item_fee_by_tenure",
                condition=Q(tenure="lending", fee_amount=None, fee_unit="", vat_rate=None)
                | (~Q(tenure="lending") & Q(fee_amount=None, fee_unit=""))
                | (~Q(tenure="lending") & Q(fee_amount__gt=0) & ~Q(fee_unit="")),
                violation_error_message=_(
                    "A gratuitous loan has no fee; a lease has a sum and how it is reckoned."
                ),
            ),
            models.CheckConstraint(
                name="notice_item_term_positive",
                condition=Q(term_months=None) | Q(term_months__gt=0),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_notice_items_stay",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_ITEMS_OF_DRAFTS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_no}. {self.address}"


@tracked()
class NoticePosting(models.Model):
    """Proof that a list hung: where, from when, by whom, until when. One row a channel."""

    notice = models.ForeignKey(PublicNotice, on_delete=models.CASCADE, related_name="postings")
    channel = models.CharField(_("where"), max_length=10, choices=Channel)
    posted_on = models.DateField(_("hung on"))
    posted_by = models.CharField(_("by whom"), max_length=200)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    taken_down_on = models.DateField(_("taken down on"), null=True, blank=True)
    taken_down_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["posted_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notice_posting_once"),
            models.CheckConstraint(
                name="notice_posting_taken_down_by_somebody",
                condition=Q(taken_down_on=None, taken_down_by="")
                | (Q(taken_down_on__gte=F("posted_on")) & ~Q(taken_down_by="")),
                violation_error_message=_("Say who took it down, and on which later day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.posted_on}"
