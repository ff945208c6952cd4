"""Setting a new password without losing the page that was wanted before it."""

from allauth.account.views import PasswordResetView
from django.urls import reverse


class ResetView(PasswordResetView):
    """Asks for the link. The wanted page goes into it, and first comes the page that says so."""

    def get_success_url(self) -> str:
        return self.passthrough_next_url(reverse("account_reset_password_done"))
