"""Lines of second order and of several costs, judged: x̃ and x̃̄ are quantities of the problem."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import derive

PROBLEM = Path(__file__).parents[2] / "problems" / "gradient_penalty.yaml"


@cache
def penalty() -> derive.Derivation:
    return derive.load(PROBLEM).derive()


@cache
def two() -> derive.Derivation:
    return derive.Network(
        sizes={"N": "inputs", "K": "hidden units"},
        inputs={"x": ["N"], "t": ["K"]},
        parameters={"W": ["K", "N"], "V": ["K", "K"]},
        equations="h = tanh(W @ x)\nu = V @ h\nE1 = 1/2 * norm(h - t)**2\nE2 = sum(u**2)",
        cost=["E1", "E2"],
    ).derive()


def verdict(derivation: derive.Derivation, line: str) -> str:
    (claim,) = derivation.check(f"${line}$").lines
    return claim.verdict


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"\tilde{\mathbf x} = \mathbf W^T \tilde{\mathbf z}", "right"),
        (r"\tilde{\mathbf x} = \mathbf W \tilde{\mathbf z}", "wrong"),
        (r"\tilde{z}_j = v_j (1 - h_j^2)", "right"),
        (r"\tilde{h}_j = v_j h_j", "wrong"),
        (r"\bar{\tilde{\mathbf z}} = \mathbf W \bar{\tilde{\mathbf x}}", "right"),
        (r"\bar{\tilde{z}}_j = \sum_i \bar{\tilde{x}}_i", "wrong"),
        (r"\bar{\mathbf W} = \bar{\mathbf z} \mathbf x^T + \tilde{\mathbf z} \bar{\tilde{\mathbf x}}^T", "right"),
        (r"\bar{\mathbf W} = \bar{\mathbf z} \mathbf x^T", "wrong"),
    ],
)
def test_bars_of_bars(line: str, expected: str) -> None:
    assert verdict(penalty(), line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"\bar{\mathbf h} = \mathbf h - \mathbf t", "right"),
        (r"\tilde{\mathbf h} = \mathbf V^T \tilde{\mathbf u}", "right"),
        (r"\tilde{\mathbf u} = 2 \mathbf u", "right"),
        (r"\tilde{\mathbf h} = \mathbf h - \mathbf t", "wrong"),
        (r"\tilde{\mathbf u} = \mathbf u", "wrong"),
    ],
)
def test_several_costs(line: str, expected: str) -> None:
    assert verdict(two(), line) == expected


@pytest.mark.parametrize("derivation", [penalty, two])
def test_the_document_itself_has_no_wrong_line(derivation: object) -> None:
    found = penalty() if derivation is penalty else two()
    assert {line.verdict for line in found.check(found.latex()).lines} <= {"right", "given"}
