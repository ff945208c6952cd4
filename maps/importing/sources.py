"""Provenance of an import: a DataSource row, with both dates that the terms of re-use ask for."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from maps.importing.report import ImportRefused, Refusal
from records.clock import today
from records.models import DataSource


@dataclass(frozen=True)
class SourceFacts:
    """What the person running an import states about the file."""

    code: str
    name: str = ""
    publisher: str = ""
    url: str = ""
    licence: str = ""
    attribution: str = ""
    state_on: date | None = None
    fetched_on: date | None = None
    note: str = ""
    is_sample: bool = False


def record_source(facts: SourceFacts, *, state_on_from_file: date | None = None) -> DataSource:
    """The DataSource of `facts`, made or brought up to date.

    What `facts` leaves empty stays as it is in a row that exists already. The date of the data
    must be known from the facts, the file or that row; the date of fetching is today if nothing
    else is said and the data are new.
    """
    source = DataSource.objects.filter(code=facts.code).first()
    existed = source is not None
    source = source or DataSource(code=facts.code)
    before = _values(source)
    state_on = facts.state_on or state_on_from_file or source.state_on
    if state_on is None:
        raise ImportRefused(
            [
                Refusal(
                    None,
                    facts.code,
                    _("The date that the data describe is not known."),
                    _("Add --state-on YYYY-MM-DD; the publisher's page or the file says it."),
                )
            ]
        )
    for name in ("name", "publisher", "url", "licence", "attribution", "note"):
        if stated := getattr(facts, name):
            setattr(source, name, stated)
    source.name = source.name or facts.code
    source.is_sample = facts.is_sample
    new_state = source.state_on != state_on
    source.state_on = state_on
    if facts.fetched_on or new_state or source.fetched_on is None:
        source.fetched_on = facts.fetched_on or today()
    if not existed or _values(source) != before:
        source.save()
    return source


def _values(source: DataSource) -> dict[str, object]:
    return {f.attname: getattr(source, f.attname) for f in source._meta.concrete_fields}
