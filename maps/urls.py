from django.urls import path

from maps.views import districts, layers

app_name = "maps"

urlpatterns = [
    path("dzielnice/", districts.district_list, name="districts"),
    path("dzielnice/<int:number>/", districts.district_detail, name="district"),
    path("warstwy/<slug:code>.geojson", layers.layer, name="layer"),
]
