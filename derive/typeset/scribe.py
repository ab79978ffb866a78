"""What every writer of a line needs: the names, the style, and the letters that are in use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

from derive.document import Fenced, Fraction, Math, Operator, Row, Script, Symbol, row
from derive.notation.expression import Entry
from derive.notation.index import Atom, Index, Monomial, Range, Slot, without
from derive.notation.sizes import Defined, Quotient, Size
from derive.typeset.names import Names
from derive.typeset.positions import listed as listed
from derive.typeset.positions import subscript

POOL = "ijklmnpqrabc"


@dataclass(frozen=True, slots=True)
class Scribe:
    """`used` are the names of the letters in scope.

    ranges: whether Σ over a label has its range in vectors also where that is the one that was declared.
    counts: the letters for counts, see `counts`.
    """

    names: Names
    used: Mapping[Index, str] = field(default_factory=lambda: MappingProxyType({}))
    ranges: bool = False
    counts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def binding(self, letters: Iterable[Index]) -> Scribe:
        """With the letters of a left side or a Σ, which give way to the names in scope and to all that has a name."""
        used = dict(self.used)
        for letter in letters:
            used[letter] = self._free(letter, self.names.taken.union(self.counts.values(), used.values()))
        return replace(self, used=MappingProxyType(used))

    def _free(self, letter: Index, taken: frozenset[str]) -> str:
        if letter.name not in taken:
            return letter.name
        declared = self.names.network.letters
        same = [name for name, limits in declared.items() if limits == letter.range]
        pool: list[str] = [*same, *(name for name in POOL if name not in declared), *POOL]
        pool += [f"{letter.name}{n}" for n in range(1, len(taken) + 2)]
        return next(name for name in pool if name not in taken)

    def letter(self, letter: Index) -> Math:
        return self.names.size(self.used.get(letter, letter.name))

    def declared(self, letter: Index) -> Range | None:
        """The range that a label of this name was given; None for a letter that is no label."""
        network = self.names.network
        return network.letters.get(letter.name) if letter.name in network.labels else None

    def is_usual(self, letter: Index) -> bool:
        """Whether a label stands under its own name and runs over all that was declared, so that Σ_t says enough."""
        own = self.used.get(letter, letter.name) == letter.name
        return own and not self.ranges and letter.range == self.declared(letter)

    def entry(self, entry: Entry) -> Math:
        return self.names.entry(entry.tensor, tuple(self.slot(slot) for slot in entry.slots))

    def slot(self, slot: Slot) -> Math:
        """A position: i, t − 1, S(i − 1) + r; a plus comes first, a number last."""
        signed = [self._group(parts) for parts in _grouped(self._in_order(slot))]
        if slot.constant or not signed:
            signed.append((slot.constant < 0, Symbol(str(abs(slot.constant)), "upright")))
        first = next((n for n, (negative, _) in enumerate(signed) if not negative), 0)
        return added([signed[first], *signed[:first], *signed[first + 1 :]])

    def _group(self, parts: Group) -> tuple[bool, Math]:
        """Parts with a size in common as (negative, S(i − 1))."""
        if len(parts) == 1:
            monomial, coefficient = parts[0]
            return coefficient < 0, self._monomial(monomial, abs(coefficient))
        common = _common(parts)
        inner = [(without(m, (common,)) or (), c) for m, c in parts]
        sign = 1 if next(c for m, c in inner if m) > 0 else -1
        rest = Slot(tuple((m, sign * c) for m, c in inner if m), sum(sign * c for m, c in inner if not m))
        return sign < 0, row(self._atom(common), Fenced(self.slot(rest)))

    def _in_order(self, slot: Slot) -> list[tuple[Monomial, int]]:
        """The parts of a position, its sizes in the order in which the network lists them, plus first: N + 2P − K."""
        order = list(self.names.network.sizes)
        parts = list(slot.parts)
        places = [n for n, (m, _) in enumerate(parts) if all(isinstance(atom, str) for atom in m)]
        own = {n: [order.index(atom) for atom in parts[n][0] if atom in order] for n in places}
        ranked = [parts[n] for n in sorted(places, key=lambda n: (parts[n][1] < 0, own[n]))]
        for n, part in zip(places, ranked, strict=True):
            parts[n] = part
        return parts

    def _monomial(self, monomial: Monomial, coefficient: int) -> Math:
        boxes = [self._atom(atom) for atom in monomial]
        return row(*([Symbol(str(coefficient), "upright")] if coefficient != 1 else []), *boxes)

    def _atom(self, atom: Atom) -> Math:
        if isinstance(atom, Index):
            return self.letter(atom)
        return self.size(atom) if isinstance(atom, str) else self.entry(atom)

    def size(self, size: Size) -> Math:
        """N; (N − K)/S, with the signs of rounding down where it is."""
        if not isinstance(size, Quotient):
            return self.names.size(size)
        box = Fraction(self.slot(size.numerator), self.slot(size.denominator))
        return Fenced(box, "⌊", "⌋") if size.floor else box

    def range(self, limits: Range) -> Math:
        """2:N, as a subscript of a slice."""
        if limits.lo == limits.hi:
            return self.slot(limits.lo)
        return row(self.slot(limits.lo), Symbol(":", "upright"), self.slot(limits.hi))

    def positions(self, slots: Iterable[Slot]) -> Math | None:
        return subscript(tuple(self.slot(slot) for slot in slots))


Group: TypeAlias = "list[tuple[Monomial, int]]"


def _grouped(parts: Group) -> Iterator[Group]:
    """The parts of a position, those that have a size in common together: S·i and −S."""
    waiting = list(parts)
    while waiting:
        first = waiting[0]
        sizes = [atom for atom in first[0] if type(atom) is str or isinstance(atom, Defined)]
        groups = [[part for part in waiting if atom in part[0]] for atom in sizes]
        group = max((g for g in groups if any(len(m) > 1 for m, _ in g)), key=len, default=[first])
        yield group
        waiting = [part for part in waiting if part not in group]


def _common(parts: Group) -> Atom:
    """A size that is in all of the parts."""
    return next(a for a in parts[0][0] if isinstance(a, str) and all(a in m for m, _ in parts))


PLUS, MINUS, NEGATIVE = Operator("+", "plus"), Operator("−", "plus"), Operator("−", "unary")


def added(signed: list[tuple[bool, Math]]) -> Math:
    """a − b + c, from pairs of (negative, box)."""
    boxes: list[Math] = []
    for negative, box in signed:
        if boxes:
            boxes.append(MINUS if negative else PLUS)
        elif negative:
            boxes.append(NEGATIVE)
        boxes.append(box)
    return row(*boxes)


def raised(base: Math, sup: Math) -> Math:
    """A superscript on what can take one: on the last box of a call, beside what is there already."""
    if isinstance(base, Row):
        return row(*base.items[:-1], raised(base.items[-1], sup))
    if isinstance(base, Script):
        return Script(base.base, base.sub, sup if base.sup is None else row(base.sup, sup))
    return Script(base, None, sup)
