"""Bounds of the contract that Avro cannot say; the fields' docs state them."""

from collections.abc import Mapping

CHARACTERS: Mapping[tuple[str, str], int] = {("fraud.Transaction", "id"): 64}
"""Most characters of a string field, by full name of the record and name of the field."""

DEPTH = 64
"""Most types inside each other in a writer schema; reading it goes as deep as it does, and Python only so far."""
