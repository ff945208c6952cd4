"""What the law and local rules ask of a planned contract, as dated rows, and what answered them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from premises.models.approval import Approved
from premises.models.building import Building
from premises.models.procedure_kinds import Tenure
from records.history import tracked


class Requirement(models.TextChoices):
    """What a planned contract needs before it may be made; `CAUTION` is an effect to know of."""

    TENDER = "tender", _("tender")
    COUNCIL_RESOLUTION = "council_resolution", _("resolution of the City Council")
    WAIVER = "waiver", _("Council's waiver of the tender")
    VOIVODE_CONSENT = "voivode_consent", _("consent of the voivode")
    UNIT_CONSENT = "unit_consent", _("consent of the competent and the supervising body")
    NOTIFICATION = "notification", _("notification of the competent and the supervising body")
    PUBLIC_NOTICE = "public_notice", _("public notice list")
    PUBLIC_PURPOSE = "public_purpose", _("purpose of a public task")
    WRITTEN_FORM = "written_form", _("written form")
    CAUTION = "caution", _("to be known")


def one_in_force(model: str) -> list[models.BaseConstraint]:
    """At most one approved row of a code and unit on a day, and never an empty term."""
    return [
        ExclusionConstraint(
            name=f"{model}_one_in_force",
            expressions=[
                ("code", RangeOperators.EQUAL),
                (Coalesce("unit_id", Value(0)), RangeOperators.EQUAL),
                ("valid", RangeOperators.OVERLAPS),
            ],
            condition=Q(approved_at__isnull=False),
            violation_error_message=_("Another version of this rule holds in that time."),
        ),
        models.CheckConstraint(
            name=f"{model}_holds_some_day",
            condition=Q(valid__isempty=False) & Q(valid__startswith__isnull=False),
            violation_error_message=_("Give the first day on which it holds."),
        ),
    ]


class DatedRule(Approved):
    """A rule with its term and basis: of the whole city (no unit), or of one unit in its place.

    A unit's own row of the same code goes before the city's. A new version ends the former one
    when it is approved; an approved row is not rewritten.
    """

    code = models.SlugField(max_length=60)
    unit = models.ForeignKey(
        "resources.ManagingUnit", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    order = models.PositiveSmallIntegerField(default=100)
    valid = DateRangeField(help_text="half-open; no end: until changed")
    legal_act = models.ForeignKey("records.LegalAct", on_delete=models.PROTECT, related_name="+")
    provision = models.CharField(max_length=120, blank=True, help_text="for example art. 37(4)")
    confirmed = models.BooleanField(
        default=False, help_text="whether somebody compared it with the journal of laws"
    )
    is_sample = models.BooleanField(default=False)

    class Meta(Approved.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.code


@tracked()
class TenureRule(DatedRule):
    """When these conditions hold, that is needed. An empty condition asks nothing.

    Terms are counted in calendar months; an indefinite term is longer than any. `cumulated` adds
    the months for which the same party held the same premises before.
    """

    tenures = ArrayField(models.CharField(max_length=12, choices=Tenure), default=list, blank=True)
    modes = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="codes of kinds of procedure",
    )
    ownerships = ArrayField(
        models.CharField(max_length=20, choices=Building.Ownership), default=list, blank=True
    )
    term_over_months = models.PositiveSmallIntegerField(null=True, blank=True)
    term_up_to_months = models.PositiveSmallIntegerField(null=True, blank=True)
    cumulated_over_months = models.PositiveSmallIntegerField(null=True, blank=True)
    indefinite = models.BooleanField(null=True)
    successive = models.BooleanField(null=True, help_text="follows a contract of the same party")
    party_is_opp = models.BooleanField(null=True)
    permanent_management = models.BooleanField(null=True)
    written_form = models.BooleanField(null=True)
    needed = models.CharField(max_length=20, choices=Requirement)
    instead = ArrayField(
        models.CharField(max_length=20, choices=Requirement),
        default=list,
        blank=True,
        help_text="what may stand in its place",
    )
    met_by_modes = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="codes of kinds of procedure that are what is needed",
    )
    reason_pl = models.CharField(max_length=400)
    reason_en = models.CharField(max_length=400)

    class Meta(DatedRule.Meta):
        ordering = ["order", "code"]
        constraints = [
            *Approved.Meta.constraints,
            *one_in_force("tenure_rule"),
            models.CheckConstraint(
                name="tenure_rule_term_possible",
                condition=Q(term_over_months__isnull=True)
                | Q(term_up_to_months__isnull=True)
                | Q(term_over_months__lt=models.F("term_up_to_months")),
                violation_error_message=_("No term is longer and shorter at once."),
            ),
        ]


@tracked()
class EligibilityRule(DatedRule):
    """A condition that an organisation meets, or a paper that it brings, to hold premises.

    `question` says how the register answers it. What the register cannot know stays unknown.
    """

    class Question(models.TextChoices):
        MIN_MONTHS_ACTIVE = "min_months_active", _("active for so many months")
        VERIFIED = "verified", _("confirmed by the city")
        LEGAL_FORM = "legal_form", _("one of these legal forms")
        SPHERE = "sphere", _("acts in one of these spheres")
        NO_ARREARS = "no_arrears", _("no arrears to the city")
        OPEN_TO = "open_to", _("the premises are open to such applicants")
        NO_COUNCIL = "no_council", _("needs no consent of the Council")
        PAPER = "paper", _("a paper")

    class KeptWith(models.TextChoices):
        NOTHING = "", _("the organisation brings it")
        KRS = "krs", _("read from the court register")
        REGISTER = "register", _("read from the entry in the city's register")
        VERIFICATION = "verification", _("seen when the organisation was confirmed")

    question = models.CharField(max_length=20, choices=Question)
    label_pl = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200)
    hint_pl = models.CharField(max_length=300, blank=True, help_text="what to do if it is not met")
    hint_en = models.CharField(max_length=300, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True, help_text="months")
    codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    tenures = ArrayField(models.CharField(max_length=12, choices=Tenure), default=list, blank=True)
    kept_with = models.CharField(max_length=12, choices=KeptWith, blank=True, default="")
    required = models.BooleanField(default=True, help_text="if not: of note only")

    class Meta(DatedRule.Meta):
        ordering = ["order", "code"]
        constraints = [
            *Approved.Meta.constraints,
            *one_in_force("eligibility_rule"),
            models.CheckConstraint(
                name="eligibility_rule_number_where_counted",
                condition=~Q(question="min_months_active") | Q(number__isnull=False),
                violation_error_message=_("Say how many months."),
            ),
        ]


@tracked()
class AuthorisationEvidence(models.Model):
    """That something needed for a contract is there: a resolution, a consent, a tender's result.

    `subject` names the case: "lease:UZ/2026/14", "procedure:…".
    """

    subject = models.CharField(max_length=80, db_index=True)
    needed = models.CharField(max_length=20, choices=Requirement)
    number = models.CharField(max_length=120)
    issued_on = models.DateField()
    note = models.CharField(max_length=400, blank=True)
    legal_act = models.ForeignKey(
        "records.LegalAct", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file = models.ForeignKey(
        "records.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_by = models.ForeignKey(
        "organisations.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["issued_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="authorisation_evidence_numbered", condition=~Q(number="") & ~Q(subject="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_needed_display()} {self.number}"


@tracked()
class AuthorisationOverride(models.Model):
    """A named officer went on without something that a rule asks for, and says why."""

    subject = models.CharField(max_length=80, db_index=True)
    needed = models.CharField(max_length=20, choices=Requirement)
    rule = models.ForeignKey(
        TenureRule, null=True, blank=True, on_delete=models.PROTECT, related_name="overrides"
    )
    reason = models.TextField()
    officer = models.ForeignKey(
        "organisations.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    officer_name = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "needed"],
                name="authorisation_override_once",
                violation_error_message=_("This was overridden already."),
            ),
            models.CheckConstraint(
                name="authorisation_override_says_why",
                condition=~Q(reason="") & ~Q(officer_name="") & ~Q(subject=""),
                violation_error_message=_("Say why it may go on."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.get_needed_display()}"
