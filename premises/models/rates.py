"""What a square metre costs: dated schedules of zones, base rates, multipliers and reductions."""

import pgtrigger
from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from maps.crs import CITY, METRIC, WGS84
from maps.models.geometry import stored_transform, valid, within
from premises.models.approval import Approved
from premises.models.premises import Position, Premises
from premises.models.procedure_kinds import Tenure
from records.history import tracked

#: Neighbours drawn by hand may overlap by this much, in m². The trigger of RateZone says it too.
OVERLAP_TOLERANCE_M2 = 1

_STAYS = """
    IF TG_OP = 'UPDATE' AND OLD.schedule_id <> NEW.schedule_id THEN
        RAISE EXCEPTION 'a row stays with its schedule' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM premises_rateschedule schedule
        WHERE schedule.id = CASE TG_OP WHEN 'DELETE' THEN OLD.schedule_id ELSE NEW.schedule_id END
          AND schedule.approved_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a published schedule of rates stays as it is'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rate_schedule_published_stays';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


def published_stays() -> pgtrigger.Trigger:
    """Rows of a published schedule are neither added, changed nor removed."""
    return pgtrigger.Trigger(
        name="published_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_STAYS,
    )


@tracked()
class RateSchedule(Approved):
    """Rates of the whole city (no unit) or of one unit, from a day on. Published means approved.

    A published schedule changes in one thing: its last day, when its successor is published.
    """

    class Combining(models.TextChoices):
        SUM = "sum", _("added up")
        PRODUCT = "product", _("one after the other")

    unit = models.ForeignKey(
        "resources.ManagingUnit",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="rate_schedules",
    )
    name = models.CharField(_("name"), max_length=160)
    legal_act = models.ForeignKey("records.LegalAct", on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField(help_text="half-open; no end: until changed")
    floor_at_operating_cost = models.BooleanField(_("not below the operating cost"), default=True)
    floor_provision = models.CharField(max_length=120, blank=True)
    combining = models.CharField(
        _("several reductions are"), max_length=10, choices=Combining, default=Combining.SUM
    )
    most_reduced_percent = models.DecimalField(
        _("all reductions together at most"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
    )
    copied_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies"
    )
    version = models.PositiveIntegerField(default=1, help_text="grows with each edit")
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-valid", "-pk"]
        constraints = [
            *Approved.Meta.constraints,
            ExclusionConstraint(
                name="rate_schedule_one_in_force",
                expressions=[
                    (Coalesce("unit_id", Value(0)), RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(approved_at__isnull=False),
                violation_error_message=_("Another schedule of rates holds in that time."),
            ),
            models.CheckConstraint(
                name="rate_schedule_holds_some_day",
                condition=Q(valid__isempty=False) & Q(valid__startswith__isnull=False),
                violation_error_message=_("Give the first day on which it holds."),
            ),
            models.CheckConstraint(
                name="rate_schedule_reduction_bounded",
                condition=Q(most_reduced_percent__isnull=True)
                | Q(most_reduced_percent__gt=0, most_reduced_percent__lte=100),
                violation_error_message=_("Between 0 and 100 per cent."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__approved_at__isnull=False),
                # What deleting a person or another schedule empties does not count.
                declare=[
                    (
                        "changing",
                        "text[] := '{valid,approved_by_id,prepared_by_id,copied_from_id}'",
                    )
                ],
                func="""
                    IF TG_OP = 'UPDATE'
                        AND lower(OLD.valid) = lower(NEW.valid)
                        AND to_jsonb(OLD) - changing = to_jsonb(NEW) - changing
                    THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'a published schedule of rates stays as it is'
                        USING ERRCODE = 'check_violation',
                              CONSTRAINT = 'rate_schedule_published_stays';
                """,
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class RateZone(models.Model):
    """A rent zone of one schedule: an area, or all that no other zone takes (`area` empty)."""

    schedule = models.ForeignKey(RateSchedule, on_delete=models.CASCADE, related_name="zones")
    code = models.CharField(_("sign of the zone"), max_length=10)
    name_pl = models.CharField(_("name (Polish)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    area = models.MultiPolygonField(srid=WGS84, null=True, blank=True)
    area_2178 = stored_transform("area", models.MultiPolygonField, METRIC)

    class Meta:
        ordering = ["order", "code"]
        indexes = [GistIndex(fields=["area_2178"], name="rate_zone_area_2178_gist")]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "code"],
                name="rate_zone_code_once",
                violation_error_message=_("There is already a zone with this sign."),
            ),
            models.UniqueConstraint(
                fields=["schedule"],
                condition=Q(area__isnull=True),
                name="rate_zone_one_rest",
                violation_error_message=_("There is already a zone of all the rest."),
            ),
            valid(
                "area",
                name="rate_zone_area_valid",
                message=_("The border of the zone crosses or touches itself."),
            ),
            within(
                "area",
                CITY,
                name="rate_zone_inside_city_envelope",
                message=_("The zone lies outside Kraków: check the coordinate system."),
            ),
        ]
        triggers = [
            published_stays(),
            pgtrigger.Trigger(
                name="zones_do_not_overlap",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("area"),
                declare=[("other", "text")],
                # The schedule's row is locked first, so that two zones drawn at once meet here.
                func="""
                    PERFORM FROM premises_rateschedule WHERE id = NEW.schedule_id
                        FOR NO KEY UPDATE;
                    SELECT zone.code INTO other
                    FROM premises_ratezone zone
                    WHERE zone.schedule_id = NEW.schedule_id AND zone.id <> NEW.id
                      AND zone.area_2178 && NEW.area_2178
                      AND ST_Area(ST_Intersection(zone.area_2178, NEW.area_2178))
                          > 1 -- OVERLAP_TOLERANCE_M2
                    LIMIT 1;
                    IF FOUND THEN
                        RAISE EXCEPTION 'zones % and % overlap', other, NEW.code
                            USING ERRCODE = 'exclusion_violation',
                                  CONSTRAINT = 'rate_zone_no_overlap';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_pl}".strip()


@tracked()
class BaseRate(models.Model):
    """PLN net for 1 m² a month in a zone. Empty position or standard: any not named otherwise."""

    schedule = models.ForeignKey(RateSchedule, on_delete=models.CASCADE, related_name="base_rates")
    zone = models.ForeignKey(RateZone, on_delete=models.CASCADE, related_name="base_rates")
    position = models.CharField(_("position"), max_length=12, choices=Position, blank=True)
    standard = models.CharField(_("standard"), max_length=8, choices=Premises.Standard, blank=True)
    net_m2 = models.DecimalField(_("PLN net for 1 m²"), max_digits=8, decimal_places=2)
    provision = models.CharField(_("provision"), max_length=120, blank=True)

    class Meta:
        ordering = ["zone__order", "position", "standard"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "position", "standard"],
                name="base_rate_once",
                violation_error_message=_("There is already a rate for this position."),
            ),
            models.CheckConstraint(
                name="base_rate_positive",
                condition=Q(net_m2__gt=0),
                violation_error_message=_("A base rate is more than nothing."),
            ),
        ]
        triggers = [published_stays()]


@tracked()
class Multiplier(models.Model):
    """A factor for a fact of the premises or of the plan: kind and value it is matched with.

    Values: a Position, a floor ("-1"), a technical state ("1" to "5"), step-free "yes" or "no", a
    standard, an activity's code, a term "indefinite" or "fixed".
    """

    class Kind(models.TextChoices):
        POSITION = "position", _("position")
        FLOOR = "floor", _("floor")
        STANDARD = "standard", _("standard")
        TECHNICAL_STATE = "technical_state", _("technical state")
        ACCESSIBILITY = "accessibility", _("step-free")
        ACTIVITY = "activity", _("activity")
        TERM = "term", _("term")

    schedule = models.ForeignKey(RateSchedule, on_delete=models.CASCADE, related_name="multipliers")
    kind = models.CharField(_("what it looks at"), max_length=16, choices=Kind)
    value = models.CharField(_("its value"), max_length=40)
    factor = models.DecimalField(_("factor"), max_digits=6, decimal_places=3)
    label_pl = models.CharField(_("words (Polish)"), max_length=160)
    label_en = models.CharField(_("words (English)"), max_length=160, blank=True)
    provision = models.CharField(_("provision"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "kind", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "kind", "value"],
                name="multiplier_once",
                violation_error_message=_("There is already a factor for this."),
            ),
            models.CheckConstraint(
                name="multiplier_positive",
                condition=Q(factor__gt=0),
                violation_error_message=_("A factor is more than nothing."),
            ),
        ]
        triggers = [published_stays()]


@tracked()
class Reduction(models.Model):
    """What lowers the rate for somebody: per cent of it, or a fixed rate in its place.

    Those that cumulate are taken together; one that does not stands alone, and the tenant pays
    what is less. `below_floor`: it may go below the operating cost.
    """

    class Kind(models.TextChoices):
        SPHERE = "sphere", _("sphere of public tasks")
        OPP = "opp", _("public benefit organisation")
        PUBLIC_TASK = "public_task", _("public task of the city")
        RENOVATION = "renovation", _("time of renovation")
        JOINT_USE = "joint_use", _("several organisations together")

    schedule = models.ForeignKey(RateSchedule, on_delete=models.CASCADE, related_name="reductions")
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("ground"), max_length=12, choices=Kind)
    spheres = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("spheres"),
        default=list,
        blank=True,
        help_text=_("points of art. 4(1), with commas; empty: any"),
    )
    percent = models.DecimalField(
        _("per cent less"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    fixed_net_m2 = models.DecimalField(
        _("fixed rate, PLN net for 1 m²"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    cumulable = models.BooleanField(_("together with others"), default=True)
    below_floor = models.BooleanField(_("may go below the operating cost"), default=False)
    label_pl = models.CharField(_("words (Polish)"), max_length=160)
    label_en = models.CharField(_("words (English)"), max_length=160, blank=True)
    provision = models.CharField(_("provision"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "code"],
                name="reduction_code_once",
                violation_error_message=_("There is already a reduction with this code."),
            ),
            models.CheckConstraint(
                name="reduction_percent_or_fixed",
                condition=Q(percent__isnull=True, fixed_net_m2__isnull=False)
                | Q(percent__isnull=False, fixed_net_m2__isnull=True),
                violation_error_message=_("Give a percentage or a fixed rate, not both."),
            ),
            models.CheckConstraint(
                name="reduction_amount_bounded",
                condition=(Q(percent__isnull=True) | Q(percent__gt=0, percent__lte=100))
                & (Q(fixed_net_m2__isnull=True) | Q(fixed_net_m2__gte=0)),
                violation_error_message=_("Between 0 and 100 per cent."),
            ),
            models.CheckConstraint(
                name="reduction_fixed_stands_alone",
                condition=Q(fixed_net_m2__isnull=True) | Q(cumulable=False),
                violation_error_message=_("A fixed rate stands alone."),
            ),
        ]
        triggers = [published_stays()]


@tracked()
class VatRate(models.Model):
    """VAT on a kind of contract, for a time. Empty per cent: outside VAT or exempt."""

    tenure = models.CharField(max_length=12, choices=Tenure)
    percent = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    valid = DateRangeField()
    legal_act = models.ForeignKey("records.LegalAct", on_delete=models.PROTECT, related_name="+")
    provision = models.CharField(max_length=120, blank=True)
    confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["tenure", "valid"]
        constraints = [
            ExclusionConstraint(
                name="vat_rate_one_at_a_time",
                expressions=[
                    ("tenure", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There is already a VAT rate in that time."),
            ),
            models.CheckConstraint(
                name="vat_rate_bounded",
                condition=Q(percent__isnull=True) | Q(percent__gte=0, percent__lt=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tenure_display()}: {self.percent}"
