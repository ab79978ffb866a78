"""Equal units: the proof against gradient descent written out in NumPy, for costs that keep and that break it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.analyse import answers
from derive.analyse.symmetry import Symmetry, answer
from derive.declare.load import load, parse_problem
from derive.declare.network import Network
from derive.errors import DeriveError
from tests.analyse.nets import asked, lines, network, written

PROBLEMS = Path(__file__).parents[2] / "problems"
Array = Any

FUNCTIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
}


def ask(net: Network, **settings: Any) -> Symmetry:
    return answer(asked(net), {"layer": "h", "steps": 0, **settings})


def descent(function: str, value: float, r: Array, steps: int = 50) -> tuple[Array, ...]:
    """W1, b1, W2, b2 after steps of ½‖y − t‖² + rᵀh on 3 inputs, 4 units, 2 outputs, all parameters `value` first."""
    f, slope = FUNCTIONS[function]
    random = np.random.default_rng(0)
    x, t = random.normal(size=3), random.normal(size=2)
    w1, b1, w2, b2 = (np.full(shape, value) for shape in ((4, 3), (4,), (2, 4), (2,)))
    for _ in range(steps):
        z = w1 @ x + b1
        y = w2 @ f(z) + b2
        ybar = y - t
        zbar = (r + w2.T @ ybar) * slope(z)
        moves = np.outer(zbar, x), zbar, np.outer(ybar, f(z)), ybar
        w1, b1, w2, b2 = (w - 0.05 * g for w, g in zip((w1, b1, w2, b2), moves, strict=True))
    return w1, b1, w2, b2


@pytest.fixture(scope="module")
def found() -> Symmetry:
    (only,) = answers(load(PROBLEMS / "symmetry.yaml"))
    assert isinstance(only.result, Symmetry)
    return only.result


def test_it_is_proved_for_all_sizes_and_functions(found: Symmetry) -> None:
    assert found.stays
    assert [name for name, _ in found.parameters] == ["W1", "b1", "W2"]
    text = " ".join(written(found).split())
    assert "for all sizes and for any φ" in text and "z̄_j = h̄_j φ′(z_j)" in text


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("value", [0.0, 0.3])
def test_by_gradient_descent(function: str, value: float) -> None:
    w1, b1, w2, _ = descent(function, value, np.zeros(4))
    assert np.ptp(w1, 0).max() == np.ptp(b1) == np.ptp(w2, 1).max() == 0
    w1, *_ = descent(function, 0.3, np.arange(4.0))
    assert np.ptp(w1, 0).max() > 1e-3


@pytest.mark.parametrize("function", FUNCTIONS)
def test_from_all_zeros(found: Symmetry, function: str) -> None:
    told = next(z for z in found.zeros if z.function == function)
    after = dict(zip(("W1", "b1", "W2", "b2"), descent(function, 0.0, np.zeros(4)), strict=True))
    assert {name for name, w in after.items() if np.any(w != 0)} == set(told.move)
    assert set(told.stay) | set(told.move) == set(after)


def test_the_table_says_what_was_proved(found: Symmetry) -> None:
    assert len(found.runs) == 9
    for run in found.runs:
        assert run.steps == 50
        assert (run.apart == 0) == (run.start != "random")
        assert run.costs[-1] < run.costs[0]
        if run.start == "zero":
            told = next(z for z in found.zeros if z.function == run.function)
            assert {name for name, far in run.moved.items() if far > 0} == set(told.move)


def test_a_cost_that_reads_the_layer_breaks_it() -> None:
    broken = ask(load(PROBLEMS / "residual.yaml"), functions={"sigma": "tanh"}, steps=20)
    assert not broken.stays
    assert "in the line of h̄_j, r_j differs from unit to unit" in written(broken)
    assert broken.to_dict()["broken_by"][0]["term"] == "r[j]"
    equal = next(run for run in broken.runs if run.start == "equal")
    assert equal.apart > 1e-3


def test_one_that_stays_and_none_that_does() -> None:
    text = written(ask(load(PROBLEMS / "residual.yaml"), steps=0))
    assert "Every parameter may move." in text.replace("\n", " ")
    one = network(sizes="{N: inputs, K: units}", inputs="{x: [N], t: [K]}", parameters="{W: [K, N], b: [K]}", cost="E",
                  equations=lines("h = relu(W @ x)\ny = h + b\nE = norm(y - t)**2/2"))  # fmt: skip
    assert "W never moves: as long as it is 0, so is its error signal. Only b may." in written(ask(one, steps=0))


MLP = {
    "sizes": "{N: inputs, K: hidden, M: outputs}",
    "inputs": "{x: [N], t: [M]}",
    "parameters": "{W1: [K, N], W2: [M, K]}",
    "cost": "E",
}


def variant(equations: str, **keys: str) -> Symmetry:
    return ask(network(**{**MLP, **keys}, equations=lines(equations)))


@pytest.mark.parametrize(
    ("hidden", "stays"),
    [
        ("h = softmax(W1 @ x)", True),
        ("h = tanh(W1 @ x) / norm(W1 @ x)", True),
        ("z = W1 @ x\nm = mean(z)\nh = tanh(z - m)", True),
        ("z = W1 @ x\nh[j] = j * z[j]", False),
        ("z = W1 @ x\nh[j] = tanh(z[j] + z[j-1])", False),
        ("z = W1 @ x\nh[j] = [j <= 1] * z[j]", False),
    ],
)
def test_what_differs_from_unit_to_unit(hidden: str, stays: bool) -> None:
    tail = "\nE = 1/2 * norm(W2 @ h - t)**2"
    assert variant(hidden + tail, indices="{j: K}").stays is stays


def test_two_layers_of_one_size_are_two_layers() -> None:
    keys = {"sizes": "{N: inputs, K: hidden}", "inputs": "{x: [N], r: [K]}", "parameters": "{W1: [K, N], W2: [K, K]}"}
    net = network(**{**MLP, **keys}, equations=lines("h = tanh(W1 @ x)\ng = tanh(W2 @ h)\nE = r.T @ g"))
    first, second = ask(net), answer(asked(net), {"layer": "g", "steps": 0})
    assert first.parameters == (("W1", (0,)), ("W2", (1,))) and first.stays
    assert second.parameters == (("W2", (0,)),) and not second.stays


def test_a_recurrent_layer() -> None:
    """Units that start from different states do not stay equal; from h⁽⁰⁾ = 0 they do."""
    found = ask(load(PROBLEMS / "rnn.yaml"))
    assert not found.stays
    assert "in the line of h⁽⁰⁾_j, h_{0,j} differs" in written(found) and written(found).count("differs from unit") == 2
    text = (PROBLEMS / "rnn.yaml").read_text(encoding="utf-8")
    changes = {"  h[0] = h0\n": "", ", h0: [K]": "", ", h0]": "]"}
    for old, new in changes.items():
        text = text.replace(old, new)
    assert ask(parse_problem(text)).stays


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "which layer"),
        ({"layer": "q"}, "no layer"),
        ({"layer": "h", "steps": -1}, "steps"),
        ({"layer": "h", "rate": 0}, "rate"),
        ({"layer": "h", "axis": 2}, "axes"),
        ({"layer": "h", "functions": {"psi": "tanh"}}, "abstract function"),
        ({"layer": "h", "functions": {"phi": "softmax"}}, "no function of one number"),
    ],
)
def test_bad_settings(settings: Any, told: str) -> None:
    with pytest.raises(DeriveError, match=told):
        answer(asked(load(PROBLEMS / "symmetry.yaml")), settings)
