"""Components as template tags: what they say, to eyes and to screen readers."""

import re

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils.translation import override

from records.marks import Badge, Tone


def draw(source: str, address: str = "/", **context) -> str:
    request = RequestFactory().get(address)
    with override("pl"):
        return Template("{% load zasoby %}" + source).render(
            Context(context | {"request": request})
        )


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("value", "state", "alone", "labelled"),
    [
        (True, "yes", "tak", "winda"),
        ("yes", "yes", "tak", "winda"),
        (False, "no", "nie", "winda: nie"),
        ("no", "no", "nie", "winda: nie"),
        (None, "unknown", "brak danych", "winda: brak danych"),
        ("unknown", "unknown", "brak danych", "winda: brak danych"),
        ("", "unknown", "brak danych", "winda: brak danych"),
    ],
)
def test_three_valued_fact_never_reads_unknown_as_fine(value, state, alone, labelled):
    assert words(draw("{% tri value %}", value=value)) == alone
    html = draw('{% tri value "winda" %}', value=value)
    assert words(html) == labelled
    assert f"tri--{state}" in html
    assert f"#i-{state}" in html, "a sign beside the word, not colour alone"


@pytest.mark.parametrize("tone", list(Tone))
def test_badge_has_sign_and_word(tone):
    html = draw("{% badge state %}", state=Badge("stan", tone))
    assert words(html) == "stan"
    assert "<use" in html


def test_badge_from_words():
    assert "badge--wait" in draw('{% badge "czeka" "wait" %}')


def test_unknown_icon_is_an_error_of_the_template():
    with pytest.raises(TemplateSyntaxError, match="no icon"):
        draw('{% icon "nothing" %}')


def test_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in draw('{% icon "yes" %}')
    assert 'role="img" aria-label="tak"' in draw('{% icon "yes" "tak" %}')


def test_strip_counts_in_words_what_it_draws():
    html = draw("{% strip ticks %}", ticks=["free", "free", "taken", "shut"])
    assert words(html) == "wolne: 2 z 4 terminów"
    assert html.count('class="free"') == 2
    assert html.count('class="taken"') == html.count('class="x"') == 1
    assert html.count('class="shut"') == 1


def test_strip_takes_the_words_of_the_page():
    assert words(draw('{% strip ticks "22 z 26 wtorków" %}', ticks=["free"])) == "22 z 26 wtorków"


def test_strip_refuses_an_unknown_tick():
    with pytest.raises(TemplateSyntaxError, match="tick"):
        draw("{% strip ticks %}", ticks=["maybe"])


@pytest.mark.parametrize(
    ("share", "width"), [(0, "0.0"), (0.53, "53.0"), (1, "100.0"), (2, "100.0")]
)
def test_bar_stays_within_its_frame(share, width):
    assert f'width="{width}"' in draw("{% bar share %}", share=share)


def test_sample_mark_only_where_data_are_invented():
    assert "dane przykładowe" in draw("{% sample shown=True %}")
    assert draw("{% sample shown=False %}") == ""
    assert "◇\u00a0przykład" in draw("{% sample short=True %}")


class MeetingForm(forms.Form):
    purpose = forms.CharField(label="Cel", help_text="Jedno zdanie.")
    people = forms.IntegerField(label="Osoby", max_value=40)
    minors = forms.ChoiceField(
        label="Dzieci",
        choices=[("n", "nie"), ("y", "tak")],
        widget=forms.RadioSelect,
        required=False,
    )
    agreed = forms.BooleanField(label="Znam zasady")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


class TestField:
    def test_label_belongs_to_the_input(self):
        html = draw("{% field form.purpose %}", form=MeetingForm())
        assert '<label for="id_purpose">Cel</label>' in html
        assert 'id="id_purpose"' in html
        assert 'class="input"' in html

    def test_hint_and_error_describe_the_input(self):
        html = draw("{% field form.purpose %}", form=MeetingForm({"people": "1"}))
        described = re.search(r'aria-describedby="([^"]+)"', html)[1].split()
        assert described == ["id_purpose_help", "id_purpose_error"]
        assert all(f'id="{part}"' in html for part in described)
        assert 'aria-invalid="true"' in html

    def test_right_value_is_not_called_wrong(self):
        html = draw("{% field form.people %}", form=MeetingForm({"people": "12"}))
        assert "aria-invalid" not in html
        assert 'value="12"' in html

    def test_wrong_value_is_kept(self):
        assert 'value="45"' in draw("{% field form.people %}", form=MeetingForm({"people": "45"}))

    def test_choices_of_one_question_are_one_group(self):
        html = draw("{% field form.minors %}", form=MeetingForm())
        assert words(html) == "Dzieci (nieobowiązkowe) nie tak"
        assert "<fieldset" in html
        assert "<legend>" in html

    def test_text_is_escaped(self):
        html = draw("{% field form.purpose %}", form=MeetingForm({"purpose": '"><script>'}))
        assert "<script>" not in html

    def test_hidden_field_has_no_label(self):
        assert words(draw("{% field form.secret %}", form=MeetingForm())) == ""


def test_errors_are_listed_once_with_links_to_the_fields():
    html = draw("{% form_errors form %}", form=MeetingForm({"people": "45", "agreed": "on"}))
    assert words(html).startswith("Popraw 2 pola Cel")
    assert re.findall(r'<a href="#([^"]+)"', html) == ["id_purpose", "id_people"]
    assert 'role="alert"' in html


def test_no_errors_no_list():
    assert draw("{% form_errors form %}", form=MeetingForm()).strip() == ""


class TestPagination:
    def pages(self, number: int, address: str = "/?q=sala&kind=room") -> str:
        page = Paginator(range(200), 10).get_page(number)
        return draw("{% pagination page %}", address, page=page)

    def test_keeps_the_question(self):
        assert 'href="?q=sala&amp;kind=room&amp;page=2"' in self.pages(1)

    def test_names_the_current_page(self):
        assert len(re.findall(r'aria-current="page"', self.pages(4))) == 1

    def test_ends_lead_nowhere(self):
        assert 'rel="prev"' not in self.pages(1)
        assert 'rel="next"' not in self.pages(20)

    def test_one_page_needs_no_links(self):
        page = Paginator(range(5), 10).get_page(1)
        assert draw("{% pagination page %}", page=page).strip() == ""


def test_answer_opens_with_the_question():
    html = draw('{% answer "Czy wolna?" tone="ok" heading=True source="dziś" %}Tak{% endanswer %}')
    assert words(html) == "Czy wolna? Tak dziś"
    assert '<h1 class="answer__q">' in html
    assert "answer--panel answer--ok" in html


def test_notice_speaks_only_when_it_is_news():
    assert "role=" not in draw('{% notice "Tytuł" tone="stop" %}x{% endnotice %}')
    assert 'role="alert"' in draw('{% notice "Tytuł" tone="stop" live=True %}x{% endnotice %}')
    assert 'role="status"' in draw('{% notice "Tytuł" tone="ok" live=True %}x{% endnotice %}')
