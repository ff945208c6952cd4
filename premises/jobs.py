"""Periodic work of this app: importing it makes it known to the worker (records/jobs.py)."""

from premises.indexation import jobs as indexation_jobs
from premises.leasing import jobs as lease_jobs
from premises.procedures import jobs
from premises.upkeep import jobs as upkeep_jobs

__all__ = ["indexation_jobs", "jobs", "lease_jobs", "upkeep_jobs"]
