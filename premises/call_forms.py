"""Narrowing the list of calls."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from maps.models import AreaGroup, District
from premises.models import AllocationProcedure, Tenure


class GroupChoice(forms.ModelChoiceField):
    def label_from_instance(self, group: Any) -> str:
        english = (get_language() or "").startswith("en")
        return str(group.name_en if english else group.name_pl)


class CallsForm(forms.Form):
    """Filters of `/nabory/`. What is not valid narrows nothing and is named beside its field."""

    district = forms.ModelChoiceField(
        label=_("District"),
        queryset=District.objects.defer("boundary", "boundary_2178", "outline"),
        required=False,
        empty_label=_("all districts"),
    )
    area = GroupChoice(
        label=_("Part of the city"),
        queryset=AreaGroup.objects.filter(kind="district_set", loaded=True),
        required=False,
        empty_label=_("the whole city"),
    )
    tenure = forms.ChoiceField(
        label=_("On what terms"),
        choices=[("", _("any")), *Tenure.choices],
        required=False,
    )

    def narrowed(self, found: QuerySet[AllocationProcedure]) -> QuerySet[AllocationProcedure]:
        wanted: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        lots: dict[str, Any] = {}
        if wanted.get("district"):
            lots["lots__resource__district"] = wanted["district"]
        if wanted.get("area"):
            lots["lots__resource__district__in"] = wanted["area"].districts.values("pk")
        if wanted.get("tenure"):
            lots["lots__tenure"] = wanted["tenure"]
        # One lot must fit all of it.
        return found.filter(**lots).distinct() if lots else found
