"""Mathematics as pieces of text with places: what a picture needs, whose viewer may know no MathML.

Widths are those of Times (Adobe's metrics), in em. A picture states the width of each piece, so that it comes out
the same in any font.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from derive.document import Blank, Fenced, Fraction, Math, Operator, Over, Raw, Root, Row, Script, Summation, Symbol

UPRIGHT = dict(zip(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    (444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722,
     500, 500, 444, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611,
     722, 722, 944, 722, 722, 611), strict=True))  # fmt: skip
ITALIC = dict(zip(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    (500, 500, 444, 500, 444, 278, 500, 500, 278, 278, 444, 278, 722, 500, 500, 500, 500, 389, 389, 278, 500, 444, 667,
     444, 444, 389, 611, 611, 667, 722, 611, 611, 722, 722, 333, 444, 667, 556, 833, 667, 722, 611, 722, 611, 500, 556,
     722, 611, 833, 611, 556, 556), strict=True))  # fmt: skip
BOLD = dict(zip(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    (500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500, 556, 556, 444, 389, 333, 556, 500, 722,
     500, 500, 444, 722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944, 722, 778, 611, 778, 722, 556, 667,
     722, 722, 1000, 722, 722, 667), strict=True))  # fmt: skip
PRIMES = frozenset("′″")
OTHERS = {**dict.fromkeys("()[]{}′", 333), **dict.fromkeys(".,:;| ", 270), **dict.fromkeys("‖", 450), "…": 1000,
          **dict.fromkeys("+−=<>≤≥≠≈∈×", 570), "Σ": 640, "·": 250, "ℓ": 420, "∘": 400}  # fmt: skip
WIDTHS = {"italic": ITALIC, "bold": BOLD}
SMALL, RAISED, LOWERED, ASCENT, DESCENT = 0.7, 0.42, 0.2, 0.72, 0.24
"""Of scripts: their size, how far up and how far down they go; of a line: how far letters go up and down."""
SPACES = {"relation": 0.26, "plus": 0.2, "binary": 0.2, "product": 0.12}
MARKS = {"tilde": "˜", "hat": "ˆ", "dot": "˙", "ddot": "¨", "vec": "→"}


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A piece of text in one face: its left end, its baseline (down is positive), its size, its width; in em."""

    text: str
    face: str
    x: float
    y: float
    size: float
    width: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, of a bar, a fraction, a root."""

    x: float
    y: float
    width: float
    thick: float


@dataclass(frozen=True, slots=True)
class Set:
    """Mathematics with places, its baseline at 0: how wide it is, and how far it goes up and down."""

    pieces: tuple[Glyphs | Rule, ...]
    width: float
    up: float = ASCENT
    down: float = DESCENT

    def moved(self, x: float, y: float) -> Set:
        shifted = tuple(replace(p, x=p.x + x, y=p.y + y) for p in self.pieces)
        return Set(shifted, self.width, self.up - y, self.down + y)

    def scaled(self, by: float) -> Set:
        return Set(tuple(_scaled(p, by) for p in self.pieces), self.width * by, self.up * by, self.down * by)


def _scaled(piece: Glyphs | Rule, by: float) -> Glyphs | Rule:
    common = replace(piece, x=piece.x * by, y=piece.y * by, width=piece.width * by)
    if isinstance(common, Glyphs):
        return replace(common, size=common.size * by)
    return replace(common, thick=common.thick * max(by, 0.8))


def typeset(box: Math) -> Set:
    """A box in pieces with places, in em."""
    return _SETTERS[type(box)](box)


def text_width(text: str, face: str = "upright") -> float:
    widths = WIDTHS.get(face, UPRIGHT)
    plain = (c for c in unicodedata.normalize("NFC", text) if not unicodedata.combining(c))
    return sum(widths.get(c, OTHERS.get(c, 530)) for c in plain) / 1000


def words(text: str, face: str = "upright") -> Set:
    width = text_width(text, face)
    return Set((Glyphs(text, face, 0.0, 0.0, 1.0, width),), width)


def beside(parts: Iterable[Set]) -> Set:
    """One after the other."""
    pieces: list[Glyphs | Rule] = []
    x, up, down = 0.0, ASCENT, DESCENT
    for part in parts:
        pieces.extend(part.moved(x, 0).pieces)
        x, up, down = x + part.width, max(up, part.up), max(down, part.down)
    return Set(tuple(pieces), x, up, down)


def _symbol(box: Symbol) -> Set:
    if box.face in ("script", "double"):
        kind = {"script": "SCRIPT", "double": "DOUBLE-STRUCK"}[box.face]
        return words("".join(_named(c, kind) for c in box.text), "upright")
    slanted = box.face == "italic" and len(box.text) == 1 and box.text.isalpha()
    return words(box.text, "bold" if box.face == "bold" else "italic" if slanted else "upright")


def _named(letter: str, kind: str) -> str:
    """ℰ for E, 𝔼 for E."""
    for name in (f"{kind} CAPITAL {letter}", f"MATHEMATICAL {kind} CAPITAL {letter}", f"{kind} SMALL {letter}"):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return letter


def _space(width: float) -> Set:
    return Set((), width)


def _operator(box: Operator) -> Set:
    if not box.text.strip():
        return _space(SPACES.get(box.kind, 0.1))
    sign, space = words(box.text.strip()), _space(SPACES.get(box.kind, 0.0))
    if box.kind == "comma":
        return beside((sign, _space(0.12)))
    return beside((space, sign, space))


def _row(box: Row) -> Set:
    return beside(typeset(item) for item in box.items)


def _script(box: Script) -> Set:
    base, sup = typeset(box.base), box.sup
    if isinstance(sup, Symbol) and sup.text in PRIMES:  # high in its own box already
        base, sup = beside((base, words(sup.text))), None
    above = None if sup is None else typeset(sup).scaled(SMALL)
    below = None if box.sub is None else typeset(box.sub).scaled(SMALL)
    height = max(RAISED, base.up - 0.3) if base.up > ASCENT else RAISED
    parts = [base.moved(0, 0)]
    parts += [above.moved(base.width + 0.04, -height)] if above else []
    parts += [below.moved(base.width + 0.01, LOWERED)] if below else []
    width = base.width + 0.06 + max((s.width for s in (above, below) if s), default=0.0)
    pieces = tuple(piece for part in parts for piece in part.pieces)
    return Set(pieces, width, max(p.up for p in parts), max(p.down for p in parts))


def _fraction(box: Fraction) -> Set:
    top, bottom = typeset(box.top).scaled(0.85), typeset(box.bottom).scaled(0.85)
    width = max(top.width, bottom.width) + 0.16
    above = top.moved((width - top.width) / 2, -0.34 - top.down)
    below = bottom.moved((width - bottom.width) / 2, -0.16 + bottom.up)
    line = Rule(0.04, -0.25, width - 0.08, 0.05)
    return beside((_space(0.06), Set((*above.pieces, line, *below.pieces), width, above.up, below.down), _space(0.06)))


def _over(box: Over) -> Set:
    base = typeset(box.base)
    top = base.up if base.up > ASCENT or _is_high(box.base) else 0.52
    if box.accent == "bar":
        line = Rule(0.06, -top - 0.09, max(base.width - 0.06, 0.3), 0.055)
        return Set((*base.pieces, line), base.width, max(base.up, top + 0.18), base.down)
    mark = words(MARKS[box.accent])
    placed = mark.moved((base.width - mark.width) / 2 + 0.05, 0.52 - top)
    return Set((*base.pieces, *placed.pieces), base.width, max(base.up, top + 0.25), base.down)


def _is_high(box: Math) -> bool:
    """Whether a letter reaches above the small ones."""
    return not isinstance(box, Symbol) or any(c not in "acegmnopqrsuvwxyzαγεηικμνοπρστυφχψω" for c in box.text)


def _fenced(box: Fenced) -> Set:
    return beside((words(box.left), typeset(box.body), words(box.right)))


def _summation(box: Summation) -> Set:
    sign = words("Σ")
    return beside((_script(Script(Symbol("Σ", "upright"), box.lower, box.upper)), _space(0.08))) if sign else sign


def _root(box: Root) -> Set:
    body, sign = typeset(box.body), words("√")
    line = Rule(sign.width, -body.up - 0.06, body.width, 0.05)
    whole = beside((sign, body))
    return Set((*whole.pieces, line), whole.width, whole.up + 0.12, whole.down)


_SETTERS: dict[type, Callable[[Any], Set]] = {
    Symbol: _symbol, Operator: _operator, Row: _row, Script: _script, Fraction: _fraction, Over: _over,
    Fenced: _fenced, Summation: _summation, Root: _root, Raw: lambda box: words(box.text),
    Blank: lambda box: words("_" * max(1, box.ems)),
}  # fmt: skip
