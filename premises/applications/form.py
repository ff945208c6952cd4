"""What an application can be asked: the catalogue of fields, of which each kind takes its own.

A draft keeps the text as it was typed, so that nothing is lost to a wrong digit; the form reads it
strictly when the application is sent.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, Sphere
from premises.models import AllocationProcedure, FormField, KindDocument, Lot, ProcedureKind
from records.clock import today
from resources.booking.forms import YesNoField
from resources.forms.fields import DayField
from resources.models import Resource

DECLARED = "declared-"
CONTACTS = ("contact_name", "contact_phone", "contact_email")


class DecimalTextField(forms.DecimalField):
    """A sum as people type it: 1 234,50."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("\u00a0", "").replace(" ", "").replace(",", ".")
        return super().to_python(value)


def _long(label: Any, hint: Any, rows: int = 5) -> Callable[[], forms.Field]:
    return lambda: forms.CharField(
        label=label, help_text=hint, max_length=6000, widget=forms.Textarea(attrs={"rows": rows})
    )


_FIELDS: Mapping[str, Callable[[], forms.Field]] = {
    FormField.PURPOSE: lambda: forms.CharField(
        label=_("What will you do in the premises?"),
        help_text=_("One or two sentences: what for and for whom."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what you will do in the premises.")},
    ),
    FormField.SPHERES: lambda: forms.MultipleChoiceField(
        label=_("Spheres of public tasks"),
        help_text=_("Taken from your entry in the register; tick what concerns these premises."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one sphere.")},
    ),
    FormField.PLAN: _long(
        _("Plan of activities"), _("What, for whom, how often, in the first two years."), 8
    ),
    FormField.BENEFICIARIES: lambda: forms.IntegerField(
        label=_("For how many people a month"),
        min_value=1,
        max_value=100_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Enter a whole number.")},
    ),
    FormField.FINANCING: _long(
        _("What the upkeep will be paid from"), _("Rent, heating, water: which money, until when.")
    ),
    FormField.OUTLAY: lambda: DecimalTextField(
        label=_("Own contribution to the renovation (PLN)"),
        help_text=_("0 if none."),
        min_value=0,
        max_digits=10,
        decimal_places=2,
    ),
    FormField.PARTNERS: _long(
        _("Partners and who else will use the premises"),
        _("Organisations that apply together with you are added below, not here."),
        3,
    ),
    FormField.EXPERIENCE: _long(
        _("Experience of the last two years"), _("Results: how many people, what changed.")
    ),
    FormField.OFFERED_RATE: lambda: DecimalTextField(
        label=_("Offered rate (PLN net per m² a month)"),
        min_value=Decimal("0.01"),
        max_digits=8,
        decimal_places=2,
        error_messages={"required": _("Give the rate that you offer.")},
    ),
    FormField.WANTED_FROM: lambda: DayField(label=_("From when")),
    FormField.WANTED_MONTHS: lambda: forms.IntegerField(
        label=_("For how many months"),
        min_value=1,
        max_value=360,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    ),
    FormField.HOURS: lambda: forms.CharField(
        label=_("On which days and hours"), help_text=_("For example: Tuesdays 17–19."),
        max_length=200,
    ),
    FormField.BUSINESS: lambda: YesNoField(
        label=_("Will you carry on economic activity there?"),
        help_text=_("It matters for de minimis aid; it does not close the way."),
    ),
}  # fmt: skip


class LotChoice(forms.ModelChoiceField):
    def label_from_instance(self, lot: Any) -> str:
        resource: Resource = lot.resource
        english = (get_language() or "").startswith("en") and resource.title_en
        return f"{lot.number}. {resource.title_en if english else resource.title_pl}"


class ApplicationForm(forms.Form):
    """The questions of one procedure. `documents` are those of the kind; declarations are ticked.

    Bound to a draft's content with `lenient` it shows what was typed and demands nothing.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        procedure: AllocationProcedure,
        documents: list[KindDocument],
        organisation: Organisation | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.documents = documents
        kind: ProcedureKind = procedure.kind
        lots = Lot.objects.filter(procedure=procedure).select_related("resource")
        self.fields["lot"] = LotChoice(
            label=_("Which premises"),
            queryset=lots,
            empty_label=None if len(lots) == 1 else _("choose"),
            error_messages={"required": _("Choose the premises.")},
        )
        for name in kind.asks:
            made = _FIELDS[name]()
            made.required = name in kind.asks_required
            self.fields[name] = made
        if FormField.SPHERES in self.fields:
            self.fields[FormField.SPHERES].choices = sphere_choices(organisation)  # type: ignore[attr-defined]
        self.fields["contact_name"] = forms.CharField(
            label=_("Whom to call about this application"), max_length=150
        )
        self.fields["contact_phone"] = forms.CharField(
            label=_("Telephone"),
            max_length=30,
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        )
        self.fields["contact_email"] = forms.EmailField(label=_("E-mail"))
        for document in documents:
            if document.type.how == document.type.How.DECLARATION:
                english = (get_language() or "").startswith("en")
                self.fields[DECLARED + document.type.code] = forms.BooleanField(
                    label=document.type.text_en if english else document.type.text_pl,
                    required=document.required,
                    error_messages={"required": _("This declaration is needed.")},
                )

    @property
    def answers(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in _FIELDS]

    @property
    def contacts(self) -> list[forms.BoundField]:
        return [self[name] for name in CONTACTS]

    @property
    def declarations(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(DECLARED)]

    def content(self) -> dict[str, Any]:
        """What was answered, as plain values that stand in the immutable copy."""
        found: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name == "lot" or name.startswith(DECLARED):
                continue
            found[name] = _plain(value)
        return found

    def declared(self) -> list[str]:
        return sorted(
            name.removeprefix(DECLARED)
            for name, value in self.cleaned_data.items()
            if name.startswith(DECLARED) and value
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def sphere_choices(organisation: Organisation | None) -> list[tuple[str, str]]:
    """The spheres of the organisation's entry; all of them where it names none."""
    english = (get_language() or "").startswith("en")
    valid = Sphere.objects.filter(valid__contains=today())
    if organisation is not None:
        own = valid.filter(organisationsphere__organisation=organisation).distinct()
        valid = own if own.exists() else valid
    return [(one.code, f"{one.code}. {one.text_en if english else one.text_pl}") for one in valid]


def typed(data: QueryDict) -> dict[str, Any]:
    """What was typed, for the draft: text as text, ticked spheres as a list."""
    skipped = {"csrfmiddlewaretoken", "revision", "do"}
    return {
        name: data.getlist(name) if name == FormField.SPHERES else data.get(name, "")
        for name in data
        if name not in skipped
    }


def label_of(name: str) -> str:
    """The question behind a field's name, for the copy that people read."""
    if name in _FIELDS:
        return str(_FIELDS[name]().label)
    return str(
        {
            "contact_name": _("Whom to call about this application"),
            "contact_phone": _("Telephone"),
            "contact_email": _("E-mail"),
        }.get(name, name)
    )
