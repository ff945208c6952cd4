"""The technical back office, Django's admin: to look, and to keep dictionaries.

Work is done on the pages made for it. Here rows can be looked at with their history, and what has
no page of its own (acts, spheres, calendars, names of units, legal texts) can be added and
corrected. Nothing can be deleted: dated rows end, and everything that mattered once stays readable.
"""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from organisations.permissions import can
from records.past import entries_for


class OfficeAdminSite(AdminSite):
    """One door for everybody: sign-in with lock-out, confirmed e-mail and the second step."""

    site_header = _("Zasoby: dictionaries and records")
    site_title = "Zasoby"
    index_title = _("Dictionaries and records")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return can(request.user, "dictionary.edit")

    def login(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 -- Django's signature
    ) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied(_("This is for the administrator."))
        return redirect_to_login(request.GET.get("next", "/admin/"))


class LookingAdmin(ModelAdmin):
    """Rows to look at, with their history."""

    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return can(request.user, "dictionary.edit")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return can(request.user, "dictionary.edit")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history that triggers wrote, whoever changed the row and by whatever way."""
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        tracked = hasattr(obj, "events")
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(row)s") % {"row": obj},
            "opts": self.opts,
            "object": obj,
            "entries": entries_for(obj) if tracked else [],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/past.html", context)


class KeepingAdmin(LookingAdmin):
    """Rows that have no page of their own: may be added and corrected, too."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return can(request.user, "dictionary.edit")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return can(request.user, "dictionary.edit")
