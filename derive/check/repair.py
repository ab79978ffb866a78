"""Other readings of garbled LaTeX: the slips of text recognition, one row each.

    plausible(r"ar{\\mathbf x} = \\mathbf y")      \\bar{\\mathbf x} = \\mathbf y

A row restores a sign that was misread or lost on the way to LaTeX. It never turns a matrix over, swaps indices, changes
a sign, adds a bar or a term: those are what a writer gets wrong. The printed line keeps its own verdict beside these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from derive.syntax.read import Mode, Unreadable, statements

LONGEST = 4_000
"""Characters of a formula for which other readings are looked for."""
MOST = 24
"""Readings of one formula."""
ROWS = 6
"""Slips in one formula."""


@dataclass(frozen=True, slots=True)
class Repair:
    """The LaTeX as it was plausibly meant, and what was read for what, slip by slip."""

    tex: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """What is misread: a pattern, what may stand there instead, and what to say of each of these.

    certain: whether the printed text says nothing, so that this slip is mended in every reading.
    follows: whether it is a slip only where there is another one; σ for σ′ alone is a mistake, not a misprint.
    """

    pattern: re.Pattern[str]
    instead: tuple[tuple[str, str], ...]
    certain: bool = False
    follows: bool = False


PART = r"\s*((?:\\[a-zA-Z]+\s*)?(?:\{[^{}]*\}|[A-Za-z])(?:'|_\{[^{}]*\}|_\w|\^\{[^{}]*\}|\s)*)"
"""A name with its scripts, as a part of a fraction."""


def _slip(pattern: str, *instead: tuple[str, str], certain: bool = False, follows: bool = False) -> Slip:
    return Slip(re.compile(pattern), instead, certain, follows)


def _lost(rest: str, command: str) -> Slip:
    """\\bar printed as ar, \\frac as rac: the backslash and the letter after it are one character in many languages."""
    found = rf"(?:[\x07-\x0d]|(?<![A-Za-z\\])){rest}(?=\s*[{{\\])"
    return _slip(found, (f"\\\\{command}", f"{rest} is read as \\{command}"), certain=True)


SLIPS: tuple[Slip, ...] = (
    _lost("ar", "bar"), _lost("rac", "frac"), _lost("ilde", "tilde"), _lost("athbf", "mathbf"),
    _lost("mathbf", "mathbf"), _lost("verline", "overline"), _lost("overline", "overline"),
    _lost("abla", "nabla"), _lost("artial", "partial"),
    _slip(rf"\\frac\s*\{{\s*2{PART}\}}\s*\{{\s*2{PART}\}}", (r"\\frac{\\partial \1}{\\partial \2}", "2 is read as ∂"),
          certain=True),
    _slip(r"\\(?:sum|Sigma)\s*\(\s*([a-z])\s*=\s*([a-z])\s*\)", (r"I(\1=\2)", "Σ(i = j) is read as I(i = j)"),
          certain=True),
    _slip(r"(?<=[(\[])(\s*)1(?=\s*=\s*[a-z])", (r"\1i", "1 = is read as i ="), certain=True),
    _slip(r"\\tilde\s*(?:\{\s*\\nu\s*\}|\\nu(?![A-Za-z]))", ("i", "ν̃ is read as i"), certain=True),
    _slip(r"(?<![A-Za-z])R[Ee][Ll]V(?![A-Za-z])'?", ("ReLU'", "RELV is read as ReLU′"),
          ("ReLU", "RELV is read as ReLU"), certain=True),
    _slip(rf"\\frac\s*\{{\s*(?:2|\\partial){PART}'\s*\}}\s*\{{\s*(?:2|\\partial)\s*\1'\s*\}}",
          (r"\\frac{\\partial \1'}{\\partial \1}", "the prime below is read as a speck")),
    _slip(r"(?<![\w.}])6(?=\s*(?:\\left)?\()", (r"\\sigma'", "6 is read as σ′"), (r"\\sigma", "6 is read as σ")),
    _slip(r"(?<=[(\[])(\s*)2(?=\s*=)", (r"\1z", "2 = is read as z =")),
    _slip(r"(?<![\w.}])1(?=\s*\([^()]*=[^()]*\))", ("I", "1( is read as I(")),
    _slip(r"(\\right\s*\)|\))\s*\^\s*(?:\{\s*2\s*\}|2)\s*([i-n])\s*,?\s*([i-n])(?![A-Za-z])",
          (r"\1_{\2\3}", ")² is read as )")),
    _slip(r"(?<![A-Za-z\\_^])(?<![_^]\{)([xyzhsgp])([ijkt])(?![A-Za-z_{^'])",
          (r"\1_{\2}", "a low letter is read as a subscript"),
          (r"\1'_{\2}", "a low letter is read as a subscript, with a lost prime")),
    _slip(r"(\\partial\s*(?:\\[a-z]+\s*\{?\s*)?)v(?![A-Za-z])", (r"\1y", "v is read as y")),
    _slip(r"\\(?:gamma|chi)(?![A-Za-z])", ("x", "γ is read as x")),
    _slip(r"\\Sigma(?![A-Za-z])(?!\s*\()", (r"\\sum", "the letter Σ is read as a sum")),
    _slip(r"\\neq?(?=\s*0(?!\d).*<\s*0)", (r"\\geq", "≠ is read as ≥")),
    _slip(r"\^\s*\{?\s*\*\s*\}?\s*(?=[a-z])", (" + ", "* is read as +")),
    _slip(r"\^\s*\{?\s*\(\s*-\s*(\d)\s*\)\s*\}?", (r"^{(\1)}", "the layer (−1) is read as (1)")),
    _slip(r"\(([01])([01])([01])\)", (r"\\begin{pmatrix} \1 & \2 & \3 \\end{pmatrix}", "digits are read as entries")),
    _slip(r"([a-z]\s*[-−]\s*)2(?=\s*\)\s*\^)", (r"\1t", "2 is read as t")),
    _slip(r"\\sqrt\s*\{\s*7\s*\}", (r"v^{T}", "√7 is read as vᵀ")),
    _slip(r"\\sqrt\s*\{\s*([A-Z])\s*\}", (r"v\1", "a root is read as v")),
    _slip(r"(?<![A-Za-z])(d[a-z]d)_([a-z])(?![A-Za-z])", (r"\1\2", "an underscore is read as a speck")),
    _slip(r"\+\s*\)\s*$", ("+ 1", ") is read as 1")),
    _slip(r"\\overline\s*\{\s*([a-z]'?)_?\{?t\}?\s*\}",
          (r"\\frac{1}{\1_t}", "a bar is read as that of a fraction below a lost 1"), follows=True),
    _slip(r"(\\nabla\s*_\s*(?:\{\s*)?[a-z])(?=\s*[}\sA-Z])", (r"\1'", "a prime is taken as lost"), follows=True),
    _slip(r"(\\(?:sigma|phi|psi|tanh)|ReLU|RELU|relu)(?![A-Za-z'])(?=\s*(?:\\left)?\()",
          (r"\1'", "a prime is taken as lost"), follows=True),
)  # fmt: skip
OPENING = re.compile(r"\\begin\{(array|matrix|pmatrix|aligned|split)\}(?:\{[clr|]*\})?")


def plausible(tex: str, words: frozenset[str] = frozenset(), mode: Mode | None = None) -> tuple[Repair, ...]:
    """Readable LaTeX that a formula may have been, those with the fewest slips first; () if nothing looks garbled."""
    if len(tex) > LONGEST:
        return ()
    out: dict[str, Repair] = {}
    for start, before in _closed(tex):
        for repair in _combined(start, before):
            if repair.tex != tex and repair.tex not in out and _reads(repair.tex, words, mode):
                out[repair.tex] = repair
    return tuple(sorted(out.values(), key=lambda repair: len(repair.words))[:MOST])


def _closed(tex: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The formula, or the formula without one environment that is never closed."""
    if all(tex.count(f"\\begin{{{met[1]}}}") <= tex.count(f"\\end{{{met[1]}}}") for met in OPENING.finditer(tex)):
        yield tex, ()
        return
    for met in OPENING.finditer(tex):
        yield tex[: met.start()] + tex[met.end() :], (f"\\begin{{{met[1]}}} that is never closed is left out",)


def _combined(tex: str, before: tuple[str, ...]) -> Iterator[Repair]:
    """Every choice of slips: all of them, then fewer."""
    met = [slip for slip in SLIPS if slip.pattern.search(tex)]
    sure = [slip for slip in met if not slip.follows]
    if not sure and not before:
        return
    used = (sure + [slip for slip in met if slip.follows])[:ROWS]
    choices = [[*slip.instead, *([] if slip.certain else [None])] for slip in used]
    for chosen in product(*choices):
        made, said = tex, before
        for slip, instead in zip(used, chosen, strict=True):
            if instead is not None:
                made, count = slip.pattern.subn(instead[0], made)
                said = (*said, instead[1]) if count else said
        alone = all(slip.follows for slip, instead in zip(used, chosen, strict=True) if instead is not None)
        if said and (before or not alone):
            yield Repair(made, said)


def _reads(tex: str, words: frozenset[str], mode: Mode | None) -> bool:
    try:
        statements(tex, words, mode)
    except Unreadable:
        return False
    return True
