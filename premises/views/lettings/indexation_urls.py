"""Addresses below /najem/<unit>/waloryzacja/."""

from django.urls import path

from premises.views.lettings import indexation as views

_RUN = "<slug:unit>/waloryzacja/<int:pk>/"

urlpatterns = [
    path("<slug:unit>/waloryzacja/", views.runs, name="indexation"),
    path("<slug:unit>/waloryzacja/przygotuj/", views.prepare, name="prepare_indexation"),
    path("<slug:unit>/waloryzacja/wskaznik/", views.add_index, name="add_index"),
    path(_RUN, views.run, name="indexation_run"),
    path(_RUN + "postep/", views.progress, name="indexation_progress"),
    path(_RUN + "zatwierdz/", views.approve, name="approve_indexation"),
    path(_RUN + "anuluj/", views.cancel, name="cancel_indexation"),
    path(_RUN + "zestawienie.csv", views.table, name="indexation_table"),
    path(_RUN + "pismo/<int:line>/", views.letter, name="indexation_letter"),
]
