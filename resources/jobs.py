"""Background jobs of this app, found by this module's name."""

from resources.booking import jobs as booking_jobs

__all__ = ["booking_jobs"]
