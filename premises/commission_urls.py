"""Addresses of commissions for their members, and of results for everybody."""

from django.urls import path

from premises.views import commission_judging, commissions, results

_ONE = "komisje/<slug:code>/"

urlpatterns = [
    path("komisje/", commissions.commissions, name="commissions"),
    path(_ONE, commissions.commission, name="commission"),
    path(_ONE + "haslo/", commissions.passphrase, name="commission_passphrase"),
    path(_ONE + "otwarcie/", commissions.open_offers, name="commission_open"),
    path(_ONE + "koperta/", commissions.recover, name="commission_recover"),
    path(_ONE + "oswiadczenie/", commissions.declare, name="commission_declare"),
    path(_ONE + "do-oceny/", commissions.review, name="commission_review"),
    path(_ONE + "koniec-oceny/", commissions.close_judging, name="commission_close"),
    path(_ONE + "wnioski/<int:number>/", commission_judging.card, name="commission_card"),
    path(
        _ONE + "wnioski/<int:number>/pliki/<int:pk>/",
        commission_judging.file,
        name="commission_file",
    ),
    path(_ONE + "stawki/", commission_judging.bid, name="commission_bids"),
    path(_ONE + "lista/", commission_judging.ranking, name="commission_list"),
    path(_ONE + "dokumenty/<uuid:key>/", commission_judging.paper, name="commission_paper"),
    path("nabory/<slug:code>/wyniki/", results.results, name="call_results"),
    path("nabory/<slug:code>/wyniki/<uuid:key>/", results.paper, name="call_results_paper"),
]
