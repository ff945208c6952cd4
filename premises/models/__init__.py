"""What is held by contract: buildings and commercial premises."""

from premises.models.building import Building
from premises.models.premises import Premises, PremisesPart

__all__ = ["Building", "Premises", "PremisesPart"]
