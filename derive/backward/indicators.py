"""Quantities that an equation defines as a bracket, Y_nk = [k = t_n]: read as brackets, written by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from derive.notation.bounds import surely_inside
from derive.notation.equation import Equation
from derive.notation.expression import ONE, Bracket, Entry, Expr, Factor, of
from derive.notation.index import Atom, Slot
from derive.notation.product import bracket, multiply
from derive.notation.walk import substitute, substitute_factor


@dataclass(frozen=True, slots=True)
class Indicators:
    """The equations whose right side is one bracket."""

    equations: tuple[Equation, ...]

    @staticmethod
    def among(equations: Iterable[Equation]) -> Indicators:
        return Indicators(tuple(e for e in equations if e.left.slots and isinstance(e.right.factor, Bracket)))

    def open(self, factor: Factor) -> Expr | None:
        """An entry of such a quantity as its bracket."""
        for equation in self.equations:
            if isinstance(factor, Entry) and factor.tensor == equation.left.tensor:
                return written_out(equation.left, equation.right, factor)
        return None

    def name(self, factor: Factor) -> Expr | None:
        """Such a bracket as an entry of the quantity."""
        if isinstance(factor, Bracket):
            for equation in self.equations:
                found = _matched(equation, factor)
                if found is not None:
                    return of(substitute_factor(equation.left, found))
        return None


def written_out(left: Entry, right: Expr, entry: Entry) -> Expr:
    """The right side of `left = right` at the position of another entry of the same tensor.

    Where that position may leave its axis, brackets say what the entry's zero said.
    """
    at: dict[Atom, Slot] = {s.letter: to for s, to in zip(left.slots, entry.slots, strict=True) if s.letter}
    places = zip(entry.slots, entry.tensor.axes, strict=True)
    ends = ((low, high) for slot, axis in places for low, high in ((axis.lo, slot), (slot, axis.hi)))
    kept = [b for low, high in ends if (b := bracket("<=", low, high)) != ONE]
    return multiply(substitute(right, at), *kept) if kept else substitute(right, at)


def _matched(equation: Equation, factor: Bracket) -> dict[Atom, Slot] | None:
    """The letters of a bracket's definition that make it this bracket, or None."""
    definition = equation.right.factor
    assert isinstance(definition, Bracket)
    if definition.relation != factor.relation:
        return None
    turns = ((factor.left, factor.right), (factor.right, factor.left))
    for left, right in turns if factor.relation in ("=", "!=") else turns[:1]:
        found: dict[Atom, Slot] = {}
        if _unified(definition.left, left, found) and _unified(definition.right, right, found):
            return found if set(found) == set(equation.letters) else None
    return None


def _unified(pattern: Slot | Expr, slot: Slot | Expr, found: dict[Atom, Slot]) -> bool:
    """Whether the pattern is the slot once its letters stand for what `found` says."""
    if not isinstance(pattern, Slot) or not isinstance(slot, Slot):
        return False
    letter, atom, other = pattern.letter, pattern.atom, slot.atom
    if letter is not None:
        return surely_inside(slot, letter.range) and found.setdefault(letter, slot) == slot
    if isinstance(atom, Entry) and isinstance(other, Entry) and atom.tensor == other.tensor:
        return all(_unified(a, b, found) for a, b in zip(atom.slots, other.slots, strict=True))
    return pattern == slot
