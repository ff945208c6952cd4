"""What the page of one place says: its week, accessibility, prices, rules and pictures."""
