from django.urls import path

from maps.views import layers

app_name = "maps"

urlpatterns = [
    path("warstwy/<slug:code>.geojson", layers.layer, name="layer"),
]
