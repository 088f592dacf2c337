"""The errors of the contract."""

import inspect

from schemas import errors
from schemas.fate import Fate

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.SchemasError)]


def test_tree_in_the_docstring_is_whole():
    """The tree that opens the module lists every class with its fate, and no other."""
    tree = [line.split() for line in (errors.__doc__ or "").splitlines() if line.strip().startswith("*")]
    assert sorted(words[1] for words in tree) == sorted(kind.__name__ for kind in CLASSES)
    for words in tree:
        fate = next((fate for fate in Fate if " ".join(words).endswith(fate.value)), None)
        assert fate is None or getattr(errors, words[1]).fate is fate


def test_only_what_passes_by_itself_is_retried():
    """A record is dead-lettered, an absent registry retried, everything else stops the process."""
    assert {kind for kind in CLASSES if kind.fate is Fate.RETRY} == {errors.RegistryUnreachableError}
    assert {kind for kind in CLASSES if kind.fate is Fate.DEAD_LETTER} == {
        kind for kind in CLASSES if issubclass(kind, errors.RecordError)
    }
