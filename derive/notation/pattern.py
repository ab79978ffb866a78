"""Equations that are equal up to names: layer 7 of a network is layer 2 with other tensors, letters and sizes.

`pattern` writes an equation with its names numbered as they occur; two equations of one pattern need one derivation,
and a `Renaming` carries its result from the names of the one to the names of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from derive.notation.constants import HELD
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Partial, Power, Tensor, Term
from derive.notation.index import Atom, Index, Range, Slot
from derive.notation.sizes import Defined, Quotient
from derive.notation.walk import parts

NONE: frozenset[Tensor] = frozenset()
NO_NAMES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pattern:
    """An equation's text without its names, and the names in the order of their numbers.

    held: those of which the values alone are taken.  functions: the names of all functions in it.
    """

    text: str
    tensors: tuple[Tensor, ...]
    sizes: tuple[str, ...]
    letters: tuple[Index, ...]
    held: frozenset[Tensor] = frozenset()
    functions: frozenset[str] = frozenset()

    @property
    def read(self) -> tuple[Tensor, ...]:
        """The tensors on the right side, in reading order; not those whose values alone are taken, which are held."""
        own = f"T0~{'~'.join(self.tensors[0].cost)}["
        read = self.tensors[1:] if own not in self.text[2:] else self.tensors
        return tuple([t for t in read if t not in self.held]) if self.held else read


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


def _open(expr: Expr) -> Iterator[Tensor]:
    """What an expression reads outside of what is held."""
    for factor in (f for term in expr.terms for f in term.factors):
        if isinstance(factor, Entry):
            yield factor.tensor
        elif not (isinstance(factor, Apply) and factor.function in HELD):
            for part in parts(factor):
                yield from _open(part)


def pattern(equation: Equation) -> Pattern:
    writer = _Writer()
    text = f"{writer.factor(equation.left)}={writer.expr(equation.right)}"
    held = frozenset(writer.held.difference([equation.left.tensor], _open(equation.right))) if writer.held else NONE
    functions = frozenset(writer.functions) if writer.functions else NO_NAMES
    return Pattern(text, tuple(writer.met), tuple(writer.sizes), tuple(writer.letters), held, functions)


class _Writer:
    """Writes an equation once, numbering names as it meets them."""

    def __init__(self) -> None:
        self.tensors: dict[str, str] = {}
        self.met: list[Tensor] = []
        self.sizes: dict[str, str] = {}
        self.letters: dict[Index, str] = {}
        self.known: dict[Tensor, str] = {}
        self.held: set[Tensor] = set()
        self.functions: set[str] = set()
        self.depth = 0

    def expr(self, expr: Expr) -> str:
        return "+".join([self.term(term) for term in expr.terms])

    def term(self, term: Term) -> str:
        bound = ",".join([self.letter(x) for x in term.bound])
        return f"{term.coefficient}Σ{bound}:" + "·".join([self.factor(f) for f in term.factors])

    def factor(self, factor: Factor) -> str:
        return _WRITE[type(factor)](self, factor)

    def entry(self, entry: Entry) -> str:
        slots = ",".join([self.slot(s) for s in entry.slots])
        if self.depth:
            self.held.add(entry.tensor)
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
        return f"{short}<{tensor.role}{known}{tensor.row}{tensor.labels}({axes}){among}>"

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
        return self.size(atom) if isinstance(atom, str) else self.entry(atom)

    def size(self, size: str) -> str:
        """The size's number; with what it stands for at its first mention. A quotient has no name of its own."""
        if isinstance(size, Quotient):
            return f"{size.floor}({self.slot(size.numerator)})/({self.slot(size.denominator)})"
        met = self.sizes.get(size)
        if met is None:
            met = self.sizes[size] = f"S{len(self.sizes)}"
            return f"{met}<{self.slot(size.formula)}>" if isinstance(size, Defined) else met
        return met

    def power(self, factor: Power) -> str:
        exponent = factor.exponent
        return f"({self.expr(factor.base)})^{self.expr(exponent) if isinstance(exponent, Expr) else exponent}"

    def apply(self, factor: Apply) -> str:
        self.functions.add(factor.function)
        self.depth += factor.function in HELD
        arguments = ";".join(["".join([self.letter(x) for x in a.letters]) + self.expr(a.body) for a in factor.args])
        self.depth -= factor.function in HELD
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
