from django.urls import path

from premises import call_urls, commission_urls
from premises.views import forecast, vacant

app_name = "premises"

urlpatterns = [
    path("lokale/", vacant.vacant_list, name="vacant"),
    path("lokale/zwolni-sie/", forecast.forecast, name="forecast"),
    *call_urls.urlpatterns,
    *commission_urls.urlpatterns,
]
