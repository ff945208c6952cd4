"""Forms of the commission: seats, passphrases, declarations, score cards, opinions."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, Person
from premises.commission.cards import Points
from premises.models import (
    Application,
    CommissionMember,
    ImpartialityDeclaration,
    Opinion,
    ScoreCard,
    ScoringCriterion,
)

Outcome = ImpartialityDeclaration.Outcome


class SeatForm(forms.Form):
    """A seat for somebody with an account (by e-mail), or for a named outsider without one."""

    role = forms.ChoiceField(label=_("Role"), choices=CommissionMember.Role.choices)
    email = forms.EmailField(
        label=_("E-mail of the account"),
        required=False,
        help_text=_("Who has an account declares, scores and keeps a key alone."),
    )
    name = forms.CharField(
        label=_("First and last name, if there is no account"), required=False, max_length=150
    )
    function = forms.CharField(
        label=_("Function"),
        required=False,
        max_length=160,
        help_text=_("As in the order of appointment."),
    )
    organisation = forms.CharField(
        label=_("Organisation of the NGO member"),
        required=False,
        max_length=200,
        help_text=_("Its KRS number, or its name exactly as in the register."),
    )

    def clean_email(self) -> Person | None:
        email = self.cleaned_data["email"].strip().lower()
        if not email:
            return None
        person = Person.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise forms.ValidationError(
                _("Nobody has an account with this e-mail. Correct it, or give the name instead.")
            )
        return person

    def clean_organisation(self) -> Organisation | None:
        typed = self.cleaned_data["organisation"].strip()
        if not typed:
            return None
        digits = "".join(sign for sign in typed if sign.isdigit())
        if digits and len(digits) == len(typed.replace(" ", "")):
            found = Organisation.objects.filter(krs=digits.zfill(10)).first()
        else:
            found = Organisation.objects.filter(name__iexact=typed).first()
        if found is None:
            raise forms.ValidationError(
                _("There is no such organisation in the register. Check the number or the name.")
            )
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("email") and not data.get("name") and "email" not in self.errors:
            self.add_error("email", _("Give the e-mail of an account, or a name."))
        return data


def _secret(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        **options,
    )


class PassphraseForm(forms.Form):
    passphrase = _secret(
        _("Your passphrase"),
        help_text=_(
            "Four or five words that nobody guesses, at least 16 characters. You need it on the"
            " day of the opening; nobody can recall it for you."
        ),
    )
    again = _secret(_("The same once more"))


class OpenForm(forms.Form):
    passphrase = _secret(_("Your passphrase"))


class RecoveryForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the envelope"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Six groups of five signs."),
    )
    present = forms.ChoiceField(label=_("Another member who is present"))
    reason = forms.CharField(label=_("Why the code is needed"), max_length=300)

    def __init__(self, *args: Any, members: list[CommissionMember], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["present"].choices = [(one.pk, one.name) for one in members]  # type: ignore[attr-defined]


class DeclarationForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("I declare that"),
        choices=[
            (Outcome.IMPARTIAL, _("I am impartial towards all applicants")),
            (Outcome.EXCLUDES, _("I exclude myself from the applications marked below")),
            (Outcome.RESIGNS, _("I cannot judge in this procedure")),
        ],
        widget=forms.RadioSelect,
    )
    excluded = forms.TypedMultipleChoiceField(
        label=_("Applications that I do not judge"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    explanation = forms.CharField(
        label=_("What ties you to the applicant"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, applications: list[Application], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["excluded"].choices = [  # type: ignore[attr-defined]
            (one.pk, f"{one.number}. {one.organisation}") for one in applications
        ]


class OpinionForm(forms.Form):
    asked_of = forms.CharField(label=_("Whose opinion"), max_length=160)
    due_on = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class OpinionAnswerForm(forms.Form):
    outcome = forms.ChoiceField(label=_("What it says"), choices=Opinion.Outcome.choices)
    received_on = forms.DateField(
        label=_("Received on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    text = forms.CharField(
        label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def number_of(typed: str) -> Decimal | None:
    """Points as people type them: 4,5 or 4.5. Raises InvalidOperation."""
    text = typed.strip().replace("−", "-").replace("\u00a0", "").replace(",", ".")
    if not text:
        return None
    value = Decimal(text)
    if not value.is_finite():
        raise InvalidOperation
    return value.quantize(Decimal("0.01"))


def short(value: Decimal) -> str:
    """Bounds of a criterion without needless zeros: 6, −1, 0,5."""
    return f"{value.normalize():f}".replace("-", "−").replace(".", ",")


class CardLine:
    """One criterion on the card: bounds, what stands there, what is wrong with it."""

    def __init__(self, criterion: ScoringCriterion, points: str, reason: str) -> None:
        self.criterion, self.points, self.reason = criterion, points, reason
        self.least, self.most = short(criterion.least), short(criterion.most)
        self.errors: list[str] = []
        self.reason_errors: list[str] = []


class CardForm:
    """A score card as typed: not a Django form, since its lines are rows of the scheme."""

    def __init__(
        self,
        criteria: list[ScoringCriterion],
        card: ScoreCard | None,
        data: QueryDict | None = None,
    ) -> None:
        kept = {one.criterion_id: one for one in card.scores.all()} if card else {}
        self.lines: list[CardLine] = []
        self.points: dict[int, Points] = {}
        self.is_valid = True
        self.note = data.get("note", "") if data is not None else (card.note if card else "")
        for criterion in criteria:
            there = kept.get(criterion.pk)
            typed = f"{there.points.normalize():f}".replace(".", ",") if there else ""
            reason = there.reason if there else ""
            if data is not None:
                typed = data.get(f"points-{criterion.pk}", "")
                reason = data.get(f"reason-{criterion.pk}", "")[:600]
            line = CardLine(criterion, typed, reason)
            try:
                value = number_of(typed)
            except InvalidOperation:
                line.errors.append(str(_("Write a number, for example 4,5.")))
                self.is_valid, value = False, None
            self.points[criterion.pk] = Points(value, reason)
            self.lines.append(line)

    def tell(self, field: str | None, message: str) -> bool:
        """Put a message of the domain beside its line. False where it belongs to none."""
        for line in self.lines:
            if field == f"points-{line.criterion.pk}":
                line.errors.append(message)
                return True
            if field == f"reason-{line.criterion.pk}":
                line.reason_errors.append(message)
                return True
        return False
