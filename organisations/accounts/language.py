"""The language of a signed-in person is a setting of theirs, not of the browser at hand."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from organisations.models import Person


class LanguageMiddleware:
    """After authentication; before it, LocaleMiddleware went by cookie and Accept-Language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.language != translation.get_language():
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the choice: for a person in their account, for a visitor in a cookie."""
    response = django_set_language(request)
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and translation.check_for_language(chosen):
        keep_language(request.user, chosen)
    return response


def keep_language(person: Person, language: str) -> None:
    if language in dict(settings.LANGUAGES):
        Person.objects.filter(pk=person.pk).exclude(language=language).update(language=language)
