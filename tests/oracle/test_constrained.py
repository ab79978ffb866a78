"""Bars along constraints against PyTorch's gradients in free numbers from which the constrained array is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import derive  # noqa: E402
from derive.notation.expression import bar  # noqa: E402
from derive.referee.evaluate import evaluate  # noqa: E402
from derive.referee.world import World, key_of  # noqa: E402
from tests.facts import satisfying  # noqa: E402
from tests.oracle.values import bars  # noqa: E402

SIZES = MappingProxyType({"N": 4, "K": 3})
SHAPES = {"x": (4,), "S": (4, 4), "W": (3, 4), "V": (4, 3)}
EQUATIONS = "h = tanh(W @ x)\ny = V @ h + S @ S @ x\nE = 1/2*norm(y)**2 + 1/2*x.T @ solve(S, x) + 1/2*logdet(S)"


def energy(x: Any, s: Any, w: Any, v: Any) -> Any:
    y = v @ torch.tanh(w @ x) + s @ s @ x
    return 0.5 * (y @ y + x @ torch.linalg.solve(s, x) + torch.linalg.slogdet(s).logabsdet)


def symmetric(free: Any) -> Any:
    return torch.tril(free) + torch.tril(free, -1).T


BUILT: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "symmetric": (symmetric, np.tril),
    "definite": (symmetric, np.tril),
    "diagonal": (lambda free: torch.diag(torch.diagonal(free)), lambda a: a),
    "lower": (torch.tril, lambda a: a),
    "upper": (torch.triu, lambda a: a),
}
"""The array from free numbers, and what of our bar their gradient is."""


def network(fact: str, equations: str = EQUATIONS) -> derive.Network:
    names = {"x": ["N"], "S": ["N", "N"], "W": ["K", "N"], "V": ["N", "K"]}
    sizes = {"N": "inputs", "K": "hidden"}
    return derive.Network(sizes=sizes, parameters=names, equations=equations, cost="E", facts=[fact])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", BUILT)
def test_one_matrix(kind: str, seed: int) -> None:
    found, arrays, world = _at(network(f"S {kind}"), seed)
    build, seen = BUILT[kind]
    free = torch.tensor(arrays["S"], requires_grad=True)
    x, w, v = (torch.tensor(arrays[name]) for name in ("x", "W", "V"))
    (gradient,) = torch.autograd.grad(energy(x, build(free), w, v), free)
    along, *projected = found.constrained
    ours = evaluate(along.line.scalar.right, along.line.scalar.letters, world)
    assert np.allclose(seen(ours), gradient.numpy(), atol=1e-9)
    for other in projected:
        plain = torch.tensor(arrays["S"], requires_grad=True)
        (independent,) = torch.autograd.grad(energy(x, plain, w, v), plain)
        value = evaluate(other.line.scalar.right, other.line.scalar.letters, world)
        assert np.allclose(value, ((independent + independent.T) / 2).numpy(), atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_tied_matrices(seed: int) -> None:
    found, arrays, world = _at(network("V == W.T"), seed)
    free = torch.tensor(arrays["W"], requires_grad=True)
    (gradient,) = torch.autograd.grad(energy(torch.tensor(arrays["x"]), torch.tensor(arrays["S"]), free, free.T), free)
    (tied,) = found.constrained
    ours = evaluate(tied.line.scalar.right, tied.line.scalar.letters, world)
    assert np.allclose(ours, gradient.numpy(), atol=1e-9)


def orthonormal(a: Any) -> Any:
    """The matrix with orthonormal columns that Gram and Schmidt make of one, without a sign of its own."""
    q, r = np.linalg.qr(a)
    return q * np.sign(np.diagonal(r))


def row_sums(a: Any) -> Any:
    return a * (1 / a.sum(1, keepdims=True))


KEPT: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "S orthogonal": ("S", orthonormal),
    "V @ V.T == eye(N)": ("V", lambda a: orthonormal(a.T).T),
    "W.T @ W == eye(N)": ("W", orthonormal),
    "W @ W.T == eye(K)": ("W", lambda a: orthonormal(a.T).T),
    "norm(x) == 2": ("x", lambda a: 2 * a / np.linalg.norm(a)),
    "sum(x) == 1": ("x", lambda a: a / a.sum()),
    "W @ ones(N) == ones(K)": ("W", row_sums),
    "x.T @ x + 3*sum(x) == 1": ("x", lambda a: a * (np.sqrt(9 * a.sum() ** 2 + 4 * a @ a) - 3 * a.sum()) / (2 * a @ a)),
}
"""A fact -> what it binds, and an array put where it holds: curves on it are those of a line through a point of it."""


@pytest.mark.parametrize("sizes", [{"N": 3, "K": 3}, {"N": 3, "K": 5}, {"N": 5, "K": 2}])
@pytest.mark.parametrize("fact", KEPT)
def test_directions_that_keep_a_fact(fact: str, sizes: dict[str, int]) -> None:
    name, put = KEPT[fact]
    if any(f"eye({size})" in fact and number > min(sizes.values()) for size, number in sizes.items()):
        return  # more orthonormal columns than their length: there are none
    shapes = {"x": (sizes["N"],), "S": (sizes["N"],) * 2, "W": (sizes["K"], sizes["N"]), "V": (sizes["N"], sizes["K"])}
    found, arrays, world = _at(network(fact, EQUATIONS.replace("logdet(S)", "sum(S**4)")), 3, shapes, sizes)
    random = np.random.default_rng(4)
    here = put(arrays[name])
    assert np.allclose(here, arrays[name], atol=1e-7)
    (kept,) = found.constrained
    there = world.with_arrays({(of, ()): array for of, array in arrays.items()})
    ours = evaluate(kept.line.scalar.right, kept.line.scalar.letters, there)
    for _ in range(3):
        move, step = random.normal(size=here.shape), 1e-5
        ends = [put(here + sign * step * move) for sign in (1, -1)]
        costs = [float(_cost({**arrays, name: end})) for end in ends]
        along = (ends[0] - ends[1]) / (2 * step)
        assert (costs[0] - costs[1]) / (2 * step) == pytest.approx(float((ours * along).sum()), rel=1e-5, abs=1e-5)


def _cost(arrays: Any) -> Any:
    x, s, w, v = (arrays[name] for name in ("x", "S", "W", "V"))
    y = v @ np.tanh(w @ x) + s @ s @ x
    return 0.5 * (y @ y + x @ np.linalg.solve(s, x) + (s**4).sum())


def _at(
    given: derive.Network, seed: int, shapes: Any = SHAPES, sizes: Mapping[str, int] = SIZES
) -> tuple[Any, dict[str, Any], World]:
    """The derivation, numbers that satisfy its fact, and the world with every bar."""
    found = given.derive(wrt=list(SHAPES), constrained="projected", check=False).data
    random = np.random.default_rng(seed)
    drawn = {name: random.normal(size=shape) for name, shape in shapes.items()}
    arrays = satisfying(found.network, drawn, sizes, seed)
    signals = bars(found, sizes, arrays)
    tensors = {t.name: t for t in found.network.tensors.values()}
    return found, arrays, World(sizes, {key_of(bar(tensors[name], "E")): a for name, a in signals.items()})
