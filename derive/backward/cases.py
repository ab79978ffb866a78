"""The ends of a recurrence as lines of their own: h̄⁽ᵀ⁾ = Vᵀ ȳ, and h̄⁽ᵗ⁾ = Wᵀ z̄⁽ᵗ⁺¹⁾ for t < T.

A bracket between a label and a fixed position, [t = T] or [2 ≤ t], says that a line has other terms there. The range of
the label falls into pieces within which each bracket is decided; each piece is a line, the last positions first.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cmp_to_key

from derive.derivation import Line, Step
from derive.notation.bounds import surely_inside, surely_nonnegative, surely_positive
from derive.notation.canonical import key
from derive.notation.expression import Bracket, Entry, Expr, Factor, is_parenthesis, sides
from derive.notation.index import Index, Range, Slot
from derive.notation.rewrite import rewrite
from derive.notation.walk import substitute, substitute_factor


def cases(line: Line, ends: bool) -> tuple[Line, ...]:
    """The line, or a line for each piece of its labels' ranges.

    ends: positions from which an entry is read outside its axis are pieces of their own, too.
    """
    lines: tuple[Line, ...] = (line,)
    for place in line.tensor.labels:
        lines = tuple(piece for one in lines for piece in _split(one, place, ends))
    return lines


def _split(line: Line, place: int, ends: bool) -> tuple[Line, ...]:
    letter = line.left.slots[place].letter
    if letter is None:
        return (line,)
    starts = _ordered(_starts(line.steps[-1].right, letter, ends), letter.range)
    if not starts:
        return (line,)
    firsts = [letter.range.lo, *starts]
    lasts = [*(start - 1 for start in starts), letter.range.hi]
    pieces = [Range(lo, hi) for lo, hi in zip(firsts, lasts, strict=True)]
    return _joined([_on(line, letter, piece) for piece in reversed(pieces)], place)


def _joined(lines: list[Line], place: int) -> tuple[Line, ...]:
    """The lines, neighbours that say the same as one: b̄⁽¹⁾ = ā⁽¹⁾ and b̄⁽ˡ⁾ = ā⁽ˡ⁾ for l ≥ 2, from two equations."""
    done = lines[:1]
    for line in lines[1:]:
        both = _both(done[-1], line, place)
        done[-1:] = [done[-1], line] if both is None else [both]
    return tuple(done)


def _both(above: Line, below: Line, place: int) -> Line | None:
    """Two neighbours as one line: all steps of the one are those of the other at its positions."""
    general, other = (above, below) if above.left.slots[place].letter is not None else (below, above)
    letter, at = general.left.slots[place].letter, other.left.slots[place]
    if letter is None:
        return None
    shown = [(s.rule, key(substitute(s.right, {letter: at}))) for s in general.steps]
    if shown != [(s.rule, key(s.right)) for s in other.steps]:
        return None
    low, high = below.left.slots[place], above.left.slots[place]
    return _on(general, letter, Range(_limits(low).lo, _limits(high).hi))


def _limits(slot: Slot) -> Range:
    return Range(slot, slot) if slot.letter is None else slot.letter.range


def _on(line: Line, letter: Index, piece: Range) -> Line:
    """The line on a piece of the range; its brackets are decided there."""
    at = piece.lo if piece.lo == piece.hi else Index(letter.name, piece).slot
    left = substitute_factor(line.left, {letter: at})
    assert isinstance(left, Entry)
    steps = tuple(Step(s.rule, _decided(substitute(s.right, {letter: at}))) for s in line.steps)
    return Line(left, steps, None, line.place, line.note)


def _decided(expr: Expr) -> Expr:
    return rewrite(expr, lambda factor: None)


def _starts(right: Expr, letter: Index, ends: bool) -> Iterator[Slot]:
    """The positions at which another piece begins."""
    for factor in _outer_factors(right):
        if isinstance(factor, Bracket):
            yield from _of_bracket(factor, letter)
        elif ends and isinstance(factor, Entry):
            yield from _of_entry(factor, letter)


def _outer_factors(expr: Expr) -> Iterator[Factor]:
    """The factors outside any function, those in parentheses too."""
    waiting = [expr]
    while waiting:
        for term in waiting.pop().terms:
            for factor in term.factors:
                yield factor
                if is_parenthesis(factor):
                    waiting.append(factor.base)


def _of_bracket(bracket: Bracket, letter: Index) -> Iterator[Slot]:
    between = sides(bracket)
    if between is None or bracket.relation == "!=":
        return
    gap = between[1] - between[0]
    sign, at = _fixed(gap, letter)
    if at is None:
        return
    if bracket.relation == "=":
        yield from (at, at + 1)
    elif sign > 0:
        yield at + (bracket.relation == "<")
    else:
        yield at + (bracket.relation == "<=")


def _fixed(gap: Slot, letter: Index) -> tuple[int, Slot | None]:
    """(sign, p) where the gap is ±(letter − p) and p is made of numbers and sizes."""
    sign = gap.coefficient(letter)
    if sign not in (1, -1):
        return 0, None
    at = (letter.slot * sign - gap) * sign
    return sign, at if all(isinstance(atom, str) for atom in at.atoms()) else None


def _of_entry(entry: Entry, letter: Index) -> Iterator[Slot]:
    """Where the position t + 1 of an entry comes onto its axis, and where it leaves it."""
    for slot, axis in zip(entry.slots, entry.tensor.axes, strict=True):
        if slot.coefficient(letter) == 1 and not surely_inside(slot, axis):
            ahead = slot - letter.slot
            if all(isinstance(atom, str) for atom in ahead.atoms()):
                yield from (axis.lo - ahead, axis.hi - ahead + 1)


def _ordered(starts: Iterator[Slot], limits: Range) -> list[Slot]:
    """The starts inside the range, in order; none where their order depends on the sizes."""
    inside = [s for s in dict.fromkeys(starts) if not surely_nonnegative(limits.lo - s)]
    inside = [s for s in inside if not surely_positive(s - limits.hi)]
    if not all(_known(a, b) for n, a in enumerate(inside) for b in (*inside[:n], limits.lo)):
        return []
    return sorted(inside, key=cmp_to_key(_compared))


def _compared(a: Slot, b: Slot) -> int:
    return 1 if surely_nonnegative(a - b) else -1


def _known(a: Slot, b: Slot) -> bool:
    return surely_nonnegative(a - b) or surely_nonnegative(b - a)
