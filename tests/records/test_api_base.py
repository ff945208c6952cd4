"""How the API says no: one shape for every refusal, and nothing unknown passed over."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import override_settings
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from organisations.api_authentication import KeyAuthentication
from records.api import Parameters, StrictSerializer, refuse_unknown_parameters
from records.problems import Conflict, Forbidden, Invalid, NotFound, Problems
from tests import make


class SearchParameters(Parameters):
    q = serializers.CharField(required=False)
    capacity = serializers.IntegerField(required=False, min_value=1)
    equipment = serializers.ListField(child=serializers.CharField(), required=False)


class Body(StrictSerializer):
    purpose = serializers.CharField()
    participants = serializers.IntegerField(required=False)


def answer_of(view, request=None, user=None):
    class View(APIView):
        authentication_classes = [KeyAuthentication]  # it tells how to sign in: 401
        permission_classes = []
        throttle_classes = []

        def perform_authentication(self, request):
            request.user = user or AnonymousUser()

        def get(self, request):
            return view(request)

    answer = View.as_view()(request or APIRequestFactory().get("/"))
    answer.render()
    return answer


def raising(error):
    def view(_request):
        raise error

    return view


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Invalid("x"), 422, "invalid"),
        (Conflict("x", code="slot_taken"), 409, "slot_taken"),
        (NotFound("x"), 404, "not_found"),
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "forbidden"),
        (ValidationError({"email": ["x"]}), 422, "invalid"),
        (ValidationError("x"), 422, "invalid"),
        (exceptions.ParseError(), 400, "malformed"),
        (exceptions.NotAuthenticated(), 401, "not_signed_in"),
        (exceptions.AuthenticationFailed(), 401, "not_signed_in"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
        (exceptions.ValidationError({"a": ["x"]}), 422, "invalid"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_every_refusal_is_a_problem_document(error, status, code):
    answer = answer_of(raising(error))
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.data["status"] == status
    assert answer.data["code"] == code
    assert answer.data["type"].startswith("urn:zasoby:problem:")
    assert answer.data["title"]


@pytest.mark.django_db
def test_a_refusal_is_401_for_whoever_is_unknown_and_403_for_whoever_is_known():
    unknown = answer_of(raising(Forbidden("x")))
    assert (unknown.status_code, unknown.data["code"]) == (401, "not_signed_in")
    assert unknown.headers["WWW-Authenticate"].startswith("Bearer")
    known = answer_of(raising(Forbidden("x")), user=make.person())
    assert (known.status_code, known.data["code"]) == (403, "forbidden")


def test_an_error_of_ours_is_not_dressed_up():
    with pytest.raises(ZeroDivisionError):
        answer_of(raising(ZeroDivisionError()))


def test_several_problems_come_together():
    both = Problems([Invalid("a", field="x"), Invalid("b", field="y")])
    assert [e["field"] for e in answer_of(raising(both)).data["errors"]] == ["x", "y"]


class TestParameters:
    def ask(self, query):
        request = APIRequestFactory().get(f"/{query}")
        return answer_of(lambda r: Response(SearchParameters.of(r)), request)

    def test_known_ones_are_read(self):
        assert self.ask("?q=sala&capacity=20&equipment=a&equipment=b").data == {
            "q": "sala",
            "capacity": 20,
            "equipment": ["a", "b"],
        }

    @pytest.mark.parametrize(
        ("query", "field", "code"),
        [
            ("?capasity=20", "capasity", "unknown"),
            ("?capacity=many", "capacity", "invalid"),
            ("?capacity=0", "capacity", "min_value"),
            ("?capacity=1&capacity=2", "capacity", "repeated"),
            ("?q=a%00b", "q", "null_characters_not_allowed"),
        ],
    )
    def test_wrong_ones_are_named(self, query, field, code):
        answer = self.ask(query)
        assert answer.status_code == 422
        assert [(e["field"], e["code"]) for e in answer.data["errors"]] == [(field, code)]

    def test_all_wrong_ones_are_named_at_once(self):
        answer = self.ask("?capasity=20&capacity=0")
        assert {e["field"] for e in answer.data["errors"]} == {"capasity", "capacity"}

    def test_the_near_name_is_offered(self):
        with override_settings(LANGUAGE_CODE="en"):
            [error] = self.ask("?capasity=20").data["errors"]
        assert "capacity" in error["title"]

    def test_a_view_without_parameters_refuses_all(self):
        def view(request):
            refuse_unknown_parameters(request)
            return Response({})

        assert answer_of(view, APIRequestFactory().get("/")).status_code == 200
        assert answer_of(view, APIRequestFactory().get("/?x=1")).status_code == 422


class TestBody:
    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({"purpose": "a"}, set()),
            ({"purpose": "a", "participants": 3}, set()),
            ({"purpose": "a", "partcipants": 3}, {"partcipants"}),
            ({"partcipants": 3}, {"partcipants", "purpose"}),
            ([], {"non_field_errors"}),
            ("text", {"non_field_errors"}),
        ],
    )
    def test_unknown_names_are_wrong(self, body, wrong):
        serializer = Body(data=body)
        assert serializer.is_valid() is not bool(wrong)
        assert set(serializer.errors) == wrong


@pytest.mark.django_db
class TestOverHttp:
    def test_the_description_is_served(self, client):
        answer = client.get("/api/v1/openapi.json")
        assert answer.status_code == 200
        document = answer.json()
        assert document["openapi"].startswith("3.")
        assert "Problem" in document["components"]["schemas"]

    def test_an_unknown_address_is_a_problem_document(self, client):
        answer = client.get("/api/v1/nothing")
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_a_wrong_key_is_401_even_where_nobody_need_sign_in(self, client):
        answer = client.get("/api/v1/me", headers={"Authorization": "Bearer zasoby_x"})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "not_signed_in"
