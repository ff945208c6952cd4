"""Forms of Polish words, word families, and what a place is found by."""

import re

import pytest
from django.core.management import call_command
from django.utils import translation

from maps.names import plain
from resources.models import Resource, WordFamily
from resources.search.forms import SearchForm
from resources.search.words import patterns, stem
from tests import factories
from tests.resources.search.test_results import found

pytestmark = pytest.mark.django_db

#: Forms that a person types for one another, by rule alone.
FAMILIES = [
    "taniec tańca tańce tańcem taneczna tanecznej tańczyć",
    "muzyka muzyki muzyce muzyką muzyczna muzycznych",
    "gimnastyka gimnastyki gimnastyczna gimnastycznej",
    "próba próby próbie prób",
    "książka książki książce",
    "szkoła szkoły szkole szkolny szkolna",
    "sport sportu sporcie sportowa sportowych",
    "konferencja konferencji konferencyjna",
    "warsztat warsztaty warsztatów warsztacie warsztatowa",
    "komputer komputery komputerów komputerowa",
    "rzutnik rzutnika rzutniki rzutnikiem",
    "piłka piłki piłce piłek",
    "świetlica świetlicy świetlicę",
    "sala sali salę salą sale",
    "teatr teatru teatrze teatralna",
    "wózek wózka wózki wózkiem",
]
#: Words that begin alike and are others.
STRANGERS = [
    ("sala", "salezjanie"),
    ("kurs", "kura"),
    ("scena", "sceptyk"),
    ("dom", "dok"),
    ("muzyka", "muzeum"),
    ("sport", "spotkanie"),
    ("taniec", "tani"),
    ("basen", "baszta"),
]


def matches(word: str, other: str) -> bool:
    """Whether a search for the word finds the other, as PostgreSQL reads the expression."""
    [pattern] = patterns(word).values()
    python = pattern.replace(r"\m", r"\b").replace(r"\M", r"\b")
    return bool(re.search(python, plain(other)))


class TestForms:
    @pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.split()[0])
    def test_each_form_finds_each_other(self, family):
        words = family.split()
        assert [(a, b) for a in words for b in words if not matches(a, b)] == []

    @pytest.mark.parametrize(("word", "other"), STRANGERS)
    def test_others_are_not_found(self, word, other):
        assert not matches(word, other)

    @pytest.mark.parametrize("word", ["24", "sp-12", "10/12", "ul", "sal", "c++".strip("+")])
    def test_what_is_no_word_stays_as_it_is(self, word):
        assert stem(word) == re.escape(word)


class TestFamilies:
    def test_any_form_of_any_member_stands_for_all(self):
        WordFamily.objects.create(code="projector", words=["rzutnik", "projektor"])
        assert matches("projektora", "rzutnikiem")
        assert not matches("projekcja", "rzutnik")

    def test_a_family_needs_a_word(self):
        with pytest.raises(Exception, match="word_family_has_words"):
            WordFamily.objects.create(code="none", words=[])


class TestWhatAPlaceIsFoundBy:
    def test_its_equipment(self):
        room = factories.room(equipment=["projector"])
        name = room.equipment.get().equipment.name_pl
        assert found(f"q={name}") == [room.code]
        room.equipment.all().delete()
        assert found(f"q={name}") == []

    def test_equipment_under_its_new_name(self):
        room = factories.room(equipment=["projector"])
        kind = room.equipment.get().equipment
        kind.name_pl = "gramofon"
        kind.save()
        assert found("q=gramofonu") == [room.code]

    def test_what_it_permits(self):
        WordFamily.objects.create(code="dance", words=["taniec", "balet"], activity="dance")
        permits = factories.room(title_pl="Aula", activities=["dance"])
        factories.room(title_pl="Czytelnia", activities=["meeting"])
        assert found("q=taneczna") == found("q=baletu") == [permits.code]
        permits.room.activities = ["meeting"]
        permits.room.save()
        assert found("q=taneczna") == []

    def test_a_family_that_changes_changes_what_is_found(self):
        family = WordFamily.objects.create(code="dance", words=["taniec"], activity="dance")
        room = factories.room(title_pl="Aula", activities=["dance"])
        family.words = ["capoeira"]
        family.save()
        assert (found("q=capoeira"), found("q=taniec")) == ([room.code], [])
        family.delete()
        assert found("q=capoeira") == []

    def test_a_name_comes_before_what_is_merely_permitted(self):
        WordFamily.objects.create(code="dance", words=["taniec"], activity="dance")
        factories.room(title_pl="Aula", activities=["dance"])
        named = factories.room(title_pl="Sala taneczna", activities=["dance"])
        factories.room(title_pl="Hol", activities=["dance"])
        assert found("q=taniec")[0] == named.code

    def test_history_is_not_written_for_what_is_derived(self):
        room = factories.room(activities=["dance"])
        before = room.events.count()
        WordFamily.objects.create(code="dance", words=["taniec"], activity="dance")
        room.refresh_from_db()
        assert "taniec" in room.search_text
        assert room.events.count() == before


class TestWhatTheFieldSuggests:
    @pytest.mark.parametrize("language", ["pl", "en"])
    def test_each_word_finds_something(self, language):
        """Of the words under the field none may lead to nothing on a usual set of rooms."""
        call_command("load_dictionaries", verbosity=0)
        factories.room(title_pl="Sala taneczna", activities=["dance"])
        factories.room(title_pl="Pracownia", activities=["workshop"], equipment=["projector"])
        with translation.override(language):
            hint = str(SearchForm(equipment=[]).fields["q"].widget.attrs["placeholder"])
        words = hint.removeprefix("np. ").split(", ")
        assert len(words) >= 2
        assert [word for word in words if not found(f"q={word}")] == []
        assert Resource.objects.count() == 2
