"""Lines of code in a Markdown fence, and lines of mathematics in a text without delimiters: Unicode or LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.syntax.commands import PLAIN_WORDS, WORDS
from derive.syntax.rows import Span, rows

CODE = re.compile(r"(?P<body>[^#\n]*)(?:#(?P<comment>[^\n]*))?")
ASSIGNS = re.compile(r"^\s*[A-Za-z_][\w.]*(?:\[[^\]=]*\])?\s*[-+*/]?=(?!=)")
SIDE_BY_SIDE = re.compile(
    r"[\w)\]]\s+[\w(\[]|[)\]][\w(]|(?<![\w.])\d+(?:\.\d+)?(?![eE][-+]?\d)[A-Za-z(]|[,;:'{}]|\.\.|[\^_](?![\w]*\.T)"
)
"""What is a product in a formula and nothing in code, and what ends a statement."""
INSIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
NUMPY = re.compile(r"@|\.T\b|\bnp\.|\*\*|\b[A-Za-z]+\d|\bd[a-z]\w*d[a-z]")
"""A sign of code: W1 has one name, dfdx is a derivative."""
FORMULA = re.compile(r"[-+*/=()\[\]\s.\w^]+")
SPACED = re.compile(r"(?<!\w)[A-Za-z_]\w*\s+[A-Za-z_]")
EQUATES = re.compile(r"[=≠≤≥≈∈≡≜←<>]")
PROSE = re.compile(r"(?<![\w\\])[a-z]{3,}(?![\w(′'])")
"""A word of prose; a few of them, and the line is no formula."""
GOES_ON = re.compile(r"\s+(?:[+\-−·∘⊙⊘×*]|\.[*/])\s")
"""A line that a terminal has wrapped at a sign."""
BEGINNING = re.compile(
    r"\s*(?:(?:[-*•#]+|\d+[.)]|\(?[a-z\d]\))\s+)*(?:(?:[A-Z][a-z]+|[a-z]{2,})[,:]?\s+(?![-+*/=<>:\s&]))*"
)
"""A sign of a list and words that lead to a formula: "2. Then we have"."""
ARGUMENT = re.compile(r"\\(?:begin|end|text\w*|math\w+|operatorname\*?)\s*\{[^{}]*\}")
RELATES = re.compile(r"\\(?:n?eq|l[et]q?|g[et]q?|approx|equiv|triangleq|coloneqq|gets|leftarrow)(?![A-Za-z])")
GROUP = re.compile(r"(?<!\\)[{}]|\\(?:begin|end)(?![A-Za-z])")
BRACES = re.compile(r"\{[^{}]*\}")
WORTH = re.compile(r"(?<=\S)\s{2,}\[[-−\d.eE+,; \[\]]*\]\s*$")
"""What a line of a terminal is worth, behind it: g = x + y   [3]."""
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


def is_code(line: str) -> bool:
    """Whether a line is code: it assigns, has a sign of code, and no two factors stand side by side."""
    body = line.partition("#")[0].strip()
    outside = INSIDE.sub("()", body)
    known = line.isascii() and ASSIGNS.match(body) and NUMPY.search(body)
    return bool(known) and not SIDE_BY_SIDE.search(INSIDE.sub("()", outside)) and "\\" not in line


def plain_lines(text: str) -> Iterator[Span]:
    """Lines with a relation that are no prose."""
    for met in re.finditer(r"[^\n]+", text):
        line = met[0]
        wrapped = GOES_ON.match(line)
        said = sum(word not in WORDS and word not in PLAIN_WORDS for word in PROSE.findall(line))
        if (EQUATES.search(line) or wrapped) and not RULE.match(line) and said < 3:
            if is_code(line):
                yield from code_lines(text, met.start(), met.end())
            else:
                yield _span("plain", text, met.start(), met.end())


def latex_lines(text: str) -> Iterator[Span]:
    """Lines of LaTeX without delimiters that have a relation, or go on with one, and are no prose."""
    for start, end in _whole_lines(text):
        line = text[start:end]
        head = BEGINNING.match(line)
        begin = start + (head.end() if head else 0)
        said = PROSE.findall(ARGUMENT.sub("", text[begin:end]))
        relation = EQUATES.search(line) or RELATES.search(line) or GOES_ON.match(line)
        if relation and sum(word not in WORDS and word not in PLAIN_WORDS for word in said) < 3:
            yield from rows(text, begin, end)


def _whole_lines(text: str) -> Iterator[tuple[int, int]]:
    """Lines; what opens a group or an environment goes on to the line that closes it, within its paragraph."""
    start, depth = None, 0
    for met in re.finditer(r"[^\n]*\n?", text):
        start = met.start() if start is None else start
        depth += sum(1 if group in ("{", r"\begin") else -1 for group in GROUP.findall(met[0]))
        if depth <= 0 or not met[0].strip():
            yield start, start + len(text[start : met.end()].rstrip("\n"))
            start, depth = None, 0
    if start is not None:
        yield start, len(text)


def _span(kind: str, text: str, start: int, end: int) -> Span:
    piece = WORTH.sub("", text[start:end]) if kind == "plain" else text[start:end]
    kept = (
        piece.strip().lstrip("•·-#").strip()
        if kind == "plain" and piece.lstrip()[:2] in ("• ", "- ", "# ") and EQUATES.search(BRACES.sub("", piece))
        else piece.strip()
    )
    begin = start + piece.index(kept)
    return Span("code" if kind == "code" else "plain", begin, begin + len(kept), kept)
