"""Positions divided by positions, and the numbers of positions that are made of sizes.

A quotient such as (N − K)/S stays one, and must come out whole. What can be divided is:

    (S·N − S·K)/S  =  N − K
    (N + 2·S)/S    =  N/S + 2        with a floor too
    ⌊⌊N/2⌋/2⌋      =  ⌊N/4⌋
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import gcd

from derive.notation.index import Monomial, Slot, ordered, position, without
from derive.notation.sizes import Defined, Quotient


class NotWhole(ValueError):
    """A quotient that does not come out whole."""

    def __init__(self, quotient: Quotient, value: Fraction) -> None:
        self.quotient, self.value = quotient, value
        super().__init__(f"{quotient} = {value} is not whole")


def divided(numerator: Slot, denominator: Slot, floor: bool = False) -> Slot:
    """numerator/denominator as a position, rounded down if `floor`; raises NotWhole where numbers are not whole."""
    if numerator == denominator:
        return position(1)
    inner = numerator.atom
    if isinstance(inner, Quotient) and inner.floor == floor:
        return divided(inner.numerator, inner.denominator * denominator, floor)
    whole, rest = _parted(numerator, denominator)
    rest, denominator = _reduced(rest, denominator)
    if rest == Slot(()):
        return whole
    if rest.is_number and denominator.is_number:
        value = Fraction(rest.constant, denominator.constant)
        if not floor and value.denominator != 1:
            raise NotWhole(quotient(rest, denominator, floor), value)
        return whole + value.__floor__()
    return whole + position(quotient(rest, denominator, floor))


def _parted(numerator: Slot, denominator: Slot) -> tuple[Slot, Slot]:
    """What the denominator divides, divided by it, and the rest of the numerator."""
    divisor, by = (denominator.parts or (((), denominator.constant),))[0]
    if len(denominator.parts) + bool(denominator.constant) != 1:
        return Slot(()), numerator
    whole, rest = Slot(()), Slot(())
    for monomial, coefficient in (*numerator.parts, ((), numerator.constant)):
        left = without(monomial, divisor)
        if left is None or coefficient % by:
            rest = rest + Slot(((monomial, coefficient),) if monomial else (), 0 if monomial else coefficient)
        else:
            share = coefficient // by
            whole = whole + Slot(((ordered(left), share),) if left and share else (), 0 if left else share)
    return whole, rest


def _reduced(numerator: Slot, denominator: Slot) -> tuple[Slot, Slot]:
    """Both without the number that all their coefficients share."""
    numbers = [c for slot in (numerator, denominator) for c in (*(c for _, c in slot.parts), slot.constant)]
    shared = gcd(*numbers)
    return (_shrunk(numerator, shared), _shrunk(denominator, shared)) if shared > 1 else (numerator, denominator)


def _shrunk(slot: Slot, by: int) -> Slot:
    return Slot(tuple((m, c // by) for m, c in slot.parts), slot.constant // by)


def quotient(numerator: Slot, denominator: Slot, floor: bool) -> Quotient:
    """The quotient as it stands, under its text."""
    top, bottom = spelled_sizes(numerator), spelled_sizes(denominator)
    top = f"({top})" if len(numerator.parts) + bool(numerator.constant) != 1 else top
    text = f"{top}/{bottom if bottom.isalnum() else f'({bottom})'}"
    return Quotient(f"floor({text})" if floor else text, numerator, denominator, floor)


def spelled_sizes(slot: Slot) -> str:
    """A position made of sizes in one spelling, in whatever order it was written: plus before minus, then by name."""
    parts = sorted((c < 0, _product(m, abs(c))) for m, c in slot.parts)
    parts += [(slot.constant < 0, str(abs(slot.constant)))] if slot.constant or not parts else []
    text = " ".join(("- " if minus else "+ ") + part for minus, part in sorted(parts, key=lambda part: part[0]))
    return text[2:] if text.startswith("+ ") else "-" + text[2:]


def _product(monomial: Monomial, coefficient: int) -> str:
    names = [f"({atom})" if isinstance(atom, Quotient) and not atom.floor else str(atom) for atom in monomial]
    return "*".join([str(coefficient), *names] if coefficient != 1 else names)


def number_of(slot: Slot, sizes: Mapping[str, int]) -> int | None:
    """The number of a position that is made of sizes, None if one of them has none; raises NotWhole."""
    total = slot.constant
    for monomial, coefficient in slot.parts:
        for atom in monomial:
            number = size_of(atom, sizes) if isinstance(atom, str) else None
            if number is None:
                return None
            coefficient *= number
        total += coefficient
    return total


def size_of(size: str, sizes: Mapping[str, int]) -> int | None:
    """The number of a size: its own, or worked out of others'."""
    if isinstance(size, Defined):
        own = number_of(size.formula, sizes)
        return own if own is not None else sizes.get(size)
    return _whole(size, sizes) if isinstance(size, Quotient) else sizes.get(size)


def _whole(size: Quotient, sizes: Mapping[str, int]) -> int | None:
    top, bottom = number_of(size.numerator, sizes), number_of(size.denominator, sizes)
    if top is None or bottom is None:
        return None
    value, left = divmod(top, bottom)
    if left and not size.floor:
        raise NotWhole(size, Fraction(top, bottom))
    return value


def inner_sizes(size: str) -> Iterator[Slot]:
    """The positions that a size is made of; none for a plain name."""
    if isinstance(size, Defined):
        yield size.formula
    elif isinstance(size, Quotient):
        yield size.numerator
        yield size.denominator


def is_derived(size: object) -> bool:
    """Whether a size is worked out of others."""
    return isinstance(size, (Defined, Quotient))


def written_out(slot: Slot) -> Slot:
    """A position with every name that stands for a formula replaced by it, inside quotients too."""
    mapping = {atom: _written_out(atom) for atom in slot.atoms() if isinstance(atom, str) and _rests_on_names(atom)}
    return slot.substitute(mapping) if mapping else slot


def _rests_on_names(size: str) -> bool:
    return isinstance(size, Defined) or any(
        isinstance(atom, str) and _rests_on_names(atom) for slot in inner_sizes(size) for atom in slot.atoms()
    )


def _written_out(size: str) -> Slot:
    if isinstance(size, Quotient):
        parts = written_out(size.numerator), written_out(size.denominator)
        try:
            return divided(*parts, size.floor)
        except NotWhole:  # no sizes make it whole
            return position(quotient(*parts, size.floor))
    return written_out(size.formula) if isinstance(size, Defined) else position(size)
