"""Overlaps and gaps of polygons, told with their place and width, and closing small ones."""

import numpy as np
import shapely

from maps.importing import coverage


def row_of_squares(*edges: tuple[float, float]) -> list:
    return [shapely.box(west, 0, east, 1000) for west, east in edges]


def test_squares_that_meet_have_no_fault():
    assert coverage.faults(row_of_squares((0, 1000), (1000, 2000))) == []


def test_an_overlap_wider_than_the_tolerance_is_found():
    (fault,) = coverage.faults(row_of_squares((0, 1003), (1000, 2000)))
    assert (fault.kind, fault.members) == ("overlap", (0, 1))
    assert round(fault.area_m2) == 3000
    assert 2.9 < fault.width_m < 3.1
    assert 1000 < fault.place[0] < 1003


def test_an_overlap_within_the_tolerance_is_closed():
    polygons = row_of_squares((0, 1000.4), (1000, 2000))
    assert coverage.faults(polygons) == []
    closed = coverage.closed(polygons)
    assert shapely.coverage_is_valid(np.array(closed))
    assert shapely.intersection(closed[0], closed[1]).area == 0


def test_a_gap_between_two_is_found_where_a_third_closes_it_in():
    ring = [
        shapely.box(0, 0, 1000, 1000),
        shapely.Polygon(
            [(1003, 0), (2000, 0), (2000, 2000), (0, 2000), (0, 1000), (1000, 1000), (1003, 1000)]
        ),
        shapely.Polygon([(0, 0), (2000, 0), (2000, -500), (0, -500)]),
    ]
    (fault,) = coverage.faults(ring)
    assert fault.kind == "gap"
    assert set(fault.members) == {0, 1, 2}


def test_a_part_that_stands_apart_is_found():
    (fault,) = coverage.faults(row_of_squares((0, 1000), (1010, 2000)))
    assert fault.kind == "detached"


def test_a_coverage_stays_as_it_is():
    polygons = row_of_squares((0, 1000), (1000, 2000))
    assert coverage.closed(polygons) is polygons


def test_an_enclosed_hairline_gap_is_closed_to_one_area():
    frame = shapely.box(-500, -500, 2500, 1500) - shapely.box(0, 0, 2000, 1000)
    closed = coverage.closed([frame, *row_of_squares((0, 999.7), (1000, 2000))])
    whole = shapely.coverage_union_all(np.array(closed))
    assert whole.geom_type == "Polygon"
    assert list(whole.interiors) == []
    assert whole.area == 3000 * 2000
