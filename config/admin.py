"""What the technical back office shows: see config/admin_site.py."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.admin_site import KeepingAdmin, LookingAdmin
from maps.models import District
from organisations.models import (
    ApiToken,
    CityRole,
    Membership,
    Organisation,
    Person,
    Sphere,
    Verification,
)
from records import clock
from records.models import (
    AccessibilityStatement,
    CalendarPeriod,
    DataSource,
    LegalAct,
    OutgoingMail,
    PrivacyNotice,
)
from resources.models import Equipment, ManagingUnit, StaffRole, UnitName


@admin.register(LegalAct)
class LegalActAdmin(KeepingAdmin):
    list_display = ("code", "kind", "number", "title", "issued_on", "in_force_until", "is_sample")
    list_filter = ("kind", "is_sample")
    search_fields = ("code", "number", "title")


@admin.register(DataSource)
class DataSourceAdmin(KeepingAdmin):
    list_display = ("code", "name", "publisher", "state_on", "fetched_on", "is_sample")
    search_fields = ("code", "name", "publisher")


@admin.register(CalendarPeriod)
class CalendarPeriodAdmin(KeepingAdmin):
    list_display = ("name_pl", "kind", "days", "source")
    list_filter = ("kind",)
    list_select_related = ("source",)


@admin.register(Sphere)
class SphereAdmin(KeepingAdmin):
    list_display = ("code", "text_pl", "valid", "legal_act", "confirmed")
    list_filter = ("confirmed",)
    list_select_related = ("legal_act",)


@admin.register(Equipment)
class EquipmentAdmin(KeepingAdmin):
    list_display = ("code", "name_pl", "name_en", "order")


@admin.register(ManagingUnit)
class ManagingUnitAdmin(KeepingAdmin):
    list_display = ("name", "code", "kind", "legal_personality", "merged_into", "is_sample")
    list_filter = ("kind", "is_sample")
    search_fields = ("name", "code", "short_name")
    list_select_related = ("merged_into",)
    autocomplete_fields = ("merged_into",)


@admin.register(UnitName)
class UnitNameAdmin(KeepingAdmin):
    list_display = ("name", "unit", "valid", "legal_act")
    list_select_related = ("unit", "legal_act")
    autocomplete_fields = ("unit",)


@admin.register(AccessibilityStatement, PrivacyNotice)
class TextAdmin(KeepingAdmin):
    """Legal texts in force from a day."""


@admin.register(Person)
class PersonAdmin(LookingAdmin):
    """Who has an account; never the password, not even as a hash."""

    list_display = ("full_name", "email", "language", "is_active", "date_joined", "is_sample")
    list_filter = ("is_active", "is_sample")
    search_fields = ("full_name", "email")
    fields = ("full_name", "email", "language", "is_active", "date_joined", "last_login")


@admin.register(ApiToken)
class ApiTokenAdmin(LookingAdmin):
    """Whose keys there are; never their hashes."""

    list_display = ("name", "person", "prefix", "scopes", "expires_at", "revoked_at")
    list_select_related = ("person",)
    fields = ("person", "name", "prefix", "scopes", "created_at", "expires_at", "revoked_at")


@admin.register(Organisation)
class OrganisationAdmin(LookingAdmin):
    list_display = ("name", "legal_form", "krs", "verification_state", "verified_until")
    list_filter = ("verification_state", "legal_form", "is_sample")
    search_fields = ("name", "krs", "nip", "regon")


@admin.register(Membership)
class MembershipAdmin(LookingAdmin):
    list_display = ("organisation", "person", "role", "valid", "granted_by")
    list_filter = ("role",)
    list_select_related = ("organisation", "person")


@admin.register(Verification)
class VerificationAdmin(LookingAdmin):
    list_display = ("organisation", "level", "verified_at", "verified_by", "valid_until")
    list_select_related = ("organisation",)


@admin.register(CityRole)
class CityRoleAdmin(LookingAdmin):
    list_display = ("person", "role", "valid")
    list_select_related = ("person",)


@admin.register(StaffRole)
class StaffRoleAdmin(LookingAdmin):
    list_display = ("unit", "person", "role", "valid", "delegated_by")
    list_filter = ("role",)
    list_select_related = ("unit", "person")


@admin.register(District)
class DistrictAdmin(LookingAdmin):
    list_display = ("number", "name")
    fields = ("number", "name")


@admin.register(OutgoingMail)
class OutgoingMailAdmin(LookingAdmin):
    """Looking on, and trying again. The text stays out: it may hold a link to a new password."""

    fields = (
        "to", "language", "subject", "created_at", "not_before", "sent_at", "gave_up_at",
        "attempts", "last_error",
    )  # fmt: skip

    list_display = ["created_at", "to", "subject", "sent_at", "attempts", "gave_up_at"]
    list_filter = [
        ("sent_at", admin.EmptyFieldListFilter),
        ("gave_up_at", admin.EmptyFieldListFilter),
    ]
    search_fields = ["to", "message_id"]
    actions = ["try_again"]

    @admin.action(description=_("Try to deliver again"), permissions=["view"])
    def try_again(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        """The worker's next round tries them; the five days count from now."""
        now = clock.now()
        count = mails.filter(sent_at=None).update(gave_up_at=None, not_before=now, created_at=now)
        self.message_user(
            request,
            ngettext("%(count)d mail will be tried.", "%(count)d mails will be tried.", count)
            % {"count": count},
        )
