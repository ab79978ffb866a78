"""How wide a box prints, in ems of Computer Modern, a little generously."""

from __future__ import annotations

from derive.document import Blank, Fenced, Fraction, Math, Operator, Over, Raw, Root, Row, Script, Summation, Symbol

SMALL = 0.76
"""The size of a script next to its base, with what TeX adds around it."""
WIDE = "MWmw"
NARROW = "′.:,|()[]"
FACES = {"bold": 0.62, "upright": 0.53, "italic": 0.57, "script": 0.66, "double": 0.6}
"""The width of a small letter of each face."""
KINDS = {"relation": 1.35, "plus": 1.25, "binary": 1.0, "unary": 0.8, "product": 0.05, "comma": 0.5}


def width(box: Math) -> float:
    """The width of a box in display style."""
    if isinstance(box, Symbol):
        return _letters(box)
    if isinstance(box, Operator):
        return KINDS[box.kind] + (0.75 if box.kind == "product" and box.text else 0.0)
    if isinstance(box, Row):
        return sum(width(item) for item in box.items)
    if isinstance(box, Script):
        return width(box.base) + SMALL * max(_or_none(box.sub), _or_none(box.sup)) + 0.05
    if isinstance(box, Fraction):
        return max(width(box.top), width(box.bottom)) + 0.25
    return _other(box)


def _other(box: Over | Fenced | Summation | Root | Raw | Blank) -> float:
    if isinstance(box, Blank):
        return max(1.5, float(box.ems)) + 0.5
    if isinstance(box, Over):
        return width(box.base)
    if isinstance(box, Fenced):
        return width(box.body) + 1.2
    if isinstance(box, Summation):
        return max(1.5, SMALL * width(box.lower), SMALL * _or_none(box.upper)) + 0.25
    return width(box.body) + 1.0 if isinstance(box, Root) else 0.6 * len(box.latex)


def _or_none(box: Math | None) -> float:
    return 0.0 if box is None else width(box)


def _letters(box: Symbol) -> float:
    return sum(_letter(c, FACES[box.face]) for c in box.text)


def _letter(c: str, each: float) -> float:
    if c in NARROW:
        return 0.3
    return each * (1.5 if c in WIDE else 1.3 if c.isupper() else 1.0)
