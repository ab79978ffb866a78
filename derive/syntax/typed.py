"""Names as a keyboard types them: xbar or x_bar for x̄, fhatbar for the bar of f̂, w1_ij for an entry of W1, dW1."""

from __future__ import annotations

import re

from derive.syntax.commands import GREEK
from derive.syntax.tokens import Token

MARKS = ("ddot", "bar", "hat", "tilde", "dot", "vec")
SPELLED = "|".join(MARKS)
NAME = re.compile(
    rf"(?P<base>[A-Za-z]+?)(?P<marks>(?:{SPELLED})*)(?P<count>\d*)(?P<last>(?:_(?:{SPELLED})(?![A-Za-z0-9]))*)(?![A-Za-z])"
)
MARK = re.compile(SPELLED)
ENTRYWISE = {".*": "∘", "./": "⊘"}
PROSE = frozenset({"that", "what", "That", "What"})


def typed(text: str, at: int, words: frozenset[str]) -> tuple[Token, ...]:
    """The tokens of the name that begins here, if it has marks in letters or a number that belongs to it; else none.

    words: the names that the problem has, W1 among them; an entry of W1 is typed w1_ij.
    """
    own = _name(text, at, words)
    if own is not None:
        return (own,)
    of = _name(text, at + 1, words, True) if text[at] == "d" else None
    return (Token("letter", "d", at, at + 1), of) if of is not None else ()


def barred(word: str) -> tuple[str, tuple[str, ...]]:
    """A name in code without the bar in it, and its marks: W1_bar, W1bar."""
    base = word.removesuffix("bar").removesuffix("_")
    return (base, (r"\bar",)) if base and word.endswith("bar") else (word, ())


def _name(text: str, at: int, words: frozenset[str], after_d: bool = False) -> Token | None:
    """One name; after a d also one of several letters without marks."""
    met = NAME.match(text, at)
    if met is None or met[0] in PROSE:
        return None
    numbered = _known(met["base"] + met["count"], words) if met["count"] else ""
    marks = tuple(f"\\{mark}" for mark in MARK.findall(met["marks"] + met["last"]))
    base = numbered or _base(met["base"], words)
    longer = after_d and len(base) > 1
    if not base or not (numbered or marks or longer) or (met["count"] and met["last"] and not numbered):
        return None
    end = met.end() if numbered or met["last"] else met.end("marks")
    kind = "letter" if len(base) == 1 or base in GREEK else "word"
    return Token(kind, base, at, end, "italic" if kind == "letter" else "upright", marks)


def _base(name: str, words: frozenset[str]) -> str:
    return name if len(name) == 1 or name in GREEK else _known(name, words)


def _known(name: str, words: frozenset[str]) -> str:
    """The name that the problem has, of which this may be an entry's."""
    return next((one for one in (name, name[0].upper() + name[1:]) if one in words), "")
