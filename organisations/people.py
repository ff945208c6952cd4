"""Groups of people that messages go to."""

from django.db.models import QuerySet

from organisations.models import CityRole, Membership, Organisation, Person
from records import clock


def coordinators() -> QuerySet[Person]:
    """Who coordinates cooperation with NGOs today."""
    return holders_of(CityRole.Role.COORDINATOR)


def holders_of(role: str) -> QuerySet[Person]:
    today = clock.today()
    return Person.objects.filter(
        is_active=True,
        pk__in=CityRole.objects.filter(role=role, valid__contains=today).values("person"),
    )


def members_of(organisation: Organisation, *roles: str) -> QuerySet[Person]:
    """Members of today, of these roles if any are given."""
    memberships = Membership.objects.filter(
        organisation=organisation, valid__contains=clock.today()
    )
    if roles:
        memberships = memberships.filter(role__in=roles)
    return Person.objects.filter(is_active=True, pk__in=memberships.values("person"))


def representatives_of(organisation: Organisation) -> QuerySet[Person]:
    return members_of(organisation, Membership.Role.REPRESENTATIVE)
