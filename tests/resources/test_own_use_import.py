"""Timetables from files: each trap of a spreadsheet and a calendar has its case."""

from datetime import date, datetime, timedelta

import pytest

from records import clock
from records.clock import KRAKOW
from records.problems import Invalid
from resources import own_use
from resources.collisions import PlaceAndTime
from resources.importing.own_use_sync import Options, import_own_use
from resources.importing.report import ImportRefused, Outcome
from resources.models import Claim, Hold, OwnUse
from tests import factories
from tests.resources import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.frozen(datetime(2026, 11, 23, 14, 10, tzinfo=KRAKOW)):
        yield


@pytest.fixture
def hall():
    return factories.room(title_pl="Sala Lustrzana", code="lustrzana", turnaround_minutes=15)


def take(hall, content, *, rooms=(), dry_run=False, **options):
    if isinstance(content, str):
        content = content.encode()
    return import_own_use(
        hall.unit,
        [hall, *rooms],
        content,
        by="Anna Sekretarka",
        options=Options(**options),
        dry_run=dry_run,
    )


def refusals(hall, content, **options):
    """(position, reason) of each refused row; nothing may have been written."""
    with pytest.raises(ImportRefused) as refused:
        take(hall, content, **options)
    assert not OwnUse.objects.exists()
    assert not Claim.objects.filter(hold__kind=Hold.Kind.OWN_USE).exists()
    return [(row.position, row.detail) for row in refused.value.report.refused]


def times(title):
    return [
        f"{held.period.lower.astimezone(KRAKOW):%d.%m %H:%M}-"
        f"{held.period.upper.astimezone(KRAKOW):%H:%M}"
        for held in OwnUse.objects.get(title=title).hold.held_periods.order_by("period")
    ]


def table(*rows, header="sala;tytul;data;od;do"):
    return "\n".join([header, *rows])


class TestTable:
    def test_one_row_is_one_time(self, hall):
        report = take(hall, table("Sala Lustrzana;balet;1.12.2026;15:00;17:00"))
        assert [row.outcome for row in report.rows] == [Outcome.ADDED]
        assert times("balet") == ["01.12 15:00-17:00"]
        made = OwnUse.objects.get()
        assert (made.origin, made.created_by, made.show_title) == ("csv", "Anna Sekretarka", False)

    def test_a_row_with_repeat_until_is_a_weekly_series_without_days_off(self, hall):
        hall.observes = ["public_holiday"]
        hall.save()
        factories.calendar_days("public_holiday", date(2026, 12, 8), date(2026, 12, 8))
        take(
            hall,
            table(
                "lustrzana;balet;1.12.2026;15:00;17:00;15.12.2026",
                header="sala;tytul;data;od;do;powtarzaj_do",
            ),
        )
        assert times("balet") == ["01.12 15:00-17:00", "15.12 15:00-17:00"]

    @pytest.mark.parametrize(
        ("content", "case"),
        [
            pytest.param(
                ("\ufeffSala;Tytuł;Data;Od;Do\nlustrzana;żółw;1.12.2026;15:00;17:00").encode(),
                "",
                id="semicolons, BOM, Polish headers",
            ),
            pytest.param(
                "room,title,date,start,end\nlustrzana,żółw,2026-12-01,15.00,17\n".encode(),
                "",
                id="commas, English headers, dots",
            ),
            pytest.param(
                "sala\ttytul\tdata\tod\tdo\nlustrzana\tżółw\t01-12-2026\t15\t17".encode("utf-16"),
                "",
                id="tabs, UTF-16 of Excel",
            ),
            pytest.param(
                (
                    "sala;tytuł;data;od;do\r\nlustrzana;żółw;01/12/2026;15:00;17:00:00\r\n;;;;\r\n"
                ).encode("cp1250"),
                "Windows",
                id="Windows-1250, empty last row, seconds",
            ),
            pytest.param(
                'sala;tytul;data;od;do\n"lustrzana";"żółw";"1.12.2026";15:00;17:00'.encode(),
                "",
                id="quoted values",
            ),
        ],
    )
    def test_reads_what_spreadsheets_write(self, hall, content, case):
        report = take(hall, content)
        assert times("żółw") == ["01.12 15:00-17:00"]
        assert any(case in note for note in report.notes) or not case

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            pytest.param("Sala Złota;x;1.12.2026;15:00;17:00", "Sala Złota", id="unknown place"),
            pytest.param("lustrzana;x;31.11.2026;15:00;17:00", "31.11.2026", id="no such day"),
            pytest.param("lustrzana;x;1.12.2026;25:00;26:00", "25:00", id="no such hour"),
            pytest.param("lustrzana;x;1.12.2026;17:00;15:00", "", id="ends before it begins"),
            pytest.param("lustrzana;x;1.12.2026;17:00;17:00", "", id="no length"),
            pytest.param("lustrzana;;1.12.2026;15:00;17:00", "tytul", id="no title"),
            pytest.param("lustrzana;x;1.12.2026;15:00", "do", id="a value is missing"),
            pytest.param(
                "lustrzana;x;1.12.2026;15:00;17:00;x;y", "", id="more values than headers"
            ),
            pytest.param(
                'lustrzana;"=HYPERLINK(""http://a.b"")";1.12.2026;15:00;17:00',
                "HYPERLINK",
                id="formula",
            ),
            pytest.param(
                "lustrzana;@SUM(A1);1.12.2026;15:00;17:00", "SUM", id="formula of another sheet"
            ),
            pytest.param(f"lustrzana;{'x' * 600};1.12.2026;15:00;17:00", "500", id="endless text"),
        ],
    )
    def test_a_bad_row_is_named_and_nothing_is_loaded(self, hall, row, reason):
        good = "lustrzana;balet;1.12.2026;8:00;9:00"
        ((position, why),) = refusals(hall, table(good, row))
        assert position == 3
        assert reason in why

    def test_every_bad_row_is_named_at_once(self, hall):
        found = refusals(
            hall, table("x;a;1.12.2026;8;9", "lustrzana;b;1.12.2026;8;9", "lustrzana;c;?;8;9")
        )
        assert [position for position, _why in found] == [2, 4]

    def test_a_place_that_two_rooms_share_by_name_is_not_guessed(self, hall):
        twin = factories.room(unit=hall.unit, title_pl="Sala Lustrzana")
        ((position, why),) = refusals(hall, table("Sala Lustrzana;x;1.12.2026;15;17"), rooms=[twin])
        assert (position, "Sala Lustrzana" in why) == (2, True)

    def test_loading_the_same_file_again_changes_nothing(self, hall):
        content = table("lustrzana;balet;1.12.2026;15:00;17:00")
        take(hall, content)
        report = take(hall, content)
        assert [row.outcome for row in report.rows] == [Outcome.UNCHANGED]
        assert OwnUse.objects.count() == 1

    def test_a_row_is_known_again_by_its_identifier(self, hall):
        header = "id;sala;tytul;data;od;do"
        take(hall, table("b1;lustrzana;balet;1.12.2026;15:00;17:00", header=header))
        report = take(hall, table("b1;lustrzana;tango;2.12.2026;16:00;18:00", header=header))
        assert [row.outcome for row in report.rows] == [Outcome.CHANGED]
        assert times("tango") == ["02.12 16:00-18:00"]
        assert Claim.objects.count() == 1

    def test_two_rows_may_change_places(self, hall):
        header = "id;sala;tytul;data;od;do"
        rows = ["a;lustrzana;A;1.12.2026;8;9", "b;lustrzana;B;1.12.2026;9;10"]
        take(hall, table(*rows, header=header))
        take(
            hall,
            table("a;lustrzana;A;1.12.2026;9;10", "b;lustrzana;B;1.12.2026;8;9", header=header),
        )
        assert (times("A"), times("B")) == (["01.12 09:00-10:00"], ["01.12 08:00-09:00"])

    def test_rows_with_one_identifier_are_one_entry(self, hall):
        header = "id;sala;tytul;data;od;do"
        rows = ["a;lustrzana;A;1.12.2026;8;9", "a;lustrzana;A;3.12.2026;9;10"]
        take(hall, table(*rows, header=header))
        assert times("A") == ["01.12 08:00-09:00", "03.12 09:00-10:00"]

    def test_rows_that_overlap_each_other_are_refused(self, hall):
        found = refusals(hall, table("lustrzana;A;1.12.2026;8;10", "lustrzana;B;1.12.2026;9;11"))
        assert [position for position, _why in found] == [3]

    def test_a_meeting_in_the_way_refuses_the_row_and_names_it(self, hall):
        scenes.meeting(hall, ("2026-12-01 16:00", "2026-12-01 18:00"))
        ((position, why),) = refusals(hall, table("lustrzana;balet;1.12.2026;15:00;17:00"))
        assert position == 2
        assert "Chór Echo" in why

    def test_dates_that_are_taken_may_be_left_out(self, hall):
        scenes.meeting(hall, ("2026-12-08 16:00", "2026-12-08 18:00"))
        report = take(
            hall,
            table(
                "lustrzana;balet;1.12.2026;15:00;17:00;15.12.2026",
                header="sala;tytul;data;od;do;powtarzaj_do",
            ),
            leave_out=True,
        )
        assert times("balet") == ["01.12 15:00-17:00", "15.12 15:00-17:00"]
        assert "8.12.2026" in report.rows[0].detail

    def test_what_is_over_is_passed_over_and_counted(self, hall):
        report = take(hall, table("lustrzana;dawno;1.10.2026;8;9", "lustrzana;balet;1.12.2026;8;9"))
        assert OwnUse.objects.count() == 1
        assert any("1" in note for note in report.notes)

    def test_a_whole_timetable_removes_what_it_lacks_and_only_that(self, hall):
        take(hall, table("lustrzana;balet;1.12.2026;8;9", "lustrzana;tango;1.12.2026;9;10"))
        typed = scenes.period("2026-12-01 18:00", "2026-12-01 19:00")
        own_use.add(hall.unit, "zebranie", [PlaceAndTime(hall, typed)], by="Anna")
        report = take(hall, table("lustrzana;balet;1.12.2026;8;9"), complete=True)
        assert [(row.subject, row.outcome) for row in report.rows] == [
            ("balet", Outcome.UNCHANGED),
            ("tango", Outcome.REMOVED),
        ]
        standing = Hold.objects.filter(binding=True).values_list("label", flat=True)
        assert sorted(standing) == ["balet", "zebranie"]

    def test_a_dry_run_says_the_same_and_changes_nothing(self, hall):
        report = take(hall, table("lustrzana;balet;1.12.2026;15:00;17:00"), dry_run=True)
        assert [row.outcome for row in report.rows] == [Outcome.ADDED]
        assert not OwnUse.objects.exists()
        assert not Hold.objects.exists()

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            pytest.param(b"", "empty", id="empty"),
            pytest.param(b"sala;tytul;data;od;do\n", "empty", id="header only"),
            pytest.param(b"PK\x03\x04\x00\x00spreadsheet", "no_table", id="a workbook"),
            pytest.param(b"x" * 1_000_001, "too_large", id="too large"),
            pytest.param(
                b"sala;tytul;data;od;do\n" + b"a;b;c;d;e\n" * 2_001,
                "too_many_rows",
                id="too many rows",
            ),
            pytest.param(
                b"sala;place;tytul;data;od;do\na;b;c;d;e;f", "column_twice", id="a column twice"
            ),
        ],
    )
    def test_refuses_a_file_that_is_no_table(self, hall, content, code):
        with pytest.raises(Invalid) as refused:
            take(hall, content)
        assert refused.value.code == code


def calendar(*events, head=""):
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//PL\n{head}{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n")


BALET = """
UID:balet-1
SUMMARY:balet
LOCATION:Sala Lustrzana
DTSTART;TZID=Europe/Warsaw:20261201T150000
DTEND;TZID=Europe/Warsaw:20261201T170000
"""


class TestCalendar:
    def test_one_event_is_one_time(self, hall):
        take(hall, calendar(BALET))
        assert times("balet") == ["01.12 15:00-17:00"]
        assert OwnUse.objects.get().external_uid == "balet-1"

    def test_repeats_weekly_at_the_same_wall_clock_across_a_clock_change(self, hall):
        take(
            hall,
            calendar(BALET.replace("20261201", "20270323") + "RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=TU"),
        )
        assert times("balet") == ["23.03 15:00-17:00", "30.03 15:00-17:00"]

    def test_leaves_out_exceptions_by_time_and_by_day(self, hall):
        take(
            hall,
            calendar(
                BALET + "RRULE:FREQ=WEEKLY;UNTIL=20261229T140000Z\n"
                "EXDATE;TZID=Europe/Warsaw:20261208T150000\n"
                "EXDATE;VALUE=DATE:20261222\n"
            ),
        )
        assert times("balet") == ["01.12 15:00-17:00", "15.12 15:00-17:00", "29.12 15:00-17:00"]

    def test_a_changed_and_a_cancelled_date_of_a_series(self, hall):
        take(
            hall,
            calendar(
                BALET + "RRULE:FREQ=WEEKLY;COUNT=3",
                BALET.replace("20261201", "20261209")
                + "RECURRENCE-ID;TZID=Europe/Warsaw:20261208T150000",
                BALET.replace("20261201", "20261215")
                + "RECURRENCE-ID;TZID=Europe/Warsaw:20261215T150000\nSTATUS:CANCELLED",
            ),
        )
        assert times("balet") == ["01.12 15:00-17:00", "09.12 15:00-17:00"]

    def test_added_dates(self, hall):
        take(hall, calendar(BALET + "RDATE;TZID=Europe/Warsaw:20261205T150000"))
        assert times("balet") == ["01.12 15:00-17:00", "05.12 15:00-17:00"]

    def test_an_all_day_event_takes_the_local_day(self, hall):
        take(
            hall,
            calendar(
                "UID:a\nSUMMARY:festyn\nLOCATION:lustrzana\n"
                "DTSTART;VALUE=DATE:20261205\nDTEND;VALUE=DATE:20261207"
            ),
        )
        held = OwnUse.objects.get().hold.held_periods.get().period
        assert [f"{end.astimezone(KRAKOW):%d %H:%M}" for end in (held.lower, held.upper)] == [
            "05 00:00",
            "07 00:00",
        ]

    @pytest.mark.parametrize(
        ("start", "expected"),
        [
            pytest.param("DTSTART:20261201T140000Z", "01.12 15:00-17:00", id="UTC"),
            pytest.param("DTSTART:20261201T150000", "01.12 15:00-17:00", id="floating"),
            pytest.param(
                "DTSTART;TZID=America/New_York:20261201T090000", "01.12 15:00-17:00", id="New York"
            ),
            pytest.param(
                "DTSTART;TZID=Central European Standard Time:20261201T150000",
                "01.12 15:00-17:00",
                id="name of Windows",
            ),
        ],
    )
    def test_zones(self, hall, start, expected):
        take(hall, calendar(f"UID:a\nSUMMARY:x\nLOCATION:lustrzana\n{start}\nDURATION:PT2H"))
        assert times("x") == [expected]

    def test_a_zone_that_the_file_defines_itself(self, hall):
        zone = (
            "BEGIN:VTIMEZONE\nTZID:Moja strefa\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
            "TZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n"
        )
        take(hall, calendar(BALET.replace("Europe/Warsaw", "Moja strefa"), head=zone))
        assert times("balet") == ["01.12 15:00-17:00"]

    def test_a_place_for_events_that_name_none(self, hall):
        event = BALET.replace("LOCATION:Sala Lustrzana\n", "")
        ((_position, _why),) = refusals(hall, calendar(event))
        take(hall, calendar(event), default=hall)
        assert times("balet") == ["01.12 15:00-17:00"]

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            pytest.param(("TZID=Europe/Warsaw", "TZID=Mars/Base"), "Mars/Base", id="unknown zone"),
            pytest.param(("UID:balet-1\n", ""), "UID", id="no UID"),
            pytest.param(("DTSTART;TZID=Europe/Warsaw:20261201T150000\n", ""), "", id="no start"),
            pytest.param(
                ("DTEND;TZID=Europe/Warsaw:20261201T170000", "DTEND;VALUE=DATE:20261202"),
                "",
                id="ends on a day",
            ),
            pytest.param(("20261201T170000", "20261201T150000"), "", id="no length"),
            pytest.param(("20261201T170000", "20261231T150000"), "14", id="a month long"),
            pytest.param(("20261201T150000", "wtorek"), "DTSTART", id="no date"),
            pytest.param(("Sala Lustrzana", "boisko"), "boisko", id="unknown place"),
            pytest.param(
                ("SUMMARY:balet", "SUMMARY:balet\nRRULE:FREQ=SECONDLY"),
                "SECONDLY",
                id="every second",
            ),
            pytest.param(
                ("SUMMARY:balet", "SUMMARY:balet\nRRULE:FREQ=WEEKLY;COUNT=99999"),
                "",
                id="huge count",
            ),
            pytest.param(
                ("SUMMARY:balet", "SUMMARY:balet\nRRULE:FREQ=DAILY;BYHOUR=9,10,11"),
                "BYHOUR",
                id="many times a day",
            ),
            pytest.param(
                ("SUMMARY:balet", "SUMMARY:balet\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY"),
                "",
                id="two rules",
            ),
            pytest.param(("20261201", "19850101"), "", id="in the past"),
        ],
    )
    def test_traps(self, hall, change, reason):
        if change == ("20261201", "19850101"):
            repeated = BALET.replace(*change) + "RRULE:FREQ=DAILY"
            ((_position, why),) = refusals(hall, calendar(repeated))
        else:
            ((_position, why),) = refusals(hall, calendar(BALET.replace(*change)))
        assert reason in why

    def test_a_weekly_event_without_end_is_read_to_the_horizon_and_says_so(self, hall):
        report = take(hall, calendar(BALET + "RRULE:FREQ=WEEKLY"))
        assert len(times("balet")) == 57
        assert any("28.12.2027" in note for note in report.notes)

    def test_an_update_by_uid_moves_what_is_to_come(self, hall):
        take(hall, calendar(BALET))
        report = take(hall, calendar(BALET.replace("T150000", "T160000")))
        assert [row.outcome for row in report.rows] == [Outcome.CHANGED]
        assert times("balet") == ["01.12 16:00-17:00"]

    def test_a_cancelled_event_is_removed(self, hall):
        take(hall, calendar(BALET))
        report = take(hall, calendar(BALET + "STATUS:CANCELLED"))
        assert [row.outcome for row in report.rows] == [Outcome.REMOVED]
        assert not Claim.objects.exists()

    def test_a_removed_event_may_come_back(self, hall):
        take(hall, calendar(BALET))
        take(hall, calendar(BALET + "STATUS:CANCELLED"))
        take(hall, calendar(BALET))
        assert times("balet") == ["01.12 15:00-17:00"]
        assert Claim.objects.count() == 1

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param("BEGIN:VCALENDAR\nnonsense", id="cut off"),
            pytest.param("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", id="no events"),
        ],
    )
    def test_refuses_a_file_that_is_no_calendar(self, hall, content):
        with pytest.raises(Invalid):
            take(hall, content)


def test_a_large_timetable_is_taken_whole(hall):
    rows = [
        f"lustrzana;lekcja {day} {hour};{date(2026, 11, 30) + timedelta(days=day):%d.%m.%Y};"
        f"{hour}:00;{hour}:45;30.06.2027"
        for day in range(5)
        for hour in range(8, 16)
    ]
    report = take(hall, table(*rows, header="sala;tytul;data;od;do;powtarzaj_do"))
    assert report.count(Outcome.ADDED) == 40
    assert sum(row.dates for row in report.rows) == Claim.objects.count()
