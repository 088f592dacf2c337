"""Why bytes or a value do not fit a schema, and where; turned into an error of the package at its edge."""


class Refusal(Exception):  # noqa: N818 (never leaves the package)
    """A value does not fit.

    Args:
        reason: What is wrong, with the value.
        invalid: Whether bytes did decode, and gave a value outside the contract.
    """

    def __init__(self, reason: str, *, invalid: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.invalid = invalid
        self._path: list[str] = []

    def inside(self, name: str) -> "Refusal":
        """The same, one level further out."""
        self._path.append(name)
        return self

    def __str__(self) -> str:
        where = ".".join(reversed(self._path))
        return f"{where}: {self.reason}" if where else self.reason


def shown(value: object) -> str:
    """A value as it may stand in a message: short, with its type."""
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({type(value).__name__})"
