"""A contest from the appointment of its commission to the reserve list: guards and pages."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from organisations.models import Membership
from premises.applications import course, submission
from premises.applications.states import Action
from premises.commission import cards, decisions, declarations, keys, listing, members, papers
from premises.commission.cards import Points
from premises.commission.listing import Confirmation
from premises.models import (
    AllocationProcedure,
    Application,
    CommissionMember,
    Decision,
    RankingLine,
    Score,
    ScoreCard,
)
from premises.procedures import course as procedures
from premises.procedures.course import Actor
from premises.procedures.steps import Role
from records.clock import frozen
from records.documents.loading import load_document_templates
from records.problems import Conflict, Forbidden, Invalid, Problems
from tests import make
from tests.premises import calls_scene
from tests.premises import commission_scenes as scenes
from tests.premises.commission_scenes import AFTER, CHAIR_WORDS, OPEN, OTHER_WORDS, Scene

State = Application.State
LATER = AFTER + timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _templates():
    load_document_templates()


def opened(number: int = 2, **fields) -> tuple[Scene, list[Application]]:
    """A sealed call with applications that were opened."""
    scene = scenes.sealed_call(**fields)
    sent = [scenes.send(scene, words=f"plan {index}") for index in range(number)]
    scenes.open_offers(scene)
    return scene, sent


def judged(number: int = 2, **fields) -> tuple[Scene, list[Application]]:
    """Everybody declared, everything admitted and handed to the commission."""
    scene, sent = opened(number, **fields)
    with frozen(LATER):
        declare_all(scene)
        Application.objects.filter(procedure=scene.procedure).update(state=State.ADMITTED)
        AllocationProcedure.objects.filter(pk=scene.procedure.pk).update(state="evaluation")
        cards.begin_review(scene.fresh(), by=scene.person("Chair"))
    return scene, [Application.objects.get(pk=one.pk) for one in sent]


def declare_all(scene: Scene) -> None:
    for name, seat in scene.seats.items():
        declarations.declare(seat, by=scene.person(name), outcome="impartial")


def points(scene: Scene, *values: str) -> dict[int, Points]:
    """One value a criterion, in order; the rest is the fewest points."""
    found = {}
    for index, criterion in enumerate(cards.criteria_of(scene.fresh())):
        value = Decimal(values[index]) if index < len(values) else criterion.least
        found[criterion.pk] = Points(value, "opis przekonuje")
    return found


def score(scene, application, name, *values, finish=True, version=0):
    with frozen(LATER):
        return cards.save(
            application,
            scene.seats[name],
            by=scene.person(name),
            version=version,
            points=points(scene, *values),
            finish=finish,
        )


def ranked(scene: Scene, *totals: tuple[str, ...], **fields) -> None:
    """Three members score alike, the chair closes and confirms."""
    applications = scene.procedure.applications.filter(state=State.MERIT_REVIEW).order_by("number")
    for application, values in zip(applications, totals, strict=True):
        for name in ("Chair", "Member", "Ngo"):
            score(scene, application, name, *values)
    with frozen(LATER):
        cards.close_judging(scene.fresh(), by=scene.person("Chair"))
        confirm(scene, **fields)


def confirm(scene: Scene, **fields):
    present = [scene.seats["Chair"].pk, scene.seats["Ngo"].pk]
    with frozen(LATER):
        return listing.confirm(
            scene.fresh(),
            by=scene.person("Chair"),
            with_=Confirmation(**{"present": present, **fields}),
        )


def state_of(application: Application) -> str:
    return Application.objects.get(pk=application.pk).state


class TestSeats:
    @pytest.fixture
    def scene(self):
        with frozen(OPEN):
            return scenes.call()

    @pytest.mark.parametrize(
        ("seats", "code"),
        [
            ([], "no_chair"),
            (["member", "ngo"], "no_chair"),
            (["chair", "member"], "no_ngo_member"),
            (["chair", "secretary", "ngo"], None),
            (["chair", "member", "ngo"], None),
        ],
    )
    def test_what_a_contest_lacks(self, scene, seats, code):
        with frozen(OPEN):
            for role in seats:
                organisation = make.organisation() if role == "ngo" else None
                scenes.seat(scene, role, role, organisation=organisation)
            found = members.lacking(scene.fresh(), members.seats(scene.procedure))
        assert [one.code for one in found][:1] == ([code] if code else [])

    def test_an_auction_asks_for_no_ngo_member(self):
        with frozen(OPEN):
            scene = scenes.call("oral_auction")
            for role in ("chair", "member"):
                scenes.seat(scene, role, role)
            assert members.lacking(scene.fresh(), members.seats(scene.procedure)) == []

    def test_one_vote_is_too_few(self, scene):
        with frozen(OPEN):
            for role in ("chair", "secretary"):
                scenes.seat(scene, role, role)
            codes = [
                one.code for one in members.lacking(scene.fresh(), members.seats(scene.procedure))
            ]
        assert codes == ["no_ngo_member", "too_few_members"]

    def test_there_is_one_chair_and_one_seat_a_person(self, scene):
        with frozen(OPEN):
            first = scenes.seat(scene, "Chair", "chair")
            for fields in ({"role": "chair"}, {"role": "member", "person": first.person}):
                with pytest.raises(Conflict) as refused:
                    scenes.seat(scene, "Second", fields.pop("role"), **fields)
                assert refused.value.code == "seat_taken"

    def test_it_is_the_officers_to_appoint(self, scene):
        with frozen(OPEN), pytest.raises(Forbidden):
            members.appoint(
                scene.procedure, by=make.staff(scene.unit), role="chair", person=make.person()
            )

    def test_an_applicants_member_is_not_appointed_once_the_list_is_known(self):
        scene, sent = opened(1)
        tied = make.member(sent[0].organisation, Membership.Role.VIEWER)
        with frozen(LATER), pytest.raises(Conflict) as refused:
            scenes.seat(scene, "Tied", "member", person=tied)
        assert refused.value.code == "tied"

    def test_nobody_learns_from_an_appointment_who_lies_in_an_envelope(self):
        scene = scenes.sealed_call()
        sent = scenes.send(scene)
        tied = make.member(sent.organisation, Membership.Role.VIEWER)
        with frozen(OPEN):
            assert scenes.seat(scene, "Tied", "member", person=tied).pk


class TestDeclarations:
    def declare(self, scene, name="Member", **fields):
        with frozen(fields.pop("at", LATER)):
            return declarations.declare(
                scene.seats[name], by=scene.person(name), **{"outcome": "impartial", **fields}
            )

    def test_not_before_the_list_is_known(self):
        scene = scenes.sealed_call()
        scenes.send(scene)
        with pytest.raises(Conflict) as refused:
            self.declare(scene, at=OPEN)
        assert refused.value.code == "list_not_known"

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"outcome": "excludes"}, "none_chosen"),
            ({"outcome": "resigns"}, "no_explanation"),
            ({"outcome": "excludes", "excluded": [0]}, "unknown"),
        ],
    )
    def test_what_is_wrong_is_told(self, fields, code):
        scene, _sent = opened(1)
        with pytest.raises(Invalid) as refused:
            self.declare(scene, **fields)
        assert refused.value.code == code

    def test_nobody_declares_for_another(self):
        scene, _sent = opened(1)
        with frozen(LATER), pytest.raises(Forbidden):
            declarations.declare(
                scene.seats["Member"], by=scene.person("Chair"), outcome="impartial"
            )

    def test_the_secretary_writes_down_what_was_signed_on_paper(self):
        scene, _sent = opened(1)
        with frozen(LATER):
            guest = members.appoint(
                scene.procedure, by=scene.officer, role="member", name="Gość Zewnętrzny"
            )
            row = declarations.declare(guest, by=scene.person("Secretary"), outcome="impartial")
        assert row.on_paper

    def test_a_tie_that_the_register_knows_cannot_be_declared_away(self):
        scene, sent = opened(2)
        make.member(sent[0].organisation, Membership.Role.VIEWER, scene.person("Member"))
        with pytest.raises(Conflict) as refused:
            self.declare(scene)
        assert refused.value.code == "tied"
        row = self.declare(
            scene, outcome="excludes", excluded=[sent[0].pk], explanation="należę tam"
        )
        assert list(row.excluded.all()) == [sent[0]]


class TestCards:
    def test_points_outside_the_bounds_are_refused_beside_their_criterion(self):
        scene, (one, _two) = judged()
        with pytest.raises(Problems) as refused:
            score(scene, one, "Chair", "7")
        assert [problem.code for problem in refused.value.problems] == ["out_of_bounds"]

    def test_the_database_refuses_them_too(self):
        scene, (one, _two) = judged()
        card = score(scene, one, "Chair", "6", finish=False)
        with pytest.raises(IntegrityError, match="bounds"), transaction.atomic():
            Score.objects.filter(card=card).update(points=99)

    def test_a_finished_card_never_changes(self):
        scene, (one, _two) = judged()
        card = score(scene, one, "Chair", "6")
        with pytest.raises(Conflict) as refused:
            score(scene, one, "Chair", "1", version=card.version)
        assert refused.value.code == "finished"
        for change in (
            lambda: ScoreCard.objects.filter(pk=card.pk).update(note="inna"),
            lambda: Score.objects.filter(card=card).update(points=0),
            lambda: Score.objects.filter(card=card).delete(),
            lambda: ScoreCard.objects.filter(pk=card.pk).delete(),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()

    def test_two_tabs_do_not_overwrite_each_other(self):
        scene, (one, _two) = judged()
        score(scene, one, "Chair", "3", finish=False)
        with pytest.raises(cards.StaleCard):
            score(scene, one, "Chair", "5", finish=False)
        assert score(scene, one, "Chair", "5", finish=False, version=1).version == 2

    @pytest.mark.parametrize(
        ("name", "prepare", "code"),
        [
            ("Secretary", None, "no_vote"),
            ("Member", "excluded", "barred"),
            ("Member", "stepped down", "stepped_down"),
            ("Member", "tied", "barred"),
        ],
    )
    def test_who_does_not_judge(self, name, prepare, code):
        scene, (one, two) = judged()
        by = scene.person(name)
        with frozen(LATER):
            if prepare == "excluded":
                declarations.declare(
                    scene.seats[name], by=by, outcome="excludes", excluded=[one.pk], explanation="x"
                )
            elif prepare == "stepped down":
                declarations.declare(scene.seats[name], by=by, outcome="resigns", explanation="x")
            elif prepare == "tied":
                make.member(one.organisation, Membership.Role.VIEWER, by)
        with pytest.raises(Forbidden) as refused:
            score(scene, one, name, "3")
        assert refused.value.code == code
        if code == "barred":
            assert score(scene, two, name, "3").state == "final"

    def test_nobody_scores_before_declaring(self):
        scene, (one, _two) = judged()
        with frozen(LATER):
            scenes.seat(scene, "New", "member")
        with pytest.raises(Conflict) as refused:
            score(scene, one, "New", "3")
        assert refused.value.code == "not_declared"

    def test_nobody_reads_anothers_card_before_the_judging_is_closed(self):
        scene, (one, two) = judged()
        for application in (one, two):
            for name in ("Chair", "Member", "Ngo"):
                score(scene, application, name, "6", "6")
                seen = cards.readable(application, scene.person("Chair"))
                assert {card.member.name for card in seen} <= {"Chair"}
                assert cards.readable(application, scene.officer) == []
        with frozen(LATER):
            cards.close_judging(scene.fresh(), by=scene.person("Chair"))
        one.refresh_from_db()
        assert len(cards.readable(one, scene.officer)) == 3

    def test_one_card_is_too_few(self):
        scene, (one, two) = judged()
        for application in (one, two):
            score(scene, application, "Chair", "6")
        with frozen(LATER), pytest.raises(Conflict) as refused:
            cards.close_judging(scene.fresh(), by=scene.person("Chair"), reason="spieszy się")
        assert refused.value.code == "too_few_cards"

    def test_two_are_enough_if_it_is_told_why_the_third_is_missing(self):
        scene, (one, two) = judged()
        for application in (one, two):
            for name in ("Chair", "Ngo"):
                score(scene, application, name, "6")
        with frozen(LATER):
            with pytest.raises(Invalid, match="Member"):
                cards.close_judging(scene.fresh(), by=scene.person("Chair"))
            assert (
                cards.close_judging(
                    scene.fresh(), by=scene.person("Chair"), reason="choroba członka"
                )
                == 2
            )

    def test_only_the_chair_closes(self):
        scene, _sent = judged()
        with frozen(LATER), pytest.raises(Forbidden):
            cards.close_judging(scene.fresh(), by=scene.person("Member"))


class TestList:
    def test_first_reserve_and_below_the_threshold(self):
        scene, (one, two, three) = judged(3)
        ranked(scene, ("6", "6"), ("5", "6"), ("1", "1"))
        assert [state_of(row) for row in (one, two, three)] == [
            State.RECOMMENDED, State.RESERVE_LIST, State.NOT_RECOMMENDED,
        ]  # fmt: skip
        three.refresh_from_db()
        assert "10" in three.reason
        assert three.points == Decimal("1.00")  # 1 + 1 - 1 for the settlements
        assert scene.fresh().state == "ranked"
        assert Decision.objects.filter(application__procedure=scene.procedure).count() == 3

    def test_the_papers_are_issued_and_say_who_was_there(self):
        scene, _sent = judged()
        ranked(scene, ("6", "6"), ("5", "6"))
        found = papers.issued(scene.fresh())
        assert [(one.template.code, one.language) for one in found] == [
            ("commission-protocol", "pl"), ("ranking-list", "pl"), ("ranking-list", "en"),
        ]  # fmt: skip
        protocol = found[0].html.replace("\xa0", " ")
        assert "Ngo" in protocol
        assert "udział w posiedzeniu" in protocol

    def test_full_equals_wait_for_a_draw_that_is_told(self):
        scene, (one, two) = judged()
        with pytest.raises(Conflict) as refused:
            ranked(scene, ("6", "6"), ("6", "6"))
        assert refused.value.code == "tie"
        with pytest.raises(Invalid) as refused:
            confirm(scene, draw=[two.pk, one.pk])
        assert refused.value.code == "draw_untold"
        confirm(scene, draw=[two.pk, one.pk], draw_told="losowała sekretarz przed komisją")
        assert (state_of(two), state_of(one)) == (State.RECOMMENDED, State.RESERVE_LIST)
        assert RankingLine.objects.get(application=two).tie_break == "draw"

    def test_a_reason_taken_away_is_asked_for(self):
        scene, (_one, two) = judged()
        with pytest.raises(Problems):
            ranked(scene, ("6", "6"), ("1", "1"), reasons={two.pk: " "})

    def test_it_freezes(self):
        scene, _sent = judged()
        ranked(scene, ("6", "6"), ("5", "6"))
        with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            RankingLine.objects.update(place=1)
        with pytest.raises(Exception, match="kept"), transaction.atomic():
            RankingLine.objects.all().delete()

    def test_a_tender_goes_to_the_highest_rate_from_the_starting_one(self):
        with frozen(OPEN):
            scene = scenes.call("written_tender")
            for name, role in (("Chair", "chair"), ("Member", "member"), ("Ngo", "member")):
                scenes.seat(scene, name, role)
            scenes.with_key(scene)
        rates = ("9.50", "10.50", "7.99")
        sent = [scenes.send(scene, rate=rate) for rate in rates]
        scenes.open_offers(scene)
        Application.objects.filter(procedure=scene.procedure).update(state=State.ADMITTED)
        AllocationProcedure.objects.filter(pk=scene.procedure.pk).update(state="evaluation")
        confirm(scene)
        assert [state_of(one) for one in sent] == [
            State.RESERVE_LIST, State.RECOMMENDED, State.NOT_RECOMMENDED,
        ]  # fmt: skip


class TestDecisions:
    @pytest.fixture
    def done(self):
        scene, sent = judged(3)
        ranked(scene, ("6", "6"), ("6", "5"), ("5", "6"))
        return scene, sent

    def grant(self, scene, application, **fields):
        with frozen(fields.pop("at", LATER)):
            return decisions.grant(application, by=fields.pop("by", scene.head), **fields)

    def test_the_head_grants_and_nobody_else(self, done):
        scene, (one, *_rest) = done
        with pytest.raises(Forbidden):
            self.grant(scene, one, by=scene.officer)
        assert self.grant(scene, one).state == State.GRANTED

    def test_the_reserve_does_not_pass_the_winner(self, done):
        scene, (one, two, _three) = done
        self.grant(scene, one)
        with pytest.raises(Conflict) as refused:
            self.grant(scene, two)
        assert refused.value.code == "lot_granted"

    def test_when_the_first_resigns_the_reserve_moves_up_in_order(self, done):
        scene, (one, two, three) = done
        self.grant(scene, one)
        with frozen(LATER):
            course.act(one, Action.RESIGN, Actor(Role.APPLICANT, "Organizacja"))
            (lot,) = decisions.lots_of(scene.fresh())
            assert lot.next == two
        with pytest.raises(Conflict) as refused:
            self.grant(scene, three)
        assert refused.value.code == "not_next"
        assert self.grant(scene, two).state == State.GRANTED
        last = Decision.objects.filter(application=two).last()
        assert last.outcome == Decision.Outcome.MOVED_UP

    def test_the_list_serves_until_its_last_day(self, done):
        scene, (one, two, _three) = done
        self.grant(scene, one)
        with frozen(LATER):
            course.act(one, Action.RESIGN, Actor(Role.APPLICANT, "Organizacja"))
        AllocationProcedure.objects.filter(pk=scene.procedure.pk).update(
            reserve_until=(LATER + timedelta(days=5)).date()
        )
        with pytest.raises(Conflict) as refused:
            self.grant(scene, two, at=LATER + timedelta(days=6))
        assert refused.value.code == "reserve_over"
        assert self.grant(scene, two, at=LATER + timedelta(days=5)).state == State.GRANTED

    def test_a_refusal_says_why(self, done):
        scene, (_one, two, _three) = done
        with frozen(LATER):
            with pytest.raises(Invalid):
                decisions.refuse(two, by=scene.head, reason=" ")
            decisions.refuse(two, by=scene.head, reason="Lokal przyznano innej organizacji.")
        two.refresh_from_db()
        assert two.reason == "Lokal przyznano innej organizacji."

    def test_it_lapses_after_the_last_day_of_signing_only(self, done):
        scene, (one, *_rest) = done
        granted = self.grant(scene, one)
        with frozen(LATER), pytest.raises(Conflict):
            decisions.lapse(one, by=scene.officer, reason="nie przyszli")
        with frozen(LATER + timedelta(days=60)):
            assert granted.sign_by is not None
            assert decisions.lapse(one, by=scene.officer, reason="nie przyszli").state == "lapsed"

    def test_the_database_keeps_one_winner_of_a_lot(self, done):
        _scene, (one, two, _three) = done
        Application.objects.filter(pk=one.pk).update(state=State.GRANTED)
        with pytest.raises(IntegrityError, match="one_winner"), transaction.atomic():
            Application.objects.filter(pk=two.pk).update(state=State.GRANTED)


class TestPages:
    """One contest by its pages: what each side sees and may do."""

    def post(self, client, name, args, data):
        answer = client.post(reverse(name, args=args), data)
        assert answer.status_code == 302, answer.content.decode()[:3000]
        return answer

    def test_from_the_appointment_to_the_reserve(self, client):
        with frozen(OPEN):
            scene = scenes.call()
            code, unit = scene.procedure.code, scene.unit.code
            people = {name: make.person(name) for name in ("Chair", "Member", "Ngo")}
            federation = make.organisation("Federacja Próbna")
            client.force_login(scene.officer)
            for name, role in (("Chair", "chair"), ("Member", "member"), ("Ngo", "ngo")):
                data = {"role": role, "email": people[name].email}
                data["organisation"] = federation.name if role == "ngo" else ""
                self.post(client, "lettings:commission_appoint", [unit, code], data)
            assert client.get(reverse("lettings:commission", args=[unit, code])).status_code == 200
            codes = []
            for name, words in (("Chair", CHAIR_WORDS), ("Member", OTHER_WORDS)):
                client.force_login(people[name])
                answer = client.post(
                    reverse("premises:commission_passphrase", args=[code]),
                    {"passphrase": words, "again": words},
                )
                codes.append(answer)
            assert codes[0].status_code == 302
            shown = codes[1].content.decode()
            assert "no-store" in codes[1]["Cache-Control"]
            recovery = shown.split("<code>")[1].split("</code>")[0]
            assert (
                recovery
                not in client.get(reverse("premises:commission", args=[code])).content.decode()
            )
            sent = []
            for _one in range(2):
                organisation, person = calls_scene.applicant()
                application = calls_scene.written(scene, organisation, person)
                submission.submit(application, by=person, revision=application.draft.revision)
                sent.append((organisation, person, application))
        with frozen(AFTER):
            for name, words in (("Chair", CHAIR_WORDS), ("Member", OTHER_WORDS)):
                client.force_login(people[name])
                page = client.get(reverse("premises:commission", args=[code])).content.decode()
                assert sent[0][0].name not in page
                self.post(client, "premises:commission_open", [code], {"passphrase": words})
            for someone in people.values():
                client.force_login(someone)
                self.post(client, "premises:commission_declare", [code], {"outcome": "impartial"})
        with frozen(LATER):
            procedures.act(scene.procedure, "assess", people["Chair"])
            for _organisation, _person, application in sent:
                row = Application.objects.get(pk=application.pk)
                course.act(row, "check", scene.officer)
                row.refresh_from_db()
                Application.objects.filter(pk=row.pk).update(state=State.ADMITTED)
            client.force_login(people["Chair"])
            self.post(client, "premises:commission_review", [code], {})
            criteria = cards.criteria_of(scene.fresh())
            for someone in people.values():
                client.force_login(someone)
                for number, first in ((1, "5"), (2, "6")):
                    address = reverse("premises:commission_card", args=[code, number])
                    assert client.get(address).status_code == 200
                    data = {"version": "0", "finish": "1"}
                    for index, one in enumerate(criteria):
                        data[f"points-{one.pk}"] = first if index < 2 else "0"
                        data[f"reason-{one.pk}"] = "dobry plan"
                    assert client.post(address, data).status_code == 302
            client.force_login(people["Chair"])
            self.post(client, "premises:commission_close", [code], {})
            address = reverse("premises:commission_list", args=[code])
            assert "12,00" in client.get(address).content.decode()
            present = [one.pk for one in CommissionMember.objects.filter(procedure=scene.procedure)]
            assert client.post(address, {"confirm": "1", "present": present}).status_code == 302
            assert client.get(address).status_code == 200
            assert client.get(reverse("premises:commissions")).status_code == 200
            paper = papers.issued(scene.fresh())[0]
            answer = client.get(reverse("premises:commission_paper", args=[code, paper.key]))
            assert b"".join(answer.streaming_content).startswith(b"%PDF")

            client.logout()
            results = reverse("premises:call_results", args=[code])
            public = client.get(results).content.decode()
            assert "12,00" in public
            assert sent[1][0].name in public
            assert "dobry plan" not in public
            assert (
                client.get(
                    reverse("premises:call_results_paper", args=[code, paper.key])
                ).status_code
                == 404
            ), "the protocol is not for everybody"
            client.force_login(sent[0][1])
            assert "dobry plan" in client.get(results).content.decode()

            client.force_login(scene.head)
            self.post(client, "lettings:commission_decide", [unit, code, 2], {"decision": "grant"})
            client.force_login(sent[1][1])
            course.act(Application.objects.get(pk=sent[1][2].pk), "resign", sent[1][1])
            client.force_login(scene.head)
            page = client.get(reverse("lettings:commission", args=[unit, code])).content.decode()
            assert sent[0][0].name in page
            self.post(client, "lettings:commission_decide", [unit, code, 1], {"decision": "grant"})
        assert state_of(sent[0][2]) == State.GRANTED

    @pytest.mark.parametrize("name", ["premises:commission", "premises:commission_list"])
    def test_it_is_not_for_others(self, client, name):
        scene, _sent = opened(1)
        client.force_login(scene.officer)
        assert client.get(reverse(name, args=[scene.procedure.code])).status_code == 403
        client.force_login(make.person())
        assert client.get(reverse(name, args=[scene.procedure.code])).status_code in (403, 404)

    def test_whoever_is_tied_does_not_read_the_offer(self, client):
        scene, (one, _two) = judged()
        make.member(one.organisation, Membership.Role.VIEWER, scene.person("Member"))
        client.force_login(scene.person("Member"))
        with frozen(LATER):
            address = reverse("premises:commission_card", args=[scene.procedure.code, one.number])
            assert client.get(address).status_code == 403

    @pytest.mark.parametrize(
        "name", ["premises:commission", "premises:commission_list", "lettings:commission"]
    )
    def test_thirty_applications_ask_no_more_than_one(
        self, client, django_assert_max_num_queries, name
    ):
        from django.db import connection  # noqa: PLC0415 - only here
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - only here

        counts = []
        for number in (1, 12):
            scene, _sent = judged(number)
            who = scene.officer if name.startswith("lettings") else scene.person("Chair")
            client.force_login(who)
            args = [scene.procedure.code]
            if name.startswith("lettings"):
                args = [scene.unit.code, *args]
            with (
                frozen(LATER),
                CaptureQueriesContext(
                    connection,
                ) as asked,
            ):
                assert client.get(reverse(name, args=args)).status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1]


def test_keys_are_read_by_the_seam_of_calls():
    scene = scenes.sealed_call()
    assert keys.is_ready(scene.procedure)
