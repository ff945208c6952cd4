"""Forms of the register. They read and check fields; what follows is decided in register.py."""

from typing import Any

from django import forms
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from maps.models import District
from organisations.models import (
    CityRole,
    Membership,
    Organisation,
    OrganisationContact,
    Verification,
)
from organisations.profile import MAX_ADDRESSES, Contact
from organisations.queries import Criteria
from organisations.spheres import spheres_on
from records.problems import Problem, Problems
from records.typography import district as district_words

_HELP = {
    "krs": _("Ten digits; zeros in front may be left out. Informal groups have none."),
    "nip": _("Ten digits."),
    "regon": _("Nine or fourteen digits."),
    "other_register": _("For example: register of ordinary associations of Kraków, no. 71."),
    "seat_address": _("Street and number."),
    "ade_address": _("For example: AE:PL-12345-67890-ABCDE-12."),
    "about_pl": _("What you do and for whom, in a few sentences."),
}
IDENTITY = [
    "name",
    "legal_form",
    "krs",
    "nip",
    "regon",
    "other_register",
    "registered_on",
    "seat_address",
    "seat_postcode",
    "seat_locality",
]
PROFILE = [
    "short_name",
    "about_pl",
    "about_en",
    "scope",
    "website",
    "bip_url",
    "ade_address",
    "is_public",
]


def show(problem: Problem, form: forms.Form) -> None:
    """Put a refusal of the domain beside the field it is about."""
    each = problem.problems if isinstance(problem, Problems) else [problem]
    for one in each:
        form.add_error(one.field if one.field in form.fields else None, str(one.message))


def model_fields(names: list[str]) -> dict[str, forms.Field]:
    """Fields with the labels, lengths and choices of the model, without its unique checks."""
    addresses = {
        name: forms.URLField(
            label=Organisation._meta.get_field(name).verbose_name,
            max_length=200,
            required=False,
            assume_scheme="https",
        )
        for name in ("website", "bip_url")
        if name in names
    }
    fields = fields_for_model(
        Organisation,
        fields=[name for name in names if name not in addresses],
        widgets={
            "registered_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "about_pl": forms.Textarea(attrs={"rows": 5}),
            "about_en": forms.Textarea(attrs={"rows": 5, "lang": "en"}),
        },
        help_texts=_HELP,
        localized_fields=[],
    )
    fields = {name: addresses.get(name) or fields[name] for name in names}
    # A person types numbers with spaces and dashes; identifiers.py takes them away.
    for name in ("krs", "nip", "regon"):
        if name in fields:
            fields[name] = forms.CharField(
                label=fields[name].label,
                max_length=24,
                required=False,
                help_text=_HELP[name],
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )
    return fields


class RegisterSearchForm(forms.Form):
    """The filter of the public register; its state is the address."""

    q = forms.CharField(label=_("Name or number"), required=False, max_length=120)
    dzielnica = forms.TypedChoiceField(
        label=_("District"), required=False, coerce=int, empty_value=None
    )
    sfera = forms.ChoiceField(label=_("Sphere of activity"), required=False)
    stan = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, all_states: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dzielnica"].choices = [("", _("all")), *district_choices()]
        self.fields["sfera"].choices = [("", _("all")), *sphere_choices()]
        if all_states:
            self.fields["stan"].choices = [
                ("", _("all")),
                *Organisation.VerificationState.choices,
            ]
        else:
            del self.fields["stan"]

    @property
    def criteria(self) -> Criteria:
        """Of what is filled in rightly; a wrong value narrows nothing."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else {}
        data = data or getattr(self, "cleaned_data", {})
        return Criteria(
            text=data.get("q", ""),
            district=data.get("dzielnica"),
            sphere=data.get("sfera", ""),
            state=data.get("stan", ""),
        )


def district_choices() -> list[tuple[int, str]]:
    return [
        (number, district_words(number, name))
        for number, name in District.objects.order_by("number").values_list("number", "name")
    ]


def sphere_choices() -> list[tuple[str, str]]:
    from organisations.templatetags.organisations import in_my_language  # noqa: PLC0415

    return [(one.code, f"{one.code}. {in_my_language(one, 'text')}") for one in spheres_on()]


class FoundForm(forms.Form):
    """Enter an organisation."""

    adult = forms.BooleanField(
        label=_("I am of age and answer for the group"),
        required=False,
        help_text=_("Only for informal groups: one to three adults answer for one."),
    )
    another = forms.BooleanField(label=_("Mine is another organisation"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = dict(self.fields)
        self.fields = {**model_fields(IDENTITY), **own}


class OrganisationForm(forms.Form):
    """Change an organisation; identifying fields only for who may change them."""

    spheres = forms.MultipleChoiceField(
        label=_("Spheres of activity"), required=False, widget=forms.CheckboxSelectMultiple
    )
    districts = forms.TypedMultipleChoiceField(
        label=_("Districts where you act"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    addresses = forms.CharField(
        label=_("Addresses where you act"),
        required=False,
        max_length=200 * MAX_ADDRESSES,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One address in Kraków a line."),
    )

    def __init__(self, *args: Any, with_identity: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = dict(self.fields)
        names = [*IDENTITY, *PROFILE] if with_identity else PROFILE
        self.fields = {**model_fields(names), **own}
        self.fields["spheres"].choices = sphere_choices()
        self.fields["districts"].choices = district_choices()

    @property
    def identity(self) -> list[forms.BoundField]:
        return [self[name] for name in IDENTITY if name in self.fields]

    @property
    def profile(self) -> list[forms.BoundField]:
        return [self[name] for name in PROFILE]


def initial_of(organisation: Organisation) -> dict[str, Any]:
    places = list(organisation.places.all())
    return {
        **{name: getattr(organisation, name) for name in [*IDENTITY, *PROFILE]},
        "spheres": list(organisation.spheres.values_list("sphere__code", flat=True)),
        "districts": [place.district_id for place in places if not place.address],
        "addresses": "\n".join(place.address for place in places if place.address),
    }


class ContactForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationContact.Kind.choices)
    value = forms.CharField(label=_("Contact"), max_length=200, required=False)
    public = forms.BooleanField(label=_("Show to everybody"), required=False)

    def contact(self) -> Contact:
        return Contact(**self.cleaned_data)


ContactFormSet = forms.formset_factory(ContactForm, extra=2, max_num=10)


class JoinForm(forms.Form):
    role = forms.ChoiceField(
        label=_("What you want to do"),
        choices=[
            (Membership.Role.EDITOR, _("ask for places in its name")),
            (Membership.Role.VIEWER, _("only look at its requests")),
            (Membership.Role.PROXY, _("act as a proxy (a power of attorney is needed)")),
            (
                Membership.Role.REPRESENTATIVE,
                _("represent it (an entry in the register is needed)"),
            ),
        ],
        initial=Membership.Role.EDITOR,
        widget=forms.RadioSelect,
    )
    message = forms.CharField(
        label=_("Who you are in the organisation"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever answers reads this beside your name and e-mail."),
    )


class AnswerJoinForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)
    evidence = forms.CharField(
        label=_("On what evidence"),
        required=False,
        max_length=300,
        help_text=_("Needed for representatives and proxies, and for every answer of the city."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)
    evidence = forms.CharField(label=_("On what evidence"), required=False, max_length=300)


class VerifyForm(forms.Form):
    level = forms.ChoiceField(
        label=_("How you checked"), choices=Verification.Level.choices, widget=forms.RadioSelect
    )
    evidence = forms.CharField(
        label=_("What you compared"),
        max_length=300,
        help_text=_("For example: extract from the KRS of 20.11.2026."),
    )


class CityRoleForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail of the person"),
        help_text=_("The person has an account here already."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=CityRole.Role.choices)
    first = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until it is ended."),
    )
