"""Letters, positions and ranges: the integers of the notation.

A position (`Slot`) is a polynomial with integer coefficients in letters, sizes and entries of classes: `i`, `t - 1`,
`s*p + r`, `tok_t`. Positions count from 1. Sizes may be quotients of such positions (see `sizes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from derive.notation.sizes import Quotient, Size

if TYPE_CHECKING:
    from derive.notation.expression import Entry

Atom: TypeAlias = "Index | Size | Entry"
"""What a position is made of: a letter, a size, an entry of a class."""

Monomial: TypeAlias = "tuple[Atom, ...]"


@dataclass(frozen=True, eq=False, slots=True)
class Slot:
    """An integer position: Σ coefficient · Π atoms, kept in the order in which it was written."""

    parts: tuple[tuple[Monomial, int], ...]
    constant: int = 0

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Slot) or self.constant != other.constant:
            return False
        return self.parts == other.parts or frozenset(self.parts) == frozenset(other.parts)

    def __hash__(self) -> int:
        return hash((frozenset(self.parts), self.constant))

    @property
    def letter(self) -> Index | None:
        """The letter that this position is, if it is nothing but a letter."""
        atom = self.atom
        return atom if isinstance(atom, Index) else None

    @property
    def atom(self) -> Atom | None:
        """The letter, size or class entry that this position is, if it is one alone."""
        if self.constant == 0 and len(self.parts) == 1:
            monomial, coefficient = self.parts[0]
            if coefficient == 1 and len(monomial) == 1:
                return monomial[0]
        return None

    @property
    def is_number(self) -> bool:
        return not self.parts

    def atoms(self) -> Iterator[Atom]:
        for monomial, _ in self.parts:
            yield from monomial

    def letters(self) -> Iterator[Index]:
        """Every letter in this position, those inside the slots of class entries too."""
        for atom in self.atoms():
            if isinstance(atom, Index):
                yield atom
            elif not isinstance(atom, str):
                for slot in atom.slots:
                    yield from slot.letters()

    def coefficient(self, letter: Index) -> int | None:
        """The coefficient of a letter that occurs once and alone in its monomial, else None (0: absent)."""
        found = 0
        for monomial, coefficient in self.parts:
            if any(atom is letter for atom in monomial):
                if len(monomial) > 1 or found:
                    return None
                found = coefficient
            elif any(not isinstance(a, (Index, str)) and letter in _inside(a) for a in monomial):
                return None
        return found

    def __add__(self, other: Slot | int) -> Slot:
        right = position(other)
        constant = self.constant + right.constant
        if not (self.parts and right.parts):  # no letter occurs twice: nothing to collect
            return Slot(self.parts or right.parts, constant)
        return _collect((*self.parts, *right.parts), constant)

    def __neg__(self) -> Slot:
        return Slot(tuple((m, -c) for m, c in self.parts), -self.constant)

    def __sub__(self, other: Slot | int) -> Slot:
        right = position(other)
        constant = self.constant - right.constant
        if self.parts == right.parts or not right.parts:
            return Slot(self.parts if not right.parts else (), constant)
        return _collect((*self.parts, *((m, -c) for m, c in right.parts)), constant)

    def __mul__(self, other: Slot | int) -> Slot:
        right = position(other)
        left = [*self.parts, ((), self.constant)]
        products = [(m + n, c * d) for m, c in left for n, d in [*right.parts, ((), right.constant)]]
        total = _collect([(ordered(m), c) for m, c in products if m], self.constant * right.constant)
        return _cancelled(total) if any(type(a) is Quotient for m, _ in total.parts for a in m) else total

    def substitute(self, mapping: Mapping[Any, Slot]) -> Slot:
        """This position with letters, or other atoms, replaced by positions, all at once."""
        atom = self.atom
        if atom is not None and atom in mapping:
            return mapping[atom]
        if isinstance(atom, Index) or not self.parts:
            return self
        total = Slot((), self.constant)
        for monomial, coefficient in self.parts:
            product = Slot((), coefficient)
            for atom in monomial:
                product = product * _replaced(atom, mapping)
            total = total + product
        return total


def position(value: Slot | Index | int | Size | Entry) -> Slot:
    """A position from a letter, a size's name, a class entry or an integer."""
    if isinstance(value, Slot):
        return value
    if isinstance(value, int):
        return Slot((), value)
    if isinstance(value, Index):
        return value.slot
    return Slot((((value,), 1),))


def _inside(entry: Entry) -> list[Index]:
    return [letter for slot in entry.slots for letter in slot.letters()]


def _replaced(atom: Atom, mapping: Mapping[Any, Slot]) -> Slot:
    met = mapping.get(atom)
    if met is not None:
        return met
    if isinstance(atom, (Index, str)):
        return position(atom)
    return position(atom.at(tuple(slot.substitute(mapping) for slot in atom.slots)))


def ordered(monomial: Monomial) -> Monomial:
    """Sizes before letters before class entries, so that `S*p` and `p*S` are one monomial."""
    return tuple(sorted(monomial, key=_atom_order))


def _atom_order(atom: Atom) -> tuple[int, str, int]:
    if isinstance(atom, str):
        return (0, atom, 0)
    if isinstance(atom, Index):
        return (1, atom.name, id(atom))
    return (2, atom.tensor.name, hash(atom))


def without(monomial: Monomial, divisor: Monomial) -> Monomial | None:
    """The monomial divided by another, None if it cannot be."""
    left = list(monomial)
    for atom in divisor:
        if atom not in left:
            return None
        left.remove(atom)
    return tuple(left)


def _cancelled(slot: Slot) -> Slot:
    """S·((N − K)/S) = N − K, where the quotient is whole and S is one product."""
    total = Slot((), slot.constant)
    for monomial, coefficient in slot.parts:
        total = total + (_times_denominator(monomial, coefficient) or Slot(((monomial, coefficient),)))
    return total


def _times_denominator(monomial: Monomial, coefficient: int) -> Slot | None:
    """The product with one quotient multiplied out, if its denominator is in the product."""
    for atom in monomial:
        if isinstance(atom, Quotient) and not atom.floor:
            below = atom.denominator
            divisor, by = (below.parts or (((), below.constant),))[0]
            left = without(monomial, (atom, *divisor))
            if left is not None and coefficient % by == 0 and len(below.parts) + bool(below.constant) == 1:
                share = coefficient // by
                return atom.numerator * (Slot(((left, share),)) if left else share)
    return None


def _collect(parts: Iterable[tuple[Monomial, int]], constant: int) -> Slot:
    totals: dict[Monomial, int] = {}
    for monomial, coefficient in parts:
        totals[monomial] = totals.get(monomial, 0) + coefficient
    return Slot(tuple((m, c) for m, c in totals.items() if c), constant)


@dataclass(frozen=True, slots=True)
class Range:
    """The integers lo, lo + 1, …, hi; an axis has one, and so has a letter."""

    lo: Slot
    hi: Slot

    @staticmethod
    def to(size: Size | int | Slot) -> Range:
        """1, 2, …, size."""
        return Range(Slot((), 1), position(size))

    @property
    def size(self) -> Slot:
        return self.hi - self.lo + 1

    def contains(self, other: Range) -> bool:
        """Whether every position of `other` is surely one of these, whatever the sizes."""
        return self == other or (nonnegative(other.lo - self.lo) and nonnegative(self.hi - other.hi))

    def substitute(self, mapping: Mapping[Any, Slot]) -> Range:
        return Range(self.lo.substitute(mapping), self.hi.substitute(mapping))


def nonnegative(slot: Slot) -> bool:
    """Whether a position is surely ≥ 0, sizes being at least 1 (letters and quotients unknown)."""
    if any(c < 0 or not all(isinstance(a, str) and type(a) is not Quotient for a in m) for m, c in slot.parts):
        return False
    return slot.constant + sum(c for _, c in slot.parts) >= 0


class Index:
    """A letter that runs over a range. Two letters are the same only if they are one object."""

    __slots__ = ("name", "range", "slot")

    name: str
    range: Range
    slot: Slot

    def __init__(self, name: str, range: Range) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "range", range)
        object.__setattr__(self, "slot", Slot((((self,), 1),)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Index cannot be changed: {name}")

    def __repr__(self) -> str:
        return f"Index({self.name!r})"

    def apart(self) -> Index:
        """Another letter of the same name and range."""
        return Index(self.name, self.range)
