"""The language of problem files as a tree of its own. Nothing here is derive's.

A `Case` is one well-formed network: sizes, letters, tensors, equations, a cost. `oracle` evaluates the tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TypeAlias

Expr: TypeAlias = "Num | Name | Read | Op | Neg | Call | Transpose | Over | Along | Mask | Where"


@dataclass(frozen=True)
class Num:
    text: str


@dataclass(frozen=True)
class Name:
    """A letter or a size."""

    name: str


@dataclass(frozen=True)
class Read:
    """A tensor, whole or at positions; fewer than axes leave a vector or a matrix."""

    name: str
    slots: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class Op:
    sign: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Neg:
    body: Expr


@dataclass(frozen=True)
class Call:
    """A function of each entry, or of whole vectors and matrices without a letter."""

    name: str
    args: tuple[Expr, ...]


@dataclass(frozen=True)
class Transpose:
    body: Expr


@dataclass(frozen=True)
class Cond:
    left: Expr
    relation: str
    right: Expr


@dataclass(frozen=True)
class Over:
    """A reduction that binds its letters: sum(j, k, j <= i, body). named: whether the letters are written out."""

    kind: str
    letters: tuple[str, ...]
    body: Expr
    conditions: tuple[Cond, ...] = ()
    named: bool = True


@dataclass(frozen=True)
class Along:
    """A function that keeps its axis: softmax(j, j <= i, S[i,j]) at a letter j of around, or the axis j of a matrix."""

    kind: str
    letter: str
    body: Expr
    conditions: tuple[Cond, ...] = ()


@dataclass(frozen=True)
class Mask:
    condition: Cond


@dataclass(frozen=True)
class Where:
    condition: Cond
    holds: Expr
    fails: Expr


@dataclass(frozen=True)
class Axis:
    """lo, …, hi.  key: the size that letters over it, or over most of it, run to."""

    lo: Expr
    hi: Expr
    key: str


def upto(key: str) -> Axis:
    return Axis(Num("1"), Name(key), key)


@dataclass(frozen=True)
class Tensor:
    role: str
    axes: tuple[Axis, ...]
    among: Axis | None = None


@dataclass(frozen=True)
class Equation:
    """name[slots] = right for the ranges, (letter, from, to); a vector or matrix on the right fills the other axes."""

    name: str
    slots: tuple[Expr, ...]
    right: Expr
    ranges: tuple[tuple[str, Expr, Expr], ...] = ()


@dataclass(frozen=True)
class Case:
    """least: the smallest number that a size may have.  numbers: sizes that are given as numbers.  formulas: sizes
    made of others.  labels: letters shown as labels -> superscript or subscript.  stated: hidden shapes that the file
    states.  letters: letter -> the axis that it runs over."""

    tensors: Mapping[str, Tensor]
    equations: tuple[Equation, ...]
    letters: Mapping[str, Axis]
    least: Mapping[str, int]
    numbers: Mapping[str, int] = field(default_factory=dict)
    formulas: Mapping[str, Expr] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    stated: frozenset[str] = frozenset()
    cost: str | None = "E"
    boundary: str = ""

    @property
    def wanted(self) -> tuple[str, ...]:
        return tuple(name for name, t in self.tensors.items() if t.role in ("input", "parameter"))

    @property
    def hidden(self) -> tuple[str, ...]:
        return tuple(name for name, t in self.tensors.items() if t.role == "hidden")


def children(node: object) -> Iterator[object]:
    """The parts of a node of a tree, in reading order."""
    for part in fields(node):  # type: ignore[arg-type]
        value = getattr(node, part.name)
        for one in value if isinstance(value, tuple) else (value,):
            if hasattr(one, "__dataclass_fields__"):
                yield one


def nodes(node: object) -> Iterator[object]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(list(children(current))))


def names(expr: object) -> set[str]:
    """Every letter, size and tensor that a tree names."""
    found = {n.name for n in nodes(expr) if isinstance(n, (Name, Read, Equation))}
    found |= {x for n in nodes(expr) if isinstance(n, Over) for x in n.letters}
    return found | {n.letter for n in nodes(expr) if isinstance(n, Along)}


def used(case: Case) -> Case:
    """The case without what no equation needs."""
    read = set().union(*(names(e) | {n for n, _, _ in e.ranges} for e in case.equations))
    tensors = {name: t for name, t in case.tensors.items() if name in read}
    letters = {x: axis for x, axis in case.letters.items() if x in read}
    axes = [a for t in tensors.values() for a in (*t.axes, *((t.among,) if t.among else ()))]
    for axis in (*axes, *letters.values()):
        read |= names(axis) | {axis.key}
    formulas = {name: e for name, e in case.formulas.items() if name in read}
    for formula in formulas.values():
        read |= names(formula)
    least = {name: n for name, n in case.least.items() if name in read}
    return replace(case, tensors=tensors, letters=letters, least=least, formulas=formulas)
