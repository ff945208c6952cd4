from django.contrib import admin
from django.urls import include, path

from config.views import pages

urlpatterns: list = [
    path("", include("organisations.urls")),
    path("pomoc/", pages.help_page, name="help"),
    path("deklaracja-dostepnosci/", pages.accessibility_declaration, name="accessibility"),
    path("prywatnosc/<slug:code>/", pages.privacy_notice, name="privacy_notice"),
    path("skladniki/", pages.component_sheet, name="components"),
    path("konto/", include("allauth.urls")),
    path("api/v1/", include("config.api")),
    path("admin/", admin.site.urls),
    path("", include("resources.search.urls")),
    path("biurko/", include("resources.desk_urls")),
    path("", include("maps.urls")),
    path("", include("resources.booking.urls")),
    path("", include("resources.urls")),
    path("", include("premises.urls")),
    path("", include("civic_centres.urls")),
]

handler400 = "config.views.errors.bad_request"
handler403 = "config.views.errors.permission_denied"
handler404 = "config.views.errors.not_found"
handler500 = "config.views.errors.server_error"
