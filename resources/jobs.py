"""Background jobs of this app, found by this module's name."""

from records.jobs import periodic
from resources.booking import jobs as booking_jobs
from resources.closures import fill_all_gaps
from resources.review_reminders import remind_keepers

__all__ = ["booking_jobs", "fill_closures", "remind_about_descriptions"]


@periodic("23 6 * * *")
def remind_about_descriptions() -> int:
    return remind_keepers()


@periodic("*/10 * * * *")
def fill_closures() -> int:
    return fill_all_gaps()
