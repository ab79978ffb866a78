"""What every check needs: a comparison and its limit, a point at which to compare, how far two sides are apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from derive.notation.expression import Expr, Tensor
from derive.notation.fact import Fact
from derive.notation.index import Index
from derive.referee.dual import Array
from derive.referee.evaluate import evaluate
from derive.referee.sample import TRIES, Names, Random, generator, smooth_functions
from derive.referee.sizes import NoSizes, draw_sizes
from derive.referee.world import World

Kind = Literal["contribution", "vector", "step", "sum", "closed", "whole", "tangent", "constrained", "unchecked"]

BY_DIFFERENCES = 1e-6
BY_VALUE = 1e-10


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison: how far two sides are apart, relative to their size."""

    kind: Kind
    name: str
    what: str
    apart: float
    sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Setting:
    """What every check needs to know: sizes given as numbers, abstract functions, the cost's name, the seed.

    empty: labels may be so short that some ranges have no position.  facts: what all points satisfy."""

    fixed: Mapping[str, int]
    abstract: tuple[str, ...]
    cost: str
    seed: int
    empty: bool = False
    facts: tuple[Fact, ...] = ()

    def world(self, names: Names, random: Random) -> World:
        functions = smooth_functions(names.functions, self.abstract, self.seed)
        sizes = draw_sizes(names.stated(self.facts), self.fixed, random, self.empty)
        return World(sizes, functions=functions, facts=self.facts)


Attempt: TypeAlias = Callable[[Random, int], "list[Finding] | None"]
"""What checks something at a random point, the n-th that is tried; None if the point is not usable."""


def tried(kind: Kind, name: str, setting: Setting, attempt: Attempt) -> list[Finding]:
    """The findings at the first point that is neither near a kink nor outside a domain."""
    for count in range(TRIES):
        try:
            with np.errstate(all="ignore"):
                found = attempt(generator(setting.seed, kind, name, count), count)
        except NoSizes as error:
            return [Finding("unchecked", name, f"could not be checked: {error}", np.inf, {})]
        if found is not None:
            return found
    return [Finding("unchecked", name, f"could not be checked: no usable point among {TRIES}", np.inf, {})]


ROUNDING = 1e-4
"""What is 0 whatever the numbers, like Σ softmax − 1, is compared with numbers of about this size: those drawn are of
size 1, so that a disagreement of 1e-14 in all still fails."""


def distance(left: Array, right: Array, magnitude: Magnitude) -> float:
    """max |left − right| relative to the larger of the two; where all but rounding cancels, to what cancels."""
    if left.shape != right.shape:
        return np.inf
    size, gap = max(_size(left), _size(right)), _size(np.asarray(left - right))
    if gap <= BY_VALUE * size:
        return gap / size if size else 0.0
    scale = max(size, 1e-3 * magnitude.value(), ROUNDING)
    if BY_VALUE * scale < gap < BY_DIFFERENCES * scale:
        scale = max(scale, 1e-3 * magnitude.summands())
    return gap / scale


@dataclass(frozen=True, slots=True)
class Magnitude:
    """How large the summands of an expression are: how far it moves, over how little every number was moved."""

    right: Expr
    letters: tuple[Index, ...]
    world: World

    def value(self) -> float:
        little, random = 1e-8, generator("magnitude")
        known = {key: self.world.real(key) for key in self.world.arrays}
        moved = {key: a * (1 + little * random.normal(size=a.shape)) for key, a in known.items()}
        there = evaluate(self.right, self.letters, self.world.with_arrays(moved))
        return _size(np.asarray(there - evaluate(self.right, self.letters, self.world))) / little

    def summands(self) -> float:
        """How large they are, where what they add up to does not move: it is 0 at all points near this one."""
        from derive.selfcheck.summands import summands

        return summands(self.right, self.letters, self.world)


def _size(array: Array) -> float:
    return float(np.max(np.abs(array), initial=0.0))


def called(tensor: Tensor) -> str:
    """h, h bar; h dot, h bar dot; h in w, of a derivative in all of w."""
    own, last = len(tensor.cost), tensor.cost[-1] if tensor.cost else ""
    if tensor.is_bar or not own:
        return f"{tensor.name} bar" if own else tensor.name
    first = f"{tensor.name} bar" if own > 1 else tensor.name
    return f"{first} dot" if tensor.is_dot else f"{first} in {last[1:]}"


def passed(finding: Finding) -> bool:
    limit = BY_VALUE if finding.kind in ("vector", "step", "sum") else BY_DIFFERENCES
    return finding.apart <= limit
