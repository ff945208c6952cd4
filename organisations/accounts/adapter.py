"""How django-allauth makes our people, writes to them, and brings them back to what they chose."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailConfirmation
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, override

from organisations.models import Person
from records import clock

#: An address longer than this is no page of ours; mail programs break it, too.
_LONGEST_RETURN = 1500


class AccountAdapter(DefaultAccountAdapter):
    """Our people, our mails."""

    def new_user(self, request: HttpRequest) -> Person:  # noqa: ARG002 -- allauth's signature
        language = get_language() or settings.LANGUAGE_CODE
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        return Person(date_joined=clock.now(), language=language)

    def save_user(
        self,
        request: HttpRequest,
        user: Person,
        form: Any,
        commit: bool = True,  # noqa: FBT001, FBT002
    ) -> Person:
        user.full_name = form.cleaned_data["full_name"]
        return super().save_user(request, user, form, commit)

    # --- mails ------------------------------------------------------------------------------

    def format_email_subject(self, subject: str) -> str:
        return f"Zasoby: {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the account's person, whoever made the request."""
        person = context.get("user") or Person.objects.filter(email__iexact=email).first()
        language = person.language if isinstance(person, Person) else get_language()
        with override(language):
            super().send_mail(template_prefix, email, {"site_url": settings.SITE_URL, **context})

    # Addresses in mails come from our settings, never from a Host header.

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _ours(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation
    ) -> str:
        """With the way back to what was chosen before signing up.

        The same browser is signed in by confirming and goes straight there. In another browser
        the person signs in first: confirming an address proves that it is read, not who reads it.
        """
        url = _ours(reverse("account_confirm_email", args=[emailconfirmation.key]))
        if chosen := self._chosen_before(request):
            sign_in = f"{reverse('account_login')}?{urlencode({'next': chosen})}"
            return f"{url}?{urlencode({'next': sign_in})}"
        return url

    def _chosen_before(self, request: HttpRequest | None) -> str:
        """The page that was wanted before signing up or in, if it is one of ours."""
        if request is None:
            return ""
        chosen = get_next_redirect_url(request)
        if not chosen and (login := unstash_login(request, peek=True)):
            chosen = login.redirect_url
        if not chosen or len(chosen) > _LONGEST_RETURN or not self.is_safe_url(chosen):
            return ""
        parts = urlsplit(chosen)
        # Only the path goes into the mail: the host is ours.
        return parts._replace(scheme="", netloc="").geturl()


def _ours(url: str) -> str:
    return settings.SITE_URL + urlsplit(url)._replace(scheme="", netloc="").geturl()
