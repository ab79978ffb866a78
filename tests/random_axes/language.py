"""The language of problem files as a tree of its own, and its text. Nothing here is derive's.

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
    extra: tuple[Expr, ...] = ()


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

    @property
    def text(self) -> str:
        return text(self.hi) if self.lo == Num("1") else f"{text(self.lo)}..{text(self.hi)}"


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

    @property
    def text(self) -> str:
        left = text(Read(self.name, self.slots))
        ranges = ", ".join(f"{letter} = {text(lo)}..{text(hi)}" for letter, lo, hi in self.ranges)
        return f"{left} = {text(self.right)}" + (f" for {ranges}" if ranges else "")


@dataclass(frozen=True)
class Case:
    """least: the smallest number that a size may have.  numbers: sizes that are given as numbers.  formulas: sizes
    made of others.  labels: letters shown as labels -> superscript or subscript.  stated: hidden shapes that the file
    states.  letters: letter -> the axis that it runs over; silent: those that the file leaves to be inferred."""

    tensors: Mapping[str, Tensor]
    equations: tuple[Equation, ...]
    letters: Mapping[str, Axis]
    least: Mapping[str, int]
    numbers: Mapping[str, int] = field(default_factory=dict)
    formulas: Mapping[str, Expr] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    stated: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    cost: str | None = "E"
    boundary: str = ""

    @property
    def wanted(self) -> tuple[str, ...]:
        return tuple(name for name, t in self.tensors.items() if t.role in ("input", "parameter"))

    @property
    def hidden(self) -> tuple[str, ...]:
        return tuple(name for name, t in self.tensors.items() if t.role == "hidden")


LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4}


def text(expr: Expr, level: int = 0) -> str:
    """The formula as a file has it; in ( ) where something around it binds tighter than it."""
    words, own = _words(expr)
    return f"({words})" if own < level else words


def _words(expr: Expr) -> tuple[str, int]:
    """The formula, and how tightly it binds."""
    if isinstance(expr, Op):
        own = LEVEL[expr.sign]
        left, right = (5, 5) if own == 4 else (own, own + 1)
        return f"{text(expr.left, left)}{_spaced(expr.sign)}{text(expr.right, right)}", own
    if isinstance(expr, Neg):
        return f"-{text(expr.body, 3)}", 3
    if isinstance(expr, Transpose):
        return f"{text(expr.body, 5)}.T", 5
    if isinstance(expr, Mask):
        return f"[{_condition(expr.condition)}]", 6
    return _atom(expr), 6


def _atom(expr: Expr) -> str:
    if isinstance(expr, Num):
        return expr.text
    if isinstance(expr, Name):
        return expr.name
    if isinstance(expr, Read):
        return f"{expr.name}[{', '.join(text(s) for s in expr.slots)}]" if expr.slots else expr.name
    if isinstance(expr, Call):
        return _call(expr.name, [text(a) for a in expr.args])
    if isinstance(expr, Over):
        letters = list(expr.letters) if expr.named else []
        tail = [text(e) for e in expr.extra]
        return _call(expr.kind, [*letters, *map(_condition, expr.conditions), text(expr.body), *tail])
    if isinstance(expr, Along):
        return _call(expr.kind, [expr.letter, *map(_condition, expr.conditions), text(expr.body)])
    assert isinstance(expr, Where)
    return _call("where", [_condition(expr.condition), text(expr.holds), text(expr.fails)])


def _call(name: str, words: list[str]) -> str:
    return f"{name}({', '.join(words)})"


def _spaced(sign: str) -> str:
    return sign if sign == "**" else f" {sign} "


def _condition(cond: Cond) -> str:
    return f"{text(cond.left)} {cond.relation} {text(cond.right)}"


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


def problem(case: Case) -> str:
    """The case as a problem file; what nothing uses is left out."""
    case = used(case)
    shown = [letter for letter in case.letters if letter not in case.silent]
    labels = {x: _label(case.letters[x], case.labels[x]) for x in shown if x in case.labels}
    indices = {x: case.letters[x].text for x in shown if x not in case.labels}
    lines = ["version: 1", f"sizes: {_map(_sizes(case))}"]
    lines += [f"labels: {_map(labels)}"] if labels else []
    lines += [f"indices: {_map(indices)}"] if indices else []
    lines += list(_declared(case))
    lines += ["equations: |", *(f"  {e.text}" for e in case.equations)]
    lines += [f"cost: {case.cost}"] if case.cost else []
    lines += [f"boundary: {case.boundary}"] if case.boundary else []
    lines += [f"want: [{', '.join(case.wanted)}]"]
    return "\n".join(lines) + "\n"


def _sizes(case: Case) -> dict[str, str]:
    given = {name: str(case.numbers.get(name, f"size {name}")) for name in case.least}
    return {**given, **{name: text(e) for name, e in case.formulas.items()}}


def _label(axis: Axis, place: str) -> str:
    return f"{{to: {axis.text}, as: {place}}}" if place == "subscript" else axis.text


def _map(given: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in given.items()) + "}"


def _declared(case: Case) -> Iterator[str]:
    for key, role in (
        ("inputs", "input"),
        ("parameters", "parameter"),
        ("constants", "constant"),
        ("hidden", "hidden"),
    ):
        shapes = {n: _axes(t) for n, t in case.tensors.items() if t.role == role}
        if role == "hidden":
            shapes = {name: shape for name, shape in shapes.items() if name in case.stated}
        if shapes:
            yield f"{key}: {_map(shapes)}"
    classes = {n: t for n, t in case.tensors.items() if t.among is not None}
    if classes:
        among = {n: f"{{axes: {_axes(t)}, among: {t.among.text}}}" for n, t in classes.items() if t.among}
        yield f"classes: {_map(among)}"


def _axes(tensor: Tensor) -> str:
    return "[" + ", ".join(f'"{a.text}"' if ".." in a.text else a.text for a in tensor.axes) + "]"


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
