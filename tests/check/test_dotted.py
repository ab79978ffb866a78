"""Dots where no forward mode is asked, Σ whose ends depend on a letter, and numbers that stand before a line."""

from __future__ import annotations

from functools import cache

import pytest

import derive


@cache
def layer() -> derive.Derivation:
    return derive.Network(
        sizes={"N": "inputs", "K": "units"},
        inputs={"x": ["N"], "t": ["K"]},
        parameters={"W": ["K", "N"], "b": ["K"]},
        equations="z = W@x + b\ny = tanh(z)\nE = 1/2*norm(y-t)**2",
        cost="E",
    ).derive()


@cache
def running() -> derive.Derivation:
    return derive.Network(
        sizes={"N": "steps"},
        inputs={"x": ["N"], "a": ["N"]},
        indices={"i": "N", "j": "N"},
        equations="y[i] = sum(j <= i, a[j]*x[j])\nE = 1/2*norm(y)**2",
        cost="E",
    ).derive()


def verdicts(derivation: derive.Derivation, *lines: str) -> list[str]:
    return [line.verdict for line in derivation.check("\n\n".join(f"$${line}$$" for line in lines), ".md").lines]


@pytest.mark.parametrize(
    "line, expected",
    [
        (r"\dot z = W \dot x", "right"),
        (r"\dot z = W^\top \dot x", "wrong"),
        (r"\dot z = W \dot x + \dot W x + \dot b", "right"),
        (r"\dot z = W \dot x + \dot W x - \dot b", "wrong"),
        (r"\dot y = (1-y^2) \odot \dot z", "right"),
        (r"\dot y = (1+y^2) \odot \dot z", "wrong"),
        (r"\dot y = \operatorname{diag}(1-y^2) W \dot x", "right"),
        (r"\dot y_i = (1-y_i^2) \sum_j W_{ij} \dot x_j", "right"),
        (r"\dot y_i = (1-y_i) \sum_j W_{ij} \dot x_j", "wrong"),
        (r"\dot E = (y-t)^\top \dot y", "right"),
        (r"\dot E = (y+t)^\top \dot y", "wrong"),
    ],
)
def test_dots(line: str, expected: str) -> None:
    assert verdicts(layer(), line) == [expected]


def test_a_direction_that_is_given() -> None:
    lines = r"J = \operatorname{diag}(1-y^2) W", r"\dot y = J \dot x", r"\dot y = -J \dot x"
    assert verdicts(layer(), *lines) == ["given", "right", "wrong"]


@pytest.mark.parametrize(
    "line, expected",
    [
        (r"\bar x_j = a_j \sum_{i=j}^{N} \bar y_i", "right"),
        (r"\bar x_j = a_j \sum_{i=j+1}^{N} \bar y_i", "wrong"),
        (r"\bar x_j = a_j \sum_{i=1}^{j} \bar y_i", "wrong"),
        (r"\bar x_j = \sum_{i=j}^N a_j \sum_{k=1}^{i} a_k x_k", "right"),
        (r"\bar x_j = \sum_{i=j}^N a_j \sum_{k=1}^{i-1} a_k x_k", "wrong"),
        (r"\bar x_j = a_j \sum_{i=j}^{j+1} \bar y_i", "unknown"),
    ],
)
def test_ends_that_depend_on_a_letter(line: str, expected: str) -> None:
    assert verdicts(running(), line) == [expected]


@pytest.mark.parametrize("number", [r"(3)\;", "(12)", r"(a)\;", r"\text{(3)}\quad"])
def test_numbers_before_a_line(number: str) -> None:
    lines = number + r" \bar z = \bar y \odot (1-y^2)", number + r" \bar z = \bar y \odot (1+y^2)"
    assert verdicts(layer(), *lines) == ["right", "wrong"]
