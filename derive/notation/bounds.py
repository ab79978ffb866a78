"""What is sure about positions whatever the sizes: sizes are at least 1, letters and classes stay in their ranges."""

from __future__ import annotations

from derive.notation.expression import Entry, Relation
from derive.notation.index import Index, Range, Slot, nonnegative


def surely_positive(slot: Slot) -> bool:
    return surely_nonnegative(slot - 1)


def surely_nonnegative(slot: Slot) -> bool:
    """Whether a position is ≥ 0 for all sizes ≥ 1 and all letters and classes in their ranges."""
    return nonnegative(_least(slot))


def surely_inside(slot: Slot, axis: Range) -> bool:
    """Whether a position never leaves an axis."""
    return surely_nonnegative(slot - axis.lo) and surely_nonnegative(axis.hi - slot)


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


def _least(slot: Slot) -> Slot:
    """The slot with each letter and class that stands alone put at the end of its range that makes it least."""
    total = Slot((), slot.constant)
    for monomial, coefficient in slot.parts:
        ends = _ends(monomial[0]) if len(monomial) == 1 else None
        if ends is None:
            total = total + Slot(((monomial, coefficient),))
        else:
            total = total + (ends.lo if coefficient > 0 else ends.hi) * coefficient
    return total


def _ends(atom: object) -> Range | None:
    if isinstance(atom, Index):
        return atom.range
    if not isinstance(atom, Entry) or atom.tensor.among is None:
        return None
    # outside its own axes a class reads 0, like every tensor
    return atom.tensor.among if always_inside(atom) else Range(Slot(()), atom.tensor.among.hi)
