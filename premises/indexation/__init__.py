"""Yearly indexation of rents: preview, approval by a second person, new terms in batches."""
