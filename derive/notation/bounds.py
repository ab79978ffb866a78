"""What is sure about positions whatever the sizes: sizes are at least 1, letters and classes stay in their ranges."""

from __future__ import annotations

from derive.notation.bounds_of_sizes import sizes_nonnegative
from derive.notation.expression import Entry, Relation
from derive.notation.index import Atom, Index, Monomial, Range, Slot, nonnegative, without


def surely_positive(slot: Slot) -> bool:
    return surely_nonnegative(slot - 1)


def surely_nonnegative(slot: Slot) -> bool:
    """Whether a position is ≥ 0 for all sizes ≥ 1 and all letters and classes in their ranges."""
    known: list[Slot] = []
    least = _least(slot, known)
    return nonnegative(least) or (_is_involved(least) and sizes_nonnegative(least, known))


def _is_involved(slot: Slot) -> bool:
    """Whether more can be said than that every size is at least 1: there are products, quotients, formulas."""
    return any(len(monomial) > 1 or type(monomial[0]) is not str for monomial, _ in slot.parts)


def surely_inside(slot: Slot, axis: Range) -> bool:
    """Whether a position never leaves an axis."""
    return surely_nonnegative(slot - axis.lo) and surely_nonnegative(axis.hi - slot)


def surely_outside(entry: Entry) -> bool:
    """Whether a slot of an entry never lies on its axis, so that the entry is 0."""
    for slot, axis in zip(entry.slots, entry.tensor.axes, strict=True):
        letter = slot.letter
        plain = letter is not None and letter.range == axis
        if not plain and (surely_positive(axis.lo - slot) or surely_positive(slot - axis.hi)):
            return True
    return False


def always_inside(entry: Entry) -> bool:
    """Whether no slot of an entry can leave its axis."""
    return all(surely_inside(slot, axis) for slot, axis in zip(entry.slots, entry.tensor.axes, strict=True))


def decided(relation: Relation, left: Slot, right: Slot) -> bool | None:
    """Whether the relation surely holds (True), surely fails (False), or depends (None)."""
    gap = right - left
    if relation in ("=", "!="):
        if left == right:
            return relation == "="
        return (relation == "!=") if surely_positive(gap) or surely_positive(-gap) else None
    holds, fails = (gap - 1, -gap) if relation == "<" else (gap, -gap - 1)
    if surely_nonnegative(holds):
        return True
    return False if surely_nonnegative(fails) else None


def _least(slot: Slot, known: list[Slot]) -> Slot:
    """The slot with each letter and class put at the end of its range that makes it least, products of them too.

    known: what is ≥ 0 because there is a letter at all is added to it: hi − lo of its range.
    """
    while (met := _first(slot)) is not None:
        atom, ends = met
        lower = _lowered(slot, atom, ends)
        if lower is None:
            return slot
        slot = lower
        if any(type(size) is not str for size in ends.hi.atoms()):
            known.append(ends.hi - ends.lo)
    return slot


def _first(slot: Slot) -> tuple[Atom, Range] | None:
    """A letter or class of a slot and its ends; letters on which the range of another rests come later."""
    met = [(atom, ends) for atom in slot.atoms() if not isinstance(atom, str) and (ends := _ends(atom))]
    if len(met) < 2:
        return met[0] if met else None
    rests = [letter for _, ends in met for end in (ends.lo, ends.hi) for letter in end.letters()]
    return next((pair for pair in met if pair[0] not in rests), met[0])


def _lowered(slot: Slot, atom: Atom, ends: Range) -> Slot | None:
    """The slot with an atom at the end that makes it least; None where its cofactor may have either sign."""
    rest: list[tuple[Monomial, int]] = []
    over: list[tuple[Monomial, int]] = []
    alone = 0
    for monomial, coefficient in slot.parts:
        if len(monomial) == 1:
            if monomial[0] == atom:
                alone = coefficient
            else:
                rest.append((monomial, coefficient))
            continue
        left = without(monomial, (atom,))
        if left is None:
            rest.append((monomial, coefficient))
        elif atom in left:
            return None
        else:
            over.append((left, coefficient))
    others, cofactor = Slot(tuple(rest), slot.constant), Slot(tuple(over), alone)
    if nonnegative(cofactor) or (over and surely_nonnegative(cofactor)):
        return others + (ends.lo if alone == 1 and not over else ends.lo * cofactor)
    if over and not surely_nonnegative(-cofactor):
        return None
    return others - ends.hi if alone == -1 and not over else others + ends.hi * cofactor


def _ends(atom: object) -> Range | None:
    if isinstance(atom, Index):
        return atom.range
    if not isinstance(atom, Entry) or atom.tensor.among is None:
        return None
    # outside its own axes a class reads 0, like every tensor
    return atom.tensor.among if always_inside(atom) else Range(Slot(()), atom.tensor.among.hi)
