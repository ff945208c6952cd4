"""Who is bound by a contract, and whom the tenant may let in."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from premises.models.leases import Lease
from records.history import tracked


@tracked()
class LeaseParty(models.Model):
    """A party on the other side of the contract for a time: with a role, a share, its rooms.

    Either an organisation of the register or somebody named here. Whether the named one is a
    natural person matters: the public list names legal persons only. Shares of tenants and
    co-tenants never sum to more than the whole, which a trigger checks at commit.
    """

    class Role(models.TextChoices):
        TENANT = "tenant", _("tenant")
        CO_TENANT = "co_tenant", _("co-tenant")
        AUTHORISED_USER = "authorised_user", _("authorised user")
        OPERATOR = "operator", _("operator")

    #: Those who are bound by the contract itself.
    BOUND = (Role.TENANT, Role.CO_TENANT, Role.OPERATOR)

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="parties")
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.TENANT)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lease_parties",
    )
    name = models.CharField(
        _("name, if not in the register"), max_length=300, blank=True, db_collation="pl-x-icu"
    )
    natural_person = models.BooleanField(_("a natural person"), default=False)
    nip = models.CharField("NIP", max_length=10, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    share_numerator = models.PositiveIntegerField(_("share"), null=True, blank=True)
    share_denominator = models.PositiveIntegerField(_("of"), null=True, blank=True)
    joint_and_several = models.BooleanField(_("liable for the whole rent"), default=True)
    rooms = models.CharField(_("rooms"), max_length=300, blank=True)
    hours = models.CharField(_("days and hours"), max_length=300, blank=True)
    valid = DateRangeField(_("from, until"), help_text="half-open; no end: to the end of the term")

    class Meta:
        verbose_name_plural = "lease parties"
        ordering = ["valid", "pk"]
        constraints = [
            models.CheckConstraint(
                name="lease_party_is_somebody",
                condition=(Q(organisation__isnull=False) & Q(name=""))
                | (Q(organisation__isnull=True) & ~Q(name="")),
                violation_error_message=_("Choose an organisation or give a name, not both."),
            ),
            models.CheckConstraint(
                name="lease_party_share_whole",
                condition=Q(share_numerator__isnull=True, share_denominator__isnull=True)
                | Q(
                    share_numerator__gt=0,
                    share_denominator__isnull=False,
                    share_numerator__lte=F("share_denominator"),
                ),
                violation_error_message=_("A share lies between nothing and the whole."),
            ),
            models.CheckConstraint(
                name="lease_party_term_begins",
                condition=Q(valid__isempty=False) & Q(valid__startswith__isnull=False),
                violation_error_message=_("Say from which day."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation) if self.organisation_id else self.name


class Asked(models.TextChoices):
    """The state of something that the tenant asks for."""

    ASKED = "asked", _("asked")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")


@tracked()
class ThirdPartyConsent(models.Model):
    """That the tenant may sublet or let somebody else use the place: never without it."""

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="third_parties")
    who = models.CharField(_("who will use it"), max_length=300)
    scope = models.CharField(_("what, for what, when"), max_length=500)
    valid = DateRangeField(_("from, until"))
    state = models.CharField(_("state"), max_length=8, choices=Asked, default=Asked.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    reason = models.TextField(_("reason or conditions"), blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                name="third_party_decided",
                condition=Q(state="asked") | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="third_party_refused_with_reason",
                condition=~Q(state="refused") | ~Q(reason=""),
                violation_error_message=_("Say why: the tenant reads it."),
            ),
        ]

    def __str__(self) -> str:
        return self.who


@tracked()
class WorksConsent(models.Model):
    """Works that the tenant asks to do, and how their cost is settled (art. 676 of the code)."""

    class Settle(models.TextChoices):
        NONE = "none", _("at the tenant's cost")
        RENT_OFFSET = "rent_offset", _("set off against the rent")
        REIMBURSEMENT = "reimbursement", _("paid back")

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="works")
    scope = models.CharField(_("what will be done"), max_length=500)
    cost_estimate = models.DecimalField(
        _("estimate (PLN)"), max_digits=11, decimal_places=2, null=True, blank=True
    )
    settle = models.CharField(_("who pays"), max_length=14, choices=Settle, default=Settle.NONE)
    cap = models.DecimalField(
        _("at most (PLN)"), max_digits=11, decimal_places=2, null=True, blank=True
    )
    state = models.CharField(_("state"), max_length=8, choices=Asked, default=Asked.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    reason = models.TextField(_("reason or conditions"), blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                name="works_decided", condition=Q(state="asked") | Q(decided_at__isnull=False)
            ),
            models.CheckConstraint(
                name="works_refused_with_reason",
                condition=~Q(state="refused") | ~Q(reason=""),
                violation_error_message=_("Say why: the tenant reads it."),
            ),
            models.CheckConstraint(
                name="works_sums_positive",
                condition=(Q(cost_estimate__isnull=True) | Q(cost_estimate__gt=0))
                & (Q(cap__isnull=True) | Q(cap__gt=0)),
            ),
        ]

    def __str__(self) -> str:
        return self.scope


@tracked()
class Outlay(models.Model):
    """What the tenant spent on the place under a consent, and how much of it was accepted."""

    works = models.ForeignKey(WorksConsent, on_delete=models.CASCADE, related_name="outlays")
    day = models.DateField(_("date of the document"))
    document = models.CharField(_("document"), max_length=200)
    amount = models.DecimalField(_("amount (PLN)"), max_digits=11, decimal_places=2)
    accepted = models.DecimalField(
        _("accepted (PLN)"), max_digits=11, decimal_places=2, null=True, blank=True
    )
    settled_on = models.DateField(_("settled on"), null=True, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(name="outlay_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="outlay_accepted_within",
                condition=Q(accepted__isnull=True) | Q(accepted__gte=0, accepted__lte=F("amount")),
                violation_error_message=_("No more than was spent can be accepted."),
            ),
        ]

    def __str__(self) -> str:
        return self.document
