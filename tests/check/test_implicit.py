"""Lines about conditions, right ones and wrong ones: the adjoint equation, the normal equations, differentials."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import derive

PROBLEMS = Path(__file__).parents[2] / "problems"

RIGHT = {
    "deep_equilibrium": (
        r"(I - \operatorname{diag}(1 - z \circ z) W)^T \lambda = \bar{z}",
        r"\left(\frac{\partial F}{\partial z}\right)^T \lambda = \bar z",
        r"\lambda = (I - W^T \operatorname{diag}(1 - z^2))^{-1} \bar z",
        r"\lambda = \bar z + W^T \bar a",
        r"\lambda_j - \sum_{l=1}^K (1 - z_l^2) W_{lj} \lambda_l = \bar{z}_j",
        r"\bar{x} = -\left(\frac{\partial F}{\partial x}\right)^T \lambda",
        r"\frac{\partial F}{\partial z} dz + \frac{\partial F}{\partial x} dx = 0",
        r"z = \tanh(W z + U x + b)",
        r"F = z - \tanh(W z + U x + b)",
        r"\bar a = \lambda \circ (1 - z^2)",
    ),
    "ridge_stationary": (
        r"X^T X w + \lambda w = X^T t",
        r"(X^T X + \lambda I) w = X^T t",
        r"w = (X^T X + \lambda I)^{-1} X^T t",
        r"\frac{\partial J}{\partial w} = X^T (X w - t) + \lambda w = 0",
        r"(X^T X + \lambda I) \mu = \bar w",
        r"\bar \lambda = -w^T (X^T X + \lambda I)^{-1} \bar w",
        r"\bar X = (t - X w) \mu^T - X \mu w^T",
    ),
    "hypergradient": (
        r"X^T (p - t) + \lambda w = 0",
        r"\frac{\partial J}{\partial w} = 0",
        r"(X^T \operatorname{diag}(p \circ (1 - p)) X + \lambda I) \mu = \bar w",
        r"\bar \lambda = -\mu^T w",
    ),
}

WRONG = {
    "deep_equilibrium": (
        r"(I - \operatorname{diag}(1 - z \circ z) W) \lambda = \bar{z}",
        r"\lambda = (I - W \operatorname{diag}(1 - z^2))^{-1} \bar z",
        r"\lambda = (I + W^T \operatorname{diag}(1 - z^2))^{-1} \bar z",
        r"\lambda = \bar z",
        r"\lambda = \bar z - W^T \bar a",
        r"\bar{x} = \left(\frac{\partial F}{\partial x}\right)^T \lambda",
        r"\frac{\partial F}{\partial z} dz - \frac{\partial F}{\partial x} dx = 0",
        r"\bar a = \lambda \circ z^2",
    ),
    "ridge_stationary": (
        r"X^T X w = X^T t",
        r"(X^T X - \lambda I) w = X^T t",
        r"w = (X^T X + \lambda I) X^T t",
        r"\bar \lambda = \mu^T w",
        r"\bar X = (t - X w) \mu^T + X \mu w^T",
    ),
    "hypergradient": (
        r"X^T (p - t) - \lambda w = 0",
        r"(X^T \operatorname{diag}(p) X + \lambda I) \mu = \bar w",
        r"\bar \lambda = \mu^T w",
    ),
}


@cache
def derivation(name: str) -> derive.Derivation:
    return derive.load(PROBLEMS / f"{name}.yaml").derive(check=False)


def verdicts(name: str, tex: str) -> list[str]:
    return [line.verdict for line in derivation(name).check(f"$${tex}$$", ".md").lines]


@pytest.mark.parametrize("name, tex", [(name, tex) for name, found in RIGHT.items() for tex in found])
def test_right_lines(name: str, tex: str) -> None:
    assert set(verdicts(name, tex)) <= {"right", "given"}, verdicts(name, tex)


@pytest.mark.parametrize("name, tex", [(name, tex) for name, found in WRONG.items() for tex in found])
def test_wrong_lines(name: str, tex: str) -> None:
    assert "wrong" in verdicts(name, tex)


def test_a_sum_over_both_axes_is_not_called_wrong() -> None:
    tex = r"\frac{\partial F}{\partial z} dz + \frac{\partial F}{\partial W} dW = 0"
    assert verdicts("deep_equilibrium", tex) == ["unknown"]


LEAST_SQUARES = """
version: 1
title: least squares
sizes: {N: points, D: features}
inputs: {X: [N, D], t: [N]}
hidden: {w: [D]}
stationary: E in w
equations: |
  E = norm(X @ w - t)**2
cost: E
want: [t]
"""


@pytest.mark.parametrize(
    "tex, expected",
    [
        (r"w = (X^\top X)^{-1} X^\top t", {"right", "given"}),
        (r"w = 2 (2 X^\top X)^{-1} X^\top t", {"right", "given"}),
        (r"X^\top X w = X^\top t", {"right", "given"}),
        (r"w = (2 X^\top X)^{-1} X^\top t", {"wrong"}),
        (r"w = X^\top t", {"wrong"}),
    ],
)
def test_points_are_such_that_a_condition_has_one_solution(tmp_path: Path, tex: str, expected: set[str]) -> None:
    path = tmp_path / "least_squares.yaml"
    path.write_text(LEAST_SQUARES, encoding="utf-8")
    found = derive.load(path).derive(check=False).check(f"$${tex}$$", ".md").lines
    assert {line.verdict for line in found} <= expected
