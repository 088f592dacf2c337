"""`fraud-schemas register`."""


def register() -> None:
    """Register every released contract that the registry lacks.

    Example: fraud-schemas register --wait 60
    """
