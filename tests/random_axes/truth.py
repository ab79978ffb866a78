"""The oracle's numbers for a case, at a random point that is usable."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tests.random_axes.entries import Arrays
from tests.random_axes.language import Axis, Case
from tests.random_axes.oracle import Oracle
from tests.random_axes.torch_functions import Unusable


def draw_sizes(case: Case, draw: random.Random, small: bool) -> dict[str, int]:
    """Numbers for the sizes: 1 and 2, or up to 4."""
    pool = (1, 1, 2, 2, 3) if small else (2, 3, 3, 4)
    return {n: case.numbers.get(n, max(lo, draw.choice(pool))) for n, lo in case.least.items()}


def draw_data(case: Case, oracle: Callable[[Axis], tuple[int, int]], draw: random.Random) -> Arrays:
    """Arrays for what is given: numbers of about size 1, classes as positions."""
    random_ = np.random.default_rng(draw.getrandbits(32))
    data = {}
    for name, tensor in case.tensors.items():
        shape = [max(0, hi - lo + 1) for lo, hi in map(oracle, tensor.axes)]
        if tensor.among is not None:
            lo, hi = oracle(tensor.among)
            data[name] = random_.integers(lo, hi + 1, shape)
        elif tensor.role == "constant":
            data[name] = random_.integers(0, 2, shape).astype(float)
        elif tensor.role != "hidden":
            data[name] = random_.normal(0.1, 0.7, shape)
    return data


@dataclass(frozen=True)
class Truth:
    sizes: dict[str, int]
    data: Arrays
    values: Arrays
    bars: Arrays


TRIES = 12


def truth(case: Case, seed: int, small: bool) -> Truth | None:
    """The case at the first usable point."""
    for attempt in range(TRIES):
        draw = random.Random(f"{seed} {small} {attempt}")
        sizes = draw_sizes(case, draw, small and attempt < TRIES // 2)
        empty = Oracle(Case({}, (), {}, {}), sizes, {})
        for name, formula in case.formulas.items():
            sizes[name] = empty.integer(formula, {})
        if any(n < 1 for n in sizes.values()):
            continue
        data = draw_data(case, empty.limits, draw)
        try:
            values, bars = Oracle(case, sizes, data).run()
        except Unusable:
            continue
        assert not any(math.isnan(float(np.sum(a))) for a in bars.values())
        return Truth(sizes, data, values, bars)
    return None
