"""All bookings of a unit with filters, and the same as a file."""

from collections.abc import Iterator

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from records import spreadsheets
from records.clock import today
from records.periods import local_moment
from resources.collisions import applicant_of
from resources.desk import inbox
from resources.desk.week import rooms_of
from resources.desk.words import title_of
from resources.forms.fields import DayField
from resources.models import Booking, BookingSlot, ManagingUnit, Resource
from resources.views.desk.access import of_unit, show

ON_A_PAGE = 50
MAX_ROWS = 20_000
STATES = [(value, label) for value, label in Booking.State.choices if value != Booking.State.DRAFT]


class Filters(forms.Form):
    """Read from the address; what is wrong or empty filters nothing."""

    szukaj = forms.CharField(label=gettext_lazy("Who or number"), required=False, max_length=100)
    sala = forms.ModelChoiceField(
        Resource.objects.none(),
        label=gettext_lazy("Room"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("all rooms"),
    )
    stan = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("all states")), *STATES],
    )
    od = DayField(label=gettext_lazy("Dates from"), required=False)
    do = DayField(label=gettext_lazy("Dates to"), required=False)

    def __init__(self, *args: object, unit: ManagingUnit, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sala"].queryset = Resource.objects.filter(
            pk__in=[room.pk for room in rooms_of(unit)]
        )
        self.fields["sala"].label_from_instance = title_of

    def apply(self, bookings: QuerySet[Booking]) -> QuerySet[Booking]:
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        if data.get("szukaj"):
            text = data["szukaj"].strip()
            bookings = bookings.filter(
                Q(code__iexact=text)
                | Q(organisation__name__icontains=text)
                | Q(organisation__short_name__icontains=text)
                | Q(requester_name__icontains=text)
                | Q(purpose__icontains=text)
            )
        if data.get("stan"):
            bookings = bookings.filter(state=data["stan"])
        slots = BookingSlot.objects.all()
        narrowed = False
        if data.get("sala"):
            slots, narrowed = slots.filter(resource=data["sala"]), True
        if data.get("od"):
            slots = slots.filter(period__endswith__gt=local_moment(data["od"], 0))
            narrowed = True
        if data.get("do"):
            slots = slots.filter(period__startswith__lt=local_moment(data["do"], 24 * 60))
            narrowed = True
        if narrowed:
            bookings = bookings.filter(pk__in=slots.values("booking"))
        return bookings


@require_safe
@of_unit()
def table(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    form = Filters(request.GET or None, unit=unit)
    found = _found(form, unit)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return show(
        request,
        unit,
        "desk/bookings.html",
        {
            "form": form,
            "page": page,
            "items": inbox.items(list(page.object_list)),
            "query": query.urlencode(),
            "filtered": bool(query),
        },
    )


def _found(form: Filters, unit: ManagingUnit) -> QuerySet[Booking]:
    found = inbox.requests_of(unit).order_by("-submitted_at", "-pk")
    return form.apply(found) if form.is_bound else found


@require_safe
@of_unit()
def download(request: HttpRequest, unit: ManagingUnit, kind: str) -> HttpResponse:
    """One row a date, with the same filters; at most 20,000 rows."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    form = Filters(request.GET or None, unit=unit)
    bookings = _found(form, unit)
    slots = (
        BookingSlot.objects.filter(booking__in=bookings.values("pk"))
        .select_related("booking__organisation", "booking__person", "resource")
        .order_by("period", "pk")[:MAX_ROWS]
    )
    header = [
        _("Number"), _("Who"), _("Room"), _("From"), _("To"), _("State of the date"),
        _("State of the request"), _("Purpose"), _("People"), _("Minors"), _("Participants pay"),
        _("In charge"), _("Telephone"), _("How it came"), _("Sent"), _("Decided"), _("Decided by"),
        _("Came"), _("Gross price of the whole"),
    ]  # fmt: skip
    name = f"rezerwacje-{unit.code}-{today():%Y-%m-%d}"
    return spreadsheets.answer(kind, name, header, _rows(slots))


def _rows(slots: QuerySet[BookingSlot]) -> Iterator[list[object]]:
    yes, no = _("yes"), _("no")
    for slot in slots.iterator(chunk_size=2000):
        booking = slot.booking
        yield [
            booking.code,
            applicant_of(booking),
            title_of(slot.resource),
            slot.period.lower,
            slot.period.upper,
            slot.get_state_display(),
            booking.get_state_display(),
            booking.purpose,
            booking.participants,
            yes if booking.minors else no,
            yes if booking.fee_taking else no,
            booking.person_in_charge,
            booking.person_in_charge_phone,
            booking.get_channel_display(),
            booking.submitted_at,
            booking.decided_at,
            booking.decided_by,
            booking.attended,
            booking.cost_gross,
        ]
