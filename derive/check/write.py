"""A syntax tree as LaTeX: what was read as it was written, byte for byte; what an edit made, from its parts.

    write(edited(times, factors=(w, y_bar)))      \\mathbf W^{(2)} \\bar{y}, with w and y_bar as they stood

Reading what was written gives the same tree; parentheses are added where the parts would be read otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from derive.syntax.commands import CHARACTERS, FACE_COMMAND, GREEK, UPRIGHT, WORDS
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

COMMAND = re.compile(r"\\[A-Za-z]+$")
JOINS = {
    "": "", "cdot": r"\cdot", "circ": r"\circ", "odot": r"\odot", "oslash": r"\oslash", "times": r"\times",
    "otimes": r"\otimes", "*": "*", "/": "/", "@": "@",
}  # fmt: skip
RELATIONS = {
    "<-": r"\leftarrow", "->": r"\to", "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "in": r"\in", "notin": r"\notin",
    "ni": r"\ni", "subset": r"\subset", "approx": r"\approx", "propto": r"\propto", "==": r"\equiv", "~": r"\sim",
    "|": r"\mid",
}  # fmt: skip
FENCES = {
    "{": r"\{", "}": r"\}", "||": r"\|", "<": r"\langle", ">": r"\rangle", "⌊": r"\lfloor", "⌋": r"\rfloor",
    "⌈": r"\lceil", "⌉": r"\rceil",
}  # fmt: skip
BIGS = {"cup": r"\bigcup", "cap": r"\bigcap", "and": r"\bigwedge", "or": r"\bigvee", "oplus": r"\bigoplus"}
SIGNED = {"*": "*", "cdot": r"\cdot", "circ": r"\circ", "odot": r"\odot", "times": r"\times", "/": "/"}


def write(node: Node) -> str:
    """LaTeX that is read as this node."""
    return node.tex or _WRITERS[type(node)](node)


def letter(base: str) -> str:
    """A base as LaTeX without a face: sigma is \\sigma, softmax \\operatorname{softmax}."""
    if base in GREEK or base in UPRIGHT or base in ("max", "min", "lim", "sup", "inf"):
        return f"\\{base}"
    return base if len(base) == 1 or base in SIGNED else f"\\operatorname{{{base}}}"


def _spelled(node: Name) -> str:
    """The writer's own spelling of the letter, where it is still that letter."""
    plain = letter(node.base)
    names = (plain, node.base, *(sign for sign, name in CHARACTERS.items() if name == node.base))
    run = len(node.spelled) > 1 and node.spelled.isascii() and node.spelled.isalpha() and node.spelled not in WORDS
    if node.spelled and not run and any(name in node.spelled for name in names):
        return node.spelled
    if node.face == "italic" and len(node.base) > 1 and plain.startswith("\\operatorname"):
        return f"\\mathit{{{node.base}}}"
    if node.face == "italic" or (node.face == "upright" and plain.startswith("\\") and node.base not in GREEK):
        return SIGNED.get(node.base, plain)
    command = "boldsymbol" if node.face == "bold" and node.base in GREEK else FACE_COMMAND[node.face]
    return f"\\{command}{{{plain if node.base in GREEK else node.base}}}"


def _name(node: Name) -> str:
    text = _spelled(node)
    for accent in node.accents:
        text = f"{accent}{{{text}}}"
    return text + _scripts(node)


def _scripts(node: Name | Scripted | Big) -> str:
    primes = "" if isinstance(node, Big) else "'" * node.primes
    return primes + _script("_", node.subs) + _script("^", node.sups)


def _script(sign: str, items: Sequence[Node]) -> str:
    if not items:
        return ""
    text = ", ".join(_tight(item) for item in items)
    return sign + (text if len(text) == 1 and text.isalnum() else f"{{{text}}}")


def _tight(node: Node) -> str:
    """What stands side by side in a script: ki, (2)T; apart only where it would be read as one."""
    if node.tex or not isinstance(node, Times) or any(node.joins):
        return write(node)
    out = ""
    for factor in node.factors:
        text = _factor(node, 1, factor)
        glued = (COMMAND.search(out) and text[:1].isalpha()) or (out[-1:].isdigit() and text[:1].isdigit())
        out += f" {text}" if glued else text
    return out


def _scripted(node: Scripted) -> str:
    text = write(node.body)
    for accent in node.accents:
        text = f"{accent}{{{text}}}"
    if node.accents or isinstance(node.body, (Fenced, Number, Grid)):
        return text + _scripts(node)
    return (
        "{" + text + "}" if isinstance(node.body, (Name, Fraction, Root, Scripted)) else _parenthesis(text)
    ) + _scripts(node)


def _parenthesis(text: str) -> str:
    tall = any(command in text for command in (r"\frac", r"\sum", r"\begin", r"\prod", r"\left"))
    return f"\\left({text}\\right)" if tall else f"({text})"


def _number(node: Number) -> str:
    return node.text


def _sum(node: Sum) -> str:
    out = ""
    for n, (sign, term) in enumerate(zip(node.signs, node.terms, strict=True)):
        text = _parenthesis(write(term)) if isinstance(term, (Sum, Relation, List)) else write(term)
        shown = "" if n == 0 and sign == "+" and len(node.terms) > 1 else sign if n == 0 else f" {sign} "
        out += shown + text
    return out


def _times(node: Times) -> str:
    out = ""
    for n, factor in enumerate(node.factors):
        text = _factor(node, n, factor)
        if n == 0:
            out = text
        elif node.joins[n - 1]:
            out += f" {JOINS[node.joins[n - 1]]} {text}"
        else:
            out += text if text.startswith(("(", "[", r"\left(", r"\left[")) and not _digit(out) else f" {text}"
    return out


def _digit(text: str) -> bool:
    return text[-1:].isdigit()


def _factor(node: Times, n: int, factor: Node) -> str:
    """A factor, in parentheses where it would not stay one."""
    text = write(factor)
    last = n == len(node.factors) - 1
    if isinstance(factor, Words) or any(isinstance(f, Words) for f in node.factors):
        return text
    minus = isinstance(factor, Sum) and len(factor.terms) == 1 and n > 0 and node.joins[n - 1]
    if isinstance(factor, (Sum, Relation, List)) and not minus:
        return _parenthesis(text)
    if isinstance(factor, Big) and not last:
        return _parenthesis(text)
    if isinstance(factor, Times):
        beside = (*node.joins[max(0, n - 1) : n], *node.joins[n : n + 1], *factor.joins)
        return _parenthesis(text) if any(beside) else f"{{{text}}}"
    return text


def _big(node: Big) -> str:
    spelled = (
        node.spelled or BIGS.get(node.op) or (rf"\{node.op}" if node.op in _OWN else rf"\operatorname*{{{node.op}}}")
    )
    wrap = isinstance(node.body, (Relation, List)) or (isinstance(node.body, Sum) and len(node.body.terms) > 1)
    body = write(node.body)
    return f"{spelled}{_scripts(node)} {_parenthesis(body) if wrap else body}"


_OWN = ("sum", "prod", "int", "max", "min", "lim", "sup", "inf")


def _fraction(node: Fraction) -> str:
    return rf"\frac{{{write(node.top)}}}{{{write(node.bottom)}}}"


def _root(node: Root) -> str:
    index = f"[{write(node.index)}]" if node.index is not None else ""
    return rf"\sqrt{index}{{{write(node.body)}}}"


def _fenced(node: Fenced) -> str:
    opening, closing = FENCES.get(node.opening, node.opening), FENCES.get(node.closing, node.closing)
    body = write(node.body)
    tall = any(command in body for command in (r"\frac", r"\sum", r"\begin", r"\prod"))
    if tall or "." in (opening, closing) or ("|" in opening and "|" in body):
        return rf"\left{opening} {body} \right{closing}"
    gap = " " if opening.startswith("\\") and opening[1].isalpha() else ""
    return f"{opening}{gap}{body}{closing}"


def _list(node: List) -> str:
    return ", ".join(write(item) for item in node.items)


def _grid(node: Grid) -> str:
    body = r" \\ ".join(" & ".join(write(cell) for cell in row) for row in node.rows)
    columns = "{" + "c" * max(map(len, node.rows), default=1) + "}" if node.environment == "array" else ""
    return rf"\begin{{{node.environment}}}{columns} {body} \end{{{node.environment}}}"


def _words(node: Words) -> str:
    return rf"\text{{ {node.text} }}"


def _dots(node: Dots) -> str:
    return ""


def _relation(node: Relation) -> str:
    out = write(node.sides[0])
    for relation, side in zip(node.relations, node.sides[1:], strict=True):
        out += f" {RELATIONS.get(relation, relation)} {write(side)}"
    return out


_WRITERS: dict[type, Callable[[Any], str]] = {
    Number: _number, Name: _name, Scripted: _scripted, Sum: _sum, Times: _times, Big: _big, Fraction: _fraction,
    Root: _root, Fenced: _fenced, List: _list, Grid: _grid, Words: _words, Dots: _dots, Relation: _relation,
}  # fmt: skip
