"""What cannot be read, and what to write instead: one clear message each, with its place in the formula."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches

from derive.syntax.commands import REFUSED, commands

LONGEST = 20_000
"""Characters in one formula."""
DEEPEST = 100
"""Groups inside one another."""

DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
NAMES = {
    0: "null", 7: "bell", 8: "backspace", 14: "shift out", 15: "shift in", 24: "cancel", 27: "escape", 127: "delete",
}  # fmt: skip


class Unreadable(Exception):
    """A formula that cannot be read: what is wrong, at which character, and what to write instead ("" if unknown)."""

    def __init__(self, message: str, at: int, suggestion: str = "") -> None:
        super().__init__(message)
        self.message, self.at, self.suggestion = message, at, suggestion


def limits(tex: str) -> None:
    """What is wrong with a formula before a token of it is looked at."""
    if len(tex) > LONGEST:
        raise Unreadable(
            f"this formula has {len(tex):,} characters, more than {LONGEST:,}", 0, "write it as several formulas"
        )
    if met := CONTROL.search(tex):
        name = NAMES.get(ord(met[0]), "control character")
        raise Unreadable(f"there is a {name} (U+{ord(met[0]):04X}) in this formula", met.start(), "remove it")
    if met := DIRECTION.search(tex):
        name = unicodedata.name(met[0]).lower()
        raise Unreadable(f"there is a {name} (U+{ord(met[0]):04X}) in this formula", met.start(), "remove it")


def unknown_command(name: str, at: int) -> Unreadable:
    """A command that stands in no table, with the known one that is spelled most like it."""
    if name in REFUSED:
        return Unreadable(f"`\\{name}` is not read", at, REFUSED[name])
    if not name.isalpha():
        return Unreadable(f"`\\{name}` has no meaning in a formula", at, "remove it")
    near = get_close_matches(name, sorted(commands()), n=1, cutoff=0.7)
    mend = f"did you mean `\\{near[0]}`?" if near else "define it with \\newcommand, or write what it stands for"
    return Unreadable(f"the command `\\{name}` is unknown", at, mend)


def unknown_character(character: str, at: int) -> Unreadable:
    """A character that no formula has; letters of other alphabets by name."""
    if character in REFUSED:
        return Unreadable(f"`{character}` is not read", at, REFUSED[character])
    name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
    shown = f"`{character}`" if character.isascii() else f"`{character}` ({name})"
    plain = _plain(character)
    return Unreadable(f"{shown} has no meaning in a formula", at, f"write `{plain}`" if plain else "remove it")


INSTEAD = {"$": "\\$ stands around a formula, not in it", "#": "", "?": "", "`": "'"}
ALIKE = dict(zip("асеорхуАВЕКМНОРСТХαο", "aceopxyABEKMHOPCTXao", strict=True))


def _plain(character: str) -> str:
    """The Latin letter that a character looks like."""
    plain = unicodedata.normalize("NFKC", character)
    return ALIKE.get(character, plain if plain.isascii() and plain.isalnum() else "")
