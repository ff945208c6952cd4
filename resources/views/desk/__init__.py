"""Pages of a unit's desk. Each view finds its unit through access.py and decides nothing."""
