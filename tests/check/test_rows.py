"""Slopes as rows, rows of a matrix that an answer names, parts of axes, and lines without a condition's labels."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import derive

PROBLEMS = Path(__file__).parents[2] / "problems"


@cache
def quadratic() -> derive.Derivation:
    return derive.Network(
        sizes={"N": "units"},
        inputs={"v": ["N"], "r": ["N"]},
        parameters={"S": ["N", "N"], "B": ["N", "N"]},
        facts=["S symmetric"],
        equations="E = 1/2*v.T@S@v + r.T@B@v",
        cost="E",
    ).derive()


@cache
def batch() -> derive.Derivation:
    return derive.Network(
        sizes={"L": "length", "D": "features", "K": "classes"},
        inputs={"P": ["L", "D"], "c": ["L", "K"]},
        parameters={"V": ["K", "D"]},
        equations="S = P@V.T\nE = 1/2*norm(S-c)**2",
        cost="E",
    ).derive()


@cache
def solved() -> derive.Derivation:
    return derive.Network(
        sizes={"N": "samples", "K": "units", "D": "features"},
        labels={"n": "N"},
        inputs={"x": ["N", "D"], "c": ["N", "K"]},
        parameters={"W": ["K", "K"], "B": ["K", "D"]},
        hidden={"y": ["N", "K"]},
        implicit={"y": "y[n] == tanh(W @ y[n] + B @ x[n])"},
        equations="E = 1/2*sum(n, norm(y[n] - c[n])**2)",
        cost="E",
    ).derive()


@cache
def words() -> derive.Derivation:
    return derive.load(PROBLEMS / "word2vec.yaml").derive()


def verdicts(derivation: derive.Derivation, *lines: str) -> list[str]:
    return [line.verdict for line in derivation.check("\n\n".join(f"$${line}$$" for line in lines), ".md").lines]


SLOPE = r"\frac{\partial E}{\partial v} = "


def test_one_slope_alone_may_be_a_row() -> None:
    (line,) = quadratic().check(f"$${SLOPE} v^\\top S + r^\\top B$$", ".md").lines
    assert (line.verdict, line.under) == ("right", ("numerator layout",))
    assert verdicts(quadratic(), SLOPE + r"v^\top S + r^\top B^\top") == ["wrong"]
    assert verdicts(quadratic(), SLOPE + r"v^\top S + r^\top") == ["wrong"]
    assert verdicts(quadratic(), SLOPE + r"(S v + B^\top r)^\top") == ["wrong"]


def test_not_beside_a_slope_that_is_a_column() -> None:
    lines = SLOPE + r"v^\top S + r^\top B", r"\frac{\partial E}{\partial r} = B v"
    assert verdicts(quadratic(), *lines) == ["wrong", "right"]


@pytest.mark.parametrize(
    "name, line, expected",
    [
        ("u = U_{o,:}", r"\bar h = \bar a u + \sum_j \bar s_j U_{n_j,:}", "right"),
        ("u = U_{o,:}", r"\bar h = \bar a u^\top + \sum_j \bar s_j U_{n_j,:}^\top", "right"),
        ("u = U_{o,:}", r"\bar h = \bar a u - \sum_j \bar s_j U_{n_j,:}", "wrong"),
        ("u = U_{o,:}", r"\bar h = \sum_j \bar s_j u", "wrong"),
        (r"\eta = V_{i,:}", r"h = \eta^\top", "given"),
        (r"\eta = V_{i,:}", r"\bar\eta = \bar a U_{o,:} + \sum_j \bar s_j U_{n_j,:}", "right"),
        (r"\eta = V_{i,:}", r"\bar\eta = \bar a U_{i,:} + \sum_j \bar s_j U_{n_j,:}", "wrong"),
        ("u_j = U_{n_j,:}", r"\bar h = \bar a U_{o,:} + \sum_j \bar s_j u_j", "right"),
        ("u_j = U_{n_j,:}", r"\bar h = \bar a u_j + \sum_j \bar s_j u_j", "wrong"),
        ("u_j = U_{n_j,:}", r"\bar h = \bar a U_{i,:} + \sum_j \bar s_j u_j", "wrong"),
    ],
)
def test_named_rows(name: str, line: str, expected: str) -> None:
    assert verdicts(words(), name, line) == ["given", expected]


def test_two_rows_of_one_letter() -> None:
    lines = "u = U_{o,:}", "u_j = U_{n_j,:}", r"\bar h = \bar a u + \sum_j \bar s_j u_j", r"\bar h = \bar a u"
    assert verdicts(words(), *lines) == ["given", "given", "right", "wrong"]


@pytest.mark.parametrize(
    "line, expected",
    [
        (r"\bar V = \bar S_{1:L,:}^\top P_{1:L,:}", "right"),
        (r"\bar V = \bar S_{1:L-1,:}^\top P_{1:L-1,:} + \bar S_{L,:} P_{L,:}^\top", "right"),
        (r"\bar V = \bar S_{2:L,:}^\top P_{2:L,:}", "wrong"),
        (r"\bar V = \bar S_{0:L-1,:}^\top P_{1:L,:}", "wrong"),
        (r"\bar V = \bar S_{1:L-1,:}^\top P_{1:L,:}", "wrong"),
    ],
)
def test_parts_of_axes(line: str, expected: str) -> None:
    assert verdicts(batch(), line) == [expected]


def test_transposed_signals_in_code() -> None:
    found = batch().check("```python\ndS = S - c\ndV = dS.T @ P\ndV = dS @ P\n```", ".md").lines
    assert [line.verdict for line in found] == ["right", "right", "wrong"]


def test_conditions_without_their_labels() -> None:
    assert [
        m.verdict for m in solved().check(solved().latex(), ".tex").lines if m.verdict in ("wrong", "unknown")
    ] == []
    slope = r"\frac{\partial F}{\partial y}"
    lines = rf"({slope})^\top \lambda = \bar y", rf"{slope} \lambda = \bar y", rf"({slope})^\top \lambda = -\bar y"
    assert verdicts(solved(), *lines) == ["right", "wrong", "wrong"]
    lines = r"F = y^{(n)} - \tanh(W y^{(n)})", r"F = y^{(n)} - \tanh(W y^{(n)} + B x^{(n)})"
    assert verdicts(solved(), *lines) == ["wrong", "right"]
