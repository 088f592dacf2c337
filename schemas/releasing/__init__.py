"""Freezes the current text of a record as its next version, with all that belongs to a release."""
