"""What a program may ask about its own person: GET /api/v1/me."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from organisations.models import ApiToken, Membership, Organisation
from organisations.permissions import can
from records import clock
from records.api import refuse_unknown_parameters


class MyOrganisationSerializer(serializers.Serializer):
    """An organisation I belong to. `slug` names it when a place is requested for it."""

    slug = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(Membership.Role.choices)
    verification = serializers.ChoiceField(
        Organisation.VerificationState.choices, source="verification_state"
    )
    may_request = serializers.BooleanField()


class MeSerializer(serializers.Serializer):
    email = serializers.EmailField()
    name = serializers.CharField(source="full_name")
    language = serializers.ChoiceField([("pl", "pl"), ("en", "en")])
    scopes = serializers.ListField(
        child=serializers.ChoiceField(ApiToken.Scope.choices),
        help_text="of the key in use; empty when signed in by session",
    )
    organisations = MyOrganisationSerializer(many=True)


class MeView(APIView):
    """Who I am, what the key in use may do, and in whose name I may ask for places."""

    permission_classes = [IsAuthenticated]
    rate = "api"

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request)
        person = request.user
        memberships = Membership.objects.filter(
            person=person, valid__contains=clock.today()
        ).select_related("organisation")
        organisations: list[dict[str, Any]] = [
            {
                "slug": membership.organisation.slug,
                "name": membership.organisation.name,
                "role": membership.role,
                "verification_state": membership.organisation.verification_state,
                "may_request": can(person, "organisation.request_for", membership.organisation),
            }
            for membership in memberships.order_by("organisation__name")
        ]
        scopes = request.auth.scopes if isinstance(request.auth, ApiToken) else []
        return Response(
            MeSerializer(
                {
                    "email": person.email,
                    "full_name": person.full_name,
                    "language": person.language,
                    "scopes": scopes,
                    "organisations": organisations,
                }
            ).data
        )
