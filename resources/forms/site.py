"""Form of a site: its words, its point, and an officer's word on the district."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from maps.crs import CITY, WGS84
from maps.models import District
from resources.models import Site
from resources.sites import Override


class SiteForm(forms.ModelForm):
    """The position is typed as two numbers; the page helps to find them from an address."""

    latitude = forms.DecimalField(
        label=_("Latitude (north)"), max_digits=9, decimal_places=6, help_text=_("About 50.06.")
    )
    longitude = forms.DecimalField(
        label=_("Longitude (east)"), max_digits=9, decimal_places=6, help_text=_("About 19.94.")
    )
    district_override = forms.ModelChoiceField(
        label=_("District, if the map is wrong"),
        queryset=District.objects.all(),
        required=False,
        empty_label=_("as the map says"),
    )
    override_reason = forms.CharField(label=_("How do you know?"), max_length=200, required=False)

    class Meta:
        model = Site
        fields = ("name", "address", "postcode", "directions_pl", "directions_en")
        labels = {
            "postcode": _("Postcode"),
            "directions_pl": _("How to get there (Polish)"),
            "directions_en": _("How to get there (English)"),
        }
        widgets = {
            "directions_pl": forms.Textarea(attrs={"rows": 3}),
            "directions_en": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site = self.instance
        if site.pk:
            self.fields["latitude"].initial = round(site.point.y, 6)
            self.fields["longitude"].initial = round(site.point.x, 6)
            if site.district_override_reason:
                self.fields["district_override"].initial = site.district_id
                self.fields["override_reason"].initial = site.district_override_reason

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        x, y = cleaned.get("longitude"), cleaned.get("latitude")
        if x is not None and y is not None and not CITY.contains_point(float(x), float(y)):
            swapped = CITY.contains_point(float(y), float(x))
            self.add_error(
                "latitude",
                _("Latitude and longitude are swapped.")
                if swapped
                else _("The point lies outside Kraków."),
            )
        if cleaned.get("district_override") and not cleaned.get("override_reason"):
            self.add_error("override_reason", _("Say how you know the district."))
        return cleaned

    def point(self) -> Point:
        data = self.cleaned_data
        return Point(float(data["longitude"]), float(data["latitude"]), srid=WGS84)

    def override(self) -> Override | None:
        district = self.cleaned_data.get("district_override")
        if district is None:
            return None
        return Override(district.pk, self.cleaned_data["override_reason"])


class DivideForm(forms.Form):
    """Names of the parts of a hall, one a line."""

    parts = forms.CharField(
        label=_("Names of the parts, one a line"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: sector A, sector B."),
    )

    def clean_parts(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["parts"].splitlines() if line.strip()]
        if len(names) < 2:
            raise forms.ValidationError(_("Name at least two parts."))
        if len(names) > 12:
            raise forms.ValidationError(_("At most twelve parts."))
        if len({name.lower() for name in names}) < len(names):
            raise forms.ValidationError(_("Two parts have the same name."))
        return names
