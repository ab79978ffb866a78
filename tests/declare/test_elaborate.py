"""The meaning of formulas: each is evaluated from its index form and by NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from derive.declare.build import build_network
from derive.declare.network import Network
from derive.notation.constants import KNOWN
from derive.notation.expression import Apply, Expr, Lambda
from derive.notation.index import Index
from derive.notation.walk import factors
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.world import World, key_of

SIZES = {"N": 3, "K": 4, "M": 2}
Arrays = dict[str, Any]


def declared(equations: str, **more: Any) -> Network:
    return build_network(
        sizes={name: name for name in SIZES},
        indices={"k": "K"},
        inputs={"x": ["N"], "y": ["N"], "r": ["K"], "a": [], "c": [], "X": ["M", "N"], "u": [3], "v": [3]},
        parameters={"W": ["K", "N"], "Q": ["N", "N"], "row": [1, "K"], "A": ["M", "K", "N"]},
        classes={"t": "K", "ts": {"axes": ["M"], "among": "N"}},
        equations=equations,
        **more,
    )


def given(network: Network) -> Arrays:
    random = np.random.default_rng(7)
    arrays: Arrays = {"t": np.array(2), "ts": np.array([3, 1]), **{k: np.array(v) for k, v in KNOWN.items()}}
    for tensor in network.tensors.values():
        if tensor.role not in ("hidden", "class") and tensor.name not in KNOWN:
            shape = World(SIZES).shape(tensor)
            arrays[tensor.name] = random.uniform(0.2, 1.5, shape)
    return arrays


def values(network: Network) -> tuple[Arrays, Arrays]:
    """What is given, and everything evaluated."""
    arrays = given(network)
    world = World(SIZES, {key_of(t): arrays[t.name] for t in network.tensors.values() if t.role != "hidden"})
    world = evaluate_equations([network.equations[n] for n in network.order], world)
    return arrays, {name: np.asarray(world.arrays[key_of(t)]) for name, t in network.tensors.items()}


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z)
    return e / e.sum(-1, keepdims=True)


FORMULAS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "z = W @ x + r": lambda g: g["W"] @ g["x"] + g["r"],
    "z = x.T @ Q @ y": lambda g: g["x"] @ g["Q"] @ g["y"],
    "z = x @ r.T": lambda g: np.outer(g["x"], g["r"]),
    "z = 1/2 * x.T @ y - 3*a/c": lambda g: 0.5 * g["x"] @ g["y"] - 3 * g["a"] / g["c"],
    "z = ones(M) @ row + X @ W.T": lambda g: g["row"][None, :] + g["X"] @ g["W"].T,
    "z = row @ W": lambda g: g["row"] @ g["W"],
    "z = row.T + r": lambda g: g["row"] + g["r"],
    "z = (Q @ x)[2] + (x * y)[N]": lambda g: (g["Q"] @ g["x"])[1] + (g["x"] * g["y"])[2],
    "z = Q.T @ Q @ Q": lambda g: g["Q"].T @ g["Q"] @ g["Q"],
    "z = softmax(r)[2] + softmax(r)[5] + sum(k, [k > 1]*(r*r)[k - 1])": lambda g: (
        softmax(g["r"])[1] + (g["r"][:3] ** 2).sum()
    ),
    "z = x**2 + 2**x - -x + x**0.5": lambda g: g["x"] ** 2 + 2 ** g["x"] + g["x"] + np.sqrt(g["x"]),
    "z = -x**2**1": lambda g: -(g["x"] ** 2),
    "z = 2 - (x - y) - (a + c)": lambda g: 2 - (g["x"] - g["y"]) - (g["a"] + g["c"]),
    "z = 1 / (x * y) / 2": lambda g: 1 / (g["x"] * g["y"]) / 2,
    "z[j] = sum(i, W[j,i]*x[i]) + r[j]": lambda g: g["W"] @ g["x"] + g["r"],
    "z[m,k] = sum(i, A[m,k,i]*x[i]*Q[i,1])": lambda g: np.einsum("mki,i,i->mk", g["A"], g["x"], g["Q"][:, 0]),
    "z = sum(i, x[i]*W @ y)": lambda g: g["x"].sum() * g["W"] @ g["y"],
    "z = sum(k, W)": lambda g: g["W"].sum(0),
    "z = sum(X) + sum(i, j, Q[i,j]) + mean(X)": lambda g: g["X"].sum() + g["Q"].sum() + g["X"].mean(),
    "z = mean(k, W)": lambda g: g["W"].mean(0),
    "z = norm(x - y)**2 + norm(X) + norm(x, 1) + norm(x, 3)": lambda g: (
        ((g["x"] - g["y"]) ** 2).sum() + np.sqrt((g["X"] ** 2).sum()) + g["x"].sum() + (g["x"] ** 3).sum() ** (1 / 3)
    ),
    "z = norm(x, a)": lambda g: (g["x"] ** g["a"]).sum() ** (1 / g["a"]),
    "z = dot(x, y) + trace(Q) + sum(diagonal(Q))": lambda g: g["x"] @ g["y"] + 2 * np.trace(g["Q"]),
    "z = outer(x, r)": lambda g: np.outer(g["x"], g["r"]),
    "z = diag(x) @ Q": lambda g: np.diag(g["x"]) @ g["Q"],
    "z = diag(x)": lambda g: np.diag(g["x"]),
    "z = cross(u, v)": lambda g: np.cross(g["u"], g["v"]),
    "z = concatenate(x, tanh(r), y)": lambda g: np.concatenate([g["x"], np.tanh(g["r"]), g["y"]]),
    "z = softmax(r)": lambda g: softmax(g["r"]),
    "z = softmax(row)": lambda g: softmax(g["row"]),
    "z = softmax(k, X @ W.T)": lambda g: softmax(g["X"] @ g["W"].T),
    "z = softmax(k, W)": lambda g: softmax(g["W"].T).T,
    "z[n,k] = softmax(k, Q[1,n]*W[k,n])": lambda g: softmax(g["Q"][0][:, None] * g["W"].T),
    "z = logsumexp(k, W).T + x": lambda g: np.log(np.exp(g["W"]).sum(0)) + g["x"],
    "z[n] = logsumexp(j, Q[j,n])": lambda g: np.log(np.exp(g["Q"]).sum(0)),
    "z = log_softmax(r - 1)": lambda g: np.log(softmax(g["r"])),
    "z = cross_entropy(softmax(r), t)": lambda g: -np.log(softmax(g["r"])[1]),
    "z = cross_entropy(softmax(r), e(t))": lambda g: -np.log(softmax(g["r"])[1]),
    "z = cross_entropy(x, y)": lambda g: -(g["y"] * np.log(g["x"])).sum(),
    "z = softmax_cross_entropy(r, t)": lambda g: -np.log(softmax(g["r"])[1]),
    "z = softmax_cross_entropy(x, y)": lambda g: -(g["y"] * np.log(softmax(g["x"]))).sum(),
    "z = softmax_cross_entropy(X, ts)": lambda g: -np.log(softmax(g["X"])[[0, 1], [2, 0]]),
    "z = mean(cross_entropy(X, ts))": lambda g: -np.log(g["X"][[0, 1], [2, 0]]).mean(),
    "z = cross_entropy(X, X)": lambda g: -(g["X"] * np.log(g["X"])).sum(1),
    "z = e(t)": lambda g: np.eye(4)[1],
    "z = e(ts)": lambda g: np.eye(3)[[2, 0]],
    "z[m] = X[m, ts[m]] + r[t]": lambda g: g["X"][[0, 1], [2, 0]] + g["r"][1],
    "z = ones(N, K) * 2": lambda g: np.full((3, 4), 2.0),
    "z = max(0, x - 1) + max(x, y) + min(x, 1)": lambda g: (
        np.maximum(0, g["x"] - 1) + np.maximum(g["x"], g["y"]) + np.minimum(g["x"], 1)
    ),
    "z = where(x > y, x, 2*y) + where(1 < 3*x < 2, x, 0)": lambda g: (
        np.where(g["x"] > g["y"], g["x"], 2 * g["y"]) + np.where((3 * g["x"] > 1) & (3 * g["x"] < 2), g["x"], 0)
    ),
    "z = [x >= y] + [x != y]*x": lambda g: (g["x"] >= g["y"]) + g["x"],
    "z[i,j] = [i == j]*Q[i,j] + [i <= j]*x[i] + [i > 2]": lambda g: (
        np.diag(np.diag(g["Q"])) + np.triu(np.ones((3, 3))) * g["x"][:, None] + (np.arange(1, 4) > 2)[:, None]
    ),
    "z = pi * a + N + K/M": lambda g: np.pi * g["a"] + 3 + 2,
    "z = relu(x - 1) + sigmoid(y) + clip(x, 0.5, 1) + prelu(x - 1, a)": lambda g: (
        np.maximum(0, g["x"] - 1)
        + 1 / (1 + np.exp(-g["y"]))
        + np.clip(g["x"], 0.5, 1)
        + np.where(g["x"] > 1, g["x"] - 1, g["a"] * (g["x"] - 1))
    ),
    "z[i] = i * x[i]": lambda g: np.arange(1, 4) * g["x"],
}


@pytest.mark.parametrize("formula", FORMULAS)
def test_formula(formula: str) -> None:
    arrays, found = values(declared(formula))
    expected = np.asarray(FORMULAS[formula](arrays))
    assert found["z"].shape == expected.shape
    np.testing.assert_allclose(found["z"], expected, rtol=1e-12, atol=1e-12)


def test_affine_slots_read_zero_outside() -> None:
    network = build_network(
        sizes={"N": "n"}, indices={"i": "N"}, inputs={"x": ["N"]}, equations="z[i] = x[i+1] - 2*x[i-1]"
    )
    x = np.array([1.0, 10.0, 100.0])
    world = World({"N": 3}, {key_of(network.tensors["x"]): x})
    found = evaluate_equations(network.equations, world).arrays[key_of(network.tensors["z"])]
    np.testing.assert_allclose(found, [10, 98, -20])


def test_a_longer_range_reads_zero_outside() -> None:
    network = build_network(
        sizes={"N": "n", "M": "m"}, inputs={"a": ["N"], "b": ["M"]}, hidden={"y": ["N + M"]},
        equations="y[i] = a[i] + b[i - N]",
    )  # fmt: skip
    arrays = {key_of(network.tensors["a"]): np.array([1.0, 2.0]), key_of(network.tensors["b"]): np.array([3.0])}
    found = evaluate_equations(network.equations, World({"N": 2, "M": 1}, arrays))
    np.testing.assert_allclose(found.arrays[key_of(network.tensors["y"])], [1, 2, 3])


def binders(expr: Expr) -> list[Index]:
    """Every letter that is bound anywhere, once for each binder."""
    found = [letter for term in expr.terms for letter in term.bound]
    for factor in factors(expr):
        if isinstance(factor, Apply):
            found.extend(x for a in factor.args for x in a.letters)
            found.extend(x for a in factor.args for term in a.body.terms for x in term.bound)
    return found


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_binder_has_letters_of_its_own(formula: str) -> None:
    (equation,) = declared(formula).equations
    bound = list(binders(equation.right))
    assert len({id(x) for x in bound}) == len(bound)
    assert not set(bound) & set(equation.letters)
    names = [x.name for x in equation.letters]
    assert len(set(names)) == len(names)
    assert all(x.name for x in (*bound, *equation.letters))


def test_letters_of_ranges() -> None:
    network = build_network(
        sizes={"N": "n", "K": "k"}, indices={"j": "K"}, inputs={"x": ["N"], "Q": ["N", "N"], "W": ["K", "N"]},
        equations="z = W @ Q @ x\nP = Q @ Q\ns = x.T @ Q @ x",
    )  # fmt: skip
    assert list(network.letters) == ["j", "i"]
    z, square, _ = network.equations
    assert [x.name for x in z.letters] == ["j"]
    assert [x.name for x in square.letters] == ["i", "k"]
    assert [x.name for x in square.right.terms[0].bound] == ["l"]


def test_abstract_functions() -> None:
    network = build_network(
        sizes={"N": "n", "K": "k"}, inputs={"x": ["N"], "w": []},
        functions={"phi": "abstract", "f": "whole", "g": "family over K"},
        equations="h = phi(x, w)\nf = f(x)\nv = g(w)\nq = g(x)",
    )  # fmt: skip
    h, f, v, q = (e.right.factor for e in network.equations)
    assert isinstance(h, Apply) and [a.letters for a in h.args] == [(), ()]
    assert isinstance(f, Apply) and f.slots == () and len(f.args[0].letters) == 1
    assert isinstance(v, Apply) and v.slots == (network.equations[2].letters[0].slot,) and v.args[0].letters == ()
    assert isinstance(q, Apply) and isinstance(q.args[0], Lambda) and len(q.args[0].letters) == 1
    assert dict(network.functions) == {"phi": "abstract", "f": "whole", "g": "family"}


def test_relu_slope() -> None:
    network = build_network(sizes={}, inputs={"x": []}, functions={"relu": "slope 1 at 0"}, equations="y = relu(x)")
    factor = network.equations[0].right.factor
    assert isinstance(factor, Apply) and factor.function == "relu_1"
    assert not network.functions


def test_rows_and_columns() -> None:
    network = build_network(
        sizes={"N": "n"}, inputs={"r": [1, "N"], "c": ["N", 1], "W": ["N", "N"]},
        equations="a = r @ W\nb = W @ c\nd = r @ c",
    )  # fmt: skip
    assert network.tensors["r"].row and not network.tensors["c"].row
    assert network.tensors["a"].row and not network.tensors["b"].row
    assert network.tensors["d"].axes == ()


def test_any_order_of_statements() -> None:
    network = build_network(
        sizes={"N": "n"}, inputs={"x": ["N"]}, equations="E = sum(h)\nh = tanh(z)\nz = 2*x\nq = x", cost="E"
    )
    assert [e.left.tensor.name for e in network.equations] == ["E", "h", "z", "q"]
    assert network.order == (2, 1, 0, 3)


def test_values_give_numbers_to_sizes() -> None:
    network = build_network(
        sizes={"N": "inputs", "K": 4}, inputs={"x": ["N"], "W": ["K", "N"]}, equations="z = W @ x",
        values={"x": np.array([1.0, 2.0])},
    )  # fmt: skip
    assert network.sizes["N"].number == 2
    assert network.sizes["N"].words == "inputs"
    assert network.sizes["K"].number == 4
    assert network.values == {"x": [1.0, 2.0]}


def test_equal_input_gives_equal_output() -> None:
    one, other = declared("z = W @ x\ny2 = tanh(z)"), declared("z = W @ x\ny2 = tanh(z)")
    assert list(one.tensors) == list(other.tensors)
    assert list(one.letters) == list(other.letters)
