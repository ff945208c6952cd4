"""Forms of the desk's pages of rates."""

from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.utils.translation import gettext_lazy as _

from premises.models import BaseRate, Multiplier, Premises, RateSchedule, RateZone, Reduction
from premises.rates.editing import as_area
from records.models import LegalAct
from records.problems import Problem


class NewScheduleForm(forms.Form):
    name = forms.CharField(label=_("Name of the schedule"), max_length=160)
    legal_act = forms.ModelChoiceField(
        label=_("Legal act"), queryset=LegalAct.objects.order_by("-in_force_from", "title")
    )
    start = forms.DateField(
        label=_("Holds from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ScheduleForm(forms.ModelForm):
    class Meta:
        model = RateSchedule
        fields = (
            "name", "floor_at_operating_cost", "floor_provision", "combining",
            "most_reduced_percent",
        )  # fmt: skip
        labels = {"floor_provision": _("Provision on the operating cost")}
        help_texts = {"floor_provision": ""}


class ZoneForm(forms.ModelForm):
    """A zone with its area as WKT, which the map's drawing fills; typed coordinates do as well."""

    wkt = forms.CharField(
        label=_("Area"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono"}),
        help_text=_("Drawn on the map, or POLYGON((19.93 50.06, …)) in degrees; empty: the rest"),
    )
    trim = forms.BooleanField(
        label=_("cut it off where it overlaps other zones"), required=False, initial=True
    )

    class Meta:
        model = RateZone
        fields = ("code", "name_pl", "name_en", "order")
        labels = {"order": _("Order")}
        help_texts = {"order": _("on a common border the lower one wins")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.area and not self.is_bound:
            self.initial["wkt"] = self.instance.area.wkt

    def clean_wkt(self) -> Any:
        text = self.cleaned_data["wkt"].strip()
        if not text:
            return None
        try:
            return as_area(GEOSGeometry(text, srid=4326))
        except Problem as problem:
            raise forms.ValidationError(problem.message) from problem
        except (GEOSException, ValueError) as error:
            raise forms.ValidationError(
                _("This is no area. Draw it on the map, or write POLYGON((…)).")
            ) from error


class _RowForm(forms.ModelForm):
    """A row of a draft; zones to choose from are the schedule's."""

    def __init__(self, *args: Any, schedule: RateSchedule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.schedule = schedule
        if "zone" in self.fields:
            self.fields["zone"].queryset = schedule.zones.defer("area", "area_2178")


class BaseRateForm(_RowForm):
    class Meta:
        model = BaseRate
        fields = ("zone", "position", "standard", "net_m2", "provision")
        labels = {"zone": _("Zone")}


class MultiplierForm(_RowForm):
    class Meta:
        model = Multiplier
        fields = ("kind", "value", "factor", "label_pl", "label_en", "provision", "order")
        labels = {"order": _("Order")}
        help_texts = {
            "value": _(
                "front_ground, yard, upper, cellar; a floor such as -1; a state from 1 to 5; "
                "full, partial, basic; step-free: yes, no; indefinite, fixed; or an activity"
            )
        }

    def clean(self) -> dict[str, Any]:
        """Values that nothing could match are refused here."""
        data = super().clean() or {}
        known = {
            Multiplier.Kind.POSITION: {"front_ground", "yard", "upper", "cellar"},
            Multiplier.Kind.STANDARD: set(Premises.Standard.values) - {"unknown"},
            Multiplier.Kind.TECHNICAL_STATE: {"1", "2", "3", "4", "5"},
            Multiplier.Kind.ACCESSIBILITY: {"yes", "no"},
            Multiplier.Kind.TERM: {"indefinite", "fixed"},
        }.get(data.get("kind"))
        if known and data.get("value") not in known:
            self.add_error("value", _("Write one of: %s.") % ", ".join(sorted(known)))
        return data


class ReductionForm(_RowForm):
    class Meta:
        model = Reduction
        fields = (
            "code", "kind", "spheres", "percent", "fixed_net_m2", "cumulable", "below_floor",
            "label_pl", "label_en", "provision", "order",
        )  # fmt: skip
        labels = {"order": _("Order")}


ROW_FORMS: dict[str, type[_RowForm]] = {
    "stawka": BaseRateForm,
    "mnoznik": MultiplierForm,
    "znizka": ReductionForm,
}


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File with zones"), help_text=_("GeoJSON, GeoPackage or Shapefile in a ZIP")
    )
