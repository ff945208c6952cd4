"""Addresses of the desk of lettings, below /najem/."""

from django.urls import include, path

from premises.views.lettings import (
    caseload,
    commission_urls,
    figures,
    home,
    indexation_urls,
    leases_urls,
    procedures_urls,
    rates_urls,
    rules_urls,
)
from premises.views.lettings.stock_urls import urlpatterns as stock_urls

app_name = "lettings"

urlpatterns = [
    path("", home.home, name="home"),
    path("sprawozdanie/<int:year>/", figures.report_of_all, name="report_of_all"),
    path("<slug:unit>/", home.unit, name="unit"),
    path("<slug:unit>/prowadzacy/", caseload.caseload, name="caseload"),
    path("<slug:unit>/prowadzacy/przekaz/", caseload.hand_over, name="hand_over"),
    path("<slug:unit>/liczby/", figures.figures, name="figures"),
    path("<slug:unit>/liczby/sprawozdanie/<int:year>/", figures.report, name="report"),
    path("<slug:unit>/", include(stock_urls)),
    *rules_urls.urlpatterns,
    *rates_urls.urlpatterns,
    *indexation_urls.urlpatterns,
    *procedures_urls.urlpatterns,
    *commission_urls.urlpatterns,
    *leases_urls.urlpatterns,
]
