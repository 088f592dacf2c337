"""How grave a judgement or a finding is."""

from enum import StrEnum


class Level(StrEnum):
    """Levels of the contract, in rising order; the value is the symbol of `fraud.Level`."""

    REVIEW = "REVIEW"
    """A person should look at the payment."""

    BLOCK = "BLOCK"
    """The payment should not go through."""

    @property
    def rank(self) -> int:
        """Place in rising order, from 1."""
        return 1 if self is Level.REVIEW else 2
