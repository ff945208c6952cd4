"""Addresses below /najem/<unit>/reguly/."""

from django.urls import path, re_path

from premises.views.lettings import rules

_ONE = r"^(?P<unit>[-\w]+)/reguly/(?P<kind>umowy|warunki)/(?P<pk>\d+)/"

urlpatterns = [
    path("<slug:unit>/reguly/", rules.rules, name="rules"),
    path("<slug:unit>/reguly/sprawdz/", rules.try_plan, name="try_plan"),
    re_path(_ONE + r"zmien/$", rules.change, name="change_rule"),
    re_path(_ONE + r"zatwierdz/$", rules.approve, name="approve_rule"),
    re_path(_ONE + r"cofnij/$", rules.withdraw, name="withdraw_rule"),
]
