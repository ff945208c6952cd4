"""Addresses below /najem/<unit>/stawki/."""

from django.urls import path, re_path

from premises.views.lettings import rates

_ROW = r"^(?P<unit>[-\w]+)/stawki/(?P<pk>\d+)/(?P<what>stawka|mnoznik|znizka)/"

urlpatterns = [
    path("<slug:unit>/stawki/", rates.schedules, name="schedules"),
    path("<slug:unit>/stawki/nowe/", rates.new, name="new_schedule"),
    path("<slug:unit>/stawki/<int:pk>/", rates.schedule, name="schedule"),
    path("<slug:unit>/stawki/<int:pk>/opublikuj/", rates.publication, name="publish_schedule"),
    path("<slug:unit>/stawki/<int:pk>/porzuc/", rates.discard, name="discard_schedule"),
    path("<slug:unit>/stawki/<int:pk>/strefy-z-pliku/", rates.load_zones, name="load_zones"),
    path("<slug:unit>/stawki/<int:pk>/strefa/nowa/", rates.zone, name="new_zone"),
    path("<slug:unit>/stawki/<int:pk>/strefa/<int:zone>/", rates.zone, name="zone"),
    re_path(_ROW + r"nowy/$", rates.row, name="new_rate_row"),
    re_path(_ROW + r"(?P<row>\d+)/$", rates.row, name="rate_row"),
    re_path(
        r"^(?P<unit>[-\w]+)/stawki/(?P<pk>\d+)/(?P<what>strefa|stawka|mnoznik|znizka)/"
        r"(?P<row>\d+)/usun/$",
        rates.remove,
        name="remove_rate_row",
    ),
]
