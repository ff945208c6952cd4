"""Addresses of looking after contracts, below /najem/<unit>/."""

from django.urls import path

from premises.views.lettings import charges, handover, upkeep

_ONE = "<slug:unit>/umowy/<slug:number>/"
_PROTOCOL = _ONE + "protokol/<slug:direction>/"

urlpatterns = [
    path("protokoly/zdjecia/<uuid:key>/", handover.picture, name="handover_picture"),
    path("protokoly/<uuid:key>.pdf", handover.paper, name="handover_paper"),
    path("<slug:unit>/terminy/", charges.deadlines, name="deadlines"),
    path("<slug:unit>/naliczenia/", charges.register, name="charges"),
    path("<slug:unit>/naliczenia/policz/", charges.reckon, name="reckon_charges"),
    path("<slug:unit>/naliczenia/paczka/", charges.export, name="export_charges"),
    path("<slug:unit>/naliczenia/paczka/<int:pk>.csv", charges.batch, name="charge_batch"),
    path("<slug:unit>/zaleglosci/", charges.owed, name="arrears"),
    path(_ONE + "biezace/", upkeep.current, name="upkeep"),
    path(_ONE + "biezace/przeglad/<int:pk>/", upkeep.inspect, name="inspection"),
    path(_ONE + "biezace/<slug:what>/", upkeep.record, name="record_upkeep"),
    path(_PROTOCOL, handover.protocol, name="handover"),
    path(_PROTOCOL + "szkic/", handover.draft, name="handover_draft"),
    path(_PROTOCOL + "zdjecia/", handover.photo, name="handover_photo"),
]
