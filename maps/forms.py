"""Reading what a map asks for. No query string is taken apart by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.problems import Invalid, Problems


class BoundsField(forms.CharField):
    """`west,south,east,north` in degrees; cleans to a tuple of floats, or None if empty."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            raise forms.ValidationError(
                _("Give four numbers: west, south, east, north."), code="invalid"
            ) from None
        inside = -180 <= west < east <= 180 and -90 <= south < north <= 90
        if not inside:  # NaN fails every comparison
            raise forms.ValidationError(
                _("West must lie before east and south before north, in degrees."), code="order"
            )
        return west, south, east, north


class ViewportForm(forms.Form):
    bbox = BoundsField(required=False, label=_("Bounds"), max_length=200)
    zoom = forms.IntegerField(required=False, min_value=0, max_value=22, label=_("Zoom"))

    def problem(self) -> Problems:
        """The errors as one problem that names each parameter."""
        return Problems(
            [
                Invalid(str(error), field=name)
                for name, errors in self.errors.items()
                for error in errors
            ]
        )
