"""Organisations of all legal forms, with numbers that pass the checks and cannot be real.

The numbers (docs/data.md says the same):
- KRS 00099xxxxx: the register gives numbers in order and stands near 0001200000.
- NIP 900xxxxxxC: in a NIP the second and third digits are never both zero.
- REGON 99xxxxxxC: numbers begin with a voivodeship's or series' prefix; 99 is none that we know.
"""

from datetime import date, timedelta
from random import Random

from django.contrib.gis.geos import Point
from django.utils.text import slugify
from stdnum.pl import nip, regon

from config.sample.accounts import Names, new_person, save_people
from config.sample.city import City
from config.sample.places import Places, Spot
from config.sample.reading import dice, table
from maps.names import plain
from organisations.models import (
    JoinRequest,
    Membership,
    Organisation,
    OrganisationContact,
    OrganisationPlace,
    OrganisationSphere,
    Sphere,
    Verification,
)

Form = Organisation.LegalForm
State = Organisation.VerificationState

IN_KRS = {
    Form.REGISTERED_ASSOCIATION,
    Form.FEDERATION,
    Form.FOUNDATION,
    Form.SOCIAL_COOPERATIVE,
    Form.NONPROFIT_COMPANY,
    Form.LOCAL_GOVERNMENT_ASSOCIATION,
    Form.EXCLUDED_ENTITY,
}
OTHER_REGISTERS = {
    Form.ORDINARY_ASSOCIATION: "ewidencja stowarzyszeń zwykłych, poz. {n} (przykład)",
    Form.SPORTS_CLUB: "ewidencja klubów sportowych, poz. {n} (przykład)",
    Form.SCHOOL_SPORTS_CLUB: "ewidencja uczniowskich klubów sportowych, poz. {n} (przykład)",
    Form.RURAL_WOMENS_CIRCLE: "Krajowy Rejestr KGW, poz. {n} (przykład)",
    Form.CHURCH_ENTITY: "dekret nr {n} (przykład)",
}
#: In a small city: the organisations that the named bookings need, and some of each state.
SMALL = 24
# Two seats outside the city: seats may be anywhere in the region.
OUTSIDE = {
    "Stowarzyszenie Gmin „Wzdłuż Wymyślonej Rzeki”": ("Wieliczka", 20.0645, 49.9871),
    "Fundacja „Letni Śnieg”": ("Skawina", 19.8286, 49.9750),
}


def krs_number(n: int) -> str:
    return f"00099{n:05}"


def nip_number(n: int) -> str:
    """Valid by its check digit; where ten comes out there is none, and another number is taken."""
    start = f"900{n:06}"
    fitting = [f"{start}{digit}" for digit in range(10) if nip.is_valid(f"{start}{digit}")]
    return fitting[0] if fitting else nip_number(n + 100_000)


def regon_number(n: int) -> str:
    start = f"99{n:06}"
    return start + regon.calc_check_digit(start)


def build_organisations(city: City, places: Places) -> None:
    rows = table("organisations")[: SMALL if city.small else None]
    seats = [_seat(row, places) for row in rows]
    slugs: set[str] = set()
    made = Organisation.objects.bulk_create(
        _organisation(city, number, row, seat, slugs)
        for number, (row, seat) in enumerate(zip(rows, seats, strict=True), start=1)
    )
    city.organisations = {one.name: one for one in made}
    branches = [one for one in made if one.legal_form == Form.LOCAL_BRANCH]
    for branch in branches:
        parent, is_branch, _place = branch.name.partition(" Oddział ")
        branch.parent = city.organisations.get(parent) if is_branch else None
        if branch.parent:
            branch.krs, branch.nip = branch.parent.krs, branch.parent.nip
    Organisation.objects.bulk_update(branches, ["parent", "krs", "nip"])
    _spheres(city, rows)
    _where_they_act(city, rows, seats)
    _contacts(city)
    _verifications(city)
    _members(city)


def _seat(row: dict[str, str], places: Places) -> Spot:
    return places.take(int(row["district"]), dice("seat", row["name"]))


def _organisation(
    city: City, number: int, row: dict[str, str], seat: Spot, slugs: set[str]
) -> Organisation:
    throw = dice("organisation", row["name"])
    form, state = Form(row["form"]), State(row["state"])
    registered = date(throw.randint(2001, city.today.year - 2), throw.randint(1, 12), 11)
    outside = OUTSIDE.get(row["name"])
    slug = slugify(plain(row["short_name"]))[:70]
    slug = slug if slug not in slugs else f"{slug}-{number}"
    slugs.add(slug)
    other = OTHER_REGISTERS.get(form, "")
    has_numbers = form not in (Form.INFORMAL_GROUP, Form.LOCAL_BRANCH)
    opp = row["opp"] == "granted"
    return Organisation(
        slug=slug,
        name=row["name"],
        short_name=row["short_name"],
        legal_form=form,
        krs=krs_number(number) if form in IN_KRS else "",
        nip=nip_number(number) if has_numbers else "",
        regon=regon_number(number) if has_numbers else "",
        other_register=other.format(n=100 + number),
        registered_on=None if form == Form.INFORMAL_GROUP else registered,
        opp_status=row["opp"],
        opp_from=registered.replace(year=registered.year + 1) if opp else None,
        opp_checked_on=city.days_ago(throw.randint(10, 200)),
        about_pl=f"{row['does_pl'][0].upper()}{row['does_pl'][1:]}. Organizacja zmyślona.",
        about_en=f"{row['does_en'][0].upper()}{row['does_en'][1:]}. An invented organisation.",
        website=f"https://{slug}.example.org" if throw.random() < 0.7 else "",
        scope=row["scope"],
        seat_address="" if form == Form.INFORMAL_GROUP else seat.address,
        seat_locality=outside[0] if outside else "Kraków",
        seat_point=Point(outside[1], outside[2], srid=4326) if outside else seat.point,
        seat_district_id=None if outside else seat.district,
        verification_state=state,
        verified_until={
            State.VERIFIED: city.today + timedelta(days=throw.randint(30, 360)),
            State.STALE: city.days_ago(throw.randint(5, 90)),
        }.get(state),
        updated_by_organisation_on=city.days_ago(throw.randint(5, 500)),
        is_public=state not in (State.DRAFT, State.ARCHIVED),
        source=city.source,
        is_sample=True,
        created_at=city.moment_ago(throw.randint(60, 1500)),
    )


def _spheres(city: City, rows: list[dict[str, str]]) -> None:
    known = {
        one.code: one for one in Sphere.objects.filter(valid__contains=city.today).order_by("order")
    }
    OrganisationSphere.objects.bulk_create(
        OrganisationSphere(organisation=city.organisations[row["name"]], sphere=known[code])
        for row in rows
        for code in row["spheres"].split()
        if code in known
    )


def _where_they_act(city: City, rows: list[dict[str, str]], seats: list[Spot]) -> None:
    acting = []
    for row, seat in zip(rows, seats, strict=True):
        throw = dice("acting", row["name"])
        organisation = city.organisations[row["name"]]
        districts = {seat.district}
        if row["scope"] not in ("estate", "district"):
            districts |= set(throw.sample(range(1, 19), throw.randint(1, 4)))
        acting += [
            OrganisationPlace(organisation=organisation, district_id=number)
            for number in sorted(districts)
        ]
        acting.append(
            OrganisationPlace(
                organisation=organisation,
                district_id=seat.district,
                address=seat.address,
                point=seat.point,
            )
        )
    OrganisationPlace.objects.bulk_create(acting)


def _contacts(city: City) -> None:
    kind = OrganisationContact.Kind
    OrganisationContact.objects.bulk_create(
        OrganisationContact(organisation=one, kind=what, value=value, public=public)
        for number, one in enumerate(city.organisations.values(), start=1)
        for what, value, public in (
            (kind.EMAIL, f"kontakt@{one.slug}.example.org", True),
            (kind.EMAIL, f"biuro@{one.slug}.example.org", False),
            (kind.PHONE, f"500 000 {number:03}", number % 3 == 0),
        )
    )


def _verifications(city: City) -> None:
    level = Verification.Level
    made = []
    for one in city.organisations.values():
        if one.verification_state not in (State.VERIFIED, State.STALE, State.SUSPENDED):
            continue
        throw = dice("verification", one.name)
        how, evidence = (
            (level.REGISTER_MATCH, f"odpis z KRS nr {one.krs} (przykład)")
            if one.krs
            else throw.choice(
                [
                    (level.DOCUMENT, f"{one.other_register or 'statut i uchwała (przykład)'}"),
                    (level.IN_PERSON, "spotkanie w urzędzie (przykład)"),
                ]
            )
        )
        until = one.verified_until or city.days_ago(20)
        made.append(
            Verification(
                organisation=one,
                level=how,
                evidence=evidence,
                verified_at=city.moment_ago(throw.randint(20, 300)),
                verified_by="koordynator współpracy z organizacjami",
                valid_until=until,
            )
        )
    Verification.objects.bulk_create(made)


def _members(city: City) -> None:
    """The accounts' memberships, then one to three people for each organisation."""
    names = Names("ngo")
    given = [row for row in table("accounts") if row["organisation"] in city.organisations]
    memberships = [
        _membership(city, city.organisations[row["organisation"]], row["membership"])
        for row in given
    ]
    for row, membership in zip(given, memberships, strict=True):
        membership.person = city.people[row["key"]]
    people = []
    taken = {(row["organisation"], row["membership"]) for row in given}
    for name, one in city.organisations.items():
        throw = dice("members", name)
        for role in _roles(throw):
            if (name, role) not in taken:
                people.append(new_person(city, *names.next()))
                memberships.append(_membership(city, one, role))
    for someone, membership in zip(save_people(people), memberships[len(given) :], strict=True):
        membership.person = someone
    Membership.objects.bulk_create(memberships)
    outsider = city.people["unverified"]
    JoinRequest.objects.create(
        organisation=city.organisations["Stowarzyszenie „Bliżej Skarpy”"],
        person=outsider,
        role=Membership.Role.VIEWER,
        message="Prowadzimy razem zajęcia w ogrodzie, chcę widzieć Wasze terminy.",
        created_at=city.moment_ago(3),
    )


def _roles(throw: Random) -> list[str]:
    role = Membership.Role
    return [role.REPRESENTATIVE, *throw.choice(([], [role.EDITOR], [role.EDITOR, role.VIEWER]))]


def _membership(city: City, organisation: Organisation, role: str) -> Membership:
    throw = dice("membership", organisation.name, role)
    return Membership(
        organisation=organisation,
        role=role,
        valid=(city.days_ago(throw.randint(120, 1200)), None),
        evidence="odpis z rejestru (przykład)" if organisation.krs else "oświadczenie (przykład)",
        granted_by="koordynator współpracy z organizacjami",
    )
