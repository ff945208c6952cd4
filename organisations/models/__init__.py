"""People, city-wide roles, notifications, and the register of NGOs."""

from organisations.models.membership import JoinRequest, Membership
from organisations.models.notification import Notification
from organisations.models.organisation import (
    Organisation,
    OrganisationContact,
    OrganisationPlace,
    OrganisationSphere,
    Sphere,
)
from organisations.models.person import CityRole, Person
from organisations.models.token import ApiToken
from organisations.models.verification import Verification

__all__ = [
    "ApiToken",
    "CityRole",
    "JoinRequest",
    "Membership",
    "Notification",
    "Organisation",
    "OrganisationContact",
    "OrganisationPlace",
    "OrganisationSphere",
    "Person",
    "Sphere",
    "Verification",
]
