from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns: list = [
    path("jezyk/", set_language, name="set_language"),
    path("konto/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "config.views.errors.bad_request"
handler403 = "config.views.errors.permission_denied"
handler404 = "config.views.errors.not_found"
handler500 = "config.views.errors.server_error"
