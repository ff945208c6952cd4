"""Who changed what: database triggers write a row per change, this module names the actor.

The triggers come from django-pghistory, so that bulk updates and hand-written SQL leave a trace
too. The actor is kept as text (`records` knows no users): "person:12", "token:5 person:12",
"job:expire_holds", "command:load_sample_city". Fields that must never reach history are listed
in EXCLUDED_FIELDS and left out wherever a model is tracked.
"""

import uuid
from collections.abc import Callable
from typing import Any

import pghistory
from django.db import models
from django.http import HttpRequest, HttpResponse

EXCLUDED_FIELDS = frozenset({"password", "last_login", "token_hash", "feed_secret"})


def tracked(*, exclude: tuple[str, ...] = ()) -> Callable[[type[models.Model]], type[models.Model]]:
    """Class decorator: keep history of every insert, update and delete of the model."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=sorted(EXCLUDED_FIELDS | set(exclude)),
    )


def acting_as(actor: str, **details: Any) -> Any:
    """Context manager: changes inside are attributed to `actor`."""
    return pghistory.context(actor=actor, **details)


def attribute_to(actor: str) -> None:
    """Name another actor for the running request: a program's key, known later than the request."""
    pghistory.context(actor=actor)


class HistoryMiddleware:
    """Attributes the changes of a request to its signed-in person and request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        request_id = uuid.uuid4().hex
        actor = "anonymous"
        if request.user.is_authenticated:
            actor = f"person:{request.user.pk}"
        with acting_as(actor, request=request_id, path=request.path):
            return self.get_response(request)
