"""Numbers under which given facts hold: for showing that a bar need not be 0.

The file's own values are looked at first. Then small numbers are drawn, whole ones mostly; fact by fact, one number
that the fact depends on is moved to where it holds, along the fact's slope: exact where it enters linearly. Sizes
without a number are drawn small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from derive.analyse.facts import Fact
from derive.derivation import Derivation
from derive.notation.expression import Apply, Tensor, bar
from derive.notation.walk import factors, free_letters
from derive.referee.dual import Array
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import TRIES as TRIES_OF_STYLES
from derive.referee.sample import Names, Random, draw_arrays, generator, smooth_functions, style_of
from derive.referee.sizes import NoSizes, draw_sizes
from derive.referee.world import World, key_of

TRIES = 60
NEAR = 1e-9
MOVES = 12
"""How many numbers are moved for the facts before others are drawn."""


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of a declared array: its tensor and its positions, from 0."""

    tensor: Tensor
    at: tuple[int, ...]


class Draws:
    """Points of a derivation's network at which its facts hold, every bar worked out at each."""

    def __init__(self, derivation: Derivation, facts: Sequence[Fact]) -> None:
        self.network, self.facts = derivation.network, facts
        self.equations = [self.network.equations[n] for n in self.network.order]
        self.backward = [x.scalar for x in (*derivation.folded, *derivation.backward) if x.steps[-1].rule != "upstream"]
        self.names = Names.of(*(e.right for e in (*self.equations, *self.backward)), *(f.expr for f in facts))
        for equation in self.equations:
            self.names.factor(equation.left)
        self.hidden = {key_of(e.left.tensor) for e in self.equations}
        derived = {key_of(e.left.tensor) for e in self.backward}
        self.free = [t for t in self.names.tensors if key_of(t) not in self.hidden | derived]
        self.given = {name: size.number for name, size in self.network.sizes.items() if size.number is not None}

    def points(self, seed: int = 0, tries: int = TRIES) -> Iterator[World]:
        """Worlds in which every fact holds, the file's own values first."""
        random = generator("facts", seed)
        own = self._of_the_file()
        if own is not None and not any(self._gap(fact, own) for fact in self.facts):
            yield evaluate_equations(self.backward, own)
        for attempt in range(tries):
            world = self._moved(self._drawn(random, attempt), random)
            if world is not None:
                yield evaluate_equations(self.backward, world)

    def _of_the_file(self) -> World | None:
        """The numbers that the file gives, where they are all that is needed."""
        values, sizes = self.network.values, [size.number for size in self.network.sizes.values()]
        if self.network.functions or None in sizes or any(t.cost or t.name not in values for t in self.free):
            return None
        numbers = {key_of(t): np.asarray(values[t.name], float) for t in self.free}
        return self._forward(World(self.given, numbers))

    def _drawn(self, random: Random, attempt: int) -> World:
        try:
            sizes = draw_sizes(self.names, self.given, random)
        except NoSizes:
            sizes = dict(self.given)
        world = World(sizes, {}, smooth_functions(self.names.functions, self.network.functions, attempt))
        style = style_of(attempt % TRIES_OF_STYLES) if attempt % 3 == 2 else _whole
        drawn = draw_arrays(self.free, world, random, style)
        return self._forward(world.with_arrays({k: np.rint(a) if style is _whole else a for k, a in drawn.items()}))

    def _forward(self, world: World) -> World:
        return evaluate_equations(self.equations, world)

    def _moved(self, world: World, random: Random) -> World | None:
        """The world with numbers moved until the facts hold; None where they do not."""
        for _ in range(MOVES):
            broken = next(((f, gap) for f in self.facts if (gap := self._gap(f, world)) is not None), None)
            if broken is None:
                return world
            moved = self._mended(world, *broken, random)
            if moved is None:
                return None
            world = moved
        return None

    def _gap(self, fact: Fact, world: World) -> tuple[tuple[int, ...], float] | None:
        """Where a fact fails, and what has to be added to it there."""
        values = evaluate(fact.expr, tuple(free_letters(fact.expr)), world)
        for at in np.ndindex(values.shape):
            wanted = _nearest(float(values[at]), fact)
            if wanted is not None:
                return at, wanted - float(values[at])
        return None

    def _mended(self, world: World, fact: Fact, gap: tuple[tuple[int, ...], float], random: Random) -> World | None:
        """One declared number moved so that a fact holds at one position; whole moves are preferred."""
        at, missing = gap
        letters = tuple(free_letters(fact.expr))
        before = float(evaluate(fact.expr, letters, world)[at])
        slopes: list[tuple[Place, float]] = []
        for place in self._places(world, random):
            slope = float(evaluate(fact.expr, letters, self._with(world, place, 1.0))[at]) - before
            if np.isfinite(slope) and abs(slope) > NEAR:
                slopes.append((place, slope))
        slopes.sort(key=lambda met: abs(missing / met[1] - round(missing / met[1])))
        for place, slope in slopes[:8]:
            moved = self._with(world, place, missing / slope)
            if abs(float(evaluate(fact.expr, letters, moved)[at]) - before - missing) < NEAR:
                return moved
        return None

    def _places(self, world: World, random: Random) -> list[Place]:
        """Every declared number, in a random order; classes stay."""
        every = [Place(t, at) for t in self.free if t.among is None for at in np.ndindex(world.shape(t))]
        every = [place for place in every if key_of(place.tensor) in world.arrays]
        return [every[n] for n in random.permutation(len(every))[:200]]

    def _with(self, world: World, place: Place, step: float) -> World:
        array: Array = np.array(world.real(key_of(place.tensor)))
        array[place.at] = _settled(float(array[place.at]) + step)
        return self._forward(world.with_arrays({key_of(place.tensor): array}))

    def declared(self, world: World) -> Mapping[str, Array]:
        """The numbers of what is declared; what arithmetic leaves of a 0, such as 6e-17, is a 0."""
        own = (t for t in self.free if not t.cost and key_of(t) in world.arrays)
        return {t.name: np.round(world.real(key_of(t)), 12) + 0.0 for t in own}

    @property
    def abstract(self) -> tuple[str, ...]:
        """The functions that have no value of their own: at a point they are smooth ones drawn at random."""
        used = {f.function for e in self.equations for f in factors(e.right) if isinstance(f, Apply)}
        return tuple(name for name in self.network.functions if name in used)


def _settled(number: float) -> float:
    """The number; what arithmetic leaves beside a whole one is left out: √ of 2e-16 is far from √0."""
    return float(np.rint(number)) if abs(number - np.rint(number)) < 1e-12 else number


def _whole(random: Random, shape: tuple[int, ...]) -> Array:
    return random.integers(-3, 4, shape).astype(float)


def _nearest(value: float, fact: Fact) -> float | None:
    """A value at which the fact holds, None where it holds already."""
    lo, hi = float(fact.within.lo), float(fact.within.hi)
    if lo == hi:
        return None if abs(value - lo) < NEAR else lo
    if value < lo + NEAR and (fact.within.lo_open or value < lo - NEAR):
        return lo + 1 if hi > lo + 1 else (lo + hi) / 2
    if value > hi - NEAR and (fact.within.hi_open or value > hi + NEAR):
        return hi - 1 if lo < hi - 1 else (lo + hi) / 2
    return None


def bar_of(world: World, tensor: Tensor, cost: str) -> Array:
    """A bar's numbers."""
    return world.real(key_of(bar(tensor, cost)))
