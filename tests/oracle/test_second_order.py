"""Bars of bars, several costs and values held fixed, against PyTorch in double precision: 1e-8."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch")

import derive  # noqa: E402
from derive.render.numpy import numpy_code  # noqa: E402
from tests.oracle.networks import NETWORKS  # noqa: E402
from tests.oracle.test_oracle import LIMIT, apart  # noqa: E402
from tests.oracle.values import draw_arrays  # noqa: E402

PROBLEMS = Path(__file__).parents[2] / "problems"
SIZES = {"N": 4, "K": 3, "M": 2}
Cost = Callable[[Mapping[str, Any]], Any]


def given(derivation: derive.Derivation, sizes: Mapping[str, int], seed: int) -> dict[str, NDArray[Any]]:
    return draw_arrays(derivation.data, sizes, np.random.default_rng(seed))


def printed(derivation: derive.Derivation, arrays: Mapping[str, Any], sizes: Mapping[str, int]) -> Any:
    """What the printed NumPy gives: the forward values, the bars."""
    module: dict[str, Any] = {}
    exec(compile(numpy_code(derivation.data), "<printed>", "exec"), module)
    values = run(module["forward"], sizes, **arrays)
    return values, run(module["backward"], sizes, values=values)


def run(function: Any, sizes: Mapping[str, int], **arguments: Any) -> Any:
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return function(**{name: arguments[name] if name in arguments else sizes[name] for name in names})


def leaves(arrays: Mapping[str, Any]) -> dict[str, Any]:
    return {name: torch.tensor(a, dtype=torch.float64, requires_grad=True) for name, a in arrays.items()}


def slope(cost: Any, x: Any) -> Any:
    return torch.autograd.grad(cost, x, create_graph=True)[0]


def critic(a: Mapping[str, Any]) -> Any:
    return torch.tanh(a["X"] @ a["W"].T + a["b"]) @ a["v"]


DECLARED: dict[str, Any] = {
    "sizes": {"N": "inputs", "K": "hidden units", "M": "samples"},
    "inputs": {"x": ["N"], "X": ["M", "N"], "t": ["N"]},
    "parameters": {"W": ["K", "N"], "b": ["K"], "v": ["K"]},
    "constants": {"lam": []},
    "indices": {"n": "M", "i": "N"},
}

SECOND: dict[str, tuple[str, Cost]] = {
    "a penalty for each sample of a batch": (
        "H[n, k] = tanh(sum(i, W[k, i] * X[n, i]) + b[k])\nD = sum(n, k, H[n, k] * v[k])\nG = grad(D, X)\n"
        "P = lam * mean(n, (norm(i, G[n, i]) - 1)**2)",
        lambda a: a["lam"] * ((slope(critic(a).sum(), a["X"]).norm(dim=1) - 1) ** 2).mean(),
    ),
    "the slope and the cost itself": (
        "z = W @ x\nL = logsumexp(z * v) + sum(z**2)\nP = L + 1/2 * norm(grad(L, x))**2 + sum(b * (grad(L, W) @ x))",
        lambda a: penalised(a),
    ),
    "a slope of a slope": (
        "h = tanh(W @ x)\nD = v.T @ h\nQ = norm(grad(D, x))**2\nP = sum(t * grad(Q, x)) + lam * D",
        lambda a: a["lam"] * inner(a) + (a["t"] * slope((slope(inner(a, True), a["x"]) ** 2).sum(), a["x"])).sum(),
    ),
    "a slope in what is computed": (
        "h = tanh(W @ x + b)\nD = sum(v * h**3)\nP = norm(grad(D, h))**2",
        lambda a: (slope_in_h(a) ** 2).sum(),
    ),
    "two costs inside": (
        "h = tanh(W @ x)\nA = v.T @ h\nB = sum(h**2)\nP = sum(grad(A, x) * grad(B, x))",
        lambda a: (slope(inner(a), a["x"]) * slope((torch.tanh(a["W"] @ a["x"]) ** 2).sum(), a["x"])).sum(),
    ),
}


def inner(a: Mapping[str, Any], again: bool = False) -> Any:
    return a["v"] @ torch.tanh(a["W"] @ a["x"])


def slope_in_h(a: Mapping[str, Any]) -> Any:
    h = torch.tanh(a["W"] @ a["x"] + a["b"])
    return slope((a["v"] * h**3).sum(), h)


def penalised(a: Mapping[str, Any]) -> Any:
    z = a["W"] @ a["x"]
    cost = torch.logsumexp(z * a["v"], 0) + (z**2).sum()
    return cost + 0.5 * (slope(cost, a["x"]) ** 2).sum() + (a["b"] * (slope(cost, a["W"]) @ a["x"])).sum()


@pytest.mark.parametrize("name", SECOND)
def test_bars_of_bars(name: str) -> None:
    """The self-check passes (derive would raise); the printed NumPy is PyTorch's double backward."""
    equations, cost = SECOND[name]
    wanted = ["W", "v", *(["b"] if "b" in equations else []), "X" if "X" in equations else "x"]
    found = derive.Network(**DECLARED, equations=equations, cost="P").derive(wanted)
    for seed in range(3):
        arrays = given(found, SIZES, seed)
        _, bars = printed(found, arrays, SIZES)
        theirs = leaves(arrays)
        slopes = torch.autograd.grad(cost(theirs), [theirs[n] for n in wanted], materialize_grads=True)
        for n, exact in zip(wanted, slopes, strict=True):
            assert apart(np.asarray(bars[n]), exact.numpy()) <= LIMIT, n


@pytest.mark.parametrize(
    ("problem", "name"),
    [("mlp", "W1"), ("mlp", "W3"), ("rnn", "U"), ("rnn_last", "U"), ("gated_softmax", "W1")],
)
def test_reverse_over_reverse_is_the_hessian_times_a_direction(problem: str, name: str) -> None:
    network = derive.load(PROBLEMS / f"{problem}.yaml")
    cost = network.declared.cost
    found = network.reverse_over_reverse(name, "direction").derive()
    sizes = {size: 2 + n % 2 for n, size in enumerate(network.declared.sizes)}
    arrays = given(found, sizes, 1)
    _, bars = printed(found, arrays, sizes)
    kinds = {t.name: torch.int64 if t.among is not None else torch.float64 for t in network.declared.tensors.values()}
    known = {n: torch.tensor(a, dtype=kinds.get(n, torch.float64)) for n, a in arrays.items()}

    def of(value: Any) -> Any:
        return NETWORKS[problem](sizes, {**known, name: value})[cost]

    exact = torch.autograd.functional.hvp(of, known[name], known["direction"])[1]
    assert apart(np.asarray(bars[name]), exact.numpy()) <= LIMIT


HELD: dict[str, tuple[str, Cost]] = {
    "a detached target": (
        "h = tanh(W @ x)\ny = v * h\nE = 1/2 * norm(h - stop_gradient(y + b))**2",
        lambda a: 0.5 * ((hidden(a) - (a["v"] * hidden(a) + a["b"]).detach()) ** 2).sum(),
    ),
    "straight through": (
        "h = W @ x\nq = h + detach(sign(h) - h)\nE = sum(v * q**2) + sum(b * q)",
        lambda a: through(a["W"] @ a["x"], a),
    ),
    "inside a function of the whole axis": (
        "h = W @ x + b\np = softmax(h - stop_gradient(h) * v)\nE = sum(v * p)",
        lambda a: (a["v"] * torch.softmax(affine(a) - affine(a).detach() * a["v"], 0)).sum(),
    ),
    "inside a slope": (
        "h = tanh(W @ x + b)\nD = sum(v * h * stop_gradient(h))\nE = norm(grad(D, x))**2",
        lambda a: (slope(held_square(a), a["x"]) ** 2).sum(),
    ),
}


def hidden(a: Mapping[str, Any]) -> Any:
    return torch.tanh(a["W"] @ a["x"])


def affine(a: Mapping[str, Any]) -> Any:
    return a["W"] @ a["x"] + a["b"]


def held_square(a: Mapping[str, Any]) -> Any:
    h = torch.tanh(affine(a))
    return (a["v"] * h * h.detach()).sum()


def through(h: Any, a: Mapping[str, Any]) -> Any:
    q = h + (torch.sign(h) - h).detach()
    return (a["v"] * q**2).sum() + (a["b"] * q).sum()


@pytest.mark.parametrize("name", HELD)
def test_what_is_held_fixed(name: str) -> None:
    equations, cost = HELD[name]
    wanted = ["W", "b", "v", "x"]
    found = derive.Network(**DECLARED, equations=equations, cost="E").derive(wanted)
    arrays = given(found, SIZES, 0)
    _, bars = printed(found, arrays, SIZES)
    theirs = leaves(arrays)
    slopes = torch.autograd.grad(cost(theirs), [theirs[n] for n in wanted], materialize_grads=True)
    for n, exact in zip(wanted, slopes, strict=True):
        assert apart(np.asarray(bars[n]), exact.numpy()) <= LIMIT, n


def test_several_costs() -> None:
    equations = "h = tanh(W @ x + b)\nE1 = 1/2 * norm(h - v)**2\nE2 = logsumexp(h) + sum(v * h)"
    wanted = ["W", "b", "v", "x"]
    found = derive.Network(**DECLARED, equations=equations, cost=["E1", "E2"]).derive(wanted)
    arrays = given(found, SIZES, 0)
    _, bars = printed(found, arrays, SIZES)
    theirs = leaves(arrays)
    h = torch.tanh(affine(theirs))
    costs = {"E1": 0.5 * ((h - theirs["v"]) ** 2).sum(), "E2": torch.logsumexp(h, 0) + theirs["v"] @ h}
    for cost, value in costs.items():
        slopes = torch.autograd.grad(value, [theirs[n] for n in wanted], retain_graph=True)
        for n, exact in zip(wanted, slopes, strict=True):
            assert apart(np.asarray(bars[cost][n]), exact.numpy()) <= LIMIT, (cost, n)
