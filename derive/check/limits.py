"""How long an answer may be, so that every one is done within seconds."""

from __future__ import annotations

import re

from derive.errors import DeriveError, Problem
from derive.syntax.extract import Formula, formulas
from derive.syntax.unreadable import Unreadable

FORMULAS = 150
"""Formulas in one answer."""
EQUATIONS = 250
"""Signs of equality in all of its formulas, those below a Σ left out: a chain is several equations."""
CHARACTERS = 100_000
"""Characters in all of its formulas."""
MENDED = 20
"""Wrong lines for which an edit is looked for; those after them get numbers that show them wrong, and our line."""
WORK = 6_000
"""How long these may be together: the search takes about the square of how many parts a term has. A usual line is 100,
the longest one of a transformer 3,400."""
BELOW = re.compile(r"_\s*\{[^{}]*\}")


def within_limits(text: str, suffix: str) -> tuple[Formula, ...]:
    """The formulas of an answer. Raises DeriveError for one that is too long to be checked at once."""
    try:
        found = formulas(text, suffix)
    except Unreadable as problem:
        raise DeriveError(Problem(None, problem.message, problem.suggestion)) from None
    sources = [formula.source for formula in found]
    counted = (
        (len(sources), FORMULAS, "formulas"),
        (sum(map(len, sources)), CHARACTERS, "characters in its formulas"),
        (sum(BELOW.sub("", source).count("=") for source in sources), EQUATIONS, "equations"),
    )
    for count, most, what in counted:
        if count > most:
            told = f"the answer has {count:,} {what}; at most {most:,} are checked at once"
            raise DeriveError(Problem(None, told, "hand it in as several answers, a question each"))
    return found
