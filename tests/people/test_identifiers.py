"""KRS, NIP, REGON: read as people write them, refused when a digit slipped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations.identifiers import read_krs, read_nip, read_regon
from records.problems import Invalid

NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)
REGON_WEIGHTS = (8, 9, 2, 3, 4, 5, 6, 7)
REGON14_WEIGHTS = (2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8)


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11


def digits(length):
    return st.text("0123456789", min_size=length, max_size=length)


@pytest.mark.parametrize(
    "written", ["676-101-37-17", "6761013717", "676 101 37 17", "PL6761013717"]
)
def test_the_citys_own_nip_is_read_however_it_is_written(written):
    assert read_nip(written) == "6761013717"


@pytest.mark.parametrize("read", [read_nip, read_regon, read_krs])
def test_nothing_is_nothing(read):
    assert read("") == read("  ") == ""


@pytest.mark.parametrize(
    ("read", "number"),
    [
        (read_nip, "6761013718"),
        (read_nip, "676101371"),
        (read_nip, "67610137177"),
        (read_nip, "abcdefghij"),
        (read_nip, "٦٧٦١٠١٣٧١٧"),
        (read_regon, "12345678"),
        (read_regon, "123456789"),
        (read_krs, "12345678901"),
        (read_krs, "KRS 12345"),
    ],
)
def test_wrong_ones_are_refused(read, number):
    with pytest.raises(Invalid):
        read(number)


@pytest.mark.parametrize("read", [read_nip, read_regon, read_krs])
@pytest.mark.parametrize("digit", "0123456789")
@pytest.mark.parametrize("length", [9, 10, 14])
def test_all_equal_digits_are_refused_even_where_the_checksum_passes(read, digit, length):
    if read is read_krs and length == 9 and digit != "0":
        assert read_krs(digit * 9) == "0" + digit * 9  # zeros are added in front
        return
    with pytest.raises(Invalid):
        read(digit * length)


def test_a_krs_number_gets_its_zeros():
    assert read_krs("123456") == "0000123456"


@given(digits(9))
def test_exactly_one_last_digit_makes_a_nip_or_none_where_the_sum_is_ten(head):
    check = weighted(head, NIP_WEIGHTS)
    good = {d for d in "0123456789" if accepted(read_nip, head + d)}
    assert good == ({str(check)} if check < 10 and len(set(head + str(check))) > 1 else set())


@given(digits(8))
def test_exactly_one_last_digit_makes_a_regon(head):
    check = str(weighted(head, REGON_WEIGHTS) % 10)
    good = {d for d in "0123456789" if accepted(read_regon, head + d)}
    assert good == ({check} if len(set(head + check)) > 1 else set())


@given(digits(8), digits(4))
def test_a_long_regon_holds_a_short_one(head, local):
    short = head + str(weighted(head, REGON_WEIGHTS) % 10)
    long = short + local
    good = {d for d in "0123456789" if accepted(read_regon, long + d)}
    check = str(weighted(long, REGON14_WEIGHTS) % 10)
    assert good == ({check} if len(set(long + check)) > 1 else set())


@given(digits(9), st.integers(0, 9), st.integers(1, 9))
def test_one_slipped_digit_of_a_nip_is_always_found(head, place, shift):
    check = weighted(head, NIP_WEIGHTS)
    if check == 10:
        return
    number = head + str(check)
    slipped = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not accepted(read_nip, slipped)


def accepted(read, number) -> bool:
    try:
        read(number)
    except Invalid:
        return False
    return True
