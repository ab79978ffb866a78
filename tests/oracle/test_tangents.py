"""Tangents, products with the Hessian and Hessians by PyTorch's autograd against ours, in double precision: 1e-8."""

from __future__ import annotations

from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch")

from derive.declare.load import load  # noqa: E402
from derive.declare.network import Moved  # noqa: E402
from derive.derivation import Derivation, Line  # noqa: E402
from derive.pipeline import derive_network  # noqa: E402
from derive.referee.evaluate_equations import evaluate_equations  # noqa: E402
from derive.referee.world import Key, World, key_of  # noqa: E402
from derive.selfcheck.lines import is_given  # noqa: E402
from tests.oracle.functions import Autograd  # noqa: E402
from tests.oracle.networks import FUNCTIONS, NETWORKS  # noqa: E402
from tests.oracle.test_oracle import LIMIT, PROBLEMS, apart, points  # noqa: E402
from tests.oracle.values import BAR, Arrays, Sizes, draw_arrays, given  # noqa: E402

WITH_HESSIANS = ("logistic_hessian", "softmax_hessian", "hessian_tanh", "residual", "attention", "layer_norm", "swiglu")
POINTS = 6


@cache
def derived(path: Path, hessians: bool = False) -> Derivation:
    """Along every input and parameter at once; or the Hessian in each of them."""
    network = load(path)
    names = leaves(path)
    moved = Moved(hessian=names) if hessians else Moved(names, names)
    return derive_network(network, names, moved=moved)


@cache
def leaves(path: Path) -> tuple[str, ...]:
    return tuple(t.name for t in given(load(path)) if t.role in ("input", "parameter"))


def ours(derivation: Derivation, path: Path, sizes: Sizes, arrays: Arrays, lines: tuple[Line, ...]) -> World:
    """The world with both passes and these lines."""
    known = {_key(name, derivation): np.asarray(a, dtype=float) for name, a in arrays.items()}
    functions = {name: Autograd(plain) for name, plain in FUNCTIONS.get(path.stem, {}).items()}
    passes = [derivation.network.equations[n] for n in derivation.network.order]
    bars = [line.scalar for line in derivation.backward if not is_given(line)]
    return evaluate_equations([*passes, *bars, *(line.scalar for line in lines)], World(sizes, known, functions))


def _key(name: str, derivation: Derivation) -> Key:
    for end, operator in ((BAR, derivation.cost), ("_dot", ".")):
        if name.endswith(end):
            return name.removesuffix(end), (operator,)
    return name, ()


def directions(path: Path, arrays: Arrays, seed: int) -> dict[str, NDArray[Any]]:
    random = np.random.default_rng(seed)
    return {name: random.normal(size=np.shape(arrays[name])) for name in leaves(path)}


def tensors(path: Path, arrays: Arrays) -> dict[str, Any]:
    kinds = {t.name: torch.float64 if t.among is None else torch.int64 for t in given(load(path))}
    return {name: torch.tensor(a, dtype=kinds.get(name, torch.float64)) for name, a in arrays.items()}


def outputs(path: Path, sizes: Sizes, known: dict[str, Any], *moved: Any) -> tuple[Any, ...]:
    return tuple(NETWORKS[path.stem](sizes, {**known, **dict(zip(leaves(path), moved, strict=True))}).values())


def total(path: Path, sizes: Sizes, known: dict[str, Any], *moved: Any) -> Any:
    found = NETWORKS[path.stem](sizes, {**known, **dict(zip(leaves(path), moved, strict=True))})
    return sum((out * known.get(name + BAR, torch.ones(()))).sum() for name, out in found.items())


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_products(path: Path) -> None:
    derivation = derived(path)
    forward, second = derivation.tangents
    for seed, sizes in enumerate(islice(points(path), 3, 3 + POINTS)):
        arrays = draw_arrays(derivation, sizes, np.random.default_rng(seed))
        moves = directions(path, arrays, seed)
        given_too = {**arrays, **{f"{name}_dot": move for name, move in moves.items()}}
        known = tensors(path, arrays)
        at, along = tuple(known[n] for n in leaves(path)), tuple(torch.tensor(moves[n]) for n in leaves(path))
        world = ours(derivation, path, sizes, given_too, forward.lines)
        _, changes = torch.autograd.functional.jvp(partial(outputs, path, sizes, known), at, along)
        for name, change in zip(NETWORKS[path.stem](sizes, known), changes, strict=True):
            assert apart(world.real((name, (".",))), change.numpy()) <= LIMIT, f"{name} at {sizes}"
        world = ours(derivation, path, sizes, given_too, second.lines)
        _, products = torch.autograd.functional.vhp(partial(total, path, sizes, known), at, along)
        for name, product in zip(leaves(path), products, strict=True):
            bar = world.real((name, (derivation.cost, ".")))
            assert apart(bar, product.numpy()) <= LIMIT, f"{name} at {sizes}"


def tanh_output(a: dict[str, Any], b: Any) -> Any:
    return a["V"] @ torch.tanh(a["W"] @ a["x"] + b)


CURVED: dict[str, Any] = {
    "hessian_tanh": ("b", "y", tanh_output, lambda a, y: 0.5 * (y - a["t"]).square().sum()),
    "logistic_hessian": (
        "w",
        "p",
        lambda a, w: torch.sigmoid(a["X"] @ w),
        lambda a, p: -(a["t"] * torch.log(p) + (1 - a["t"]) * torch.log1p(-p)).sum(),
    ),
    "softmax_hessian": ("z", "p", lambda a, z: torch.softmax(z, 0), lambda a, p: -torch.log(p[a["t"] - 1])),
}
"""The quantity, the output, the output by PyTorch, the cost of the output by PyTorch."""


@pytest.mark.parametrize("name", CURVED)
def test_gauss_newton(name: str) -> None:
    wrt, output, network, cost = CURVED[name]
    path = next(path for path in PROBLEMS if path.stem == name)
    derivation = derive_network(load(path), moved=Moved(gauss_newton=((wrt, output),)))
    (found,) = derivation.gauss_newton
    for seed, sizes in enumerate(islice(points(path), 3, 3 + POINTS)):
        arrays = draw_arrays(derivation, sizes, np.random.default_rng(seed))
        arrays = {**arrays, "t": np.abs(arrays["t"]) / 9} if name == "logistic_hessian" else arrays
        known = tensors(path, arrays)
        slopes = torch.autograd.functional.jacobian(partial(network, known), known[wrt])
        bends = torch.autograd.functional.hessian(partial(cost, known), network(known, known[wrt]))
        world = ours(derivation, path, sizes, arrays, (found.result,))
        expected = (slopes.T @ bends @ slopes).numpy()
        assert apart(world.real(key_of(found.result.tensor)), expected) <= LIMIT, sizes


@pytest.mark.parametrize("name", WITH_HESSIANS)
def test_hessians(name: str) -> None:
    path = next(path for path in PROBLEMS if path.stem == name)
    derivation = derived(path, True)
    for seed, sizes in enumerate(islice(points(path), 3, 3 + POINTS)):
        arrays = draw_arrays(derivation, sizes, np.random.default_rng(seed))
        known = tensors(path, arrays)
        at = tuple(known[n] for n in leaves(path))
        theirs = torch.autograd.functional.hessian(partial(total, path, sizes, known), at)
        for hessian in derivation.hessians:
            n, m = (leaves(path).index(name) for name in (hessian.of, hessian.name))
            last = hessian.lines[-1]
            world = ours(derivation, path, sizes, arrays, (last,))
            assert apart(world.real(key_of(last.tensor)), theirs[n][m].numpy()) <= LIMIT, f"{hessian.name} at {sizes}"
