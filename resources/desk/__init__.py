"""The desk of a managing unit: what waits for an answer, the week of its rooms, use in figures."""
