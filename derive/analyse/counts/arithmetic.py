"""Printed arithmetic, judged: 11 × 11 × 3 × 96 = 34,848 right; 3 × 3 × 129 = 1,728 is a slip, 192 stands for 129.

A text is LaTeX or plain, with the noise of OCR: O for 0, l for 1, x for ×, digits in groups of three.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, Literal, TypeAlias

Cause: TypeAlias = Literal["factor", "value", "missing", "extra"]
LOOKALIKES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8", "Z": "2"})
LONGEST = 400
"""Characters of a text that are read."""

_NOISE = re.compile(r"\\[,;:! ]|\\(?:quad|qquad|left|right|mathbf|mathrm|text|boldsymbol|displaystyle)\b|[${}~]")
_TIMES = re.compile(r"\\times|\\cdot|\\ast|[×·∗*]|(?<=[\dOlI\s])[xX](?=[\s\dOlI])")
_NUMBER = re.compile(r"[\dOolISB|Z]{1,3}(?:[,.' \u202f][\dOolISB|Z]{3})+(?![\dOolISB|Z])|[\dOolISB|Z]+")
_DIGITS = r"\d{1,3}(?:(?:,|\{,\})\d{3})+(?!\d)|\d+(?!\d|\.\d)"
_SIGN = r"(?:\\times|\\cdot|[×·*+]|(?<=\s)[xX](?=\s))"
_EQUATION = re.compile(rf"(?<![\w.\\^+×·*])(?:{_DIGITS})(?:\s*{_SIGN}\s*(?:{_DIGITS}))+\s*=\s*(?:{_DIGITS})")
_ONLY = re.compile(r"[-–—\s]*")


@dataclass(frozen=True, slots=True)
class Written:
    """Σ Π factors = value; value None: no equation.  repaired: letters were read as digits."""

    terms: tuple[tuple[int, ...], ...]
    value: int | None
    repaired: bool = False

    @property
    def computed(self) -> int:
        return sum(prod(term) for term in self.terms)

    @property
    def said(self) -> int:
        """What the text says that the count is."""
        return self.computed if self.value is None else self.value


@dataclass(frozen=True, slots=True)
class Slip:
    """What explains a wrong product: one factor for another, the value's digits, a factor that lacks or is too many."""

    cause: Cause
    printed: int
    meant: int

    def words(self) -> str:
        if self.cause == "factor":
            return f"the value is right with {self.meant:,} for {self.printed:,}"
        if self.cause == "value":
            return f"{self.printed:,} for {self.meant:,} is a slip of a digit"
        if self.cause == "missing":
            return f"the value has a factor {self.meant:,} that the product lacks"
        return f"the product has a factor {self.printed:,} that the value lacks"

    def to_dict(self) -> dict[str, Any]:
        return {"cause": self.cause, "printed": self.printed, "meant": self.meant}


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A printed equation of numbers: right or not; slips: what explains it, the most likely first."""

    written: Written
    right: bool
    slips: tuple[Slip, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "computed": self.written.computed,
            "value": self.written.value,
            "right": self.right,
            "slips": [slip.to_dict() for slip in self.slips],
        }


def read(text: str) -> Written | None:
    """Products and their value; None for what is no arithmetic."""
    plain = _TIMES.sub("×", _NOISE.sub(" ", text.replace("{,}", ",").replace("&", " "))[:LONGEST])
    sides = plain.split("=")
    terms = _sum(sides[0])
    if terms is None or len(sides) > 2:
        return None
    value = _number(sides[1].strip(" .;")) if len(sides) == 2 else None
    if len(sides) == 2 and value is None:
        return None
    return Written(terms, value, _letters(plain))


def judged(text: str) -> Arithmetic | None:
    """The equation of a text, judged by working it out; None for what is no arithmetic."""
    written = read(text)
    if written is None:
        return None
    right = written.value is None or written.computed == written.value
    return Arithmetic(written, right, () if right else tuple(slips(written)))


def everywhere(text: str) -> tuple[tuple[str, Arithmetic], ...]:
    """Every equation of numbers in a text, `8 × 10 + 10 × 3 = 110`, as it is printed, judged."""
    return tuple((printed, arithmetic) for _, printed, arithmetic in placed(text))


def placed(text: str) -> Iterator[tuple[int, str, Arithmetic]]:
    """The same, each with the character at which it begins, from 0."""
    for met in _EQUATION.finditer(text):
        if (arithmetic := judged(met[0])) is not None:
            yield met.start(), met[0].strip(), arithmetic


def slips(written: Written) -> list[Slip]:
    """What explains a product that does not come out, nearest to what is printed first."""
    if written.value is None or len(written.terms) != 1:
        return []
    ranked = sorted(_slips(written.terms[0], written.value), key=lambda found: found[0])
    return list(dict.fromkeys(slip for _, slip in ranked))


def _slips(factors: tuple[int, ...], value: int) -> Iterator[tuple[tuple[int, int], Slip]]:
    """(rank, slip): a digit that moved or changed before a whole factor, that before another number."""
    whole = prod(factors)
    if not whole or not value:
        return
    near = apart(str(whole), str(value))
    if near <= 1:
        yield (near, 0), Slip("value", value, whole)
    for factor in factors:
        meant, rest = divmod(value * factor, whole)
        if not rest and meant != factor:
            yield (apart(str(factor), str(meant)), 1), Slip("factor", factor, meant)
    if value % whole == 0 and value // whole > 1:
        yield (1, 2), Slip("missing", 1, value // whole)
    if whole % value == 0 and whole // value in factors:
        yield (1, 2), Slip("extra", whole // value, 1)


def apart(left: str, right: str) -> int:
    """How many digits are put in, left out, changed, or exchanged with their neighbour."""
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, 1):
        rows.append([i])
        for j, b in enumerate(right, 1):
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i].append(best)
    return rows[-1][-1]


def _sum(text: str) -> tuple[tuple[int, ...], ...] | None:
    terms = []
    for part in text.split("+"):
        factors = [_number(factor) for factor in part.split("×")]
        if any(factor is None for factor in factors):
            return None
        terms.append(tuple(factor for factor in factors if factor is not None))
    return tuple(terms)


def _number(text: str) -> int | None:
    """A whole number, its digits in groups or not; at least one of its characters is a digit."""
    bare = text.strip()
    if not _NUMBER.fullmatch(bare) or not any(c.isdigit() for c in bare) or _ONLY.fullmatch(bare):
        return None
    return int(re.sub(r"[,.' \u202f]", "", bare).translate(LOOKALIKES))


def _letters(text: str) -> bool:
    return any(c in "OolISBZ|" for c in text)
