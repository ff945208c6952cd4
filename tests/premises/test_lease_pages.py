"""Pages of contracts: who sees what, what a step needs, and two people at once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from premises.leasing import course, terms
from premises.models import Lease, Premises, Termination, ThirdPartyConsent
from records.clock import frozen
from records.periods import local_moment
from resources.models import Claim
from tests import make

DAY = date(2026, 11, 23)
S = Lease.State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with frozen(local_moment(DAY, 12 * 60)):
        yield


@pytest.fixture
def place():
    make.lease_rules()
    resource = make.resource(kind="premises", title_pl="Lokal 0412", area_m2=80)
    Premises.objects.create(resource=resource)
    return resource


@pytest.fixture
def officer(place):
    return make.staff(place.unit, "lettings_officer")


@pytest.fixture
def head(place):
    return make.staff(place.unit, "head")


def base(place) -> str:
    return f"/najem/{place.unit.code}/umowy/"


def posted(place, **fields) -> dict[str, str]:
    return {
        "kind": "lease",
        "place": place.code,
        "exclusive": "on",
        "tenant_name": "Spółka Przykład",
        "first_day": "2027-01-01",
        "last_day": "2029-12-31",
        "rent_net": "1200,50",
        "vat_rate": "23",
        "purpose": "biuro",
        **fields,
    }


class TestWhoSees:
    def test_the_unit_its_own_and_nobody_elses(self, client, place, officer):
        mine = make.lease(place)
        other = make.lease(make.resource())
        client.force_login(officer)
        assert client.get(f"{base(place)}{mine.number}/").status_code == 200
        assert client.get(f"{base(place)}{other.number}/").status_code == 404

    def test_a_stranger_finds_nothing(self, client, place):
        lease = make.lease(place)
        client.force_login(make.person())
        for path in ("", f"{lease.number}/", "nowa/", "terminy/"):
            assert client.get(base(place) + path).status_code == 404

    def test_who_only_looks_gets_no_buttons_and_no_forms(self, client, place):
        lease = make.lease(place)
        client.force_login(make.staff(place.unit, "viewer"))
        page = client.get(f"{base(place)}{lease.number}/")
        assert page.context["case"].offers == []
        assert client.get(f"{base(place)}nowa/").status_code == 403
        to = {"to": S.BREACH, "reason": "x"}
        assert client.post(f"{base(place)}{lease.number}/krok/", to).status_code == 403

    def test_the_tenant_its_own_from_the_offer_on(self, client, place):
        ngo = make.organisation()
        draft = make.lease(make.resource(of=place.unit), party=ngo, state=S.DRAFTING)
        offered = make.lease(place, party=ngo, state=S.TO_SIGN)
        client.force_login(make.member(ngo, "viewer"))
        listed = client.get("/umowy/").context["rows"]
        assert listed == [offered]
        assert client.get(f"/umowy/{offered.number}/").status_code == 200
        assert client.get(f"/umowy/{draft.number}/").status_code == 404

    def test_the_tenant_reads_no_internal_step_and_no_note(self, client, place):
        ngo = make.organisation()
        lease = make.lease(place, party=ngo, note="tylko dla nas")
        lease.steps.create(
            at=local_moment(DAY, 600), action="clash", from_state=S.ACTIVE, to_state=S.ACTIVE,
            message="wewnętrzne", internal=True,
        )  # fmt: skip
        client.force_login(make.member(ngo))
        page = client.get(f"/umowy/{lease.number}/").content.decode()
        assert "tylko dla nas" not in page
        assert "wewnętrzne" not in page


class TestDraft:
    def test_is_numbered_by_unit_and_year(self, client, place, officer):
        client.force_login(officer)
        numbers = []
        for _n in range(2):
            client.post(base(place) + "nowa/", posted(place))
            numbers.append(Lease.objects.order_by("-pk").first().number)
        assert [one.split("-")[-2:] for one in numbers] == [["1", "2026"], ["2", "2026"]]
        lease = Lease.objects.order_by("pk").first()
        assert (lease.starts_on, lease.ends_before) == (date(2027, 1, 1), date(2030, 1, 1))
        assert str(lease.versions.get().rent_net) == "1200.50"
        assert lease.officer == officer
        assert not Claim.objects.exists()

    def test_errors_keep_what_was_typed(self, client, place, officer):
        client.force_login(officer)
        page = client.post(
            base(place) + "nowa/", posted(place, last_day="2026-12-31", purpose="klub seniora")
        )
        assert page.status_code == 422
        assert page.context["form"].errors["last_day"]
        assert "klub seniora" in page.content.decode()
        assert not Lease.objects.exists()

    def test_organisations_are_found_by_number_and_name(self, client, place, officer):
        one = make.organisation("Fundacja Most", krs="0000123456")
        two = make.organisation("Klub Dąb")
        client.force_login(officer)
        client.post(
            base(place) + "nowa/",
            posted(place, tenant_name="", organisations="0000123456\nklub dąb"),
        )
        parties = Lease.objects.get().parties.order_by("pk")
        assert [(party.organisation, party.role) for party in parties] == [
            (one, "tenant"), (two, "co_tenant"),
        ]  # fmt: skip

    def test_edited_by_two_the_later_one_sees_both_and_loses_nothing(
        self, client, place, officer, head
    ):
        client.force_login(officer)
        client.post(base(place) + "nowa/", posted(place))
        lease = Lease.objects.get()
        address = f"{base(place)}{lease.number}/zmien/"
        seen = str(lease.version)
        client.force_login(head)
        client.post(address, posted(place, purpose="świetlica", seen=seen))
        client.force_login(officer)
        page = client.post(address, posted(place, purpose="pracownia", seen=seen))
        assert page.status_code == 422
        shown = page.content.decode()
        assert str(head) in shown
        assert "pracownia" in shown
        assert lease.versions.get().purpose == "świetlica"
        # Having seen it, the second press wins.
        again = str(page.context["lease"].version)
        client.post(address, posted(place, purpose="pracownia", seen=again))
        assert lease.versions.get().purpose == "pracownia"


class TestCourse:
    def test_from_the_draft_to_the_hand_back(self, client, place, officer, head):
        client.force_login(head)
        client.post(base(place) + "nowa/", posted(place, first_day="2026-11-01"))
        lease = Lease.objects.get()
        at = f"{base(place)}{lease.number}/"
        for target in (S.LEGAL_CHECK, S.TO_SIGN):
            assert client.post(at + "krok/", {"to": target}).status_code == 302
        assert client.post(at + "podpisanie/", {"day": "2026-11-20"}).status_code == 302
        assert Claim.objects.count() == 2
        assert client.post(at + "krok/", {"to": S.HANDOVER_PENDING}).status_code == 302
        assert client.post(at + "przekazanie/", {"day": "23.11.2026"}).status_code == 302
        lease.refresh_from_db()
        assert (lease.state, lease.signed_on) == (S.ACTIVE, date(2026, 11, 20))
        ending = {"way": "agreement", "side": "both", "delivered_on": "2026-11-23",
                  "ends_last_day": "2026-11-23", "ground": "zgodnie"}  # fmt: skip
        shown = client.post(at + "wypowiedzenie/", ending)
        assert shown.context["counted"]["chosen"] == DAY
        assert not Termination.objects.exists()
        assert client.post(at + "wypowiedzenie/", {**ending, "confirm": "1"}).status_code == 302
        with frozen(local_moment(DAY + timedelta(days=2), 600)):
            assert client.post(at + "zwrot/", {"day": "2026-11-24"}).status_code == 302
        lease.refresh_from_db()
        assert lease.state == S.RETURNED
        assert not Claim.objects.filter(period__endswith=None).exists()

    def test_what_stands_in_the_way_is_said_and_the_reason_is_kept(self, client, place, head):
        lease = make.lease(place, state=S.SIGNED)
        client.force_login(head)
        page = client.post(
            f"{base(place)}{lease.number}/krok/", {"to": S.ACTIVE, "reason": "klucze wydane"}
        )
        assert page.status_code == 409
        assert page.context["problem"].code == "wrong_state"

    def test_an_amendment_is_shown_before_it_is_saved(self, client, place, officer):
        lease = make.lease(place, date(2026, 1, 1), date(2029, 1, 1))
        client.force_login(officer)
        change = {
            "from_": "2027-01-01", "signed_on": "2026-11-20", "annex_note": "niższy czynsz",
            "reason": "amendment", "last_day": "2028-12-31", "rent_net": "900", "indexed": "on",
            "purpose": "działalność statutowa",
        }  # fmt: skip
        at = f"{base(place)}{lease.number}/aneks/"
        shown = client.post(at, change)
        assert [one.label for one in shown.context["preview"]["changes"]]
        assert lease.versions.count() == 1
        assert client.post(at, {**change, "confirm": "1"}).status_code == 302
        assert lease.versions.count() == 2
        page = client.get(f"{base(place)}{lease.number}/?dzien=2027-01-01")
        assert page.context["asked"]["version"].rent_net == 900
        page = client.get(f"{base(place)}{lease.number}/?dzien=2026-12-31")
        assert page.context["asked"]["version"].rent_net == 1000

    @pytest.mark.parametrize("text", ["wczoraj", "", "2026-13-45"])
    def test_a_day_that_cannot_be_read_asks_nothing(self, client, place, officer, text):
        lease = make.lease(place)
        client.force_login(officer)
        assert client.get(f"{base(place)}{lease.number}/?dzien={text}").status_code == 200

    def test_the_next_contract_is_a_draft_with_the_same_terms(self, client, place, officer):
        lease = make.lease(place, date(2026, 1, 1), date(2027, 1, 1))
        client.force_login(officer)
        client.post(f"{base(place)}{lease.number}/nastepna/")
        following = lease.renewals.get()
        assert (following.starts_on, following.ends_before) == (
            date(2027, 1, 1), date(2028, 1, 1),
        )  # fmt: skip
        assert following.versions.get().rent_net == 1000
        assert client.post(f"{base(place)}{lease.number}/nastepna/").status_code == 409


class TestTenant:
    def test_asks_for_the_next_contract_and_for_works(self, client, place, officer):
        ngo = make.organisation()
        lease = make.lease(place, date(2024, 1, 1), DAY + timedelta(days=60), party=ngo)
        client.force_login(make.member(ngo))
        at = f"/umowy/{lease.number}/"
        assert client.post(at + "prace/", {"scope": "ścianka działowa"}).status_code == 302
        asked = {"who": "Klub", "scope": "wtorki", "first": "2026-12-01", "last": ""}
        assert client.post(at + "osoby-trzecie/", asked).status_code == 302
        assert client.post(at + "nastepna/").status_code == 302
        lease.refresh_from_db()
        assert lease.state == S.RENEWAL_REQUESTED
        consent = ThirdPartyConsent.objects.get()
        client.force_login(officer)
        answer = f"{base(place)}{lease.number}/osoby-trzecie/{consent.pk}/odpowiedz/"
        refused = client.post(answer, {"state": "refused", "reason": ""})
        assert refused.context["form"].errors["reason"]
        client.post(answer, {"state": "refused", "reason": "remont"})
        consent.refresh_from_db()
        assert (consent.state, consent.reason) == ("refused", "remont")

    def test_a_viewer_asks_for_nothing(self, client, place):
        ngo = make.organisation()
        lease = make.lease(place, date(2024, 1, 1), DAY + timedelta(days=60), party=ngo)
        client.force_login(make.member(ngo, "viewer"))
        assert client.post(f"/umowy/{lease.number}/nastepna/").status_code == 403
        assert client.get(f"/umowy/{lease.number}/prace/").status_code == 404


class TestPublicList:
    def test_names_legal_persons_only(self, client, place):
        person = make.lease(place, party="Jan Kowalski")
        person.parties.update(natural_person=True)
        make.lease(make.resource(), party=make.organisation("Fundacja Most"))
        page = client.get("/lokale/umowy/").content.decode()
        assert "Fundacja Most" in page
        assert "Kowalski" not in page
        assert "Kowalski" not in client.get("/lokale/umowy/plik.csv").content.decode("utf-8")

    def test_leaves_out_drafts_closed_ones_and_what_is_not_public(self, client, place):
        make.lease(place, state=S.TO_SIGN)
        make.lease(make.resource(visibility="internal"))
        assert client.get("/lokale/umowy/").context["rows"] == []


class TestQueries:
    def queries(self, client, address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def test_lists_cost_the_same_for_one_and_for_thirty(self, client, place, officer):
        ngo = make.organisation()
        member = make.member(ngo)
        make.lease(place, party=ngo)
        addresses = {base(place): officer, "/umowy/": member, "/lokale/umowy/": member}
        few = {}
        for address, person in addresses.items():
            client.force_login(person)
            self.queries(client, address)
            few[address] = self.queries(client, address)
        for _n in range(29):
            make.lease(make.resource(of=place.unit), party=ngo)
        for address, person in addresses.items():
            client.force_login(person)
            assert self.queries(client, address) == few[address] <= 22

    def test_a_case_costs_the_same_with_many_versions_and_parties(self, client, place, officer):
        lease = make.lease(place, date(2020, 1, 1), None)
        address = f"{base(place)}{lease.number}/"
        client.force_login(officer)
        self.queries(client, address)
        few = self.queries(client, address)
        by = course.Actor(course.Role.OFFICER, "referent")
        for year in range(2021, 2027):
            terms.amend(
                lease, by, date(year, 1, 1), {"rent_net": year}, signed_on=DAY, note="zmiana"
            )
        for number in range(5):
            lease.parties.create(name=f"Klub {number}", role="authorised_user",
                                 valid=(date(2020, 1, 1), None))  # fmt: skip
        assert self.queries(client, address) <= few
