"""Forms of the inventory: a room's facts, its accessibility, and its pictures."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from records.models import CalendarPeriod
from resources.inventory import Statement
from resources.models import (
    AccessibilityFact,
    BookingPolicy,
    Equipment,
    Feature,
    ManagingUnit,
    PriceList,
    Resource,
    ResourcePhoto,
    Room,
    RoomLayout,
    Site,
    ThreeValued,
)
from resources.models.resource import TURNAROUNDS
from resources.place.rules import duration


class ResourceForm(forms.ModelForm):
    """What a keeper may correct on the spine. Choices are those of the unit itself."""

    turnaround_minutes = forms.TypedChoiceField(
        label=_("Time between meetings"), coerce=int, help_text=_("For cleaning and handing over.")
    )
    observes = forms.MultipleChoiceField(
        label=_("Closed on"),
        choices=CalendarPeriod.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    open_to = forms.MultipleChoiceField(
        label=_("Who may use it"),
        choices=Resource.OpenTo.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Resource
        fields = (
            "title_pl",
            "title_en",
            "description_pl",
            "description_en",
            "visibility",
            "area_m2",
            "open_to",
            "turnaround_minutes",
            "observes",
            "policy",
            "price_list",
            "contact_role",
            "contact_email",
            "contact_phone",
        )
        labels = {
            "visibility": _("Who sees this page"),
            "area_m2": _("Area (m²)"),
            "policy": _("Booking rules"),
            "price_list": _("Price list"),
            "contact_email": _("E-mail"),
            "contact_phone": _("Telephone"),
        }
        help_texts = {"contact_role": _("A role, not a person: for example “secretariat”.")}
        widgets = {
            "description_pl": forms.Textarea(attrs={"rows": 4}),
            "description_en": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.instance.unit
        self.fields["turnaround_minutes"].choices = [
            (minutes, duration(minutes)) for minutes in TURNAROUNDS
        ]
        self.fields["policy"].queryset = BookingPolicy.objects.filter(unit=unit)
        self.fields["price_list"].queryset = PriceList.objects.filter(unit=unit)


class RoomForm(forms.ModelForm):
    """What a keeper may correct on a room, with capacity by layout and equipment."""

    activities = forms.MultipleChoiceField(
        label=_("Allowed"),
        choices=Room.Activity.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Room
        fields = ("floor", "height_m", "noise", "activities", "not_allowed_pl", "not_allowed_en")
        help_texts = {"floor": _("0 is the ground floor.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layouts = list(RoomLayout.Layout)
        self.kinds = list(Equipment.objects.all())
        room = self.instance
        capacities = {one.layout: one.capacity for one in room.layouts.all()} if room.pk else {}
        for layout in self.layouts:
            self.fields[f"layout_{layout}"] = forms.IntegerField(
                label=layout.label,
                min_value=1,
                max_value=5000,
                required=False,
                initial=capacities.get(layout),
            )
        owned = (
            {one.equipment_id: one.quantity for one in room.resource.equipment.all()}
            if room.pk
            else {}
        )
        english = (get_language() or "pl").startswith("en")
        for kind in self.kinds:
            self.fields[f"equipment_{kind.code}"] = forms.IntegerField(
                label=kind.name_en if english else kind.name_pl,
                min_value=0,
                max_value=999,
                required=False,
                initial=owned.get(kind.pk),
            )

    def layout_fields(self) -> list[forms.BoundField]:
        return [self[f"layout_{layout}"] for layout in self.layouts]

    def equipment_fields(self) -> list[forms.BoundField]:
        return [self[f"equipment_{kind.code}"] for kind in self.kinds]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.chosen_layouts():
            self.add_error(
                f"layout_{self.layouts[0]}", _("Say how many people fit in at least one way.")
            )
        return cleaned

    def chosen_layouts(self) -> dict[str, int]:
        found = {str(one): self.cleaned_data.get(f"layout_{one}") for one in self.layouts}
        return {layout: capacity for layout, capacity in found.items() if capacity}

    def chosen_equipment(self) -> dict[str, int]:
        found = {one.code: self.cleaned_data.get(f"equipment_{one.code}") for one in self.kinds}
        return {code: quantity for code, quantity in found.items() if quantity}


class AccessibilityForm(forms.Form):
    """One row a feature: yes, no or not checked, and what to know about it."""

    evidence = forms.ChoiceField(
        label=_("How do you know?"),
        choices=AccessibilityFact.Evidence.choices,
        initial=AccessibilityFact.Evidence.INSPECTION,
    )

    def __init__(self, *args: Any, facts: dict[str, AccessibilityFact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for feature in Feature:
            fact = facts.get(feature)
            self.fields[f"value_{feature}"] = forms.ChoiceField(
                label=str(feature.label).capitalize(),
                choices=[
                    (ThreeValued.YES, _("yes")),
                    (ThreeValued.NO, _("no")),
                    (ThreeValued.UNKNOWN, _("nobody has checked")),
                ],
                widget=forms.RadioSelect,
                initial=fact.value if fact else ThreeValued.UNKNOWN,
            )
            self.fields[f"detail_{feature}"] = forms.CharField(
                label=_("Details (Polish)"),
                max_length=200,
                required=False,
                initial=fact.detail_pl if fact else "",
            )
            self.fields[f"detail_en_{feature}"] = forms.CharField(
                label=_("Details (English)"),
                max_length=200,
                required=False,
                initial=fact.detail_en if fact else "",
            )

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [
            (self[f"value_{one}"], self[f"detail_{one}"], self[f"detail_en_{one}"])
            for one in Feature
        ]

    def statements(self) -> dict[str, Statement]:
        data = self.cleaned_data
        return {
            str(one): Statement(
                data[f"value_{one}"], data[f"detail_{one}"], data[f"detail_en_{one}"]
            )
            for one in Feature
        }


class PhotoForm(forms.ModelForm):
    """A new picture with the words that stand for it."""

    upload = forms.FileField(
        label=_("File"), help_text=_("JPEG, PNG or WebP, up to 12 MB. We remove its metadata.")
    )

    class Meta:
        model = ResourcePhoto
        fields = ("upload", "kind", "alt_pl", "alt_en", "credit")
        labels = {"kind": _("What it is")}
        help_texts = {
            "alt_pl": _("One sentence for people who cannot see it."),
        }


class NewRoomForm(forms.Form):
    """The first facts of a room: the rest follows on its page."""

    title_pl = forms.CharField(label=_("Name of the room (Polish)"), max_length=160)
    site = forms.ModelChoiceField(label=_("Where it is"), queryset=Site.objects.none())

    def __init__(self, *args: Any, unit: ManagingUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.filter(resources__unit=unit).distinct()
