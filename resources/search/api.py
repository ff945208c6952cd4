"""GET /api/v1/search: the search as GeoJSON, with the same parameters as the page."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from resources import unmet
from resources.search import api_schema, geojson
from resources.search.parsing import parse
from resources.search.results import features

# The code of a place stands at the end of its address.
_ANY_CODE = "0"


class GeoJSONRenderer(BaseRenderer):
    """Hands on the text that the database wrote; problems become JSON as everywhere."""

    media_type = geojson.MEDIA_TYPE
    format = "geojson"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        if isinstance(data, bytes):
            return data
        return JSONRenderer().render(data, accepted_media_type, renderer_context)


class PlainJSONRenderer(GeoJSONRenderer):
    """The same under the name that many programs ask for."""

    media_type = "application/json"
    format = "json"


class SearchView(APIView):
    """Find places by where, when and what they offer.

    The parameters that are given all hold. Times without an offset are local times of Kraków.
    """

    permission_classes: list[Any] = []
    renderer_classes = [GeoJSONRenderer, PlainJSONRenderer]
    rate = "search"

    @extend_schema(
        operation_id="search",
        parameters=[OpenApiParameter(**described) for described in api_schema.PARAMETERS],
        responses={
            (200, geojson.MEDIA_TYPE): OpenApiResponse(api_schema.COLLECTION),
            (200, "application/json"): OpenApiResponse(api_schema.COLLECTION),
        },
    )
    def get(self, request: Request) -> Response:
        criteria = parse(dict(request.GET.lists()))
        base = place_address(request)
        found = features(criteria, request.user, base_url=base)
        # A program that nobody stands behind may ask anything; that is no demand.
        if not found.matched and request.user.is_authenticated:
            unmet.record_search(criteria, request)
        address = request.build_absolute_uri(request.path)
        near = geojson.near(criteria, request.user, base_url=base) if criteria.near_misses else []
        return Response(geojson.collection(found, criteria, address=address, near=near))


def place_address(request: Request) -> str:
    """The absolute address of a place without its code at the end."""
    address = reverse("resources:detail", args=[_ANY_CODE])
    return request.build_absolute_uri(address.removesuffix(f"{_ANY_CODE}/"))
