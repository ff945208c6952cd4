"""Every page that answers to GET, with somebody who may open it. Add a page where you add its URL.

test_pages.py walks the list, and fails for a named URL of ours that neither stands here nor is
listed as something other than a page.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse

from organisations.models import Organisation, Person
from organisations.scopes import organisations_where
from premises.applications import checking, joint
from premises.applications import course as application_course
from premises.applications import drafts as application_drafts
from premises.applications.canonical import canonical, digest
from premises.commission import cards as commission_cards
from premises.commission import declarations, listing
from premises.indexation.preparing import next_day, prepare
from premises.models import (
    AllocationProcedure,
    Application,
    ConsumerPriceIndex,
    DocumentType,
    IndexationRule,
    IndexationRun,
    Inspection,
    Lease,
    Lot,
    OfficerHold,
    ProcedureKind,
    PublicNotice,
    RateSchedule,
    RateZone,
    Reduction,
    SubmittedApplication,
    TenureRule,
)
from premises.procedures import planning, questions
from premises.rates.editing import new_schedule
from premises.scopes import own_leases
from premises.stock import holds, importing
from premises.vacancy import vacant
from records.clock import now, today
from records.documents import versions
from records.models import DataSource, DocumentTemplate
from resources.booking.drafts import Draft, Meeting
from resources.booking.requests import save_draft
from resources.booking.wishes import Wish
from resources.models import Booking, BookingPolicy, ManagingUnit, OwnUse, PriceList, Resource
from resources.scopes import own_bookings
from tests.premises import commission_scenes


@dataclass(frozen=True)
class WalkedPage:
    """A page by URL name; `kwargs` and `who` ask the sample city when the walk begins."""

    url_name: str
    kwargs: Callable[[], dict[str, Any]] = dict
    query: str | Callable[[], str] = ""
    who: Callable[[], Any] = field(default=lambda: None)
    expected: int = 200

    def address(self) -> str:
        query = self.query if isinstance(self.query, str) else self.query()
        return reverse(self.url_name, kwargs=self.kwargs()) + query

    def __str__(self) -> str:
        return self.url_name


def account(key: str) -> Callable[[], Person]:
    """One of the sample accounts of fixtures/sample/accounts.csv."""
    with (Path(settings.BASE_DIR) / "fixtures" / "sample" / "accounts.csv").open() as rows:
        email = next(row["email"] for row in csv.DictReader(rows) if row["key"] == key)
    return lambda: Person.objects.get(email=email)


def room(unit: str = "sp-na-skarpie") -> dict[str, str]:
    """The first public room of a unit."""
    rooms = Resource.objects.filter(unit__code=unit, kind="room", visibility="public")
    return {"code": rooms.order_by("code").first().code}


def site() -> dict[str, str]:
    return {"code": Resource.objects.get(**room()).site.code}


def hall() -> dict[str, str]:
    """A hall with sectors."""
    return {"code": Resource.objects.filter(parts__isnull=False).order_by("code").first().code}


def _next_tuesday() -> date:
    return today() + timedelta(days=14 + (1 - today().weekday()) % 7)


def series() -> str:
    """A query that asks the room for ten Tuesdays."""
    first = _next_tuesday()
    return f"&weekly=TU,17:00,19:00&from={first}&until={first + timedelta(weeks=9)}"


def draft() -> dict[str, str]:
    """A request of the member that was begun and not sent."""
    person = account("member")()
    begun = Booking.objects.filter(person=person, state="draft").first()
    if begun is None:
        wish = Wish.from_query(QueryDict(series().removeprefix("&")))
        meeting = Meeting(purpose="Warsztaty", participants=20, person_in_charge=person.full_name)
        place = Resource.objects.get(**room("dk-wiklina"))
        organisation = organisations_where(person, "organisation.request_for").first()
        begun = save_draft(Draft(place, wish, {}, meeting, organisation), person)
    return {"code": begun.code}


def request_in(*states: str) -> Callable[[], dict[str, str]]:
    """A request of the member's organisation in one of the states, with a date to come."""
    return lambda: {
        "code": own_bookings(account("member")())
        .filter(state__in=states, slots__period__startswith__gt=now())
        .order_by("code")[0]
        .code
    }


def empty_premises() -> dict[str, str]:
    return {"code": Resource.objects.filter(kind="premises").order_by("code").first().code}


def open_call() -> AllocationProcedure:
    """An open call of the unit of lettings, made once where the sample city has none."""
    unit = ManagingUnit.objects.get(code=LETTINGS["unit"])
    found = AllocationProcedure.objects.filter(unit=unit, state="call_open").first()
    if found is not None:
        return found
    busy = Lot.objects.filter(live=True).values("resource")
    vacant_now = vacant(Resource.objects.filter(unit=unit, kind="premises")).exclude(pk__in=busy)
    made = planning.begin(
        unit,
        ProcedureKind.objects.get(code="no_tender"),
        list(vacant_now.order_by("code")[:2]),
        by=account("lettings")(),
    )
    AllocationProcedure.objects.filter(pk=made.pk).update(
        state="call_open",
        opens_at=now() - timedelta(days=3),
        closes_at=now() + timedelta(days=12),
        questions_until=now() + timedelta(days=5),
        is_sample=True,
    )
    made.refresh_from_db()
    asked = questions.ask(made, "Czy w lokalu jest ogrzewanie?", by=account("member")())
    questions.answer(
        asked, public_text="", answer_pl="Tak, z sieci miejskiej.", by=account("lettings")()
    )
    return made


def planned_call() -> dict[str, str]:
    """A procedure that is still a draft."""
    unit = ManagingUnit.objects.get(code=LETTINGS["unit"])
    found = AllocationProcedure.objects.filter(unit=unit, state="draft").first()
    if found is None:
        busy = Lot.objects.filter(live=True).values("resource")
        stock = vacant(Resource.objects.filter(unit=unit, kind="premises")).exclude(pk__in=busy)
        found = planning.begin(
            unit,
            ProcedureKind.objects.get(code="oral_auction"),
            list(stock.order_by("code")[:1]),
            by=account("lettings")(),
        )
    return LETTINGS | {"code": found.code}


def contest() -> commission_scenes.Scene:
    """A sealed contest of the unit of lettings: offers opened, one card finished, made once."""
    unit = ManagingUnit.objects.get(code=LETTINGS["unit"])
    officer, member = account("lettings")(), account("member")()
    found = AllocationProcedure.objects.filter(unit=unit, commission__person=officer).first()
    if found is not None:
        return commission_scenes.Scene(unit, officer, officer, found, list(found.lots.all()))
    scene = commission_scenes.call(unit=unit, officer=officer, closes=now())
    commission_scenes.seat(scene, "Chair", "chair", person=officer)
    commission_scenes.seat(scene, "Member", "member", person=member)
    federation = Organisation.objects.filter(verification_state="verified").first()
    commission_scenes.seat(
        scene, "Ngo", "ngo", person=account("representative")(), organisation=federation
    )
    commission_scenes.with_key(scene)
    for words in ("Klub sąsiedzki z warsztatami", "Świetlica dla dzieci"):
        commission_scenes.send(scene, words=words, at=now())
    commission_scenes.open_offers(scene, now())
    for name, someone in scene.seats.items():
        declarations.declare(someone, by=scene.person(name), outcome="impartial")
    scene.procedure.applications.update(state="admitted")
    AllocationProcedure.objects.filter(pk=scene.procedure.pk).update(state="evaluation")
    commission_cards.begin_review(scene.fresh(), by=officer)
    return scene


def ranked_contest() -> dict[str, str]:
    """The same after the judging, with its list confirmed."""
    scene = contest()
    if not hasattr(scene.fresh(), "ranking"):
        people = {one.name: one for one in scene.procedure.commission.all()}
        criteria = commission_cards.criteria_of(scene.fresh())
        for number, application in enumerate(scene.procedure.applications.all()):
            for seat in people.values():
                points = {
                    one.pk: commission_cards.Points(one.most - number, "opis przekonuje")
                    for one in criteria
                }
                commission_cards.save(
                    application, seat, by=seat.person, version=0, points=points, finish=True
                )
        chair = account("lettings")()
        commission_cards.close_judging(scene.fresh(), by=chair)
        with_ = listing.Confirmation(present=[one.pk for one in people.values()])
        listing.confirm(scene.fresh(), by=chair, with_=with_)
    return {"code": scene.procedure.code}


def of_contest() -> dict[str, str]:
    return {"code": contest().procedure.code}


def of_call() -> dict[str, str]:
    return {"code": open_call().code}


def desk_of_call() -> dict[str, str]:
    return LETTINGS | of_call()


def draft_application() -> dict[str, str]:
    """An application of the representative's organisation that was begun and not sent."""
    person = account("representative")()
    organisation = organisations_where(person, "organisation.request_for").first()
    begun = application_drafts.begin(open_call(), organisation, by=person)
    if not begun.draft.content.get("purpose"):
        content = {**begun.draft.content, "purpose": "Klub sąsiedzki z warsztatami dla dzieci"}
        application_drafts.save(begun, begun.draft.revision, content, by=person)
    return {"code": begun.code}


def joint_application() -> dict[str, Any]:
    """Another organisation invited to it, and its place."""
    application = Application.objects.get(**draft_application())
    person = account("representative")()
    invited = application.co_applicants.first()
    if invited is None:
        other = Organisation.objects.filter(
            verification_state="verified", is_public=True, krs__gt=""
        ).exclude(pk=application.organisation_id)
        invited = joint.invite(application, other.first(), "warsztaty", by=person)
    return {"code": application.code, "pk": invited.pk}


def sent_application(*, state: str = "submitted") -> Callable[[], dict[str, Any]]:
    """An application of the representative's organisation that was sent; in the formal check or
    called to be completed where `state` says so."""

    def found() -> dict[str, Any]:
        person = account("representative")()
        organisation = organisations_where(person, "organisation.request_for").first()
        call = open_call()
        known = Application.objects.filter(
            procedure=call, organisation=organisation, number__isnull=False
        )
        application = known.first()
        if application is None:
            application = Application.objects.get(**draft_application())
            content = {
                "receipt": f"{call.code}/1",
                "answers": {"purpose": "Klub sąsiedzki", "beneficiaries": 40},
                "documents": [],
            }
            submitted = SubmittedApplication.objects.create(
                application=application,
                order=1,
                receipt=f"{call.code}/1",
                submitted_at=now(),
                submitted_by=str(person),
                content=content,
                sha256=digest(canonical(content)),
                is_sample=True,
            )
            lot = call.lots.first()
            Application.objects.filter(pk=application.pk).update(
                state="submitted", number=1, submitted_at=submitted.submitted_at, lot=lot
            )
            application.draft.delete()
            application.refresh_from_db()
        officer = account("lettings")()
        if state != "submitted" and application.state == "submitted":
            application_course.act(application, "check", officer)
        if state == "correction_requested":
            application.refresh_from_db()
            if application.state == "formal_check":
                statute = DocumentType.objects.get(code="statute")
                checking.request_correction(
                    application,
                    [
                        checking.Defect("Podaj liczbę osób"),
                        checking.Defect("Dołącz statut", statute),
                    ],
                    by=officer,
                )
        return {"code": application.code}

    return found


def received_application() -> dict[str, Any]:
    sent_application(state="formal_check")()
    return desk_of_call() | {"number": 1}


def our_organisation() -> dict[str, str]:
    """The organisation of the sample accounts "member" and "representative"."""
    return {"slug": account("member")().memberships.get().organisation.slug}


def unverified_group() -> dict[str, str]:
    return {"slug": account("unverified")().memberships.get().organisation.slug}


def premises_0412() -> dict[str, str]:
    """The premises of the worked example."""
    return {"code": Resource.objects.get(kind="premises", title_pl__startswith="Lokal 0412").code}


def tenure_rule() -> dict[str, Any]:
    rule = TenureRule.objects.get(code="notice-list", unit=None)
    return LETTINGS | {"kind": "umowy", "pk": rule.pk}


def plan_of_renewal() -> str:
    return f"?premises={premises_0412()['code']}&tenure=lease&start={today()}&months=48"


def rates_in_force() -> dict[str, Any]:
    return LETTINGS | {"pk": RateSchedule.objects.filter(approved_at__isnull=False).first().pk}


def draft_of_rates() -> dict[str, Any]:
    """A schedule that the officer prepares."""
    unit = ManagingUnit.objects.get(code=LETTINGS["unit"])
    draft = RateSchedule.objects.filter(unit=unit, approved_at=None).first()
    if draft is None:
        act = RateSchedule.objects.first().legal_act
        draft = new_schedule(unit, name="Stawki", act=act, start=today(), by=account("lettings")())
    return LETTINGS | {"pk": draft.pk}


def zone_of_draft() -> dict[str, Any]:
    found = draft_of_rates()
    return found | {"zone": RateZone.objects.filter(schedule=found["pk"]).first().pk}


def row_of_draft() -> dict[str, Any]:
    found = draft_of_rates()
    row = Reduction.objects.filter(schedule=found["pk"]).first()
    return found | {"what": "znizka", "row": row.pk}


def indexation_run() -> dict[str, Any]:
    """A run of the unit in preview."""
    unit = ManagingUnit.objects.get(code=LETTINGS["unit"])
    run = IndexationRun.objects.filter(unit=unit).first()
    if run is None:
        rule = IndexationRule.objects.first()
        day = next_day(rule)
        index, _new = ConsumerPriceIndex.objects.get_or_create(
            year=day.year - 1,
            defaults={"percent": Decimal("3.6"), "source": DataSource.objects.first()},
        )
        run = prepare(unit, rule, index, day, account("lettings")())
    return LETTINGS | {"pk": run.pk}


WIKLINA = {"unit": "dk-wiklina"}
LETTINGS = {"unit": "zarzad-lokali"}
LEASE_TEXT = LETTINGS | {"code": "lease-contract", "language": "pl"}


def a_list(state: str) -> Callable[[], dict[str, Any]]:
    """A notice list of the sample unit."""
    return lambda: (
        LETTINGS
        | {"pk": PublicNotice.objects.filter(unit__code=LETTINGS["unit"], state=state)[0].pk}
    )


def public_list() -> dict[str, Any]:
    """A list that was corrected by another one."""
    return {"code": PublicNotice.objects.filter(corrections__state="published")[0].code}


def public_document() -> dict[str, Any]:
    return {"key": PublicNotice.objects.filter(state="published")[0].document.key}


def a_draft_of_the_lease() -> dict[str, Any]:
    """The unit has begun a text of its own from the city's model."""
    model = DocumentTemplate.objects.get(owner="", code="lease-contract", language="pl")
    draft = versions.start_draft(model, owner=LETTINGS["unit"], actor="command:test")
    body = model.body.replace("drobne naprawy", "wszystkie drobne naprawy")
    if draft.body == model.body:
        versions.save_draft(
            draft, title=draft.title, body=body, note="", edit=draft.edit, actor="x"
        )
    return LEASE_TEXT


def of_wiklina(kind: type[Model]) -> Callable[[], dict[str, Any]]:
    """The first row of the culture house."""
    return lambda: WIKLINA | {"pk": kind.objects.filter(unit__code="dk-wiklina").first().pk}


def room_of_wiklina() -> dict[str, str]:
    return WIKLINA | room("dk-wiklina")


def desk_case(*states: str) -> Callable[[], dict[str, str]]:
    """A case of the culture house in one of the states, the one waiting longest."""
    return lambda: (
        WIKLINA
        | {
            "code": Booking.objects.filter(unit__code="dk-wiklina", state__in=states)
            .order_by("submitted_at", "code")[0]
            .code
        }
    )


LETTINGS = {"unit": "zarzad-lokali"}


def premises_of_lettings() -> dict[str, str]:
    """Vacant premises of the unit that lets most of them."""
    unit = Resource.objects.filter(unit__code="zarzad-lokali")
    return LETTINGS | {"code": vacant(unit).order_by("code").first().code}


def officer_hold() -> dict[str, Any]:
    """A renovation recorded now, on other premises than the walk looks at."""
    code = premises_of_lettings()["code"]
    kept = OfficerHold.objects.filter(premises__resource__unit__code="zarzad-lokali").first()
    if kept is None:
        free = vacant(Resource.objects.filter(unit__code="zarzad-lokali")).exclude(code=code)
        kept = holds.record(
            free.order_by("code").first().premises,
            reason="renovation",
            note="wymiana instalacji (przykład)",
            first=today(),
            until=today() + timedelta(days=60),
            by="urzędnik ds. najmu",
        )
    return LETTINGS | {"code": kept.premises.resource.code, "pk": kept.pk}


def uploaded_stock() -> dict[str, Any]:
    """A file with a known and an unknown row, before its columns are clear."""
    unit = ManagingUnit.objects.get(code="zarzad-lokali")
    content = "nr;piętro;ogrzewanie;kolor\r\n0001;1;gaz;biały\r\nX-1;;;\r\n"
    made = importing.upload(unit, "lokale.csv", content.encode(), by="urzędnik ds. najmu")
    return LETTINGS | {"pk": made.pk}


def lettings_lease(**of: Any) -> dict[str, str]:
    """A running contract of the unit whose tenant has been in since the year before last."""
    lease = Lease.objects.filter(
        unit__code="zarzad-lokali", state__in=Lease.RUNNING, **of
    ).order_by("starts_on", "pk")[0]
    if lease.handed_over_on is None or lease.handed_over_on.year >= today().year:
        Lease.objects.filter(pk=lease.pk).update(
            handed_over_on=min(lease.starts_on, today() - timedelta(days=400))
        )
    return {"number": lease.number}


def planned_inspection() -> dict[str, Any]:
    number = lettings_lease()
    lease = Lease.objects.get(**number)
    made, _is_new = Inspection.objects.get_or_create(
        lease=lease, held_on=None, defaults={"planned_on": today(), "planned_by": "urzędnik"}
    )
    return LETTINGS | number | {"pk": made.pk}


def our_lease() -> dict[str, Any]:
    """A contract that the sample member's organisation is a party to."""
    ours = own_leases(account("member")()).filter(state__in=Lease.RUNNING).first()
    if ours is None:
        number = lettings_lease()["number"]
        ours = Lease.objects.get(number=number)
        organisation = account("member")().memberships.get().organisation
        ours.parties.update(organisation=organisation, name="", natural_person=False)
    Lease.objects.filter(pk=ours.pk).update(handed_over_on=today() - timedelta(days=400))
    return {"number": ours.number, "year": today().year - 1}


SERIES = (
    "?step_free=yes&capacity=25&near=20.0372,50.0722&radius=1500&address=os.+Centrum+C+10"
    "&weekly=TU,17:00,19:00&from=2027-01-05&until=2027-06-29&equipment=projector"
)

PAGES = [
    WalkedPage("search"),
    WalkedPage("search", query=SERIES),
    WalkedPage("search", query="?kind=premises&vacant=true&area_min=100"),
    WalkedPage("search", query="?capacity=400&step_free=yes&district=9"),
    WalkedPage("search", query="?form=1&kind=room&when=once&capacity=25", expected=422),
    WalkedPage("help"),
    WalkedPage("accessibility"),
    WalkedPage("privacy_notice", kwargs=lambda: {"code": "account"}),
    WalkedPage("components", who=account("administrator")),
    WalkedPage("account_login"),
    WalkedPage("account_login", query="?next=/pomoc/"),
    WalkedPage("account_signup"),
    WalkedPage("account_reset_password"),
    WalkedPage("account_email", who=account("member")),
    WalkedPage("account_change_password", who=account("member")),
    WalkedPage("account_logout", who=account("member")),
    WalkedPage("account_profile", who=account("member")),
    WalkedPage("account_profile", who=account("lettings_head")),
    WalkedPage("account_keys", who=account("member")),
    WalkedPage("account_reauthenticate", who=account("member")),
    WalkedPage("mfa_index", who=account("member")),
    WalkedPage("notifications", who=account("member")),
    WalkedPage("booking:new", query=lambda: f"?resource={room('dk-wiklina')['code']}"),
    WalkedPage("booking:new", query=lambda: f"?resource={room('dk-wiklina')['code']}{series()}"),
    WalkedPage("booking:edit", kwargs=draft, who=account("member")),
    WalkedPage("booking:send", kwargs=draft, who=account("member")),
    WalkedPage("booking:list", who=account("member")),
    WalkedPage("booking:list", who=account("unverified")),
    WalkedPage("booking:case", kwargs=request_in("under_review"), who=account("member")),
    WalkedPage("booking:case", kwargs=request_in("confirmed"), who=account("member")),
    WalkedPage("booking:withdraw", kwargs=request_in("under_review"), who=account("member")),
    WalkedPage("booking:cancel", kwargs=request_in("confirmed"), who=account("member")),
    WalkedPage("booking:feeds", who=account("member")),
    *[
        WalkedPage(f"desk:{name}", kwargs=lambda: WIKLINA, who=account("head"))
        for name in (
            "unit",
            "bookings",
            "new_request",
            "closures",
            "new_closure",
            "own_use",
            "new_own_use",
            "load_own_use",
            "hours",
            "rules",
            "new_rules",
            "new_price_list",
            "statistics",
            "staff",
            "grant",
        )
    ],
    WalkedPage("desk:home", who=account("administrator")),
    WalkedPage("lettings:home", who=account("administrator")),
    WalkedPage("lettings:rules", kwargs=lambda: LETTINGS, who=account("lettings")),
    WalkedPage("lettings:change_rule", kwargs=tenure_rule, who=account("lettings")),
    WalkedPage("lettings:try_plan", kwargs=lambda: LETTINGS, who=account("lettings")),
    WalkedPage(
        "lettings:try_plan", kwargs=lambda: LETTINGS, query=plan_of_renewal, who=account("lettings")
    ),
    WalkedPage("lettings:schedules", kwargs=lambda: LETTINGS, who=account("lettings")),
    WalkedPage("lettings:schedule", kwargs=rates_in_force, who=account("lettings")),
    WalkedPage("lettings:schedule", kwargs=draft_of_rates, who=account("lettings")),
    WalkedPage("lettings:new_zone", kwargs=draft_of_rates, who=account("lettings")),
    WalkedPage("lettings:zone", kwargs=zone_of_draft, who=account("lettings")),
    WalkedPage(
        "lettings:new_rate_row",
        kwargs=lambda: draft_of_rates() | {"what": "znizka"},
        who=account("lettings"),
    ),
    WalkedPage("lettings:rate_row", kwargs=row_of_draft, who=account("lettings")),
    WalkedPage("lettings:indexation", kwargs=lambda: LETTINGS, who=account("lettings")),
    WalkedPage("lettings:indexation_run", kwargs=indexation_run, who=account("lettings_head")),
    WalkedPage("lettings:caseload", kwargs=lambda: LETTINGS, who=account("lettings")),
    WalkedPage("lettings:hand_over", kwargs=lambda: LETTINGS, who=account("lettings_head")),
    WalkedPage("lettings:figures", kwargs=lambda: LETTINGS, who=account("lettings")),
    WalkedPage(
        "lettings:report",
        kwargs=lambda: LETTINGS | {"year": today().year},
        who=account("lettings"),
    ),
    WalkedPage(
        "lettings:report_of_all",
        kwargs=lambda: {"year": today().year},
        who=account("coordinator"),
    ),
    WalkedPage("lettings:unit", kwargs=lambda: LETTINGS, who=account("lettings")),
    *[
        WalkedPage(f"lettings:{name}", kwargs=kwargs, who=account("lettings"), query=query)
        for name, kwargs, query in (
            ("notices", lambda: LETTINGS, ""),
            ("notice_new", lambda: LETTINGS, ""),
            ("notice", a_list("draft"), ""),
            ("notice", a_list("published"), ""),
            ("notice", a_list("taken_down"), ""),
            ("notice_item", lambda: a_list("draft")() | {"lot": 1}, ""),
            ("templates", lambda: LETTINGS, ""),
            ("template", lambda: LEASE_TEXT, ""),
            ("template_edit", a_draft_of_the_lease, ""),
            ("template_diff", a_draft_of_the_lease, ""),
        )
    ],
    WalkedPage("desk:closures_bulk", who=account("administrator")),
    WalkedPage("desk:unit", kwargs=lambda: {"unit": "sp-na-skarpie"}, who=account("secretary")),
    WalkedPage("desk:case", kwargs=desk_case("under_review"), who=account("lettings_head")),
    WalkedPage("desk:case", kwargs=desk_case("confirmed"), who=account("lettings_head")),
    WalkedPage("desk:propose", kwargs=desk_case("under_review"), who=account("lettings_head")),
    WalkedPage("desk:own_use_one", kwargs=of_wiklina(OwnUse), who=account("lettings_head")),
    WalkedPage("desk:room_hours", kwargs=room_of_wiklina, who=account("lettings_head")),
    WalkedPage("desk:change_rules", kwargs=of_wiklina(BookingPolicy), who=account("lettings_head")),
    WalkedPage("desk:terms", kwargs=of_wiklina(BookingPolicy), who=account("lettings_head")),
    WalkedPage("desk:price_list", kwargs=of_wiklina(PriceList), who=account("lettings_head")),
    WalkedPage("organisations:list"),
    WalkedPage("organisations:list", query="?q=skarpy&dzielnica=18"),
    WalkedPage("organisations:list", query="?q=nic-takiego"),
    WalkedPage("organisations:list", query="?stan=submitted", who=account("coordinator")),
    WalkedPage("organisations:detail", kwargs=our_organisation),
    WalkedPage("organisations:detail", kwargs=our_organisation, who=account("representative")),
    WalkedPage("organisations:detail", kwargs=unverified_group, who=account("coordinator")),
    WalkedPage("organisations:edit", kwargs=our_organisation, who=account("representative")),
    WalkedPage("organisations:found", who=account("member")),
    WalkedPage("organisations:join", kwargs=our_organisation, who=account("unverified")),
    WalkedPage("organisations:members", kwargs=our_organisation, who=account("representative")),
    WalkedPage("organisations:queue", who=account("coordinator")),
    WalkedPage("city_roles", who=account("administrator")),
    WalkedPage("maps:districts"),
    WalkedPage("maps:district", kwargs=lambda: {"number": 18}),
    WalkedPage("resources:detail", kwargs=room),
    WalkedPage("resources:detail", kwargs=room, query="?week=2027-02-01", who=account("member")),
    WalkedPage("resources:detail", kwargs=hall, who=account("secretary")),
    WalkedPage("resources:detail", kwargs=empty_premises),
    WalkedPage("resources:detail", kwargs=premises_0412, who=account("member")),
    WalkedPage("resources:edit", kwargs=room, who=account("secretary")),
    WalkedPage("resources:accessibility", kwargs=room, who=account("secretary")),
    WalkedPage("resources:history", kwargs=room, who=account("secretary")),
    WalkedPage("resources:divide", kwargs=room, who=account("secretary")),
    WalkedPage("resources:edit_site", kwargs=site, who=account("secretary")),
    WalkedPage("resources:photos", kwargs=room, who=account("secretary")),
    WalkedPage(
        "resources:kept", kwargs=lambda: {"unit": "sp-na-skarpie"}, who=account("secretary")
    ),
    WalkedPage(
        "resources:new_room", kwargs=lambda: {"unit": "sp-na-skarpie"}, who=account("secretary")
    ),
    WalkedPage("premises:calls"),
    WalkedPage("premises:calls", query="?district=7&tenure=land_lease"),
    WalkedPage("premises:call", kwargs=of_call),
    WalkedPage("premises:call", kwargs=of_call, who=account("representative")),
    WalkedPage("premises:application_begin", kwargs=of_call, who=account("representative")),
    WalkedPage(
        "premises:application_edit", kwargs=draft_application, who=account("representative")
    ),
    WalkedPage(
        "premises:application_send", kwargs=draft_application, who=account("representative")
    ),
    WalkedPage(
        "premises:application_discard", kwargs=draft_application, who=account("representative")
    ),
    WalkedPage(
        "premises:application_joint",
        kwargs=joint_application,
        who=account("representative"),
        expected=404,
    ),
    WalkedPage("premises:application", kwargs=sent_application(), who=account("representative")),
    WalkedPage(
        "premises:application_receipt", kwargs=sent_application(), who=account("representative")
    ),
    WalkedPage(
        "premises:application_withdraw", kwargs=sent_application(), who=account("representative")
    ),
    WalkedPage("lettings:received", kwargs=received_application, who=account("lettings")),
    WalkedPage(
        "premises:application_correct",
        kwargs=sent_application(state="correction_requested"),
        who=account("representative"),
    ),
    WalkedPage("premises:applications", who=account("representative")),
    WalkedPage("lettings:procedures", kwargs=lambda: LETTINGS, who=account("lettings")),
    WalkedPage("lettings:new_procedure", kwargs=lambda: LETTINGS, who=account("lettings")),
    WalkedPage("lettings:procedure", kwargs=desk_of_call, who=account("lettings")),
    WalkedPage("lettings:procedure", kwargs=planned_call, who=account("lettings")),
    WalkedPage("lettings:procedure_plan", kwargs=planned_call, who=account("lettings")),
    WalkedPage("premises:commissions", who=account("lettings")),
    WalkedPage("premises:commissions", who=account("lettings_head")),
    WalkedPage("premises:commission", kwargs=of_contest, who=account("lettings")),
    WalkedPage(
        "premises:commission_card",
        kwargs=lambda: of_contest() | {"number": 1},
        who=account("lettings"),
    ),
    WalkedPage("premises:commission_list", kwargs=of_contest, who=account("lettings")),
    WalkedPage(
        "lettings:commission",
        kwargs=lambda: LETTINGS | of_contest(),
        who=account("lettings"),
    ),
    WalkedPage("premises:call_results", kwargs=ranked_contest),
    WalkedPage("premises:vacant"),
    WalkedPage("premises:vacant", query="?district=18&area_min=100&step_free=on"),
    WalkedPage("premises:vacant", query="?area_min=4999"),
    WalkedPage("premises:forecast"),
    WalkedPage("premises:forecast", query="?district=18&size=2"),
    *[
        WalkedPage(f"lettings:{name}", kwargs=lambda: LETTINGS, who=account("lettings"))
        for name in ("stock", "stock_bulk", "stock_imports", "find")
    ],
    WalkedPage(
        "lettings:stock",
        kwargs=lambda: LETTINGS,
        query="?state=available&state=renovation&area_min=60&view=map&sort=-area",
        who=account("lettings"),
    ),
    WalkedPage("lettings:find", kwargs=lambda: LETTINGS, query="?q=lokal", who=account("lettings")),
    WalkedPage(
        "lettings:stock_bulk",
        kwargs=lambda: LETTINGS,
        query="?all=1&column=heating",
        who=account("lettings"),
    ),
    WalkedPage("lettings:stock_import", kwargs=uploaded_stock, who=account("lettings")),
    *[
        WalkedPage(f"lettings:{name}", kwargs=premises_of_lettings, who=account("lettings"))
        for name in ("premises", "edit_premises", "premises_parts", "new_officer_hold")
    ],
    *(
        WalkedPage(f"lettings:{name}", kwargs=lambda: LETTINGS, who=account("lettings"))
        for name in ("deadlines", "charges", "arrears")
    ),
    WalkedPage(
        "lettings:upkeep", kwargs=lambda: LETTINGS | lettings_lease(), who=account("lettings")
    ),
    WalkedPage("lettings:inspection", kwargs=planned_inspection, who=account("lettings")),
    WalkedPage(
        "lettings:handover",
        kwargs=lambda: LETTINGS | lettings_lease() | {"direction": "przekazanie"},
        who=account("lettings"),
    ),
    WalkedPage("premises:use_report", kwargs=our_lease, who=account("member")),
    WalkedPage("lettings:end_officer_hold", kwargs=officer_hold, who=account("lettings")),
    WalkedPage("premises:notices"),
    WalkedPage("premises:notices", query="?wszystkie"),
    WalkedPage("premises:notice", kwargs=public_list),
    WalkedPage("premises:document", kwargs=public_document),
    WalkedPage("civic_centres:list"),
    WalkedPage("civic_centres:detail", kwargs=lambda: {"code": "co-c10"}),
]

# Named URLs that are no pages: actions, data, files.
NOT_PAGES = {
    "lettings:approve_rule": "POST only",
    "lettings:withdraw_rule": "POST only",
    "lettings:new_schedule": "POST only",
    "lettings:publish_schedule": "POST only",
    "lettings:discard_schedule": "POST only",
    "lettings:load_zones": "POST only",
    "lettings:remove_rate_row": "POST only",
    "lettings:prepare_indexation": "POST only",
    "lettings:add_index": "POST only",
    "lettings:indexation_progress": "part of a page",
    "lettings:approve_indexation": "POST only",
    "lettings:cancel_indexation": "POST only",
    "lettings:indexation_table": "a table",
    "lettings:indexation_letter": "needs contracts with rent: tests/premises/test_rates_desk.py",
    "lettings:commission_appoint": "POST only",
    "lettings:commission_decide": "POST only",
    "lettings:commission_dismiss": "POST only",
    "lettings:commission_key": "POST only",
    "lettings:commission_opinion": "POST only",
    "lettings:commission_opinion_answer": "POST only",
    "lettings:commission_paper": "a file",
    "premises:call_results_paper": "a file",
    "premises:commission_bids": "POST only",
    "premises:commission_close": "POST only",
    "premises:commission_declare": "POST only",
    "premises:commission_file": "a file",
    "premises:commission_open": "POST only",
    "premises:commission_paper": "a file",
    "premises:commission_passphrase": "POST only",
    "premises:commission_recover": "POST only",
    "premises:commission_review": "POST only",
    "lettings:procedure_answer": "POST only",
    "lettings:procedure_attach": "POST only",
    "lettings:procedure_extend": "POST only",
    "lettings:procedure_step": "POST only",
    "lettings:received_checklist": "POST only",
    "lettings:received_correction": "POST only",
    "lettings:received_deposit": "POST only",
    "lettings:received_step": "POST only",
    "premises:application_autosave": "POST only",
    "premises:application_drop_partner": "POST only",
    "premises:application_file": "a file",
    "premises:application_invite": "POST only",
    "premises:application_remove_file": "POST only",
    "premises:application_upload": "POST only",
    "premises:call_ask": "POST only",
    "premises:call_file": "a file",
    "premises:calls_atom": "a feed",
    "premises:calls_ics": "a calendar file",
    "api-booking": "API",
    "api-bookings": "API",
    "api-me": "API",
    "api-search": "API",
    "end_city_role": "POST only",
    "openapi": "API",
    "organisations:accept_join": "POST only",
    "organisations:change_role": "POST only",
    "organisations:confirm": "POST only",
    "organisations:end_membership": "POST only",
    "organisations:refuse_join": "POST only",
    "organisations:step": "POST only",
    "organisations:submit": "POST only",
    "organisations:verify": "POST only",
    "organisations:withdraw_join": "POST only",
    "booking:case_ics": "a calendar file",
    "booking:discard": "POST only",
    "booking:feed": "a calendar feed",
    "booking:make_feed": "POST only",
    "booking:proposal": "POST only",
    "booking:revoke_feed": "POST only",
    "desk:act": "POST only",
    "desk:bookings_file": "a table",
    "desk:end_role": "POST only",
    "desk:help": "POST only",
    "desk:lift_closure": "POST only",
    "desk:withdraw_rules": "POST only",
    "desk:organisations": "part of a page",
    "desk:own_use_example": "a table",
    "desk:remove_own_use": "POST only",
    "desk:use_file": "a table",
    "lettings:charge_batch": "a table",
    "lettings:export_charges": "POST only",
    "lettings:handover_draft": "JSON from the device",
    "lettings:handover_paper": "a PDF",
    "lettings:handover_photo": "a photo from the device",
    "lettings:handover_picture": "a picture",
    "lettings:reckon_charges": "POST only",
    "lettings:record_upkeep": "POST only",
    "lettings:forget_filter": "POST only",
    "lettings:save_filter": "POST only",
    "lettings:stock_file": "a table",
    "lettings:stock_template": "a table",
    "lettings:undo_import": "POST only",
    "lettings:notice_correct": "POST only",
    "lettings:notice_discard": "POST only",
    "lettings:notice_out": "POST only",
    "lettings:notice_post": "POST only",
    "lettings:notice_publish": "POST only",
    "lettings:notice_take_down": "POST only",
    "lettings:template_discard": "POST only",
    "lettings:template_preview": "part of a page",
    "lettings:template_publish": "POST only",
    "premises:document_pdf": "a PDF",
    "premises:notice_pdf": "a PDF",
    "premises:notices_csv": "a table",
    "premises:notices_feed": "a feed",
    "maps:layer": "GeoJSON",
    "search_csv": "a table",
    "search_layer": "GeoJSON",
    "resources:confirm": "POST only",
    "resources:file": "a picture",
    "resources:ics": "a calendar file",
    "resources:remove_photo": "POST only",
    "notification_read": "POST only",
    "notifications_read_all": "POST only",
    "set_language": "POST only",
}
# Pages that django-allauth brings along; those that stand on their own are walked above.
OF_LIBRARIES = ("account_", "mfa_", "admin:")
