"""Branches of unions."""

from itertools import pairwise
from typing import Final

from schemas.evolution.default_values import first_branch_of, is_value_of
from schemas.evolution.finding import Severity
from schemas.evolution.model import AvroType
from schemas.evolution.places import Place
from schemas.evolution.reading import UnionReading, branches_as_text
from schemas.evolution.rule import BACKWARD_ONLY, Lint, Remark, Remarks, Rule, Scope

_NARROW_FIRST: Final = ("int", "long", "float", "double")


def _unread(reading: UnionReading) -> Remarks:
    if not reading.unread:
        return
    old, new = reading.titles
    branches = " or ".join(branch.type.title for branch in reading.unread)
    yield Remark(
        f"{reading.path} changed from {old} to {new}.",
        f"{reading.view.reader} cannot read a record in which {reading.view.writer} wrote {branches}.",
    )


def _removed(reading: UnionReading) -> Remarks:
    if reading.view.is_backward:
        yield from _unread(reading)


def _added(reading: UnionReading) -> Remarks:
    if not reading.view.is_backward:
        yield from _unread(reading)


def _reordered(reading: UnionReading) -> Remarks:
    old, new = reading.titles
    for written, by_java, in_order in reading.order_taken:
        yield Remark(
            f"Branches of {reading.path} changed from {old} to {new}.",
            f"Avro Java reads {written.title} as {by_java.title}; fastavro, which takes the first that fits, "
            f"as {in_order.title}.",
        )
    before = [branch.title for branch in reading.writer.type.branches]
    after = [branch.title for branch in reading.reader.type.branches]
    if reading.view.is_backward and not reading.order_taken and _order_differs(before, after):
        yield Remark(
            f"Branches of {reading.path} changed from {old} to {new}.",
            "A producer that matches a value against the branches in turn, as fastavro does, may write another one; "
            "a default belongs to the first branch.",
        )


def _order_differs(before: list[str], after: list[str]) -> bool:
    kept = [title for title in before if title in after]
    return kept != [title for title in after if title in before]


def _null_not_first(lint: Lint, place: Place) -> Remarks:  # noqa: ARG001 - every lint check has the same signature
    union, field = place.type, place.field
    if not union.is_nullable or field is None or union is not field.type:
        return
    text = branches_as_text(union)
    if union.branches[0].kind != "null":
        yield Remark(
            f"{place.path} is {text}: null is not the first branch.",
            "Its default cannot be null for every parser, and so it cannot be removed or added safely.",
            introduced=Severity.WARNING,
        )
    elif not field.has_default:
        yield Remark(
            f"{place.path} is {text} without a default of null.",
            "A record written without the field cannot be read, and the field can never be removed.",
            introduced=Severity.WARNING,
        )


def _default_not_first(lint: Lint, place: Place) -> Remarks:  # noqa: ARG001 - every lint check has the same signature
    union, field = place.type, place.field
    if field is None or union is not field.type or not field.has_default or len(union.branches) < 1:
        return
    if is_value_of(first_branch_of(union), field.default) or not is_value_of(union, field.default):
        return
    yield Remark(
        f"Default of {place.path} is no value of {first_branch_of(union).title}, the first branch of its union.",
        "Avro before 1.12 (Confluent 7) refuses it; later versions and fastavro take it as it stands, so that readers "
        "of one record differ.",
        about=field,
    )


def _records(lint: Lint, place: Place) -> Remarks:  # noqa: ARG001 - every lint check has the same signature
    records = [branch.short_name for branch in place.type.branches if branch.kind == "record"]
    if len(records) > 1:
        yield Remark(
            f"{place.path} has {len(records)} records among its branches: {', '.join(records)}.",
            f"A producer that passes a plain dictionary may have it written as {records[0]}, whatever it is.",
        )


def _ambiguous(lint: Lint, place: Place) -> Remarks:  # noqa: ARG001 - every lint check has the same signature
    pair = _promotable(place.type)
    if pair:
        first, second = pair
        yield Remark(
            f"{place.path} is {branches_as_text(place.type)}: {first} stands before {second}, and fits it as well.",
            f"fastavro takes the first branch that fits: what was written as {second} is read as {first}, and a "
            f"number is written so as well; Avro Java takes {second}.",
            reason=f"{first} before {second}",
        )


def _promotable(union: AvroType) -> tuple[str, str] | None:
    """Two kinds of branches of which the one that stands first takes what belongs to the other.

    Whole numbers before float and double, and narrow before wide, are the one order in which each number finds its own
    branch first (measured with fastavro 1.13). There is none for string and bytes.
    """
    kinds = [branch.kind for branch in union.branches]
    numbers = [kind for kind in kinds if kind in _NARROW_FIRST]
    for first, second in pairwise(numbers):
        if _NARROW_FIRST.index(first) > _NARROW_FIRST.index(second):
            return first, second
    texts = [kind for kind in kinds if kind in ("string", "bytes")]
    return (texts[0], texts[1]) if len(set(texts)) > 1 else None


RULES: Final = (
    Rule(
        "UNION_BRANCH_REMOVED",
        "Checks that no branch of a union is removed that older records hold.",
        Severity.ERROR,
        Scope.UNION,
        _removed,
        "Keep the branch and stop writing it.",
    ),
    Rule(
        "UNION_BRANCH_ADDED",
        "Checks that no branch is added to a union, or a type made nullable, while older consumers read it.",
        Severity.ERROR,
        Scope.UNION,
        _added,
        "Deploy all consumers with the wider union first, then the producers; the level must be BACKWARD for it.",
    ),
    Rule(
        "UNION_BRANCHES_REORDERED",
        "Checks that the branches of a union keep their order, and that all readers take the same branch.",
        Severity.WARNING,
        Scope.UNION,
        _reordered,
        "Append branches; put wider numbers behind narrower ones: int, long, float, double.",
    ),
    Rule(
        "UNION_NULL_NOT_FIRST",
        'Checks that an optional field is ["null", T] with default null.',
        Severity.ERROR,
        Scope.LINT_PLACE,
        _null_not_first,
        'Write ["null", T] and `"default": null`: the only shape on which all parsers agree.',
        BACKWARD_ONLY,
    ),
    Rule(
        "UNION_DEFAULT_NOT_FIRST",
        "Checks that the default of a union is a value of its first branch.",
        Severity.ERROR,
        Scope.LINT_PLACE,
        _default_not_first,
        "Put the branch of the default first.",
        BACKWARD_ONLY,
    ),
    Rule(
        "UNION_RECORDS_AMBIGUOUS",
        "Checks that a union has at most one record among its branches.",
        Severity.WARNING,
        Scope.LINT_PLACE,
        _records,
        "Use one record with a kind, or one field for each record.",
    ),
    Rule(
        "UNION_BRANCHES_AMBIGUOUS",
        "Checks that no branch of a union takes what belongs to one behind it.",
        Severity.WARNING,
        Scope.LINT_PLACE,
        _ambiguous,
        "Put narrower numbers first: int, long, float, double; use a field of its own for bytes beside a string.",
    ),
)
