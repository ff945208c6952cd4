"""Pages of the register of organisations, of notifications and of roles."""
