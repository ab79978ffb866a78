"""Gradients by PyTorch's autograd against our bars, in double precision, at many sizes: 1e-8."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests import problem_files

torch = pytest.importorskip("torch")

from derive.declare.load import load  # noqa: E402
from derive.derivation import Derivation  # noqa: E402
from derive.pipeline import derive_network  # noqa: E402
from tests.oracle.functions import Autograd  # noqa: E402
from tests.oracle.networks import FITS, FUNCTIONS, NETWORKS, TAMED  # noqa: E402
from tests.oracle.values import BAR, Arrays, Sizes, bars, draw_arrays, given  # noqa: E402

PROBLEMS = problem_files.NETWORKS
LIMIT = 1e-8
SMALL = 1e-4
"""A gradient that is 0 whatever the numbers is compared with this."""
LARGEST = (1, 2, 2, 2, 3, 3, 4, 4, 5)
"""One point for each: its sizes are at most this; the points after them have unequal sizes."""
UNEQUAL = 3


@cache
def derived(path: Path) -> Derivation:
    """All bars of inputs and parameters, those between them too."""
    network = load(path)
    wanted = (t.name for t in given(network) if t.role in ("input", "parameter"))
    return derive_network(network, tuple(dict.fromkeys((*network.want, *wanted))))


def points(path: Path) -> Iterator[Sizes]:
    """Sizes all 1, then 1 or 2, then larger ones, then unequal ones."""
    random = np.random.default_rng(zlib.crc32(path.stem.encode()))
    for largest in LARGEST:
        yield drawn(path, random, lambda count, most=largest: random.integers(1, most + 1, count))
    for _ in range(UNEQUAL):
        yield drawn(path, random, lambda count: random.choice(np.arange(2, 2 * count + 2), count, replace=False))


def drawn(path: Path, random: np.random.Generator, draw: Any) -> Sizes:
    """Sizes that go together."""
    sizes = derived(path).network.sizes
    fixed = {name: size.number for name, size in sizes.items() if size.number is not None}
    free = [name for name, size in sizes.items() if size.number is None and size.formula is None]
    for _ in range(1000):
        found = {**fixed, **dict(zip(free, map(int, draw(len(free))), strict=True))}
        if FITS.get(path.stem, lambda s: True)(found):
            return found
    raise AssertionError(f"no sizes go together in {path.stem}")


def gradients(path: Path, sizes: Sizes, arrays: Arrays) -> dict[str, NDArray[Any]]:
    """Autograd's, of the cost, or of Σ ⟨error signal, output⟩ where those are given."""
    kinds = {t.name: torch.float64 if t.among is None else torch.int64 for t in given(derived(path).network)}
    known = {name: torch.tensor(a, dtype=kinds.get(name, torch.float64)) for name, a in arrays.items()}
    leaves = [t.name for t in given(derived(path).network) if t.role in ("input", "parameter")]
    for name in leaves:
        known[name].requires_grad_()
    outputs = NETWORKS[path.stem](sizes, known)
    total = sum((out * known.get(name + BAR, torch.ones(()))).sum() for name, out in outputs.items())
    found = torch.autograd.grad(total, [known[name] for name in leaves], materialize_grads=True)
    return {name: slope.numpy() for name, slope in zip(leaves, found, strict=True)}


def apart(ours: NDArray[Any], theirs: NDArray[Any]) -> float:
    assert ours.shape == theirs.shape
    return float(np.max(np.abs(ours - theirs), initial=0) / max(np.max(np.abs(theirs), initial=0), SMALL))


def test_every_problem_is_here() -> None:
    assert {path.stem for path in PROBLEMS} == set(NETWORKS)


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_gradients(path: Path) -> None:
    derivation = derived(path)
    functions = {name: Autograd(plain) for name, plain in FUNCTIONS.get(path.stem, {}).items()}
    for seed, sizes in enumerate(points(path)):
        drawn_arrays = draw_arrays(derivation, sizes, np.random.default_rng(seed))
        arrays = {**drawn_arrays, **{n: tame(drawn_arrays[n]) for n, tame in TAMED.get(path.stem, {}).items()}}
        ours, theirs = bars(derivation, sizes, arrays, functions), gradients(path, sizes, arrays)
        for name, slope in theirs.items():
            assert apart(ours[name], slope) <= LIMIT, f"{name} at {sizes}"


def test_ties_have_equal_shares() -> None:
    path = next(path for path in PROBLEMS if path.stem == "max_pool")
    sizes = {"H": 7, "W": 5, "C": 2, "K": 3, "S": 2}
    arrays = draw_arrays(derived(path), sizes, np.random.default_rng(0))
    arrays["x"] = np.sign(np.round(arrays["x"]))
    assert len(np.unique(arrays["x"])) == 3
    assert apart(bars(derived(path), sizes, arrays)["x"], gradients(path, sizes, arrays)["x"]) <= LIMIT
