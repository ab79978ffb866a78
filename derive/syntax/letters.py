"""A Unicode character as a letter of a formula: its base, its face and the marks over it. x̄, σ, 𝐖, ℒ, ȳ"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from derive.syntax.commands import CHARACTERS, MARKS
from derive.syntax.tree import Face

FACES: tuple[tuple[str, Face], ...] = (
    ("DOUBLE-STRUCK", "double"), ("SCRIPT", "script"), ("FRAKTUR", "script"), ("BOLD", "bold"),
)  # fmt: skip
"""What the name of a mathematical letter says of its face: 𝐖 is MATHEMATICAL BOLD CAPITAL W."""


@lru_cache(maxsize=4096)
def letter(character: str) -> tuple[str, Face, tuple[str, ...]]:
    """Base, face and accents (inner first) of one character with its combining marks; base "" if it is no letter."""
    parts = unicodedata.normalize("NFD", character)
    first, marks = parts[0], parts[1:]
    accents = tuple(MARKS.get(mark, "") for mark in marks)
    plain = unicodedata.normalize("NFKC", first)
    if first in CHARACTERS:
        plain = first
    base = CHARACTERS.get(plain, plain)
    greek = unicodedata.name(plain[:1], "").startswith("GREEK CAPITAL LETTER")
    known = base != plain or greek or (len(plain) == 1 and plain.isascii() and plain.isalnum())
    if not known or "" in accents:
        return "", "italic", ()
    return base, _face(first), accents


def _face(character: str) -> Face:
    if character.isascii():
        return "italic"
    name = unicodedata.name(character, "")
    return next((face for word, face in FACES if word in name), "italic")
