"""Hours, rules, prices and people: dated, and never overwritten."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from organisations.models import CityRole
from records import clock
from records.clock import now, today
from records.problems import Conflict, Forbidden, Invalid
from resources import opening, rules, staff
from resources.booking import decisions, facts
from resources.models import BookingPolicy, OpeningRule, PriceRate, StaffRole
from resources.opening import Hours
from resources.permissions import can
from tests import factories, make
from tests.resources.booking.scene import once, period

DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)
CHRISTMAS = date(2026, 12, 21)


class TestOpeningHours:
    @pytest.fixture
    def room(self, scene):
        scene.room.opening_rules.all().delete()
        factories.opening(scene.room, {1: [(480, 1200)], 2: [(480, 1200)]})
        return scene.room

    def on(self, room, day):
        return opening.rules_on(room, day)

    def test_a_change_begins_on_its_day_and_leaves_the_past(self, room):
        opening.set_hours(room, [Hours(1, 600, 900)], CHRISTMAS)
        assert self.on(room, CHRISTMAS - DAY) == [Hours(1, 480, 1200), Hours(2, 480, 1200)]
        assert self.on(room, CHRISTMAS) == [Hours(1, 600, 900)]

    def test_a_term_in_between_leaves_what_holds_after_it(self, room):
        opening.set_hours(room, [Hours(3, 600, 900)], CHRISTMAS, CHRISTMAS + 6 * DAY)
        assert self.on(room, CHRISTMAS + 6 * DAY) == [Hours(3, 600, 900)]
        assert self.on(room, CHRISTMAS + 7 * DAY) == [Hours(1, 480, 1200), Hours(2, 480, 1200)]

    def test_setting_the_same_day_again_replaces_it(self, room):
        opening.set_hours(room, [Hours(1, 600, 900)], CHRISTMAS)
        opening.set_hours(room, [Hours(1, 700, 800)], CHRISTMAS)
        assert self.on(room, CHRISTMAS) == [Hours(1, 700, 800)]
        assert OpeningRule.objects.filter(resource=room).count() == 3

    @pytest.mark.parametrize(
        "hours",
        [
            pytest.param([Hours(1, 600, 600)], id="no length"),
            pytest.param([Hours(1, 600, 1441)], id="after midnight"),
            pytest.param([Hours(8, 600, 700)], id="an eighth day"),
            pytest.param([Hours(1, 600, 700), Hours(1, 650, 800)], id="overlapping"),
        ],
    )
    def test_refuses(self, room, hours):
        with pytest.raises(Invalid):
            opening.set_hours(room, hours, CHRISTMAS)

    def test_hours_that_touch_are_fine(self, room):
        opening.set_hours(room, [Hours(1, 600, 700), Hours(1, 700, 800)], CHRISTMAS)
        assert len(self.on(room, CHRISTMAS)) == 2

    def test_promised_meetings_outside_the_new_hours_are_named(self, scene, room):
        booking = decisions.accept(scene.sent(), scene.decider)
        found = opening.meetings_outside(room, [Hours(2, 480, 1080)], TODAY, None)
        assert [slot.booking for slot in found] == [booking]
        assert not opening.meetings_outside(room, [Hours(2, 480, 1140)], TODAY, None)

    def test_the_page_asks_before_it_leaves_them_outside(self, scene, room, signed_in):
        decisions.accept(scene.sent(), scene.decider)
        client = signed_in(make.staff(scene.unit, StaffRole.Role.HEAD))
        address = reverse("desk:room_hours", args=[scene.unit.code, room.code])
        data = {"first": "1.12.2026", "opens-2-0": "8:00", "closes-2-0": "12:00"}
        asked = client.post(address, data)
        assert asked.status_code == 409
        assert 'name="sure"' in asked.content.decode()
        assert self.on(room, date(2026, 12, 8)) == [Hours(1, 480, 1200), Hours(2, 480, 1200)]
        assert client.post(address, data | {"sure": "1"}).status_code == 302
        assert self.on(room, date(2026, 12, 8)) == [Hours(2, 480, 720)]

    def test_the_page_takes_a_break_in_the_middle_and_midnight(self, scene, room, signed_in):
        client = signed_in(make.staff(scene.unit, StaffRole.Role.HEAD))
        address = reverse("desk:room_hours", args=[scene.unit.code, room.code])
        data = {
            "first": "2026-12-01",
            "opens-5-0": "8.00",
            "closes-5-0": "12",
            "opens-5-1": "16:00",
            "closes-5-1": "24:00",
        }
        assert client.post(address, data).status_code == 302
        assert self.on(room, date(2026, 12, 4)) == [Hours(5, 480, 720), Hours(5, 960, 1440)]


class TestRules:
    def test_a_change_is_a_new_version_for_every_place(self, scene):
        fresh = rules.change_policy(scene.policy, {"cancel_hours": 72})
        scene.room.refresh_from_db()
        assert scene.room.policy == fresh
        assert (fresh.replaces, fresh.valid_from) == (scene.policy, TODAY)
        scene.policy.refresh_from_db()
        assert scene.policy.cancel_hours == 48

    def test_no_change_makes_no_version(self, scene):
        assert rules.change_policy(scene.policy, {"cancel_hours": 48}) == scene.policy
        assert BookingPolicy.objects.count() == 1

    def test_two_heads_do_not_overwrite_each_other(self, scene):
        rules.change_policy(scene.policy, {"cancel_hours": 72})
        with pytest.raises(Conflict):
            rules.change_policy(scene.policy, {"cancel_hours": 24})

    def test_what_the_database_refuses_is_said(self, scene):
        with pytest.raises(ValidationError):
            rules.change_policy(scene.policy, {"min_minutes": 500, "max_minutes": 60})
        assert BookingPolicy.objects.count() == 1

    def test_terms_go_over_to_the_new_version(self, scene):
        rules.add_terms(scene.policy, version="1", valid_from=TODAY, text_pl="Regulamin.")
        fresh = rules.change_policy(scene.policy, {"cancel_hours": 72})
        assert facts.current_terms(fresh).version == "1"

    def test_terms_in_the_past_and_twice_are_refused(self, scene):
        rules.add_terms(scene.policy, version="1", valid_from=TODAY, text_pl="x")
        for fields in (
            {"version": "2", "valid_from": TODAY - DAY},
            {"version": "1", "valid_from": TODAY + DAY},
        ):
            with pytest.raises(Invalid):
                rules.add_terms(scene.policy, text_pl="y", **fields)

    def test_the_page_shows_the_rules_in_plain_words_before_they_hold(self, scene, signed_in):
        client = signed_in(make.staff(scene.unit, StaffRole.Role.HEAD))
        address = reverse("desk:change_rules", args=[scene.unit.code, scene.policy.pk])
        form = client.get(address).context["form"]
        data = {name: value for name, value in form.initial.items() if value is not None}
        data = {name: value for name, value in data.items() if value is not False} | {
            "cancel_hours": 72
        }
        shown = client.post(address, data | {"check": "1"})
        assert shown.status_code == 200
        assert any("72" in words for words in shown.context["after"])
        assert not any("72" in words for words in shown.context["before"])
        assert BookingPolicy.objects.count() == 1
        assert client.post(address, data | {"save": "1"}).status_code == 302
        scene.room.refresh_from_db()
        assert scene.room.policy.cancel_hours == 72


class TestPrices:
    @pytest.fixture
    def prices(self, scene):
        return factories.price_list(scene.unit, {"ngo_fee": 20, "ngo_free": 0})

    def set_price(self, prices, **fields):
        return rules.set_rate(
            prices,
            **{
                "user_group": "ngo_fee",
                "first": TODAY + 7 * DAY,
                "net_per_hour": Decimal(30),
                "vat_rate": Decimal(23),
            }
            | fields,
        )

    def rate_on(self, prices, day):
        return PriceRate.objects.get(
            price_list=prices, user_group="ngo_fee", valid__contains=day
        ).net_per_hour

    def test_a_new_price_ends_the_old_one_the_day_before(self, prices):
        self.set_price(prices)
        assert self.rate_on(prices, TODAY + 6 * DAY) == 20
        assert self.rate_on(prices, TODAY + 7 * DAY) == 30

    def test_a_price_for_a_term_comes_back_to_the_old_one(self, prices):
        self.set_price(prices, last=TODAY + 9 * DAY)
        assert self.rate_on(prices, TODAY + 9 * DAY) == 30
        assert self.rate_on(prices, TODAY + 10 * DAY) == 20

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            pytest.param({"first": TODAY - DAY}, "first", id="in the past"),
            pytest.param({"net_per_hour": Decimal(0)}, "ground_pl", id="free without a ground"),
            pytest.param({"last": TODAY}, "last", id="ends before it begins"),
            pytest.param({"from_minute": 600, "to_minute": 540}, "to_minute", id="hours"),
            pytest.param({"from_minute": 600, "to_minute": 900}, "from_minute", id="another band"),
        ],
    )
    def test_refuses(self, prices, fields, field):
        with pytest.raises(Invalid) as refused:
            self.set_price(prices, **fields)
        assert refused.value.field == field
        assert self.rate_on(prices, TODAY + 8 * DAY) == 20

    def test_a_price_ends_today(self, prices):
        rate = PriceRate.objects.get(price_list=prices, user_group="ngo_fee")
        rules.end_rate(rate, TODAY)
        assert self.rate_on(prices, TODAY) == 20
        with pytest.raises(PriceRate.DoesNotExist):
            self.rate_on(prices, TODAY + DAY)

    def test_the_page_reads_a_decimal_comma(self, scene, prices, signed_in):
        client = signed_in(make.staff(scene.unit, StaffRole.Role.HEAD))
        address = reverse("desk:price_list", args=[scene.unit.code, prices.pk])
        data = {
            "user_group": "ngo_fee",
            "first": "1.12.2026",
            "net_per_hour": "12,50",
            "vat_rate": "23",
        }
        assert client.post(address, data).status_code == 302
        assert self.rate_on(prices, date(2026, 12, 1)) == Decimal("12.50")


class TestPeople:
    @pytest.fixture
    def head(self, scene):
        return make.staff(scene.unit, StaffRole.Role.HEAD)

    def grant(self, scene, head, **fields):
        person = make.person()
        made = staff.grant(
            scene.unit,
            **{"by": head, "email": person.email, "role": "decider", "first": TODAY} | fields,
        )
        return person, made

    def test_the_head_gives_a_role_for_a_term(self, scene, head):
        person, _made = self.grant(scene, head, last=TODAY + 7 * DAY)
        assert can(person, "unit.desk", scene.unit)
        assert not can(person, "unit.desk", scene.unit, on=TODAY + 8 * DAY)

    def test_a_substitute_decides_only_while_the_other_holds_the_role(self, scene, head):
        post = StaffRole.objects.get(person=scene.decider)
        person, _made = self.grant(scene, head, substitutes=post, last=TODAY + 30 * DAY)
        assert can(person, "unit.desk", scene.unit)
        staff.end(post, by=head, last=TODAY + DAY)
        assert not can(person, "unit.desk", scene.unit, on=TODAY + 3 * DAY)

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            pytest.param({"email": "nikt@example.org"}, "email", id="no account"),
            pytest.param({"first": TODAY - DAY}, "first", id="in the past"),
            pytest.param({"last": TODAY - DAY}, "last", id="ends before it begins"),
        ],
    )
    def test_refuses(self, scene, head, fields, field):
        with pytest.raises(Invalid) as refused:
            self.grant(scene, head, **fields)
        assert refused.value.field == field

    def test_a_substitution_needs_an_end_and_a_role_that_decides(self, scene, head):
        post = StaffRole.objects.get(person=scene.decider)
        for fields in ({}, {"last": TODAY + DAY, "role": "viewer"}):
            with pytest.raises(Invalid):
                self.grant(scene, head, substitutes=post, **fields)

    def test_the_head_names_no_head_and_the_administrator_does(self, scene, head):
        with pytest.raises(Forbidden):
            self.grant(scene, head, role="head")
        administrator = make.city_role(CityRole.Role.ADMINISTRATOR)
        person, _made = self.grant(scene, administrator, role="head")
        assert can(person, "unit.set_rules", scene.unit)

    def test_a_decider_gives_no_roles(self, scene):
        with pytest.raises(Forbidden):
            self.grant(scene, scene.decider)

    def test_the_same_role_twice_is_a_conflict(self, scene, head):
        with pytest.raises(Conflict):
            self.grant(scene, head, email=scene.decider.email)

    def test_an_ended_role_ends_today(self, scene, head):
        staff.end(StaffRole.objects.get(person=scene.decider), by=head)
        assert not can(
            type(scene.decider).objects.get(pk=scene.decider.pk), "unit.desk", scene.unit
        )

    def test_those_in_force_stand_first(self, scene, head):
        self.grant(scene, head, first=TODAY + 7 * DAY)
        assert [post.in_force for post in staff.posts_of(scene.unit)] == [True, True, False]


def test_what_was_promised_before_a_change_of_rules_is_kept(scene):
    booking = decisions.accept(scene.sent(once(period("2026-12-08 17:00", "19:00"))), scene.decider)
    rules.change_policy(scene.policy, {"min_lead_hours": 24 * 60})
    booking.refresh_from_db()
    with clock.frozen(now() + DAY):
        assert booking.state == "confirmed"
    assert today() == TODAY
