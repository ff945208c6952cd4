"""Numbers of public registers: what is taken, in which form, and what is refused and why."""

import pytest
from django.core.exceptions import ValidationError

from premises.stock.registers import (
    check_land_register,
    check_parcel,
    control_digit,
    read_land_register,
    read_parcel,
)


class TestLandRegister:
    def test_worked_example(self):
        """K=21 A=11 1 S=28 0 0 0 1 2 3 4 5, weighted 1 3 7 ..., sum 156."""
        assert control_digit("KA1S", "00012345") == 6

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("KA1S/00012345/6", "KA1S/00012345/6"),
            ("ka1s/00012345/6", "KA1S/00012345/6"),
            (" KA1S / 00012345 / 6 ", "KA1S/00012345/6"),
            ("KA1S/12345/6", "KA1S/00012345/6"),
        ],
    )
    def test_taken_in_one_form(self, typed, kept):
        assert read_land_register(typed) == kept

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("KA1S/00012345/5", "land_register_digit"),
            ("KA1S/00012354/6", "land_register_digit"),
            ("QV1S/00012345/6", "land_register_court"),
            ("KA1S/000123456/6", "land_register_form"),
            ("KA1S 00012345 6", "land_register_form"),
            ("12345", "land_register_form"),
            ("", "land_register_form"),
        ],
    )
    def test_refused(self, typed, code):
        with pytest.raises(ValidationError) as refused:
            read_land_register(typed)
        assert refused.value.code == code

    def test_every_single_slip_of_a_digit_is_found(self):
        """Weights 1, 3 and 7 share no factor with 10, so no other digit gives the same sum."""
        for place in range(8):
            for digit in "0123456789":
                number = "00012345"[:place] + digit + "00012345"[place + 1 :]
                assert (control_digit("KA1S", number) == 6) == (number == "00012345")

    def test_the_field_keeps_only_the_one_form(self):
        check_land_register("KA1S/00012345/6")
        with pytest.raises(ValidationError):
            check_land_register("ka1s/12345/6")


class TestParcel:
    @pytest.mark.parametrize(
        "typed",
        [
            "126102_9.0001.1",
            "126103_9.0050.123/4",
            "126104_9.0012.AR_5.17/2",
            "126105_9.0119.99999/9999",
        ],
    )
    def test_taken(self, typed):
        assert read_parcel(typed) == typed
        check_parcel(typed)

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("126101_1.0012.123", "parcel_unit"),
            ("146510_8.0012.123", "parcel_unit"),
            ("126106_9.0012.123", "parcel_unit"),
            ("126105_9.12.123", "parcel_form"),
            ("126105_9.0012", "parcel_form"),
            ("126105_9.0012.123/", "parcel_form"),
            ("126105_9.0000.123", "parcel_number"),
            ("126105_9.0012.0", "parcel_number"),
            ("dz. 123/4 obr. 12 Śródmieście", "parcel_form"),
        ],
    )
    def test_refused(self, typed, code):
        with pytest.raises(ValidationError) as refused:
            read_parcel(typed)
        assert refused.value.code == code
