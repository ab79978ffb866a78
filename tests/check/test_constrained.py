"""Lines that are right along what a fact says of a quantity, and not where its entries are independent."""

from __future__ import annotations

from functools import cache

import pytest

import derive

ALONG = "the derivative along the constraint "
PROJECTED = "the bar projected on the constraint "


@cache
def bound(facts: str) -> derive.Derivation:
    return derive.Network(
        sizes={"P": "dims"},
        inputs={"a": ["P"], "b": ["P"]},
        parameters={"S": ["P", "P"]},
        equations="E = a.T @ S @ b",
        cost="E",
        facts=[facts] if facts else [],
    ).derive(check=False)


def check(facts: str, line: str) -> tuple[str, str]:
    claim = bound(facts).check(f"$${line}$$", ".md").lines[0]
    return claim.verdict, "; ".join(claim.under)


SYMMETRIC = r"a b^\top + b a^\top - \operatorname{diag}(a \circ b)"


@pytest.mark.parametrize(
    ("facts", "line", "under"),
    [
        ("S symmetric", rf"\bar S = {SYMMETRIC}", ALONG),
        ("S symmetric", rf"\frac{{\partial E}}{{\partial S}} = {SYMMETRIC}", ALONG),
        ("S symmetric", r"\bar S = \frac12 (a b^\top + b a^\top)", PROJECTED),
        ("S diagonal", r"\bar S = \operatorname{diag}(a \circ b)", ALONG),
        ("S lower", r"\bar S_{ij} = a_i b_j [j \le i]", ALONG),
    ],
)
def test_a_bar_along_the_constraint_is_right_and_said_to_be_so(facts: str, line: str, under: str) -> None:
    verdict, said = check(facts, line)
    assert verdict == "right" and said.startswith(under) and "with all entries independent it is" in said


@pytest.mark.parametrize("facts", ["S symmetric", "S diagonal", ""])
def test_the_bar_of_independent_entries_needs_no_convention(facts: str) -> None:
    assert check(facts, r"\bar S = a b^\top") == ("right", "")


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ("", rf"\bar S = {SYMMETRIC}"),
        ("", r"\bar S = \operatorname{diag}(a \circ b)"),
        ("S symmetric", r"\bar S = \operatorname{diag}(a \circ b)"),
        ("S symmetric", r"\bar S = a b^\top + b a^\top"),
        ("S symmetric", r"\bar S = b a^\top"),
        ("S diagonal", r"\bar S = \operatorname{diag}(a)"),
        ("S diagonal", r"\bar S = a b^\top + I"),
    ],
)
def test_other_lines_are_wrong(facts: str, line: str) -> None:
    assert check(facts, line)[0] == "wrong"
