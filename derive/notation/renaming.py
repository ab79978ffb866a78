"""Results carried from the names of one equation to those of another of the same pattern."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from derive.notation.division import quotient
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Lambda, Partial, Power, Tensor, Term
from derive.notation.index import Atom, Index, Range, Slot, ordered
from derive.notation.matrix import Data, Matrix, MatrixEquation
from derive.notation.pattern import Joined, Pattern
from derive.notation.sizes import Quotient


class Renaming:
    """Carries results from the names of one equation to those of another of the same pattern.

    What it has renamed it knows by identity: a template's parts live as long as the template.
    """

    def __init__(
        self, old: Pattern | Joined, new: Pattern | Joined, letters: Mapping[Index, Index] | None = None
    ) -> None:
        self.names = {a.name: b for a, b in zip(old.tensors, new.tensors, strict=True)}
        self.sizes = dict(zip(old.sizes, new.sizes, strict=True))
        self.words = {a.name: b.name for a, b in zip(old.letters, new.letters, strict=True)}
        self.letters = dict(letters or {})
        self.tensors: dict[int, Tensor] = {}
        pairs = zip(old.tensors, new.tensors, strict=True)
        self.ranges = {id(a): b for one, two in pairs for a, b in zip(one.axes, two.axes, strict=True)}

    def expr(self, expr: Expr) -> Expr:
        return Expr(tuple([self.term(term) for term in expr.terms]))

    def term(self, term: Term) -> Term:
        bound = tuple([self.letter(x) for x in term.bound])
        return Term(term.coefficient, bound, tuple([_RENAME[type(f)](self, f) for f in term.factors]))

    def factor(self, factor: Factor) -> Factor:
        renamed: Factor = _RENAME[type(factor)](self, factor)
        return renamed

    def entry(self, entry: Entry) -> Entry:
        return Entry(self.tensor(entry.tensor), tuple([self.slot(s) for s in entry.slots]))

    def tensor(self, tensor: Tensor) -> Tensor:
        """The tensor of the other name; a bar's is the bar of the other tensor."""
        met = self.tensors.get(id(tensor))
        if met is None:
            other = self.names.get(tensor.name, tensor)
            # a vector form may lay a label axis out like any other
            same = other.cost == tensor.cost and other.labels == tensor.labels
            met = other if same else replace(other, role=tensor.role, cost=tensor.cost, labels=tensor.labels)
            self.tensors[id(tensor)] = met
        return met

    def range(self, axis: Range) -> Range:
        met = self.ranges.get(id(axis))
        if met is None:
            met = self.ranges[id(axis)] = Range(self.slot(axis.lo), self.slot(axis.hi))
        return met

    def letter(self, letter: Index) -> Index:
        met = self.letters.get(letter)
        if met is None:
            met = self.letters[letter] = Index(self.words.get(letter.name, letter.name), self.range(letter.range))
        return met

    def slot(self, slot: Slot) -> Slot:
        parts = slot.parts
        if not parts:
            return slot
        atom = parts[0][0][0]
        if type(atom) is Index and slot is atom.slot:
            return self.letter(atom).slot
        renamed = [(tuple([self.atom(a) for a in m]), c) for m, c in parts]
        return Slot(tuple([(m if len(m) < 2 else ordered(m), c) for m, c in renamed]), slot.constant)

    def atom(self, atom: Atom) -> Atom:
        if isinstance(atom, Index):
            return self.letter(atom)
        return self.size(atom) if isinstance(atom, str) else self.entry(atom)

    def size(self, size: str) -> str:
        if isinstance(size, Quotient):
            return quotient(self.slot(size.numerator), self.slot(size.denominator), size.floor)
        return self.sizes.get(size, size)

    def power(self, factor: Power) -> Power:
        exponent = factor.exponent
        return Power(self.expr(factor.base), self.expr(exponent) if isinstance(exponent, Expr) else exponent)

    def apply(self, factor: Apply) -> Apply:
        arguments = tuple([Lambda(tuple(self.letter(x) for x in a.letters), self.expr(a.body)) for a in factor.args])
        slots = tuple([self.slot(s) for s in factor.slots])
        partials = tuple([(n, tuple([self.slot(s) for s in at])) for n, at in factor.partials])
        return Apply(factor.function, arguments, slots, partials)

    def bracket(self, factor: Bracket) -> Bracket:
        left, right = [self.slot(s) if isinstance(s, Slot) else self.expr(s) for s in (factor.left, factor.right)]
        return Bracket(factor.relation, left, right)

    def partial(self, factor: Partial) -> Partial:
        return Partial(self.entry(factor.of), self.entry(factor.wrt))

    def matrix_equation(self, equation: MatrixEquation) -> MatrixEquation:
        return MatrixEquation(self.matrix(equation.left), self.matrix(equation.right))

    def matrix(self, matrix: Matrix) -> Matrix:
        rows = self.range(matrix.rows) if matrix.rows else None
        columns = self.range(matrix.columns) if matrix.columns else None
        return Matrix(matrix.op, tuple([self.matrix(a) for a in matrix.args]), rows, columns, self.data(matrix.data))

    def data(self, data: Data) -> Data:
        if isinstance(data, Tensor):
            return self.tensor(data)
        if isinstance(data, (Entry, Apply, Slot, Bracket)):
            renamed = self.factor(data)
            assert isinstance(renamed, (Entry, Apply, Slot, Bracket))
            return renamed
        return tuple(self.part(part) for part in data) if isinstance(data, tuple) else data

    def part(self, part: Range | Slot | Index | None) -> Range | Slot | Index | None:
        if isinstance(part, Range):
            return self.range(part)
        if isinstance(part, Index):
            return self.letter(part)
        return self.slot(part) if part is not None else None


_RENAME: dict[type, Callable[..., Factor]] = {
    Entry: Renaming.entry,
    Slot: Renaming.slot,
    Power: Renaming.power,
    Apply: Renaming.apply,
    Bracket: Renaming.bracket,
    Partial: Renaming.partial,
}
