"""What the detector remembers of accounts: a deterministic fold of the log."""
