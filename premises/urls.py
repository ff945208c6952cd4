from django.urls import path

from premises.views import vacant

app_name = "premises"

urlpatterns = [
    path("lokale/", vacant.vacant_list, name="vacant"),
]
