"""What is sure about positions made of sizes alone, quotients and named formulas among them.

For a quotient q of n by d, n and d sizes, d at least 1:

    q lies between 0 and n              whichever of the two is larger, rounded down or not
    n − d + 1 ≤ d·⌊n/d⌋ ≤ n             (d·(n/d) is n: it is multiplied out when it is written)

A position is linear in each of these, so it is least where they are at one of their ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from derive.notation.division import inner_sizes, is_derived, written_out
from derive.notation.index import Slot, nonnegative, position, without
from derive.notation.sizes import Defined, Quotient

MOST = 4
"""Quotients in one position, beyond which nothing is claimed."""


def sizes_nonnegative(slot: Slot, known: Sequence[Slot] = ()) -> bool:
    """Whether a position made of sizes is surely ≥ 0; known: other positions that are."""
    if nonnegative(slot):
        return True
    if not all(isinstance(atom, str) for atom in slot.atoms()):
        return False
    if not any(is_derived(atom) for atom in slot.atoms()):
        return _shifted(slot)
    names = [atom for atom in slot.atoms() if isinstance(atom, Defined)]
    facts = [written_out(fact) for fact in (*known, *(name.formula - 1 for name in names))]
    whole = written_out(slot)
    return _shifted(slot) or any(_at_ends(rest, MOST) for rest in (whole, *(whole - fact for fact in facts)))


def _shifted(slot: Slot) -> bool:
    """Whether all coefficients are ≥ 0 in terms of how much larger than 1 each size is."""
    if any(isinstance(atom, Quotient) for atom in slot.atoms()):
        return False
    if all(len(monomial) == 1 for monomial, _ in slot.parts):
        return nonnegative(slot)
    moved = slot.substitute({atom: position(atom) + 1 for atom in slot.atoms()})
    return moved.constant >= 0 and all(coefficient >= 0 for _, coefficient in moved.parts)


def _at_ends(slot: Slot, left: int) -> bool:
    """Whether a position is ≥ 0 with its quotients at each of their ends."""
    met = _outermost(slot)
    if met is None:
        return _shifted(slot)
    ends = _ends(slot, met) if left else None
    return ends is not None and all(_at_ends(end, left - 1) for end in ends)


def _outermost(slot: Slot) -> Quotient | None:
    """A quotient that no other is made of."""
    met = [atom for atom in slot.atoms() if isinstance(atom, Quotient)]
    inside = {atom for one in met for atom in _inside(one)}
    return next((one for one in met if one not in inside), None)


def _inside(size: str) -> Iterator[str]:
    for slot in inner_sizes(size):
        for atom in slot.atoms():
            if isinstance(atom, str):
                yield atom
                yield from _inside(atom)


def _ends(slot: Slot, quotient: Quotient) -> list[Slot] | None:
    """The position with q, and with d·q, at each of its ends; None where it is not linear in q."""
    top, below = quotient.numerator, quotient.denominator
    divisor, by = (below.parts or (((), below.constant),))[0]
    plain = len(below.parts) + bool(below.constant) == 1
    rest, alone, times = Slot((), slot.constant), Slot(()), Slot(())
    for monomial, coefficient in slot.parts:
        left = without(monomial, (quotient,))
        if left is None:
            rest = rest + Slot(((monomial, coefficient),))
            continue
        if quotient in left:
            return None
        shorter = without(left, divisor) if plain and coefficient % by == 0 else None
        if shorter is not None:
            times = times + _monomial(shorter, coefficient // by)
        else:
            alone = alone + _monomial(left, coefficient)
    ones = [alone * end for end in (position(0), top)] if alone != Slot(()) else [alone]
    twos = [times * end for end in (top, top - below + 1)] if times != Slot(()) else [times]
    return [rest + one + two for one, two in product(ones, twos)]


def _monomial(atoms: tuple[object, ...], coefficient: int) -> Slot:
    return Slot(((atoms, coefficient),)) if atoms else position(coefficient)  # type: ignore[arg-type]
