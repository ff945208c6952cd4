"""The columns of the stock as form fields, so that a page and a spreadsheet accept the same."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from premises.stock.columns import BY_CODE, Column
from premises.stock.kinds import FACT, TRUTH, Choice, Day, Kind, Number, Numbers, Several, Text
from premises.stock.values import Values
from resources.forms.fields import DayField
from resources.importing.tables import CellError

LONG = 160


class CellField(forms.CharField):
    """A value typed as in a cell of a spreadsheet."""

    def __init__(self, kind: Kind, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip()
        if not text:
            return self.kind.empty
        try:
            return self.kind.read(text)
        except CellError as error:
            raise ValidationError(f"{error.reason} {error.remedy}".strip(), code="cell") from error

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, Decimal):
            text = f"{value:f}"
            return text.replace(".", ",") if (get_language() or "pl").startswith("pl") else text
        return self.kind.show(value)


def field_for(column: Column) -> forms.Field:
    """A field that is never required: an empty one takes the value away."""
    kind = column.kind
    label = str(column.label)
    options: dict[str, Any] = {"label": label[:1].upper() + label[1:], "required": False}
    if isinstance(kind, Choice):
        return _choice(kind, options)
    if isinstance(kind, Several):
        return forms.MultipleChoiceField(
            choices=kind.choices, widget=forms.CheckboxSelectMultiple, **options
        )
    if isinstance(kind, Day):
        return DayField(**options)
    if isinstance(kind, Numbers) or (isinstance(kind, Text) and kind.most > LONG):
        options["widget"] = forms.Textarea(attrs={"rows": 2})
    if isinstance(kind, Number):
        options["widget"] = forms.TextInput(attrs={"inputmode": "decimal"})
    return CellField(kind, **options)


def _choice(kind: Choice, options: dict[str, Any]) -> forms.Field:
    choices = [(_code(value), label) for value, label in kind.choices]
    if kind is TRUTH:
        choices = [("", _("no data")), *choices]
    elif kind is not FACT and kind.empty not in dict(kind.choices):
        choices = [("", "–"), *choices]
    return forms.TypedChoiceField(
        choices=choices,
        coerce=lambda code: {"yes": True, "no": False}[code] if kind is TRUTH else code,
        empty_value=kind.empty,
        **options,
    )


def _code(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else value


class ValuesForm(forms.Form):
    """Some columns of one premises, or of many."""

    def __init__(
        self, *args: Any, codes: Iterable[str], values: Values | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.codes = list(codes)
        for code in self.codes:
            column = BY_CODE[code]
            field = field_for(column)
            if values is not None:
                initial = values[code]
                field.initial = _code(initial) if column.kind is TRUTH else initial
                if column.kind is TRUTH and initial is None:
                    field.initial = ""
            self.fields[code] = field

    def wanted(self) -> Values:
        """Values by column. Several-choice values in the order of the column."""
        values = {code: self.cleaned_data[code] for code in self.codes}
        for code, value in values.items():
            kind = BY_CODE[code].kind
            if isinstance(kind, Several):
                values[code] = kind.read(",".join(value)) if value else []
        return values
