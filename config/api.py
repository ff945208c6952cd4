"""The API: /api/v1/, put together from the apps, and its description.

How it answers in general (problem documents, limits) is in records/api.py; who speaks is in
organisations/api_authentication.py.
"""

from typing import Any

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from organisations import api_schema  # noqa: F401 -- registers itself with drf-spectacular
from resources.search.api import SearchView

#: Addresses of the apps: `path("search", ...)`, or `path("", include("app.api_urls"))`.
urlpatterns: list[Any] = [
    path(
        "openapi.json",
        SpectacularJSONAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="openapi",
    ),
    path("", include("organisations.api_urls")),
    path("search", SearchView.as_view(), name="api-search"),
    path("", include("resources.booking.api_urls")),
]
