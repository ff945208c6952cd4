"""The traps of axis order and systems, with the figures of the Main Square."""

import pytest

from maps import crs

SQUARE_2178 = (7_423_913.10, 5_547_823.79)
SQUARE_2180 = (567_066.89, 244_247.14)
SQUARE_4326 = (19.9373, 50.0617)


def around(point: tuple[float, float]) -> tuple[float, float, float, float]:
    return (*point, *point)


@pytest.mark.parametrize(
    ("srid", "point"), [(2178, SQUARE_2178), (2180, SQUARE_2180), (4326, SQUARE_4326)]
)
def test_easting_comes_first_in_every_system(srid, point):
    x, y = crs.transformer(4326, srid).transform(*SQUARE_4326)
    assert (x, y) == pytest.approx(point, abs=0.01 if srid != 4326 else 1e-9)
    assert crs.CITY_IN[srid].contains_point(*point)


@pytest.mark.parametrize(
    ("srid", "point"), [(2178, SQUARE_2178), (2180, SQUARE_2180), (4326, SQUARE_4326)]
)
def test_swapped_axes_are_recognised(srid, point):
    assert crs.axes_look_swapped(around(point[::-1]), srid)
    assert not crs.axes_look_swapped(around(point), srid)


def test_a_place_elsewhere_is_not_called_swapped():
    assert not crs.axes_look_swapped(around((21.0, 52.2)), 4326)  # Warsaw


@pytest.mark.parametrize(
    ("srid", "point"), [(2178, SQUARE_2178), (2180, SQUARE_2180), (4326, SQUARE_4326)]
)
def test_the_likely_system_is_told_from_the_numbers(srid, point):
    assert crs.likely_srid(around(point)) == srid


def test_numbers_of_nowhere_name_no_system():
    assert crs.likely_srid(around((0.0, 0.0))) is None


def test_empty_bounds_lie_nowhere():
    nan = float("nan")
    assert not crs.CITY.contains_bounds((nan, nan, nan, nan))
