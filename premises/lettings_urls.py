"""Addresses of the desk of lettings, below /najem/."""

from django.urls import path

from premises.views.lettings import home

app_name = "lettings"

urlpatterns = [
    path("", home.home, name="home"),
    path("<slug:unit>/", home.unit, name="unit"),
]
