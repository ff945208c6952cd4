"""Addresses of commissions on the desk, below /najem/<unit>/."""

from django.urls import path

from premises.views.lettings import commission

_ONE = "<slug:unit>/nabory/<slug:code>/komisja/"

urlpatterns = [
    path(_ONE, commission.commission, name="commission"),
    path(_ONE + "sklad/", commission.appoint, name="commission_appoint"),
    path(_ONE + "sklad/<int:pk>/", commission.dismiss, name="commission_dismiss"),
    path(_ONE + "klucz/", commission.withdraw_key, name="commission_key"),
    path(_ONE + "decyzja/<int:number>/", commission.decide, name="commission_decide"),
    path(_ONE + "opinia/<int:number>/", commission.ask_opinion, name="commission_opinion"),
    path(_ONE + "opinie/<int:pk>/", commission.record_opinion, name="commission_opinion_answer"),
    path(_ONE + "dokumenty/<uuid:key>/", commission.paper, name="commission_paper"),
]
