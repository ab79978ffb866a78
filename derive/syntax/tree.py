"""What a formula says before anyone knows what its letters mean: names with scripts, products, sums, relations.

Every node keeps the LaTeX that it was read from (`tex`) and where that stands in its formula (`at`); a node that an
edit made has tex "" and is written from its parts. Nodes are compared by identity, so that values can be kept by node.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, TypeVar

Face: TypeAlias = Literal["italic", "bold", "upright", "script", "double"]
Product: TypeAlias = Literal["", "cdot", "circ", "odot", "oslash", "times", "otimes", "*", "/", "@"]
"""How two factors are joined; "" is nothing but standing side by side. oslash, ⊘, divides entry by entry."""


Sign: TypeAlias = Literal["+", "-"]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Made:
    """Where a node comes from: its LaTeX, byte for byte, and the place of that in the formula; "" and −1 if edited."""

    tex: str = ""
    at: int = -1


@dataclass(frozen=True, eq=False, slots=True)
class Number(Made):
    """2, 0.5, 150{,}528: `text` without what groups the digits."""

    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Name(Made):
    """A letter or a word with its accents and scripts: \\bar{\\mathbf W}^{(2)T}_{ij}, \\sigma', \\tanh.

    base: the letter without its face: W, sigma (for σ), softmax, 1 (a bold one), partial (∂), nabla, ell.
    spelled: the LaTeX of the base with its face, \\mathbf{W}.  accents: the commands, inner first: \\bar, \\overline,
    \\hat.  subs, sups: what stands in the scripts, split at commas; `ij` is one Product of i and j.
    primes: y′, σ″ (y^{\\prime} too).
    """

    base: str
    face: Face = "italic"
    spelled: str = ""
    accents: tuple[str, ...] = ()
    subs: tuple[Node, ...] = ()
    sups: tuple[Node, ...] = ()
    primes: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Scripted(Made):
    """Scripts or accents on what is no name: (…)^T, \\overline{a + b}, [..]_{ij}, \\frac{a}{b}^2."""

    body: Node
    accents: tuple[str, ...] = ()
    subs: tuple[Node, ...] = ()
    sups: tuple[Node, ...] = ()
    primes: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Sum(Made):
    """± a ± b …: a sign for each term."""

    terms: tuple[Node, ...]
    signs: tuple[Sign, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Times(Made):
    """a b · c ∘ d / e: the n-th of `joins` stands between factors n and n + 1. Calls are not told apart yet: σ (z)."""

    factors: tuple[Node, ...]
    joins: tuple[Product, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Big(Made):
    """Σ, Π over the product that follows: op is sum, prod, max, min, argmax, lim …, scripts as in Name."""

    op: str
    body: Node
    subs: tuple[Node, ...] = ()
    sups: tuple[Node, ...] = ()
    spelled: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Fraction(Made):
    """A fraction with a bar; ∂y/∂x is one whose parts begin with the name `partial`, `d` or `nabla`."""

    top: Node
    bottom: Node


@dataclass(frozen=True, eq=False, slots=True)
class Root(Made):
    body: Node
    index: Node | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Fenced(Made):
    """Something in (…), […], {…}, |…|, ‖…‖ (as "||"), ⟨…⟩; the body may be a List or a Relation ([k = t])."""

    opening: str
    closing: str
    body: Node


@dataclass(frozen=True, eq=False, slots=True)
class List(Made):
    """a, b, c."""

    items: tuple[Node, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Grid(Made):
    """A matrix, a column spelled out, cases: the environment's name without its star, and its cells."""

    environment: str
    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Words(Made):
    """\\text{otherwise}, \\mbox{if }: words in a formula."""

    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Dots(Made):
    """\\dots, \\cdots, …: something that the writer left out; an empty cell too (with tex "")."""


@dataclass(frozen=True, eq=False, slots=True)
class Relation(Made):
    """a = b = c. Relations: =, :=, +=, -=, <-, !=, <, <=, >, >=, in, notin, ni, subset, approx, propto, ==, ~, ->.

    A side that is not written, in a row that begins with =, is a Dots with tex "".
    """

    sides: tuple[Node, ...]
    relations: tuple[str, ...]


Node: TypeAlias = (
    Number | Name | Scripted | Sum | Times | Big | Fraction | Root | Fenced | List | Grid | Words | Dots | Relation
)
N = TypeVar("N", bound=Made)


def edited(node: N, **changes: Any) -> N:
    """The node with parts replaced: no longer what was written."""
    return replace(node, tex="", **changes)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly in a node, in reading order."""
    match node:
        case Name():
            return (*node.subs, *node.sups)
        case Scripted():
            return (node.body, *node.subs, *node.sups)
        case Sum():
            return node.terms
        case Times():
            return node.factors
        case Big():
            return (*node.subs, *node.sups, node.body)
        case Fraction():
            return (node.top, node.bottom)
        case Root():
            return (node.body,) if node.index is None else (node.body, node.index)
        case Fenced():
            return (node.body,)
        case List():
            return node.items
        case Grid():
            return tuple(cell for row in node.rows for cell in row)
        case Relation():
            return node.sides
        case _:
            return ()
