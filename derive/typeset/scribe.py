"""What every writer of a line needs: the names, the style, and the letters that are in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from derive.document import COMMA, Math, Operator, Row, Script, Symbol, row
from derive.notation.expression import Entry
from derive.notation.index import Atom, Index, Monomial, Range, Slot
from derive.typeset.names import Names, subscript

POOL = "ijklmnpqrabc"


@dataclass(frozen=True, slots=True)
class Scribe:
    """`used` are the names of the letters in scope."""

    names: Names
    used: Mapping[Index, str] = field(default_factory=lambda: MappingProxyType({}))

    def binding(self, letters: Iterable[Index]) -> Scribe:
        """With the letters of a left side or a Σ, which give way to the names in scope and to all that has a name."""
        used = dict(self.used)
        for letter in letters:
            used[letter] = self._free(letter, self.names.taken.union(used.values()))
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

    def entry(self, entry: Entry) -> Math:
        return self.names.entry(entry.tensor, tuple(self.slot(slot) for slot in entry.slots))

    def slot(self, slot: Slot) -> Math:
        """A position: i, t − 1, Sp + r."""
        signed = [(coefficient < 0, self._monomial(m, abs(coefficient))) for m, coefficient in self._in_order(slot)]
        if slot.constant or not signed:
            signed.append((slot.constant < 0, Symbol(str(abs(slot.constant)), "upright")))
        return added(sorted(signed, key=lambda part: part[0]))

    def _in_order(self, slot: Slot) -> list[tuple[Monomial, int]]:
        """The parts of a position, its sizes in the order in which the network lists them: N + M."""
        order = list(self.names.network.sizes)
        parts = list(slot.parts)
        places = [n for n, (m, _) in enumerate(parts) if all(isinstance(atom, str) for atom in m)]
        ranked = sorted((parts[n] for n in places), key=lambda part: [order.index(a) for a in part[0] if a in order])
        for n, part in zip(places, ranked, strict=True):
            parts[n] = part
        return parts

    def _monomial(self, monomial: Monomial, coefficient: int) -> Math:
        boxes = [self._atom(atom) for atom in monomial]
        return row(*([Symbol(str(coefficient), "upright")] if coefficient != 1 else []), *boxes)

    def _atom(self, atom: Atom) -> Math:
        if isinstance(atom, Index):
            return self.letter(atom)
        return self.names.size(atom) if isinstance(atom, str) else self.entry(atom)

    def range(self, limits: Range) -> Math:
        """2:N, as a subscript of a slice."""
        if limits.lo == limits.hi:
            return self.slot(limits.lo)
        return row(self.slot(limits.lo), Symbol(":", "upright"), self.slot(limits.hi))

    def positions(self, slots: Iterable[Slot]) -> Math | None:
        return subscript(tuple(self.slot(slot) for slot in slots))


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


def listed(boxes: Iterable[Math]) -> Math:
    """a, b, c."""
    parts: list[Math] = []
    for box in boxes:
        parts.extend((COMMA, box) if parts else (box,))
    return Row(tuple(parts)) if len(parts) != 1 else parts[0]


def raised(base: Math, sup: Math) -> Math:
    """A superscript on what can take one: on the last box of a call, beside what is there already."""
    if isinstance(base, Row):
        return row(*base.items[:-1], raised(base.items[-1], sup))
    if isinstance(base, Script):
        return Script(base.base, base.sub, sup if base.sup is None else row(base.sup, sup))
    return Script(base, None, sup)
