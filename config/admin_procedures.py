"""Kinds of procedure, documents and criteria, in the technical back office.

A kind in use keeps the rules under which procedures began: changes of the rules are a new row with
its own days, so rows below a kind that procedures use can be looked at and not changed.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.admin_site import KeepingAdmin
from organisations.permissions import can
from premises.models import (
    DocumentType,
    KindCheck,
    KindDocument,
    KindStage,
    KindTransition,
    ProcedureKind,
    ScoringCriterion,
    ScoringScheme,
)
from premises.procedures import steps
from premises.procedures.kinds import TABLES


class KeptRows(admin.TabularInline):
    """Rows below a kind or a scheme: open until a procedure uses it."""

    extra = 0

    def _may(self, request: HttpRequest, obj: Any) -> bool:
        used = obj is not None and obj.procedures.exists()
        return not used and can(request.user, "dictionary.edit")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return can(request.user, "dictionary.edit")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)


class TransitionForm(forms.ModelForm):
    """A row may only permit a step that the courses know, with its guard."""

    class Meta:
        model = KindTransition
        fields = ("subject", "action", "source", "target", "role")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data and not self.errors and steps.unknown([KindTransition(**data)], TABLES):
            raise ValidationError(_("No course knows this step, or it never belongs to this role."))
        return data


class Stages(KeptRows):
    model = KindStage


class Transitions(KeptRows):
    model = KindTransition
    form = TransitionForm


class Documents(KeptRows):
    model = KindDocument


class Checks(KeptRows):
    model = KindCheck


class Criteria(KeptRows):
    model = ScoringCriterion


@admin.register(ProcedureKind)
class ProcedureKindAdmin(KeepingAdmin):
    list_display = ("name_pl", "code", "valid", "sealed", "needs_notice", "legal_act")
    list_filter = ("code", "sealed")
    list_select_related = ("legal_act",)
    inlines = (Stages, Documents, Checks, Transitions)
    save_as = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002 - Django's signature
        """A kind that procedures began under keeps its rules; its last day can be set."""
        if obj is None or not obj.procedures.exists():
            return []
        return [one.name for one in obj._meta.fields if one.name not in ("id", "valid", "note")]


@admin.register(DocumentType)
class DocumentTypeAdmin(KeepingAdmin):
    list_display = ("name_pl", "code", "how", "known_from", "validity_months")
    list_filter = ("how", "known_from")


@admin.register(ScoringScheme)
class ScoringSchemeAdmin(KeepingAdmin):
    list_display = ("name_pl", "code", "valid", "min_total", "legal_act")
    list_select_related = ("legal_act",)
    inlines = (Criteria,)
    save_as = True
