"""Forms of the account pages."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from organisations.models import ApiToken, Person
from organisations.tokens import DEFAULT_DAYS, MAX_DAYS


class SignUpForm(forms.Form):
    """What we ask beside e-mail and password. django-allauth builds its form on this one."""

    full_name = forms.CharField(
        label=_("First and last name"),
        max_length=150,
        help_text=_("Units see it beside your requests."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["full_name", "email", "password1"]

    def signup(self, request: HttpRequest, user: Person) -> None:
        """Everything is saved by the adapter."""


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["full_name", "language", "shortcuts_enabled"]
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "language": forms.RadioSelect,
        }
        help_texts = {
            "language": _("In this language you read pages and get messages."),
            "shortcuts_enabled": _("Single keys decide on requests while no field has the focus."),
        }


class TokenForm(forms.Form):
    """A new key for a program."""

    name = forms.CharField(
        label=_("What the key is for"),
        max_length=80,
        help_text=_("For example: calendar in our web page."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do beside reading your own data"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(label=_("How long it lasts"), coerce=int, initial=DEFAULT_DAYS)

    def __init__(self, *args: Any, is_official: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [ApiToken.Scope.BOOK]
        if is_official:
            offered.append(ApiToken.Scope.STAFF)
        self.fields["scopes"].choices = [(scope.value, scope.label) for scope in offered]
        self.fields["days"].choices = [
            (30, _("30 days")),
            (90, _("90 days")),
            (MAX_DAYS, _("one year")),
        ]
