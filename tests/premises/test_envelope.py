"""Envelopes, passphrases, the recovery code: round trips, and what tampering does."""

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premises.commission import envelope, wrapping
from premises.commission.envelope import DamagedError
from premises.commission.wrapping import WrongSecretError
from records.problems import Invalid

KEY_ID = uuid.UUID("6f1c2f3e-7f0a-4c5e-9a53-0f7f5f6f2b11")
PRIVATE, PUBLIC = envelope.new_pair()
CONTEXT = b"zasoby holder test"


class TestEnvelope:
    @given(plain=st.binary(max_size=5000))
    @settings(max_examples=40, deadline=None)
    def test_what_is_sealed_opens_to_the_same_bytes(self, plain):
        sealed = envelope.seal(KEY_ID, PUBLIC, plain)
        assert envelope.open_(PRIVATE, sealed) == plain
        assert envelope.sealed_to(sealed) == KEY_ID

    def test_the_words_are_not_in_it(self):
        sealed = envelope.seal(KEY_ID, PUBLIC, b"offered rate 9.50")
        assert b"offered rate" not in sealed
        assert b"9.50" not in sealed

    def test_the_same_words_never_look_the_same(self):
        assert envelope.seal(KEY_ID, PUBLIC, b"x") != envelope.seal(KEY_ID, PUBLIC, b"x")

    @given(at=st.integers(min_value=0), bit=st.integers(0, 7))
    @settings(max_examples=80, deadline=None)
    def test_any_changed_bit_is_noticed(self, at, bit):
        sealed = bytearray(envelope.seal(KEY_ID, PUBLIC, b"words of an offer"))
        sealed[at % len(sealed)] ^= 1 << bit
        with pytest.raises(DamagedError):
            envelope.open_(PRIVATE, bytes(sealed))

    @pytest.mark.parametrize("left", [0, 3, 51, 52, 60, 200])
    def test_a_cut_one_is_noticed(self, left):
        with pytest.raises(DamagedError):
            envelope.open_(PRIVATE, envelope.seal(KEY_ID, PUBLIC, b"words")[:left])

    def test_a_longer_one_is_noticed(self):
        with pytest.raises(DamagedError):
            envelope.open_(PRIVATE, envelope.seal(KEY_ID, PUBLIC, b"words") + b"\0")

    def test_another_private_half_does_not_open_it(self):
        other, _public = envelope.new_pair()
        with pytest.raises(DamagedError):
            envelope.open_(other, envelope.seal(KEY_ID, PUBLIC, b"words"))

    def test_an_ephemeral_key_of_low_order_is_refused(self):
        sealed = envelope.seal(KEY_ID, PUBLIC, b"words")
        with pytest.raises(DamagedError):
            envelope.open_(PRIVATE, sealed[:20] + bytes(32) + sealed[52:])

    def test_the_key_of_one_opens_no_other(self):
        one, other = (envelope.seal(KEY_ID, PUBLIC, word) for word in (b"one", b"other"))
        key = envelope.content_key(PRIVATE, one)
        assert envelope.open_with(key, one) == b"one"
        with pytest.raises(DamagedError):
            envelope.open_with(key, other)

    @pytest.mark.parametrize(("one", "other"), [(b"9.50", b"10.50"), (b"", b"x" * 900)])
    def test_short_contents_have_one_length(self, one, other):
        sealed = [envelope.seal(KEY_ID, PUBLIC, word) for word in (one, other)]
        assert len(sealed[0]) == len(sealed[1])

    @given(length=st.integers(1, 30_000_000))
    def test_padding_holds_the_content_and_costs_at_most_an_eighth(self, length):
        padded = envelope.padded_length(length)
        assert length <= padded <= max(1024, length * 1.12 + 1)


class TestPassphrase:
    WORDS = "zielony tramwaj jedzie po rosie"

    def test_it_opens_what_it_wrapped(self):
        wrapped = wrapping.wrap(PRIVATE, self.WORDS, context=CONTEXT)
        assert wrapping.unwrap(wrapped, self.WORDS, context=CONTEXT) == PRIVATE
        assert PRIVATE not in wrapped

    @pytest.mark.parametrize(
        "typed", ["  zielony   tramwaj jedzie po rosie ", "zielony\ttramwaj jedzie po rosie"]
    )
    def test_spaces_do_not_matter(self, typed):
        wrapped = wrapping.wrap(PRIVATE, self.WORDS, context=CONTEXT)
        assert wrapping.unwrap(wrapped, typed, context=CONTEXT) == PRIVATE

    def test_a_letter_typed_in_two_ways_is_one_letter(self):
        wrapped = wrapping.wrap(PRIVATE, "mróz na szybach rysuje", context=CONTEXT)
        typed = "mro\u0301z na szybach rysuje"
        assert wrapping.unwrap(wrapped, typed, context=CONTEXT) == PRIVATE

    @pytest.mark.parametrize(
        "typed", ["zielony tramwaj jedzie po rosi", "Zielony tramwaj jedzie po rosie", ""]
    )
    def test_other_words_do_not_open_it(self, typed):
        wrapped = wrapping.wrap(PRIVATE, self.WORDS, context=CONTEXT)
        with pytest.raises(WrongSecretError):
            wrapping.unwrap(wrapped, typed, context=CONTEXT)

    def test_it_does_not_open_in_another_row(self):
        wrapped = wrapping.wrap(PRIVATE, self.WORDS, context=CONTEXT)
        with pytest.raises(WrongSecretError):
            wrapping.unwrap(wrapped, self.WORDS, context=b"zasoby holder other")

    def test_its_cost_is_written_with_it_and_may_be_raised(self, settings):
        old = wrapping.wrap(PRIVATE, self.WORDS, context=CONTEXT)
        settings.PASSPHRASE_COST = 11
        new = wrapping.wrap(PRIVATE, self.WORDS, context=CONTEXT)
        assert (old[1], new[1]) == (10, 11)
        for wrapped in (old, new):
            assert wrapping.unwrap(wrapped, self.WORDS, context=CONTEXT) == PRIVATE

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ("krótkie hasło", "passphrase_short"),
            ("aaaa aaaa aaaa aaaa", "passphrase_plain"),
            ("abcabcabcabcabcabc", "passphrase_plain"),
            ("Maria Kowalska maria", "passphrase_name"),
            ("zielony tramwaj jedzie po rosie", None),
        ],
    )
    def test_weak_ones_are_refused_with_what_to_change(self, words, code):
        about = ("Maria Kowalska", "maria@example.org")
        if code is None:
            wrapping.require_strong(words, about=about)
            return
        with pytest.raises(Invalid) as refused:
            wrapping.require_strong(words, about=about)
        assert refused.value.code == code


class TestRecoveryCode:
    def test_it_is_long_enough_and_reads_back(self):
        code = wrapping.new_code()
        assert len(code.split("-")) == 6
        assert wrapping.read_code(code) == code
        assert wrapping.new_code() != code

    def test_it_is_read_as_people_type(self):
        code = wrapping.new_code()
        assert wrapping.read_code(code.lower().replace("-", " ")) == code
        assert wrapping.read_code(code.replace("0", "O").replace("1", "l")) == code

    @given(at=st.integers(0, 34), sign=st.sampled_from(wrapping.CODE_SIGNS))
    def test_one_wrong_sign_is_noticed_before_any_key_is_tried(self, at, sign):
        code = wrapping.new_code()
        if code[at] in (sign, "-"):
            return
        with pytest.raises(Invalid):
            wrapping.read_code(code[:at] + sign + code[at + 1 :])

    @pytest.mark.parametrize("typed", ["", "K7QZ4", "!" * 30])
    def test_what_is_no_code_is_told(self, typed):
        with pytest.raises(Invalid) as refused:
            wrapping.read_code(typed)
        assert refused.value.code == "code_mistyped"
