"""What is shared by time, and the spine that every kind of resource hangs on."""

from resources.models.accessibility import AccessibilityFact, Feature, ThreeValued
from resources.models.booking import Booking, BookingSlot, BookingStep, IdempotencyKey
from resources.models.feed import Feed
from resources.models.hold import Claim, HeldPeriod, Hold, Layer
from resources.models.opening import Closure, OpeningRule, OwnUse
from resources.models.photo import ResourcePhoto
from resources.models.policy import BookingPolicy, PolicyTerms, UserGroup
from resources.models.price import PriceList, PriceRate
from resources.models.resource import Equipment, Resource, ResourceEquipment
from resources.models.room import Room, RoomLayout
from resources.models.site import Site
from resources.models.space import Space, SpaceLeaf
from resources.models.unit import ManagingUnit, StaffRole, UnitName
from resources.models.unmet import UnmetDemand

__all__ = [
    "AccessibilityFact",
    "Booking",
    "BookingPolicy",
    "BookingSlot",
    "BookingStep",
    "Claim",
    "Closure",
    "Equipment",
    "Feature",
    "Feed",
    "HeldPeriod",
    "Hold",
    "IdempotencyKey",
    "Layer",
    "ManagingUnit",
    "OpeningRule",
    "OwnUse",
    "PolicyTerms",
    "PriceList",
    "PriceRate",
    "Resource",
    "ResourceEquipment",
    "ResourcePhoto",
    "Room",
    "RoomLayout",
    "Site",
    "Space",
    "SpaceLeaf",
    "StaffRole",
    "ThreeValued",
    "UnitName",
    "UnmetDemand",
    "UserGroup",
]
