"""What the search page shows: the view model, without HTTP."""

import json
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import shapely
from django.contrib.gis.geos import Point
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maps.widgets import LegendEntry, MapWidget
from records.templatetags.zasoby import local_text
from records.typography import distance, joined
from resources import kinds
from resources.search import near_misses
from resources.search.criteria import Criteria, Gap, Place, Sort
from resources.search.judgement import Facets, Judgement, judge
from resources.search.links import Addresses, Link
from resources.search.listing import Listed, Listing, listing
from resources.search.parsing import time_parameters
from resources.search.sentence import Phrase, sentence
from resources.search.suggestions import suggestions


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Everything the templates need."""

    criteria: Criteria
    addresses: Addresses
    phrases: list[Phrase]
    listing: Listing
    judgement: Judgement
    suggestions: list[Link] = field(default_factory=list)

    @property
    def facets(self) -> Facets:
        return self.judgement.facets

    @property
    def found(self) -> str:
        """The answer in one sentence: how many fit, and how many nearly."""
        matched = self.listing.matched
        if self.criteria.is_everything:
            return ngettext(
                "{count} place in the city.", "{count} places in the city.", matched
            ).format(count=matched)
        fits = ngettext(
            "{count} place meets everything.", "{count} places meet everything.", matched
        ).format(count=matched)
        if not matched:
            fits = _("No place meets everything.")
        near = len(self.listing.near)
        if not near:
            return fits
        return f"{fits} " + ngettext(
            "{count} more nearly does.", "{count} more nearly do.", near
        ).format(count=near)

    @property
    def query(self) -> str:
        return self.addresses.query(self.criteria)

    @property
    def visit_query(self) -> str:
        """The asked time for the page of a place, which judges it date by date."""
        if isinstance(self.criteria.time, Gap):
            return ""
        return urlencode(time_parameters(self.criteria.time), safe="/,:")

    @property
    def any_hours(self) -> bool:
        """Whether any hours would do, so that the first free ones are the answer."""
        return isinstance(self.criteria.time, Gap)

    @property
    def tabs(self) -> list[Link]:
        tabs = []
        for kind in kinds.every():
            # Premises are looked for to be taken over, so first those that stand empty.
            empty = kind.code == "premises" and self.criteria.kind != kind.code
            changed = self.criteria.but(
                kind=kind.code, vacant=empty or (self.criteria.vacant and kind.code == "premises")
            )
            current = kind.code == self.criteria.kind
            tabs.append(Link(str(kind.plural), self.addresses.of(changed), current=current))
        return tabs

    @property
    def sorts(self) -> list[Link]:
        words = {
            Sort.FIT: _("best fit"),
            Sort.DISTANCE: _("nearest"),
            Sort.FREE_FROM: _("first free"),
            Sort.SIZE: _("largest"),
        }
        return [
            Link(
                label, self.addresses.of(self.criteria.but(sort=sort)),
                current=sort == self.criteria.sort,
            )
            for sort, label in words.items()
            if sort != Sort.DISTANCE or self.criteria.place.near
        ]  # fmt: skip

    @property
    def sorted_by(self) -> str:
        return next(link.words for link in self.sorts if link.current)

    @property
    def drawn(self) -> list[Link]:
        """Parts of the place that only the map can make, as links that take them away."""
        place = self.criteria.place
        found = []
        if place.within:
            rest = self._elsewhere(within="")
            found.append(Link(_("the drawn area"), self.addresses.of(rest)))
        if place.bbox:
            rest = self._elsewhere(bbox=None)
            found.append(Link(_("the view of the map"), self.addresses.of(rest)))
        return found

    def _elsewhere(self, **changes: Any) -> Criteria:
        return self.criteria.but(place=replace(self.criteria.place, **changes))

    @property
    def pages(self) -> list[Link]:
        """The page before and the page after."""
        criteria, found = self.criteria, []
        if criteria.offset:
            before = criteria.but(offset=max(0, criteria.offset - criteria.limit))
            found.append(Link(_("Previous page"), self.addresses.of(before)))
        if criteria.offset + len(self.listing.fits) < self.listing.matched:
            after = criteria.but(offset=criteria.offset + criteria.limit)
            found.append(Link(_("Next page"), self.addresses.of(after)))
        return found

    @property
    def shown(self) -> str:
        """ "21-40 of 133" where there is more than one page."""
        if self.listing.matched <= len(self.listing.fits) or not self.listing.fits:
            return ""
        numbers = (self.listing.fits[0].number, self.listing.fits[-1].number)
        return _("{range} of {all}").format(
            range=joined(*map(str, numbers)), all=self.listing.matched
        )

    @property
    def features(self) -> dict[str, Any]:
        """The list as GeoJSON for the map, and where the map's controls lead."""
        return {
            "type": "FeatureCollection",
            "addresses": {
                "viewUrl": self._view_url,
                "hereUrl": self._here_url,
                "othersUrl": self._others_url,
            },
            "features": [
                self._feature(one, one.resource.point)
                for one in self.listing.all
                if one.resource.point
            ],
        }

    def _feature(self, one: Listed, point: Point) -> dict[str, Any]:
        resource = one.resource
        address = reverse("resources:detail", args=[resource.code])
        return {
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [round(degrees, 6) for degrees in point.coords],
            },
            "properties": {
                "code": resource.code,
                "title": local_text(resource, "title"),
                "kind": resource.kind,
                "url": f"{address}?{self.visit_query}" if self.visit_query else address,
                "number": one.number,
                "place": resource.site.name if resource.site else resource.unit.name,
                "why_not": one.why_not,
                "sample": resource.is_sample,
            },
        }

    @property
    def _view_url(self) -> str:
        return _with(self.addresses.of(self.criteria.but(place=Place())), "bbox={bbox}")

    @property
    def _here_url(self) -> str:
        return _with(self.addresses.of(self.criteria.but(place=Place())), "near={lon},{lat}")

    @property
    def _others_url(self) -> str:
        """Where the map asks for what fits and is not on this page of the list."""
        if self.listing.matched <= len(self.listing.fits):
            return ""
        listed = ",".join(one.resource.code for one in self.listing.fits)
        return f"{reverse('search_layer')}?view={{bbox}}&zoom={{zoom}}&listed={listed}&{self.query}"

    @property
    def map(self) -> MapWidget:
        place = self.criteria.place
        return MapWidget(
            label=_("Map of the results; the list shows the same places"),
            name="mapa-wynikow",
            bounds=place.bbox,
            results_id="wyniki-geojson",
            others_url=self._others_url,
            list_selector="#lista",
            view_url=self._view_url,
            here_url=self._here_url,
            within_field="id_within",
            near=place.near,
            near_label=self.addresses.near_label,
            radius_m=place.radius if place.near else None,
            within=_as_geojson(place.within),
            highlight_districts=place.districts,
            legend=_legend(self.criteria),
        )


def _with(address: str, parameter: str) -> str:
    return f"{address}{'' if address.endswith('?') else '&'}{parameter}"


def _as_geojson(wkt: str) -> dict[str, Any] | None:
    return json.loads(shapely.to_geojson(shapely.from_wkt(wkt))) if wkt else None


def _legend(criteria: Criteria) -> tuple[LegendEntry, ...]:
    sign = "premises" if criteria.kind == "premises" else "room"
    entries = [
        LegendEntry(sign, _("fits, numbered as in the list")),
        LegendEntry("near", _("nearly fits")),
        LegendEntry("cluster", _("more places that fit")),
    ]
    if criteria.place.near:
        words = _("within {distance}").format(distance=distance(criteria.place.radius))
        entries.append(LegendEntry("reach", words))
    return tuple(entries)


def search_page(criteria: Criteria, person: Any, *, near_label: str = "") -> SearchPage:
    """The page of these criteria for this person. Raises Problems for names nobody has."""
    judgement = judge(criteria, person)
    found = near_misses.explain(listing(criteria, judgement), criteria)
    addresses = Addresses(near_label)
    return SearchPage(
        criteria=criteria,
        addresses=addresses,
        phrases=sentence(criteria, near_label=near_label),
        listing=found,
        judgement=judgement,
        suggestions=[]
        if judgement.matched
        else suggestions(criteria, judgement, addresses, person),
    )
