"""Fields as Polish officials type: 7.12.2026 and 17:00, also where a browser sends ISO."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from resources.desk.words import WEEKDAY
from resources.importing.tables import CellError, read_day, read_minute


class DayField(forms.Field):
    """A date, by a date input or typed."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        try:
            return read_day(str(value).strip())
        except CellError as error:
            raise ValidationError(f"{error.reason} {error.remedy}", code="day") from error


class MinuteField(forms.Field):
    """A time of day as minutes since midnight; 24:00 is the end of the day.

    A time input cannot say 24:00, so this is a text input with a hint.
    """

    widget = forms.TextInput(
        attrs={"inputmode": "numeric", "size": 6, "placeholder": "17:00", "autocomplete": "off"}
    )

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        if isinstance(value, int):
            return value
        try:
            return read_minute(str(value).strip())
        except CellError as error:
            raise ValidationError(f"{error.reason} {error.remedy}", code="minute") from error

    def prepare_value(self, value: Any) -> Any:
        return clock_words(value) if isinstance(value, int) else value


def clock_words(minute: int) -> str:
    """1020 as 17:00."""
    return f"{minute // 60}:{minute % 60:02}"


WEEKDAY_CHOICES = list(WEEKDAY.items())


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Days of the week (ISO) as check boxes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=WEEKDAY_CHOICES, coerce=int, widget=forms.CheckboxSelectMultiple, **options
        )
