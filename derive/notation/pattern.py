"""Equations that are equal up to names: layer 7 of a network is layer 2 with other tensors, letters and sizes.

`pattern` writes an equation with its names numbered as they occur; two equations of one pattern need one derivation,
and a `Renaming` carries its result from the names of the one to the names of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from derive.notation.equation import Equation
from derive.notation.expression import (
    Apply,
    Bracket,
    Entry,
    Expr,
    Factor,
    Lambda,
    Partial,
    Power,
    Tensor,
    Term,
)
from derive.notation.index import Atom, Index, Range, Slot
from derive.notation.matrix import Data, Matrix, MatrixEquation


@dataclass(frozen=True, slots=True)
class Pattern:
    """An equation's text without its names, and the names in the order of their numbers."""

    text: str
    tensors: tuple[Tensor, ...]
    sizes: tuple[str, ...]
    letters: tuple[Index, ...]

    @property
    def read(self) -> tuple[Tensor, ...]:
        """The tensors on the right side, in reading order."""
        return self.tensors[1:] if "T0~" not in self.text[2:] else self.tensors


@dataclass(frozen=True, slots=True)
class Joined:
    """Several patterns whose names are numbered together: what they share is part of the key."""

    key: tuple[str, ...]
    tensors: tuple[Tensor, ...]
    sizes: tuple[str, ...]
    letters: tuple[Index, ...]

    @staticmethod
    def of(patterns: Sequence[Pattern]) -> Joined:
        if len(patterns) == 1:
            only = patterns[0]
            return Joined((only.text,), only.tensors, only.sizes, only.letters)
        tensors = tuple([tensor for p in patterns for tensor in p.tensors])
        sizes = tuple([name for p in patterns for name in p.sizes])
        letters = tuple([x for p in patterns for x in p.letters])
        return Joined(
            (*[p.text for p in patterns], _shared([t.name for t in tensors]), _shared(sizes)), tensors, sizes, letters
        )


def _shared(names: Sequence[str]) -> str:
    """Each name's first place: which names are one and the same."""
    first: dict[str, int] = {}
    return ",".join([str(first.setdefault(name, n)) for n, name in enumerate(names)])


def pattern(equation: Equation) -> Pattern:
    writer = _Writer()
    text = f"{writer.factor(equation.left)}={writer.expr(equation.right)}"
    return Pattern(text, tuple(writer.met), tuple(writer.sizes), tuple(writer.letters))


class _Writer:
    """Writes an equation once, numbering names as it meets them."""

    def __init__(self) -> None:
        self.tensors: dict[str, str] = {}
        self.met: list[Tensor] = []
        self.sizes: dict[str, str] = {}
        self.letters: dict[Index, str] = {}
        self.known: dict[Tensor, str] = {}

    def expr(self, expr: Expr) -> str:
        return "+".join([self.term(term) for term in expr.terms])

    def term(self, term: Term) -> str:
        bound = ",".join([self.letter(x) for x in term.bound])
        return f"{term.coefficient}Σ{bound}:" + "·".join([self.factor(f) for f in term.factors])

    def factor(self, factor: Factor) -> str:
        return _WRITE[type(factor)](self, factor)

    def entry(self, entry: Entry) -> str:
        slots = ",".join([self.slot(s) for s in entry.slots])
        return f"{self.known.get(entry.tensor) or self.tensor(entry.tensor)}[{slots}]"

    def tensor(self, tensor: Tensor) -> str:
        """The tensor's number with all that a derivation may depend on: its ranges at the first mention."""
        name = self.tensors.get(tensor.name)
        if name is None:
            name = self.tensors[tensor.name] = f"T{len(self.tensors)}"
            self.met.append(tensor)
        self.known[tensor] = short = f"{name}~{'~'.join(tensor.cost)}"
        axes = ",".join([self.range(axis) for axis in tensor.axes])
        among = self.range(tensor.among) if tensor.among else ""
        known = tensor.name if tensor.role == "constant" else ""
        return f"{short}<{tensor.role}{known}{tensor.row}({axes}){among}>"

    def range(self, axis: Range) -> str:
        return f"{self.slot(axis.lo)}..{self.slot(axis.hi)}"

    def letter(self, letter: Index) -> str:
        met = self.letters.get(letter)
        if met is None:
            met = self.letters[letter] = f"i{len(self.letters)}"
            return f"{met}<{self.range(letter.range)}>"
        return met

    def slot(self, slot: Slot) -> str:
        parts = "+".join([f"{c}*" + "*".join([self.atom(a) for a in m]) for m, c in slot.parts])
        return f"{parts}+{slot.constant}" if slot.constant else parts

    def atom(self, atom: Atom) -> str:
        if isinstance(atom, Index):
            return self.letter(atom)
        if isinstance(atom, str):
            return self.sizes.setdefault(atom, f"S{len(self.sizes)}")
        return self.entry(atom)

    def power(self, factor: Power) -> str:
        exponent = factor.exponent
        return f"({self.expr(factor.base)})^{self.expr(exponent) if isinstance(exponent, Expr) else exponent}"

    def apply(self, factor: Apply) -> str:
        arguments = ";".join(["".join([self.letter(x) for x in a.letters]) + self.expr(a.body) for a in factor.args])
        partials = ";".join([f"{n}@{','.join([self.slot(s) for s in slots])}" for n, slots in factor.partials])
        return f"{factor.function}[{','.join([self.slot(s) for s in factor.slots])}]'{partials}({arguments})"

    def bracket(self, factor: Bracket) -> str:
        sides = [self.slot(s) if isinstance(s, Slot) else self.expr(s) for s in (factor.left, factor.right)]
        return f"[{factor.relation.join(sides)}]"

    def partial(self, factor: Partial) -> str:
        return f"∂{self.entry(factor.of)}/∂{self.entry(factor.wrt)}"


_WRITE: dict[type, Callable[..., str]] = {
    Entry: _Writer.entry,
    Slot: _Writer.slot,
    Power: _Writer.power,
    Apply: _Writer.apply,
    Bracket: _Writer.bracket,
    Partial: _Writer.partial,
}


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
            same = other.cost == tensor.cost
            met = other if same else Tensor(other.name, other.axes, tensor.role, tensor.cost, other.row)
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
        return Slot(tuple([(tuple([self.atom(a) for a in m]), c) for m, c in parts]), slot.constant)

    def atom(self, atom: Atom) -> Atom:
        if isinstance(atom, Index):
            return self.letter(atom)
        return self.sizes.get(atom, atom) if isinstance(atom, str) else self.entry(atom)

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
        if isinstance(data, (Entry, Apply, Slot)):
            renamed = self.factor(data)
            assert isinstance(renamed, (Entry, Apply, Slot))
            return renamed
        if isinstance(data, tuple):
            return tuple(
                self.range(x) if isinstance(x, Range) else self.slot(x) if x is not None else None for x in data
            )
        return data


_RENAME: dict[type, Callable[..., Factor]] = {
    Entry: Renaming.entry,
    Slot: Renaming.slot,
    Power: Renaming.power,
    Apply: Renaming.apply,
    Bracket: Renaming.bracket,
    Partial: Renaming.partial,
}
