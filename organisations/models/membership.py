from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisations.models.organisation import Organisation
from organisations.models.person import Person
from records.history import tracked


@tracked()
class Membership(models.Model):
    """What a person may do for an organisation, for a term, and on what evidence."""

    class Role(models.TextChoices):
        REPRESENTATIVE = "representative", _("representative")
        PROXY = "proxy", _("proxy")
        EDITOR = "editor", _("member who may request")
        VIEWER = "viewer", _("member who may look")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    valid = DateRangeField(_("term"), help_text="half-open; no end: until withdrawn")
    evidence = models.CharField(max_length=300, blank=True)
    granted_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            ExclusionConstraint(
                name="membership_one_role_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person is already a member then."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.organisation}: {self.get_role_display()}"


@tracked()
class JoinRequest(models.Model):
    """A person asks to act for an organisation; its representative or a coordinator answers."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="join_requests"
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="join_requests")
    role = models.CharField(max_length=20, choices=Membership.Role)
    message = models.TextField(blank=True, max_length=1000)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    evidence = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(state="waiting"),
                name="join_request_one_waiting",
                violation_error_message=_("You have already asked to join this organisation."),
            )
        ]
