from django.urls import path

from organisations.accounts import views as accounts
from organisations.accounts.language import set_language
from organisations.views import notifications

urlpatterns = [
    path("jezyk/", set_language, name="set_language"),
    path("konto/profil/", accounts.profile, name="account_profile"),
    path("konto/klucze/", accounts.keys, name="account_keys"),
    path("konto/klucze/<int:pk>/uniewaznij/", accounts.revoke_key, name="account_revoke_key"),
    path("powiadomienia/", notifications.notification_list, name="notifications"),
    path("powiadomienia/<int:pk>/", notifications.read_one, name="notification_read"),
    path("powiadomienia/przeczytane/", notifications.read_all, name="notifications_read_all"),
]
