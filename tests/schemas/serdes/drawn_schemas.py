"""Drawn schemas, each with values of its own."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal

from hypothesis import strategies as st

NUMBERS = itertools.count()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
WIDE = Context(prec=60)
DAY = 86_400_000_000


def _instants(unit):
    edges = (edge.replace(tzinfo=UTC) for edge in (datetime.min, datetime.max))  # noqa: DTZ901 (a zone follows)
    least, most = ((edge - EPOCH) // timedelta(microseconds=unit) for edge in edges)
    return st.integers(least, most).map(lambda passed: EPOCH + timedelta(microseconds=passed * unit))


def _logical(kind, logical, **more):
    return {"type": kind, "logicalType": logical, **more}


def _decimals(precision, scale):
    return st.integers(-(10**precision) + 1, 10**precision - 1).map(lambda number: Decimal(number).scaleb(-scale, WIDE))


SIMPLE = [
    ("boolean", st.booleans()),
    ("int", st.integers(-(2**31), 2**31 - 1)),
    ("long", st.integers(-(2**63), 2**63 - 1)),
    ("float", st.floats(width=32, allow_nan=False)),
    ("double", st.floats(allow_nan=False)),
    ("bytes", st.binary(max_size=80)),
    ("string", TEXTS),
    (_logical("bytes", "decimal", precision=18, scale=5), _decimals(18, 5)),
    (_logical("bytes", "decimal", precision=4), _decimals(4, 0)),
    (_logical("long", "timestamp-millis"), _instants(1000)),
    (_logical("long", "timestamp-micros"), _instants(1)),
    (_logical("int", "date"), st.dates(date.min, date.max)),
]

ONLY_PER_RECORD = [
    (_logical("string", "uuid"), st.uuids()),
    (_logical("bytes", "decimal", precision=40, scale=2), _decimals(40, 2)),
    (
        _logical("int", "time-millis"),
        st.integers(0, DAY // 1000 - 1).map(lambda passed: (EPOCH + timedelta(milliseconds=passed)).time()),
    ),
    (_logical("long", "time-micros"), st.times(time.min, time.max)),
]


@st.composite
def simple_types(draw):
    """A flat type, and a strategy for its values."""
    named = draw(st.sampled_from(["no", "no", "no", "enum", "fixed"]))
    number = next(NUMBERS)
    if named == "enum":
        symbols = [f"S{position}" for position in range(draw(st.integers(1, 5)))]
        return {"type": "enum", "name": f"drawn.E{number}", "symbols": symbols}, st.sampled_from(symbols)
    if named == "fixed":
        size = draw(st.integers(1, 9))
        return {"type": "fixed", "name": f"drawn.F{number}", "size": size}, st.binary(min_size=size, max_size=size)
    return draw(st.sampled_from(SIMPLE))


@st.composite
def any_types(draw, depth=2):
    """A type of any kind, and a strategy for its values."""
    kind = draw(st.sampled_from(["simple", "simple", "rare", "nullable", "array", "map", "record"]))
    if kind == "simple" or depth == 0:
        return draw(simple_types())
    if kind == "rare":
        return draw(st.sampled_from(ONLY_PER_RECORD))
    if kind == "record":
        return draw(records(any_types(depth - 1)))
    inner, values = draw(any_types(depth - 1))
    if kind == "array":
        return {"type": "array", "items": inner}, st.lists(values, max_size=4)
    if kind == "map":
        return {"type": "map", "values": inner}, st.dictionaries(TEXTS, values, max_size=4)
    return ["null", inner], st.none() | values


@st.composite
def records(draw, types, most=6):
    """A record of such types, and a strategy for its values."""
    drawn = draw(st.lists(types, min_size=1, max_size=most))
    fields = [{"name": f"f{position}", "type": schema} for position, (schema, _) in enumerate(drawn)]
    values = {f"f{position}": strategy for position, (_, strategy) in enumerate(drawn)}
    return {"type": "record", "name": f"drawn.R{next(NUMBERS)}", "fields": fields}, st.fixed_dictionaries(values)


FLAT_RECORDS = records(simple_types())
RECORDS = records(any_types())
