"""How states of organisations, members and requests to join look: icon, word, colour."""

from organisations.models import JoinRequest, Organisation
from records import clock
from records.marks import Badge, Tone

_State = Organisation.VerificationState
_TONES = {
    _State.DRAFT: Tone.MUTE,
    _State.SUBMITTED: Tone.WAIT,
    _State.VERIFIED: Tone.OK,
    _State.STALE: Tone.WAIT,
    _State.SUSPENDED: Tone.STOP,
    _State.ARCHIVED: Tone.MUTE,
}
_JOIN_TONES = {
    JoinRequest.State.WAITING: Tone.WAIT,
    JoinRequest.State.ACCEPTED: Tone.OK,
    JoinRequest.State.REFUSED: Tone.STOP,
    JoinRequest.State.WITHDRAWN: Tone.MUTE,
}


def verification_badge(organisation: Organisation) -> Badge:
    """A confirmation past its day counts as out of date even before the nightly job says so."""
    state = organisation.verification_state
    past = organisation.verified_until and organisation.verified_until <= clock.today()
    if state == _State.VERIFIED and past:
        state = _State.STALE
    return Badge(_State(state).label, _TONES[_State(state)])


def join_badge(asked: JoinRequest) -> Badge:
    state = JoinRequest.State(asked.state)
    return Badge(state.label, _JOIN_TONES[state])
