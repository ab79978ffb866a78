"""A network: tensors and equations in index form. Only data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from derive.declare.marks import Path, Source
from derive.errors import Place
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr, Tensor
from derive.notation.fact import Fact
from derive.notation.index import Range, Slot, position
from derive.notation.product import add, negative
from derive.notation.sizes import Defined
from derive.notation.walk import substitute


@dataclass(frozen=True, slots=True)
class SizeDeclaration:
    """What is given of a size: its meaning in words ("input units"), its number, the formula that it stands for."""

    words: str = ""
    number: int | None = None
    formula: Slot | None = None

    def called(self, name: str) -> Slot:
        """The size as a position; one that stands for another size alone is that size."""
        if self.formula is None:
            return position(name)
        return self.formula if self.formula.atom is not None else position(Defined(name, self.formula))


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a file: its settings as plain data, and where they stand."""

    name: str
    settings: Any
    path: Path
    source: Source

    @property
    def file(self) -> str:
        return self.source.file

    def place(self, *path: str | int) -> Place | None:
        """The place of one of its settings, or of the nearest thing around it."""
        return self.source.value(*self.path, *path) if path else self.source.key(*self.path)


@dataclass(frozen=True, slots=True)
class Moved:
    """Names of declared quantities along which others are followed.

    forward: moved together, for the tangents of the forward pass.  hvp: moved together, for those of the bars too, the
    product with the Hessian.  over: forward or reverse, whether this product is the tangents of the bars or a second
    backward pass; empty: the shorter.  hessian: the Hessian in each, and the mixed blocks between them.
    gauss_newton: (what it is in, the output that the cost is a function of, empty: what the cost reads).
    jacobian: (of what, in what).  of: which of several costs the Hessian, the product with it and the Gauss-Newton
    matrix are of; empty: the first.
    """

    forward: tuple[str, ...] = ()
    hvp: tuple[str, ...] = ()
    hessian: tuple[str, ...] = ()
    gauss_newton: tuple[tuple[str, str], ...] = ()
    jacobian: tuple[tuple[str, str], ...] = ()
    over: str = ""
    of: str = ""

    def __bool__(self) -> bool:
        return bool(self.forward or self.hvp or self.hessian or self.gauss_newton or self.jacobian)

    def beside(self, other: Moved) -> Moved:
        """These, and those that are asked for beside them; other names for forward and hvp stand in their place."""
        return Moved(
            other.forward or self.forward,
            other.hvp or self.hvp,
            tuple(dict.fromkeys((*self.hessian, *other.hessian))),
            tuple(dict.fromkeys((*self.gauss_newton, *other.gauss_newton))),
            tuple(dict.fromkeys((*self.jacobian, *other.jacobian))),
            other.over or self.over,
            other.of or self.of,
        )

    @property
    def in_bars(self) -> tuple[str, ...]:
        """What the bars are needed of, to be differentiated again."""
        return (*self.hvp, *self.hessian, *(name for name, _ in self.gauss_newton))

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that is asked about; an output that is left open is none."""
        pairs = (name for pair in (*self.gauss_newton, *self.jacobian) for name in pair if name)
        return tuple(dict.fromkeys((*self.forward, *self.hvp, *self.hessian, *pairs)))


@dataclass(frozen=True, slots=True)
class Condition:
    """What defines y: left = right, one condition for each entry of y.

    Both are equations of y's own shape, whose right sides are the two sides. The network's equation for y is
    y = y + right − left, or y = right where the left side is y.  residual: what F = left − right is called.
    cost: of ∂E/∂y = 0, the E.
    """

    left: Equation
    right: Equation
    residual: str = "F"
    cost: str = ""

    @property
    def tensor(self) -> Tensor:
        """F, of the shape of y, or of the part of it that the condition is about."""
        own = self.right.left
        pairs = zip(own.slots, own.tensor.axes, strict=True)
        axes = tuple(axis if slot.letter is None else slot.letter.range for slot, axis in pairs)
        return Tensor(self.residual, axes, row=own.tensor.row, labels=own.tensor.labels)

    @property
    def sides(self) -> tuple[Expr, Expr]:
        """Both sides in the letters of `right`."""
        letters = dict(zip(self.left.letters, (x.slot for x in self.right.letters), strict=True))
        return substitute(self.left.right, letters), self.right.right

    @property
    def equation(self) -> Equation:
        """F = left − right; it is 0."""
        left, right = self.sides
        return Equation(Entry(self.tensor, self.right.left.slots), add(left, negative(right)))

    @property
    def is_fixed_point(self) -> bool:
        """Whether it is y = f(y, x)."""
        return self.left.right.factor == self.left.left


@dataclass(frozen=True, slots=True)
class Network:
    """What the user declared, checked and in index form.

    equations: in the order of the file.  order: their positions in an order of evaluation.
    letters: letter -> its range, the user's first.  functions: names of abstract functions -> their kind
    ("abstract": of scalars, entry by entry; "whole": of a whole vector; "family": g_i, one function for each i).
    costs: every cost, where there are several, the first of which is `cost`.
    cost: the name of the cost, None: the outputs' bars stay symbolic.  want: names whose bars were asked for;
    closed: those whose closed form was.  folded: those whose bars get no line of their own.
    samples: the ranges that expectations run over.
    moved: what forward mode, products with the Hessian and Hessians were asked for.
    notation: other names that answers may use -> the quantities that they stand for.
    printed: name -> LaTeX that overrides.  values: name -> numbers.
    labels: those letters that are labels -> "superscript" or "subscript".  boundary: "zero": what lies outside an axis
    is 0, "cases": the ends of a recurrence are lines of their own.  delayed: (reader, read) within a recurrence, where
    what is read comes from another position.  backwards: quantities of recurrences that run from the last position.
    uses: the quantities of each use of a sub-network, and what it is given -> what the definition calls them.
    reading: equations that were given in LaTeX, as they were read, in the problem file's language.
    read_from: the LaTeX of each.
    questions: what the file asks beside the derivation; a network with questions may have no equations.
    implicit: quantities that a condition defines, by their names.  stationary: what makes a cost stationary -> the
    cost; the condition ∂E/∂w = 0 is derived of it.  asked: where the file asks for it.
    facts: what is known of the quantities beside the equations.  constrained: which bars a parameter has that facts
    bind: "entries", "along" the constraint too, or "projected" too.
    """

    title: str
    sizes: Mapping[str, SizeDeclaration]
    tensors: Mapping[str, Tensor]
    equations: tuple[Equation, ...]
    order: tuple[int, ...]
    letters: Mapping[str, Range] = field(default_factory=lambda: MappingProxyType({}))
    functions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cost: str | None = None
    want: tuple[str, ...] = ()
    printed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    source: str = ""
    closed: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    notation: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    boundary: str = "zero"
    delayed: frozenset[tuple[str, str]] = frozenset()
    backwards: frozenset[str] = frozenset()
    uses: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    questions: tuple[Question, ...] = ()
    costs: tuple[str, ...] = ()
    moved: Moved = Moved()
    samples: tuple[Range, ...] = ()
    reading: tuple[str, ...] = ()
    read_from: tuple[str, ...] = ()
    implicit: Mapping[str, Condition] = field(default_factory=lambda: MappingProxyType({}))
    stationary: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    asked: Mapping[str, Place | None] = field(default_factory=lambda: MappingProxyType({}))
    facts: tuple[Fact, ...] = ()
    constrained: str = "along"
