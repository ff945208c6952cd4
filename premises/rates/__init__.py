"""What premises cost: schedules, zones, and the rent with the tree of its factors."""
