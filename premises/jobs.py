"""Periodic work of this app: importing it makes it known to the worker (records/jobs.py)."""

from premises.procedures import jobs

__all__ = ["jobs"]
