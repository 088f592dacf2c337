"""A long search for a broken batch that is accepted, or a value that differs."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.errors import UnknownSchemaError
from schemas.serdes.columns.decoder import ColumnDecoder
from schemas.serdes.encoding import compile_writer
from schemas.serdes.frame import prefix
from schemas.serdes.pinned import pinned
from schemas.serdes.settings import ReadingSettings
from schemas.serdes.writer_schemas import WriterSchema
from tests.schemas.serdes.drawn_schemas import FLAT_RECORDS
from tests.schemas.serdes.payments import at, payment
from tests.schemas.serdes.registered import pin
from tests.schemas.serdes.test_column_decoder import agree

BATCHES = 20_000
SCHEMAS = 5000


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


@pytest.mark.campaign
@pytest.mark.timeout(0)
@settings(max_examples=SCHEMAS, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_flat_schema_lets_a_broken_batch_through(data):
    """Over many flat schemas with damaged values, both paths agree on every record and every error."""
    schema, drawn = data.draw(FLAT_RECORDS)
    write, decoder = compile_writer(schema), ColumnDecoder(OneSchema(schema), pin(schema), ReadingSettings())
    values = []
    for record in data.draw(st.lists(drawn, min_size=16, max_size=20)):
        out = bytearray(prefix(1))
        write(record, out)
        values.append(bytes(out))
    numbers = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(numbers.randrange(1, 4)):
        row = numbers.randrange(len(values))
        values[row] = mutated(numbers, values[row])
    agree(decoder, values)


class OneSchema:
    """Knows one schema, so that thousands need no registry."""

    def __init__(self, schema):
        self._schema = WriterSchema(1, schema["name"], schema)

    def get(self, schema_id):
        """The schema."""
        if schema_id != 1:
            raise UnknownSchemaError(f"no id {schema_id}", schema_id=schema_id)
        return self._schema

    def is_released(self, schema_id):
        """Taken for a release, or the log would be long."""
        return schema_id == 1
