"""State marks: what a badge shows. Always icon, word and colour, in that order of importance."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Tone(StrEnum):
    """What a colour of the palette means (docs/look.md)."""

    OK = "ok"  # free, in force, met
    WAIT = "wait"  # somebody has to act
    STOP = "stop"  # refused, conflict, overdue
    HOLD = "hold"  # held by a plan, counter-proposal
    INFO = "info"  # of note, nothing to do
    MUTE = "mute"  # closed, over
    UNKNOWN = "unknown"  # no data: dashed outline, never green


ICON_OF_TONE = {
    Tone.OK: "yes",
    Tone.WAIT: "clock",
    Tone.STOP: "no",
    Tone.HOLD: "lock",
    Tone.INFO: "info",
    Tone.MUTE: "pause",
    Tone.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as a page shows it; `icon` defaults to that of the tone."""

    label: str | Promise
    tone: Tone | str = Tone.MUTE
    icon: str = ""

    @property
    def icon_name(self) -> str:
        return self.icon or ICON_OF_TONE[Tone(self.tone)]
