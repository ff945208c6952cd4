"""The sample city: an invented inventory with bookings on Kraków's real geography.

`bin/manage load_sample_city` builds it (config/sample/build.py). What it says stands in
fixtures/sample/ as tables and texts; the modules here only combine them, one subject each. It is
deterministic: every subject throws dice of its own, seeded with its name, so that the same day
gives the same rows and a change in one subject leaves the others as they were.

Everything invented is marked: `is_sample` on the row, or on the unit, resource or booking that it
belongs to. The two Civic Centres and the geography are real and carry their sources.
"""
