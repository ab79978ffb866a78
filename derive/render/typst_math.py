"""One box in Typst's mathematics.

Parentheses are escaped unless they are to grow: Typst stretches each pair that it sees, and TeX does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from derive.document import (
    Blank,
    Fenced,
    Fraction,
    Math,
    Operator,
    Over,
    Raw,
    Root,
    Row,
    Script,
    Summation,
    Symbol,
    is_tall,
    is_wide,
)
from derive.render.typst_symbols import ACCENTS, FACES, LETTERS, NAMED, PAIRS, SIGNS

RUN = re.compile(r"\d+(?:\.\d+)?|.", re.DOTALL)
"""A number, or one letter."""


def math(box: Math) -> str:
    """A box in Typst, without dollars."""
    return _WRITERS[type(box)](box)


def quoted(text: str) -> str:
    """A string: between quotes nothing but a quote and a backslash counts."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def letters(text: str) -> str:
    """Letters and numbers side by side."""
    return " ".join(_letter(part) for part in RUN.findall(text) if part != " ")


def _letter(part: str) -> str:
    if part in LETTERS:
        return LETTERS[part]
    return part if part[0].isalnum() or not part.isascii() else "\\" + part


def _symbol(box: Symbol) -> str:
    if box.face == "upright":
        return _upright(box.text)
    body = letters(box.text)
    if box.face == "bold":
        return f"bold({body})" if any(c > "\u0370" for c in box.text) else f"upright(bold({body}))"
    return FACES[box.face].format(body) if box.face in FACES else body


def _upright(text: str) -> str:
    if text == "T" or re.fullmatch(r"\d+(\.\d+)?", text) or (len(text) == 1 and not text.isalpha()):
        return letters(text)
    if text.replace(",", "").isdigit():
        return f'class("normal", {quoted(text)})'
    if text in NAMED:
        return text
    return f"upright({letters(text)})" if len(text) == 1 else f"op({quoted(text)})"


def _operator(box: Operator) -> str:
    return SIGNS.get(box.text, letters(box.text))


def _row(box: Row) -> str:
    return side_by_side([math(item) for item in box.items])


def side_by_side(parts: list[str]) -> str:
    """Pieces with a space between them, which does not show."""
    return " ".join(part for part in parts if part)


def _script(box: Script) -> str:
    sub = "" if box.sub is None else _small(box.sub)
    primes, sup = _primes(box.sup)
    base = math(box.base)
    if isinstance(box.base, Fenced) or _stands(base):
        return base + "'" * primes + (f"_({sub})" if sub else "") + (f"^({sup})" if sup else "")
    above = " ".join([*["prime"] * primes, *([sup] if sup else [])])
    return f"attach({base}{f', b: {sub}' if sub else ''}{f', t: {above}' if above else ''})"


def _stands(base: str) -> bool:
    """Whether a script after this belongs to all of it: one letter, or one call."""
    return re.fullmatch(r'\w|\d+(\.\d+)?|"[^"\\]*"|[a-z.]+(\((?:[^()"\\]|\([^()"\\]*\))*\))', base) is not None


def _primes(sup: Math | None) -> tuple[int, str]:
    """How many primes, and what else is above."""
    items = () if sup is None else sup.items if isinstance(sup, Row) else (sup,)
    count = next((n for n, item in enumerate(items) if not _is_prime(item)), len(items))
    return count, side_by_side([_in_script(item) for item in items[count:]])


def _is_prime(box: Math) -> bool:
    return isinstance(box, Symbol) and box.text == "′"


def _small(box: Math) -> str:
    items = box.items if isinstance(box, Row) else (box,)
    return side_by_side([_in_script(item) for item in items])


def _in_script(box: Math) -> str:
    """A word is no operator there: it has no space around it."""
    if isinstance(box, Fenced):
        return fenced(box, _small(box.body))
    text = math(box)
    return f"upright{text[2:]}" if isinstance(box, Symbol) and text.startswith("op(") else text


def _fraction(box: Fraction) -> str:
    return f"frac({math(box.top)}, {math(box.bottom)})"


def _over(box: Over) -> str:
    return f"{ACCENTS[box.accent][is_wide(box)]}({math(box.base)})"


def _fenced(box: Fenced) -> str:
    return fenced(box, math(box.body))


def fenced(box: Fenced, body: str) -> str:
    return side_by_side([fence(box, True), body, fence(box, False)])


def fence(box: Fenced, opening: bool) -> str:
    """One fence; the two of a tall pair are the ends of a call."""
    text = _fence(box.left if opening else box.right, opening)
    if not is_tall(box.body):
        return text
    return f"lr({text}" if opening else f"{text})"


def _fence(text: str, opening: bool) -> str:
    sign = f"\\{text}" if text.isascii() else text
    return f'class("{"opening" if opening else "closing"}", {sign})' if text in PAIRS else sign


def large(text: str, opening: bool) -> str:
    """A fence of a pair that a line's end falls into: larger, as nothing stretches it."""
    return f'class("{"opening" if opening else "closing"}", stretch(\\{text}, size: #180%))'


def _summation(box: Summation) -> str:
    upper = "" if box.upper is None else f"^({math(box.upper)})"
    return f"sum_({math(box.lower)}){upper}"


def _root(box: Root) -> str:
    return f"sqrt({math(box.body)})"


def _raw(box: Raw) -> str:
    """LaTeX is not read here: what other targets print instead."""
    return f"upright({quoted(box.text)})"


def _blank(box: Blank) -> str:
    """The number stands below: beside a rule it would be a factor."""
    rule = f"#box(width: {box.ems}em, stroke: (bottom: 0.5pt))" if box.ems else "square"
    return f"attach(limits({rule}), b: \\({box.number}\\))"


_WRITERS: dict[type, Callable[[Any], str]] = {
    Symbol: _symbol, Operator: _operator, Row: _row, Script: _script, Fraction: _fraction, Over: _over,
    Fenced: _fenced, Summation: _summation, Root: _root, Raw: _raw, Blank: _blank,
}  # fmt: skip
