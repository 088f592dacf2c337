"""What the package offers."""

import schemas.evolution


def test_exported_members_sorted() -> None:
    """Every exported name is there, and the list is in order."""
    exported = schemas.evolution.__all__
    assert exported == sorted(exported, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(hasattr(schemas.evolution, name) for name in exported)
