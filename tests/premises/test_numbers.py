"""Numbers per unit, series and year: no gap, no doublet, nobody else waits."""

import threading

import pytest
from django.db import connection, connections, transaction

from premises.models import NumberSeries
from premises.numbers import next_number
from tests import make


@pytest.mark.django_db
def test_each_unit_series_and_year_counts_from_one():
    zbk, zis = make.unit(), make.unit()
    assert [next_number(zbk, "notice", 2026) for _ in range(3)] == [1, 2, 3]
    assert next_number(zis, "notice", 2026) == 1
    assert next_number(zbk, "lease", 2026) == 1
    assert next_number(zbk, "notice", 2027) == 1
    assert next_number(zbk, "notice", 2026) == 4


@pytest.mark.django_db
def test_a_rolled_back_number_is_given_again():
    unit = make.unit()
    next_number(unit, "notice", 2026)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        next_number(unit, "notice", 2026)
        raise ZeroDivisionError
    assert next_number(unit, "notice", 2026) == 2


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_different_numbers_without_a_gap():
    unit = make.unit()
    start = threading.Barrier(6)
    given: list[int] = []

    def take() -> None:
        try:
            start.wait()
            for _ in range(10):
                with transaction.atomic():
                    given.append(next_number(unit, "lease", 2026))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 61))


@pytest.mark.django_db(transaction=True)
def test_another_series_does_not_wait_for_an_open_transaction():
    unit = make.unit()
    found: list[int] = []

    def take() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '5s'")
                found.append(next_number(unit, "notice", 2026))
        finally:
            connections.close_all()

    with transaction.atomic():
        next_number(unit, "lease", 2026)
        other = threading.Thread(target=take)
        other.start()
        other.join()
    assert found == [1]
    assert NumberSeries.objects.count() == 2
