from django.urls import path

from resources.views import feeds, my_requests, request_steps

app_name = "booking"

urlpatterns = [
    path("prosba/nowa/", request_steps.new, name="new"),
    path("prosba/<slug:code>/", request_steps.edit, name="edit"),
    path("prosba/<slug:code>/wyslij/", request_steps.send, name="send"),
    path("prosba/<slug:code>/wyrzuc/", request_steps.discard, name="discard"),
    path("prosby/", my_requests.requests_list, name="list"),
    path("prosby/<slug:code>/", my_requests.case, name="case"),
    path("prosby/<slug:code>/wycofaj/", my_requests.withdraw, name="withdraw"),
    path("prosby/<slug:code>/odwolaj/", my_requests.cancel, name="cancel"),
    path("prosby/<slug:code>/propozycja/", my_requests.answer_proposal, name="proposal"),
    path("prosby/<slug:code>/kalendarz.ics", feeds.case_ics, name="case_ics"),
    path("kalendarz/<str:signed>.ics", feeds.feed, name="feed"),
    path("konto/kalendarze/", feeds.manage, name="feeds"),
    path("konto/kalendarze/nowy/", feeds.make, name="make_feed"),
    path("konto/kalendarze/<uuid:key>/odwolaj/", feeds.revoke, name="revoke_feed"),
]
