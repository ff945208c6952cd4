"""Forms of the head: rules, terms of use, prices, people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from resources.forms.fields import DayField, MinuteField
from resources.models import BookingPolicy, StaffRole, UserGroup
from resources.rules import POLICY_FIELDS
from resources.staff import BY_HEAD, posts_of


class PolicyForm(forms.ModelForm):
    """The rules of a unit, asked in plain words."""

    grid_minutes = forms.TypedChoiceField(
        label=_("Meetings begin every … minutes"),
        coerce=int,
        choices=[(n, str(n)) for n in (5, 10, 15, 30, 60)],
    )
    documents = forms.CharField(
        label=_("Documents to be shown, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        model = BookingPolicy
        fields = POLICY_FIELDS
        labels = {
            "name": _("Name of these rules"),
            "min_lead_hours": _("Ask at least … hours before"),
            "max_lead_days": _("and at most … days before"),
            "min_minutes": _("Shortest meeting (minutes)"),
            "max_minutes": _("Longest meeting (minutes)"),
            "free_hours_per_week": _("Free hours a week for one organisation"),
            "max_pending": _("Requests of one organisation that may wait at once"),
            "auto_approve_participants": _("Accept by itself up to … people"),
            "reply_working_days": _("We answer a single request within … working days"),
            "series_reply_days": _("and a series within … days"),
            "return_days": _("To complete a request they have … days"),
            "proposal_days": _("To answer our proposal they have … days"),
            "contract_days": _("To sign the contract they have … days"),
            "contract_after_days": _("A series longer than … days needs a contract"),
            "cancel_hours": _("They cancel at least … hours before"),
            "owner_cancel_days": _("We call off at least … days before"),
            "no_show_limit": _("After … absences"),
            "no_show_window_days": _("within … days"),
            "ban_days": _("new requests rest for … days"),
            "minors_declaration": _("With minors: a declaration of child protection"),
            "insurance_required": _("Liability insurance of the organiser"),
        }
        help_texts = {
            "free_hours_per_week": _("Empty: no limit."),
            "auto_approve_participants": _(
                "Single requests of verified organisations, without minors. Empty: never."
            ),
            "contract_after_days": _("Empty: never."),
            "no_show_limit": _("0: no consequence."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["documents"] = "\n".join(self.instance.documents)

    def clean_documents(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["documents"].splitlines()]
        return [line[:120] for line in lines if line][:10]

    #: How the page groups the questions.
    GROUPS = (
        (
            _("When and how long"),
            ("min_lead_hours", "max_lead_days", "grid_minutes", "min_minutes", "max_minutes"),
        ),
        (
            _("Our answer"),
            (
                "reply_working_days",
                "series_reply_days",
                "auto_approve_participants",
                "max_pending",
            ),
        ),
        (
            _("Their answer"),
            ("return_days", "proposal_days", "contract_days", "contract_after_days"),
        ),
        (
            _("Calling off and absence"),
            (
                "cancel_hours",
                "owner_cancel_days",
                "no_show_limit",
                "no_show_window_days",
                "ban_days",
            ),
        ),
        (
            _("Conditions"),
            ("free_hours_per_week", "minors_declaration", "insurance_required", "documents"),
        ),
    )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]


class TermsForm(forms.Form):
    """A new version of the terms of use."""

    version = forms.CharField(
        label=_("Version"), max_length=20, help_text=_("For example: 2/2026.")
    )
    valid_from = DayField(label=_("In force from"))
    text_pl = forms.CharField(
        label=_("Text (Polish)"), widget=forms.Textarea(attrs={"rows": 10}), max_length=50_000
    )
    text_en = forms.CharField(
        label=_("Text (English)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=50_000,
    )


class PriceListForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the price list"),
        max_length=120,
        help_text=_("For example: gymnasiums, classrooms."),
    )


class RateForm(forms.Form):
    """What an hour costs one group from a day on."""

    user_group = forms.ChoiceField(label=_("Who"), choices=UserGroup.choices)
    first = DayField(label=_("From day"))
    last = DayField(
        label=_("To day"), required=False, help_text=_("Included. Empty: until changed.")
    )
    from_minute = MinuteField(label=_("From hour"), required=False, help_text=_("Empty: all day."))
    to_minute = MinuteField(label=_("To hour"), required=False)
    net_per_hour = forms.DecimalField(
        label=_("Net for an hour (PLN)"),
        min_value=0,
        max_digits=8,
        decimal_places=2,
        localize=True,
        help_text=_("0: free of charge."),
    )
    vat_rate = forms.ChoiceField(
        label=_("VAT"), required=False, choices=[("", _("none")), ("8", "8 %"), ("23", "23 %")]
    )
    ground_pl = forms.CharField(
        label=_("Ground of free use"),
        max_length=200,
        required=False,
        help_text=_("Needed where the price is 0: the order or resolution that allows it."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("from_minute"), data.get("to_minute")
        if (opens is None) != (closes is None):
            self.add_error("to_minute", _("Give both hours, or none."))
        if opens is None and closes is None:
            data["from_minute"], data["to_minute"] = 0, 24 * 60
        return data


class GrantForm(forms.Form):
    """A role for somebody, for a term."""

    email = forms.EmailField(
        label=_("E-mail of their account"),
        help_text=_("They need an account. They see the desk as soon as the role begins."),
    )
    role = forms.ChoiceField(label=_("Role"))
    first = DayField(label=_("From day"))
    last = DayField(
        label=_("To day"), required=False, help_text=_("Included. Empty: until withdrawn.")
    )
    substitutes = forms.ModelChoiceField(
        StaffRole.objects.none(),
        label=_("Stands in for"),
        required=False,
        empty_label=_("nobody: a role of their own"),
        help_text=_("A substitute decides while the other is away; give a last day."),
    )
    basis = forms.CharField(
        label=_("On what basis"),
        max_length=120,
        required=False,
        help_text=_("For example: authorisation no. 7/2026."),
    )

    def __init__(self, *args: Any, unit: Any, may_name_head: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = list(StaffRole.Role) if may_name_head else list(BY_HEAD)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        standing = [
            post.role.pk
            for post in posts_of(unit)
            if not post.over and post.role.role in (StaffRole.Role.HEAD, StaffRole.Role.DECIDER)
        ]
        field = self.fields["substitutes"]
        field.queryset = StaffRole.objects.filter(pk__in=standing).select_related("person")
        field.label_from_instance = lambda role: f"{role.person}, {role.get_role_display()}"
