"""Boxes as one line of text, in Unicode or in ASCII."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from derive.document import (
    Blank,
    Fenced,
    Fraction,
    Math,
    Operator,
    Over,
    Raw,
    Root,
    Row,
    Script,
    Summation,
    Symbol,
)
from derive.render.wrap import Edge, Piece
from derive.typeset.reader import GREEK

ABOVE = dict(
    zip(
        "0123456789+−-=()nijT⊤abcdefghklmoprstuvwxyzABDEGHIJKLMNOPRUVW′",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱʲᵀᵀᵃᵇᶜᵈᵉᶠᵍʰᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵁⱽᵂ′",
        strict=True,
    )
)
UNSURE = "abcdefghklmoprstuvwxyzijABDEGHIJKLMNOPRUVW"
"""Raised letters that many fonts lack: written with ^ instead."""
BELOW = dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True))
LINE = "\u0305"
ACCENTS = {"bar": "\u0304", "tilde": "\u0303", "hat": "\u0302", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7"}
VULGAR = {("1", "2"): "½", ("1", "3"): "⅓", ("2", "3"): "⅔", ("1", "4"): "¼", ("3", "4"): "¾", ("1", "5"): "⅕"}
SPELLED = {
    **{char: name for name, char in GREEK.items() if name != "lamda"},
    "∂": "d", "∇": "grad ", "…": "...", "∘": ".*", "⊙": ".*", "⊘": "./", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=",
    "×": " x ", "·": "*", "∗": "*", "′": "'", "‖": "||", "ℓ": "l", "Σ": "Sigma", "√": "sqrt", "→": "->", "½": "1/2",
    "²": "^2", "³": "^3", "ᵀ": "^T", "⊤": "T", "⁻": "-", "¹": "1", "″": "''", "–": "-", "—": "-", "’": "'", "“": '"',
    "”": '"',
    "\u0304": "bar", "\u0303": "tilde", "\u0302": "hat", "⁽": "(", "⁾": ")", "≈": "~", "∈": "in",
    "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "∞": "inf", "±": "+/-", "¬": "not ", "∧": "and", "∨": "or",
    "⇒": "=>", "↦": "->", "✓": "right", "✗": "wrong", **{char: digit for digit, char in BELOW.items()},
}  # fmt: skip
CLOSE = re.compile(r" ([^\w\s()|‖\x1b]+) |(?<=,) ")
"""Signs with a space on either side, and the space after a comma."""
MARKED = re.compile("[^\u0300-\u036f\u20d7][\u0300-\u036f\u20d7]*")
"""A letter with the marks over it."""
ESCAPE = re.compile("\x1b\\[[0-9;]*m")


def cells(text: str) -> int:
    """How many cells of a terminal a text takes: marks over letters none, wide characters two."""
    return cell_len(unicodedata.normalize("NFC", ESCAPE.sub("", text)))


@dataclass(frozen=True, slots=True)
class Paper:
    """What can be printed: plain ASCII or Unicode, with bold letters or without."""

    ascii: bool = False
    colour: bool = False

    def words(self, text: str) -> str:
        """Prose; in ASCII what has no spelling becomes a question mark."""
        if not self.ascii:
            return text
        spelled = "".join(SPELLED.get(c, c) for c in unicodedata.normalize("NFD", text))
        return "".join(c for c in spelled if not unicodedata.combining(c)).encode("ascii", "replace").decode()

    def math(self, box: Math) -> str:
        """A box on one line."""
        if isinstance(box, Symbol):
            return self._symbol(box)
        if isinstance(box, Operator):
            return self._operator(box)
        if isinstance(box, Row):
            return "".join(self._items(box.items))
        if isinstance(box, Script):
            return self._script(box)
        return self._fraction(box) if isinstance(box, Fraction) else self._other(box)

    def _other(self, box: Over | Fenced | Summation | Root | Raw | Blank) -> str:
        if isinstance(box, Blank):
            return f"{'_' * box.ems or '[ ]'}({box.number})"
        if isinstance(box, Over):
            return self._over(box)
        if isinstance(box, Fenced):
            return self._text(box.left) + self.math(box.body) + self._text(box.right)
        if isinstance(box, Summation):
            limits = self._below(box.lower) + (self._limit(box.upper) if box.upper is not None else "")
            return ("sum" if self.ascii else "Σ") + limits
        if isinstance(box, Root):
            body = self.math(box.body)
            return f"sqrt({body})" if self.ascii else f"√{body}" if isinstance(box.body, Symbol) else f"√({body})"
        return self._text(box.text)

    def pieces(self, sequence: Sequence[Piece]) -> list[str]:
        """A sequence for wrapping, each piece with the space that belongs to it."""
        out: list[str] = []
        for n, piece in enumerate(sequence):
            if isinstance(piece, Edge):
                out.append(self._text(piece.text))
            else:
                after = [p.math for p in sequence[n + 1 : n + 2] if not isinstance(p, Edge)]
                out.append(self._followed(piece.math, after))
        return out

    def _items(self, items: Sequence[Math]) -> list[str]:
        return [self._followed(item, items[n + 1 : n + 2]) for n, item in enumerate(items)]

    def _followed(self, item: Math, after: Sequence[Math]) -> str:
        """A quotient before another factor is put in parentheses, so that the factor stays above the line."""
        text = self.math(item)
        kinds = [a.kind for a in after if isinstance(a, Operator)]
        if not isinstance(item, Fraction) or "/" not in text:
            return text
        joins = ("product", "binary") if item.signal else () if _is_partial(item) else ("product",)
        return f"({text})" if any(kind in joins for kind in kinds) else text

    def _text(self, text: str) -> str:
        return "".join(SPELLED.get(c, c if c.isascii() else "?") for c in text) if self.ascii else text

    def _symbol(self, box: Symbol) -> str:
        text = self._text(box.text)
        text = _double(text) if box.face == "double" and not self.ascii else text
        return f"\x1b[1m{text}\x1b[22m" if self.colour and box.face == "bold" else text

    def _operator(self, box: Operator) -> str:
        text = self._text(box.text).strip()
        if box.kind in ("relation", "plus", "binary"):
            return f" {text} "
        if box.kind == "product":
            return f" {text} " if text else " "
        return text + " " if box.kind == "comma" else text

    def _tight(self, box: Math) -> str:
        """Without spaces around signs, for limits and scripts; factors keep theirs."""
        return CLOSE.sub(lambda met: met[1] or "", self.math(box))

    def _over(self, box: Over) -> str:
        body = self.math(box.base)
        if self.ascii:
            return body + box.accent
        mark = LINE if box.accent == "bar" and _is_long(box.base) else ACCENTS[box.accent]
        return "".join(_marked(part, mark) for part in re.split("(\x1b\\[[0-9;]*m)", body))

    def _script(self, box: Script) -> str:
        base = self.math(box.base)
        layer, above = self._above(box.sup) if box.sup is not None else ("", "")
        below = self._below(box.sub) if box.sub is not None else ""
        base = f"({base})" if isinstance(box.base, (Fraction, Row)) else base
        return base + layer + below + above

    def _above(self, sup: Math) -> tuple[str, str]:
        """(what stands before the subscript: primes and layers, what stands after it: powers, transposes)."""
        items = sup.items if isinstance(sup, Row) else (sup,)
        count = next((n for n, item in enumerate(items) if not _is_layer(item)), len(items))
        layer = "".join(self._layer(item) for item in items[:count])
        return layer, self._power(items[count:]) if items[count:] else ""

    def _layer(self, box: Math) -> str:
        """A layer 2 is only w2 in ASCII; a label is h^(t)."""
        text = self._tight(box)
        if self.ascii:
            body = self._tight(box.body) if isinstance(box, Fenced) else text
            return body if body.isdigit() or body == text else f"^{text}"
        return "".join(ABOVE[c] for c in text) if all(c in ABOVE for c in text) else f"^{text}"

    def _power(self, items: Sequence[Math]) -> str:
        text = self._tight(Row(tuple(items)))
        if not self.ascii and all(c in ABOVE and c not in UNSURE for c in text) and not any(map(_is_count, items)):
            return "".join(ABOVE[c] for c in text)
        return f"^{text}" if len(text) == 1 else f"^{{{text}}}"

    def _below(self, sub: Math) -> str:
        text = self._tight(sub)
        if text.isascii() and text.isdigit() and not self.ascii:
            return "".join(BELOW[c] for c in text)
        plain = ESCAPE.sub("", text)
        return f"_{text}" if plain.isalnum() and (len(plain) == 1 or _is_tight(sub)) else f"_{{{text}}}"

    def _limit(self, upper: Math) -> str:
        text = self._tight(upper)
        return f"^{text}" if len(text) == 1 else f"^{{{text}}}"

    def _fraction(self, box: Fraction) -> str:
        top, bottom = self.math(box.top), self.math(box.bottom)
        if not self.ascii and (top, bottom) in VULGAR:
            return VULGAR[top, bottom]
        top = f"({top})" if _has(box.top, ("plus", "relation", "binary")) else top
        together = not _has(box.bottom, ("plus", "relation", "binary", "product")) or _is_word(box.bottom)
        bottom = bottom if together else f"({bottom})"
        return f"{top}/{bottom}"


def _double(text: str) -> str:
    """𝔼 for E."""
    names = (f"{kind} CAPITAL {c}" for c in text for kind in ("MATHEMATICAL DOUBLE-STRUCK", "DOUBLE-STRUCK"))
    found = [unicodedata.lookup(name) for name in names if _is_named(name)] if text.isupper() and text.isascii() else []
    return "".join(found) if len(found) == len(text) else text


def _is_named(name: str) -> bool:
    try:
        return bool(unicodedata.lookup(name))
    except KeyError:
        return False


def _marked(part: str, mark: str) -> str:
    """A mark over each letter, above the marks that are there."""
    if part.startswith("\x1b"):
        return part
    return MARKED.sub(rf"\g<0>{mark}", unicodedata.normalize("NFD", part))


def _is_long(box: Math) -> bool:
    """Whether a name has several letters, over which one line is drawn: e̅l̅l̅, l̅o̅g̅σ̅²̅."""
    while isinstance(box, Over):
        box = box.base
    return len(box.text) > 1 if isinstance(box, Symbol) else isinstance(box, (Row, Raw))


def _is_partial(box: Fraction) -> bool:
    first = box.top.items[0] if isinstance(box.top, Row) else box.top
    return isinstance(first, Symbol) and first.text == "∂"


def _is_word(box: Math) -> bool:
    """log 2: a function's name and its argument."""
    if not isinstance(box, Row) or len(box.items) != 3 or not isinstance(box.items[2], (Symbol, Script)):
        return False
    name = box.items[0].base if isinstance(box.items[0], Script) else box.items[0]
    return isinstance(name, Symbol) and name.face == "upright" and name.text.isalpha() and len(name.text) > 1


def _is_layer(box: Math) -> bool:
    return isinstance(box, Fenced) or (isinstance(box, Symbol) and box.text == "′")


def _is_count(box: Math) -> bool:
    """The T of a power, h⁽ᵀ⁾ = A^T h₀: it is no transpose."""
    parts = box.items if isinstance(box, Row) else (box,)
    return any(isinstance(part, Symbol) and part.text == "T" and part.face != "upright" for part in parts)


def _is_tight(box: Math) -> bool:
    """Letters side by side, such as ij."""
    return isinstance(box, Row) and all(isinstance(i, Symbol) and len(i.text) == 1 for i in box.items)


def _has(box: Math, kinds: tuple[str, ...]) -> bool:
    return isinstance(box, Row) and any(isinstance(i, Operator) and i.kind in kinds for i in box.items)
