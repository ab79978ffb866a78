"""The letters of a claim and what they run over: the range that a Σ gives, else the axis on which they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from derive.check.bound_letters import Bound, bounds
from derive.check.factored import PSEUDO
from derive.check.forms import Function, Quantity, spelled
from derive.check.functions import norm_of
from derive.check.setting import Setting
from derive.check.symbols import Symbols
from derive.check.values import Array, Axis, Disagree, Unknown
from derive.notation.index import Range
from derive.notation.layout import extent
from derive.operators import TABLE
from derive.syntax.marks import flat, text_of
from derive.syntax.tree import (
    Big,
    Fenced,
    Fraction,
    Name,
    Node,
    Relation,
    Scripted,
    Times,
    children,
)

ANYWHERE = Range.to(1)
"""The axis of a letter that stands on none, as in [k = t]."""
LONGEST, MOST = 100_000, 24
"""How many positions a letter has at most, and how many letters there are at once."""
GREEK = frozenset(
    {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi"}
    | {"pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "ell"}
)


Position = Callable[[Node], Array]


@dataclass(frozen=True, eq=False, slots=True)
class Letter:
    """A letter with its positions, shaped for the array axis that it has to the left of the layout."""

    name: str
    place: int
    positions: Array
    axis: Axis

    @property
    def key(self) -> tuple[str, int, int, float]:
        first = float(self.positions.ravel()[0]) if self.positions.size else 0.0
        return self.name, self.place, self.positions.size, first


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A letter on an axis; `exact` where it stands there alone, without an offset."""

    letter: str
    axis: Range
    exact: bool
    name: Name
    slot: Node | None = None
    """The position in which it stands there, if it is not alone: t + 1."""


@dataclass(eq=False, slots=True)
class Letters:
    """The letters in scope at one point."""

    setting: Setting
    symbols: Symbols
    scope: dict[str, Letter] = field(default_factory=dict)
    _places: dict[tuple[str, int, int], int] = field(default_factory=dict)
    _met: dict[Node, tuple[Occurrence, ...]] = field(default_factory=dict)
    _free: dict[Node, frozenset[str]] = field(default_factory=dict)

    def bind_free(
        self, *sides: Node, given: Sequence[Bound] = (), position: Position | None = None, left: Node | None = None
    ) -> None:
        """Give every letter that is free in a claim its range: a given one (for l = 2, …, L), or that of the axis on
        which it stands first; where the left side leaves its axes, as h⁽ᵗ⁺¹⁾ does at T, the claim says nothing."""
        for one in given if position is not None else ():
            assert position is not None
            if any(o.letter == one[0] for s in sides for o in self.occurrences(s)):
                self._give(one, sides, position)
        for side in sides:
            for letter in dict.fromkeys(o.letter for o in self.occurrences(side)):
                if letter not in self.scope:
                    met = [o for s in sides for o in self.occurrences(s) if o.letter == letter]
                    self.scope[letter] = self.letter(letter, *self.limits(letter, met))
        if left is not None and position is not None:
            self._keep_inside(left, position)

    def _give(self, one: Bound, sides: Sequence[Node], position: Position) -> None:
        """A letter's given range; j ≤ i says where a claim holds, and is none."""
        met = {o.letter for side in sides for o in self.occurrences(side)}
        if any(letter in met for end in (one[1], one[2]) if end is not None for letter in self.letters_in(end)):
            return
        self.scope[one[0]] = made = self._bound(one, sides[0], position)
        if not made.positions.size:
            raise Unknown(f"{one[0]} has no position in the range that is given")

    def _keep_inside(self, left: Node, position: Position) -> None:
        """Leave out where a position on a left side, t + 1, is outside of its axis."""
        for met in self.occurrences(left):
            if met.slot is None or set(self.letters_in(met.slot)) != {met.letter}:
                continue
            letter, (lo, hi) = self.scope[met.letter], self.setting.world.limits(met.axis)
            at = position(met.slot).ravel()
            kept = letter.positions.ravel()[(at >= lo) & (at <= hi)]
            if 0 < kept.size < letter.positions.size and np.all(np.diff(kept) == 1):
                self.scope[met.letter] = self._again(letter, int(kept[0]), int(kept[-1]))

    def free(self, node: Node) -> frozenset[str]:
        """The letters of positions in a node that no Σ in it binds."""
        met = self._free.get(node)
        if met is None:
            met = self._free[node] = frozenset(o.letter for o in self.occurrences(node))
        return met

    def key(self, node: Node) -> tuple[tuple[str, int, int, float], ...]:
        """What a node's value depends on of the letters in scope."""
        found = [self.scope[name].key for name in self.free(node) if name in self.scope]
        return tuple(sorted(found))

    def occurrences(self, node: Node) -> tuple[Occurrence, ...]:
        """Where letters stand on axes, in reading order; those that a Σ binds are left out."""
        met = self._met.get(node)
        if met is None:
            met = self._met[node] = tuple(self._occurrences(node))
        return met

    def _occurrences(self, node: Node) -> list[Occurrence]:
        if isinstance(node, Name):
            return self._of_name(node)
        if isinstance(node, Times):
            pairs = zip((None, *node.factors), node.factors, strict=False)
            return [o for before, factor in pairs for o in self._after(before, factor)]
        inner = [o for child in children(node) for o in self.occurrences(child)]
        if isinstance(node, Big):
            bound = {name for name, _, _ in bounds(node)}
            if not bound and not node.subs:
                return []  # Σ e^{y_k}: what is free here and stands nowhere else is what it sums over
            return [o for o in inner if o.letter not in bound]
        if isinstance(node, Scripted) and norm_of(node) is not None:
            return [o for child in (node.body, *node.sups) for o in self.occurrences(child)]
        if isinstance(node, Scripted) and node.subs:
            inner += self._on_axes(node, self._axes(node.body))
        if isinstance(node, Relation):
            names = [s for s in node.sides if isinstance(s, Name) and not self._has_axes(s)]
            inner += [_nowhere(x, s) for s in names for x in self.letters_in(s)]
        return inner

    def _after(self, before: Node | None, factor: Node) -> Sequence[Occurrence]:
        """A factor; after a function of a matrix, svdvals(A)_i, its positions are on the axes of what that gives."""
        if not isinstance(before, Name) or not isinstance(factor, Scripted) or not factor.subs:
            return self.occurrences(factor)
        function = next((m for m in self.symbols.meanings(before) if isinstance(m, Function)), None)
        row = TABLE.get(function.name) if function is not None else None
        axes = self._axes(factor.body)
        if row is None or not row.out or len(axes) != 2:
            return self.occurrences(factor)
        inner = [o for part in (factor.body, *factor.sups) for o in self.occurrences(part)]
        return [*inner, *self._on_axes(factor, tuple(axes[n] for n in row.out))]

    def _on_axes(self, node: Scripted, axes: Sequence[Range]) -> list[Occurrence]:
        """The letters of positions on these axes."""
        subs = flat(node.subs)
        found = [o for s, axis in zip(subs, axes, strict=False) for o in self._of_sub(s, axis)]
        return [*found, *(_nowhere(x, Name(x)) for s in subs[len(axes) :] for x in self.letters_in(s))]

    def _of_name(self, node: Name) -> list[Occurrence]:
        for meaning in self.symbols.meanings(node):
            if isinstance(meaning, Quantity):
                pairs = zip(meaning.slots, meaning.tensor.axes, strict=False)
                found = [o for slot, axis in pairs if slot is not None for o in self._on_axis(slot, axis, node)]
                return [*found, *(self.occurrences(meaning.power) if meaning.power is not None else ())]
        for meaning in self.symbols.meanings(node):
            axis = self.symbols.family(meaning.name) if isinstance(meaning, Function) and meaning.slots else None
            if isinstance(meaning, Function) and axis is not None:
                return [o for slot in meaning.slots for o in self._on_axis(slot, axis, node)]
        if node.base == "delta" and len(flat(node.subs)) == 2 and not node.sups:
            return [_nowhere(x, node) for s in flat(node.subs) for x in self.letters_in(s)]
        if node.base in ("nabla", "e"):
            return [o for child in children(node) for o in self.occurrences(child)]
        return []

    def _on_axis(self, slot: Node, axis: Range, name: Name) -> list[Occurrence]:
        exact = isinstance(slot, Name) and self.is_letter(slot)
        return [Occurrence(letter, axis, exact, name, None if exact else slot) for letter in self.letters_in(slot)]

    def _of_sub(self, sub: Node, axis: Range) -> list[Occurrence]:
        exact = isinstance(sub, Name) and self.is_letter(sub)
        return [Occurrence(x, axis, exact, sub if isinstance(sub, Name) else Name(x)) for x in self.letters_in(sub)]

    def _axes(self, node: Node) -> tuple[Range, ...]:
        """The axes of what has subscripts: (∂y/∂x)_{ij}, (W x)_i as far as one can see."""
        if isinstance(node, Fenced):
            return self._axes(node.body)
        if isinstance(node, Times) and isinstance(node.factors[0], Name) and node.factors[0].base == "nabla":
            return tuple(axis for sub in node.factors[0].subs for axis in self._axes(sub))
        if isinstance(node, Fraction):
            ends = [n.factors[-1] if isinstance(n, Times) else n for n in (node.top, node.bottom)]
            return tuple(axis for end in ends for axis in self._axes(end))
        if isinstance(node, Name):
            for meaning in self.symbols.meanings(node):
                if isinstance(meaning, Quantity):
                    axes = meaning.tensor.axes[len(meaning.slots) :]
                    turned = meaning.power is not None and text_of(meaning.power) in PSEUDO
                    return axes[::-1] if meaning.transposed != turned else axes
        return ()

    def letters_in(self, slot: Node) -> list[str]:
        """The letters that a position depends on."""
        if isinstance(slot, Name):
            return [spelled(slot)] if self.is_letter(slot) else [o.letter for o in self.occurrences(slot)]
        return [letter for child in children(slot) for letter in self.letters_in(child)]

    def _has_axes(self, name: Name) -> bool:
        """Whether a name is a vector or a matrix of numbers: [h > 0]."""
        found = next((m for m in self.symbols.meanings(name) if isinstance(m, Quantity)), None)
        return found is not None and bool(found.tensor.axes) and found.tensor.among is None

    def is_letter(self, name: Name) -> bool:
        """Whether a name in a position is a letter: no class, no size, no colon."""
        if spelled(name) in self.scope:
            return True
        if name.base == ":" or name.accents or name.subs or name.sups or self.symbols.size(name) is not None:
            return False
        for meaning in self.symbols.meanings(name):
            if isinstance(meaning, Quantity) and meaning.tensor.among is not None and meaning.is_entry:
                return False
        return len(name.base) == 1 or name.base in GREEK

    def limits(self, letter: str, met: Sequence[Occurrence]) -> tuple[int, int, Axis]:
        """The range of a letter from where it stands. Raises Disagree where two axes differ."""
        declared = self._declared(letter)
        exact = [o for o in met if o.exact]
        if not exact and declared is None:
            exact = [o for o in met if o.axis is not ANYWHERE and self.is_label(o.axis)]
        if declared is not None and (letter in self.symbols.derivation.network.labels or not exact):
            exact = self._within(declared, exact, letter)
        if not exact:
            raise Unknown(f"nothing says over what {letter} runs")
        first = exact[0]
        lo, hi = self.setting.world.limits(first.axis)
        for other in exact[1:]:
            if other.exact and not self._together(first.axis, other.axis):
                here, there = extent(first.axis), extent(other.axis)
                raise Disagree(f"{letter} runs over {here} in {first.name.tex} and over {there} in {other.name.tex}")
        return lo, hi, Axis(hi - lo + 1, extent(first.axis), first.axis)

    def _declared(self, letter: str) -> Range | None:
        return self.symbols.derivation.network.letters.get(letter)

    def _within(self, declared: Range, exact: list[Occurrence], letter: str) -> list[Occurrence]:
        """A letter that the problem declares runs over its declared range, where it stands on axes with all of it."""
        lo, hi = self.setting.world.limits(declared)
        ends = [self.setting.world.limits(o.axis) for o in exact]
        if all(low <= lo and hi <= high for low, high in ends):
            return [Occurrence(letter, declared, True, exact[0].name if exact else Name(letter))]
        return exact

    def _together(self, a: Range, b: Range) -> bool:
        """Whether one letter may run over two axes: equal ones, or labels of which one is a part of the other."""
        (low, high), (lower, higher) = self.setting.world.limits(a), self.setting.world.limits(b)
        if (low, high) == (lower, higher):
            return True
        inside = (low >= lower and high <= higher) or (low <= lower and high >= higher)
        return inside and (self.is_label(a) or self.is_label(b) or a.lo != b.lo)

    def is_label(self, axis: Range) -> bool:
        network = self.symbols.derivation.network
        return any(network.letters[name].hi == axis.hi for name in network.labels if name in network.letters)

    def share(self, other: Letters) -> None:
        """Take over the array axes of another scope's letters."""
        self._places.update(other._places)

    def letter(self, name: str, lo: int, hi: int, axis: Axis) -> Letter:
        if max(hi - lo, abs(lo), abs(hi)) >= LONGEST:
            raise Unknown(f"{name} runs from {lo:g} to {hi:g}: that is too far")
        place = self._places.get((name, lo, hi))
        used = {other.place for other in self.scope.values()}
        if place is None or place in used:
            place = next(n for n in range(len(used) + 1) if n not in used)
            if place >= MOST:
                raise Unknown(f"there are more than {MOST} letters at once")
            self._places[name, lo, hi] = place
        return Letter(name, place, np.arange(lo, hi + 1.0).reshape((-1,) + (1,) * place), axis)

    def _again(self, letter: Letter, lo: int, hi: int) -> Letter:
        """A letter of scope with another range."""
        others = {name: other for name, other in self.scope.items() if name != letter.name}
        before, self.scope = self.scope, others
        try:
            return self.letter(letter.name, lo, hi, Axis(hi - lo + 1, letter.axis.name))
        finally:
            self.scope = before

    @contextmanager
    def binding(self, found: Sequence[Bound], body: Node, position: Position) -> Iterator[list[Letter]]:
        """The letters of a Σ over a body, in scope."""
        before = dict(self.scope)
        try:
            for name, _, _ in found:
                self.scope.pop(name, None)
            made = []
            for one in found:
                made.append(self._bound(one, body, position))
                self.scope[made[-1].name] = made[-1]
            yield made
        finally:
            self.scope.clear()
            self.scope.update(before)

    def _bound(self, one: Bound, body: Node, position: Position) -> Letter:
        name, low, high = one
        met = [o for o in self.occurrences(body) if o.letter == name]
        if low is None and high is None:
            return self.letter(name, *self.limits(name, met))
        exact = [o for o in met if o.exact]
        lo, hi = (_end(end, position) for end in (low, high))
        if lo is None or hi is None:
            first, last, axis = self.limits(name, met)
            lo, hi = first if lo is None else lo, last if hi is None else hi
        self._check(name, lo, hi, high, exact)
        fitting = [o.axis for o in exact if self.setting.world.limits(o.axis) == (lo, hi)]
        axis = Axis(max(0, hi - lo + 1), extent(fitting[0]) if fitting else _tex(high), fitting[0] if fitting else None)
        return self.letter(name, lo, hi, axis)

    def _check(self, name: str, lo: int, hi: int, high: Node | None, exact: Sequence[Occurrence]) -> None:
        """A whole range that is written, Σ_{i=1}^N, is that of the axes on which the letter stands."""
        for one in exact:
            low, top = self.setting.world.limits(one.axis)
            if isinstance(high, Name) and lo == low and hi != top and not self.is_label(one.axis):
                raise Disagree(f"{name} runs to {_tex(high)}, and over {extent(one.axis)} in {one.name.tex}")


def _nowhere(letter: str, name: Name) -> Occurrence:
    return Occurrence(letter, ANYWHERE, False, name)


def _tex(node: Node | None) -> str:
    return getattr(node, "tex", "") or "its end"


def _end(node: Node | None, position: Position) -> int | None:
    """The first or the last position of a range; None for a size that nobody defined, as in Σ_{k=1}^d."""
    if node is None:
        return None
    try:
        at = position(node)
    except Unknown:
        if isinstance(node, Name):
            return None
        raise
    if at.ndim:
        raise Unknown("a range that depends on another letter")
    if not np.isfinite(at):
        raise Unknown("a range without an end")
    return int(at)
