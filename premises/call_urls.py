"""Addresses of calls and applications, for everybody and for organisations."""

from django.urls import path

from premises.views import application_correction, application_draft, application_pages, calls

urlpatterns = [
    path("nabory/", calls.calls, name="calls"),
    path("nabory/kalendarz.ics", calls.calls_ics, name="calls_ics"),
    path("nabory/nowe.atom", calls.calls_atom, name="calls_atom"),
    path("nabory/<slug:code>/", calls.call, name="call"),
    path("nabory/<slug:code>/pytanie/", calls.ask, name="call_ask"),
    path("nabory/<slug:code>/pliki/<uuid:key>/", calls.call_file, name="call_file"),
    path("nabory/<slug:code>/wniosek/", application_draft.begin, name="application_begin"),
    path("wnioski/", application_pages.applications, name="applications"),
    path("wnioski/<slug:code>/", application_pages.application, name="application"),
    path("wnioski/<slug:code>/szkic/", application_draft.edit, name="application_edit"),
    path("wnioski/<slug:code>/zapis/", application_draft.autosave, name="application_autosave"),
    path("wnioski/<slug:code>/wyslij/", application_draft.send, name="application_send"),
    path(
        "wnioski/<slug:code>/potwierdzenie/", application_pages.receipt, name="application_receipt"
    ),
    path("wnioski/<slug:code>/pliki/", application_draft.upload, name="application_upload"),
    path(
        "wnioski/<slug:code>/pliki/<int:pk>/", application_pages.document, name="application_file"
    ),
    path(
        "wnioski/<slug:code>/pliki/<int:pk>/usun/",
        application_draft.remove_file,
        name="application_remove_file",
    ),
    path("wnioski/<slug:code>/wspolnie/", application_draft.invite, name="application_invite"),
    path(
        "wnioski/<slug:code>/wspolnie/<int:pk>/",
        application_draft.partner,
        name="application_joint",
    ),
    path(
        "wnioski/<slug:code>/wspolnie/<int:pk>/usun/",
        application_draft.drop_partner,
        name="application_drop_partner",
    ),
    path(
        "wnioski/<slug:code>/uzupelnienie/",
        application_correction.correct,
        name="application_correct",
    ),
    path("wnioski/<slug:code>/wycofaj/", application_pages.withdraw, name="application_withdraw"),
    path("wnioski/<slug:code>/wyrzuc/", application_draft.discard, name="application_discard"),
]
