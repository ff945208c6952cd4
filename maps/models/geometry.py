"""Building blocks for geometry columns: stored transforms and the CHECKs that guard them."""

from typing import Any

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform

from maps.crs import Envelope


def stored_transform(source: str, field: type[models.GeometryField], srid: int) -> Any:
    """A column that PostgreSQL keeps equal to `source` transformed to `srid`.

    Measuring and tiles read such columns: transforming on the fly was 14 times slower. Django
    makes no spatial index for a generated column: name a GistIndex beside it where it is searched.
    """
    return models.GeneratedField(
        expression=Transform(source, srid),
        output_field=field(srid=srid),
        db_persist=True,
        editable=False,
    )


class Within(models.Func):
    """SQL truth of "the geometry lies inside the envelope", edges included."""

    function = "ST_CoveredBy"
    template = "ST_CoveredBy(%(expressions)s, ST_MakeEnvelope(%(box)s))"
    output_field = models.BooleanField()
    conditional = True

    def __init__(self, expression: str, *, box: str) -> None:
        super().__init__(expression, box=box)


def within(field: str, envelope: Envelope, *, name: str, message: Any) -> models.CheckConstraint:
    """CHECK that `field` lies inside the envelope, so that swapped axes cannot enter."""
    box = ", ".join(f"{value}" for value in (*envelope.bounds, envelope.srid))
    return models.CheckConstraint(
        name=name, condition=Within(field, box=box), violation_error_message=message
    )


def valid(field: str, *, name: str, message: Any) -> models.CheckConstraint:
    """CHECK (ST_IsValid(field))."""
    return models.CheckConstraint(
        name=name,
        condition=models.Q(**{f"{field}__isvalid": True}),
        violation_error_message=message,
    )
