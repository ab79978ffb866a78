"""∂a/∂x of formulas, of what an answer defines and of what a condition defines: through all that rests on x."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import derive

PROBLEMS = Path(__file__).parents[2] / "problems"


@cache
def problem(name: str) -> derive.Derivation:
    if name == "two costs":
        return derive.Network(
            inputs={"x": ["N"]},
            parameters={"w": ["N"]},
            sizes={"N": "units"},
            equations="y = tanh(w * x)\nE1 = sum(y)\nE2 = 1/2*norm(y)**2",
            cost=["E1", "E2"],
        ).derive()
    return derive.load(PROBLEMS / f"{name}.yaml").derive()


@cache
def solved(size: str) -> derive.Derivation:
    axes = [size] if size else []
    return derive.Network(
        sizes={size: "order"} if size else {},
        inputs={"x": axes},
        parameters={"a": axes * 2, "b": axes * 2},
        implicit={"y": "y == tanh(a @ y + b @ x)" if size else "y == tanh(a*y + b*x)"},
        equations="E = 1/2*norm(y)**2" if size else "E = 1/2*y**2",
        cost="E",
    ).derive()


def verdicts(derivation: derive.Derivation, *lines: str) -> list[str]:
    return [line.verdict for line in derivation.check("\n\n".join(f"$${line}$$" for line in lines), ".md").lines]


@pytest.mark.parametrize(
    "name, line, expected",
    [
        ("two costs", r"\frac{\partial(E_1+E_2)}{\partial w} = (1+y)\odot(1-y^2)\odot x", "right"),
        ("two costs", r"\frac{\partial(E_1+E_2)}{\partial w_i} = (1+y_i)(1-y_i^2) x_i", "right"),
        ("two costs", r"\nabla_w(E_1+E_2) = \nabla_w E_1+\nabla_w E_2", "right"),
        ("two costs", r"\frac{\partial(E_1+E_2)}{\partial w} = (1-y^2)\odot x", "wrong"),
        ("two costs", r"\frac{\partial(E_1+E_2)}{\partial w} = 0", "wrong"),
        ("two costs", r"\frac{\partial(E_1+w^\top w)}{\partial w} = (1-y^2)\odot x + 2w", "right"),
        ("two costs", r"\frac{\partial(E_1+w^\top w)}{\partial w} = 2w", "wrong"),
        ("info_nce", r"\frac{\partial(N\mathcal L)}{\partial S} = P-I", "right"),
        ("info_nce", r"\frac{\partial(N\mathcal L)}{\partial S} = 0", "wrong"),
        ("gaussian_nll", r"\frac{\partial(r^\top S^{-1}r)}{\partial m} = -2S^{-1}r", "right"),
        ("gaussian_nll", r"\frac{\partial(r^\top S^{-1}r)}{\partial m} = 0", "wrong"),
        ("residual", r"\frac{\partial(R+S)}{\partial y} = y-s", "right"),
        ("residual", r"\frac{\partial(R+S)}{\partial y} = 0", "wrong"),
        ("vae", r"\frac{\partial(-\mathcal L)}{\partial y} = y-x", "right"),
        ("vae", r"\frac{\partial(-\mathcal L)}{\partial y} = x-y", "wrong"),
        ("lora", r"\frac{\partial(Ax)}{\partial x^\top} = A", "right"),
        ("lora", r"\frac{\partial(Ax)}{\partial x^\top} = A^\top", "wrong"),
        ("lora", r"\frac{\partial(Ax)_i}{\partial x_j} = A_{ij}", "right"),
    ],
)
def test_formulas(name: str, line: str, expected: str) -> None:
    assert verdicts(problem(name), line) == [expected]


def test_what_the_answer_defines() -> None:
    found = verdicts(
        problem("two costs"),
        "E = E_1+E_2",
        "F = E + E_1",
        r"\frac{\partial E}{\partial w} = \bar w+\tilde w",
        r"\frac{\partial E}{\partial w} = (1+y)\odot(1-y^2)\odot x",
        r"\frac{\partial F}{\partial w} = (2+y)\odot(1-y^2)\odot x",
        r"\frac{\partial E}{\partial w} = (1-y^2)\odot x",
    )
    assert found[2:] == ["right", "right", "right", "wrong"]


@pytest.mark.parametrize(
    "line, expected",
    [
        (r"\frac{dy}{dx} = \frac{b(1-y^2)}{1-a(1-y^2)}", "right"),
        (r"\frac{\partial y}{\partial x} = \frac{b(1-y^2)}{1-a(1-y^2)}", "right"),
        (r"\frac{dy}{dx} = b(1-y^2)", "wrong"),
        (r"\frac{\partial y}{\partial x} = b(1-y^2)", "wrong"),
        (r"\frac{\partial (y^2)}{\partial x} = \frac{2yb(1-y^2)}{1-a(1-y^2)}", "right"),
        (r"\frac{\partial (y^2)}{\partial x} = 2yb(1-y^2)", "wrong"),
    ],
)
def test_what_a_condition_defines(line: str, expected: str) -> None:
    assert verdicts(solved(""), line) == [expected]


@pytest.mark.parametrize(
    "line, expected",
    [
        (r"\frac{\partial y}{\partial x^\top} = (I-\mathrm{diag}(1-y^2) a)^{-1} \mathrm{diag}(1-y^2) b", "right"),
        (r"\frac{\partial y}{\partial x^\top} = \mathrm{diag}(1-y^2) b", "wrong"),
    ],
)
def test_what_conditions_define(line: str, expected: str) -> None:
    assert verdicts(solved("n"), line) == [expected]
