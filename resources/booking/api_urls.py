from django.urls import path

from resources.booking.api import BookingsView, BookingView

urlpatterns = [
    path("bookings", BookingsView.as_view(), name="api-bookings"),
    path("bookings/<str:code>", BookingView.as_view(), name="api-booking"),
]
