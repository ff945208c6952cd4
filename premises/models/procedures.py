"""Procedures of allocation: a call for applications for one or more vacant premises."""

import pgtrigger
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from premises.models.procedure_kinds import ProcedureKind, ScoringScheme, Tenure
from records.history import tracked


@tracked()
class AllocationProcedure(models.Model):
    """One procedure of one unit, from a draft to a contract.

    The states and who may move between them: premises/procedures/states.py and the rows of the
    kind. `closes_at` is the first moment that is too late. `version` grows with each edit, so that
    two people who edit at once are told.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        NOTICE_PUBLISHED = "notice_published", _("notice list published")
        CALL_OPEN = "call_open", _("call open")
        CALL_CLOSED = "call_closed", _("call closed")
        EVALUATION = "evaluation", _("applications are assessed")
        RANKED = "ranked", _("ranking list")
        DECIDED = "decided", _("decided")
        CONTRACTED = "contracted", _("contract signed")
        FAILED = "failed", _("ended without a choice")
        CANCELLED = "cancelled", _("annulled")

    #: Nothing more happens in these.
    ENDED = (State.CONTRACTED, State.FAILED, State.CANCELLED)

    code = models.SlugField(max_length=60, unique=True, help_text="in the public address")
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(
        "resources.ManagingUnit", on_delete=models.PROTECT, related_name="procedures"
    )
    kind = models.ForeignKey(ProcedureKind, on_delete=models.PROTECT, related_name="procedures")
    notice = models.ForeignKey(
        "premises.PublicNotice",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="procedures",
        verbose_name=_("notice list"),
    )
    scoring = models.ForeignKey(
        ScoringScheme,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="procedures",
    )
    title_pl = models.CharField(_("title (Polish)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    about_pl = models.TextField(_("what it is for (Polish)"), blank=True)
    about_en = models.TextField(_("what it is for (English)"), blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    opens_at = models.DateTimeField(_("the call opens"), null=True, blank=True)
    closes_at = models.DateTimeField(
        _("the call closes"), null=True, blank=True, help_text="the first moment that is too late"
    )
    questions_until = models.DateTimeField(_("questions until"), null=True, blank=True)
    event_at = models.DateTimeField(_("day of the auction"), null=True, blank=True)
    event_place = models.CharField(_("place of the auction"), max_length=200, blank=True)
    opened_at = models.DateTimeField(
        null=True, blank=True, help_text="when sealed offers were opened"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reserve_until = models.DateField(
        null=True, blank=True, help_text="last day on which the reserve list moves up"
    )
    officer = models.ForeignKey(
        "organisations.Person",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="procedures_kept",
    )
    legal_act = models.ForeignKey(
        "records.LegalAct",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="procedures",
        help_text="the act that ordered this procedure, if there is one",
    )
    external_case = models.CharField(
        _("case kept elsewhere"), max_length=120, blank=True, help_text="sign of the contest's case"
    )
    external_url = models.URLField(_("address of the case"), max_length=500, blank=True)
    reason = models.TextField(blank=True, help_text="why it was annulled or ended without a choice")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("allocation procedure")
        verbose_name_plural = _("allocation procedures")
        ordering = ["-year", "-number"]
        indexes = [
            models.Index(fields=["unit", "state"], name="procedure_unit_state"),
            models.Index(fields=["state", "closes_at"], name="procedure_state_closes"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "number"], name="procedure_number"),
            models.CheckConstraint(
                name="procedure_call_ordered",
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
                violation_error_message=_("The call must open before it closes."),
            ),
            models.CheckConstraint(
                name="procedure_open_call_has_dates",
                condition=~Q(state__in=["call_open", "call_closed"])
                | Q(opens_at__isnull=False, closes_at__isnull=False),
                violation_error_message=_("Say when the call opens and closes."),
            ),
            models.CheckConstraint(
                name="procedure_negative_end_has_reason",
                condition=~Q(state__in=["failed", "cancelled"]) | ~Q(reason=""),
                violation_error_message=_("Give the reason in a simple sentence."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


@tracked()
class Lot(models.Model):
    """Premises that a procedure gives: on what terms, from what rate, when they can be seen.

    `live` stands as long as the procedure runs, so that the database lets no premises into two.
    """

    procedure = models.ForeignKey(
        AllocationProcedure, on_delete=models.CASCADE, related_name="lots"
    )
    number = models.PositiveSmallIntegerField(_("lot"))
    resource = models.ForeignKey(
        "resources.Resource", on_delete=models.PROTECT, related_name="lots"
    )
    live = models.BooleanField(default=True, editable=False)
    tenure = models.CharField(_("on what terms"), max_length=12, choices=Tenure)
    term_from = models.DateField(_("from"), null=True, blank=True)
    term_months = models.PositiveSmallIntegerField(_("for months"), null=True, blank=True)
    term_until = models.DateField(_("to"), null=True, blank=True)
    indefinite = models.BooleanField(_("for an indefinite time"), default=False)
    weekly_hours = models.CharField(_("weekly hours"), max_length=200, blank=True)
    starting_rate = models.DecimalField(
        _("starting rate (PLN net per m² a month)"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
    )
    deposit = models.DecimalField(
        _("bid deposit (PLN)"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    conditions_pl = models.TextField(_("conditions (Polish)"), blank=True)
    conditions_en = models.TextField(_("conditions (English)"), blank=True)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "number"],
                name="lot_number_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["resource"],
                condition=Q(live=True),
                name="lot_in_one_live_procedure",
                violation_error_message=_("These premises stand in another procedure."),
            ),
            models.CheckConstraint(
                name="lot_rate_not_negative",
                condition=(Q(starting_rate=None) | Q(starting_rate__gte=0))
                & (Q(deposit=None) | Q(deposit__gt=0)),
                violation_error_message=_("A sum cannot be negative."),
            ),
            models.CheckConstraint(
                name="lot_one_length",
                condition=(Q(indefinite=True) & Q(term_months=None, term_until=None))
                | (Q(indefinite=False) & (Q(term_months=None) | Q(term_until=None))),
                violation_error_message=_(
                    "Say one: the number of months, the last day, or an indefinite time."
                ),
            ),
            models.CheckConstraint(
                name="lot_term_ordered",
                condition=Q(term_from=None)
                | Q(term_until=None)
                | Q(term_until__gte=F("term_from")),
                violation_error_message=_("The last day cannot come before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.resource}"


class LotViewing(models.Model):
    """A time at which the premises of a lot can be seen."""

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="viewings")
    period = DateTimeRangeField()
    note = models.CharField(max_length=200, blank=True, help_text="where to come, whom to call")

    class Meta:
        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")
        ordering = ["period"]
        constraints = [
            models.CheckConstraint(
                name="lot_viewing_bounded",
                condition=Q(period__isempty=False)
                & Q(period__startswith__isnull=False)
                & Q(period__endswith__isnull=False),
                violation_error_message=_("Say from when to when."),
            ),
        ]


class ProcedureFile(models.Model):
    """A public file of a procedure: draft contract, plan of the premises, rules."""

    procedure = models.ForeignKey(
        AllocationProcedure, on_delete=models.CASCADE, related_name="files"
    )
    file = models.ForeignKey("records.StoredFile", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file of a procedure")
        verbose_name_plural = _("files of procedures")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class ProcedureStep(models.Model):
    """A step in the course of a procedure, as everybody sees it. Written once, never changed."""

    procedure = models.ForeignKey(
        AllocationProcedure, on_delete=models.CASCADE, related_name="steps"
    )
    at = models.DateTimeField()
    actor = models.CharField(max_length=200, blank=True)
    action = models.SlugField(max_length=30)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    message = models.TextField(blank=True)
    bip_url = models.URLField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("step of a procedure")
        verbose_name_plural = _("steps of procedures")
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="procedure_step_stays", operation=pgtrigger.Update)]

    @property
    def to_label(self) -> str:
        return str(AllocationProcedure.State(self.to_state).label)


@tracked()
class ProcedureQuestion(models.Model):
    """A question about a call. The answer is for everybody; who asked is for officials only."""

    procedure = models.ForeignKey(
        AllocationProcedure, on_delete=models.CASCADE, related_name="questions"
    )
    text = models.TextField(_("question"), max_length=2000)
    person = models.ForeignKey(
        "organisations.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    public_text = models.TextField(
        _("the question as it is published"),
        blank=True,
        help_text="without anything that tells who asked",
    )
    answer_pl = models.TextField(_("answer (Polish)"), blank=True)
    answer_en = models.TextField(_("answer (English)"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("question about a call")
        verbose_name_plural = _("questions about calls")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="procedure_answer_whole",
                condition=Q(answered_at=None)
                | (~Q(answer_pl="") & ~Q(public_text="") & ~Q(answered_by="")),
                violation_error_message=_("Write the answer and the question as published."),
            ),
        ]
