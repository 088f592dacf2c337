"""Files that are no YAML are refused by file and line, whatever they hold."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.rules.errors import RuleFileError
from detector.rules.loading import load_rule

UNREADABLE = {
    "NUL": ("rule: a\nversion: \0", 2, "U+0000 is no character of a text"),
    "nesting": ("rule: a\nversion: " + "[" * 3000 + "]" * 3000, 2, "nested too deeply; accepted: at most 10 levels"),
    "nested lines": ("rule: a\nversion:\n" + "- " * 3000 + "a", 3, "nested too deeply; accepted: at most 10 levels"),
    "date": ("rule: a\nversion: 1\nsources: [2001-13-01]", 3, "month must be in 1..12"),
    "digits": ("rule: a\nversion: " + "1" * 5000, 2, "Exceeds the limit"),
    "tag": ("rule: a\nversion: !!int one", 0, "invalid literal for int()"),
    "two documents": ("rule: a\n---\nrule: b", 2, "but found another document"),
    "key twice": ("rule: a\nrule: b", 2, 'found duplicate key "rule"'),
    "not UTF-8": ("rule: \udcff", 0, "cannot be read"),
}
PIECES = st.sampled_from(
    ["rule", "version", "key", "bands", "upto", "say", ": ", "- ", "\n", "\n  ", "[", "]", "{", "}", ", ", '"', "'",
     "&a ", "*a", "!!int ", "!!set ", "!!omap ", "<<", "0x" + "f" * 9000, "1e999", "2001-99-99", ".inf", "-1", "true",
     "~", "|", "?", "%", "\0", "\t", "{value", "é", "1" * 5000]
)  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_yaml_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    """No file ends in a traceback."""
    text, line, told = UNREADABLE[name]
    file = tmp_path / "rule.yaml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(RuleFileError) as caught:
        load_rule(file)
    assert caught.value.line == line
    assert told in caught.value.what
    assert "\n" not in caught.value.what


@given(st.lists(PIECES, max_size=20).map("".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_leaves_a_traceback(tmp_path: Path, text: str) -> None:
    """Whatever stands in a file, it is a rule or it is refused."""
    file = tmp_path / "rule.yaml"
    file.write_text(text, "utf-8")
    with contextlib.suppress(RuleFileError):
        load_rule(file)
