"""Faults of a rule file that lie deeper than the model that finds them."""

from pydantic_core import PydanticCustomError

AT = "at"
"""Name of the way to the fault in the context of the error."""


def fault_at(way: tuple[str | int, ...], told: object) -> PydanticCustomError:
    """A fault at the end of `way`, as keys and positions from the model that raises it.

    A ValueError of a model names the model alone: its message would come with the line of the whole file.
    """
    return PydanticCustomError("fault", "{told}", {"told": str(told), AT: way})
