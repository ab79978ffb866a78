"""The tokens of a formula: LaTeX and Unicode spell the same ones, x̄ as well as \\bar x, Wᵀ as well as W^T.

The kinds: letter, word (a name of several letters), number, text, dots, big, frac, root, accent, face, switch, over for
what stands for a value; open, close, bar, left, right, lbrace, rbrace, begin, end for groups; plus, join, relation,
comma, semicolon, colon, stop, quad, then, amp, row between values; sub, sup, prime for scripts. Spaces are dropped.
"""

from __future__ import annotations

from typing import NamedTuple

from derive.syntax import commands as c
from derive.syntax.tree import Face


class Token(NamedTuple):
    """What a piece of a formula is: its kind, what it says, where it begins and ends; a letter's face and marks.

    `text` of an lbrace is "virtual" where no brace is written: ⁽²⁾ is ^{(2)}.
    """

    kind: str
    text: str
    at: int
    end: int
    face: Face = "italic"
    marks: tuple[str, ...] = ()


def _signs() -> dict[str, tuple[str, str]]:
    """What each sign and each command is: its kind and its meaning."""
    tables: tuple[tuple[str, dict[str, str]], ...] = (
        ("join", c.JOINS), ("relation", c.RELATIONS), ("open", c.OPEN), ("close", c.CLOSE), ("bar", c.BARS),
        ("big", c.BIG), ("plus", {"+": "+", "-": "-", "−": "-", "–": "-", "minus": "-"}),
    )  # fmt: skip
    out = {spelling: (kind, meaning) for kind, table in tables for spelling, meaning in table.items()}
    named: tuple[tuple[str, frozenset[str] | dict[str, Face]], ...] = (
        ("word", c.WORDS),
        ("then", c.THEN), ("dots", c.DOTS), ("space", c.SPACES), ("quad", c.QUADS), ("word", c.UPRIGHT),
        ("word", c.LIMITS), ("accent", c.ACCENTS), ("face", c.FACES), ("switch", c.SWITCHES), ("frac", c.FRACTIONS),
        ("wrapper", c.WRAPPERS),
    )  # fmt: skip
    out |= {spelling: (kind, spelling) for kind, table in named for spelling in table}
    single = {",": "comma", ";": "semicolon", ":": "colon", ".": "stop", "^": "sup", "_": "sub", "&": "amp",
              "{": "lbrace", "}": "rbrace", "sqrt": "root", "√": "root", "over": "over", "colon": "colon"}  # fmt: skip
    out |= {spelling: (kind, spelling) for spelling, kind in single.items()}
    out |= {spelling: ("prime", str(count)) for spelling, count in c.PRIMES.items()}
    out |= {name: ("letter", name) for name in c.GREEK} | {"forall": ("text", "for all"), "∀": ("text", "for all")}
    return out


SIGNS = _signs()
