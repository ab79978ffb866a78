"""What an answer says as boxes that every renderer prints: a syntax tree -> mathematics on paper.

\\bar h_i = \\bar R r_i + \\sum_k y_k w_{ik}^{(2)}    ->    h̄_i = R̄ r_i + Σ_k y_k w⁽²⁾_ik
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from derive.document import COMMA, JUXTAPOSED, Chain, Math, Operator, Over, Raw, Row, Script, Summation, Symbol, row
from derive.document import Fenced as InFences
from derive.document import Fraction as Quotient
from derive.document import Root as SquareRoot
from derive.render import terminal
from derive.render.latex import escaped
from derive.render.latex_math import math
from derive.syntax.commands import GREEK
from derive.syntax.read import Statement, Unreadable, statements
from derive.syntax.tree import (
    Big,
    Dots,
    Fenced,
    Fraction,
    Grid,
    List,
    Name,
    Node,
    Number,
    Relation,
    Root,
    Scripted,
    Sum,
    Times,
    Words,
)
from derive.typeset.positions import subscript
from derive.typeset.reader import ACCENTS, VARIANTS
from derive.typeset.reader import GREEK as PRINTED
from derive.typeset.scribe import MINUS, NEGATIVE, PLUS

PRIME = Symbol("′", "upright")
JOINS = {
    "": JUXTAPOSED, "cdot": Operator("·", "product"), "circ": Operator("∘", "binary"), "odot": Operator("⊙", "binary"),
    "oslash": Operator("⊘", "binary"), "times": Operator("×", "binary"), "otimes": Operator("⊗", "binary"),
    "*": Operator("*", "binary"), "/": Operator("/", "unary"), "@": Operator("@", "binary"),
}  # fmt: skip
RELATIONS = {
    "!=": "≠", "<=": "≤", ">=": "≥", "in": "∈", "notin": "∉", "ni": "∋", "<-": "←", "->": "→", "approx": "≈",
    "==": "≡", "~": "∼", "subset": "⊂", "propto": "∝", "|": "∣",
}  # fmt: skip
FENCES = {"||": "‖", "<": "⟨", ">": "⟩"}
CALLED = frozenset(["sigma", "phi", "varphi", "psi", "f", "g", "partial"])
"""One letter before a parenthesis that is a function rather than a factor."""
BIGS = {"prod": ("∏", r"\prod"), "int": ("∫", r"\int")}


class NoBoxes(Exception):
    """No box says this; it is shown as it was written."""


def chains(tex: str) -> tuple[Chain, ...]:
    """The equations of a formula, to be displayed, broken where they are long; none where one cannot be shown."""
    try:
        return tuple(_chain(statement) for statement in statements(tex))
    except (Unreadable, NoBoxes, RecursionError):
        return ()


def _chain(statement: Statement) -> Chain:
    node = statement.node
    if not isinstance(node, Relation) or (isinstance(node.sides[0], Dots) and not node.sides[0].tex):
        raise NoBoxes("no equation")
    left, *rights = (box(side) for side in node.sides)
    condition = _limits(statement.conditions) if statement.conditions else None
    return Chain(left, tuple(rights), condition, relation=_relation(node.relations[0]))


def box(node: Node) -> Math:
    """A node as boxes. Raises NoBoxes."""
    return _WRITERS[type(node)](node)


def inline(tex: str) -> Math | None:
    """A formula inside a sentence; None where it cannot be read or shown."""
    try:
        found = statements(tex)
        return box(found[0].node) if len(found) == 1 and not found[0].conditions else None
    except (Unreadable, NoBoxes, RecursionError):
        return None


def _symbol(base: str, face: Any = "italic") -> Math:
    char = PRINTED.get(base) or VARIANTS.get(base)
    if char is None and base in GREEK:
        return Raw(f"\\{base}", GREEK[base])
    if base == ":":
        return Symbol(":", "upright")
    if char is None and not base.isalnum():
        raise NoBoxes(base)
    word = char is None and (len(base) > 1 or base.isdigit()) and face == "italic"
    return Symbol(char or base, "upright" if word else face)


def _name(node: Name) -> Math:
    return _scripts(_accented(_symbol(node.base, node.face), node.accents), node)


def _scripted(node: Scripted) -> Math:
    return _scripts(_accented(box(node.body), node.accents), node)


def _accented(base: Math, accents: Iterable[str]) -> Math:
    for accent in accents:
        name = ACCENTS.get(accent.lstrip("\\"))
        if name is None:
            raise NoBoxes(accent)
        base = Over(base, name)
    return base


def _scripts(base: Math, node: Name | Scripted | Big) -> Math:
    """Primes and layers above come before powers."""
    primes = 0 if isinstance(node, Big) else node.primes
    above = [PRIME] * primes + [part for one in node.sups for part in _above(one)]
    sub = subscript(tuple(part for one in node.subs for part in _side_by_side(one)))
    sup = Row(tuple(above)) if len(above) > 1 else above[0] if above else None
    return Script(base, sub, sup) if sub is not None or sup is not None else base


def _above(node: Node) -> list[Math]:
    if isinstance(node, Name) and node.base in ("T", "top", "intercal", "mathsf") and not node.subs:
        return [Symbol("T", "upright")]
    if isinstance(node, Times) and not any(node.joins):
        return [part for factor in node.factors for part in _above(factor)]
    return [box(node)]


def _side_by_side(node: Node) -> list[Math]:
    """The letters of a subscript: ij is two."""
    if isinstance(node, Times) and not any(node.joins):
        return [part for factor in node.factors for part in _side_by_side(factor)]
    return [part for item in node.items for part in _side_by_side(item)] if isinstance(node, List) else [box(node)]


def _number(node: Number) -> Math:
    return Symbol(node.text, "upright")


def _sum(node: Sum) -> Math:
    out: list[Math] = []
    for n, (sign, term) in enumerate(zip(node.signs, node.terms, strict=True)):
        if n:
            out.append(PLUS if sign == "+" else MINUS)
        elif sign == "-":
            out.append(NEGATIVE)
        out.append(_grouped(term, (Sum, Relation, List)))
    return row(*out)


def _grouped(node: Node, loose: tuple[type, ...]) -> Math:
    """In parentheses where an edit has put a sum into a product."""
    return InFences(box(node)) if isinstance(node, loose) else box(node)


def _times(node: Times) -> Math:
    phrase = any(isinstance(factor, Words) for factor in node.factors)
    out = [_factor(node, 0, phrase)]
    for n, join in enumerate(node.joins, 1):
        if join or not _is_tight(node.factors[n - 1], node.factors[n], n == 1):
            out.append(JOINS[join])
        out.append(_factor(node, n, phrase))
    return row(*out)


def _factor(node: Times, n: int, phrase: bool) -> Math:
    if phrase:
        return box(node.factors[n])
    last = n == len(node.factors) - 1
    return _grouped(node.factors[n], (Sum, Relation, List) if last else (Sum, Relation, List, Big))


def _is_tight(before: Node, after: Node, first: bool) -> bool:
    """Whether nothing stands between: ∂y, df, σ(z)."""
    if not isinstance(before, Name):
        return False
    if before.base == "partial":
        return True
    if before.base == "d" and first and not before.subs and isinstance(after, Name):
        return True
    call = before.base in CALLED or before.primes or (len(before.base) > 1 and before.base not in GREEK)
    return bool(call) and isinstance(after.body if isinstance(after, Scripted) else after, Fenced)


def _big(node: Big) -> Math:
    body = _grouped(node.body, (Sum, Relation, List))
    if node.op == "sum" and node.subs:
        upper = box(node.sups[0]) if node.sups else None
        return row(Summation(_limits(node.subs), upper), JUXTAPOSED, body)
    if node.op == "mean":
        return row(Script(Symbol("E", "double"), _limits(node.subs)), body)
    sign: Math = Raw(*reversed(BIGS[node.op])) if node.op in BIGS else Symbol(node.op, "upright")
    if node.op == "sum":
        sign = Raw(r"\sum", "Σ")
    subs = (_limits(node.subs),) if node.subs else ()
    sup = box(node.sups[0]) if node.sups else None
    return row(Script(sign, subs[0] if subs else None, sup) if subs or sup is not None else sign, JUXTAPOSED, body)


def _limits(nodes: Sequence[Node]) -> Math:
    out: list[Math] = []
    for node in nodes:
        out += [COMMA, box(node)] if out else [box(node)]
    return row(*out)


def _fraction(node: Fraction) -> Math:
    return Quotient(box(node.top), box(node.bottom))


def _root(node: Root) -> Math:
    if node.index is not None:
        raise NoBoxes("a root with an index")
    return SquareRoot(box(node.body))


def _fenced(node: Fenced) -> Math:
    if "." in (node.opening, node.closing):
        raise NoBoxes("one fence")
    return InFences(box(node.body), FENCES.get(node.opening, node.opening), FENCES.get(node.closing, node.closing))


def _list(node: List) -> Math:
    return _limits(node.items) if node.items else Row(())


def _grid(node: Grid) -> Math:
    """A matrix as it was set; on one line its rows with ; between them."""
    cells = [[box(cell) for cell in line] for line in node.rows]
    kind = "cases" if "cases" in node.environment else "bmatrix" if node.environment == "array" else node.environment
    if kind not in ("cases", "matrix", "pmatrix", "bmatrix", "vmatrix", "Vmatrix", "Bmatrix"):
        raise NoBoxes(kind)
    latex = r" \\ ".join(" & ".join(math(cell) for cell in line) for line in cells)
    text = "; ".join((" " if kind == "cases" else ", ").join(terminal.text(c) for c in line) for line in cells)
    return Raw(f"\\begin{{{kind}}} {latex} \\end{{{kind}}}", f"{{ {text}" if kind == "cases" else f"[{text}]")


def _words(node: Words) -> Math:
    return Raw(f"\\text{{ {escaped(node.text.strip())} }}", node.text.strip())


def _dots(node: Dots) -> Math:
    return Symbol("…", "upright") if node.tex else Row(())


def _of_relation(node: Relation) -> Math:
    out = [box(node.sides[0])]
    for relation, side in zip(node.relations, node.sides[1:], strict=True):
        out += [_relation(relation), box(side)]
    return row(*out)


def _relation(text: str) -> Operator:
    return Operator(RELATIONS.get(text, text), "relation")


_WRITERS: dict[type, Callable[[Any], Math]] = {
    Number: _number, Name: _name, Scripted: _scripted, Sum: _sum, Times: _times, Big: _big, Fraction: _fraction,
    Root: _root, Fenced: _fenced, List: _list, Grid: _grid, Words: _words, Dots: _dots, Relation: _of_relation,
}  # fmt: skip
