"""The formulas of a block of LaTeX: lines, rows of an environment, displays; nothing of it is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from derive.declare.marks import Passage
from derive.errors import Problem
from derive.syntax.extract import CONTINUING, DELIMITER, Formula, formulas
from derive.syntax.lines import GROUP
from derive.syntax.read import Statement, statements
from derive.syntax.rows import rows
from derive.syntax.unreadable import Unreadable

COMMENT = re.compile(r"(?<!\\)%[^\n]*")
IGNORED = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|def|DeclareMathOperator)\b[^\n]*|\\(?:documentclass|usepackage)[^\n]*"
    r"|\\(?:begin|end)\s*\{document\}|\\(?:label|tag)\*?\{[^{}]*\}|\\(?:noindent|par|medskip|bigskip)\b"
)
"""What stands around formulas and says nothing."""
ENDS_OPEN = re.compile(r"(?:[=+\-*/,&]|\\(?:odot|circ|cdot|times|left\(|\\))\s*$")
GOES_ON = re.compile(r"\s*(?:&\s*)*(?:[+\-*/=]|\\(?:odot|circ|cdot|times|quad|qquad|text\b|forall|right)(?![A-Za-z]))")


@dataclass(frozen=True, slots=True)
class Written:
    """One statement in LaTeX: its tree, the passage that it stands in, and where its formula begins there."""

    statement: Statement
    passage: Passage
    start: int
    source: str
    exact: bool = True

    def place(self, at: int) -> int:
        """Where a place of the formula is in the passage; a macro written out stands where its formula begins."""
        return self.start + (max(at, 0) if self.exact else 0)

    def problem(self, what: str, at: int, mend: str = "", length: int = 1) -> Problem:
        return problem(self.passage, self.place(at), what, mend, length)


class Unread(Exception):
    """A statement that cannot be read, met where several are looked at."""

    def __init__(self, of: Written, bad: Unreadable) -> None:
        super().__init__(bad.message)
        self.problem = of.problem(bad.message, bad.at, bad.suggestion)


def problem(passage: Passage, offset: int, what: str, mend: str = "", length: int = 1) -> Problem:
    offset = min(offset, max(len(passage.text) - 1, 0))
    return Problem(passage.place(offset), what, mend, None, passage.excerpt(offset, length))


def written(passage: Passage, words: frozenset[str], problems: list[Problem]) -> Iterator[Written]:
    """The statements of a block, in their order; what cannot be read is a problem."""
    try:
        found = _formulas(passage.text)
    except Unreadable as bad:
        problems.append(problem(passage, bad.at, bad.message, bad.suggestion))
        return
    problems.extend(_between(passage, found))
    for formula in found:
        yield from _statements(passage, formula, words, problems)


def _statements(
    passage: Passage, formula: Formula, words: frozenset[str], problems: list[Problem]
) -> Iterator[Written]:
    source = formula.source
    exact = len(source) == len(formula.tex)
    try:
        for statement in statements(source, words, "latex", entrywise=True):
            yield Written(statement, passage, formula.at, source, exact)
    except Unreadable as bad:
        at = formula.at + (min(bad.at, len(formula.tex) - 1) if exact else 0)
        problems.append(problem(passage, at, bad.message, bad.suggestion))


def _formulas(block: str) -> list[Formula]:
    if DELIMITER.search(COMMENT.sub("", block)):
        return _whole(formulas(block, ".tex"))
    blank = COMMENT.sub(lambda met: " " * len(met[0]), block)
    spans = [span for start, end in _lines(blank) for span in rows(blank, start, end)]
    return _whole(
        tuple(
            Formula(1, 1, block[s.start : s.end], s.source, "", bool(CONTINUING.match(s.source)), s.kind, s.start)
            for s in spans
            if s.source.strip(" .,;\n\t")
        )
    )


def _whole(found: tuple[Formula, ...]) -> list[Formula]:
    """A row that begins with a sign goes on with the one above, which has no right side yet or ends there."""
    out: list[Formula] = []
    for formula in found:
        if out and GOES_ON.match(formula.source):
            first = out[-1]
            gap = formula.at - first.at - len(first.source)
            joined = first.source + " " * max(gap, 1) + formula.source
            tex = first.tex + " " * max(gap, 1) + formula.tex
            out[-1] = Formula(first.line, first.column, tex, joined, "", first.continues, first.kind, first.at)
        else:
            out.append(formula)
    return out


def _lines(block: str) -> Iterator[tuple[int, int]]:
    """Lines; one that leaves a group open, ends with a sign, or is followed by a sign goes on."""
    start, depth = 0, 0
    at = 0
    for line in block.splitlines(keepends=True):
        at += len(line)
        depth += sum(1 if group in ("{", r"\begin") else -1 for group in GROUP.findall(line))
        after = block[at:]
        goes_on = GOES_ON.match(after) or _is_argument(after)
        if depth > 0 or (after.strip() and (ENDS_OPEN.search(line) or goes_on)):
            continue
        yield start, at
        start, depth = at, 0
    if start < len(block):
        yield start, len(block)


def _is_argument(after: str) -> bool:
    r"""Whether the next line is an argument alone, the {b} of \\frac{a} on the line before: no equation of its own."""
    line, depth = after.lstrip().partition("\n")[0], 0
    for sign in line:
        depth += (sign == "{") - (sign == "}")
        if depth == 0 and sign in "=<>":
            return False
    return line.startswith("{")


def _between(passage: Passage, found: list[Formula]) -> Iterator[Problem]:
    """Words outside of formulas are no equations, and are not passed over."""
    block = passage.text
    if not DELIMITER.search(COMMENT.sub("", block)):
        return
    edges = [(f.at, f.at + len(f.tex)) for f in found]
    at = 0
    for start, end in [*edges, (len(block), len(block))]:
        between = COMMENT.sub(lambda met: " " * len(met[0]), block[at:start])
        between = IGNORED.sub(lambda met: " " * len(met[0]), between)
        between = re.sub(r"\\[a-zA-Z]+\s*\{[a-zA-Z*]*\}(?:\{\d+\})?|\\.", lambda met: " " * len(met[0]), between)
        word = re.search(r"[^\W\d_]{2,}", between)
        if word:
            yield problem(
                passage, at + word.start(), f"`{word[0]}` stands outside of every formula", "put % before what is said"
            )
        at = max(at, end)
