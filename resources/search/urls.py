from django.urls import path

from resources.search import views

# Without a namespace: the search is the front page of the product.
urlpatterns = [
    path("", views.search, name="search"),
    path("szukaj.csv", views.download, name="search_csv"),
    path("warstwy/szukaj.geojson", views.layer, name="search_layer"),
]
