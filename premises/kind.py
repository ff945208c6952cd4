"""Premises as a kind of resource."""

from django.utils.translation import pgettext_lazy

from resources.kinds import Kind

PREMISES = Kind(
    code="premises",
    name=pgettext_lazy("one place", "premises"),
    plural=pgettext_lazy("several places", "premises"),
    wanted=pgettext_lazy("looking for", "premises"),
    shape="diamond",
)
