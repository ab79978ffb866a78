"""The 68 rows of the documents' other questions: what `derive` says is what the audit found, at paths of the JSON."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.documents import FOLDER, NUMBERS, audited
from tests.documents.questions import PROBLEMS, STEP, Asked, Expectation, Question, Run, asked, at, every, run

pytest.importorskip("z3")
SHARED = FOLDER.parents[2] / "shared" / "documents"
beside = pytest.mark.skipif(not SHARED.exists(), reason="reads ../shared")
ROWS = list(every())
RUNS = [(document, row, n) for document, row in ROWS for n in range(len(row.expects))]
COUNTS = {"000": 10, "001": 12, "002": 6, "003": 19, "004": 21}
GRAPHS = {"000-Q2a", "002-Q2a", "004-Q2.1.1"}
"""Rows that ask for a drawing."""


def name(value: Any) -> str:
    if isinstance(value, Question):
        return re.sub(r"\W+", "-", value.id).strip("-")
    return str(value) if isinstance(value, int) else ""


def flat(text: str) -> str:
    """A text without its line breaks, bullets and indents."""
    return re.sub(r"\s+", " ", text.replace("•", " "))


def check(expected: Expectation, came: Run) -> None:
    if expected.refused:
        assert came.message, "the file is not refused"
        assert all(words in flat(came.message) for words in expected.refused), came.message
        return
    assert not came.message, came.message
    for path, value in expected.facts.items():
        met = at(came.data, path)
        assert met and all(same(one, value) for one in met), f"{path} is {met}, not {value!r}"
    for path, least in expected.above.items():
        met = at(came.data, path)
        assert met and all(one > least for one in met), f"{path} is {met}, not above {least}"
    for path in expected.lacks:
        assert not at(came.data, path), f"{path} is {at(came.data, path)}"
    for words in expected.text:
        assert flat(words) in flat(came.text), f"{words!r} is not in\n{came.text}"


def same(one: Any, value: Any) -> bool:
    """Equal, where True is not 1."""
    return type(one) is type(value) and one == value if isinstance(value, (bool, str)) else one == value


@pytest.mark.parametrize(("document", "row", "n"), RUNS, ids=name)
def test_row(document: Asked, row: Question, n: int, request: pytest.FixtureRequest) -> None:
    expected = row.expects[n]
    if expected.cannot:
        request.applymarker(pytest.mark.xfail(reason=expected.cannot, strict=True, raises=AssertionError))
    check(expected, run(document.number, expected))


@pytest.mark.parametrize(("document", "row"), ROWS, ids=name)
def test_its_lines_are_in_the_document(document: Asked, row: Question) -> None:
    printed = document.text.split("\n")
    assert row.lines or row.audit in ("incomplete", "not in seed")
    for one in row.lines:
        assert one.text in printed[one.line - 1], f"{one.text!r} is not in line {one.line}"


@pytest.mark.parametrize(("document", "row"), ROWS, ids=name)
def test_its_expectations_are_strong(document: Asked, row: Question) -> None:
    """Each row has values at paths, or a refusal; each file is there; each path can be read."""
    assert row.says and row.truth and row.expects
    assert any(e.facts or e.refused for e in row.expects)
    for expected in row.expects:
        assert expected.facts or expected.refused or expected.text
        assert expected.kind == "file" or (PROBLEMS / f"{expected.source}.yaml").exists()
        for path in (*expected.facts, *expected.above, *expected.lacks):
            assert "".join(step[0] for step in STEP.finditer(path)) == path


@pytest.mark.parametrize("wrong", ["refuted", "proved", True, 1, [0], None])
def test_a_wrong_value_is_found(wrong: Any) -> None:
    """The checks can fail: no value of another kind passes for `34`."""
    expected = Expectation("problem", "sorted_hard_threshold", None, {"questions[0].claims[1].wrong": wrong})
    with pytest.raises(AssertionError):
        check(expected, run("000", expected))


def test_a_path_that_leads_nowhere_is_found() -> None:
    expected = Expectation("problem", "bottleneck", None, {"questions[0].ranks": 10})
    with pytest.raises(AssertionError):
        check(expected, run("001", expected))


def test_there_are_68_rows() -> None:
    assert {number: len(asked(number).rows) for number in NUMBERS} == COUNTS
    assert sum(COUNTS.values()) == len({row.id for _, row in ROWS}) == 68


@beside
def test_with_the_66_they_are_the_audit() -> None:
    """All rows of the audit but the three graphs, none twice, with the audit's verdicts in its words."""
    text = (SHARED / "AUDIT.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.split("\n") if re.match(r"\| 00\d-", line)]
    ids = sorted(row[0].removeprefix("| ") for row in rows)
    others = [row.id for number in NUMBERS for row in audited(number).rows if not row.extra]
    ours = [row.id.removesuffix("-L") for _, row in ROWS]
    assert sorted([*others, *ours, *GRAPHS]) == ids
    for _, row in ROWS:
        told = next(line for line in text.split("\n") if line.startswith(f"| {row.id.removesuffix('-L')} | "))
        again = [line for line in text.split("\n") if line.startswith(f"| {row.id.removesuffix('-L')} | ")]
        assert any(row.audit in line for line in again), told


def test_alexnets_table_is_judged_as_it_stands_in_the_document() -> None:
    """With its tabs, its stray columns and its three rows of one name: the verdicts of the file's table."""
    printed = asked("003").text.split("\n")[77:90]
    settings = yaml.safe_load((PROBLEMS / "alexnet.yaml").read_text(encoding="utf-8"))["questions"]["counts"]
    raw = {"questions": {"counts": {**settings, "answer": "\n".join(printed)}}}
    came = run("003", Expectation("file", raw, None))
    ours = run("003", Expectation("problem", "alexnet", None))
    assert not came.message, came.message
    judged = at(came.data, "questions[0].judged")
    assert len(judged[0]) == 28 and judged == at(ours.data, "questions[0].judged")


def test_the_files_table_is_the_documents() -> None:
    """alexnet.yaml has the table's cells in their places, with bars for tabs and a name for its first column."""
    settings = yaml.safe_load((PROBLEMS / "alexnet.yaml").read_text(encoding="utf-8"))["questions"]["counts"]
    cells = [[cell.strip() for cell in line.split("|")] for line in settings["answer"].strip().split("\n")]
    printed = [[cell.strip() for cell in line.split("\t")] for line in asked("003").text.split("\n")[77:90]]
    assert [row[1:] for row in cells] == [row[1:] for row in printed]
    assert [row[0] for row in cells[1:]] == [row[0] for row in printed[1:]]
