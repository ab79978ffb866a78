"""A text cut into tokens and statements; every limit is checked here, before anything is parsed.

The terminals are those of formula.lark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from derive.declare.keys import LONGEST_NAME
from derive.declare.marks import Passage
from derive.declare.slips import CHARACTERS
from derive.errors import Problem

LONGEST = 20_000
"""Characters in one statement."""

DEEPEST = 40
"""Brackets inside one another."""

DIGITS = 40
"""Characters in one number."""

Token: TypeAlias = "tuple[str, int, int]"
"""The terminal's name, where it begins in the passage, where it ends."""

CLOSES = {"RPAR": "LPAR", "RSQB": "LSQB"}


@cache
def grammar() -> Any:
    from lark import Lark

    text = Path(__file__).with_name("formula.lark").read_text(encoding="utf-8")
    starts = ["statement", "axis", "fact"]
    return Lark(text, parser="lalr", start=starts, propagate_positions=True, maybe_placeholders=False)


@cache
def scanner() -> re.Pattern[str]:
    """The grammar's terminals as one pattern: words first, then the longer signs before the shorter."""
    words = ("FOR", "NAME", "NUMBER")
    found = {t.name: t.pattern.to_regexp() for t in grammar().terminals if not t.name.startswith("__")}
    signs = sorted((name for name in found if name not in words), key=lambda n: (-len(found[n].strip("\\")), n))
    named = [f"(?P<{name}>{found[name]})" for name in (*words, *signs)]
    return re.compile("|".join([r"(?P<newline>\n)", r"(?:[ \t\r\f]+|#[^\n]*)+", *named, "(?P<unknown>.)"]))


def scan(text: str) -> Iterator[Token]:
    """The tokens of a text; a character that no formula has is an `unknown` one."""
    for match in scanner().finditer(text):
        kind = match.lastgroup
        if kind is not None:
            yield kind, match.start(), match.end()


def split(tokens: list[Token]) -> Iterator[list[Token]]:
    """Tokens by statement. A new equation inside open brackets means that they were left open: it starts anew."""
    current: list[Token] = []
    line = depth = equals = 0  # line: where the current line begins in `current`
    ranged = False  # the = of a range, for t = 1..T, begins no equation
    for token in tokens:
        kind = token[0]
        if kind == "newline":
            if depth == 0 and current:
                yield current
                current, equals, ranged = [], 0, False
            line = len(current)
            continue
        depth += (kind in CLOSES.values()) - (kind in CLOSES)
        ranged = ranged or kind == "FOR"
        if kind == "EQUAL" and not ranged:
            equals += 1
            if equals > 1 and line:
                yield current[:line]
                current, depth, line = current[line:], 0, 0
        depth = max(depth, 0)
        current.append(token)
    if current:
        yield current


def limits(passage: Passage, tokens: list[Token]) -> Problem | None:
    """What is wrong with a statement before its grammar is looked at."""
    begin, end = tokens[0][1], tokens[-1][2]
    if end - begin > LONGEST:
        return at_token(
            passage,
            begin,
            begin + 1,
            f"this formula has {end - begin:,} characters, more than {LONGEST:,}",
            "give parts of it names of their own",
        )
    opened: list[Token] = []
    for token in tokens:
        kind, start, stop = token
        if kind == "unknown" and passage.text[start] == "~":
            from derive.declare.notyet import refusal

            return at_token(passage, start, stop, *(refusal("~") or ("", "")))
        if kind == "unknown":
            return at_token(
                passage, start, stop, f"`{passage.text[start]}` has no meaning in a formula", _instead(passage, start)
            )
        if kind == "NAME" and stop - start > LONGEST_NAME:
            return at_token(
                passage, start, stop, f"this name has more than {LONGEST_NAME} characters", "choose a shorter one"
            )
        if kind == "NUMBER" and stop - start > DIGITS:
            return at_token(
                passage,
                start,
                stop,
                f"this number has more than {DIGITS} characters",
                "name it and give it in `values`",
            )
        if kind in CLOSES.values():
            opened.append(token)
            if len(opened) > DEEPEST:
                return at_token(
                    passage, start, stop, f"brackets nest deeper than {DEEPEST}", "give parts of it names of their own"
                )
        elif kind in CLOSES and (not opened or opened.pop()[0] != CLOSES[kind]):
            return at_token(
                passage, start, stop, f"this `{passage.text[start]}` closes nothing", "remove it, or open it before"
            )
    if opened:
        _, start, stop = opened[-1]
        return at_token(passage, start, stop, f"this `{passage.text[start]}` is never closed", "close it")
    return None


PLAIN = "a formula is made of names, numbers, + - * / ** @ . ( ) [ ] and comparisons"

_INSTEAD = {
    "^": "a power is `**`",
    "'": "text has no place here; a prime is part of no name",
    ";": "one equation a line",
    "{": "brackets are ( ) and [ ]",
    "}": "brackets are ( ) and [ ]",
    ":": "write the index as a letter: x[i]",
    "!": "not equal is `!=`",
    "|": "write abs(x) or norm(x)",
    "&": "multiply conditions: [a < b]*[b < c]",
    "%": "there is no remainder: operators are + - * / ** @",
    **CHARACTERS,
}


def _instead(passage: Passage, at: int) -> str:
    from derive.declare.schema import spelled

    character = passage.text[at]
    return _INSTEAD.get(character, PLAIN if character.isascii() else spelled(character))


def at_token(passage: Passage, start: int, stop: int, what: str, mend: str = "") -> Problem:
    return Problem(passage.place(start), what, mend, None, passage.excerpt(start, stop - start))
