"""Names of an answer's own: a capital beside the problem's small letter, and what is told of both."""

from __future__ import annotations

from functools import cache

import pytest

import derive
from derive.check.show_claims import said_of


@cache
def network(curved: bool = False) -> derive.Derivation:
    return derive.Network(
        sizes={"D": "features", "M": "hidden"},
        inputs={"u": ["D"], "t": []},
        parameters={"A": ["M", "D"], "c": ["M"], "p": ["M"]},
        equations="q = A @ u + c\ng = tanh(q)\no = p.T @ g\nJ = 1/2*(o - t)**2",
        cost="J",
    ).derive(**({"hessian": ["c"], "gauss_newton": ["p"]} if curved else {}))


def verdicts(curved: bool, *lines: str) -> list[str]:
    text = "\n\n".join(f"$${line}$$" for line in lines)
    return [said_of(line) for line in network(curved).check(text, ".md").lines]


@pytest.mark.parametrize(
    "lines, expected",
    [
        ([r"G = \tanh(q)"], ["given"]),
        ([r"G = p p^\top"], ["own"]),
        ([r"G = p p^\top", r"G g = o p"], ["own", "right"]),
        ([r"G = p p^\top", r"G g = o q"], ["own", "wrong"]),
        ([r"G = p p^\top", r"g = \tanh(q)"], ["own", "given"]),
        ([r"K = 3"], ["own"]),
        ([r"g = q"], ["wrong"]),
    ],
)
def test_own_names(lines: list[str], expected: list[str]) -> None:
    assert verdicts(False, *lines) == expected


@pytest.mark.parametrize(
    "line, expected",
    [
        (r"G = g g^\top", "right"),
        (r"G_{ij} = g_i g_j", "right"),
        (r"G = p p^\top", "wrong"),
        (r"G = \tanh(q)", "wrong"),
        (r"H = (p \odot (1-g^2))(p \odot (1-g^2))^\top - 2(o-t)\mathrm{diag}(p \odot g \odot (1-g^2))", "right"),
        (r"H = (p \odot (1-g^2))(p \odot (1-g^2))^\top", "wrong"),
        (r"H = 3", "wrong"),
    ],
)
def test_the_matrices_that_are_asked_for(line: str, expected: str) -> None:
    assert verdicts(True, line) == [expected]


def test_an_own_name_is_said_to_be_one() -> None:
    (line,) = network().check("$K = 3$", ".md").lines
    assert line.verdict == "given" and line.own
