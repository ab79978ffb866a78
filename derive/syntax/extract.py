"""The formulas of a text: displays, rows of align, inline mathematics with a relation in it, lines of code.

A formula keeps its text as it stands in the file (`tex`) and what is read instead (`source`): of the same length, with
blanks for the & and \\\\ of an alignment, so that a place in one is a place in the other. A .tex file's macros are
written out in `source` (macros.py). In a .txt file without any delimiter each line with a relation
is a formula, unless it is prose.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from derive.syntax.commands import ALIGNED
from derive.syntax.lines import code_lines, is_code, latex_lines, plain_lines
from derive.syntax.macros import Macros, macros
from derive.syntax.rows import Span, rows
from derive.syntax.unreadable import LONGEST, Unreadable

Kind: TypeAlias = Literal["display", "inline", "code", "plain"]


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula: where its first character stands (line and column from 1; `at` from 0), and what it says.

    tex: byte for byte as in the file.  source: what `read` gets.  before: the prose since the formula above.
    continues: it begins with a relation, so that its left side is that of the formula above.
    """

    line: int
    column: int
    tex: str
    source: str
    before: str = ""
    continues: bool = False
    kind: Kind = "display"
    at: int = 0

    @property
    def mode(self) -> Literal["latex", "plain", "code"] | None:
        """How `read` is to take it; None: as it looks."""
        return "code" if self.kind == "code" else "plain" if self.kind == "plain" else None


LONGEST_TEXT = 1_000_000
"""Characters of an answer."""
ENVIRONMENT = "|".join(sorted(ALIGNED))
OPENING = re.compile(
    r"(?P<escaped>\\\\|\\\$|\\%)|(?P<comment>%[^\n]*)|(?P<fence>^[ \t]*(?P<ticks>```+|~~~+)[ \t]*(?P<info>[^\n`]*)$)"
    r"|(?P<ticked>\$`)|(?P<code>(?<!`)`(?!`))|(?P<two>\$\$)|(?P<one>\$)|(?P<square>\\\[)|(?P<round>\\\()"
    rf"|\\begin\s*\{{(?:(?P<environment>(?:{ENVIRONMENT})\*?)|(?P<verbatim>verbatim\*?|lstlisting|minted|comment|Verbatim))\}}"
    r"|(?P<verb>\\verb\*?(?P<mark>[^A-Za-z\s]))",
    re.MULTILINE,
)
DELIMITER = re.compile(rf"\$|(?<!\\)\\[\[(]|```|\\begin\s*\{{(?:{ENVIRONMENT})\*?\}}")
COMMAND = re.compile(r"\\[A-Za-z]")
RELATION = re.compile(
    r"[=<>≠≤≥≈∈≡≜←∝]|\\(?:n?eq?|l[et]q?|g[et]q?|in|approx|equiv|triangleq|coloneqq|propto|leftarrow|gets|sim|doteq)(?![A-Za-z])"
)
LONE = re.compile(rf"^\s*(?:{RELATION.pattern})\s*$")
SAYS = re.compile(r"[^\W_]")
BODY = re.compile(r"\\begin\s*\{document\}")
BLANK = re.compile(r"\n[ \t]*\n")
CONTINUING = re.compile(
    r"[\s&~]*(?:\\(?:quad|qquad|,|;|:|!| )\s*)*(?:[=<>≤≥≈≠]|\\(?:leq?|geq?|approx|equiv|neq?|propto)(?![A-Za-z]))(?!\))"
)
TYPED = re.compile(r"(?<![\\A-Za-z])[A-Za-z]\w*?(?:bar|hat|tilde)(?![A-Za-z])")
SIGNED = re.compile(
    r"[\s&~]*(?:\\(?:quad|qquad|,|;|:|!| )\s*)*(?:[+\-−·∘⊙⊘×*]|\.[*/]|\\(?:cdot|circ|odot|times)(?![A-Za-z]))"
)


def formulas(text: str, suffix: str = ".tex") -> tuple[Formula, ...]:
    """The formulas of a text in their order; suffix: .tex, .md or .txt. Raises Unreadable if the text is too long."""
    if len(text) > LONGEST_TEXT:
        what = f"this text has {len(text):,} characters, more than {LONGEST_TEXT:,}"
        raise Unreadable(what, 0, "hand in one answer at a time")
    bare = suffix == ".txt" and not DELIMITER.search(text)
    undelimited = _mixed_lines if COMMAND.search(text) else plain_lines
    found = undelimited(text) if bare else _delimited(text, suffix)
    return tuple(_placed(text, _joined(text, found), macros(text) if suffix == ".tex" else None))


def _mixed_lines(text: str) -> Iterator[Span]:
    """Lines of which some are LaTeX; one without a command of LaTeX, or with xbar in it, is as in a text of such."""
    for span in latex_lines(text):
        own = "\\" not in span.source or TYPED.search(span.source)
        typed = span.source.isascii() and own and "&" not in span.source
        yield replace(span, kind="code" if is_code(span.source) else "plain") if typed else span


def _delimited(text: str, suffix: str) -> Iterator[Span]:
    """The spans of a text with delimiters."""
    scanner = _Scanner(text, suffix == ".tex")
    for start, end, kind in scanner.found():
        if kind == "code":
            yield from code_lines(text, start, end)
        elif kind == "inline":
            if RELATION.search(text, start, end):
                yield Span("inline", start, end, text[start:end])
        else:
            yield from rows(text, start, end)


class _Scanner:
    """Where mathematics begins and ends. What closes nowhere is looked for once: long texts take linear time."""

    def __init__(self, text: str, comments: bool) -> None:
        self.text, self.comments = text, comments
        self.next: dict[str, int] = {}  # where each closing sign stands next

    def found(self) -> Iterator[tuple[int, int, str]]:
        body = BODY.search(self.text) if self.comments else None
        at = body.end() if body else 0
        while met := OPENING.search(self.text, at):
            span = self._span(met)
            if span is None:
                at = met.end()
                continue
            start, end, kind, at = span
            if kind:
                yield start, end, kind

    def _span(self, met: re.Match[str]) -> tuple[int, int, str, int] | None:
        """(begin, end, kind, where to go on); the kind is "" for what is no mathematics."""
        start = met.end()
        if met["comment"] or met["escaped"] or (met["code"] and self.comments) or (met["fence"] and self.comments):
            return (start, start, "", start) if self.comments or met["escaped"] else None
        if met["fence"] is not None:
            kind = "display" if met["info"].strip() in ("math", "latex", "tex") else "code"
            return self._until("\n" + met["ticks"], start, kind)
        if met["two"]:
            return self._until("$$", start, "display")
        if met["one"] or met["ticked"] or met["round"]:
            closing = "\\)" if met["round"] else "`$" if met["ticked"] else "$"
            return self._inline(closing, start)
        return self._named(met, start)

    def _named(self, met: re.Match[str], start: int) -> tuple[int, int, str, int] | None:
        if met["square"]:
            return self._until("\\]", start, "display")
        if met["environment"]:
            found = self._until(f"\\end{{{met['environment']}}}", start, "display")
            return found and (start + _columns(self.text, start), *found[1:])
        if met["verbatim"]:
            return self._until(f"\\end{{{met['verbatim']}}}", start, "")
        if met["verb"]:
            return self._inline(met["mark"], start, "")
        return self._inline("`", start, "") if met["code"] else None

    def _find(self, closing: str, start: int) -> int:
        """Where something closes, −1 if nowhere; an escaped sign closes nothing."""
        found = self.next.get(closing, 0)
        if 0 <= found < start:
            found = self.text.find(closing, start)
            while closing == "$" and found > 0 and self.text[found - 1] == "\\":
                found = self.text.find(closing, found + 1)
            self.next[closing] = found
        return found

    def _until(self, closing: str, start: int, kind: str) -> tuple[int, int, str, int] | None:
        """A display; one that is never closed ends with its paragraph."""
        end = self._find(closing, start)
        if end < 0:
            blank = BLANK.search(self.text, start)
            stop = blank.start() if blank else len(self.text)
            return (start, stop, kind, stop)
        return start, end, kind, end + len(closing)

    def _inline(self, closing: str, start: int, kind: str = "inline") -> tuple[int, int, str, int] | None:
        """Inline mathematics ends in its own paragraph, or is none."""
        end = self._find(closing, start)
        if end < 0 or end - start > LONGEST or self.text.find("\n\n", start, end) >= 0:
            return None
        return start, end, kind, end + len(closing)


def _columns(text: str, start: int) -> int:
    """The length of an argument that describes an environment: \\begin{alignat}{2}, \\begin{aligned}[t]."""
    met = re.compile(r"(?:\[[a-z]\])?(?:\{\d+\})?").match(text, start)
    return len(met[0]) if met else 0


def _joined(text: str, spans: Iterator[Span]) -> Iterator[Span]:
    """A row that begins with + or −, and has no relation of its own after −, goes on with the row before it; what is
    said beside it, − S b, \\quad S = S^T, is none of its own."""
    last: Span | None = None
    for span in spans:
        signed = SIGNED.match(span.source)
        near = last is not None and last.kind == span.kind != "inline" and not _prose(text[last.end : span.start])
        if last is not None and near and signed and len(last.source) < LONGEST and not _own(span.source, signed):
            gap = " " * (span.start - last.end)
            last = replace(last, end=span.end, source=last.source + gap + span.source)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _own(source: str, signed: re.Match[str]) -> bool:
    """Whether a row has a relation after its −, outside of groups and before a comma or a wide space."""
    if signed[0][-1] not in "-−" or not RELATION.search(source):
        return False
    rest = source[signed.end() :]
    for _ in range(DEPTH):
        before, rest = rest, GROUP.sub(" ", rest)
        if before == rest:
            break
    return RELATION.search(BESIDE.split(rest, maxsplit=1)[0]) is not None


DEPTH = 100
"""Groups one inside another that are looked through."""
GROUP = re.compile(r"\\[{(\[][^(){}\[\]]*\\[})\]]|[({\[][^(){}\[\]]*[)}\]]")
BESIDE = re.compile(r"(?<!\\)[,;]|\\q?quad(?![A-Za-z])")
WRAPPING = re.compile(rf"\\(?:begin|end)\s*\{{(?:{ENVIRONMENT})\*?\}}|\$\$|\\[\[\]\\&]|&|\\(?:nonumber|notag)|\s+")


def _prose(between: str) -> str:
    """The words between two formulas, without what delimits these."""
    return WRAPPING.sub(" ", between).strip() if len(between) < 100_000 else between


def _placed(text: str, spans: Iterator[Span], table: Macros | None) -> Iterator[Formula]:
    """Formulas with their places and the prose before each."""
    starts = [0, *(met.end() for met in re.finditer("\n", text))]
    above = 0
    for span in spans:
        if not SAYS.search(LONE.sub("", span.source) if span.kind == "inline" else span.source):
            continue  # det A $\ne$ 0 in words
        line = bisect_right(starts, span.start)
        source = table.expanded(span.source) if table else span.source
        yield Formula(
            line, span.start - starts[line - 1] + 1, text[span.start : span.end], source,
            _prose(text[above : span.start]), bool(CONTINUING.match(source)), span.kind, span.start,
        )  # fmt: skip
        above = span.end
