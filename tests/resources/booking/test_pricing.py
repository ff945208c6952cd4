"""Worked cases of prices: rates by group, term and band; free hours by week; VAT; explanations."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from organisations.models import Organisation
from records.clock import KRAKOW
from records.periods import Period
from resources.booking import pricing
from resources.models import PriceRate, UserGroup

FREE, FEE, FIRM = UserGroup.NGO_FREE, UserGroup.NGO_FEE, UserGroup.COMMERCIAL


def rate(group: str, net: str, **fields) -> PriceRate:
    valid = fields.pop("valid", (None, None))
    return PriceRate(
        user_group=group,
        net_per_hour=Decimal(net),
        valid=DateRange(*valid),
        ground_pl="" if Decimal(net) else "działalność statutowa bez opłat",
        ground_en="" if Decimal(net) else "statutory activity without fees",
        **fields,
    )


def at(start: str, end: str) -> Period:
    return Period(
        datetime.fromisoformat(start).replace(tzinfo=KRAKOW),
        datetime.fromisoformat(end).replace(tzinfo=KRAKOW),
    )


TUESDAY = at("2027-01-05T17:00", "2027-01-05T19:00")


def weekly(count: int) -> list[Period]:
    return [
        Period(TUESDAY.start + timedelta(weeks=n), TUESDAY.end + timedelta(weeks=n))
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("rates", "periods", "group", "net", "gross"),
    [
        pytest.param([rate(FREE, "0")], weekly(25), FREE, "0", "0", id="free-series"),
        pytest.param([rate(FEE, "40")], [TUESDAY], FEE, "80", "80", id="two-hours-without-vat"),
        pytest.param(
            [rate(FEE, "40", vat_rate=Decimal(23))], weekly(3), FEE, "240", "295.20",
            id="series-with-vat",
        ),
        pytest.param(
            [rate(FIRM, "33.33", vat_rate=Decimal(23))],
            [at("2027-01-05T17:00", "2027-01-05T18:30")],
            FIRM, "50.00", "61.50", id="half-hours-round-half-up-49.995",
        ),
        pytest.param(
            [
                rate(FEE, "20", from_minute=0, to_minute=1080),
                rate(FEE, "35", from_minute=1080, to_minute=1440),
            ],
            [TUESDAY], FEE, "55", "55", id="band-edge-inside-the-meeting",
        ),
        pytest.param(
            [
                rate(FEE, "20", valid=(None, date(2027, 1, 12))),
                rate(FEE, "25", valid=(date(2027, 1, 12), None)),
            ],
            weekly(3), FEE, "140", "140", id="rate-changes-between-dates-first-day-counts",
        ),
        pytest.param(
            [rate(FEE, "60", vat_rate=Decimal(23)), rate(FIRM, "90", vat_rate=Decimal(23))],
            [TUESDAY], FIRM, "180", "221.40", id="own-group-only",
        ),
        pytest.param(
            [rate(FEE, "12")], [at("2027-01-05T22:00", "2027-01-06T01:00")], FEE, "36", "36",
            id="across-midnight",
        ),
        pytest.param(
            [
                rate(FEE, "12", valid=(None, date(2027, 1, 6))),
                rate(FEE, "24", valid=(date(2027, 1, 6), None)),
            ],
            [at("2027-01-05T22:00", "2027-01-06T01:00")], FEE, "48", "48",
            id="rate-changes-at-midnight",
        ),
        pytest.param(
            [rate(FEE, "10")], [at("2027-03-28T01:00", "2027-03-28T04:00")], FEE, "20", "20",
            id="night-in-spring-has-one-hour-less",
        ),
        pytest.param(
            [rate(FEE, "10")], [at("2026-10-25T01:00", "2026-10-25T04:00")], FEE, "40", "40",
            id="night-in-autumn-has-one-hour-more",
        ),
        pytest.param(
            [
                rate(FEE, "10", from_minute=0, to_minute=1080, vat_rate=Decimal(8)),
                rate(FEE, "20", from_minute=1080, to_minute=1440, vat_rate=Decimal(23)),
            ],
            [TUESDAY], FEE, "30", "35.40", id="two-vat-rates-each-from-its-sum",
        ),
    ],
)  # fmt: skip
def test_worked_cases(rates, periods, group, net, gross) -> None:
    quoted = pricing.quote(rates, periods, group)
    assert quoted.known
    assert (quoted.net, quoted.gross) == (Decimal(net), Decimal(gross))


def test_hours_without_a_rate_are_not_called_free() -> None:
    quoted = pricing.quote([rate(FEE, "40")], [TUESDAY], FIRM)
    assert not quoted.known
    assert not quoted.is_free
    assert quoted.money().explanation[0].amount is None


def test_a_band_without_a_rate_makes_the_whole_unknown() -> None:
    quoted = pricing.quote([rate(FEE, "40", from_minute=0, to_minute=1080)], [TUESDAY], FEE)
    assert [piece.rate is None for piece in quoted.pieces] == [False, True]
    assert not quoted.known


QUOTA_RATES = [rate(FREE, "0"), rate(FEE, "30")]


@pytest.mark.parametrize(
    ("periods", "allowed", "used", "net", "beyond"),
    [
        pytest.param([TUESDAY], 360, {}, "0", [0], id="within"),
        pytest.param([TUESDAY], 120, {}, "0", [0], id="exactly-all"),
        pytest.param([TUESDAY], 60, {}, "30", [60], id="half-of-a-meeting-beyond"),
        pytest.param([TUESDAY], 0, {}, "60", [120], id="no-free-hours"),
        pytest.param([TUESDAY], 180, {(2027, 1): 120}, "30", [60], id="other-bookings-count"),
        pytest.param([TUESDAY], 60, {(2027, 1): 240}, "60", [120], id="more-used-than-allowed"),
        pytest.param(weekly(3), 120, {(2027, 2): 60}, "30", [0, 60, 0], id="each-week-by-itself"),
        pytest.param(
            [TUESDAY, at("2027-01-07T17:00", "2027-01-07T19:00")], 180, {}, "30", [60],
            id="two-meetings-share-a-week",
        ),
        pytest.param(
            [at("2027-01-03T17:00", "2027-01-03T19:00"), TUESDAY], 120, {}, "0", [0, 0],
            id="sunday-belongs-to-the-week-before-even-over-new-year",
        ),
    ],
)  # fmt: skip
def test_free_hours_of_a_week(periods, allowed, used, net, beyond) -> None:
    quoted = pricing.quote(
        QUOTA_RATES, periods, FREE, free_minutes_a_week=allowed, used_minutes=used
    )
    assert quoted.net == Decimal(net)
    assert [week.beyond for week in quoted.quota] == beyond


def test_quota_says_what_remains() -> None:
    [week] = pricing.quote(
        QUOTA_RATES, [TUESDAY], FREE, free_minutes_a_week=360, used_minutes={(2027, 1): 60}
    ).quota
    assert (week.before, week.wanted, week.left) == (60, 120, 180)
    assert week.monday == date(2027, 1, 4)


def test_the_quota_is_for_free_use_only() -> None:
    quoted = pricing.quote(QUOTA_RATES, [TUESDAY], FEE, free_minutes_a_week=0)
    assert (quoted.net, quoted.quota) == (Decimal(60), ())


def test_explanation_names_each_factor_in_the_readers_language() -> None:
    rates = [rate(FREE, "0"), rate(FEE, "30", vat_rate=Decimal(23))]
    quoted = pricing.quote(rates, [TUESDAY], FREE, free_minutes_a_week=60)
    with override("en"):
        tree = quoted.money().explanation[0]
    assert tree.amount == Decimal("36.90")
    assert [(part.label.replace("\xa0", " "), part.amount, part.basis) for part in tree.parts] == [
        ("1 h × PLN 0.00 net for an hour", Decimal(0), "statutory activity without fees"),
        ("1 h × PLN 30.00 net for an hour, beyond the free hours of the week", Decimal(30), ""),
        ("VAT 23% from PLN 30.00", Decimal("6.90"), ""),
    ]


HALF_HOURS = st.integers(min_value=0, max_value=47)


@given(
    starts=st.lists(
        st.tuples(st.integers(0, 400), HALF_HOURS, st.integers(1, 6)), min_size=1, max_size=20
    ),
    edge=st.integers(1, 1439),
    allowed=st.integers(0, 600),
)
def test_pieces_cover_every_minute_once_and_the_sum_is_the_sum_of_its_parts(
    starts, edge, allowed
) -> None:
    rates = [
        rate(FREE, "0"),
        rate(FEE, "12.34", from_minute=0, to_minute=edge, vat_rate=Decimal(23)),
        rate(FEE, "56.78", from_minute=edge, to_minute=1440, vat_rate=Decimal(23)),
    ]
    periods = []
    for day, half, length in starts:
        begin = datetime(2026, 10, 1, tzinfo=KRAKOW).timestamp() + day * 86400 + half * 1800
        periods.append(
            Period(
                datetime.fromtimestamp(begin, KRAKOW),
                datetime.fromtimestamp(begin + length * 1800, KRAKOW),
            )
        )
    quoted = pricing.quote(rates, periods, FREE, free_minutes_a_week=allowed)
    assert quoted.minutes == sum(length * 30 for _day, _half, length in starts)
    assert quoted.net == sum(piece.net for piece in quoted.pieces)
    assert quoted.gross >= quoted.net
    assert sum(week.free_now for week in quoted.quota) == sum(
        piece.minutes for piece in quoted.pieces if not piece.beyond_quota
    )
    for week in quoted.quota:
        assert week.free_now <= allowed


VERIFIED = Organisation.VerificationState.VERIFIED
FORM = Organisation.LegalForm
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("organisation", "fee", "public_task", "group"),
    [
        pytest.param(None, False, False, UserGroup.INFORMAL_GROUP, id="a-person"),
        pytest.param(None, True, False, UserGroup.NGO_FEE, id="a-person-who-takes-a-fee"),
        pytest.param({}, False, False, UserGroup.NGO_FREE, id="verified"),
        pytest.param({}, True, False, UserGroup.NGO_FEE, id="verified-with-fee"),
        pytest.param({}, True, True, UserGroup.PUBLIC_TASK, id="public-task-whatever-the-fee"),
        pytest.param(
            {"verification_state": "submitted"}, False, False, UserGroup.NGO_FEE, id="unverified"
        ),
        pytest.param(
            {"verification_state": "submitted"}, False, True, UserGroup.NGO_FEE,
            id="unverified-claims-a-public-task",
        ),
        pytest.param(
            {"verified_until": TODAY}, False, False, UserGroup.NGO_FREE, id="last-day-of-validity"
        ),
        pytest.param(
            {"verified_until": TODAY - timedelta(days=1)}, False, False, UserGroup.NGO_FEE,
            id="confirmation-ran-out",
        ),
        pytest.param(
            {"legal_form": FORM.INFORMAL_GROUP}, False, False, UserGroup.INFORMAL_GROUP,
            id="informal-group",
        ),
        pytest.param(
            {"legal_form": FORM.INFORMAL_GROUP, "verification_state": "draft"}, False, False,
            UserGroup.INFORMAL_GROUP, id="informal-group-unverified",
        ),
        pytest.param(
            {"legal_form": FORM.EXCLUDED_ENTITY}, False, False, UserGroup.COMMERCIAL, id="party"
        ),
    ],
)  # fmt: skip
def test_user_group(organisation, fee, public_task, group) -> None:
    if organisation is not None:
        organisation = Organisation(
            **{
                "legal_form": FORM.REGISTERED_ASSOCIATION,
                "verification_state": VERIFIED,
                **organisation,
            }
        )
    assert (
        pricing.user_group(organisation, fee_taking=fee, on=TODAY, public_task=public_task) == group
    )
