"""Protocols of handing a place over and back: what was found, counted, photographed and signed.

A draft is written on a phone, often without a network, and is kept on the device: each part has a
`key` that the device gave it, so that sending it twice makes nothing twice. Once signed, nothing
of a protocol changes, which triggers keep; a mistake is mended by another one that `replaces` it.
"""

import uuid

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from premises.models.leases import Lease
from records.history import tracked

#: Rows of the sample city go with it; nothing else that was signed is ever removed.
_SIGNED_STAYS = """
IF EXISTS (
    SELECT 1 FROM premises_handoverprotocol p JOIN premises_lease l ON l.id = p.lease_id
    WHERE p.id = {key} AND p.state = 'signed' AND NOT (TG_OP = 'DELETE' AND l.is_sample)
) THEN
    RAISE EXCEPTION 'a signed protocol never changes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_protocol_stays';
END IF;
"""
_PROTOCOL_STAYS = (
    _SIGNED_STAYS.format(key="OLD.id") + "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
)
_ROW_STAYS = (
    "IF TG_OP <> 'INSERT' THEN"
    + _SIGNED_STAYS.format(key="OLD.protocol_id")
    + "END IF; IF TG_OP <> 'DELETE' THEN"
    + _SIGNED_STAYS.format(key="NEW.protocol_id")
    + "END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
)


@tracked()
class HandoverProtocol(models.Model):
    """What was found when the place was given to the tenant (in) or came back (out).

    `key` is the number that the device gave the draft; `version` counts the saves: who saves an
    older one is shown what the other person wrote, and loses nothing.
    """

    class Direction(models.TextChoices):
        IN = "in", _("handover to the tenant")
        OUT = "out", _("hand-back to the city")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SIGNED = "signed", _("signed")

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="protocols")
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.DRAFT)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day = models.DateField(_("day"))
    condition = models.TextField(_("state of the place"), blank=True)
    accessibility = models.TextField(_("state of what makes the place accessible"), blank=True)
    remarks = models.TextField(_("remarks of the parties"), blank=True)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    why_replaced = models.CharField(_("what is corrected and why"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lease", "direction"],
                condition=Q(state="draft"),
                name="protocol_one_draft",
                violation_error_message=_("Somebody has begun this protocol already."),
            ),
            models.UniqueConstraint(
                fields=["lease", "direction"],
                condition=Q(state="signed", replaces__isnull=True),
                name="protocol_signed_once",
                violation_error_message=_("This protocol is signed already. Correct that one."),
            ),
            models.CheckConstraint(
                name="protocol_signed_says_when",
                condition=Q(state="draft", signed_at__isnull=True)
                | Q(state="signed", signed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="protocol_replaces_another",
                condition=Q(replaces__isnull=True) | (~Q(replaces=F("pk")) & ~Q(why_replaced="")),
                violation_error_message=_("Say what is corrected and why."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="signed_protocol_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_PROTOCOL_STAYS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.lease} {self.get_direction_display()}"


class _ProtocolRow(models.Model):
    """A part of a protocol. `key` is the device's; `position` its place in the list, from 0."""

    protocol = models.ForeignKey(
        HandoverProtocol, on_delete=models.CASCADE, related_name="%(class)s_rows"
    )
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["protocol", "key"], name="%(class)s_sent_once")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="signed_row_stays",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_ROW_STAYS,
            )
        ]


@tracked()
class MeterReading(_ProtocolRow):
    """What a meter showed. `value` as on its face, in its own unit."""

    class Kind(models.TextChoices):
        ELECTRICITY = "electricity", _("electricity")
        WATER = "water", _("cold water")
        HOT_WATER = "hot_water", _("hot water")
        HEAT = "heat", _("heat")
        GAS = "gas", _("gas")
        OTHER = "other", _("another meter")

    class Unit(models.TextChoices):
        KWH = "kWh", "kWh"
        M3 = "m3", "m³"
        GJ = "GJ", "GJ"
        UNITS = "units", _("units")

    kind = models.CharField(_("meter"), max_length=12, choices=Kind)
    number = models.CharField(_("number of the meter"), max_length=60, blank=True)
    place = models.CharField(_("where it hangs"), max_length=120, blank=True)
    value = models.DecimalField(
        _("reading"),
        max_digits=14,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    unit = models.CharField(_("unit"), max_length=5, choices=Unit, default=Unit.KWH)

    class Meta(_ProtocolRow.Meta):
        constraints = [
            *_ProtocolRow.Meta.constraints,
            models.CheckConstraint(
                name="meter_reading_not_negative",
                condition=Q(value__isnull=True) | Q(value__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()


@tracked()
class KeyItem(_ProtocolRow):
    """Keys, remotes, cards: what they open and how many."""

    what = models.CharField(_("to what"), max_length=120, blank=True)
    count = models.PositiveSmallIntegerField(_("how many"), default=1)

    def __str__(self) -> str:
        return f"{self.what} ×{self.count}"


@tracked()
class InventoryLine(_ProtocolRow):
    """A thing of the city's that stays in the place."""

    class Condition(models.TextChoices):
        GOOD = "good", _("good")
        USED = "used", _("worn")
        DAMAGED = "damaged", _("damaged")
        MISSING = "missing", _("missing")

    what = models.CharField(_("what"), max_length=160, blank=True)
    count = models.PositiveSmallIntegerField(_("how many"), default=1)
    condition = models.CharField(
        _("in what state"), max_length=8, choices=Condition, default=Condition.GOOD
    )

    def __str__(self) -> str:
        return f"{self.what} ×{self.count}"


@tracked()
class Defect(_ProtocolRow):
    """What is broken, where, and who mends it by when."""

    class Mends(models.TextChoices):
        CITY = "city", _("the city")
        TENANT = "tenant", _("the tenant")
        NOBODY = "nobody", _("it stays as it is")

    where = models.CharField(_("where"), max_length=120, blank=True)
    what = models.CharField(_("what is wrong"), max_length=500, blank=True)
    mends = models.CharField(_("who mends it"), max_length=6, choices=Mends, default=Mends.CITY)
    by = models.DateField(_("by when"), null=True, blank=True)

    def __str__(self) -> str:
        return self.what


@tracked()
class HandoverPhoto(_ProtocolRow):
    """A photo, written anew without its metadata; `alt` says what it shows, before signing."""

    file = models.ForeignKey("records.StoredFile", on_delete=models.PROTECT, related_name="+")
    alt = models.CharField(_("what the photo shows"), max_length=300, blank=True)
    sent_sha256 = models.CharField(
        max_length=64, help_text="of the bytes as sent: a repeat with others is a conflict"
    )

    def __str__(self) -> str:
        return self.alt


@tracked()
class Signatory(_ProtocolRow):
    """Who was there and signed, or refused to."""

    class Role(models.TextChoices):
        LANDLORD = "landlord", _("for the city")
        TENANT = "tenant", _("for the tenant")
        WITNESS = "witness", _("witness")

    role = models.CharField(_("on whose side"), max_length=8, choices=Role)
    name = models.CharField(_("first and last name"), max_length=160, blank=True)
    capacity = models.CharField(_("in what capacity"), max_length=160, blank=True)
    refused = models.BooleanField(_("refused to sign"), default=False)

    class Meta(_ProtocolRow.Meta):
        verbose_name_plural = "signatories"

    def __str__(self) -> str:
        return self.name
