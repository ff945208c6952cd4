"""Periodic work of this app: importing it makes it known to the worker (records/jobs.py)."""

from premises.leasing import jobs as lease_jobs
from premises.procedures import jobs

__all__ = ["jobs", "lease_jobs"]
