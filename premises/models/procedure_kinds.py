"""Kinds of allocation procedure as data: what each asks for, in which order, within what time.

Cities differ and orders change, so a kind is a dated row with its legal act, and all that follows
from it are rows below it. Defaults: fixtures/procedure_kinds.json.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked


class Tenure(models.TextChoices):
    """On what terms premises are given."""

    LEASE = "lease", _("lease")
    LENDING = "lending", _("gratuitous loan")
    LAND_LEASE = "land_lease", _("land lease")


class FormField(models.TextChoices):
    """What an application can be asked. The form: premises/applications/form.py."""

    PURPOSE = "purpose", _("what you will do in the premises")
    SPHERES = "spheres", _("spheres of public tasks")
    PLAN = "plan", _("plan of activities")
    BENEFICIARIES = "beneficiaries", _("for how many people a month")
    FINANCING = "financing", _("what the upkeep will be paid from")
    OUTLAY = "outlay", _("own contribution to the renovation (PLN)")
    PARTNERS = "partners", _("partners and who else will use the premises")
    EXPERIENCE = "experience", _("experience of the last two years")
    OFFERED_RATE = "offered_rate", _("offered rate (PLN net per m² a month)")
    WANTED_FROM = "wanted_from", _("from when")
    WANTED_MONTHS = "wanted_months", _("for how many months")
    HOURS = "hours", _("on which days and hours")
    BUSINESS = "business", _("whether economic activity is planned there")


@tracked()
class ProcedureKind(models.Model):
    """One way of choosing who gets premises, in force for a time.

    A procedure keeps the row it began under; a change of rules is a new row of the same code.
    """

    class RentBy(models.TextChoices):
        BID = "bid", _("the rate that is offered")
        SCHEDULE = "schedule", _("the schedule of rates")
        FIXED = "fixed", _("a fixed rate")
        FREE = "free", _("free of rent")

    code = models.SlugField(max_length=40)
    name_pl = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    about_pl = models.TextField(help_text="what it is, for somebody who never applied")
    about_en = models.TextField()
    tenures = ArrayField(models.CharField(max_length=12, choices=Tenure))
    rent_by = models.CharField(max_length=10, choices=RentBy)
    needs_notice = models.BooleanField(help_text="a notice list must run before the call")
    sealed = models.BooleanField(help_text="offers stay encrypted until they are opened")
    takes_applications = models.BooleanField(
        default=True, help_text="no: only the result of a case kept elsewhere is recorded"
    )
    checks_during_call = models.BooleanField(
        default=False, help_text="applications are checked as they come, before the call closes"
    )
    ngos_only = models.BooleanField(default=False)
    joint = models.BooleanField(default=True, help_text="several organisations may apply together")
    has_event = models.BooleanField(default=False, help_text="people meet: an auction has a day")
    has_commission = models.BooleanField(default=False)
    ngo_member = models.BooleanField(
        default=False, help_text="an NGO member must sit in the commission"
    )
    min_score_cards = models.PositiveSmallIntegerField(default=0)
    deposit = models.BooleanField(default=False, help_text="a bid deposit is paid")
    longest_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="the longest single use; empty: as the rules of tenure say"
    )
    longest_cycle_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="the longest use by fixed hours every week"
    )
    asks = ArrayField(
        models.CharField(max_length=20, choices=FormField),
        default=list,
        help_text="what the application asks",
    )
    asks_required = ArrayField(
        models.CharField(max_length=20, choices=FormField),
        default=list,
        blank=True,
        help_text="of these, what must be answered",
    )
    legal_act = models.ForeignKey(
        "records.LegalAct", on_delete=models.PROTECT, related_name="procedure_kinds"
    )
    basis = models.CharField(max_length=200, blank=True, help_text="§ 3 ust. 2")
    valid = DateRangeField(help_text="half-open, by the day on which a procedure is begun")
    order = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("kind of procedure")
        verbose_name_plural = _("kinds of procedure")
        ordering = ["order", "code", "valid"]
        constraints = [
            ExclusionConstraint(
                name="procedure_kind_one_at_a_time",
                expressions=[("code", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("This kind already has rules for these days."),
            ),
            models.CheckConstraint(
                name="procedure_kind_has_tenures",
                condition=Q(tenures__len__gt=0),
                violation_error_message=_("Choose on what terms premises may be given."),
            ),
            models.CheckConstraint(
                name="procedure_kind_requires_what_it_asks",
                condition=Q(asks_required__contained_by=F("asks")),
                violation_error_message=_("Only what is asked can be required."),
            ),
            models.CheckConstraint(
                name="procedure_kind_commission_first",
                condition=Q(has_commission=True)
                | Q(ngo_member=False, min_score_cards=0, sealed=False),
                violation_error_message=_(
                    "Sealed offers, score cards and an NGO member need a commission."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name_pl


@tracked()
class KindStage(models.Model):
    """A stage of the kind with its usual length: what the timeline shows and deadlines follow.

    `code` is known to the rules (premises/procedures/stages.py); the names are the city's.
    """

    class Counting(models.TextChoices):
        CALENDAR = "calendar", _("calendar days")
        WORKING = "working", _("working days")

    kind = models.ForeignKey(ProcedureKind, on_delete=models.CASCADE, related_name="stages")
    code = models.SlugField(max_length=30)
    order = models.PositiveSmallIntegerField()
    name_pl = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="empty: no set time")
    counting = models.CharField(max_length=10, choices=Counting, default=Counting.CALENDAR)
    shown = models.BooleanField(default=True, help_text="stands in the timeline of the public page")

    class Meta:
        verbose_name = _("stage of a kind")
        verbose_name_plural = _("stages of a kind")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="kind_stage_once"),
        ]

    def __str__(self) -> str:
        return self.name_pl


@tracked()
class KindTransition(models.Model):
    """A step that procedures or applications of the kind may take, and who takes it.

    What a step means and what it is guarded by is in premises/procedures/states.py and
    premises/applications/states.py; a row can only permit a step that stands there.
    """

    class Subject(models.TextChoices):
        PROCEDURE = "procedure", _("procedure")
        APPLICATION = "application", _("application")

    class Role(models.TextChoices):
        APPLICANT = "applicant", _("applicant")
        OFFICER = "officer", _("lettings officer")
        HEAD = "head", _("head of the unit")
        COMMISSION = "commission", _("commission")
        SYSTEM = "system", _("the system")

    kind = models.ForeignKey(ProcedureKind, on_delete=models.CASCADE, related_name="transitions")
    subject = models.CharField(max_length=12, choices=Subject)
    action = models.SlugField(max_length=30)
    source = models.CharField(max_length=30)
    target = models.CharField(max_length=30)
    role = models.CharField(max_length=12, choices=Role)

    class Meta:
        verbose_name = _("permitted step of a kind")
        verbose_name_plural = _("permitted steps of a kind")
        ordering = ["subject", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "action", "source", "target", "role"],
                name="kind_transition_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.action} {self.source} → {self.target} ({self.role})"


@tracked()
class DocumentType(models.Model):
    """A document or a declaration that an application may need: a dictionary.

    `known_from` says what the city may have already, so that it is not asked again.
    """

    class How(models.TextChoices):
        FILE = "file", _("file")
        DECLARATION = "declaration", _("declaration ticked on the form")

    class KnownFrom(models.TextChoices):
        NOTHING = "", _("nothing: always asked")
        REGISTER = "register", _("entry in the public register, checked by the city")
        OPP = "opp", _("public benefit status, checked by the city")
        EARLIER = "earlier", _("a file of an earlier application")

    code = models.SlugField(max_length=40, unique=True)
    name_pl = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160)
    text_pl = models.TextField(blank=True, help_text="help, or the words of the declaration")
    text_en = models.TextField(blank=True)
    how = models.CharField(max_length=12, choices=How, default=How.FILE)
    known_from = models.CharField(max_length=10, choices=KnownFrom, blank=True, default="")
    validity_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="how long an earlier file serves"
    )
    legal_act = models.ForeignKey(
        "records.LegalAct", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("type of document")
        verbose_name_plural = _("types of documents")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="document_type_declaration_has_words",
                condition=Q(how="file") | (~Q(text_pl="") & ~Q(text_en="")),
                violation_error_message=_("Write the declaration in both languages."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_pl


@tracked()
class KindDocument(models.Model):
    """A document that applications of the kind need."""

    class Asked(models.TextChoices):
        APPLICATION = "application", _("with the application")
        AWARD = "award", _("from whoever is chosen, before the contract")

    kind = models.ForeignKey(ProcedureKind, on_delete=models.CASCADE, related_name="documents")
    type = models.ForeignKey(DocumentType, on_delete=models.PROTECT, related_name="+")
    asked = models.CharField(max_length=12, choices=Asked, default=Asked.APPLICATION)
    required = models.BooleanField(default=True)
    from_each = models.BooleanField(
        default=False, help_text="of each organisation of a joint application"
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("document of a kind")
        verbose_name_plural = _("documents of a kind")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "type", "asked"], name="kind_document_once"),
        ]

    def __str__(self) -> str:
        return str(self.type)


@tracked()
class KindCheck(models.Model):
    """A line of the formal checklist of the kind."""

    kind = models.ForeignKey(ProcedureKind, on_delete=models.CASCADE, related_name="checks")
    code = models.SlugField(max_length=40)
    text_pl = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("line of the checklist")
        verbose_name_plural = _("lines of the checklist")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="kind_check_once"),
        ]

    def __str__(self) -> str:
        return self.text_pl


@tracked()
class ScoringScheme(models.Model):
    """By what applications are compared: criteria with points, a threshold, the tie-break."""

    code = models.SlugField(max_length=40)
    name_pl = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160)
    min_total = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="fewer points: not recommended",
    )
    legal_act = models.ForeignKey(
        "records.LegalAct", on_delete=models.PROTECT, related_name="scoring_schemes"
    )
    basis = models.CharField(max_length=200, blank=True)
    valid = DateRangeField(help_text="half-open, by the day on which a procedure is begun")

    class Meta:
        verbose_name = _("scoring scheme")
        verbose_name_plural = _("scoring schemes")
        ordering = ["code", "valid"]
        constraints = [
            ExclusionConstraint(
                name="scoring_scheme_one_at_a_time",
                expressions=[("code", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("This scheme already has criteria for these days."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_pl


@tracked()
class ScoringCriterion(models.Model):
    """One criterion: from so many points to so many, times its weight.

    `tie_rank`: with equal totals the criterion of rank 1 decides, then 2; none: not asked.
    """

    scheme = models.ForeignKey(ScoringScheme, on_delete=models.CASCADE, related_name="criteria")
    code = models.SlugField(max_length=40)
    name_pl = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    evidence_pl = models.CharField(max_length=300, blank=True, help_text="what it is judged by")
    evidence_en = models.CharField(max_length=300, blank=True)
    least = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    most = models.DecimalField(max_digits=5, decimal_places=2)
    weight = models.DecimalField(max_digits=5, decimal_places=2, default=1)
    order = models.PositiveSmallIntegerField(default=0)
    tie_rank = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="scoring_criterion_once"),
            models.UniqueConstraint(fields=["scheme", "tie_rank"], name="scoring_tie_rank_once"),
            models.CheckConstraint(
                name="scoring_criterion_points_ordered",
                condition=Q(least__lt=F("most"), weight__gt=0),
                violation_error_message=_("The most points must be more than the fewest."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_pl
