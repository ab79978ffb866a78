"""Gradient descent on a small instance of a network: W ← W − η W̄, all bars from the derivation's own lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from derive.analyse.alike import Axis
from derive.derivation import Derivation
from derive.notation.expression import Tensor, bar
from derive.referee.dual import Array
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import Names, Random, draw_arrays, generator, smooth_functions
from derive.referee.sizes import draw_sizes
from derive.referee.world import World, key_of

STARTS = ("equal", "zero", "random")
DRAWS = 6


@dataclass(frozen=True, slots=True)
class Run:
    """Some steps from one start.

    costs: before each step, and after the last.  apart: the largest difference between two units' parameters, ever.
    moved: parameter -> how far its entry that moved most is from where it started.
    """

    start: str
    function: str
    costs: tuple[float, ...]
    apart: float
    moved: Mapping[str, float]

    @property
    def steps(self) -> int:
        return len(self.costs) - 1


@dataclass(frozen=True, slots=True)
class Descent:
    """A derivation of a cost's bars of all parameters, and the axes that run over a layer's units."""

    derivation: Derivation
    axes: frozenset[Axis]

    def run(self, start: str, function: str, steps: int, rate: float) -> Run:
        """The steps from numbers that move every parameter, if some of the first that are drawn do (no unit is at rest
        for good); from all zeros, the first."""
        seeds = range(1 if start == "zero" else DRAWS)
        runs = (self._run(start, function, steps, rate, seed) for seed in seeds)
        first = None
        for run in runs:
            first = first or run
            if all(far > 0 for far in run.moved.values()):
                return run
        assert first is not None
        return first

    def _run(self, start: str, function: str, steps: int, rate: float, seed: int) -> Run:
        network, cost = self.derivation.network, self.derivation.cost
        parameters = [t for t in network.tensors.values() if t.role == "parameter"]
        world = self._started(start, parameters, generator("descent", seed))
        first = {t.name: world.real(key_of(t)) for t in parameters}
        costs, apart = [], 0.0
        for step in range(steps + 1):
            world = self._passed(world)
            costs.append(float(world.real((cost, ()))))
            apart = max([apart, *(self._apart(t, world.real(key_of(t))) for t in parameters)])
            if step < steps:
                moves = {key_of(t): world.real(key_of(t)) - rate * world.real(key_of(bar(t, cost))) for t in parameters}
                world = world.with_arrays(moves)
        moved = {t.name: float(np.abs(world.real(key_of(t)) - first[t.name]).max(initial=0)) for t in parameters}
        return Run(start, function, tuple(costs), apart, moved)

    def _passed(self, world: World) -> World:
        """The forward pass, then the backward pass."""
        network = self.derivation.network
        forward = evaluate_equations([network.equations[n] for n in network.order], world)
        lines = (*self.derivation.folded, *self.derivation.backward)
        return evaluate_equations([line.scalar for line in lines], forward)

    def _started(self, start: str, parameters: list[Tensor], random: Random) -> World:
        network = self.derivation.network
        names = Names.of(*(e.right for e in network.equations), *(x.scalar.right for x in self.derivation.backward))
        for equation in network.equations:
            names.factor(equation.left)
        given = {name: size.number for name, size in network.sizes.items() if size.number is not None}
        sizes = draw_sizes(names, given, random)
        world = World(sizes, {}, smooth_functions(names.functions, network.functions, 0))
        hidden = {e.left.tensor for e in network.equations}
        free = [t for t in dict.fromkeys((*names.tensors, *parameters)) if not t.is_bar and t not in hidden]
        arrays = draw_arrays(free, world, random)
        own = {key_of(t): self._start_of(start, t, arrays[key_of(t)]) for t in parameters}
        return world.with_arrays({**arrays, **own})

    def _start_of(self, start: str, tensor: Tensor, drawn: Array) -> Array:
        """The same for all units: the first unit's numbers for each."""
        if start == "random":
            return drawn
        if start == "zero":
            return np.zeros_like(drawn)
        for axis in self._own(tensor):
            drawn = np.repeat(np.take(drawn, [0], axis), drawn.shape[axis], axis)
        return drawn

    def _apart(self, tensor: Tensor, array: Array) -> float:
        spans = [np.ptp(array, axis) for axis in self._own(tensor) if array.size]
        return max((float(np.max(span, initial=0)) for span in spans), default=0.0)

    def _own(self, tensor: Tensor) -> list[int]:
        """The axes of a parameter that run over the layer's units."""
        return [axis for axis in range(len(tensor.axes)) if (tensor.name, axis) in self.axes]
