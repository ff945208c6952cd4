"""What is held by contract: buildings, commercial premises, and who holds them until when."""

from premises.models.building import Building
from premises.models.premises import Premises, PremisesPart
from premises.models.tenancy import Tenancy

__all__ = ["Building", "Premises", "PremisesPart", "Tenancy"]
