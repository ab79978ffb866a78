"""The numbers that claims are judged by: every quantity and every bar of a derivation at small random unequal sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from derive.check.values import Disagree, Unknown
from derive.check.values import Value as Valued
from derive.derivation import Derivation, Line
from derive.graph import Graph
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Entry, Lambda, Partial, Tensor, of
from derive.notation.index import Index, Range
from derive.referee.dual import Array, Value
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import evaluate_equations, reads
from derive.referee.functions import Argument
from derive.referee.world import Key, World, key_of
from derive.selfcheck.lines import is_given

_STEP = 1e-5
_ROUNDING = 1e-9
"""A difference quotient that is smaller, of numbers of size 1, is 0."""


@dataclass(frozen=True, eq=False)
class Setting:
    """One point: `world` has the sizes, all arrays (a bar under its cost) and the functions."""

    derivation: Derivation
    world: World
    _slopes: dict[tuple[str, str, bool], Array] = field(default_factory=dict, repr=False)
    _rules: dict[int, tuple[list[Value | None], Array]] = field(default_factory=dict, repr=False)
    """What `own_rule` gave for a line of the derivation last, and the arrays that it read."""
    _changes: dict[int, dict[Key, Array]] = field(default_factory=dict, repr=False)
    ends: tuple[Setting, Setting] | None = None
    """The points a step forward and a step back along a direction, where each d is the change along it."""
    _together: dict[Tensor, frozenset[Tensor]] = field(default_factory=dict, repr=False)

    def array(self, tensor: Tensor) -> Array:
        """The numbers of a tensor or of a bar, one array axis for each of its axes."""
        return self.world.real(key_of(tensor))

    def with_arrays(self, arrays: Mapping[tuple[str, tuple[str, ...]], Array]) -> Setting:
        """Another point, at which some arrays are what somebody says that they are."""
        return Setting(self.derivation, self.world.with_arrays(arrays), _together=self._together)

    def knowing(self, arrays: Mapping[tuple[str, tuple[str, ...]], Array]) -> Setting:
        """The same point with arrays that an answer defines, or with bars as it has them: no slope changes."""
        world = self.world.with_arrays(arrays)
        return Setting(self.derivation, world, self._slopes, self._rules, _together=self._together)

    def own_rule(self, line: Line) -> tuple[tuple[str, tuple[str, ...]], Array]:
        """A bar by its chain rule from the bars that this point has."""
        key, first = key_of(line.tensor), Equation(line.left, line.steps[0].right)
        read = [self.world.arrays.get(key_of(t)) for t in reads(first.right) if key_of(t) != key]
        met = self._rules.get(id(line))
        if met is None or any(a is not b for a, b in zip(met[0], read, strict=True)):
            start = self.world.with_arrays({key: np.zeros(self.world.shape(line.tensor))})
            met = self._rules[id(line)] = read, evaluate_equations([first], start).real(key)
        return key, met[1]

    def function(self, name: str, order: int, x: Array) -> Array:
        """The derivative of that order of a function of scalars, entry by entry."""
        given = self.world.functions.get(name)
        if given is not None:
            return np.asarray(given([Argument(x)], [], [(0, ())] * order), float)
        letter = Index("i", Range.to(x.size))
        argument = Tensor("#", (letter.range,))
        entry = of(Entry(argument, (letter.slot,)))
        applied = of(Apply(name, (Lambda((), entry),), (), ((0, ()),) * order))
        world = self.world.with_arrays({("#", ()): np.ravel(x).astype(float)})
        return evaluate(applied, (letter,), world).reshape(x.shape)

    def of_whole(self, name: str, value: Valued) -> Valued:
        """f(x) of a whole vector."""
        axis = value.rows or value.columns
        if axis is None or (value.rows and value.columns):
            raise Disagree(f"{name} of {value.shape}")
        flat = value.array[..., 0] if value.rows else value.array[..., 0, :]
        leading = np.moveaxis(flat, -1, 0)
        places = np.arange(1, axis.length + 1).reshape((-1,) + (1,) * (leading.ndim - 1))
        found = self.world.functions[name]([Argument(leading, (places,))], [], [])
        return Valued(np.asarray(found, float)[..., None, None])

    def gradient_of_whole(self, name: str, value: Valued) -> Valued:
        """∇f(x), a column."""
        axis = value.rows or value.columns
        if axis is None or (value.rows and value.columns) or value.array.size != axis.length:
            raise Disagree(f"the gradient of {name} of {value.shape}")
        places = np.arange(1, axis.length + 1)
        argument = Argument(value.array.ravel(), (places,))
        found = [self.world.functions[name]([argument], [], [(0, (np.asarray(at),))]) for at in places]
        return Valued(np.asarray(found, float).reshape(-1, 1), axis)

    def of_family(self, name: str, order: int, x: Array, at: Sequence[Array]) -> Array:
        """g_i(x) and its derivatives, at positions i."""
        places = [np.asarray(place, int) for place in at]
        return np.asarray(self.world.functions[name]([Argument(x)], places, [(0, ())] * order), float)

    def slope(self, top: Tensor, below: Tensor, total: bool) -> Array:
        """∂top/∂below over the axes of both: through top's own equation alone, or through all that lies between."""
        key = (top.name, below.name, total)
        if key not in self._slopes:
            self._slopes[key] = self._total(top, below) if total else self._local(top, below)
        return self._slopes[key]

    def slope_of_bar(self, top: Tensor, below: Tensor, total: bool) -> Array:
        """∂top/∂below of a bar, over the axes of both."""
        from derive.check.second import slope_of_bar

        key = (f"{top.name} {top.cost}", f"{below.name} {below.cost}", total)
        if key not in self._slopes:
            self._slopes[key] = slope_of_bar(self, top, below, total)
        return self._slopes[key]

    def change(self, tensor: Tensor, case: int) -> Array:
        """The dot of a quantity or of a bar, along one of the directions in which the problem moves. Raises Unknown."""
        from derive.check.second import changes

        cases = list(dict.fromkeys(met.moved for met in self.derivation.tangents))
        if case not in self._changes:
            self._changes[case] = changes(self, cases[case])
        found = self._changes[case].get(key_of(tensor))
        if found is None:
            raise Unknown(f"{tensor.name} has no dot")
        return found

    def folded_slope(self, top: Tensor, below: Tensor) -> Array:
        """∂top/∂below through top's own equation, the equations of what the problem folds into it put in."""
        network = self.derivation.network
        inside = [t for t in self._direct if t.name in network.folded and t not in (top, below)]
        met = {below: np.eye(self.array(below).size).reshape(self.world.shape(below) * 2)}
        for tensor in (*inside, top):  # in the order of the file, each after those that it reads
            through = [self._through(tensor, read, slope) for read, slope in met.items() if read in self.direct(tensor)]
            if through:
                met[tensor] = np.sum(through, axis=0)
        return met[top]

    def _through(self, top: Tensor, read: Tensor, slope: Array) -> Array:
        """∂top/∂read ∂read/∂below."""
        return np.tensordot(self.slope(top, read, False), slope, len(read.axes))

    def _local(self, top: Tensor, below: Tensor) -> Array:
        if top == below:
            same = np.eye(int(np.prod(self.world.shape(top)))).reshape(self.world.shape(top) * 2)
            return same + self._direct_slope(top, below) if top in self.direct(top) else same
        return self._direct_slope(top, below)

    def _direct_slope(self, top: Tensor, below: Tensor) -> Array:
        if key_of(top) not in self.world.equations:
            return np.zeros(self.world.shape(top) + self.world.shape(below))
        letters = [tuple(Index("i", axis) for axis in tensor.axes) for tensor in (top, below)]
        entries = [Entry(t, tuple(x.slot for x in own)) for t, own in zip((top, below), letters, strict=True)]
        return evaluate(of(Partial(*entries)), (*letters[0], *letters[1]), self.world)

    def _total(self, top: Tensor, below: Tensor) -> Array:
        """By central differences: below is moved, and all that rests on it is worked out again."""
        residual = self._residuals.get(top)
        start, shape = self.array(below), self.world.shape(top)
        columns = []
        for place in range(start.size):
            step = np.zeros(start.size)
            step[place] = _STEP
            moved = [self._at(top, residual, below, sign * step.reshape(start.shape)) for sign in (1, -1)]
            columns.append((moved[0] - moved[1]) / (2 * _STEP))
        found = np.stack(columns, -1) if columns else np.zeros((*shape, 0))
        least = _ROUNDING * (1 + np.max(np.abs(self.array(top)), initial=0.0))
        return np.where(np.abs(found) < least, 0.0, found).reshape(shape + start.shape)

    def _at(self, top: Tensor, residual: Equation | None, below: Tensor, by: Array) -> Array:
        """A quantity after a move; a condition's F(y, x) after a move of one of them alone."""
        if residual is None:
            return self._moved(below, by).real(key_of(top))
        there = self.world.with_arrays({key_of(below): self.array(below) + by})
        return evaluate(residual.right, residual.letters, there)

    @cached_property
    def _residuals(self) -> dict[Tensor, Equation]:
        """F = left − right of each condition, all that is solved together with y put in."""
        network = self.derivation.network
        if not network.implicit:
            return {}
        from derive.backward.implicit import residual

        return {met.tensor: residual(met, network) for met in network.implicit.values()}

    def _moved(self, below: Tensor, by: Array) -> World:
        there = {key_of(below): self.array(below) + by}
        forward = self.forward
        if any(e.left.tensor == below for e in forward):
            return evaluate_equations(forward, self.world, {key_of(below): by})
        return evaluate_equations(forward, self.world.with_arrays(there))

    def direct(self, top: Tensor) -> frozenset[Tensor]:
        """What the equations of a tensor read."""
        return self._direct.get(top, frozenset())

    def together(self, tensor: Tensor) -> frozenset[Tensor]:
        """What is solved together with a quantity that a condition defines."""
        if tensor not in self._together:
            self._together[tensor] = frozenset(Graph(self.derivation.network).around[tensor])
        return self._together[tensor]

    @cached_property
    def _direct(self) -> dict[Tensor, frozenset[Tensor]]:
        found: dict[Tensor, frozenset[Tensor]] = {}
        for equation in self.forward:
            own = equation.left.tensor
            found[own] = found.get(own, frozenset()) | frozenset(reads(equation.right))
        return found

    @cached_property
    def forward(self) -> list[Equation]:
        network = self.derivation.network
        return [network.equations[n] for n in network.order]


def training_case(derivation: Derivation, points: Sequence[Setting]) -> tuple[Setting, ...]:
    """The one point that a problem's file gives in numbers; none if it gives none."""
    values = derivation.network.values
    if not values or not points:
        return ()
    given: dict[Key, Value] = {(name, ()): np.asarray(number, float) for name, number in values.items()}
    world = points[0].world
    if any(key not in world.arrays or world.real(key).shape != np.asarray(array).shape for key, array in given.items()):
        return ()
    forward = evaluate_equations(points[0].forward, replace(world, arrays=_without_results(points[0], given)))
    backward = [line.scalar for line in derivation.backward if not is_given(line)]
    kept = {key: array for key, array in forward.arrays.items() if not key[1] or key not in _keys(backward)}
    return (Setting(derivation, evaluate_equations(backward, replace(forward, arrays=kept))),)


def _without_results(point: Setting, given: Mapping[Key, Value]) -> dict[Key, Value]:
    results = {key_of(e.left.tensor) for e in point.forward}
    kept = {key: array for key, array in point.world.arrays.items() if key not in results}
    return {**kept, **given}


def _keys(equations: Sequence[Equation]) -> set[Key]:
    return {key_of(e.left.tensor) for e in equations}
