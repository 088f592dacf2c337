"""Accounts with roles: people, merchants, employers, landlords, clubs."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from generator.casting import Casting
from generator.errors import OptionError
from generator.identifiers import account_numbers

SMALLEST = 100
"""Fewer accounts leave a role without anybody."""

MERCHANT_SHARE, EMPLOYER_SHARE, LANDLORD_SHARE, CLUB_SHARE = 0.05, 0.02, 0.02, 0.01
"""Shares of the accounts; all others are people."""

MEDIAN_CENTS = 4_500
LEVEL_SPREAD = 0.5
"""What a person usually pays at once is log-normal over people: median 45.00."""


@dataclass(frozen=True, slots=True)
class Society:
    """Accounts by role.

    `level_cents` is what each person usually pays at once, in the order of `people`.
    """

    people: list[str]
    merchants: list[str]
    employers: list[str]
    landlords: list[str]
    clubs: list[str]
    level_cents: NDArray[np.int64]

    @classmethod
    def of(cls, rng: np.random.Generator, accounts: int) -> "Society":
        """A society of `accounts` accounts.

        Raises:
            OptionError: there are too few for every role.
        """
        if accounts < SMALLEST:
            raise OptionError(f"--population life needs {SMALLEST} accounts or more, not {accounts}.")
        names = account_numbers(rng, accounts)
        shares = (MERCHANT_SHARE, EMPLOYER_SHARE, LANDLORD_SHARE, CLUB_SHARE)
        borders = np.cumsum([max(1, round(accounts * share)) for share in shares]).tolist()
        merchants, employers, landlords, clubs, people = (
            names[begin:end] for begin, end in pairwise([0, *borders, accounts])
        )
        levels = np.rint(MEDIAN_CENTS * np.exp(rng.standard_normal(len(people)) * LEVEL_SPREAD)).astype(np.int64)
        return cls(people, merchants, employers, landlords, clubs, np.maximum(levels, 100))

    def casting(self) -> Casting:
        """The people as possible members of a ring."""
        return Casting(self.people, self.level_cents.tolist())
