"""Planted mistakes: each is one that `derive check` calls wrong, and every other line of the sheet is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from derive.check import Checker
from derive.document import JUXTAPOSED, Fenced, Operator, Over, Script, Summation, Symbol, row
from derive.render.latex_math import math
from derive.render.markdown import markdown
from derive.typeset.document import derivation_document
from derive.typeset.reader import PRIME
from derive.worksheet import sheet_lines, worksheet
from derive.worksheet.boxes import factors, terms
from derive.worksheet.marks import Marks
from derive.worksheet.mistakes import FAULTS
from derive.worksheet.slips import KINDS, Scene, slips
from tests.problem_files import FOLDER, NETWORKS
from tests.worksheet.test_blanks import derived

A, B, X = Symbol("A", "bold"), Symbol("B", "bold"), Symbol("x", "bold")
P, Q = Symbol("i"), Symbol("j")
PLUS, MINUS, CIRC = Operator("+", "plus"), Operator("−", "plus"), Operator("∘", "binary")
T = Symbol("T", "upright")


def numbered(text: str) -> list[str]:
    """The numbered lines of a sheet in Markdown, without their numbers."""
    rows = [line.removesuffix(" \\\\").replace("&", "") for line in text.splitlines()]
    met = [re.match(r"\((\d+)\) \\quad (.*)", line) for line in rows]
    found = [(int(m[1]), m[2]) for m in met if m]
    assert [n for n, _ in found] == list(range(1, len(found) + 1))
    return [line for _, line in found]


@pytest.mark.parametrize(("level", "path"), [(n % 3 + 1, path) for n, path in enumerate(NETWORKS)], ids=str)
def test_wrong_lines_are_wrong_and_right_ones_right(level: int, path: Path) -> None:
    made = worksheet(derived(path), "mistakes", level, 5)
    told = {int(n) - 1 for n in re.findall(r"^Line \((\d+)\): ", markdown(made.solution), re.MULTILINE)}
    lines = numbered(markdown(made.sheet))
    items = sheet_lines(derived(path), derivation_document(derived(path)))
    kept = [n for n, line in enumerate(lines) if "=" in line and items[n].judged]
    report = Checker(derived(path)).check("\n\n".join(f"$${lines[n]}$$" for n in kept), ".md", hints=False)
    wrong = {kept[(claim.line - 1) // 2] for claim in report.lines if claim.verdict == "wrong"}
    assert wrong == told != set()
    assert not [c for c in report.lines if c.verdict in ("unknown", "unreadable")]


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_higher_level_has_more_mistakes(level: int) -> None:
    made = worksheet(derived(FOLDER / "mlp.yaml"), "mistakes", level, 3)
    told = re.findall(r"^Line \(\d+\): (.*)\.$", markdown(made.solution), re.MULTILINE)
    assert len(told) == {1: 4, 2: 6, 3: 8}[level] and set(told) <= set(KINDS)
    assert len(set(told)) > 1 and f"{len(told)} lines are wrong." in markdown(made.sheet)


def transposed(box: Symbol) -> Script:
    return Script(box, None, T)


def written(words: str, right: object, barred: tuple[object, ...] = ()) -> list[str]:
    pairs = {box: transposed(box) for box in (A, B)}
    scene = Scene(right, Marks({}, pairs), frozenset(barred))  # type: ignore[arg-type]
    return [math(slip.right) for slip in slips(scene).get(words, ())]


@pytest.mark.parametrize(
    ("words", "right", "expected"),
    [
        ("a transpose is missing", row(transposed(A), JUXTAPOSED, X), [row(A, JUXTAPOSED, X)]),
        ("there is a transpose too many", row(A, JUXTAPOSED, X), [row(transposed(A), JUXTAPOSED, X)]),
        ("there is a transpose too many", row(transposed(A), JUXTAPOSED, X), []),
        ("a bar is missing", row(A, JUXTAPOSED, Over(X, "bar")), [row(A, JUXTAPOSED, X)]),
        ("there is a bar too many", row(A, JUXTAPOSED, X), [row(A, JUXTAPOSED, Over(X, "bar"))]),
        ("there is a bar too many", Over(X, "bar"), []),
        ("a sign is wrong", row(A, PLUS, B), [row(A, MINUS, B)]),
        ("a term is missing", row(A, PLUS, B), [B, A]),
        ("a factor is missing", row(A, JUXTAPOSED, B), [B, A]),
        ("two factors stand in the wrong order", row(A, JUXTAPOSED, B), [row(B, JUXTAPOSED, A)]),
        ("two indices are exchanged", Script(X, row(P, Q)), [Script(X, row(Q, P))]),
        ("a product of matrices stands where one entry by entry belongs", row(A, CIRC, B), [row(A, JUXTAPOSED, B)]),
        ("a prime is missing", row(Script(Symbol("f"), None, PRIME), Fenced(X)), [row(Symbol("f"), Fenced(X))]),
        ("a position is wrong", Script(X, row(P, PLUS, Q)), [Script(X, row(P, MINUS, Q))]),
    ],
)  # fmt: skip
def test_each_kind_does_what_it_says(words: str, right: object, expected: list[object]) -> None:
    assert written(words, right, (X,)) == [math(box) for box in expected]  # type: ignore[arg-type]


def test_a_sum_sign_is_no_factor_and_a_function_is_one_with_its_argument() -> None:
    right = row(Summation(Symbol("j")), JUXTAPOSED, A, JUXTAPOSED, Symbol("log", "upright"), JUXTAPOSED, X, PLUS, B)
    assert factors(right) == ((2, 3), (4, 7), (8, 9))
    assert terms(right) == ((0, 7), (8, 9))


def test_a_sheet_is_read_as_it_was_printed() -> None:
    """The number before a line is none of its factors."""
    path = FOLDER / "mlp.yaml"
    made = worksheet(derived(path), "mistakes", 1, 1)
    told = re.findall(r"^Line \((\d+)\): ", markdown(made.solution), re.MULTILINE)
    report = Checker(derived(path)).check(markdown(made.sheet), ".md", hints=False)
    assert len([c for c in report.lines if c.verdict in FAULTS]) == len(told)
