"""The truth tables: every role and a visitor, every action, what is theirs and what is foreign.

A cell is what happens: "+" allowed, "-" refused though visible (403), "0" not visible (404). Where
a role belongs to one unit or organisation the cell has two signs: its own object, a foreign one.
"""

import pytest
from django.contrib.auth.models import AnonymousUser

from organisations.models import JoinRequest
from organisations.permissions import TABLE as ORGANISATIONS
from organisations.roles import forget
from organisations.scopes import organisations_visible_to
from records import clock
from records.problems import Forbidden, NotFound
from resources.permissions import TABLE, can, require
from resources.scopes import (
    bookings_visible_to,
    resources_visible_to,
    sites_where,
    units_where,
    visible_sql,
)
from tests import make

pytestmark = pytest.mark.django_db

COLUMNS = [
    "visitor",
    "person",
    "viewer",
    "editor",
    "proxy",
    "representative",
    "unit_viewer",
    "unit_editor",
    "unit_decider",
    "unit_head",
    "lettings_officer",
    "coordinator",
    "planner",
    "administrator",
    "applicant",
]

#                                    |org. member of   |staff of the unit      |city  |applicant
#                                    |                 |                       |      |
#                                v p | vi  ed  px  re  | vi  ed  de  he  lo    | C P A| ap
ORGANISATION = {
    "a public organisation": """
organisation.view                + +   ++  ++  ++  ++    ++  ++  ++  ++  ++      + + +  ++
organisation.view_office_contacts - -  +-  +-  +-  +-    ++  ++  ++  ++  ++      + + +  --
organisation.edit                - -   --  +-  +-  +-    --  --  --  --  --      + - -  --
organisation.confirm             - -   --  +-  +-  +-    --  --  --  --  --      - - -  --
organisation.edit_identity       - -   --  --  +-  +-    --  --  --  --  --      + - -  --
organisation.submit              - -   --  --  --  --    --  --  --  --  --      - - -  --
organisation.request_for         - -   --  +-  +-  +-    --  --  --  --  --      - - -  --
organisation.view_requests       - -   +-  +-  +-  +-    --  --  --  --  --      - - -  --
organisation.feed                - -   +-  +-  +-  +-    --  --  --  --  --      - - -  --
organisation.view_members        - -   +-  +-  +-  +-    --  --  --  --  --      + - +  --
organisation.manage_members      - -   --  --  --  +-    --  --  --  --  --      + - -  --
organisation.ask_to_join         - +   ++  ++  ++  ++    ++  ++  ++  ++  ++      + + +  ++
organisation.verify              - -   --  --  --  --    --  --  --  --  --      + - -  --
organisation.suspend             - -   --  --  --  --    --  --  --  --  --      + - -  --
organisation.archive             - -   --  --  --  --    --  --  --  --  --      + - -  --
organisation.history             - -   --  --  --  --    --  --  --  --  --      + - +  --
""",
    "an organisation waiting for verification": """
organisation.view                0 0   +0  +0  +0  +0    ++  ++  ++  ++  ++      + + +  00
organisation.view_office_contacts 0 0  +0  +0  +0  +0    ++  ++  ++  ++  ++      + + +  00
organisation.edit                0 0   -0  +0  +0  +0    --  --  --  --  --      + - -  00
organisation.request_for         0 0   -0  +0  +0  +0    --  --  --  --  --      - - -  00
organisation.manage_members      0 0   -0  -0  -0  +0    --  --  --  --  --      + - -  00
organisation.verify              0 0   -0  -0  -0  -0    --  --  --  --  --      + - -  00
""",
    "a draft of an organisation": """
organisation.view                0 0   +0  +0  +0  +0    00  00  00  00  00      + 0 +  00
organisation.submit              0 0   -0  -0  +0  +0    00  00  00  00  00      - 0 -  00
organisation.verify              0 0   -0  -0  -0  -0    00  00  00  00  00      + 0 -  00
""",
    "a suspended organisation": """
organisation.view                0 0   +0  +0  +0  +0    ++  ++  ++  ++  ++      + + +  00
organisation.edit                0 0   -0  -0  -0  -0    --  --  --  --  --      + - -  00
organisation.request_for         0 0   -0  -0  -0  -0    --  --  --  --  --      - - -  00
organisation.manage_members      0 0   -0  -0  -0  -0    --  --  --  --  --      + - -  00
organisation.ask_to_join         0 +   +0  +0  +0  +0    --  --  --  --  --      - - -  00
""".replace(
        "organisation.ask_to_join         0 +   +0  +0  +0  +0",
        "organisation.ask_to_join         0 0   -0  -0  -0  -0",
    ),
    "a request to join": """
join_request.view                0 0   00  00  00  +0    00  00  00  00  00      + 0 +  +0
join_request.answer              0 0   00  00  00  +0    00  00  00  00  00      + 0 -  -0
join_request.withdraw            0 0   00  00  00  -0    00  00  00  00  00      - 0 -  +0
""",
}

RESOURCE = {
    "a public room": """
resource.view                    + +   ++  ++  ++  ++    ++  ++  ++  ++  ++      + + +  ++
resource.edit                    - -   --  --  --  --    --  +-  --  +-  --      - - -  --
resource.verify                  - -   --  --  --  --    --  +-  --  +-  --      - - -  --
resource.publish                 - -   --  --  --  --    --  +-  --  +-  --      + - -  --
resource.history                 - -   --  --  --  --    +-  +-  +-  +-  +-      + - +  --
resource.close                   - -   --  --  --  --    --  +-  +-  +-  --      - - -  --
resource.own_use                 - -   --  --  --  --    --  +-  +-  +-  --      - - -  --
resource.request                 - +   ++  ++  ++  ++    ++  ++  ++  ++  ++      + + +  ++
booking.enter                    - -   --  --  --  --    --  +-  +-  +-  --      - - -  --
""",
    "public premises held by contract": """
resource.view                    + +   ++  ++  ++  ++    ++  ++  ++  ++  ++      + + +  ++
resource.edit                    - -   --  --  --  --    --  +-  --  +-  +-      - - -  --
resource.verify                  - -   --  --  --  --    --  +-  --  +-  +-      - - -  --
resource.publish                 - -   --  --  --  --    --  +-  --  +-  +-      + - -  --
resource.request                 - -   --  --  --  --    --  --  --  --  --      - - -  --
""",
    "a room for officials": """
resource.view                    0 0   00  00  00  00    ++  ++  ++  ++  ++      + + +  00
resource.edit                    0 0   00  00  00  00    --  +-  --  +-  --      - - -  00
resource.request                 0 0   00  00  00  00    --  --  --  --  --      - - -  00
""",
    "a draft of a room": """
resource.view                    0 0   00  00  00  00    +0  +0  +0  +0  +0      + 0 +  00
resource.edit                    0 0   00  00  00  00    -0  +0  -0  +0  -0      - 0 -  00
resource.publish                 0 0   00  00  00  00    -0  +0  -0  +0  -0      + 0 -  00
resource.history                 0 0   00  00  00  00    +0  +0  +0  +0  +0      + 0 +  00
""",
    "a withdrawn room": """
resource.view                    0 0   00  00  00  00    +0  +0  +0  +0  +0      + 0 +  00
""",
    "a site": """
site.view                        + +   ++  ++  ++  ++    ++  ++  ++  ++  ++      + + +  ++
site.edit                        - -   --  --  --  --    --  +-  --  +-  +-      + - +  --
site.history                     - -   --  --  --  --    +-  +-  +-  +-  +-      + - +  --
""",
    "a unit": """
unit.view                        + +   ++  ++  ++  ++    ++  ++  ++  ++  ++      + + +  ++
unit.desk                        - -   --  --  --  --    +-  +-  +-  +-  +-      - - -  --
unit.feed                        - -   --  --  --  --    +-  +-  +-  +-  +-      - - -  --
unit.statistics                  - -   --  --  --  --    +-  +-  +-  +-  +-      + + +  --
unit.view_staff                  - -   --  --  --  --    +-  +-  +-  +-  +-      + - +  --
unit.history                     - -   --  --  --  --    +-  +-  +-  +-  +-      + - +  --
unit.set_rules                   - -   --  --  --  --    --  --  --  +-  --      - - -  --
unit.edit                        - -   --  --  --  --    --  --  --  +-  --      - - +  --
unit.delegate                    - -   --  --  --  --    --  --  --  +-  --      - - +  --
unit.name_head                   - -   --  --  --  --    --  --  --  --  --      - - +  --
unit.close_many                  - -   --  --  --  --    --  --  --  --  --      + - +  --
resource.add                     - -   --  --  --  --    --  +-  --  +-  +-      - - -  --
booking.enter                    - -   --  --  --  --    --  +-  +-  +-  --      - - -  --
""",
}

BOOKING = {
    "a request of an organisation": """
booking.view                     0 0   +0  +0  +0  +0    +0  +0  +0  +0  +0      + 0 +  00
booking.history                  0 0   -0  -0  -0  -0    +0  +0  +0  +0  +0      + 0 +  00
booking.edit                     0 0   -0  +0  +0  +0    -0  -0  -0  -0  -0      - 0 -  00
booking.submit                   0 0   -0  +0  +0  +0    -0  -0  -0  -0  -0      - 0 -  00
booking.withdraw                 0 0   -0  +0  +0  +0    -0  -0  -0  -0  -0      - 0 -  00
booking.answer_proposal          0 0   -0  +0  +0  +0    -0  -0  -0  -0  -0      - 0 -  00
booking.cancel_as_applicant      0 0   -0  +0  +0  +0    -0  -0  -0  -0  -0      - 0 -  00
booking.decide                   0 0   -0  -0  -0  -0    -0  -0  +0  +0  -0      - 0 -  00
booking.return                   0 0   -0  -0  -0  -0    -0  -0  +0  +0  -0      - 0 -  00
booking.propose                  0 0   -0  -0  -0  -0    -0  -0  +0  +0  -0      - 0 -  00
booking.cancel_as_owner          0 0   -0  -0  -0  -0    -0  -0  +0  +0  -0      - 0 -  00
booking.record_use               0 0   -0  -0  -0  -0    -0  +0  +0  +0  -0      - 0 -  00
""",
    "a draft of an organisation's request": """
booking.view                     0 0   +0  +0  +0  +0    00  00  00  00  00      0 0 0  00
booking.edit                     0 0   -0  +0  +0  +0    00  00  00  00  00      0 0 0  00
booking.decide                   0 0   -0  -0  -0  -0    00  00  00  00  00      0 0 0  00
""",
    "a request in one's own name": """
booking.view                     0 0   00  00  00  00    +0  +0  +0  +0  +0      + 0 +  +0
booking.cancel_as_applicant      0 0   00  00  00  00    -0  -0  -0  -0  -0      - 0 -  +0
booking.decide                   0 0   00  00  00  00    -0  -0  +0  +0  -0      - 0 -  -0
""",
    "a draft in one's own name": """
booking.view                     0 0   00  00  00  00    00  00  00  00  00      0 0 0  +0
booking.submit                   0 0   00  00  00  00    00  00  00  00  00      0 0 0  +0
""",
}

#: Actions that need no object: "does the menu offer it?"
ANYWHERE = """
organisation.found               - +   +   +   +   +     +   +   +   +   +       + + +  +
organisation.list_all            - -   -   -   -   -     -   -   -   -   -       + - +  -
city_role.manage                 - -   -   -   -   -     -   -   -   -   -       - - +  -
dictionary.edit                  - -   -   -   -   -     -   -   -   -   -       - - +  -
person.list                      - -   -   -   -   -     -   -   -   -   -       - - +  -
unit.add                         - -   -   -   -   -     -   -   -   -   -       - - +  -
unit.desk                        - -   -   -   -   -     +   +   +   +   +       - - -  -
demand.view                      - -   -   -   -   -     +   +   +   +   +       + + +  -
booking.decide                   - -   -   -   -   -     -   -   +   +   -       - - -  -
organisation.request_for         - -   -   +   +   +     -   -   -   -   -       - - -  -
"""


def cells(row: str) -> tuple[str, dict[str, str]]:
    action, *signs = row.split()
    assert len(signs) == len(COLUMNS), row
    return action, dict(zip(COLUMNS, signs, strict=True))


def expected(tables: dict[str, str]) -> list[tuple[str, str, str, str, str]]:
    """(object, action, column, sign for their own, sign for a foreign one)."""
    return [
        (name, action, column, sign[0], sign[-1])
        for name, table in tables.items()
        for action, row in map(cells, table.strip().splitlines())
        for column, sign in row.items()
    ]


class World:
    """One person per column, belonging to "our" organisation and unit, and the same of others."""

    def __init__(self):
        self.organisations = make.organisation("Nasza"), make.organisation("Cudza")
        self.units = make.unit("Nasza jednostka"), make.unit("Cudza jednostka")
        ours, unit = self.organisations[0], self.units[0]
        self.people = {
            "visitor": AnonymousUser(),
            "person": make.person(),
            "viewer": make.member(ours, "viewer"),
            "editor": make.member(ours, "editor"),
            "proxy": make.member(ours, "proxy"),
            "representative": make.member(ours, "representative"),
            "unit_viewer": make.staff(unit, "viewer"),
            "unit_editor": make.staff(unit, "editor"),
            "unit_decider": make.staff(unit, "decider"),
            "unit_head": make.staff(unit, "head"),
            "lettings_officer": make.staff(unit, "lettings_officer"),
            "coordinator": make.city_role("coordinator"),
            "planner": make.city_role("planner"),
            "administrator": make.city_role("administrator"),
            "applicant": make.person(),
        }
        self.applicants = self.people["applicant"], make.person()

    def pair(self, name):
        """Our object of this name and a foreign one, alike but for whom they belong to."""
        return tuple(
            OBJECTS[name](organisation, unit, applicant)
            for organisation, unit, applicant in zip(
                self.organisations, self.units, self.applicants, strict=True
            )
        )


def in_state(state):
    def prepare(organisation, _unit, _applicant):
        organisation.verification_state = state
        organisation.save()
        return organisation

    return prepare


def of_unit(**fields):
    return lambda _organisation, unit, _applicant: make.resource(unit, **fields)


def site_of_unit(_organisation, unit, _applicant):
    return make.resource(unit).site


def asked_to_join(organisation, _unit, applicant):
    return JoinRequest.objects.create(
        organisation=organisation, person=applicant, role="editor", created_at=clock.now()
    )


def for_organisation(state):
    return lambda organisation, unit, applicant: make.booking(
        make.resource(unit), organisation=organisation, person=applicant, state=state
    )


def in_own_name(state):
    return lambda _organisation, unit, applicant: make.booking(
        make.resource(unit), person=applicant, state=state
    )


OBJECTS = {
    "a public organisation": in_state("verified"),
    "an organisation waiting for verification": in_state("submitted"),
    "a draft of an organisation": in_state("draft"),
    "a suspended organisation": in_state("suspended"),
    "a request to join": asked_to_join,
    "a public room": of_unit(visibility="public"),
    "public premises held by contract": of_unit(visibility="public", tenure="contract"),
    "a room for officials": of_unit(visibility="internal"),
    "a draft of a room": of_unit(visibility="draft"),
    "a withdrawn room": of_unit(visibility="withdrawn"),
    "a site": site_of_unit,
    "a unit": lambda _organisation, unit, _applicant: unit,
    "a request of an organisation": for_organisation("submitted"),
    "a draft of an organisation's request": for_organisation("draft"),
    "a request in one's own name": in_own_name("submitted"),
    "a draft in one's own name": in_own_name("draft"),
}


def what_happens(person, action, obj) -> str:
    try:
        require(person, action, obj)
    except Forbidden:
        return "-"
    except NotFound:
        return "0"
    return "+"


@pytest.mark.parametrize(
    "name", [*ORGANISATION, *RESOURCE, *BOOKING], ids=lambda name: name.replace(" ", "-")
)
def test_truth_table(name):
    world = World()
    own, foreign = world.pair(name)
    wrong = []
    for _, action, column, sign_own, sign_foreign in expected(
        {name: {**ORGANISATION, **RESOURCE, **BOOKING}[name]}
    ):
        person = world.people[column]
        seen = what_happens(person, action, own), what_happens(person, action, foreign)
        if seen != (sign_own, sign_foreign):
            wrong.append(f"{action} {column}: {seen} instead of {(sign_own, sign_foreign)}")
    assert not wrong, "\n".join(wrong)


def test_what_the_menu_offers():
    world = World()
    for action, row in map(cells, ANYWHERE.strip().splitlines()):
        for column, sign in row.items():
            assert can(world.people[column], action) is (sign == "+"), (action, column)


def test_every_action_stands_in_a_table():
    tables = [*ORGANISATION.values(), *RESOURCE.values(), *BOOKING.values(), ANYWHERE]
    listed = {line.split()[0] for table in tables for line in table.strip().splitlines()}
    assert listed == set(TABLE.actions)
    assert set(ORGANISATIONS.actions) < listed


def test_an_unknown_action_is_an_error_and_not_a_refusal():
    with pytest.raises(KeyError):
        can(make.person(), "booking.decied")


@pytest.mark.parametrize("column", COLUMNS)
def test_scopes_show_what_can_be_viewed(column, django_assert_num_queries):
    """The queries behind lists and counts agree with the rules, object by object."""
    world = World()
    pairs = {name: world.pair(name) for name in [*RESOURCE, *BOOKING]}
    person = world.people[column]
    rooms = [one for pair in pairs.values() for one in pair if type(one).__name__ == "Resource"]
    bookings = [one for pair in pairs.values() for one in pair if type(one).__name__ == "Booking"]
    assert len(rooms) == 10
    assert len(bookings) == 8

    seen = {room.pk for room in rooms if can(person, "resource.view", room)}
    assert set(resources_visible_to(person).filter(pk__in=[r.pk for r in rooms])) == {
        room for room in rooms if room.pk in seen
    }
    condition, parameters = visible_sql(person, "resources_resource")
    by_sql = type(rooms[0]).objects.extra(where=[condition], params=parameters)  # noqa: S610
    assert set(by_sql) == set(resources_visible_to(person))

    assert set(bookings_visible_to(person)) == {
        booking for booking in bookings if can(person, "booking.view", booking)
    }
    for action in ("unit.desk", "unit.statistics", "unit.set_rules", "unit.view"):
        assert set(units_where(person, action)) == {
            unit for unit in type(world.units[0]).objects.all() if can(person, action, unit)
        }, action
    sites = type(world.pair("a site")[0]).objects.all()
    assert set(sites_where(person, "site.edit")) == {
        site for site in sites if can(person, "site.edit", site)
    }
    # All roles are known by now, so asking about any number of rows costs nothing more.
    with django_assert_num_queries(0):
        for booking in bookings:
            can(person, "booking.decide", booking)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("public", [True, False], ids=["shown", "hidden"])
def test_scope_of_organisations(column, public):
    world = World()
    for state in ("draft", "submitted", "verified", "stale", "suspended", "archived"):
        make.organisation(verification_state=state, is_public=public)
    person = world.people[column]
    everything = type(world.organisations[0]).objects.all()
    assert set(organisations_visible_to(person)) == {
        organisation
        for organisation in everything
        if can(person, "organisation.view", organisation)
    }


class TestTerms:
    """Roles hold from their first day to the day before their end."""

    def test_a_role_holds_on_its_first_day_and_not_on_the_day_after_its_last(self):
        unit = make.unit()
        day = clock.today()
        for first, until, holds in [
            (0, 1, True),
            (0, None, True),
            (1, None, False),
            (-5, 0, False),
            (-5, 1, True),
        ]:
            person = make.staff(
                unit,
                "decider",
                valid=(
                    day + make.days(first),
                    None if until is None else day + make.days(until),
                ),
            )
            assert can(person, "unit.desk", unit) is holds, (first, until)

    def test_the_day_of_the_question_may_be_another(self):
        unit = make.unit()
        day = clock.today()
        person = make.staff(unit, "decider", valid=(day, day + make.days(7)))
        assert can(person, "unit.desk", unit, on=day + make.days(6))
        assert not can(person, "unit.desk", unit, on=day + make.days(7))

    def test_a_substitute_decides_while_the_role_stood_in_for_holds(self):
        unit = make.unit()
        day = clock.today()
        make.staff(unit, "head", valid=(day - make.days(30), day + make.days(3)))
        role = unit.staff.get()
        substitute = make.staff(unit, "decider", substitutes=role)
        assert can(substitute, "unit.desk", unit, on=day + make.days(2))
        assert not can(substitute, "unit.desk", unit, on=day + make.days(3))

    def test_a_substitution_of_a_role_in_another_unit_gives_nothing(self):
        unit, other = make.unit(), make.unit()
        make.staff(other, "head")
        substitute = make.staff(unit, "head", substitutes=other.staff.get())
        assert not can(substitute, "unit.desk", unit)
        assert not can(substitute, "unit.desk", other)

    def test_staff_of_a_unit_serve_the_units_merged_into_it(self):
        successor, middle, old = make.unit(), make.unit(), make.unit()
        day = clock.today()
        middle.merged_into, middle.merged_on = successor, day
        middle.save()
        old.merged_into, old.merged_on = middle, day + make.days(1)
        old.save()
        head = make.staff(successor, "head")
        assert can(head, "unit.desk", middle)
        assert not can(head, "unit.desk", old)
        assert can(head, "unit.desk", old, on=day + make.days(1))

    def test_a_closed_account_has_no_roles(self):
        unit = make.unit()
        person = make.staff(unit, "head", make.city_role("administrator"))
        person.is_active = False
        forget(person)
        assert not can(person, "unit.desk", unit)
        assert not can(person, "city_role.manage")


def test_whoever_left_the_organisation_no_longer_sees_its_requests():
    organisation = make.organisation()
    day = clock.today()
    person = make.member(organisation, "editor", valid=(day - make.days(9), day))
    booking = make.booking(organisation=organisation, person=person)
    assert what_happens(person, "booking.view", booking) == "0"
    assert booking not in bookings_visible_to(person)


def test_roles_are_read_once_per_person_object(django_assert_num_queries):
    unit = make.unit()
    person = make.staff(unit, "decider", make.member(make.organisation()))
    rooms = [make.resource(unit) for _ in range(30)]
    with django_assert_num_queries(3):
        for room in rooms:
            can(person, "resource.edit", room)
            can(person, "resource.view", room)
