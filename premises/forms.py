"""Narrowing the list of vacant premises."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from maps.models import District
from resources.models import Resource, ThreeValued


class VacantForm(forms.Form):
    """Filters of `/lokale/`. What is not valid narrows nothing and is named beside its field."""

    district = forms.ModelChoiceField(
        label=_("District"),
        queryset=District.objects.defer("boundary", "boundary_2178", "outline"),
        required=False,
        empty_label=_("all districts"),
    )
    area_min = forms.IntegerField(
        label=_("At least (m²)"), required=False, min_value=1, max_value=5000
    )
    step_free = forms.BooleanField(label=_("step-free (confirmed)"), required=False)

    def narrowed(self, premises: QuerySet[Resource]) -> QuerySet[Resource]:
        wanted: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        if wanted.get("district"):
            premises = premises.filter(district=wanted["district"])
        if wanted.get("area_min"):
            premises = premises.filter(area_m2__gte=wanted["area_min"])
        if wanted.get("step_free"):
            premises = premises.filter(step_free=ThreeValued.YES)
        return premises
