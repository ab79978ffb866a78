"""Bars that are added up line by line, as code does it, and numbers to the digits that they are given with."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from derive.check.report import Report

PROBLEMS = Path(__file__).parents[2] / "problems"


def checked(problem: str, text: str) -> Report:
    report = derive.load(PROBLEMS / f"{problem}.yaml").derive(check=False).check(text, ".md")
    assert isinstance(report, Report)
    return report


def verdicts(problem: str, text: str) -> list[str]:
    return [claim.verdict for claim in checked(problem, text).lines]


def test_contributions_are_added_up() -> None:
    code = "```\ndy = y - s\ndh = r\ndh += W2.T @ dy\ndx = dy\ndx += W1.T @ dz\n```"
    assert verdicts("residual", code) == ["right"] * 5


def test_a_contribution_counts_once() -> None:
    assert verdicts("residual", "```\ndx = dy\ndx += dy\n```") == ["right", "wrong"]


def test_what_contributes_nothing_is_wrong() -> None:
    assert verdicts("residual", "```\ndh = r\ndh += W2 @ dy\n```") == ["right", "wrong"]
    assert verdicts("residual", "```\ndx += 2 * dy\n```") == ["wrong"]


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [("1/3 = 0.333", "right"), ("1/3 = 0.334", "wrong"), (r"\bar g = -4", "right"), (r"\bar g = -3.9", "wrong")],
)
def test_numbers_agree_to_their_digits(claim: str, verdict: str) -> None:
    assert verdicts("staged", f"$${claim}$$") == [verdict]


def test_a_problem_says_what_answers_may_call_its_quantities(tmp_path: Path) -> None:
    text = (
        (PROBLEMS / "residual.yaml").read_text(encoding="utf-8").replace("cost: E", "cost: E\nnotation: {L: E, Q: W1}")
    )
    (tmp_path / "named.yaml").write_text(text, encoding="utf-8")
    derivation = derive.load(tmp_path / "named.yaml").derive(check=False)
    lines = r"$$\frac{\partial L}{\partial x} = Q^T \bar z + \bar y$$ $$\bar Q = \bar z x^T$$ $$\bar Q = x \bar z^T$$"
    assert [claim.verdict for claim in derivation.check(lines, ".md").lines] == ["right", "right", "wrong"]
