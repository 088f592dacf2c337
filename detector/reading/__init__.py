"""Payments read from bytes without a look at each."""
