"""Errors of the evolution checks.

* ContractError (schemas.errors)
    * SchemaTextError     a text that is not JSON, or JSON that is no schema at all     stop
"""

from schemas.errors import ContractError


class SchemaTextError(ContractError):
    """A schema text that cannot be parsed, with the place.

    Args:
        problem: What was expected, in a few words.
        line: Line of the offending character, from 1.
        column: Column of the offending character, from 1.
    """

    def __init__(self, problem: str, *, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {problem}")
        self.problem = problem
        self.line = line
        self.column = column
