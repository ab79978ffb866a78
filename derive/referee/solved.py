"""Equations that define their tensors together, y = f(y, x), solved by Newton's method with differences for slopes.

It starts at the numbers that the tensors have: a small move of what is read leads to the solution near by.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derive.referee.dual import Array

ROUNDS = 60
"""How many steps are tried."""

STEP = 1e-7
"""The difference for slopes, relative to numbers of size 1; with it an error shrinks to its millionth in one step."""

CLOSE = 1e-13
"""What is left of an equation whose two sides are equal, relative to them."""

HALVINGS = 30

LEAST = 1e-3
"""A step that leaves less by a smaller part than this leads nowhere, such as one that had to be halved ten times."""

STUCK = 2
"""After how many such steps in a row a start is given up."""

OTHERS = 4
"""How many other starts are tried where the first leads nowhere: 0, and random ones, the same each time."""


def solved(after: Callable[[Array], Array], start: Array) -> Array | None:
    """v with v = after(v), from a start or else from others; None where none is found."""
    others = (np.random.default_rng(seed).normal(size=start.size) * min(seed, 1) for seed in range(OTHERS))
    for first in (np.where(np.isfinite(start), start, 0.0), *others):
        found = _from(after, first)
        if found is not None:
            return found
    return None


def _from(after: Callable[[Array], Array], here: Array) -> Array | None:
    rest, stuck = after(here) - here, 0
    for _ in range(ROUNDS):
        if not np.all(np.isfinite(rest)):
            return None
        if np.max(np.abs(rest), initial=0.0) <= CLOSE * (1 + np.max(np.abs(here), initial=0.0)):
            return _polished(after, here, rest)
        step = _step(after, here, rest)
        if step is None:
            return None
        before = np.linalg.norm(rest)
        here, rest = _shortened(after, here, rest, step)
        stuck = 0 if np.linalg.norm(rest) < (1 - LEAST) * before else stuck + 1
        if stuck == STUCK:
            return None
    return None


def _step(after: Callable[[Array], Array], here: Array, rest: Array) -> Array | None:
    """−(∂rest/∂v)⁻¹ rest."""
    slopes = np.empty((here.size, here.size))
    for n in range(here.size):
        moved = here.copy()
        moved[n] += STEP * (1 + abs(here[n]))
        slopes[:, n] = (after(moved) - moved - rest) / (moved[n] - here[n])
    if not np.all(np.isfinite(slopes)):
        return None
    try:
        return np.asarray(-np.linalg.solve(slopes, rest))
    except np.linalg.LinAlgError:
        return None


def _shortened(after: Callable[[Array], Array], here: Array, rest: Array, step: Array) -> tuple[Array, Array]:
    """The step, halved until less is left than before; the last half whatever it does."""
    size = np.linalg.norm(rest)
    for n in range(HALVINGS):
        there = here + step * 0.5**n
        left = after(there) - there
        if np.all(np.isfinite(left)) and np.linalg.norm(left) < size:
            break
    return there, left


def _polished(after: Callable[[Array], Array], here: Array, rest: Array) -> Array:
    """One more step, kept where it leaves less."""
    step = _step(after, here, rest)
    if step is None:
        return here
    there = here + step
    left = after(there) - there
    return there if np.linalg.norm(left) <= np.linalg.norm(rest) else here
