from django.urls import path

from premises import call_urls, commission_urls
from premises.views import contracts, forecast, my_leases, vacant

app_name = "premises"

urlpatterns = [
    path("lokale/", vacant.vacant_list, name="vacant"),
    path("lokale/zwolni-sie/", forecast.forecast, name="forecast"),
    *call_urls.urlpatterns,
    *commission_urls.urlpatterns,
    path("lokale/umowy/", contracts.contracts, name="contracts"),
    path("lokale/umowy/plik.<str:kind>", contracts.contracts_file, name="contracts_file"),
    path("umowy/", my_leases.mine, name="my_leases"),
    path("umowy/<slug:number>/", my_leases.my_lease, name="my_lease"),
    path("umowy/<slug:number>/nastepna/", my_leases.ask_renewal, name="ask_renewal"),
    path("umowy/<slug:number>/<slug:what>/", my_leases.ask, name="ask_consent"),
]
