"""Reports for machines have the structure their readers ask for."""

import json
import re
from datetime import date
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from schemas.checking.change import CheckedChange, check_files
from schemas.checking.schema_file import SchemaFile
from schemas.checking.waiver_file import with_waivers
from schemas.evolution.waivers import Waiver
from schemas.reports.formats import Format, report
from tests.schemas.sarif_structure import SARIF
from tests.schemas.schema_pairs import ID, NOTE, amount, payment

TODAY = date(2026, 11, 24)


@pytest.fixture
def change() -> CheckedChange:
    """A change with an error."""
    old, new = payment(ID, NOTE, amount(2)), payment(ID, amount(4))
    return check_files(SchemaFile("a b/old.avsc", old, "old"), SchemaFile("a b/new.avsc", new, "new"), "FULL")


@pytest.fixture
def waived(change) -> CheckedChange:
    """The same with the error waived."""
    waivers = [
        Waiver(change.subject, finding.path, finding.rule, "the topic is empty", TODAY)
        for finding in change.findings
        if finding.counts
    ]
    return with_waivers([change], list(dict.fromkeys(waivers)), TODAY)[0]


def test_sarif_has_the_structure_of_2_1_0(change, waived):
    """Required properties, levels and regions are those of the standard; results point into the list of rules."""
    for checked in (change, waived):
        document = json.loads(report([checked], Format.SARIF))
        jsonschema.validate(document, SARIF)
        run = document["runs"][0]
        rules = run["tool"]["driver"]["rules"]
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert len({rule["id"] for rule in rules}) == len(rules)
        location = run["results"][0]["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"] == "a%20b/new.avsc"


def test_sarif_result_names_the_lines_of_the_field(change):
    """The region is the text of what is objected to."""
    results = json.loads(report([change], Format.SARIF))["runs"][0]["results"]
    region = next(
        result["locations"][0]["physicalLocation"]["region"]
        for result in results
        if result["ruleId"] == "DECIMAL_SCALE_CHANGED"
    )
    lines = change.now.text.splitlines()[region["startLine"] - 1 : region["endLine"]]
    assert '"scale": 4' in "\n".join(lines)
    assert lines[-1][region["endColumn"] - 2] == "}"


def test_sarif_of_a_waived_error_is_suppressed(waived):
    """Whatever is waived is still there, with its reason."""
    results = json.loads(report([waived], Format.SARIF))["runs"][0]["results"]
    suppressed = [result for result in results if "suppressions" in result]
    assert suppressed
    assert suppressed[0]["suppressions"][0]["justification"] == "the topic is empty"
    assert not waived.objects


def test_github_line_is_a_workflow_command(change, waived):
    """One command a line, file and line named, line ends escaped; a waived error is a notice."""
    lines = report([change], Format.GITHUB).splitlines()
    command = re.compile(
        r"^::(error|warning|notice) file=[^,]+,line=\d+,endLine=\d+(,col=\d+,endColumn=\d+)?,title=.+?::."
    )
    assert lines
    assert all(command.match(line) for line in lines)
    assert any(line.startswith("::error ") and "%0A" in line for line in lines)
    told = report([waived], Format.GITHUB)
    assert "::error" not in told
    assert "Waived: the topic is empty" in told


def test_junit_counts_only_errors_that_nobody_waived_as_failures(change, waived):
    """A build server shows red exactly where the exit status is 1."""
    for checked, fails in ((change, True), (waived, False)):
        suite = ET.fromstring(report([checked], Format.JUNIT)).find("testsuite")
        failures = suite.findall("testcase/failure")
        assert int(suite.get("failures")) == len(failures)
        assert bool(failures) is fails
        assert int(suite.get("tests")) == len(suite.findall("testcase"))


def test_text_of_a_waived_error_still_shows_it(waived):
    """A waiver hides nothing."""
    text = report([waived], Format.TEXT)
    assert "error DECIMAL_SCALE_CHANGED (waived until 2026-11-24: the topic is empty)" in text
    assert " waived" in text.splitlines()[2]


@pytest.mark.parametrize("form", list(Format))
def test_report_without_changes_is_well_formed(form):
    """Nothing to say is said in every format."""
    text = report([], form)
    told = {
        Format.TEXT: text.strip,
        Format.JSON: lambda: json.loads(text)["changes"],
        Format.SARIF: lambda: json.loads(text)["runs"][0]["results"],
        Format.GITHUB: text.strip,
        Format.JUNIT: lambda: list(ET.fromstring(text)),
    }
    assert not told[form]()
