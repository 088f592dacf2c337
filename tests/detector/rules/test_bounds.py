"""Bands that no value reaches are refused, and the highest that is accepted is reached."""

from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from detector.rules.errors import RuleFileError
from detector.rules.format.bounds import MOST_BANDS, MOST_COUNTED, MOST_SURPRISING
from detector.rules.json_schema import rule_schema
from detector.rules.loading import load_rule
from detector.rules.plan.rings import LARGEST_CAP
from detector.rules.testing import run_tests
from detector.windows.rates import SURPRISE_CAP

ALONE = "{per_day: 0.02, weight: 50, adaptive: false}"
RATE = f"window: 24h\nrate: {{half_life: 30d, shrink: 5, daily_cap: 4, population: {ALONE}}}\n"
NEW = "window: 24h\nwhere: {link: new}\n"
MEASURES = {
    "count": ("key: target\nmeasure: {count: payments}\nwindow: 24h\n", 256),
    "count of a pair": ("key: pair\nmeasure: {count: payments}\nwindow: 24h\n", 256),
    "distinct": ("key: target\nmeasure: {distinct: source}\nwindow: 24h\n", 256),
    "payers": ("key: source\nmeasure: {payers: new links}\n" + NEW, 256),
    "fresh": ("key: target\nmeasure: {fresh: payers, within: 1d}\n" + NEW, 256),
    "common": ("key: target\nmeasure: {common: payee, within: 1d}\n" + NEW, 256),
    "surprise": ("key: target\nmeasure: {count: payments}\n" + RATE, 99),
    "link": ("key: source\nmeasure: {link: new}\n", 1),
}
BURSTS = {
    "count": '{source: S, target: T, amount: "1.00", repeat: 256, every: 1s}',
    "count of a pair": '{source: S, target: T, amount: "1.00", repeat: 256, every: 1s}',
    "distinct": '{source: "S{i}", target: T, amount: "1.00", repeat: 256, every: 1s}',
    "surprise": '{source: S, target: T, amount: "1.00", repeat: 256, every: 1s}',
    "link": '{source: S, target: T, amount: "1.00"}',
}


def written(folder: Path, measure: str, bands: str, tests: str = "tests: []\n") -> Path:
    """A rule file; its bands stand in line 5."""
    file = folder / "rule.yaml"
    file.write_text(f"rule: my-rule\nversion: 1\ntitle: some title\nwhy: because\nbands: {bands}\n{measure}{tests}")
    return file


@pytest.mark.parametrize("name", MEASURES)
def test_a_band_that_no_value_reaches_is_refused(tmp_path: Path, name: str) -> None:
    """A rule that could never fire stops the start, with its line and the highest bound."""
    measure, most = MEASURES[name]
    assert load_rule(written(tmp_path, measure, f"[{{upto: {most}}}, {{score: 20}}]")).lowers == (most,)
    with pytest.raises(
        RuleFileError, match=rf"bands\.0\.upto: {most + 1} is never reached: .* at most {most}$"
    ) as caught:
        load_rule(written(tmp_path, measure, f"[{{upto: {most + 1}}}, {{score: 20}}]"))
    assert caught.value.line == 5


@pytest.mark.parametrize("name", MEASURES)
def test_an_editor_underlines_a_band_that_no_value_reaches(tmp_path: Path, name: str) -> None:
    """The schema holds the same maximum for each measure."""
    measure, most = MEASURES[name]
    for above in (0, 1):
        file = written(tmp_path, measure, f"[{{upto: {most + above}}}, {{score: 20}}]")
        faults = list(jsonschema.Draft202012Validator(rule_schema()).iter_errors(YAML(typ="safe").load(file)))
        assert [fault.validator for fault in faults] == ["maximum"] * above


@pytest.mark.parametrize("name", BURSTS)
def test_the_highest_bound_is_reached(tmp_path: Path, name: str) -> None:
    """What the loader accepts can fire."""
    measure, most = MEASURES[name]
    tests = f"tests: [{{name: burst, given: {BURSTS[name]}, expect: []}}]\n"
    (outcome,) = run_tests(load_rule(written(tmp_path, measure, f"[{{upto: {most}}}, {{score: 20}}]", tests)))
    (fault,) = outcome.faults
    assert fault.startswith("not expected: at ")
    assert "score 20" in fault


def test_the_highest_bounds_are_those_of_the_windows() -> None:
    """The format promises what the kernels keep."""
    assert MOST_COUNTED == LARGEST_CAP
    assert MOST_SURPRISING == SURPRISE_CAP


def test_more_bands_than_a_number_can_tell_apart_are_refused(tmp_path: Path) -> None:
    """The last bands would be told as those of another rule."""
    measure = "key: source\nmeasure: {value: amount}\nwhere: {currency: [EUR]}\n"
    bands = [f'{{upto: "{number}.00", score: 1}}' for number in range(2, MOST_BANDS)]
    most = ['{upto: "1.00"}', *bands, "{score: 20}"]
    assert len(load_rule(written(tmp_path, measure, f"[{', '.join(most)}]")).bands) == MOST_BANDS
    more = ['{upto: "0.50"}', '{upto: "1.00"}', *bands, "{score: 20}"]
    with pytest.raises(RuleFileError, match="bands holds 256 items; accepted: at most 255") as caught:
        load_rule(written(tmp_path, measure, f"[{', '.join(more)}]"))
    assert caught.value.line == 5
