"""People of the sample city: staff of units, members of organisations, and accounts to sign in.

Everybody has a made-up name and an address at example.org, which no mail reaches. Only the
accounts of accounts.csv have a password: a random one each time, in a file that only its owner
can read.
"""

import secrets
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from allauth.account.models import EmailAddress

from config.sample.city import City
from config.sample.reading import dice, document, table
from maps.names import plain
from organisations.models import CityRole, Person
from resources.models import ManagingUnit, StaffRole

R = StaffRole.Role


class Names:
    """Made-up names, each with an address of its own."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.taken: set[str] = set()
        self._dice = dice("names", seed)
        self._names = document("names")

    def next(self) -> tuple[str, str]:
        """(full name, e-mail)"""
        while True:
            sex = self._dice.choice(("female", "male"))
            surname = self._dice.choice(self._names["surnames"])[sex == "male"]
            full_name = f"{self._dice.choice(self._names[sex])} {surname}"
            email = f"{plain(full_name).replace(' ', '.')}.{self.seed}@example.org"
            if email not in self.taken:
                self.taken.add(email)
                return full_name, email


def new_person(city: City, full_name: str, email: str) -> Person:
    """Not yet saved, without a password."""
    someone = Person(
        email=email,
        full_name=full_name,
        is_sample=True,
        date_joined=city.moment_ago(dice("joined", email).randint(40, 900)),
    )
    someone.set_unusable_password()
    return someone


def save_people(people: Iterable[Person]) -> list[Person]:
    """With their addresses as confirmed, so that they can sign in if given a password."""
    saved = Person.objects.bulk_create(people)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in saved
    )
    return saved


def build_accounts(city: City) -> None:
    """The people of accounts.csv with their city-wide and staff roles; memberships come later."""
    rows = table("accounts")
    people = save_people(new_person(city, row["full_name"], row["email"]) for row in rows)
    since = city.school_year[0]
    roles = []
    for row, someone in zip(rows, people, strict=True):
        city.people[row["key"]] = someone
        roles += [
            StaffRole(
                unit=city.units[row["unit"]],
                person=someone,
                role=role,
                valid=(since, None),
                delegated_by="kierownik jednostki" if role == R.DECIDER else "",
            )
            for role in row["staff_roles"].split()
        ]
        if row["city_role"]:
            CityRole.objects.create(person=someone, role=row["city_role"], valid=(since, None))
    StaffRole.objects.bulk_create(roles)
    # The administrator opens the technical admin too.
    administrator = city.people["administrator"]
    administrator.is_staff = administrator.is_superuser = True
    administrator.save(update_fields=["is_staff", "is_superuser"])


def build_staff(city: City) -> None:
    """A head and two or three others for each unit that the accounts do not already give one."""
    names = Names("pracownik")
    given = {(role.unit_id, role.role) for role in StaffRole.objects.filter(unit__is_sample=True)}
    wanted: list[tuple[str, list[str]]] = []
    for code, row in city.unit_rows.items():
        people = [[R.HEAD], [R.DECIDER, R.EDITOR]]
        if row["kind"] == "premises":
            people = [[R.HEAD], [R.LETTINGS_OFFICER], [R.EDITOR]]
        elif row["rooms"] in ("school_large", "lyceum", "culture_large", "sports_hall"):
            people += [[R.EDITOR], [R.VIEWER]]
        unit = city.units[code].pk
        wanted += [
            (code, [str(role) for role in roles])
            for roles in people
            if not any((unit, role) in given for role in roles)
        ]
    people = save_people(new_person(city, *names.next()) for _one in wanted)
    made = StaffRole.objects.bulk_create(
        StaffRole(
            unit=city.units[code],
            person=someone,
            role=role,
            valid=(since, until),
            delegated_by="kierownik jednostki" if role == R.DECIDER else "",
        )
        for (code, roles), someone in zip(wanted, people, strict=True)
        for since, until in [_term(city, code, roles)]
        for role in roles
    )
    _substitutions(made)


def build_staff_of_centres(city: City, unit: str) -> None:
    """The documented Civic Centres need somebody who answers, made up like everybody here."""
    someone = save_people([new_person(city, "Maria Kolumnowa", "centra@example.org")])[0]
    StaffRole.objects.create(
        unit=ManagingUnit.objects.get(code=unit),
        person=someone,
        role=R.HEAD,
        valid=(city.school_year[0], None),
    )


def _term(city: City, code: str, roles: list[str]) -> tuple[date, date | None]:
    throw = dice("staff term", code, *roles)
    since = city.school_year[0].replace(year=city.today.year - throw.randint(1, 5))
    return since, (city.school_year[1] if roles[0] == R.DECIDER and throw.random() < 0.5 else None)


def _substitutions(made: list[StaffRole]) -> None:
    """In some units the decider stands in for the head this month."""
    heads = {one.unit_id: one for one in made if one.role == R.HEAD}
    changed = []
    for one in made:
        if one.role == R.DECIDER and one.unit_id in heads and len(changed) < 5:
            one.substitutes = heads[one.unit_id]
            one.delegated_by = "zastępstwo kierownika"
            changed.append(one)
    StaffRole.objects.bulk_update(changed, ["substitutes", "delegated_by"])


def write_passwords(city: City, path: Path) -> None:
    """Give each account a random password and write them to `path`, readable by us alone."""
    lines = [
        "Konta przykładowe / sample accounts",
        "Zwiedzający nie potrzebuje konta / a visitor needs none",
        "",
    ]
    for row in table("accounts"):
        password = secrets.token_urlsafe(9)
        someone = city.people[row["key"]]
        someone.set_password(password)
        where = row["organisation"] or (city.unit_rows.get(row["unit"]) or {}).get("name", "")
        place = f", {where}" if where else ""
        lines += [
            f"{row['email']:<38} {password}",
            f"    {row['role_pl']}{place} / {row['role_en']}",
        ]
    Person.objects.bulk_update(list(city.people.values()), ["password"])
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text("\n".join(lines) + "\n", encoding="utf-8")
    new.replace(path)
