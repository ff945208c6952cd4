from django.urls import path

from resources.views import files, inventory, place, sites

app_name = "resources"

urlpatterns = [
    path("miejsce/<slug:code>/", place.place, name="detail"),
    path("miejsce/<slug:code>/termin.ics", place.ics, name="ics"),
    path("miejsce/<slug:code>/edytuj/", inventory.edit, name="edit"),
    path("miejsce/<slug:code>/potwierdz/", inventory.confirm, name="confirm"),
    path("miejsce/<slug:code>/dostepnosc/", inventory.accessibility, name="accessibility"),
    path("miejsce/<slug:code>/zdjecia/", inventory.photos, name="photos"),
    path("miejsce/<slug:code>/zdjecia/<int:pk>/usun/", inventory.remove_photo, name="remove_photo"),
    path("miejsce/<slug:code>/podziel/", sites.divide, name="divide"),
    path("miejsce/<slug:code>/historia/", inventory.history, name="history"),
    path("obiekt/<slug:code>/", sites.edit_site, name="edit_site"),
    path("zdjecie/<uuid:key>/", files.picture, name="file"),
    path("biurko/<slug:unit>/miejsca/", inventory.kept, name="kept"),
    path("biurko/<slug:unit>/miejsca/nowa-sala/", inventory.new_room, name="new_room"),
]
