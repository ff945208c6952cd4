"""Addresses of the stock, below /najem/<unit>/."""

from django.urls import path

from premises.views.lettings import find, stock, stock_bulk, stock_import, stock_one

urlpatterns = [
    path("szukaj/", find.find, name="find"),
    path("lokale/", stock.stock, name="stock"),
    path("lokale/plik/<str:kind>/", stock.stock_file, name="stock_file"),
    path("lokale/filtr/", stock.save_filter, name="save_filter"),
    path("lokale/filtr/<int:pk>/usun/", stock.forget_filter, name="forget_filter"),
    path("lokale/zmiana/", stock_bulk.bulk, name="stock_bulk"),
    path("lokale/import/", stock_import.imports, name="stock_imports"),
    path("lokale/import/wzor/", stock_import.template, name="stock_template"),
    path("lokale/import/<int:pk>/", stock_import.one_import, name="stock_import"),
    path("lokale/import/<int:pk>/cofnij/", stock_import.undo, name="undo_import"),
    path("lokale/lokal/<slug:code>/", stock_one.one, name="premises"),
    path("lokale/lokal/<slug:code>/zmien/", stock_one.edit, name="edit_premises"),
    path("lokale/lokal/<slug:code>/czesci/", stock_one.parts, name="premises_parts"),
    path("lokale/lokal/<slug:code>/blokada/", stock_one.new_hold, name="new_officer_hold"),
    path(
        "lokale/lokal/<slug:code>/blokada/<int:pk>/",
        stock_one.end_hold,
        name="end_officer_hold",
    ),
]
