"""The worker's side of indexation: see records/jobs.py."""

from procrastinate.contrib.django import app

from premises.indexation.carrying_out import carry_out_approved
from records.jobs import PERIODIC, periodic, run

_NAME = "premises.indexation.jobs.carry_out_indexations"


@periodic("* * * * *")
def carry_out_indexations() -> int:
    """Approved runs of indexation, from where a stopped worker left them."""
    return carry_out_approved()


@app.task(name="premises.indexation.jobs.carry_out_now")
def carry_out_now() -> None:
    """Deferred with each approval, so that it begins at once."""
    run(PERIODIC[_NAME])
