"""Lines of code in a Markdown fence, and lines of Unicode mathematics in a text without delimiters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.check.commands import PLAIN_WORDS, WORDS
from derive.check.rows import Span

CODE = re.compile(r"(?P<body>[^#\n]*)(?:#(?P<comment>[^\n]*))?")
ASSIGNS = re.compile(r"^\s*[A-Za-z_][\w.]*(?:\[[^\]=]*\])?\s*[-+*/]?=(?!=)")
FORMULA = re.compile(r"[-+*/=()\[\]\s.\w^]+")
SPACED = re.compile(r"(?<!\w)[A-Za-z_]\w*\s+[A-Za-z_]")
EQUATES = re.compile(r"[=≠≤≥≈∈≡≜←<>]")
PROSE = re.compile(r"(?<![\w\\])[a-z]{3,}(?![\w(′'])")
"""A word of prose; a few of them, and the line is no formula."""
GOES_ON = re.compile(r"\s+[+\-−·∘⊙⊘×*]\s")
"""A line that a terminal has wrapped at a sign."""
RULE = re.compile(r"^[\s=═\-_─]*$")


def code_lines(text: str, start: int, end: int) -> Iterator[Span]:
    """Assignments, and comments that are nothing but a formula."""
    for met in CODE.finditer(text, start, end):
        body, comment = met["body"] or "", met["comment"] or ""
        if ASSIGNS.match(body):
            yield _span("code", text, met.start("body"), met.end("body"))
        for piece in re.finditer(r"[^,;]+", comment):
            said = piece[0].strip(" #")
            if "=" in said and FORMULA.fullmatch(said) and not SPACED.search(said) and said[0] != "=" != said[-1]:
                at = met.start("comment") + piece.start()
                yield _span("code", text, at, at + len(piece[0]))


def plain_lines(text: str) -> Iterator[Span]:
    """Lines with a relation that are no prose."""
    for met in re.finditer(r"[^\n]+", text):
        line = met[0]
        wrapped = GOES_ON.match(line)
        said = sum(word not in WORDS and word not in PLAIN_WORDS for word in PROSE.findall(line))
        if (EQUATES.search(line) or wrapped) and not RULE.match(line) and said < 3:
            yield _span("plain", text, met.start(), met.end())


def _span(kind: str, text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    kept = (
        piece.strip().lstrip("•·-#").strip()
        if kind == "plain" and piece.lstrip()[:2] in ("• ", "- ", "# ")
        else piece.strip()
    )
    begin = start + piece.index(kept)
    return Span("code" if kind == "code" else "plain", begin, begin + len(kept), kept)
