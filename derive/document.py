"""What any renderer can print: mathematics as boxes, and a document of headings, prose and displayed equations.

Boxes say what is written, never how a target spells it: `Symbol("σ")` is `\\sigma` in LaTeX and `sigma` in ASCII.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Face: TypeAlias = Literal["italic", "bold", "upright", "script", "double"]
Accent: TypeAlias = Literal["bar", "tilde", "hat", "dot", "ddot", "vec"]
Tone: TypeAlias = Literal["", "good", "bad", "unsure", "follows", "hint"]
Kind: TypeAlias = Literal["relation", "plus", "binary", "unary", "product", "comma"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A letter, a number or a word, in plain Unicode: `x`, `σ`, `∂`, `12`, `softmax`."""

    text: str
    face: Face = "italic"


@dataclass(frozen=True, slots=True)
class Operator:
    """A sign between two boxes (`unary`: before one). `product` with no text is juxtaposition."""

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Row:
    """Boxes one after the other, with nothing between them but the operators that are there."""

    items: tuple[Math, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A base with a subscript, a superscript or both. Primes are a superscript."""

    base: Math
    sub: Math | None = None
    sup: Math | None = None


@dataclass(frozen=True, slots=True)
class Fraction:
    """`signal`: one letter's worth, ∂E/∂x for an error signal; on one line it is kept together by parentheses."""

    top: Math
    bottom: Math
    signal: bool = False


@dataclass(frozen=True, slots=True)
class Over:
    """An accent over a base."""

    base: Math
    accent: Accent


@dataclass(frozen=True, slots=True)
class Fenced:
    """A body between two fences: ( ), [ ], | |, ‖ ‖."""

    body: Math
    left: str = "("
    right: str = ")"


@dataclass(frozen=True, slots=True)
class Summation:
    """The sign Σ with its limits; what is summed follows it."""

    lower: Math
    upper: Math | None = None


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    body: Math


@dataclass(frozen=True, slots=True)
class Raw:
    """LaTeX that the user wrote and that no other box says, with what other targets print instead."""

    latex: str
    text: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A place to fill in on paper, with its number: a rule that is so many ems wide, or a small box for a mark (0)."""

    number: int
    ems: int = 0


Math: TypeAlias = Symbol | Operator | Row | Script | Fraction | Over | Fenced | Summation | Root | Raw | Blank

JUXTAPOSED = Operator("", "product")
COMMA = Operator(",", "comma")


def row(*items: Math) -> Math:
    """The boxes in a row; rows inside are opened, and a row of one is that one."""
    flat = [inner for item in items for inner in (item.items if isinstance(item, Row) else (item,))]
    return flat[0] if len(flat) == 1 else Row(tuple(flat))


def is_tall(box: Math) -> bool:
    """Whether a box is higher than a line of text."""
    if isinstance(box, (Fraction, Summation)):
        return True
    if isinstance(box, Row):
        return any(is_tall(item) for item in box.items)
    if isinstance(box, Script):
        return is_tall(box.base)
    return isinstance(box, (Fenced, Root)) and is_tall(box.body)


def is_wide(box: Over) -> bool:
    """Whether an accent stretches over what is below it: more than one letter."""
    return (isinstance(box.base, Symbol) and len(box.base.text) > 1) or isinstance(box.base, Row)


Words: TypeAlias = tuple[str | Math, ...]
"""Text with mathematics in it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """`tone`: what it says is good or bad news, or neither is sure; colour where there is some."""

    text: str
    level: int = 1
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Prose:
    words: Words
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list of remarks."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """left = right = right …; `condition` says for which positions, `value` is what the left side comes to.

    Where nothing stands on the right, `words` say what the left side is.
    """

    left: Math
    rights: tuple[Math, ...]
    condition: Math | None = None
    value: Math | None = None
    words: str = ""
    relation: Operator = Operator("=", "relation")


@dataclass(frozen=True, slots=True)
class Display:
    """Equations one below the other, aligned at their first relation; each may break at = and at +."""

    chains: tuple[Chain, ...]


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks close below one another: no empty line between them on a terminal."""

    blocks: tuple[Heading | Prose | Items | Display | Table | Code, ...]


Block: TypeAlias = Heading | Prose | Items | Display | Table | Code | Together


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    blocks: tuple[Block, ...] = ()
