"""The technical admin of what any row may refer to, and of mail that waits."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records import clock
from records.models import CalendarPeriod, DataSource, LegalAct, OutgoingMail


@admin.register(LegalAct)
class LegalActAdmin(admin.ModelAdmin):
    search_fields = ["code", "title"]


@admin.register(DataSource)
class DataSourceAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "publisher", "state_on", "is_sample"]
    search_fields = ["code", "name", "publisher"]


@admin.register(CalendarPeriod)
class CalendarPeriodAdmin(admin.ModelAdmin):
    list_display = ["kind", "days", "name_pl", "source"]
    list_filter = ["kind"]


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):
    """Looking on, and trying again: mail is written by the product alone."""

    list_display = ["created_at", "to", "subject", "sent_at", "attempts", "gave_up_at"]
    list_filter = [
        ("sent_at", admin.EmptyFieldListFilter),
        ("gave_up_at", admin.EmptyFieldListFilter),
    ]
    search_fields = ["to", "message_id"]
    actions = ["try_again"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: OutgoingMail | None = None,  # noqa: ARG002
    ) -> bool:
        return False

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
