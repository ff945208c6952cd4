from django.urls import include, path, re_path

from organisations.accounts import views as accounts
from organisations.accounts.language import set_language
from organisations.views import city_roles, keeping, members, notifications, register, verifying

register_urls = [
    path("", register.organisation_list, name="list"),
    path("nowa/", keeping.found, name="found"),
    path("weryfikacja/", verifying.queue, name="queue"),
    path("<slug:slug>/", register.organisation_detail, name="detail"),
    path("<slug:slug>/zmien/", keeping.edit, name="edit"),
    path("<slug:slug>/potwierdz/", keeping.confirm, name="confirm"),
    path("<slug:slug>/wyslij/", keeping.submit, name="submit"),
    path("<slug:slug>/dolacz/", members.join, name="join"),
    path("<slug:slug>/czlonkowie/", members.member_list, name="members"),
    path("<slug:slug>/czlonkowie/<int:pk>/rola/", members.change_role, name="change_role"),
    path("<slug:slug>/czlonkowie/<int:pk>/koniec/", members.end_membership, name="end_membership"),
    path("prosby-o-dolaczenie/<int:pk>/przyjmij/", members.accept_join, name="accept_join"),
    path("prosby-o-dolaczenie/<int:pk>/odmow/", members.refuse_join, name="refuse_join"),
    path("prosby-o-dolaczenie/<int:pk>/wycofaj/", members.withdraw_join, name="withdraw_join"),
    path("<slug:slug>/weryfikacja/", verifying.verify, name="verify"),
    re_path(
        r"^(?P<slug>[-\w]+)/(?P<name>odeslij|zawies|przywroc|archiwizuj)/$",
        verifying.step,
        name="step",
    ),
]

urlpatterns = [
    path("organizacje/", include((register_urls, "organisations"))),
    path("jezyk/", set_language, name="set_language"),
    path("konto/profil/", accounts.profile, name="account_profile"),
    path("konto/klucze/", accounts.keys, name="account_keys"),
    path("konto/klucze/<int:pk>/uniewaznij/", accounts.revoke_key, name="account_revoke_key"),
    path("powiadomienia/", notifications.notification_list, name="notifications"),
    path("powiadomienia/<int:pk>/", notifications.read_one, name="notification_read"),
    path("powiadomienia/przeczytane/", notifications.read_all, name="notifications_read_all"),
    path("administracja/role/", city_roles.city_role_list, name="city_roles"),
    path("administracja/role/<int:pk>/koniec/", city_roles.end_city_role, name="end_city_role"),
]
