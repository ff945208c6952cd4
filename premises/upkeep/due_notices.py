"""Notice lists that are to be hung or taken down, from premises/notices."""

from collections.abc import Iterator

from premises.notices import state
from premises.upkeep.due import Due, Horizon, Matter
from resources.models import ManagingUnit


def notices(unit: ManagingUnit, horizon: Horizon) -> Iterator[Due]:
    for one in state.due(unit, horizon.today):
        yield Due(
            f"notice:{one.notice.pk}:{one.code}",
            Matter.NOTICE,
            one.on,
            str(one.words),
            str(one.notice),
        )


SOURCES = {"notices": notices}
