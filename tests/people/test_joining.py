"""Nobody takes an organisation over by knowing its number: who may answer, and on what evidence."""

from datetime import timedelta

import pytest
from django.core import signing
from django.db import IntegrityError, transaction

from organisations import joining, members
from organisations.models import JoinRequest, Membership, Notification, Organisation
from organisations.roles import forget, roles_of
from records import clock
from records.problems import Conflict, Forbidden, Invalid, NotFound
from tests import make

pytestmark = pytest.mark.django_db
Role = Membership.Role


def ask(organisation, role=Role.EDITOR, person=None) -> JoinRequest:
    return joining.ask_to_join(person or make.person(), organisation, role, "Jestem skarbniczką.")


def told(kind="join_asked") -> set:
    return {one.person for one in Notification.objects.filter(kind=kind)}


class TestAsking:
    def test_gives_no_right_yet(self):
        organisation = make.organisation()
        asked = ask(organisation)
        assert not roles_of(asked.person).organisations
        assert not organisation.memberships.exists()

    def test_the_representative_of_a_confirmed_one_is_told_and_the_city_is_not(self):
        organisation = make.organisation()
        representative = make.member(organisation, Role.REPRESENTATIVE)
        make.member(organisation, Role.EDITOR)
        make.city_role("coordinator")
        ask(organisation)
        assert told() == {representative}

    @pytest.mark.parametrize("state", ["draft", "submitted", "stale"])
    def test_of_one_that_nobody_checked_the_city_is_told_too(self, state):
        organisation = make.organisation(verification_state=state)
        representative = make.member(organisation, Role.REPRESENTATIVE)
        coordinator = make.city_role("coordinator")
        ask(organisation)
        assert told() == {representative, coordinator}

    def test_of_one_without_a_representative_the_city_is_told(self):
        coordinator = make.city_role("coordinator")
        ask(make.organisation())
        assert told() == {coordinator}

    def test_twice_is_a_conflict(self):
        organisation = make.organisation()
        asked = ask(organisation)
        with pytest.raises(Conflict):
            ask(organisation, person=asked.person)

    def test_the_database_keeps_one_waiting_request(self):
        asked = ask(make.organisation())
        asked.pk = None
        with pytest.raises(IntegrityError, match="join_request_one_waiting"), transaction.atomic():
            asked.save()

    def test_members_have_nothing_to_ask(self):
        organisation = make.organisation()
        with pytest.raises(Conflict):
            ask(organisation, person=make.member(organisation))

    @pytest.mark.parametrize("state", ["suspended", "archived"])
    def test_not_of_one_that_does_not_act(self, state):
        with pytest.raises(NotFound):
            ask(make.organisation(verification_state=state))


class TestAnswering:
    def test_a_representative_accepts_an_editor(self):
        organisation = make.organisation()
        representative = make.member(organisation, Role.REPRESENTATIVE)
        asked = ask(organisation)
        membership = joining.accept(asked, representative)
        assert membership.role == Role.EDITOR
        assert membership.valid.lower == clock.today()
        forget(asked.person)
        assert roles_of(asked.person).organisations
        asked.refresh_from_db()
        assert (asked.state, asked.decided_by) == ("accepted", str(representative))
        assert told("join_accepted") == {asked.person}

    def test_the_answer_may_give_less_than_was_asked(self):
        organisation = make.organisation()
        representative = make.member(organisation, Role.REPRESENTATIVE)
        asked = ask(organisation, Role.REPRESENTATIVE)
        assert joining.accept(asked, representative, role=Role.VIEWER).role == Role.VIEWER

    @pytest.mark.parametrize(
        ("who", "role", "needs_evidence"),
        [
            ("representative", Role.VIEWER, False),
            ("representative", Role.EDITOR, False),
            ("representative", Role.PROXY, True),
            ("representative", Role.REPRESENTATIVE, True),
            ("coordinator", Role.VIEWER, True),
            ("coordinator", Role.EDITOR, True),
            ("coordinator", Role.REPRESENTATIVE, True),
        ],
    )
    def test_evidence(self, who, role, needs_evidence):
        organisation = make.organisation()
        person = (
            make.city_role("coordinator")
            if who == "coordinator"
            else make.member(organisation, Role.REPRESENTATIVE)
        )
        asked = ask(organisation, role)
        if needs_evidence:
            with pytest.raises(Invalid) as refused:
                joining.accept(asked, person)
            assert refused.value.field == "evidence"
        membership = joining.accept(asked, person, evidence="Odpis z KRS" if needs_evidence else "")
        assert membership.role == role
        assert bool(membership.evidence) is needs_evidence

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.PROXY])
    def test_other_members_do_not_answer(self, role):
        organisation = make.organisation()
        member = make.member(organisation, role)
        asked = ask(organisation)
        for act in (
            lambda: joining.accept(asked, member, evidence="x"),
            lambda: joining.refuse(asked, member, reason="x"),
        ):
            with pytest.raises(NotFound):
                act()

    @pytest.mark.parametrize(
        "who", ["stranger", "representative of another", "planner", "head of a unit", "applicant"]
    )
    def test_nor_does_anybody_else(self, who):
        organisation = make.organisation()
        asked = ask(organisation, Role.REPRESENTATIVE)
        person = {
            "stranger": make.person,
            "representative of another": lambda: make.member(
                make.organisation(), Role.REPRESENTATIVE
            ),
            "planner": lambda: make.city_role("planner"),
            "head of a unit": lambda: make.staff(make.unit(), "head"),
            "applicant": lambda: asked.person,
        }[who]()
        with pytest.raises((NotFound, Forbidden)):
            joining.accept(asked, person, evidence="x")
        assert not organisation.memberships.exists()

    def test_a_coordinator_does_not_let_themselves_in(self):
        coordinator = make.city_role("coordinator")
        asked = ask(make.organisation(), Role.REPRESENTATIVE, coordinator)
        with pytest.raises(Forbidden):
            joining.accept(asked, coordinator, evidence="x")

    def test_whoever_entered_an_unconfirmed_one_cannot_keep_its_people_out(self):
        """A squatter refuses; the true representative asks again, and the city answers."""
        organisation = make.organisation(verification_state="draft")
        squatter = make.member(organisation, Role.REPRESENTATIVE)
        coordinator = make.city_role("coordinator")
        true_one = make.person()
        joining.refuse(ask(organisation, Role.REPRESENTATIVE, true_one), squatter, reason="Nie.")
        again = ask(organisation, Role.REPRESENTATIVE, true_one)
        joining.accept(again, coordinator, evidence="Odpis z KRS, dowód osobisty")
        members.end_membership(organisation.memberships.get(person=squatter), by=coordinator)
        assert [one.person for one in members.current_members(organisation)] == [true_one]

    def test_a_refusal_needs_a_reason(self):
        organisation = make.organisation()
        representative = make.member(organisation, Role.REPRESENTATIVE)
        asked = ask(organisation)
        with pytest.raises(Invalid):
            joining.refuse(asked, representative, reason=" ")
        joining.refuse(asked, representative, reason="Nie znamy tej osoby.")
        assert told("join_refused") == {asked.person}

    def test_only_once(self):
        organisation = make.organisation()
        representative = make.member(organisation, Role.REPRESENTATIVE)
        asked = ask(organisation)
        joining.accept(asked, representative)
        with pytest.raises(Conflict):
            joining.refuse(asked, representative, reason="Jednak nie.")
        with pytest.raises(Conflict):
            joining.accept(asked, representative)

    def test_withdrawing_is_the_applicants(self):
        organisation = make.organisation()
        representative = make.member(organisation, Role.REPRESENTATIVE)
        asked = ask(organisation)
        with pytest.raises(Forbidden):
            joining.withdraw(asked, representative)
        joining.withdraw(asked, asked.person)
        with pytest.raises(Conflict):
            joining.accept(asked, representative)


class TestInvitation:
    def test_opens_the_page_of_its_organisation_for_a_fortnight(self):
        ours, theirs = make.organisation(), make.organisation()
        word = joining.invitation(ours)
        assert joining.is_invitation(word, ours)
        assert not joining.is_invitation(word, theirs)
        assert not joining.is_invitation(word + "x", ours)
        assert not joining.is_invitation("", ours)
        assert not joining.is_invitation(signing.dumps(ours.pk), ours)  # of another purpose


class TestMembers:
    def test_a_role_changes_from_today_and_the_old_one_stays_on_record(self):
        organisation = make.organisation()
        representative = make.member(organisation, Role.REPRESENTATIVE)
        person = make.member(organisation, Role.EDITOR)
        old = organisation.memberships.get(person=person)
        members.change_role(old, Role.PROXY, by=representative, evidence="Pełnomocnictwo")
        rows = organisation.memberships.filter(person=person).order_by("valid")
        assert [(row.role, row.valid.upper) for row in rows] == [
            (Role.EDITOR, clock.today()),
            (Role.PROXY, None),
        ]

    def test_an_ended_membership_gives_nothing_from_this_moment(self):
        organisation = make.organisation()
        representative = make.member(organisation, Role.REPRESENTATIVE)
        person = make.member(organisation)
        members.end_membership(organisation.memberships.get(person=person), by=representative)
        forget(person)
        assert not roles_of(person).organisations
        assert told("membership_ended") == {person}

    def test_one_that_began_today_ends_today_too(self):
        organisation = make.organisation()
        representative = make.member(organisation, Role.REPRESENTATIVE)
        person = make.member(organisation, valid=(clock.today(), None))
        members.end_membership(organisation.memberships.get(person=person), by=representative)
        forget(person)
        assert not roles_of(person).organisations

    def test_the_last_representative_stays_until_another_is_named(self):
        organisation = make.organisation()
        last = make.member(organisation, Role.REPRESENTATIVE)
        mine = organisation.memberships.get()
        with pytest.raises(Conflict):
            members.end_membership(mine, by=last)
        with pytest.raises(Conflict):
            members.change_role(mine, Role.EDITOR, by=last)
        assert organisation.memberships.get().role == Role.REPRESENTATIVE
        make.member(organisation, Role.REPRESENTATIVE)
        members.end_membership(mine, by=last)

    def test_the_city_may_take_the_last_one_away(self):
        organisation = make.organisation()
        make.member(organisation, Role.REPRESENTATIVE)
        members.end_membership(organisation.memberships.get(), by=make.city_role("coordinator"))
        assert members.current_members(organisation) == []

    def test_everybody_may_leave(self):
        organisation = make.organisation()
        make.member(organisation, Role.REPRESENTATIVE)
        person = make.member(organisation, Role.VIEWER)
        members.end_membership(organisation.memberships.get(person=person), by=person)
        assert not roles_of(person).organisations

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.PROXY])
    def test_only_a_representative_ends_the_membership_of_others(self, role):
        organisation = make.organisation()
        person, other = make.member(organisation, role), make.member(organisation)
        with pytest.raises(Forbidden):
            members.end_membership(organisation.memberships.get(person=other), by=person)

    def test_at_most_three_answer_for_an_informal_group(self):
        group = make.organisation(legal_form=Organisation.LegalForm.INFORMAL_GROUP)
        first = make.member(group, Role.REPRESENTATIVE)
        for _ in range(2):
            joining.accept(ask(group), first)
        with pytest.raises(Conflict):
            joining.accept(ask(group), first)

    def test_the_database_keeps_one_role_at_a_time(self):
        organisation = make.organisation()
        person = make.member(organisation)
        with (
            pytest.raises(IntegrityError, match="membership_one_role_at_a_time"),
            transaction.atomic(),
        ):
            make.member(organisation, Role.VIEWER, person)

    def test_terms_that_touch_are_no_overlap(self):
        organisation = make.organisation()
        day = clock.today()
        person = make.member(organisation, valid=(day - timedelta(days=9), day))
        make.member(organisation, Role.VIEWER, person, valid=(day, None))
