"""The components of the look as template tags: {% load zasoby %}.

They stand in the lowest app so that templates of every app may load them. Formatting is in
records/typography.py, state marks in records/marks.py; here they only become HTML.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from records import typography
from records.icons import ICONS
from records.marks import Badge, Tone

register = template.Library()

_FORMATTERS = (
    "number", "money", "area", "distance", "percent", "day", "day_long", "day_month",
    "weekday", "clock_time", "moment", "period",
)  # fmt: skip


def _quiet(formatter: Callable[..., str]) -> Callable[..., str]:
    """Formatters print nothing for nothing: a missing value is the template's to explain."""

    # One named argument at most: Django counts a filter's arguments and does not see *arguments.
    def apply(value: Any, argument: Any = None) -> str:
        if value is None or value == "":
            return ""
        return formatter(value) if argument is None else formatter(value, argument)

    return apply


for _name in _FORMATTERS:
    register.filter(_name, _quiet(getattr(typography, _name)))


@register.filter
def district(value: Any) -> str:
    """An object with `number` and `name` as XVIII Nowa Huta."""
    return typography.district(value.number, value.name) if value else ""


@register.simple_tag
def time_range(start: Any, end: Any) -> str:
    return typography.time_range(start, end)


@register.simple_tag
def day_range(first: Any, last: Any) -> str:
    return typography.day_range(first, last)


@register.simple_tag
def local_text(row: Any, name: str) -> str:
    """`name`_en or `name`_pl of a row, by the reader's language; Polish where English is empty."""
    polish = getattr(row, f"{name}_pl", "")
    if (get_language() or "pl").startswith("en"):
        return getattr(row, f"{name}_en", "") or polish
    return polish


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; with a label it is an image, without one it is decoration."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"no icon {name!r} in records/icons.py")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="#i-{}"/></svg>', label, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


_TRI = {
    True: "yes", "yes": "yes", "Y": "yes",
    False: "no", "no": "no", "N": "no",
    None: "unknown", "": "unknown", "unknown": "unknown", "U": "unknown",
}  # fmt: skip


@register.simple_tag
def tri(value: object, label: str = "") -> SafeString:
    """A three-valued fact: yes, no or unknown (True, False, None, or those words).

    Alone it says "yes", "no" or "no data"; with a label "step-free", "step-free: no" or
    "step-free: no data". Unknown has a dashed outline and is never green.
    """
    state = _TRI[value]
    word = {"yes": gettext("yes"), "no": gettext("no"), "unknown": gettext("no data")}[state]
    if label and state == "yes":
        word = label
    elif label:
        word = f"{label}: {word}"
    return format_html(
        '<span class="tri tri--{}">{}<span>{}</span></span>', state, icon(state), word
    )


@register.simple_tag
def badge(state: Badge | str, tone: str = "mute", icon_name: str = "") -> SafeString:
    """A state mark from a Badge, or from a label with a tone and optionally an icon."""
    if not isinstance(state, Badge):
        state = Badge(state, tone, icon_name)
    modifier = "" if state.tone == Tone.MUTE else f" badge--{Tone(state.tone)}"
    return format_html(
        '<span class="badge{}">{}{}</span>', modifier, icon(state.icon_name), state.label
    )


_STEP = 9  # px from tick to tick; a tick is 7 wide and 12 high


def _tick(index: int, state: str) -> SafeString:
    x = index * _STEP
    if state == "free":
        shape = '<rect class="free" x="{}.5" y="1" width="7" height="12" rx="1"/>'
        return format_html(shape, x)
    if state == "taken":
        return format_html(
            '<rect class="taken" x="{}" y="1.5" width="6" height="11" rx="1"/>'
            '<path class="x" d="M{} 11.5l5-9"/>',
            x + 1,
            x + 1.5,
        )
    if state == "shut":
        return format_html('<rect class="shut" x="{}" y="5" width="6" height="4"/>', x + 1)
    raise template.TemplateSyntaxError(f"a tick is free, taken or shut, not {state!r}")


@register.simple_tag
def strip(ticks: Iterable[str], words: str = "") -> SafeString:
    """The dates of a series as ticks, in order: "free", "taken" or "shut".

    `words` is the count beside it ("22 of 26 Tuesdays"); without it "22 of 26 dates free".
    """
    states = [str(tick) for tick in ticks]
    free = states.count("free")
    counted = ngettext(
        "%(free)s of %(all)s date free", "%(free)s of %(all)s dates free", len(states)
    ) % {"free": free, "all": len(states)}
    return format_html(
        '<div class="strip"><span>{}</span><svg viewBox="0 0 {} 14" '
        'preserveAspectRatio="xMinYMid meet" role="img" aria-label="{}">{}</svg></div>',
        words or counted,
        max(len(states), 1) * _STEP,
        counted,
        format_html_join("", "{}", ((_tick(i, state),) for i, state in enumerate(states))),
    )


@register.simple_tag
def bar(share: float, tone: str = "b1") -> SafeString:
    """A bar of a share between 0 and 1. The number must stand beside it in words."""
    width = round(max(0.0, min(1.0, float(share))) * 100, 1)
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="b0" width="100" height="8"/>'
        '<rect class="{}" width="{}" height="8"/></svg>',
        tone,
        width,
    )


@register.simple_tag
def sample(*, shown: object = True, short: bool = False) -> SafeString | str:
    """The mark of invented data; {% sample shown=room.is_sample %} prints nothing for real rows.

    `short` is for lists, where the long words would repeat in every row.
    """
    if not shown:
        return ""
    if short:
        return format_html('<span class="source">◇\u00a0{}</span>', gettext("sample"))
    return format_html('<span class="sample">{}</span>', gettext("sample data"))


@register.simple_tag
def field(
    bound: BoundField, *, dense: bool = False, options: bool = False, quiet: bool = False
) -> str:
    """A form field with its label, hint and error.

    `dense` for staff pages; `options` draws radio buttons as framed options of one question;
    `quiet` leaves "(optional)" out, where a whole group is optional and says so once.
    """
    described = [
        f"{bound.auto_id}_{part}"
        for part, present in (("help", bound.help_text), ("error", bound.errors))
        if present
    ]
    attrs: dict[str, str | bool] = {}
    if bound.widget_type not in {"checkbox", "radioselect", "checkboxselectmultiple"}:
        dense_class = " input--dense" if dense else ""
        given = bound.field.widget.attrs.get("class", "")
        attrs["class"] = f"input{dense_class} {given}".strip()
    if bound.field.widget.attrs.get("placeholder"):
        attrs["placeholder"] = ""  # labels and hints stay, a placeholder goes when one types
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return render_to_string(
        "records/components/field.html",
        {
            "field": bound,
            "widget": bound.as_widget(attrs=attrs),
            "options": options,
            "optional": not bound.field.required and not quiet,
        },
    )


@register.inclusion_tag("records/components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong, once above the form: its own errors and links to the fields to mend."""
    return {"form": form, "wrong": [bound for bound in form if bound.errors]}


@register.inclusion_tag("records/components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page, parameter: str = "page") -> dict[str, Any]:
    """Links to other pages of a list; the other parameters of the address are kept."""
    query = context["request"].GET.copy()

    def address(number: int | str) -> str:
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    ellipsis = page.paginator.ELLIPSIS
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "links": [{"number": n, "address": None if n == ellipsis else address(n)} for n in numbers],
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
    }


@register.simple_block_tag
def answer(
    content: str,
    question: str,
    *,
    tone: str = "",
    panel: bool | None = None,
    heading: bool = False,
    wide: bool = False,
    source: str = "",
) -> str:
    """The person's question, the sentence that answers it (the block), source with a date.

    {% answer _("Is the room free?") tone="ok" source=_("…") %}Yes{% endanswer %}
    Numbers go into <span class="fig">. `heading` makes the question the page's h1; a tone
    ("ok", "wait", "stop") makes it a panel, as on the page of one object.
    """
    return render_to_string(
        "records/components/answer.html",
        {
            "content": content,
            "question": question,
            "tone": tone,
            "panel": bool(tone) if panel is None else panel,
            "heading": heading,
            "wide": wide,
            "source": source,
        },
    )


_NOTICE_ICON = {"": "info", "ok": "yes", "wait": "warn", "stop": "no", "hold": "lock"}


@register.simple_block_tag
def notice(
    content: str, title: str = "", *, tone: str = "", level: int = 2, live: bool = False
) -> str:
    """Result of an action or a limit. Tones: "" (information), ok, wait, stop, hold.

    `live` announces it to screen readers: for what an action just brought, not for standing text.
    """
    return render_to_string(
        "records/components/notice.html",
        {
            "content": content,
            "title": title,
            "tone": tone,
            "icon": _NOTICE_ICON[tone],
            "level": level,
            "live": live,
        },
    )


@register.simple_block_tag
def emptystate(content: str, title: str, *, icon_name: str = "search", level: int = 2) -> str:
    """A list without rows: what to relax or do next, and what that brings (the block)."""
    return render_to_string(
        "records/components/emptystate.html",
        {"content": content, "title": title, "icon": icon_name, "level": level},
    )


_MESSAGE_TONE = {"success": "ok", "warning": "wait", "error": "stop"}


@register.filter
def message_tone(level_tag: str) -> str:
    """The tone of a notice for a message of django.contrib.messages."""
    return _MESSAGE_TONE.get(level_tag, "")
