from maps.models.addresses import Address
from maps.models.districts import AreaGroup, District, DistrictResidents
from maps.models.population import PopulationCell

__all__ = ["Address", "AreaGroup", "District", "DistrictResidents", "PopulationCell"]
