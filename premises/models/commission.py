"""The commission of a procedure: who sits in it, and whom its members may not judge."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from premises.models.applications import Application
from premises.models.procedures import AllocationProcedure
from records.history import tracked


@tracked()
class CommissionMember(models.Model):
    """Somebody in the commission of one procedure, for a time.

    A member with an account declares, scores and keeps a key in their own session; one without
    (an expert of another city) is named, and the secretary records what they signed on paper.
    `name` stays as it stood in the order of appointment.
    """

    class Role(models.TextChoices):
        CHAIR = "chair", _("chair")
        MEMBER = "member", _("member")
        SECRETARY = "secretary", _("secretary, without a vote")
        NGO = "ngo", _("representative of NGOs")

    #: They score and vote.
    VOTING = (Role.CHAIR, Role.MEMBER, Role.NGO)

    procedure = models.ForeignKey(
        AllocationProcedure, on_delete=models.CASCADE, related_name="commission"
    )
    person = models.ForeignKey(
        "organisations.Person",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="commission_seats",
    )
    name = models.CharField(_("first and last name"), max_length=150)
    role = models.CharField(_("role"), max_length=10, choices=Role)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="that the member of the NGOs comes from",
    )
    function = models.CharField(_("function"), max_length=160, blank=True)
    valid = DateRangeField(help_text="half-open; no end: until the procedure ends")
    appointed_by = models.CharField(max_length=200)
    dismissal_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("member of a commission")
        verbose_name_plural = _("members of commissions")
        ordering = ["pk"]
        constraints = [
            ExclusionConstraint(
                name="commission_person_once",
                expressions=[
                    ("procedure", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person already sits in the commission."),
            ),
            ExclusionConstraint(
                name="commission_one_chair",
                expressions=[
                    ("procedure", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(role="chair"),
                violation_error_message=_("The commission already has a chair."),
            ),
            models.CheckConstraint(
                name="commission_member_named",
                condition=~Q(name=""),
                violation_error_message=_("Give the first and last name."),
            ),
            models.CheckConstraint(
                name="commission_ngo_member_of_an_ngo",
                condition=~Q(role="ngo") | Q(organisation__isnull=False),
                violation_error_message=_("Say from which organisation the NGO member comes."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def votes(self) -> bool:
        return self.role in self.VOTING


class ImpartialityDeclaration(models.Model):
    """What a member declared after the list of applicants was known. Never changed.

    A member who learns of a tie later declares anew; the last declaration holds.
    """

    class Outcome(models.TextChoices):
        IMPARTIAL = "impartial", _("impartial towards all applicants")
        EXCLUDES = "excludes", _("excludes themselves from some applications")
        RESIGNS = "resigns", _("cannot judge in this procedure")

    member = models.ForeignKey(
        CommissionMember, on_delete=models.CASCADE, related_name="declarations"
    )
    outcome = models.CharField(max_length=10, choices=Outcome)
    text = models.TextField(help_text="the words that were declared")
    explanation = models.CharField(max_length=500, blank=True)
    applicants = models.PositiveSmallIntegerField(help_text="how many stood on the list then")
    excluded = models.ManyToManyField(
        Application, through="DeclaredExclusion", related_name="excluded_by"
    )
    at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200, help_text="the member, or who has the paper")
    on_paper = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("declaration of impartiality")
        verbose_name_plural = _("declarations of impartiality")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="declaration_of_no_impartiality_explained",
                condition=Q(outcome="impartial") | ~Q(explanation=""),
                violation_error_message=_("Say in a sentence what ties you to the applicant."),
            ),
        ]
        triggers = [pgtrigger.Protect(name="declaration_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_outcome_display()}"


class DeclaredExclusion(models.Model):
    """An application that a member does not judge."""

    declaration = models.ForeignKey(
        ImpartialityDeclaration, on_delete=models.CASCADE, related_name="exclusions"
    )
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("excluded application")
        verbose_name_plural = _("excluded applications")
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "application"], name="declared_exclusion_once"
            ),
        ]
        triggers = [pgtrigger.Protect(name="declared_exclusion_stays", operation=pgtrigger.Update)]
