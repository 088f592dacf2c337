"""Rules that the vocabulary of rule files cannot say, by name."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from detector.rule import Rule
from detector.rules.amount_threshold import AmountThreshold
from detector.rules.errors import RuleSetError
from detector.rules.format.rule_file import RuleFile

Parameters = Mapping[str, str | int | bool]


def _amount_threshold(parameters: Parameters) -> Rule:
    by_currency = {code: Decimal(str(limit)) for code, limit in parameters.items() if code != "default"}
    return AmountThreshold(Decimal(str(parameters.get("default", "900"))), by_currency)


PYTHON_RULES: tuple[tuple[str, Callable[[Parameters], Rule]], ...] = (("amount-threshold", _amount_threshold),)
"""Names that `python:` of a rule file accepts, and how the rule is made of `parameters`.

They are evaluated in the payer stage, batch by batch. One with a memory of its own is not undone by a rollback: keep
to rules whose findings follow from the payment alone.
"""


def python_rule(file: RuleFile) -> Rule:
    """The rule in Python that a file names.

    Raises:
        RuleSetError: there is no such rule, or it does not take the parameters.
    """
    makers = dict(PYTHON_RULES)
    if file.python not in makers:
        raise RuleSetError(f"rule {file.rule}: no rule {file.python} in Python; accepted: {', '.join(makers)}")
    try:
        return makers[file.python](file.parameters)
    except (ArithmeticError, TypeError, ValueError) as error:
        raise RuleSetError(f"rule {file.rule}: parameters {dict(file.parameters)} do not fit: {error}") from error
