"""Addresses of the desk, below /biurko/."""

from django.urls import path

from resources.views.desk import (
    actions,
    bookings,
    closures,
    entry,
    hours,
    inbox,
    own_use,
    proposals,
    rules,
    staff,
    statistics,
)

app_name = "desk"

urlpatterns = [
    path("", inbox.home, name="home"),
    path("import-wylaczen/", closures.bulk, name="closures_bulk"),
    path("<slug:unit>/", inbox.unit, name="unit"),
    path("<slug:unit>/pomoc/", inbox.hide_help, name="help"),
    path("<slug:unit>/sprawa/<slug:code>/", inbox.case, name="case"),
    path("<slug:unit>/sprawa/<slug:code>/zaproponuj/", proposals.propose, name="propose"),
    path("<slug:unit>/sprawa/<slug:code>/<slug:action>/", actions.act, name="act"),
    path("<slug:unit>/rezerwacje/", bookings.table, name="bookings"),
    path("<slug:unit>/rezerwacje/pobierz/<slug:kind>/", bookings.download, name="bookings_file"),
    path("<slug:unit>/nowy-wniosek/", entry.new_request, name="new_request"),
    path("<slug:unit>/nowy-wniosek/organizacje/", entry.organisations, name="organisations"),
    path("<slug:unit>/wylaczenia/", closures.closures, name="closures"),
    path("<slug:unit>/wylaczenia/nowe/", closures.new, name="new_closure"),
    path("<slug:unit>/wylaczenia/<int:pk>/zdejmij/", closures.lift, name="lift_closure"),
    path("<slug:unit>/zajecia-wlasne/", own_use.own_use, name="own_use"),
    path("<slug:unit>/zajecia-wlasne/nowe/", own_use.new, name="new_own_use"),
    path("<slug:unit>/zajecia-wlasne/wczytaj/", own_use.load, name="load_own_use"),
    path("<slug:unit>/zajecia-wlasne/wzor.csv", own_use.example, name="own_use_example"),
    path("<slug:unit>/zajecia-wlasne/<int:pk>/", own_use.one, name="own_use_one"),
    path("<slug:unit>/zajecia-wlasne/<int:pk>/usun/", own_use.remove, name="remove_own_use"),
    path("<slug:unit>/godziny/", hours.rooms, name="hours"),
    path("<slug:unit>/godziny/<slug:code>/", hours.edit, name="room_hours"),
    path("<slug:unit>/zasady/", rules.rules, name="rules"),
    path("<slug:unit>/zasady/nowe/", rules.change, name="new_rules"),
    path("<slug:unit>/zasady/<int:pk>/", rules.change, name="change_rules"),
    path("<slug:unit>/zasady/<int:pk>/regulamin/", rules.terms, name="terms"),
    path("<slug:unit>/cennik/nowy/", rules.new_price_list, name="new_price_list"),
    path("<slug:unit>/cennik/<int:pk>/", rules.price_list, name="price_list"),
    path("<slug:unit>/statystyki/", statistics.statistics, name="statistics"),
    path("<slug:unit>/statystyki/pobierz/<slug:kind>/", statistics.download, name="use_file"),
    path("<slug:unit>/osoby/", staff.staff, name="staff"),
    path("<slug:unit>/osoby/nowa/", staff.grant, name="grant"),
    path("<slug:unit>/osoby/<int:pk>/odwolaj/", staff.end, name="end_role"),
]
