"""What other parts of the house ask of the commission. Called once, from config/composition.py."""

from premises.applications import course as applications
from premises.commission import decisions, keys, reading, sitting
from premises.procedures import course, sealing


def register() -> None:
    sealing.SEALER.ready = keys.is_ready
    sealing.SEALER.seal = keys.seal
    sealing.SEALER.opened = reading.content_of
    course.COMMISSION.append(sitting.sits)
    applications.HEARD.append(decisions.heard)
