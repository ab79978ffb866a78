"""Bars along constraints against PyTorch's gradients in free numbers from which the constrained array is built."""

from __future__ import annotations

from collections.abc import Callable
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


def network(fact: str) -> derive.Network:
    names = {"x": ["N"], "S": ["N", "N"], "W": ["K", "N"], "V": ["N", "K"]}
    sizes = {"N": "inputs", "K": "hidden"}
    return derive.Network(sizes=sizes, parameters=names, equations=EQUATIONS, cost="E", facts=[fact])


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


def _at(given: derive.Network, seed: int) -> tuple[Any, dict[str, Any], World]:
    """The derivation, numbers that satisfy its fact, and the world with every bar."""
    found = given.derive(wrt=list(SHAPES), constrained="projected", check=False).data
    random = np.random.default_rng(seed)
    drawn = {name: random.normal(size=shape) for name, shape in SHAPES.items()}
    sizes = {"N": 4, "K": 3}
    arrays = satisfying(found.network, drawn, sizes, seed)
    signals = bars(found, sizes, arrays)
    tensors = {t.name: t for t in found.network.tensors.values()}
    return found, arrays, World(sizes, {key_of(bar(tensors[name], "E")): a for name, a in signals.items()})
