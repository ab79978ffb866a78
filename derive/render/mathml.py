"""One box in MathML Core, as browsers print it without any font or script of ours.

Script(Symbol("x"), Symbol("i")) -> <msub><mi>x</mi><mi>i</mi></msub>
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

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
    is_tall,
    is_wide,
)
from derive.render.mathml_letters import faced

ACCENTS = {"bar": "¯", "tilde": "~", "hat": "^", "dot": "˙", "ddot": "¨", "vec": "→"}
TIMES, APPLY = "\u2062", "\u2061"
"""The product that is not written, and f applied to x: nothing to see, but a screen reader says them."""
PREFIXED = frozenset("+−±")
"""Signs that browsers take for signs in front where they stand first."""
FORM = re.compile(' form="[a-z]*"')
"""What a parenthesis is at an end of its own row goes without saying."""
PRIMES = frozenset("′″")
"""Letters have them beside them, not above: fonts have raised them already."""
UPRIGHT = frozenset("∇∞…′″")


def mathml(box: Math, display: bool = False) -> str:
    """A formula of its own: in the line, or as a display."""
    attribute = ' display="block"' if display else ""
    return f"<math{attribute}>{inner(box)}</math>"


def inner(box: Math) -> str:
    """What stands in a <math>: a row needs no element of its own there."""
    return items(box.items) if isinstance(box, Row) else element(box)


def element(box: Math) -> str:
    """A box as one element."""
    return _WRITERS[type(box)](box)


def items(boxes: Sequence[Math]) -> str:
    """Boxes side by side; a word has a space between it and what it is applied to, log x, and a factor before it."""
    out: list[str] = []
    for before, box, after in zip((None, *boxes), boxes, (*boxes[1:], None), strict=False):
        if before is not None and is_word(before) and not isinstance(box, (Operator, Fenced)):
            out.append(f'<mo rspace=".17em">{APPLY}</mo>')
        if isinstance(box, Operator):
            beside = any(one is not None and is_word(one) for one in (before, after))
            out.append(operator(box, first=before is None, word=beside))
        else:
            out.append(element(box))
    return "".join(out)


def is_word(box: Math) -> bool:
    """Whether a box is a name in letters, such as tanh or diag."""
    if isinstance(box, Script):
        return is_word(box.base)
    return isinstance(box, Symbol) and box.face == "upright" and len(box.text) > 1 and box.text.isalpha()


def _symbol(box: Symbol) -> str:
    text = box.text
    if box.face == "upright":
        return _upright(text)
    if text[:1].isdigit():
        return f"<mn>{escape(faced(text, box.face))}</mn>"
    if box.face == "italic" and len(text) == 1:
        return _variant(text) if text in UPRIGHT else f"<mi>{escape(text)}</mi>"
    shown = faced(text, box.face)
    return _variant(shown) if len(shown) == 1 and shown == text else f"<mi>{escape(shown)}</mi>"


def _upright(text: str) -> str:
    if text[:1].isdigit() or text in "½":
        return f"<mn>{escape(text)}</mn>"
    if text in UPRIGHT or not any(c.isalpha() for c in text):
        return f"<mo>{escape(text)}</mo>"
    return _variant(text) if len(text) == 1 else f"<mi>{escape(text)}</mi>"


def _variant(text: str) -> str:
    return f'<mi mathvariant="normal">{escape(text)}</mi>'


def operator(box: Operator, first: bool = False, infix: bool = False, word: bool = False) -> str:
    """A sign; infix: it stands between two things though it comes first in its element.  word: one stands beside it."""
    if box.text == "\u2003":
        return '<mspace width="1em"/>'
    if box.kind == "product":
        apart = ' rspace=".17em"' if word and not box.text else ""
        return f"<mo{apart}>{escape(box.text or TIMES)}</mo>"
    if box.kind == "unary":
        return f'<mo form="prefix">{escape(box.text)}</mo>'
    form = ' form="infix"' if infix and first and box.text in PREFIXED else ""
    return f"<mo{form}>{escape(box.text)}</mo>"


def _row(box: Row) -> str:
    return f"<mrow>{items(box.items)}</mrow>"


def _script(box: Script) -> str:
    if isinstance(box.sup, Symbol) and box.sup.text in PRIMES:
        primed = f"<mrow>{element(box.base)}{element(box.sup)}</mrow>"
        return primed if box.sub is None else f"<msub>{primed}{element(box.sub)}</msub>"
    parts = [element(part) for part in (box.base, box.sub, box.sup) if part is not None]
    name = "msubsup" if len(parts) == 3 else "msup" if box.sub is None else "msub"
    return f"<{name}>{''.join(parts)}</{name}>" if len(parts) > 1 else parts[0]


def _fraction(box: Fraction) -> str:
    return f"<mfrac>{element(box.top)}{element(box.bottom)}</mfrac>"


def _over(box: Over) -> str:
    stretchy = "" if is_wide(box) else ' stretchy="false"'
    return f'<mover accent="true">{element(box.base)}<mo{stretchy}>{ACCENTS[box.accent]}</mo></mover>'


def _fenced(box: Fenced) -> str:
    left, right = (FORM.sub("", fence(box, opening)) for opening in (True, False))
    return f"<mrow>{left}{inner(box.body)}{right}</mrow>"


def fence(box: Fenced, opening: bool, alone: bool = False) -> str:
    """A parenthesis, as high as what it holds; `alone`: its partner stands in another formula."""
    form = "prefix" if opening else "postfix"
    tall = is_tall(box.body)
    size = ' minsize="1.9em" maxsize="1.9em"' if tall and alone else "" if tall else ' stretchy="false"'
    return f'<mo form="{form}"{size}>{escape(box.left if opening else box.right)}</mo>'


def _summation(box: Summation) -> str:
    sign = "<mo>∑</mo>"
    if box.upper is None:
        return f"<munder>{sign}{element(box.lower)}</munder>"
    return f"<munderover>{sign}{element(box.lower)}{element(box.upper)}</munderover>"


def _root(box: Root) -> str:
    return f"<msqrt>{inner(box.body)}</msqrt>"


def _raw(box: Raw) -> str:
    return _variant(box.text) if len(box.text) == 1 else f"<mi>{escape(box.text)}</mi>"


def _blank(box: Blank) -> str:
    """The number stands below: beside a rule it would be a factor."""
    rule = "_" * (2 * box.ems) if box.ems else "□"
    return f"<munder><mtext>{rule}</mtext><mtext>({box.number})</mtext></munder>"


_WRITERS: dict[type, Callable[[Any], str]] = {
    Symbol: _symbol, Operator: operator, Row: _row, Script: _script, Fraction: _fraction, Over: _over,
    Fenced: _fenced, Summation: _summation, Root: _root, Raw: _raw, Blank: _blank,
}  # fmt: skip
