"""Forms of contracts: drafts, amendments, ends, hand-backs. They read and word; leasing decides."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import Organisation, Sphere
from premises.leasing import dates
from premises.leasing.drafts import Draft, Party, parties_of
from premises.models import Lease, LeaseParty, LeaseVersion, Termination
from records.clock import today
from records.models import LegalAct
from resources.forms.fields import DayField
from resources.models import ManagingUnit, Resource

CHECKS = forms.CheckboxSelectMultiple


def find_organisation(text: str) -> Organisation:
    """By KRS, NIP, name or short name. Raises ValidationError with what was found instead."""
    text = text.strip()
    found = list(
        Organisation.objects.filter(
            Q(krs=text.zfill(10)) | Q(nip=text.replace("-", "")) | Q(name__iexact=text)
            | Q(short_name__iexact=text)
        )[:2]
    )  # fmt: skip
    if len(found) == 1:
        return found[0]
    near = list(Organisation.objects.filter(name__icontains=text).order_by("name")[:5])
    if len(near) == 1:
        return near[0]
    if not near:
        raise ValidationError(
            _("No organisation in the register fits. Enter a KRS or NIP, or the name below.")
        )
    raise ValidationError(
        _("Several fit: %(names)s. Enter the whole name, KRS or NIP.")
        % {"names": "; ".join(str(one) for one in near)}
    )


class TermsFields(forms.Form):
    """What versions hold: shared by drafts and amendments."""

    last_day = DayField(
        label=gettext_lazy("Last day"), required=False,
        help_text=gettext_lazy("empty: for an indefinite time"),
    )  # fmt: skip
    rent_net = forms.DecimalField(
        label=gettext_lazy("Rent a month, net (PLN)"), min_value=0, max_digits=11,
        decimal_places=2, required=False, localize=True,
    )  # fmt: skip
    vat_rate = forms.DecimalField(
        label=gettext_lazy("VAT (%)"), min_value=0, max_value=99, max_digits=4, decimal_places=2,
        required=False, localize=True, help_text=gettext_lazy("empty: outside VAT or exempt"),
    )  # fmt: skip
    payment_day = forms.IntegerField(
        label=gettext_lazy("Rent due by (day of the month)"), min_value=1, max_value=31,
        required=False,
    )  # fmt: skip
    indexed = forms.BooleanField(label=gettext_lazy("Indexed every year"), required=False)
    purpose = forms.CharField(label=gettext_lazy("Purpose"), max_length=500, required=False)
    spheres = forms.ModelMultipleChoiceField(
        Sphere.objects.none(), label=gettext_lazy("Spheres of public tasks"), required=False,
        widget=CHECKS,
    )  # fmt: skip
    business_allowed = forms.BooleanField(label=gettext_lazy("Business allowed"), required=False)
    conditions = forms.CharField(
        label=gettext_lazy("Other conditions"), required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spheres = Sphere.objects.filter(valid__contains=today())
        self.fields["spheres"].queryset = spheres  # type: ignore[attr-defined]

    def terms(self) -> dict[str, Any]:
        """As LeaseVersion stores them."""
        data = self.cleaned_data
        return {
            "ends_before": dates.day_after(data["last_day"]),
            "rent_net": data["rent_net"] or Decimal(0),
            "vat_rate": data["vat_rate"],
            "payment_day": data["payment_day"],
            "indexed": data["indexed"],
            "purpose": data["purpose"],
            "spheres": list(data["spheres"]),
            "business_allowed": data["business_allowed"],
            "conditions": data["conditions"],
        }


def initial_terms(version: LeaseVersion | None) -> dict[str, Any]:
    """A version as the form's first values."""
    if version is None:
        return {"vat_rate": 23, "indexed": True}
    return {
        "last_day": dates.last_day(version.ends_before),
        **{
            name: getattr(version, name)
            for name in (
                "rent_net", "vat_rate", "payment_day", "indexed", "purpose", "business_allowed",
                "conditions",
            )
        },
        "spheres": list(version.spheres.all()),
    }  # fmt: skip


class DraftForm(TermsFields):
    """A contract in preparation."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of contract"), choices=Lease.Kind.choices)
    place = forms.ModelChoiceField(
        Resource.objects.none(), label=gettext_lazy("Premises"), to_field_name="code",
        empty_label=gettext_lazy("choose"),
    )  # fmt: skip
    more_places = forms.CharField(
        label=gettext_lazy("Further places"), required=False,
        help_text=gettext_lazy("their codes with commas between, for example lokal-0412"),
    )  # fmt: skip
    exclusive = forms.BooleanField(
        label=gettext_lazy("The tenant has it alone"), required=False,
        help_text=gettext_lazy(
            "Take it away for an operator: the rooms stay bookable by the hour."
        ),
    )  # fmt: skip
    organisations = forms.CharField(
        label=gettext_lazy("Organisations of the register"), required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "KRS, NIP or name, one in a line; the first is the tenant, others are co-tenants"
        ),
    )  # fmt: skip
    tenant_name = forms.CharField(
        label=gettext_lazy("Or a tenant outside the register"), max_length=300, required=False
    )
    natural_person = forms.BooleanField(
        label=gettext_lazy("a natural person"), required=False,
        help_text=gettext_lazy("Natural persons are not named on public lists."),
    )  # fmt: skip
    first_day = DayField(label=gettext_lazy("First day"))
    basis = forms.CharField(
        label=gettext_lazy("How the tenant was chosen and on what basis"), max_length=300,
        required=False,
    )  # fmt: skip
    legal_act = forms.ModelChoiceField(
        LegalAct.objects.all(), label=gettext_lazy("Legal act"), required=False,
        empty_label=gettext_lazy("none"),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note of the unit"), required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The tenant does not read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, unit: ManagingUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        places = Resource.objects.filter(unit=unit).exclude(space=None).order_by("title_pl")
        self.fields["place"].queryset = places  # type: ignore[attr-defined]

    def clean_more_places(self) -> list[Resource]:
        codes = [one.strip() for one in self.cleaned_data["more_places"].split(",") if one.strip()]
        found = {one.code: one for one in Resource.objects.filter(unit=self.unit, code__in=codes)}
        missing = [code for code in codes if code not in found]
        if missing:
            raise ValidationError(
                _("No such place in this unit: %(codes)s.") % {"codes": ", ".join(missing)}
            )
        return list(found.values())

    def clean_organisations(self) -> list[Organisation]:
        lines = self.cleaned_data["organisations"].splitlines()
        return [find_organisation(line) for line in lines if line.strip()]

    def draft(self) -> Draft:
        data = self.cleaned_data
        parties = [
            Party(
                organisation=one,
                role=self._role(first=number == 0),
            )
            for number, one in enumerate(data["organisations"])
        ]
        if data["tenant_name"]:
            parties.append(
                Party(
                    name=data["tenant_name"],
                    natural_person=data["natural_person"],
                    role=self._role(first=not parties),
                )
            )
        return Draft(
            kind=data["kind"],
            places=[data["place"], *data["more_places"]],
            parties=parties,
            starts_on=data["first_day"],
            exclusive=data["exclusive"],
            basis=data["basis"],
            legal_act=data["legal_act"],
            note=data["note"],
            **self.terms(),
        )

    def _role(self, *, first: bool) -> str:
        if not self.cleaned_data["exclusive"]:
            return LeaseParty.Role.OPERATOR
        return LeaseParty.Role.TENANT if first else LeaseParty.Role.CO_TENANT


def initial_draft(draft: Draft) -> dict[str, Any]:
    """A draft as the form's first values."""
    named = [one for one in draft.parties if one.organisation is None]
    return {
        "kind": draft.kind,
        "place": draft.places[0].code if draft.places else None,
        "more_places": ", ".join(one.code for one in draft.places[1:]),
        "exclusive": draft.exclusive,
        "organisations": "\n".join(
            one.organisation.krs or str(one.organisation)
            for one in draft.parties
            if one.organisation
        ),
        "tenant_name": named[0].name if named else "",
        "natural_person": named[0].natural_person if named else False,
        "first_day": draft.starts_on,
        "last_day": dates.last_day(draft.ends_before),
        "basis": draft.basis,
        "legal_act": draft.legal_act,
        "note": draft.note,
        "rent_net": draft.rent_net,
        "vat_rate": draft.vat_rate,
        "payment_day": draft.payment_day,
        "indexed": draft.indexed,
        "purpose": draft.purpose,
        "spheres": list(draft.spheres),
        "business_allowed": draft.business_allowed,
        "conditions": draft.conditions,
    }


def draft_of(lease: Lease) -> dict[str, Any]:
    """A saved draft as the form's first values."""
    version = lease.versions.order_by("valid").first()
    places = [one.resource for one in lease.objects_let.select_related("resource")]
    base = Draft(
        kind=lease.kind, places=places, parties=parties_of(lease), starts_on=lease.starts_on,
        ends_before=lease.ends_before, exclusive=lease.exclusive, basis=lease.basis,
        legal_act=lease.legal_act, note=lease.note,
    )  # fmt: skip
    return {**initial_draft(base), **initial_terms(version)}


class AmendForm(TermsFields):
    """An amendment: from when, signed when, and the terms as they will be."""

    from_ = DayField(label=gettext_lazy("The change applies from"))
    signed_on = DayField(label=gettext_lazy("Signed on"))
    annex_note = forms.CharField(
        label=gettext_lazy("What the change is about"), max_length=300,
        help_text=gettext_lazy("The tenant reads it."),
    )  # fmt: skip
    reason = forms.ChoiceField(
        label=gettext_lazy("Kind of change"),
        choices=[
            (one.value, one.label)
            for one in (LeaseVersion.Reason.AMENDMENT, LeaseVersion.Reason.PROLONGATION)
        ],
    )

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        if day > today():
            raise ValidationError(_("An amendment is recorded when it is signed."))
        return day


class TerminateForm(forms.Form):
    """A notice, an agreement, or a termination without notice."""

    way = forms.ChoiceField(
        label=gettext_lazy("How"), choices=Termination.Way.choices, widget=forms.RadioSelect
    )
    side = forms.ChoiceField(label=gettext_lazy("Whose will"), choices=Termination.Side.choices)
    delivered_on = DayField(label=gettext_lazy("Statement received, or agreement signed, on"))
    ends_last_day = DayField(
        label=gettext_lazy("Last day of the contract"), required=False,
        help_text=gettext_lazy("empty: as computed by the rule"),
    )  # fmt: skip
    ground = forms.CharField(
        label=gettext_lazy("Ground"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The tenant reads it."),
    )  # fmt: skip


class DayForm(forms.Form):
    """A day on which something happened, and a remark."""

    day = DayField(label=gettext_lazy("Day"))
    reason = forms.CharField(
        label=gettext_lazy("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class NeedForm(forms.Form):
    """The document that meets a need, or why to go on without it."""

    number = forms.CharField(label=gettext_lazy("Document: number"), max_length=120, required=False)
    issued_on = DayField(label=gettext_lazy("of the day"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Or why you go on without it"), required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Your name stays with it."),
    )  # fmt: skip
