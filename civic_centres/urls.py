from django.urls import path

from civic_centres import views

app_name = "civic_centres"

urlpatterns = [
    path("centra-obywatelskie/", views.centre_list, name="list"),
    path("centra-obywatelskie/<slug:code>/", views.centre_detail, name="detail"),
]
