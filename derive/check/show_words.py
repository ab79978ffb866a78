"""The sentences of a report: what disagrees, an example in numbers, another reading, a hint, in plain words."""

from __future__ import annotations

import re
import unicodedata

from derive.check.report import Claim, Example, Repaired, Verdict
from derive.check.show_math import inline
from derive.document import Math, Words

GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
SPACED = r"\\(?:bar|overline|mathbf|boldsymbol|hat|tilde|mathcal|partial|nabla)\s+"
PIECE = re.compile(rf"`[^`\n]+`|(?:{SPACED}|[^\s,;{{}}()]|\([^\s()]*\)|{GROUP})+")
"""A piece of LaTeX in words: without spaces but in braces; what stands in backquotes is left as it is."""
MATHEMATICAL = re.compile(r"[\\_^]|[^\x00-\x7f–—…“”’·→]")
"""What a piece must have to be more than a word."""
QUOTED = re.compile(r"(.*: it has )(.+)()", re.DOTALL)
"""A line that is quoted whole."""
INDEPENDENT = re.compile(r"(.*; with all entries independent it is )(.+?)( \(lines? [^()]+\)|)")
SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"a any number × (\S+) matrix"), r"a matrix with \1 columns"),
    (re.compile(r"a (\S+) × any number matrix"), r"a matrix with \1 rows"),
    (re.compile(r"(row|column) of any number"), r"\1"),
    (re.compile(r"\\sum\b"), "Σ"),
    (re.compile(r"an array of \d+ axes, "), "an array "),
    (re.compile(r"^(an? .+) = (an? .+)$"), r"the left side is \1, the right side \2"),
    (re.compile(r"^(an? .+) \+ (an? .+)$"), r"it adds \1 and \2"),
    (re.compile(r"^(an? .+) [−-] (an? .+)$"), r"it takes \2 from \1"),
    (re.compile(r"^(an? .+) times (an? .+)$"), r"it multiplies \1 by \2, which do not fit"),
    (re.compile(r"^(an? .+) ([∘⊙]|circ|odot|cdot) (an? .+)$"), r"it multiplies \1 by \3 entry by entry"),
    (re.compile(r"^(.+) is not known$"), r"nothing says what \1 is"),
    (re.compile(r"^something is left out \(…\)$"), "something is left out here (…)"),
)
"""How shapes that disagree are said, each on what those before it have made."""


def plain_words(text: str) -> str:
    """Text without characters that move a cursor, change colours or turn the direction of writing."""
    shown = (c if unicodedata.category(c) not in ("Cc", "Cf", "Cs") else "\N{REPLACEMENT CHARACTER}" for c in text)
    return "".join(shown)


def words(text: str) -> Words:
    """Words with LaTeX or indices in them, those as mathematics."""
    if met := QUOTED.match(text) or INDEPENDENT.fullmatch(text):
        whole = inline(met[2])
        told = words(met[1]) if met.re is INDEPENDENT else (plain_words(met[1]),)
        rest = (met[3],) if met[3] else ()
        return (*told, whole if whole is not None else plain_words(met[2]), *rest)
    out: list[str | Math] = []
    at = 0
    for met in PIECE.finditer(text):
        piece = met[0].rstrip(".:")
        found = inline(piece) if MATHEMATICAL.search(piece) and piece[0] != "`" else None
        if found is not None:
            out += [plain_words(text[at : met.start()]), found]
            at = met.start() + len(piece)
    return tuple(part for part in (*out, plain_words(text[at:])) if part != "")


def _shaped(text: str) -> str:
    for pattern, said in SHAPES:
        text = pattern.sub(said, text)
    return text


def sentence(text: str) -> Words:
    """A reason as a sentence; a letter of mathematics at its beginning stays small."""
    text = _shaped(text)
    first = text.split(" ", 1)[0]
    plainly = first == "a" or (len(first) > 1 and first.isascii() and first.isalpha())
    text = text[:1].upper() + text[1:] if plainly else text
    return words(text) if text.endswith((".", "!", "?")) else (*words(text), ".")


def example(found: Example) -> Words:
    """With K = 2, N = 3 and random numbers: the left side is 0.83 at i = 2, the right side 1.24."""
    sizes = ", ".join(f"{name} = {size}" for name, size in found.sizes)
    given = f"With {sizes} and random numbers" if sizes else "With random numbers"
    at = f", at {found.entry}" if found.entry else ""
    return (f"{given}{at}, the left side is {_number(found.left)} and the right side {_number(found.right)}.",)


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def repaired(repair: Repaired, verdict: Verdict) -> Words:
    """If ar is read as \\bar, it is right."""
    still = "still " if verdict == "wrong" else ""
    then = {"right": "it is right", "given": "it is as in the problem", "wrong": f"it is {still}wrong"}
    told = then.get(repair.verdict, "it cannot be decided either")
    reason = (": ", *words(_shaped(repair.why))) if repair.why and repair.verdict == "wrong" else ()
    return ("If ", *words(repair.words), f", {told}", *reason, ".")


def follows_from(source: Claim | None, claim: Claim) -> Words:
    """Where an error that is carried forward was made."""
    if source is None:
        return ("It follows from the lines above, of which some are wrong.",)
    where = f"your line {source.line}" if source.line != claim.line else "what stands before it in this line"
    return (f"It follows from {where}, which is wrong.",)
