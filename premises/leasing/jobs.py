"""What the clock does for contracts. Each job looks at the state, so it may run late or twice."""

from premises.leasing import clock, successors
from records.jobs import periodic


@periodic("*/15 * * * *")
def take_due_steps() -> int:
    """Ends come into sight, terms run out, hand-backs fall due; then clashes are looked for."""
    return clock.run() + successors.raise_clashes()
