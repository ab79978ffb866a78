"""One box in LaTeX."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
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
from derive.render.latex_symbols import ACCENTS, ESCAPES, FENCES, NAMED, OPERATORS, RELATIONS, SIGNS, SYMBOLS


def math(box: Math) -> str:
    """A box in LaTeX, without dollars."""
    return _WRITERS[type(box)](box)


def _symbol(box: Symbol) -> str:
    if box.face == "upright":
        return NAMED.get(box.text) or _upright(box.text)
    body = "".join(SYMBOLS.get(c, ESCAPES.get(c, c)) for c in box.text).strip()
    if box.face == "bold":
        greek = any(c in SYMBOLS for c in box.text)
        return f"\\boldsymbol{{{body}}}" if greek else f"\\mathbf{{{body}}}"
    return f"\\{_FACES[box.face]}{{{body}}}" if box.face in _FACES else body


_FACES = {"script": "mathcal", "double": "mathbb"}


def _upright(text: str) -> str:
    if "," in text and text.replace(",", "").isdigit():
        return text.replace(",", "{,}")
    if text.isdigit() or (len(text) == 1 and not text.isalpha()) or text.replace(".", "").isdigit():
        return SYMBOLS.get(text, text).strip()
    body = "".join(r"\," if c == " " else _character(c) for c in text)
    return f"\\mathrm{{{body}}}" if len(text) == 1 else f"\\operatorname{{{body}}}"


def _character(c: str) -> str:
    if c.isascii() or c in SYMBOLS:
        return SYMBOLS.get(c, ESCAPES.get(c, c))
    return script(c) or f"\\text{{{beyond(c)}}}"


def script(c: str) -> str:
    """₁ as {}_{1}, ² as {}^{2}, so that several may follow each other; empty for what is neither."""
    kind, _, code = unicodedata.decomposition(c).partition("> ")
    if kind not in ("<sub", "<super"):
        return ""
    inside = chr(int(code, 16))
    return f"{{}}{'_' if kind == '<sub' else '^'}{{{SYMBOLS.get(inside, inside)}}}"


def beyond(c: str) -> str:
    """A letter that the fonts lack: without its accent, else its code."""
    base = unicodedata.normalize("NFKD", c)[0]
    return base if " " <= base <= "~" and c != base else f"[U+{ord(c):04X}]"


def _operator(box: Operator) -> str:
    return OPERATORS.get(box.text, box.text)


def _row(box: Row) -> str:
    return side_by_side([math(item) for item in box.items])


def side_by_side(parts: list[str]) -> str:
    """Pieces side by side; a space between them but around brackets and commas, and after a sign in front.

    An empty piece stands between factors: x (a + b) is a product, f(a + b) a call.
    """
    out = "".join(parts[:1])
    for n, part in enumerate(parts[1:], 1):
        tight = not out or not part or _tight(parts[max(0, n - 2) : n], part)
        out += part if tight else " " + part
    return out


def _tight(before: list[str], right: str) -> bool:
    """Whether a piece follows those before it without a space."""
    left = before[-1]
    if not left:
        return False
    if left in SIGNS:
        return left == "-" and (len(before) == 1 or before[0] in RELATIONS)
    if left[-1] in "([ " or right[0] in "()[],'":
        return True
    return right.startswith((r"\left", r"\right", " ", r"\|", "|")) or (left[-1].isdigit() and right[0].isdigit())


def _script(box: Script) -> str:
    sub = "" if box.sub is None else "_" + braced(_close(box.sub))
    prime, sup = _primes(box.sup)
    base = math(box.base)
    primed = isinstance(box.base, Script) and box.base.sup is None and prime and not sup
    base = f"{{{base}}}" if isinstance(box.base, (Row, Script, Raw, Fraction)) and not primed else base
    return base + prime + sub + sup


def _primes(sup: Math | None) -> tuple[str, str]:
    """Primes as ', what else is above as ^."""
    if sup is None:
        return "", ""
    items = sup.items if isinstance(sup, Row) else (sup,)
    count = next((n for n, item in enumerate(items) if not _is_prime(item)), len(items))
    rest = items[count:]
    above = _close(Row(tuple(rest))) if rest else ""
    if count and above:
        return "", "^{" + r"\prime" * count + " " + above + "}"
    return "'" * count, "^" + braced(above) if above else ""


def _close(box: Math) -> str:
    """Letters of a script side by side: ji, (2)T; words in it are upright: d_in."""
    items = box.items if isinstance(box, Row) else (box,)
    parts = [_in_script(item) for item in items]
    if all(isinstance(i, (Symbol, Fenced)) or (isinstance(i, Operator) and i.kind == "comma") for i in items):
        return "".join(p + " " if p[-1].isalpha() and "\\" in p and q[:1].isalpha() else p
                       for p, q in zip(parts, [*parts[1:], ""], strict=True))  # fmt: skip
    return side_by_side(parts)


def _in_script(box: Math) -> str:
    """A word is no operator there: it has no space around it."""
    return math(box).replace("\\operatorname{", "\\mathrm{") if isinstance(box, (Symbol, Fenced)) else math(box)


def _is_prime(box: Math) -> bool:
    return isinstance(box, Symbol) and box.text == "′"


def braced(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


def _fraction(box: Fraction) -> str:
    return f"\\frac{{{math(box.top)}}}{{{math(box.bottom)}}}"


def _over(box: Over) -> str:
    body = math(box.base)
    name = ACCENTS[box.accent][is_wide(box)]
    return f"\\{name}{{{body}}}"


def _fenced(box: Fenced) -> str:
    return fence(box, True) + math(box.body) + fence(box, False)


def fence(box: Fenced, opening: bool) -> str:
    text = FENCES[box.left if opening else box.right]
    if not is_tall(box.body):
        return text
    return ("\\left" + text.strip() + " ") if opening else (" \\right" + text)


def _summation(box: Summation) -> str:
    upper = "" if box.upper is None else "^" + braced(math(box.upper))
    return "\\sum_" + braced(math(box.lower).replace(" = ", "=")) + upper


def _root(box: Root) -> str:
    return f"\\sqrt{{{math(box.body)}}}"


def _raw(box: Raw) -> str:
    return f"{{{box.latex}}}"


def _blank(box: Blank) -> str:
    """The number stands below: beside a rule it would be a factor."""
    rule = f"\\underline{{\\hspace{{{box.ems}em}}}}" if box.ems else "\\boxed{\\phantom{T}}"
    return f"\\,\\underset{{({box.number})}}{{{rule}}}\\,"


_WRITERS: dict[type, Callable[[Any], str]] = {
    Symbol: _symbol, Operator: _operator, Row: _row, Script: _script, Fraction: _fraction, Over: _over,
    Fenced: _fenced, Summation: _summation, Root: _root, Raw: _raw, Blank: _blank,
}  # fmt: skip
