"""Small helpers for messages: names that are near each other, lists in words."""

from __future__ import annotations

from collections.abc import Iterable

MOST_COMPARED = 500
"""How many names are compared: a network of 10,000 layers with a slip in each line is answered soon, too."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A suggestion, if a known name is near; else nothing."""
    from difflib import get_close_matches

    names = [n for n in dict.fromkeys(known) if abs(len(n) - len(name)) <= len(name)][:MOST_COMPARED]
    same = [n for n in names if n.lower() == name.lower() and n != name]
    near = same[:1] or get_close_matches(name, names, 1, 0.6)
    return f"did you mean {near[0]}?" if near else ""


def plural(count: int, word: str) -> str:
    """1 axis, 2 axes."""
    if count == 1:
        return f"1 {word}"
    return f"{count} {word[:-2] + 'es' if word.endswith('is') else word + 's'}"


def listed(names: Iterable[str], limit: int = 12) -> str:
    """a, b and c; a long list is cut."""
    every = list(dict.fromkeys(names))
    shown = every[:limit] + ([f"{len(every) - limit} more"] if len(every) > limit else [])
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
