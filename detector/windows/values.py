"""Where a measure's value stands in the row of a payment."""
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

from detector.windows.kernel import kernel
from detector.windows.layout import CHAIN_CAP, F_CHAINS, I64, S_VALUES, VALUE_WORDS


@kernel
def value_at(plan: I64, measure: int) -> int:
    """First of the V_* words of a measure."""
    return plan[S_VALUES] + measure * VALUE_WORDS


@kernel
def chain_at(hop: int) -> int:
    """First word of the chain of a reach."""
    return F_CHAINS + hop * CHAIN_CAP
