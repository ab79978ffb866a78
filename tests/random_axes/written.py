"""The text of a case: a problem file as people write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.random_axes.language import (
    Along,
    Axis,
    Call,
    Case,
    Cond,
    Equation,
    Expr,
    Mask,
    Name,
    Neg,
    Num,
    Op,
    Over,
    Read,
    Tensor,
    Transpose,
    Where,
    used,
)

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
        return _call(expr.kind, [*letters, *map(_condition, expr.conditions), text(expr.body)])
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


def ends(axis: Axis) -> str:
    return text(axis.hi) if axis.lo == Num("1") else f"{text(axis.lo)}..{text(axis.hi)}"


def line(equation: Equation) -> str:
    left = text(Read(equation.name, equation.slots))
    ranges = ", ".join(f"{letter} = {text(lo)}..{text(hi)}" for letter, lo, hi in equation.ranges)
    return f"{left} = {text(equation.right)}" + (f" for {ranges}" if ranges else "")


def problem(case: Case) -> str:
    """The case as a problem file; what nothing uses is left out."""
    case = used(case)
    labels = {x: _label(axis, case.labels[x]) for x, axis in case.letters.items() if x in case.labels}
    indices = {x: ends(axis) for x, axis in case.letters.items() if x not in case.labels}
    lines = ["version: 1", f"sizes: {_map(_sizes(case))}"]
    lines += [f"labels: {_map(labels)}"] if labels else []
    lines += [f"indices: {_map(indices)}"] if indices else []
    lines += list(_declared(case))
    lines += ["equations: |", *(f"  {line(e)}" for e in case.equations)]
    lines += [f"cost: {case.cost}"] if case.cost else []
    lines += [f"boundary: {case.boundary}"] if case.boundary else []
    lines += [f"want: [{', '.join(case.wanted)}]"]
    return "\n".join(lines) + "\n"


def _sizes(case: Case) -> dict[str, str]:
    given = {name: str(case.numbers.get(name, f"size {name}")) for name in case.least}
    return {**given, **{name: text(e) for name, e in case.formulas.items()}}


def _label(axis: Axis, place: str) -> str:
    return f"{{to: {ends(axis)}, as: {place}}}" if place == "subscript" else ends(axis)


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
        among = {n: f"{{axes: {_axes(t)}, among: {ends(t.among)}}}" for n, t in classes.items() if t.among}
        yield f"classes: {_map(among)}"


def _axes(tensor: Tensor) -> str:
    return "[" + ", ".join(f'"{ends(a)}"' if ".." in ends(a) else ends(a) for a in tensor.axes) + "]"
