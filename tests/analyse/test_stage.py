"""`derive stage`: each printed code is run and held against finite differences of the formula itself."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from derive.analyse.decompose import decompose
from derive.analyse.stage import stage
from derive.cli import cli
from derive.declare.load import parse_problem
from derive.errors import DeriveError
from derive.render.latex import latex
from derive.render.terminal import terminal

Function = Callable[..., float]


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


FORMULAS: dict[str, Function] = {
    "f = (x + y)*z": lambda x, y, z: (x + y) * z,
    "(x + y)*z": lambda x, y, z: (x + y) * z,
    "f(x, y, z) = (x + y)*z": lambda x, y, z: (x + y) * z,
    "f = 1/(1 + exp(-(w0*x0 + w1*x1 + w2)))": lambda w0, x0, w1, x1, w2: sigmoid(w0 * x0 + w1 * x1 + w2),
    "f = x**y + 2*x - -3*y": lambda x, y: x**y + 2 * x + 3 * y,
    "L = (y - t)**2/2": lambda y, t: (y - t) ** 2 / 2,
    "q = (x + y)*(x + y)*z + tanh(x + y)": lambda x, y, z: (x + y) ** 2 * z + math.tanh(x + y),
    "f = relu(x)*sigmoid(y) - max(x, y)": lambda x, y: max(x, 0) * sigmoid(y) - max(x, y),
    "f = where(x > 1/3, -x**-2, exp(y))": lambda x, y: -(x**-2) if x > 1 / 3 else math.exp(y),
    "s = x/y/z*w": lambda x, y, z, w: x / y / z * w,
    "f = -x*y": lambda x, y: -x * y,
    "f = x": lambda x: x,
    "f = sqrt(x**2 + y**2)": lambda x, y: math.sqrt(x**2 + y**2),
    "f = pi*x*y**2**x": lambda x, y: math.pi * x * y ** (2**x),
    "f = log(1 + exp(2)*x)/3": lambda x: math.log(1 + math.exp(2) * x) / 3,
    "g = (h + k)*p": lambda h, k, p: (h + k) * p,
    "f = x*x": lambda x: x * x,
    "f = [x > 0]*x + x**-y": lambda x, y: x + x**-y,
    "f = softplus(x) + abs(-y)": lambda x, y: math.log(1 + math.exp(x)) + abs(y),
    "dfdx = x*y + dfdxdx": lambda x, y, dfdxdx: x * y + dfdxdx,
    "f = x**(1/3)*(1/3)": lambda x: x ** (1 / 3) / 3,
    "f = (x +  # a comment\n  y)*(1 +  # another\n 2)": lambda x, y: (x + y) * 3,
    "f = min(x, y)*leaky_relu(-x)": lambda x, y: min(x, y) * -0.01 * x,
}


def ran(code: str, values: dict[str, float]) -> dict[str, Any]:
    found: dict[str, Any] = dict(values)
    exec(compile(code, "staged", "exec"), found)
    return found


def points(names: tuple[str, ...], shift: float = 0.0) -> dict[str, float]:
    return {name: 0.41 + 0.23 * n + shift for n, name in enumerate(names)}


@pytest.mark.parametrize("shift", [0.0, 0.37])
@pytest.mark.parametrize("formula", FORMULAS)
def test_the_code_gives_the_formula_and_its_slopes(formula: str, shift: float) -> None:
    staged, true = stage(formula), FORMULAS[formula]
    names, output = staged.decomposed.variables, staged.decomposed.name
    at = points(names, shift)
    found = ran(staged.code, at)
    assert found[output] == pytest.approx(true(**at), rel=1e-12)
    for name in names:
        up, down = ({**at, name: at[name] + sign * 1e-6} for sign in (1, -1))
        slope = (true(**up) - true(**down)) / 2e-6
        printed = next(key for key in (f"d{output}d{name}_", f"d{output}d{name}") if key in found)
        assert found[printed] == pytest.approx(slope, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_problem_file_derives_the_same_numbers(formula: str) -> None:
    names = decompose(formula).variables
    at = points(names)
    staged = stage(formula, at)
    network = parse_problem(staged.problem)
    assert network.cost == staged.decomposed.name and network.want == names
    numbers = {met.name: met for met in staged.numbers}
    assert numbers[staged.decomposed.name].value == pytest.approx(FORMULAS[formula](**at))
    code = ran(staged.code, at)
    for step in staged.decomposed.steps[:-1]:
        slope = next(v for k, v in code.items() if k.rstrip("_") == f"d{staged.decomposed.name}d{step.name}")
        assert numbers[step.name].signal == pytest.approx(slope)
        assert numbers[step.name].value == pytest.approx(code[step.name])


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_step_has_one_operation_and_a_name_of_its_own(formula: str) -> None:
    found = decompose(formula)
    names = [step.name for step in found.steps]
    assert len({*names, *found.variables}) == len(names) + len(found.variables)
    for n, step in enumerate(found.steps):
        alone = decompose(f"{step.name} = {step.text}")
        assert [s.text for s in alone.steps] == [step.text]
        assert set(alone.variables) <= {*found.variables, *names[:n]}


@pytest.mark.parametrize("formula", FORMULAS)
def test_it_is_shown_within_80_columns(formula: str) -> None:
    document = stage(formula, points(decompose(formula).variables)).document()
    assert max(map(len, terminal(document, 80, ascii=True).splitlines())) <= 80
    assert r"\end{document}" in latex(document)


def test_the_documents_example() -> None:
    staged = stage("f = (x + y)*z", {"x": -2, "y": 5, "z": -4})
    assert [(s.name, s.text) for s in staged.decomposed.steps] == [("g", "x + y"), ("f", "g*z")]
    assert {n.name: (n.value, n.signal) for n in staged.numbers} == {
        "x": (-2, -4), "y": (5, -4), "z": (-4, 3), "g": (3, -4), "f": (-12, 1),
    }  # fmt: skip
    for line in ("dfdz = g", "dfdg = z", "dfdx = 1.0 * dfdg", "dfdy = 1.0 * dfdg", "# backprop through f = g * z"):
        assert line in staged.code


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("f = x + y", "add x and y"),
        ("f = x - y", "subtract y from x"),
        ("f = x - y - z", "subtract y and z from x"),
        ("f = a - b + c - d", "add a and c, and subtract b and d"),
    ],
)
def test_sums_are_said_as_they_are(formula: str, said: str) -> None:
    assert f"  # {said}\n" in stage(formula).code


def test_every_line_of_code_has_a_comment() -> None:
    lines = stage("q = (x + y)*(x + y)*z + relu(x + y)").code.splitlines()
    code = lines[lines.index("## forward pass") :]
    for before, line in pairwise(code):
        assert not line or "#" in line or before.startswith("# ")


def test_a_part_that_stands_twice_is_one_step() -> None:
    assert [s.text for s in decompose("f = (x + y)*z + exp(x + y)").steps] == ["x + y", "g*z", "exp(g)", "h + k"]


def test_taken_names_are_left_alone() -> None:
    assert [s.name for s in decompose("f = (g + h)*k").steps] == ["p", "f"]


def test_some_values_decide_some_steps() -> None:
    numbers = {n.name: n for n in stage("f = (x + y)*z", {"x": 1, "y": 2}).numbers}
    assert numbers["g"].value == 3 and numbers["f"].value is None and numbers["z"].signal == 3


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("f = (x + y", "never closed"),
        ("f = 3 + pi", "no variable"),
        ("f = x + f", "on both sides"),
        ("f = W @ x", "for vectors and matrices"),
        ("f = x[1]", "no formula of scalars"),
        ("f = x.T", "no formula of scalars"),
        ("f = softmax(x)", "takes a whole vector"),
        ("f = tanhh(x)", "did you mean tanh?"),
        ("f = x\ng = y", "2 formulas"),
        ("f = exp + x", "exp"),
        ("f = tanh(x, y)", "tanh"),
        ("f = trigamma(x)", "trigamma"),
        ("", "ends too early"),
        ("f = x y", "write `*`"),
        ("f = " + "(" * 300 + "x" + ")" * 300, "deep"),
    ],
)
def test_what_cannot_be_staged_is_said(formula: str, said: str) -> None:
    with pytest.raises(DeriveError) as error:
        stage(formula)
    assert said in str(error.value)


def run(*args: str) -> str:
    result = CliRunner().invoke(cli, ["stage", *args])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command(tmp_path: Path) -> None:
    shown = run("f = (x + y)*z", "--values", "x=-2,y=5,z=-4")
    assert "g = x + y   [3]" in shown and "f = g z   [−12]" in shown
    data = json.loads(run("f = (x + y)*z", "--format", "json"))
    assert [step["operation"] for step in data["steps"]] == ["add", "multiply"]
    path = tmp_path / "f.yaml"
    run("f = (x + y)*z", "--format", "problem", "-o", str(path))
    assert CliRunner().invoke(cli, [str(path)]).exit_code == 0
    assert ran(run("-x*y", "--format", "python"), {"x": 2, "y": 3})["f"] == -6


def test_values_that_are_none() -> None:
    assert "write it as x=-2,y=5" in CliRunner().invoke(cli, ["stage", "f = x", "--values", "x"]).output
