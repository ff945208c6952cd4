"""/api/v1/bookings: request a place, look at own requests, withdraw or cancel them."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from organisations.models import Organisation, Person
from organisations.permissions import require as require_of_organisation
from organisations.scopes import organisations_visible_to, organisations_where
from records.api import PROBLEM_TYPE, Parameters, StrictSerializer
from records.problems import NotFound, Problem
from resources import permissions, scopes
from resources.booking import changes, facts, idempotency, requests
from resources.booking.drafts import Draft, Meeting
from resources.booking.idempotency import Answer
from resources.booking.wishes import MAX_DATES, Wish
from resources.models import Booking, BookingSlot

State = Booking.State
KEY_HEADER = "Idempotency-Key"


class WeeklyField(serializers.ListField):
    """`["TU,17:00,19:00", …]`, or one of these without the brackets."""

    child = serializers.CharField(max_length=20)

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value([data] if isinstance(data, str) else data)


class ChoicesField(serializers.DictField):
    """Wished date (`2026-12-08T17:00`, local) -> "skip", "wait" or an offered `choice`."""

    child = serializers.CharField(max_length=120)

    def to_internal_value(self, data: Any) -> Any:
        choices = super().to_internal_value(data)
        known = serializers.RegexField(r"^\d{4}-\d\d-\d\dT\d\d:\d\d\Z")
        for name in choices:
            known.run_validation(name)
        return choices


class RequestSerializer(StrictSerializer):
    """One time (`start`, `end`), or every week (`weekly`, `from`, `until`)."""

    resource = serializers.CharField(max_length=40, help_text="code of the place")
    start = serializers.DateTimeField(
        required=False, help_text="ISO 8601; local time of Kraków if it names no offset"
    )
    end = serializers.DateTimeField(required=False)
    weekly = WeeklyField(
        required=False, min_length=1, max_length=14, help_text="weekday,from,to: TU,17:00,19:00"
    )
    until = serializers.DateField(required=False, help_text="last day of the series")
    purpose = serializers.CharField(max_length=300)
    participants = serializers.IntegerField(min_value=1, max_value=100_000)
    organisation = serializers.CharField(
        max_length=80,
        required=False,
        allow_null=True,
        help_text="slug of one of my organisations; left out: my only one; null: none",
    )
    person_in_charge = serializers.CharField(
        max_length=150, required=False, help_text="left out: the bearer of the key"
    )
    person_in_charge_phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    minors = serializers.BooleanField(default=False)
    minors_declaration = serializers.BooleanField(default=False)
    fee_taking = serializers.BooleanField(default=False)
    equipment = serializers.ListField(
        child=serializers.CharField(max_length=40), default=list, max_length=30
    )
    note = serializers.CharField(max_length=1000, default="", allow_blank=True)
    show_name = serializers.BooleanField(default=False)
    choices = ChoicesField(
        default=dict, help_text=f"for dates that are not free; at most {MAX_DATES}"
    )
    wait_if_taken = serializers.BooleanField(
        default=False, help_text="join the waiting list where a date is taken"
    )
    terms = serializers.CharField(
        max_length=20,
        required=False,
        help_text="version of the terms of use that I accept; left out: the one in force",
    )

    def get_fields(self) -> dict[str, Any]:
        # "from" is a word of Python.
        day = serializers.DateField(required=False, help_text="first day of the series")
        return {**super().get_fields(), "from": day}

    def validate_choices(self, choices: dict[str, str]) -> dict[str, str]:
        if len(choices) > MAX_DATES:
            raise serializers.ValidationError(_("There are more choices than dates."))
        return choices

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        single = {"start", "end"} & set(data)
        series = {"weekly", "from", "until"} & set(data)
        missing = (
            ({"start", "end"} - single) if not series else ({"weekly", "from", "until"} - series)
        )
        if single and series:
            raise serializers.ValidationError(
                dict.fromkeys(sorted(series), _("Give one time or a series, not both."))
            )
        if missing:
            raise serializers.ValidationError(
                dict.fromkeys(sorted(missing), _("This value is needed."))
            )
        return data


class DateSerializer(serializers.ModelSerializer):
    start = serializers.DateTimeField(source="period.lower")
    end = serializers.DateTimeField(source="period.upper")
    resource = serializers.SlugRelatedField("code", read_only=True)
    replaces = serializers.DateField(allow_null=True)

    class Meta:
        model = BookingSlot
        fields = ("start", "end", "resource", "state", "replaces")


class BookingSerializer(serializers.ModelSerializer):
    """A request with all its dates."""

    resource = serializers.SlugRelatedField("code", read_only=True)
    organisation = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    held_until = serializers.DateTimeField(
        source="hold.expires_at", allow_null=True, default=None, read_only=True
    )
    terms = serializers.SlugRelatedField("version", read_only=True, allow_null=True)
    dates = DateSerializer(source="slots", many=True)
    cost_net = serializers.DecimalField(max_digits=10, decimal_places=2, allow_null=True)
    cost_gross = serializers.DecimalField(max_digits=10, decimal_places=2, allow_null=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Booking
        fields = (
            "code",
            "state",
            "resource",
            "organisation",
            "purpose",
            "participants",
            "dates",
            "submitted_at",
            "decide_by",
            "held_until",
            "reason",
            "terms",
            "cost_net",
            "cost_gross",
            "url",
        )

    def get_url(self, booking: Booking) -> str:
        """Page of the request."""
        return settings.SITE_URL + reverse("booking:case", args=[booking.code])


class PageSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = BookingSerializer(many=True)


class ListParameters(Parameters):
    state = serializers.ChoiceField(State.choices, required=False)
    organisation = serializers.CharField(max_length=80, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=30)
    offset = serializers.IntegerField(min_value=0, max_value=1_000_000, default=0)


class CancelParameters(Parameters):
    late_is_known = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=300, default="", allow_blank=True)


def _full(queryset: Any) -> Any:
    return queryset.select_related("resource", "organisation", "hold", "terms").prefetch_related(
        "slots__resource"
    )


def own_booking(person: Person, code: str) -> Booking:
    """Raises NotFound for what is not the person's own, as if it were not there."""
    found = _full(scopes.own_bookings(person)).filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no such request among yours."))
    return found


_PROBLEM = OpenApiResponse(description="a problem document")


class BookingsView(APIView):
    """Own requests, and a new one."""

    permission_classes = [IsAuthenticated]
    rate = {"GET": "api", "POST": "requests"}

    @extend_schema(
        operation_id="bookings_list",
        parameters=[ListParameters],
        responses=PageSerializer,
    )
    def get(self, request: Request) -> Response:
        """My own requests and those of my organisations, newest first."""
        asked = ListParameters.of(request)
        own = scopes.own_bookings(request.user)
        if state := asked.get("state"):
            own = own.filter(state=state)
        if slug := asked.get("organisation"):
            own = own.filter(organisation__slug=slug)
        own = own.order_by("-created_at", "-pk")
        count, limit, offset = own.count(), asked["limit"], asked["offset"]
        return Response(
            {
                "count": count,
                "next": _page(request, offset + limit, limit) if offset + limit < count else None,
                "previous": _page(request, max(0, offset - limit), limit) if offset else None,
                "results": BookingSerializer(_full(own)[offset : offset + limit], many=True).data,
            }
        )

    @extend_schema(
        operation_id="bookings_create",
        request=RequestSerializer,
        parameters=[
            OpenApiParameter(
                KEY_HEADER,
                str,
                OpenApiParameter.HEADER,
                description="the same key with the same body gets the same answer for two days",
            )
        ],
        responses={201: BookingSerializer, 409: _PROBLEM, 422: _PROBLEM},
    )
    def post(self, request: Request) -> Response:
        """Request a place for one time or a series.

        201 with the request, which holds its dates (or is confirmed at once, where the rules of
        the unit allow it). 409 where dates are not free: `alternatives` lists for each what could
        be had; send a `choice` of them back in `choices`.
        """
        key = request.headers.get(KEY_HEADER)
        if key is None:
            return _respond(request, self._create(request, None))
        person = request.user
        before = idempotency.begin(person, key, request.data or {})
        if before is not None:
            return _respond(request, before)
        try:
            return _respond(request, self._create(request, key))
        except Problem as problem:
            refused = Answer(problem.status, problem.as_document())
            idempotency.keep(person, key, refused)
            raise
        except Exception:
            idempotency.give_up(person, key)
            raise

    def _create(self, request: Request, key: str | None) -> Answer:
        body = RequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        draft, accepted = read_request(body.validated_data, request.user)
        answers: list[Answer] = []

        def also(booking: Booking) -> None:
            answers[:] = [Answer(201, dict(BookingSerializer(_fresh(booking)).data))]
            if key is not None:
                idempotency.keep(request.user, key, answers[0])

        requests.create(
            draft,
            request.user,
            accepted_terms=accepted,
            wait_if_taken=body.validated_data["wait_if_taken"],
            also=also,
            channel=Booking.Channel.API,
        )
        return answers[0]


class BookingView(APIView):
    """One own request."""

    permission_classes = [IsAuthenticated]
    rate = {"GET": "api", "DELETE": "requests"}

    @extend_schema(operation_id="bookings_read", responses=BookingSerializer)
    def get(self, request: Request, code: str) -> Response:
        Parameters.of(request)
        return Response(BookingSerializer(own_booking(request.user, code)).data)

    @extend_schema(
        operation_id="bookings_cancel",
        parameters=[CancelParameters],
        responses={204: None, 409: _PROBLEM},
    )
    def delete(self, request: Request, code: str) -> Response:
        """Throw a draft away, withdraw a request, or cancel all dates that are still to come.

        204 also if that was done before. A cancellation after the term of notice counts like an
        absence and needs `late_is_known=true`; else it is a 409.
        """
        asked = CancelParameters.of(request)
        booking = own_booking(request.user, code)
        person = request.user
        if booking.state in (State.WITHDRAWN, State.CANCELLED_BY_USER):
            permissions.require(person, "booking.withdraw", booking)
        elif booking.state == State.DRAFT:
            requests.discard_draft(booking, person)
        elif booking.state in (State.CONFIRMED, State.IN_USE):
            changes.cancel(
                booking, person, reason=asked["reason"], late_is_known=asked["late_is_known"]
            )
        else:
            changes.withdraw(booking, person, reason=asked["reason"])
        return Response(status=204)


def read_request(data: dict[str, Any], person: Person) -> tuple[Draft, Any]:
    """The body as a draft, and the terms that it accepts. Raises Problem."""
    place = requests.place_to_request(person, data["resource"])
    given = {
        name: data[name] for name in ("start", "end", "weekly", "from", "until") if name in data
    }
    wish = Wish.from_json(
        {
            name: value if isinstance(value, list) else value.isoformat()
            for name, value in given.items()
        }
    )
    wish.dates()
    known = {name: data[name] for name in Meeting.__dataclass_fields__ if name in data}
    known.setdefault("person_in_charge", str(person))
    draft = Draft(
        place, wish, data["choices"], Meeting.from_json(known), organisation_of(data, person)
    )
    terms = facts.current_terms(facts.policy_of(place))
    if terms is not None and data.get("terms") not in (None, terms.version):
        terms = None
    return draft, terms


def organisation_of(data: dict[str, Any], person: Person) -> Organisation | None:
    """In whose name. Raises NotFound or Forbidden."""
    if "organisation" not in data:
        mine = list(organisations_where(person, "organisation.request_for")[:2])
        return mine[0] if len(mine) == 1 else None
    if data["organisation"] is None:
        return None
    found = organisations_visible_to(person).filter(slug=data["organisation"]).first()
    if found is None:
        raise NotFound(_("There is no such organisation."), field="organisation")
    require_of_organisation(person, "organisation.request_for", found)
    return found


def _fresh(booking: Booking) -> Booking:
    return _full(Booking.objects).get(pk=booking.pk)


def _respond(request: Request, answer: Answer) -> Response:
    if answer.status == 201:
        address = reverse("api-booking", args=[answer.document["code"]])
        return Response(
            answer.document,
            status=201,
            headers={"Location": request.build_absolute_uri(address)},
        )
    return Response(answer.document, status=answer.status, content_type=PROBLEM_TYPE)


def _page(request: Request, offset: int, limit: int) -> str:
    query = request.GET.copy()
    query["offset"], query["limit"] = str(offset), str(limit)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
