"""What the commission found: score cards, bids, the ranking, opinions, decisions."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from premises.models.applications import Application
from premises.models.commission import CommissionMember
from premises.models.procedure_kinds import ScoringCriterion
from premises.models.procedures import AllocationProcedure, Lot
from records.history import tracked

_FINAL_STAYS = """
RAISE EXCEPTION 'a finished score card never changes'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'final_card_stays';
"""

#: Points belong to a card that is still a draft and to a criterion of its procedure, and lie within
#: its bounds. The card's row is locked, so that nobody finishes it between the look and the write.
_POINTS_OF_DRAFTS = """
gone := TG_OP = 'DELETE';
SELECT c.state, p.scoring_id, p.is_sample INTO card
FROM premises_scorecard c
JOIN premises_application a ON a.id = c.application_id
JOIN premises_allocationprocedure p ON p.id = a.procedure_id
WHERE c.id = CASE WHEN gone THEN OLD.card_id ELSE NEW.card_id END
FOR SHARE OF c;
IF card.state = 'final' AND NOT (gone AND card.is_sample) THEN
    RAISE EXCEPTION 'a finished score card never changes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'final_card_stays';
END IF;
IF gone THEN
    RETURN OLD;
END IF;
SELECT least, most, scheme_id INTO criterion
FROM premises_scoringcriterion WHERE id = NEW.criterion_id;
IF criterion.scheme_id IS DISTINCT FROM card.scoring_id THEN
    RAISE EXCEPTION 'the criterion is not one of this procedure'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'score_of_the_scheme';
END IF;
IF NEW.points NOT BETWEEN criterion.least AND criterion.most THEN
    RAISE EXCEPTION 'points outside the bounds of the criterion'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'score_within_bounds';
END IF;
RETURN NEW;
"""


def _kept(
    name: str, procedure: str, condition: pgtrigger.Condition | None = None
) -> pgtrigger.Trigger:
    """Rows stay for good; those of the sample city go with it. `procedure`: SQL of its key."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Delete,
        when=pgtrigger.Before,
        condition=condition,
        func=f"""
IF NOT EXISTS (
    SELECT 1 FROM premises_allocationprocedure p WHERE p.id = ({procedure}) AND p.is_sample
) THEN
    RAISE EXCEPTION 'records of a commission are kept'
        USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
END IF;
RETURN OLD;
""",  # noqa: S608 - our own words
    )


_OF_APPLICATION = (
    "SELECT a.procedure_id FROM premises_application a WHERE a.id = OLD.application_id"
)


@tracked()
class ScoreCard(models.Model):
    """How one member judged one application. Nobody else reads it before all have finished.

    `version` grows with each save, so that two tabs of the same member do not overwrite each other.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being filled in")
        FINAL = "final", _("finished")

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="score_cards"
    )
    member = models.ForeignKey(
        CommissionMember, on_delete=models.PROTECT, related_name="score_cards"
    )
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    note = models.TextField(_("remarks"), blank=True, max_length=2000)
    version = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("score card")
        verbose_name_plural = _("score cards")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "member"], name="score_card_once"),
            models.CheckConstraint(
                name="score_card_finished_at_a_moment",
                condition=Q(state="draft", finished_at=None)
                | Q(state="final", finished_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="final_card_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state="final"),
                func=_FINAL_STAYS,
            ),
            _kept("final_card_is_kept", _OF_APPLICATION, pgtrigger.Q(old__state="final")),
        ]


@tracked()
class Score(models.Model):
    """Points of one card for one criterion, and why."""

    card = models.ForeignKey(ScoreCard, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(ScoringCriterion, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=5, decimal_places=2)
    reason = models.CharField(max_length=600, blank=True)

    class Meta:
        verbose_name = _("points")
        verbose_name_plural = _("points")
        ordering = ["criterion__order", "criterion"]
        constraints = [
            models.UniqueConstraint(fields=["card", "criterion"], name="score_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="score_of_a_draft",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                declare=[("card", "record"), ("criterion", "record"), ("gone", "boolean")],
                func=_POINTS_OF_DRAFTS,
            ),
        ]


@tracked()
class Bid(models.Model):
    """The last bid of an applicant in an auction, PLN net per m² a month.

    The rate of a written tender stands in the opened offer.
    """

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="bid")
    rate = models.DecimalField(max_digits=8, decimal_places=2)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("bid")
        verbose_name_plural = _("bids")
        constraints = [
            models.CheckConstraint(
                name="bid_positive",
                condition=Q(rate__gt=0),
                violation_error_message=_("A rate is more than zero."),
            )
        ]


class Ranking(models.Model):
    """The ranking list of a procedure, frozen. How long its reserve serves: the procedure."""

    procedure = models.OneToOneField(
        AllocationProcedure, on_delete=models.PROTECT, related_name="ranking"
    )
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    present = models.JSONField(default=list, help_text="names and roles at the sitting")
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("ranking list")
        verbose_name_plural = _("ranking lists")
        triggers = [
            pgtrigger.Protect(name="ranking_stays", operation=pgtrigger.Update),
            _kept("ranking_is_kept", "OLD.procedure_id"),
        ]


class RankingLine(models.Model):
    """One application in the ranking of its lot. Frozen.

    `criteria` are the means that made the total: [{"code", "mean", "weight"}] as decimal text.
    """

    class Proposal(models.TextChoices):
        RECOMMENDED = "recommended", _("recommended")
        RESERVE = "reserve_list", _("reserve list")
        NOT_RECOMMENDED = "not_recommended", _("not recommended")

    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, related_name="lines")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="ranking_line"
    )
    place = models.PositiveSmallIntegerField()
    total = models.DecimalField(max_digits=9, decimal_places=4)
    cards = models.PositiveSmallIntegerField(default=0)
    criteria = models.JSONField(default=list)
    tie_break = models.CharField(
        max_length=40, blank=True, help_text="criterion before the next equal one, or draw"
    )
    proposal = models.CharField(max_length=16, choices=Proposal)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("line of a ranking list")
        verbose_name_plural = _("lines of ranking lists")
        ordering = ["lot", "place"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "lot", "place"], name="ranking_place_once"),
            models.CheckConstraint(
                name="ranking_line_negative_has_reason",
                condition=~Q(proposal="not_recommended") | ~Q(reason=""),
                violation_error_message=_("Give the reason in a simple sentence."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="ranking_line_stays", operation=pgtrigger.Update),
            _kept("ranking_line_is_kept", _OF_APPLICATION),
        ]


@tracked()
class Opinion(models.Model):
    """An opinion that was asked of somebody outside the commission, and what they said."""

    class Outcome(models.TextChoices):
        POSITIVE = "positive", _("positive")
        NEGATIVE = "negative", _("negative")
        NONE = "none", _("no answer in time")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="opinions")
    asked_of = models.CharField(_("asked of"), max_length=160)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    due_on = models.DateField(help_text="last day of the answer")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    text = models.TextField(blank=True)
    received_on = models.DateField(null=True, blank=True)
    recorded_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        ordering = ["asked_at"]
        constraints = [
            models.CheckConstraint(
                name="opinion_negative_has_text",
                condition=~Q(outcome="negative") | ~Q(text=""),
                violation_error_message=_("Write what the opinion says."),
            ),
            models.CheckConstraint(
                name="opinion_answered_by_somebody",
                condition=Q(outcome="") | ~Q(recorded_by=""),
            ),
        ]


class Decision(models.Model):
    """What was decided about an application, by whom and why. Never changed; the last holds."""

    class Outcome(models.TextChoices):
        RECOMMENDED = "recommended", _("recommended")
        RESERVE = "reserve_list", _("on the reserve list")
        NOT_RECOMMENDED = "not_recommended", _("not recommended")
        GRANTED = "granted", _("granted")
        MOVED_UP = "moved_up", _("granted from the reserve list")
        NOT_GRANTED = "not_granted", _("not granted")
        REJECTED = "rejected_formally", _("refused after the formal check")
        LAPSED = "lapsed", _("lapsed")

    #: The applicant reads why.
    NEGATIVE = (Outcome.NOT_RECOMMENDED, Outcome.NOT_GRANTED, Outcome.REJECTED, Outcome.LAPSED)

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=18, choices=Outcome)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    made_by = models.CharField(max_length=200, help_text="actor as text: person:12")
    made_by_name = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("decision on an application")
        verbose_name_plural = _("decisions on applications")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="decision_negative_has_reason",
                condition=~Q(
                    outcome__in=["not_recommended", "not_granted", "rejected_formally", "lapsed"]
                )
                | ~Q(reason=""),
                violation_error_message=_("Give the reason in a simple sentence."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="decision_stays", operation=pgtrigger.Update),
            _kept("decision_is_kept", _OF_APPLICATION),
        ]
