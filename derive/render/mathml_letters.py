"""Faces as letters of Unicode: 𝐖 is a bold W wherever it is copied to, and needs no style sheet."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from derive.document import Face

LATIN: Mapping[Face, tuple[int, int]] = MappingProxyType({
    "italic": (0x1D434, 0x1D44E), "bold": (0x1D400, 0x1D41A),
    "script": (0x1D49C, 0x1D4B6), "double": (0x1D538, 0x1D552),
})  # fmt: skip
"""Where A and a of each face stand."""
GREEK: Mapping[Face, tuple[int, int]] = MappingProxyType({"italic": (0x1D6E2, 0x1D6FC), "bold": (0x1D6A8, 0x1D736)})
"""Where Α and α stand; a small bold one leans, as \\boldsymbol has it."""
DIGITS: Mapping[Face, int] = MappingProxyType({"bold": 0x1D7CE, "double": 0x1D7D8})
APART: Mapping[tuple[Face, str], str] = MappingProxyType({
    ("italic", "h"): "ℎ",
    **{("script", letter): sign for letter, sign in zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)},
    **{("double", letter): sign for letter, sign in zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)},
    ("bold", "∇"): "𝛁", ("bold", "∂"): "𝝏", ("bold", "ϵ"): "𝝐", ("bold", "ϕ"): "𝝓", ("bold", "ϑ"): "𝝑",
    ("bold", "ϱ"): "𝝔", ("bold", "ϖ"): "𝝕",
})  # fmt: skip
"""Letters that Unicode has elsewhere."""


def faced(text: str, face: Face) -> str:
    """The text in that face; what Unicode has no letter for stays as it is."""
    return "".join(APART.get((face, c)) or _letter(c, face) for c in text)


def _letter(c: str, face: Face) -> str:
    if c.isascii() and c.isalpha() and face in LATIN:
        upper, lower = LATIN[face]
        return chr(upper + ord(c) - ord("A") if c.isupper() else lower + ord(c) - ord("a"))
    if c.isascii() and c.isdigit() and face in DIGITS:
        return chr(DIGITS[face] + int(c))
    if face in GREEK and ("Α" <= c <= "Ω" or "α" <= c <= "ω"):
        upper, lower = GREEK[face]
        return chr(upper + ord(c) - ord("Α") if c <= "Ω" else lower + ord(c) - ord("α"))
    return c
