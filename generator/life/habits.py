"""All habits of a society, as many as its traffic carries."""

import numpy as np

from generator.life.club_fees import ClubFees
from generator.life.habit import Habit
from generator.life.payday import Payday
from generator.life.rent import Rent
from generator.life.shared_bills import SharedBills
from generator.life.society import Society
from generator.life.standing_orders import StandingOrders

HABIT_SHARE = 0.35
"""Share of all payments that habits may fill; the rest are made from day to day."""

DAYS_OF_A_MONTH = 30
PER_PERSON_AND_MONTH = 0.6 + 0.35 + 0.8
"""Wages, rents and standing orders of an average person."""


def habits_of(society: Society, rng: np.random.Generator, daily_payments: float) -> tuple[Habit, ...]:
    """The habits of `society`.

    Args:
        society: Accounts by role.
        rng: Draws who has which habit.
        daily_payments: Payments of one day of event time. Where they are few, fewer people have habits, so that these
            do not crowd everything else out.
    """
    carried = daily_payments * HABIT_SHARE * DAYS_OF_A_MONTH / PER_PERSON_AND_MONTH
    people = min(len(society.people), int(carried))
    return (
        Payday(society, rng, int(people * 0.6)),
        Rent(society, rng, int(people * 0.35)),
        StandingOrders(society, rng, int(people * 0.8)),
        ClubFees(society, rng),
        SharedBills(society),
    )
