"""One form of a street's name, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.names import plain, plain_street, split_number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Stefana Batorego", "ul. Batorego"),
        ("ul. Stefana Batorego", "BATOREGO"),
        ("ks. Józefa Tischnera", "Tischnera"),
        ("al. gen. Tadeusza Bora-Komorowskiego", "Bora-Komorowskiego"),
        ("M. Konopnickiej", "Marii Konopnickiej"),
        ("Jana III Sobieskiego", "Sobieskiego"),
        ("Prądnicka", "pradnicka"),
        ("os. Centrum C", "osiedle Centrum C"),
        ("plac Wszystkich Świętych", "pl. Wszystkich Swietych"),
        ("Łobzowska", "lobzowska"),
    ],
)
def test_the_same_street(one, other):
    assert plain_street(one) == plain_street(other)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Jana Pawła II", "jana pawla ii"),  # nothing else tells it
        ("św. Anny", "sw anny"),
        ("św. Jana", "sw jana"),
        ("al. 3 Maja", "3 maja"),
        ("os. 2 Pułku Lotniczego", "2 pulku lotniczego"),
        ("os. Dywizjonu 303", "dywizjonu 303"),
        ("Aleja", "aleja"),
    ],
)
def test_what_tells_a_street_is_never_dropped(name, form):
    assert plain_street(name) == form


def test_two_batorys_stay_ambiguous():
    assert plain_street("Stefana Batorego") == plain_street("Władysława Batorego")


@given(st.text(max_size=60))
def test_any_text_has_a_form_that_is_its_own_form(text):
    form = plain_street(text)
    assert plain(form) == form
    assert plain_street(form) in (form, plain_street(plain_street(form)))
    assert (form == "") == (plain(text) == "")


@pytest.mark.parametrize(
    ("text", "street", "number"),
    [
        ("os. Centrum C 10", "os. Centrum C", "10"),
        ("Reymonta 20", "Reymonta", "20"),
        ("Batorego 7a", "Batorego", "7a"),
        ("Batorego 7 A", "Batorego", "7a"),
        ("Batorego 7/9", "Batorego", "7/9"),
        ("os. Dywizjonu 303 62", "os. Dywizjonu 303", "62"),
        ("Batorego 7, 31-135 Kraków", "Batorego", "7"),
        ("Kraków, Batorego 7", "Batorego", "7"),
        ("al. 3 Maja", "al. 3 Maja", ""),
        ("Długa", "Długa", ""),
        ("20", "20", ""),
        ("", "", ""),
    ],
)
def test_the_house_number_is_split_off(text, street, number):
    assert split_number(text) == (street, number)
