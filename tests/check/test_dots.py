"""Tangents, Hessians and slopes of error signals in answers, judged by the whole network at points nearby."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import derive

PROBLEMS = Path(__file__).parents[2] / "problems"


@cache
def problem(name: str) -> derive.Derivation:
    return derive.load(PROBLEMS / f"{name}.yaml").derive()


@cache
def asked() -> derive.Derivation:
    """Forward mode and a product with the Hessian that the file does not ask for."""
    return derive.load(PROBLEMS / "mlp.yaml").derive(forward=["x"], hvp=["W1"])


def verdict(derivation: derive.Derivation, line: str) -> str:
    (claim,) = derivation.check(f"${line}$").lines
    return claim.verdict


LINES = [
    ("hessian_tanh", r"\dot{\mathbf z} = \mathbf W \dot{\mathbf x}", "right"),
    ("hessian_tanh", r"\dot{\mathbf z} = \dot{\mathbf W} \mathbf x", "right"),
    ("hessian_tanh", r"\dot{\mathbf z} = \mathbf W \mathbf x", "wrong"),
    ("hessian_tanh", r"\dot{\mathbf z} = \mathbf W^T \dot{\mathbf x}", "wrong"),
    ("hessian_tanh", r"\dot{h}_j = (1 - h_j^2) \dot{z}_j", "right"),
    ("hessian_tanh", r"\dot{h}_j = (1 - h_j) \dot{z}_j", "wrong"),
    ("hessian_tanh", r"\dot{h}_j = (1 - h_j^2) z_j", "wrong"),
    ("hessian_tanh", r"\dot{E} = (\mathbf y - \mathbf t)^\top \dot{\mathbf y}", "right"),
    ("hessian_tanh", r"\dot{E} = \mathbf y^\top \dot{\mathbf y}", "wrong"),
    ("hessian_tanh", r"\dot{\bar{\mathbf y}} = \dot{\mathbf y}", "right"),
    ("hessian_tanh", r"\dot{\bar{\mathbf h}} = \mathbf V^\top \dot{\bar{\mathbf y}}", "right"),
    ("hessian_tanh", r"\dot{\bar{\mathbf h}} = \mathbf V \dot{\bar{\mathbf y}}", "wrong"),
    ("hessian_tanh", r"\dot{\bar{\mathbf W}} = \dot{\bar{\mathbf z}} \mathbf x^\top", "right"),
    ("hessian_tanh", r"\dot{\bar{\mathbf W}} = \bar{\mathbf z} \mathbf x^\top", "wrong"),
    ("hessian_tanh", r"\frac{\partial \bar y_k}{\partial b_j} = v_{kj} (1 - h_j^2)", "right"),
    ("hessian_tanh", r"\frac{\partial \bar y_k}{\partial b_j} = v_{kj} (1 - h_j)", "wrong"),
    ("hessian_tanh", r"\frac{\partial \bar y_k}{\partial b_j} = v_{kj} h_j^2", "wrong"),
    (
        "logistic_hessian",
        r"\frac{\partial^2 E}{\partial w_d \partial w_i} = \sum_n p_n (1 - p_n) x_{nd} x_{ni}",
        "right",
    ),
    ("logistic_hessian", r"\frac{\partial^2 E}{\partial w_d \partial w_i} = \sum_n p_n (1 - p_n) x_{nd}", "wrong"),
    (
        "logistic_hessian",
        r"\frac{\partial^2 E}{\partial \mathbf w \partial \mathbf w^\top} = \mathbf X^\top"
        r" \operatorname{diag}(\mathbf p \circ (\mathbf 1 - \mathbf p)) \mathbf X",
        "right",
    ),
    ("logistic_hessian", r"\nabla_w^2 E = X^\top \operatorname{diag}(p \odot (1 - p)) X", "right"),
    ("logistic_hessian", r"\nabla_w^2 E = X^\top X", "wrong"),
    ("logistic_hessian", r"\nabla_w E = X^\top (p - t)", "right"),
    (
        "logistic_hessian",
        r"\frac{\partial^2 E}{\partial \mathbf w \partial \mathbf w^\top} = \mathbf X^\top"
        r" \operatorname{diag}(\mathbf p) \mathbf X",
        "wrong",
    ),
    (
        "logistic_hessian",
        r"\frac{\partial^2 E}{\partial \mathbf w \partial \mathbf w^\top} = \mathbf X"
        r" \operatorname{diag}(\mathbf p \circ (\mathbf 1 - \mathbf p)) \mathbf X^\top",
        "wrong",
    ),
]


@pytest.mark.parametrize(("name", "line", "expected"), LINES)
def test_lines_of_second_order(name: str, line: str, expected: str) -> None:
    assert verdict(problem(name), line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"\dot{\mathbf z}_1 = \mathbf W^{(1)} \dot{\mathbf x}", "right"),
        (r"\dot{\mathbf z}_1 = \mathbf W^{(2)} \dot{\mathbf x}", "wrong"),
        (r"\dot{\mathbf z}_2 = \mathbf W^{(2)} \dot{\mathbf h}_1", "right"),
        (r"\dot{\bar{\mathbf W}}^{(1)} = \dot{\bar{\mathbf z}}_1 \mathbf x^\top", "right"),
        (r"\dot{\bar{\mathbf W}}^{(1)} = \dot{\mathbf z}_1 \mathbf x^\top", "wrong"),
    ],
)
def test_what_is_asked_beside_the_file_counts(line: str, expected: str) -> None:
    assert verdict(asked(), line) == expected


@pytest.mark.parametrize("name", ["hessian_tanh", "logistic_hessian", "softmax_hessian"])
@pytest.mark.parametrize("suffix", [".tex", ".txt"])
def test_our_own_lines_are_right(name: str, suffix: str) -> None:
    derivation = problem(name)
    text = derivation.latex() if suffix == ".tex" else str(derivation)
    assert {line.verdict for line in derivation.check(text, suffix).lines} <= {"right", "given"}


def test_a_problem_without_tangents_has_dots_along_any_direction() -> None:
    assert verdict(problem("residual"), r"\dot{\mathbf z} = \mathbf W^{(1)} \dot{\mathbf x}") == "right"
    assert verdict(problem("residual"), r"\dot{\mathbf z} = -\mathbf W^{(1)} \dot{\mathbf x}") == "wrong"
