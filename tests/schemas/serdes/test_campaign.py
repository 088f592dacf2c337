"""A long search for a broken batch that is accepted, or a value that differs."""

import random

import pytest

from schemas.serdes.pinned import pinned
from tests.schemas.serdes.payments import at, payment
from tests.schemas.serdes.test_column_decoder import agree

BATCHES = 20_000


def mutated(random_numbers, value):
    """The value with a few bytes flipped, cut, added or shifted."""
    damaged = bytearray(value)
    for _ in range(random_numbers.choice((1, 1, 2, 5))):
        place, byte = random_numbers.randrange(len(damaged) + 1), random_numbers.randrange(256)
        how = random_numbers.randrange(5)
        if how == 0:
            damaged[place : place + 1] = bytes([byte])
        elif how == 1:
            del damaged[place:]
        elif how == 2:
            damaged += random_numbers.randbytes(random_numbers.randrange(1, 40))
        elif how == 3:
            damaged[place:place] = bytes([byte])
        else:
            del damaged[place : place + random_numbers.randrange(1, 5)]
    return bytes(damaged)


@pytest.mark.campaign
@pytest.mark.timeout(0)
def test_no_broken_batch_is_accepted_in_a_long_search(sandbox_serdes):
    """Over many batches with damaged neighbours, both paths agree on every record and every error."""
    numbers = random.Random(20_261_124)
    serializer, decoder = (
        sandbox_serdes.serializer("transactions"),
        sandbox_serdes.column_decoder(pinned("transactions")),
    )
    for batch in range(BATCHES):
        values = [
            serializer.encode(payment(id=f"{batch}-{row}" * numbers.choice((1, 2)), occurred_at=at(row * 86_400_000)))
            for row in range(numbers.choice((16, 17, 60)))
        ]
        for _ in range(numbers.choice((0, 1, 1, 2, 8))):
            row = numbers.randrange(len(values))
            values[row] = mutated(numbers, values[row])
        agree(decoder, values)
