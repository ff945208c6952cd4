from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from premises.stock.registers import check_land_register, check_parcel
from records.history import tracked


class Position(models.TextChoices):
    """Where premises, or a part of them, lie in the building. Rates are set by it."""

    FRONT_GROUND = "front_ground", _("ground floor, from the street")
    YARD = "yard", _("ground floor, from the yard")
    UPPER = "upper", _("upper floor")
    CELLAR = "cellar", _("cellar")
    UNKNOWN = "unknown", _("not known")


@tracked()
class Premises(models.Model):
    """Commercial premises of the city or the State Treasury: the facts.

    Whether they are vacant is never typed: it follows from the claims on their space
    (premises/stock/status.py). `version` counts edits, so that of two people who change the same
    premises the second is told (premises/stock/editing.py).
    """

    class Heating(models.TextChoices):
        DISTRICT = "district", _("district heating")
        GAS = "gas", _("gas")
        ELECTRIC = "electric", _("electric")
        NONE = "none", _("none")
        UNKNOWN = "unknown", _("not known")

    class Standard(models.TextChoices):
        """How far the premises are equipped, as rate schedules tell standards apart."""

        FULL = "full", _("all installations, own toilet")
        PARTIAL = "partial", _("some installations missing")
        BASIC = "basic", _("without heating or water")
        UNKNOWN = "unknown", _("not known")

    class Entrance(models.TextChoices):
        STREET = "street", _("from the street")
        YARD = "yard", _("from the yard")
        STAIRCASE = "staircase", _("from the staircase")
        UNKNOWN = "unknown", _("not known")

    class Sanitary(models.TextChoices):
        OWN = "own", pgettext_lazy("toilet", "own")
        SHARED = "shared", pgettext_lazy("toilet", "shared")
        NONE = "none", pgettext_lazy("toilet", "none")
        UNKNOWN = "unknown", _("not known")

    class LegalTitle(models.TextChoices):
        """By what right the managing unit disposes of the premises."""

        MUNICIPAL_OWNERSHIP = "municipal_ownership", _("ownership of the city")
        CO_OWNERSHIP = "co_ownership", _("co-ownership of the city")
        STATE_TREASURY = "state_treasury", _("property of the State Treasury")
        PERMANENT_MANAGEMENT = "permanent_management", _("permanent management")
        OTHER = "other", _("another title")
        UNKNOWN = "unknown", _("not known")

    class Utility(models.TextChoices):
        ELECTRICITY = "electricity", _("electricity")
        WATER = "water", _("water")
        SEWAGE = "sewage", _("sewage")
        GAS = "gas", pgettext_lazy("utility", "gas")
        INTERNET = "internet", _("internet")

    resource = models.OneToOneField(
        "resources.Resource", primary_key=True, on_delete=models.CASCADE, related_name="premises"
    )
    number = models.CharField(
        _("stock number"), max_length=30, blank=True, help_text="stable: imports find a row by it"
    )
    numbered_by = models.ForeignKey(
        "resources.ManagingUnit",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="whose records the number comes from; it stays when another unit takes over",
    )
    unit_number = models.CharField(_("number in the building"), max_length=20, blank=True)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    position = models.CharField(
        _("position"), max_length=12, choices=Position, default=Position.UNKNOWN
    )
    standard = models.CharField(
        _("standard"), max_length=8, choices=Standard, default=Standard.UNKNOWN
    )
    height_m = models.DecimalField(
        _("height (m)"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    rooms_count = models.PositiveSmallIntegerField(_("rooms"), null=True, blank=True)
    front = models.BooleanField(_("windows to the street"), null=True, help_text="empty: not known")
    entrance = models.CharField(
        _("entrance"), max_length=10, choices=Entrance, default=Entrance.UNKNOWN
    )
    sanitary = models.CharField(
        _("toilet"), max_length=8, choices=Sanitary, default=Sanitary.UNKNOWN
    )
    utilities = ArrayField(
        models.CharField(max_length=20), verbose_name=_("utilities"), default=list, blank=True
    )
    heating = models.CharField(
        _("heating"), max_length=10, choices=Heating, default=Heating.UNKNOWN
    )
    technical_state = models.PositiveSmallIntegerField(
        _("technical state"),
        null=True,
        blank=True,
        help_text="1 (needs a general repair) to 5 (very good)",
    )
    surveyed_on = models.DateField(_("surveyed on"), null=True, blank=True)
    permitted_use_pl = models.CharField(_("permitted use (Polish)"), max_length=300, blank=True)
    permitted_use_en = models.CharField(_("permitted use (English)"), max_length=300, blank=True)
    excluded_use_pl = models.CharField(_("excluded use (Polish)"), max_length=300, blank=True)
    excluded_use_en = models.CharField(_("excluded use (English)"), max_length=300, blank=True)
    local_plan = models.CharField(
        _("local plan"), max_length=200, blank=True, help_text="plan (MPZP) and symbol of the area"
    )
    planned_works_pl = models.CharField(_("planned works (Polish)"), max_length=300, blank=True)
    planned_works_en = models.CharField(_("planned works (English)"), max_length=300, blank=True)
    operating_cost_m2 = models.DecimalField(
        _("operating cost (PLN/m²)"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="PLN net a month",
    )
    legal_title = models.CharField(
        _("legal title"), max_length=22, choices=LegalTitle, default=LegalTitle.UNKNOWN
    )
    legal_title_basis = models.CharField(
        _("basis of the title"), max_length=200, blank=True, help_text="decision, its number, date"
    )
    permanent_management_until = models.DateField(
        _("permanent management until"),
        null=True,
        blank=True,
        help_text="last day; empty: indefinite. No contract may outlast it.",
    )
    land_register = ArrayField(
        models.CharField(max_length=15, validators=[check_land_register]),
        verbose_name=_("land register (KW)"),
        default=list,
        blank=True,
    )
    parcel_ids = ArrayField(
        models.CharField(max_length=40, validators=[check_parcel]),
        verbose_name=_("parcels"),
        default=list,
        blank=True,
    )
    energy_certificate = models.CharField(_("energy certificate"), max_length=60, blank=True)
    energy_certificate_until = models.DateField(
        _("energy certificate valid until"), null=True, blank=True
    )
    energy_kwh_m2 = models.DecimalField(
        _("yearly energy (kWh/m²)"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("one place", "premises")
        verbose_name_plural = pgettext_lazy("several places", "premises")
        constraints = [
            models.CheckConstraint(
                name="premises_technical_state_dated",
                condition=Q(technical_state__isnull=True)
                | Q(technical_state__gte=1, technical_state__lte=5, surveyed_on__isnull=False),
                violation_error_message=_("Say when the state was surveyed (1 to 5)."),
            ),
            models.UniqueConstraint(
                fields=["numbered_by", "number"],
                condition=~Q(number=""),
                name="premises_number_once_in_records",
                violation_error_message=_("Another row of this unit bears this number."),
            ),
            models.CheckConstraint(
                name="premises_number_of_somebody",
                condition=Q(number="") | Q(numbered_by__isnull=False),
                violation_error_message=_("Say whose records the number comes from."),
            ),
            models.CheckConstraint(
                name="premises_management_until_if_managed",
                condition=Q(permanent_management_until__isnull=True)
                | Q(legal_title="permanent_management"),
                violation_error_message=_("Only permanent management ends on a day."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.resource)


@tracked()
class PremisesPart(models.Model):
    """A part of the premises with its own area: rooms, cellar, a share of common parts."""

    class Kind(models.TextChoices):
        ROOMS = "rooms", pgettext_lazy("part of premises", "rooms")
        CELLAR = "cellar", _("cellar")
        UPPER = "upper", _("upper floor")
        COMMON_SHARE = "common_share", _("share of common parts")

    premises = models.ForeignKey(Premises, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(_("part"), max_length=14, choices=Kind)
    name = models.CharField(_("name of the part"), max_length=80, blank=True)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    position = models.CharField(
        _("position"),
        max_length=12,
        choices=Position,
        blank=True,
        help_text="empty: as the kind of part says, or as the premises",
    )
    area_m2 = models.DecimalField(_("area (m²)"), max_digits=8, decimal_places=2)
    share_numerator = models.PositiveIntegerField(null=True, blank=True)
    share_denominator = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("part of the premises")
        verbose_name_plural = _("parts of the premises")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="premises_part_area_positive", condition=Q(area_m2__gt=0)),
            models.CheckConstraint(
                name="premises_part_share_whole",
                condition=Q(share_numerator__isnull=True, share_denominator__isnull=True)
                | Q(share_numerator__gt=0, share_numerator__lte=F("share_denominator")),
                violation_error_message=_("A share lies between nothing and the whole."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.get_kind_display()}, {self.area_m2} m²"

    @property
    def rated_as(self) -> str:
        """The position by which this part is rated: its own, its kind's, or the premises'."""
        if self.position:
            return self.position
        by_kind = {self.Kind.CELLAR: Position.CELLAR, self.Kind.UPPER: Position.UPPER}
        return by_kind.get(self.Kind(self.kind), Position(self.premises.position))
