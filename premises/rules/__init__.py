"""What the law and local rules ask of a contract, and whether an organisation can have premises."""
