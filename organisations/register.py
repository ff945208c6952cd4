"""The register of organisations: entering one, finding duplicates, keeping it true.

Identifying data (name, form, numbers, seat) is what the city verifies: changing it after
verification sends the organisation back to the queue. The rest its members change freely.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from maps.districts import district_of
from organisations.identifiers import read_krs, read_nip, read_regon
from organisations.models import Membership, Organisation, Person
from organisations.notify import notify
from organisations.people import coordinators
from organisations.permissions import require
from organisations.roles import forget
from records import clock
from records.problems import Conflict, Invalid, Problem, Problems

Form = Organisation.LegalForm
State = Organisation.VerificationState

#: What the city confirms when it verifies.
IDENTITY_FIELDS = (
    "name",
    "legal_form",
    "parent",
    "krs",
    "nip",
    "regon",
    "other_register",
    "registered_on",
    "seat_address",
    "seat_postcode",
    "seat_locality",
    "seat_point",
)
PROFILE_FIELDS = (
    "short_name",
    "about_pl",
    "about_en",
    "website",
    "bip_url",
    "ade_address",
    "scope",
    "is_public",
)
#: Forms that exist only by their entry in the National Court Register.
FORMS_IN_KRS = frozenset(
    {
        Form.REGISTERED_ASSOCIATION,
        Form.FEDERATION,
        Form.FOUNDATION,
        Form.SOCIAL_COOPERATIVE,
        Form.NONPROFIT_COMPANY,
        Form.LOCAL_GOVERNMENT_ASSOCIATION,
    }
)
#: An informal group has one to three adults who answer for it.
INFORMAL_GROUP_MEMBERS = 3
SIMILAR_NAME = 0.55

_PLAIN = str.maketrans("łŁ", "lL")


class AlreadyEntered(Conflict):
    """The register holds an organisation with this number: join that one. `.organisation`."""

    code = "organisation_exists"

    def __init__(self, organisation: Organisation, field: str) -> None:
        super().__init__(
            _(
                "“%(name)s” is already in the register with this number. Ask to join it; its "
                "representative or the city's coordinator will answer."
            )
            % {"name": organisation.name},
            field=field,
        )
        self.organisation = organisation


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An entry that shares a number (`field`), or has a similar name (`field` is "name")."""

    organisation: Organisation
    field: str


def read_numbers(data: Mapping[str, str]) -> dict[str, str]:
    """krs, nip and regon in their stored form. Raises Problems with every wrong one."""
    numbers, wrong = {}, []
    for field, read in (("krs", read_krs), ("nip", read_nip), ("regon", read_regon)):
        try:
            numbers[field] = read(data.get(field, ""))
        except Invalid as problem:
            wrong.append(problem)
    if wrong:
        raise Problems(wrong)
    return numbers


def same_numbers(
    numbers: Mapping[str, str], legal_form: str, *, other_than: int | None = None
) -> Duplicate | None:
    """Another organisation with one of these numbers. A branch may share its parent's."""
    if legal_form == Form.LOCAL_BRANCH:
        return None
    others = Organisation.objects.exclude(legal_form=Form.LOCAL_BRANCH).exclude(pk=other_than or 0)
    for field in ("krs", "nip", "regon"):
        if number := numbers.get(field):
            # The first nine digits of a long REGON name the same body.
            condition = Q(**{field: number})
            if field == "regon":
                condition = Q(regon__startswith=number[:9])
            if found := others.filter(condition).order_by("pk").first():
                return Duplicate(found, field)
    return None


def similar_names(name: str, visible: QuerySet[Organisation]) -> list[Organisation]:
    """Organisations among the visible ones whose name is close enough to be the same body."""
    return list(
        visible.annotate(alike=TrigramSimilarity("name", name))
        .filter(alike__gte=SIMILAR_NAME)
        .order_by("-alike")[:5]
    )


def free_slug(name: str, *, other_than: int | None = None) -> str:
    """A readable address of its own: "bractwo-studni", "bractwo-studni-2"."""
    base = slugify(name.translate(_PLAIN))[:70].strip("-") or "organizacja"
    taken = set(
        Organisation.objects.filter(slug__startswith=base)
        .exclude(pk=other_than or 0)
        .values_list("slug", flat=True)
    )
    # Words of our own addresses: /organizacje/nowa/ is a page.
    taken |= {"nowa", "weryfikacja", "prosby-o-dolaczenie"}
    return next(
        slug
        for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3)))
        if slug not in taken
    )


@transaction.atomic
def found(person: Person, data: Mapping[str, Any], *, adult: bool = False) -> Organisation:
    """Enter an organisation that is not in the register; its founder represents it until verified.

    It begins as a draft that nobody else sees. `data`: IDENTITY_FIELDS and PROFILE_FIELDS. For an
    informal group the founder declares to be of age. Raises Problems, AlreadyEntered.
    """
    require(person, "organisation.found")
    legal_form = data.get("legal_form", "")
    numbers = read_numbers(data)
    if duplicate := same_numbers(numbers, legal_form):
        raise AlreadyEntered(duplicate.organisation, duplicate.field)
    if legal_form == Form.INFORMAL_GROUP and not adult:
        raise Invalid(_("Only adults answer for an informal group."), field="adult")
    organisation = Organisation(
        **{name: data[name] for name in (*IDENTITY_FIELDS, *PROFILE_FIELDS) if name in data}
        | numbers,
        slug=free_slug(data.get("name", "")),
        created_at=clock.now(),
        updated_by_organisation_on=clock.today(),
    )
    _place_seat(organisation)
    _check(organisation)
    _save(organisation, numbers)
    evidence = _("entered the organisation; not confirmed yet")
    if legal_form == Form.INFORMAL_GROUP:
        evidence = _("declared to be of age when entering the group")
    Membership.objects.create(
        organisation=organisation,
        person=person,
        role=Membership.Role.REPRESENTATIVE,
        valid=(clock.today(), None),
        evidence=evidence,
        granted_by=str(person),
    )
    forget(person)
    return organisation


@transaction.atomic
def change(person: Person, organisation: Organisation, data: Mapping[str, Any]) -> list[str]:
    """Change the fields given. Returns the names of identifying fields that changed.

    A member's change of identifying data takes a verified organisation back to the queue; a
    coordinator's doesn't, since they have just looked. Raises Problems, AlreadyEntered.
    """
    require(person, "organisation.edit", organisation)
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    allowed = {*IDENTITY_FIELDS, *PROFILE_FIELDS}
    data = {name: value for name, value in data.items() if name in allowed}
    if numbers := {name for name in ("krs", "nip", "regon") if name in data}:
        data = {**data, **{n: v for n, v in read_numbers(data).items() if n in numbers}}
    changed = [name for name, value in data.items() if getattr(locked, name) != value]
    identity = [name for name in changed if name in IDENTITY_FIELDS]
    if identity:
        require(person, "organisation.edit_identity", organisation)
    for name in changed:
        setattr(locked, name, data[name])
    present = {name: getattr(locked, name) for name in ("krs", "nip", "regon")}
    if duplicate := same_numbers(present, locked.legal_form, other_than=locked.pk):
        raise AlreadyEntered(duplicate.organisation, duplicate.field)
    if "seat_point" in changed:
        _place_seat(locked)
    _check(locked)
    is_member = person.memberships.filter(
        organisation=locked, valid__contains=clock.today()
    ).exists()
    if is_member:
        locked.updated_by_organisation_on = clock.today()
        if identity and locked.verification_state in (State.VERIFIED, State.STALE):
            _back_to_queue(locked, identity)
    _save(locked, present)
    organisation.refresh_from_db()
    return identity


def _save(organisation: Organisation, numbers: Mapping[str, str]) -> None:
    """Two may enter the same number in the same moment: the second one learns of the first."""
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError:
        duplicate = same_numbers(numbers, organisation.legal_form, other_than=organisation.pk)
        if duplicate is not None:
            raise AlreadyEntered(duplicate.organisation, duplicate.field) from None
        # Two of one name: the address went to the other.
        organisation.slug = free_slug(organisation.name, other_than=organisation.pk)
        organisation.save()


def _back_to_queue(organisation: Organisation, identity: list[str]) -> None:
    """What was confirmed is no longer what stands there."""
    organisation.verification_state = State.SUBMITTED
    organisation.review_note = _("Changed since it was verified: %(fields)s.") % {
        "fields": ", ".join(field_label(name) for name in identity)
    }
    notify(
        coordinators(),
        "organisation_changed",
        {
            "organisation": organisation.name,
            "fields": [field_source(name) for name in identity],
        },
        url=f"/organizacje/{organisation.slug}/",
    )


def field_label(name: str) -> str:
    field: Any = Organisation._meta.get_field(name)
    return str(field.verbose_name)


def field_source(name: str) -> str:
    """The English source of a field's label, for texts that are translated when read."""
    with override(None):
        return field_label(name)


@transaction.atomic
def confirm_unchanged(person: Person, organisation: Organisation) -> None:
    """ "Nothing changed", in one click: the organisation's own word, with today's date."""
    require(person, "organisation.confirm", organisation)
    Organisation.objects.filter(pk=organisation.pk).update(updated_by_organisation_on=clock.today())
    organisation.refresh_from_db()


def _place_seat(organisation: Organisation) -> None:
    """The district of the seat follows from its point; a seat outside the city has none."""
    point: Point | None = organisation.seat_point
    organisation.seat_district_id = district_of(point).number if point else None


def _check(organisation: Organisation) -> None:
    """Field rules and constraints of the model, as problems of ours."""
    try:
        organisation.full_clean(exclude=["source"])
    except ValidationError as wrong:
        problems: list[Problem] = [
            Invalid(" ".join(messages), field=None if name == "__all__" else name)
            for name, messages in wrong.message_dict.items()
        ]
        raise Problems(problems) from wrong
