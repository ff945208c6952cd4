"""Addresses of contracts, below /najem/<unit>/umowy/."""

from django.urls import path

from premises.views.lettings import lease_case, lease_edit, lease_rows, leases

_ONE = "<slug:unit>/umowy/<slug:number>/"

urlpatterns = [
    path("<slug:unit>/umowy/", leases.table, name="leases"),
    path("<slug:unit>/umowy/plik.<str:kind>", leases.download, name="leases_file"),
    path("<slug:unit>/umowy/nowa/", lease_edit.new, name="new_lease"),
    path("<slug:unit>/umowy/terminy/", lease_rows.rules, name="lease_rules"),
    path(_ONE, lease_case.lease, name="lease"),
    path(_ONE + "krok/", lease_case.move, name="move_lease"),
    path(_ONE + "wymog/", lease_case.need, name="lease_need"),
    path(_ONE + "nastepna/", lease_case.renew, name="renew_lease"),
    path(_ONE + "zmien/", lease_edit.edit, name="edit_lease"),
    path(_ONE + "aneks/", lease_edit.amend, name="amend_lease"),
    path(_ONE + "wypowiedzenie/", lease_edit.terminate, name="terminate_lease"),
    path(_ONE + "przesun/", lease_edit.put_off, name="put_off_lease"),
    path(_ONE + "podpisanie/", lease_edit.record, {"what": "podpisanie"}, name="sign_lease"),
    path(_ONE + "przekazanie/", lease_edit.record, {"what": "przekazanie"}, name="hand_over_lease"),
    path(_ONE + "zwrot/", lease_edit.record, {"what": "zwrot"}, name="hand_back_lease"),
    path(_ONE + "<slug:what>/nowy/", lease_rows.row, name="new_lease_row"),
    path(_ONE + "<slug:what>/<int:pk>/", lease_rows.row, name="lease_row"),
    path(_ONE + "<slug:what>/<int:pk>/odpowiedz/", lease_rows.decide, name="decide_lease"),
]
