"""Which quantities have equal entries along one layer's axis, read off their equations, whatever the sizes are.

z_j = Σ_i W_ji x_i + b_j     has equal entries where W has equal rows and b equal entries: nothing else depends on j
h̄_j = r_j + Σ_i W_ij ȳ_i     does not: r_j depends on j
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from derive.notation.equation import Equation
from derive.notation.expression import Apply, Entry, Expr, Factor, Power, Tensor, Term
from derive.notation.index import Index
from derive.notation.walk import entries, factors, letters_of, parts
from derive.operators import TABLE

Axis: TypeAlias = "tuple[str, int]"
"""A quantity's name and one of its axes, from 0; its bars have the same axes."""


def axes_of_layer(equations: Iterable[Equation], start: Axis) -> frozenset[Axis]:
    """Every axis that runs over the same units as one axis: some letter stands on both."""
    groups = [frozenset(group) for e in equations for group in _joined(e)]
    found, size = {start}, 0
    while len(found) > size:
        size = len(found)
        found.update(*(group for group in groups if not group.isdisjoint(found)))
    return frozenset(found)


def _joined(equation: Equation) -> Iterator[list[Axis]]:
    """The axes on which one letter stands alone."""
    groups: dict[Index, list[Axis]] = {}
    for entry in (equation.left, *entries(equation.right)):
        for place, slot in enumerate(entry.slots):
            if slot.letter is not None:
                groups.setdefault(slot.letter, []).append((entry.tensor.name, place))
    yield from groups.values()
    for own, inner in _positions(equation.right):
        yield [*groups.get(own, ()), *groups.get(inner, ())]


def _positions(expr: Expr) -> Iterator[tuple[Index, Index]]:
    """The letter of a function's position, softmax_j, beside the letter that its argument runs over."""
    for factor in factors(expr):
        if isinstance(factor, Apply):
            for argument in factor.args:
                for slot, letter in zip(factor.slots, argument.letters, strict=False):
                    if slot.letter is not None:
                        yield slot.letter, letter


@dataclass(frozen=True, slots=True)
class Uneven:
    """A term of a line that is not the same for all units, with the factor that is to blame."""

    equation: Equation
    term: Term
    factor: Factor


@dataclass(frozen=True, slots=True)
class Alike:
    """The quantities (with their bars) that are equal for all units, and those that are not, the first cause first."""

    even: frozenset[Tensor]
    uneven: tuple[Uneven, ...]


def alike(equations: Iterable[Equation], axes: frozenset[Axis], start: Iterable[Tensor]) -> Alike:
    """What is equal for all units where the tensors of `start` are.

    Whatever an equation defines is taken to be equal until its equation, or one that it reads, says otherwise.
    """
    own = [e for e in equations if any((e.left.tensor.name, n) in axes for n in range(len(e.left.slots)))]
    even = frozenset((*start, *(e.left.tensor for e in own)))
    broken: list[Uneven] = []
    while True:
        found = [u for e in own if e.left.tensor in even and (u := _uneven(e, axes, even)) is not None]
        if not found:
            return Alike(even, tuple(broken))
        broken += found
        even -= {u.equation.left.tensor for u in found}


def _uneven(equation: Equation, axes: frozenset[Axis], even: frozenset[Tensor]) -> Uneven | None:
    """The first term that differs from unit to unit."""
    for place, slot in enumerate(equation.left.slots):
        if (equation.left.tensor.name, place) not in axes:
            continue
        letter = slot.letter
        for term in equation.right.terms:
            for factor in term.factors:
                if letter is None or _depends(factor, letter, axes, even):
                    return Uneven(equation, term, factor)
    return None


def _depends(factor: Factor, letter: Index, axes: frozenset[Axis], even: frozenset[Tensor]) -> bool:
    """Whether a factor may differ from one position of the letter to another."""
    if letter not in letters_of(factor):
        return False
    if isinstance(factor, Entry):
        reads = [(n, slot) for n, slot in enumerate(factor.slots) if letter in slot.letters()]
        plain = all(slot.letter is letter and (factor.tensor.name, n) in axes for n, slot in reads)
        return not plain or factor.tensor not in even
    if isinstance(factor, Apply):
        return _call_depends(factor, letter, axes, even)
    if isinstance(factor, Power):
        return any(_expr_depends(inner, letter, axes, even) for inner in parts(factor))
    return True


def _expr_depends(expr: Expr, letter: Index, axes: frozenset[Axis], even: frozenset[Tensor]) -> bool:
    return any(_depends(factor, letter, axes, even) for term in expr.terms for factor in term.factors)


def _call_depends(factor: Apply, letter: Index, axes: frozenset[Axis], even: frozenset[Tensor]) -> bool:
    """A function differs where its arguments do; softmax_j also where what it runs over is not equal along it."""
    if any(_expr_depends(a.body, letter, axes, even) for a in factor.args):
        return True
    slots = [*factor.slots, *(slot for _, at in factor.partials for slot in at)]
    if not any(letter in slot.letters() for slot in slots):
        return False
    row = TABLE.get(factor.function)
    if row is None or not row.axes or not all(slot.letter is not None for slot in slots) or factor.partials:
        return True
    return any(_expr_depends(a.body, x, axes, even) for a in factor.args for x in a.letters)
