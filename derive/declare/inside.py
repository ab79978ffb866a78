"""Reads outside an axis: a tensor is zero there, and a logarithm, a reciprocal or a root of zero is none."""

from __future__ import annotations

from collections.abc import Iterator

from derive.declare.formula import Node
from derive.declare.scope import Fault, Scope
from derive.notation.canonical import key
from derive.notation.expression import ONE, ZERO, Apply, Bracket, Entry, Expr, Number, Power, Term, sides
from derive.notation.index import Index, Range, Slot, nonnegative, position
from derive.notation.layout import extent
from derive.notation.product import add, bracket, multiply
from derive.notation.walk import free_letters, parts

OPEN = frozenset({"log", "log2", "sqrt", "lgamma"})
"""Functions of the table that have no value or no slope at 0."""


def open_power(exponent: Number | None) -> bool:
    """Whether x ** exponent has no value or no slope at x = 0."""
    return exponent is not None and (exponent < 0 or (exponent != int(exponent) and exponent < 1))


def refuse_outside(scope: Scope, node: Node, argument: Expr) -> None:
    """Refuse log(x[i+1]) where i + 1 may pass the end of x."""
    entry = _outside(argument)
    if entry is None:
        return
    name = entry[0].tensor.name
    raise Fault(
        node,
        f"`{scope.text(node)}` may read `{name}` outside its axis of {extent(entry[1])}, where it is 0",
        "let the index stop where the axis ends, such as `indices: {i: N - 1}`",
        scope.context.places.get(name),
    )


def _outside(argument: Expr) -> tuple[Entry, Range] | None:
    """An entry that makes the whole argument 0 where it is read outside; parts of a sum may stand in for each other."""
    if len(argument.terms) != 1 or argument.terms[0].bound:
        return None
    for factor in argument.terms[0].factors:
        if isinstance(factor, Entry):
            for slot, axis in zip(factor.slots, factor.tensor.axes, strict=True):
                if not (nonnegative(axis.hi - _end(slot, 1)) and nonnegative(_end(slot, -1) - axis.lo)):
                    return factor, axis
    return None


def _end(slot: Slot, sign: int) -> Slot:
    """The largest (sign 1) or smallest (-1) value of a position, its letters and classes at their ends."""
    total = Slot((), slot.constant)
    for monomial, coefficient in slot.parts:
        product = Slot((), coefficient)
        for atom in monomial:
            runs = atom.range if isinstance(atom, Index) else atom.tensor.among if isinstance(atom, Entry) else None
            end = position(atom) if runs is None else runs.hi if coefficient * sign > 0 else runs.lo
            product = product * end
        total = total + product
    return total


def inside(body: Expr, letters: tuple[Index, ...]) -> Expr:
    """1 where a body of these letters reads what it reads inside its axes, else 0; 1 too where that is always so.

    A product is outside where one of its entries is; a sum where all of its terms are that can be, so that
    concatenated vectors stand in for each other.
    """
    return _inside(body, letters) or ONE


def _inside(expr: Expr, letters: tuple[Index, ...]) -> Expr | None:
    """The brackets of an expression; None where nothing that it reads can be outside."""
    held = [part for term in expr.terms if (part := _inside_term(term, letters)) is not None]
    if len({key(part) for part in held}) < 2:
        return held[0] if held else None
    if _cover(held, letters):
        return None
    return bracket("<", ZERO, add(*held))


def _inside_term(term: Term, letters: tuple[Index, ...]) -> Expr | None:
    found: list[Expr] = []
    for factor in term.factors:
        if isinstance(factor, Entry):
            found.extend(_entry_inside(factor, letters, term.bound))
        elif isinstance(factor, Power) or (isinstance(factor, Apply) and not any(a.letters for a in factor.args)):
            found.extend(part for inner in parts(factor) if (part := _inside(inner, letters)) is not None)
    found = [part for part in found if not any(x in term.bound for x in free_letters(part))]
    return multiply(*found) if found else None


def _entry_inside(entry: Entry, letters: tuple[Index, ...], bound: tuple[Index, ...]) -> Iterator[Expr]:
    """[lo ≤ slot] and [slot ≤ hi], those that are sure left out, for slots that move with the letters."""
    for slot, axis in zip(entry.slots, entry.tensor.axes, strict=True):
        own = list(slot.letters())
        if any(x in letters for x in own) and not any(x in bound for x in own):
            ends = (bracket("<=", axis.lo, slot), bracket("<=", slot, axis.hi))
            yield from (end for end in ends if end != ONE)


def _cover(held: list[Expr], letters: tuple[Index, ...]) -> bool:
    """Whether parts of one letter lie side by side over all of its range, as concatenated vectors do."""
    if len(letters) != 1:
        return False
    (letter,) = letters
    left = [_run(part, letter) for part in held]
    at, last = letter.range.lo, letter.range.hi + 1
    while left and at != last:
        following = next((run for run in left if run is not None and run.lo == at), None)
        if following is None:
            return False
        left.remove(following)
        at = following.hi + 1
    return at == last


def _run(part: Expr, letter: Index) -> Range | None:
    """The positions of a letter that a product of brackets [lo ≤ i + c] and [i + c ≤ hi] leaves."""
    lo, hi = letter.range.lo, letter.range.hi
    for factor in part.terms[0].factors if len(part.terms) == 1 else ():
        between = sides(factor) if isinstance(factor, Bracket) and factor.relation == "<=" else None
        if between is None:
            return None
        left, right = between
        if right.coefficient(letter) == 1 and left.coefficient(letter) == 0:
            lo = left - (right - letter.slot)
        elif left.coefficient(letter) == 1 and right.coefficient(letter) == 0:
            hi = right - (left - letter.slot)
        else:
            return None
    return Range(lo, hi)
