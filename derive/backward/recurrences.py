"""Linear recurrences solved: h⁽ᵗ⁾ = A h⁽ᵗ⁻¹⁾ from h⁽⁰⁾ = h₀ is h⁽ᵗ⁾ = Aᵗ h₀, and h̄⁽ᵗ⁾ = Aᵀ h̄⁽ᵗ⁺¹⁾ is (A^{T−t})ᵀ h̄⁽ᵀ⁾.

With b⁽ᵗ⁾ added in each step, Σ_{s=1}^t Aᵗ⁻ˢ b⁽ˢ⁾ is added; where b does not move, Σ_{r=0}^{t−1} Aʳ b. The matrix must
be the same in each step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from derive.backward.linear import Linear, linear
from derive.declare.network import Network
from derive.derivation import Derivation, Line, Step
from derive.notation.canonical import key
from derive.notation.common import expanded
from derive.notation.expression import ZERO, Entry, Expr, Tensor, is_parenthesis, of
from derive.notation.index import Index, Range, Slot, position
from derive.notation.product import add, summed
from derive.notation.walk import apart, entries, free_letters, substitute
from derive.operators.whole import Places
from derive.vectorise import vectorised

LETTERS = "srqpuvklmnabcdefg"
"""For the steps that a solution adds up."""


def with_solved(derivation: Derivation) -> Derivation:
    """The derivation with the solutions of its linear recurrences, of both passes."""
    lines = (*derivation.forward, *derivation.backward)
    return replace(derivation, solved=tuple(solutions(lines, derivation.network)))


def solutions(lines: Iterable[Line], network: Network, written: bool = False) -> Iterator[Line]:
    """The solution of each linear recurrence among the lines.

    written: where the recurrence starts is written out, and the solution holds there, too.
    """
    own: dict[Tensor, list[Line]] = {}
    for line in lines:
        own.setdefault(line.tensor, []).append(line)
    reads = {tensor: [e.tensor for line in met for e in entries(line.scalar.right)] for tensor, met in own.items()}
    taken = {*network.letters, *network.tensors}
    name = next(x for x in LETTERS if x not in taken)
    for tensor, met in own.items():
        if tensor in reads[tensor]:
            for line in met:
                found = _recurrence(line, met, reads)
                if found is not None:
                    yield found.solution(name, written)


def is_complete(line: Line) -> bool:
    """Whether a line holds for all positions of its quantity."""
    return all(s.letter and s.letter.range == a for s, a in zip(line.left.slots, line.tensor.axes, strict=True))


@dataclass(frozen=True, slots=True)
class Recurrence:
    """left = step (left one position before) + rest. ahead: 1 where it runs to later positions, −1 to earlier ones.

    start: the line of the position from which it runs; None where that is outside the axis, and 0.
    """

    line: Line
    place: int
    step: Linear
    rest: Expr
    ahead: int
    start: Line | None

    @property
    def letter(self) -> Index:
        found = self.line.left.slots[self.place].letter
        assert found is not None
        return found

    @property
    def first(self) -> Slot:
        """The position from which it runs."""
        runs = self.letter.range
        return runs.lo - 1 if self.ahead > 0 else runs.hi + 1

    def solution(self, name: str, written: bool) -> Line:
        """name: a letter for the steps."""
        own = self.start is not None and bool(self.rest.terms) and self._starts_alike(self.start)
        runs = self._from(self.first) if own or (written and self.start) else self.letter.range
        t = Index(self.letter.name, runs)
        at = _with(self.line.left.slots, self.place, t.slot)
        from_start = ZERO if own or self.start is None else self._from_start(self.start, at, t, written)
        added = self._added(at, t, name, self.first if own else self._next) if self.rest.terms else ZERO
        left = Entry(self.line.tensor, at)
        return Line(left, (Step("solved", add(from_start, added)),), place=self.line.place).with_vector(vectorised)

    @property
    def _next(self) -> Slot:
        return self.first + self.ahead

    def _from(self, first: Slot) -> Range:
        runs = self.letter.range
        return Range(first, runs.hi) if self.ahead > 0 else Range(runs.lo, first)

    def _starts_alike(self, start: Line) -> bool:
        """Whether the start is what is added in each step, there."""
        return key(_at(start, start.left.slots)) == key(self._rest_at(_with(start.left.slots, self.place, self.first)))

    def _rest_at(self, at: Places) -> Expr:
        return substitute(apart(self.rest), _letters(self.line, at))

    def _from_start(self, start: Line, at: Places, t: Index, written: bool) -> Expr:
        """Aᵗ h₀."""
        short = written or isinstance(start.scalar.right.factor, Entry)

        def before(slots: Places) -> Expr:
            there = _with(slots, self.place, self.first)
            return _at(start, there) if short else of(Entry(self.line.tensor, there))

        return self.step.steps((t.slot - self.first) * self.ahead, at, before)

    def _added(self, at: Places, t: Index, name: str, first: Slot) -> Expr:
        """Σ_s Aᵗ⁻ˢ b⁽ˢ⁾, s from the first step on; Σ_r Aʳ b where b stays."""
        moves = self.letter in free_letters(self.rest)
        steps = (t.slot - first) * self.ahead
        ends = Range(position(0), steps) if not moves else Range(*((first, t.slot)[:: self.ahead]))
        s = Index(name, ends)
        n = (t.slot - s.slot) * self.ahead if moves else s.slot
        return summed((s,), self.step.steps(n, at, lambda slots: self._rest_at(_with(slots, self.place, s.slot))))


def _at(line: Line, at: Places) -> Expr:
    """The right side of a line at another position."""
    return substitute(apart(line.scalar.right), _letters(line, at))


def _letters(line: Line, at: Places) -> dict[Index, Slot]:
    return {own.letter: there for own, there in zip(line.left.slots, at, strict=True) if own.letter is not None}


def _with(slots: Places, place: int, slot: Slot) -> Places:
    return (*slots[:place], slot, *slots[place + 1 :])


def _recurrence(line: Line, beside: list[Line], reads: Mapping[Tensor, list[Tensor]]) -> Recurrence | None:
    tensor, right = line.tensor, line.scalar.right
    if any(is_parenthesis(f) and tensor in _reads(of(f)) for term in right.terms for f in term.factors):
        right = expanded(right)
    own = [term for term in right.terms if tensor in _reads(Expr((term,)))]
    place = next((n for entry in entries(right) if entry.tensor == tensor for n in _moved(entry, line.left)), None)
    found = linear(own, line.left, place) if own and place is not None else None
    if found is None or place is None:
        return None
    step, read = found
    t = line.left.slots[place]
    ahead = 1 if read == t - 1 else -1
    rest = Expr(tuple(term for term in right.terms if term not in own))
    made = Recurrence(line, place, step, rest, ahead, None)
    fixed = [tensor for tensor in _reads(right) if tensor != line.tensor]
    if read != t - ahead or _depend(fixed, tensor, reads):
        return None
    start = next((one for one in beside if one.left.slots[place] == made.first), None)
    whole_axis = made.letter.range == tensor.axes[place] and len(beside) == 1
    if start is None:
        return made if whole_axis and rest.terms else None
    return replace(made, start=start) if all(s.letter for n, s in enumerate(start.left.slots) if n != place) else None


def _moved(entry: Entry, left: Entry) -> list[int]:
    """The axis along which an entry is read elsewhere than it is given."""
    ahead = [given - read for read, given in zip(entry.slots, left.slots, strict=True)]
    return [n for n, gap in enumerate(ahead) if left.slots[n].letter and gap.is_number and gap.constant]


def _reads(expr: Expr) -> list[Tensor]:
    return [entry.tensor for entry in entries(expr)]


def _depend(start: list[Tensor], on: Tensor, reads: Mapping[Tensor, list[Tensor]]) -> bool:
    """Whether something that is read depends on the recurrence itself."""
    waiting, met = list(start), set(start)
    while waiting:
        for tensor in reads.get(waiting.pop(), ()):
            if tensor == on:
                return True
            if tensor not in met:
                met.add(tensor)
                waiting.append(tensor)
    return False
