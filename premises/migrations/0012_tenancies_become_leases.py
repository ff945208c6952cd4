"""What was a mere tenancy becomes a contract with a number, a party and its first terms.

A running one now claims its place until a recorded hand-back, so its claim loses its end, unless
somebody else's begins there. Rent and purpose were not recorded: an officer adds them.
"""

from collections import Counter

from django.db import migrations
from django.utils import timezone

OPEN_CLAIMS = """
UPDATE resources_claim claim SET period = tstzrange(lower(claim.period), (
    SELECT min(lower(other.period)) FROM resources_claim other
    WHERE other.space_id = claim.space_id AND other.layer = claim.layer
      AND other.hold_id <> claim.hold_id AND lower(other.period) >= upper(claim.period)))
WHERE upper(claim.period) > now() AND claim.hold_id IN (SELECT hold_id FROM premises_tenancy)
"""


def forward(apps, schema_editor):
    of = {name: apps.get_model("premises", name) for name in (
        "Tenancy", "Lease", "LeaseObject", "LeaseParty", "LeaseVersion", "NumberSeries")}
    now = timezone.now()
    numbers = Counter()
    tenancies = of["Tenancy"].objects.select_related("premises__resource__unit", "hold")
    for one in tenancies.order_by("pk"):
        resource, first, before = one.premises.resource, one.term.lower, one.term.upper
        unit, year = resource.unit, first.year
        numbers[unit.pk, year] += 1
        over = before is not None and before <= now.date()
        lease = of["Lease"].objects.create(
            unit=unit,
            number=f"{unit.code.upper()}-{numbers[unit.pk, year]}-{year}"[:40],
            kind=one.kind,
            state="archived" if over else "active",
            state_since=now,
            hold=one.hold,
            starts_on=first,
            ends_before=before,
            signed_on=first,
            handed_over_on=first,
            returned_at=timezone.datetime.combine(
                before, timezone.datetime.min.time(), timezone.get_default_timezone()
            ) if over else None,
            created_at=one.hold.created_at,
            source=one.source,
            is_sample=one.is_sample,
        )
        of["LeaseObject"].objects.create(lease=lease, resource=resource, area_m2=resource.area_m2)
        of["LeaseParty"].objects.create(
            lease=lease,
            organisation=one.organisation,
            name="" if one.organisation_id else one.tenant or "najemca spoza rejestru",
            natural_person=not one.organisation_id,
            valid=(first, None),
        )
        of["LeaseVersion"].objects.create(
            lease=lease, valid=(first, None), ends_before=before, recorded_at=now
        )
    for (unit, year), last in numbers.items():
        of["NumberSeries"].objects.update_or_create(
            unit_id=unit, series="lease", year=year, defaults={"last": last}
        )
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(OPEN_CLAIMS)


class Migration(migrations.Migration):
    dependencies = [("premises", "0011_lease_origin")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
