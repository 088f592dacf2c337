"""What is compiled before the first payment comes."""

from collections import Counter
from typing import Any

import pytest

from detector.rules.loading import load_rule_set
from detector.stages.warming import compile_kernels
from detector.state import memory


def test_warming_makes_a_memory_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels that only a full memory calls are called too: none is compiled at the first eviction or turn."""
    calls = Counter[str]()

    def counted(name: str, kernel: Any) -> Any:
        def call(*arguments: Any) -> Any:
            calls[name] += 1
            return kernel(*arguments)

        return call

    for name in ("evict", "note"):
        monkeypatch.setattr(memory, name, counted(name, getattr(memory, name)))
    compile_kernels(load_rule_set())
    assert calls["evict"] > 0
    assert calls["note"] > 0
