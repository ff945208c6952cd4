"""Who speaks through the API: the bearer of a key, or the person signed in to the site."""

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from organisations.models import ApiToken, Person
from organisations.roles import without_office
from organisations.tokens import find_token
from records.history import attribute_to


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer zasoby_…`

    The scopes of a key are kept here, once for all views: without "book" it cannot change
    anything, and without "staff" it speaks for its person as if they held no office, so that no
    list, count or single object of a unit reaches it.
    """

    keyword = b"bearer"

    def authenticate(self, request: Request) -> tuple[Person, ApiToken] | None:
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != self.keyword:
            return None
        try:
            token = find_token(secret.strip().decode("ascii"))
        except UnicodeDecodeError:
            token = None
        if token is None:
            raise exceptions.AuthenticationFailed(
                _("This key does not hold: it is mistyped, expired or revoked.")
            )
        if request.method not in SAFE_METHODS and ApiToken.Scope.BOOK not in token.scopes:
            raise exceptions.PermissionDenied(
                _("This key may only read. Make one with the right to book.")
            )
        person = token.person
        if ApiToken.Scope.STAFF not in token.scopes:
            without_office(person)
        attribute_to(f"token:{token.pk} person:{person.pk}")
        return person, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 -- the framework's
        return 'Bearer realm="api"'
