"""The five documents that the project began with, as expectations: which claims are right, and what mends the others.

NNN.txt is a document as it lies in ../shared/documents; NNN.yaml the rows of its audit that concern derivations of
gradients. A row has formulas, byte for byte, and for each claim of a formula (a chain a = b = c makes two, a = b and
a = c, each judged against a):

- verdict: of the line as printed, a word of `Claim.verdict`. The audit's "right" is `given` for forward equations.
- repaired: the verdict of the plausible reading where the audit says OCR; null where there is no other reading.
- follows: from the lines above. A right line does, unless it contradicts a line above that it restates (002's
  vectors); n/a for what is given, chosen (003's ȳ = 1), unknown or unreadable.
- under: words of the conventions under which it (or its plausible reading) holds; a list within is one of several.
- hint: words that the hint of a wrong line has, likewise; null where the audit names no single edit, or the mistake is
  carried from a line above.

How the 66 rows were counted. 000: all of question 2, fwd-z/h/y to vec-xbar, 17. 001: questions 2 and 3 but for
`numeric` (a question) and `shapes` (no formula), 9. 002: question 2, fwd to closed, 11; of question 3 the bars of L,
w1, w2 and w3, 4. 003: question 2, fwd to bbar, 11. 004: Jbar to sm-deriv-4, 14. Rows marked `extra` are tested too but
not counted: 001-numeric and the two rows of 002's network in question 3. 003-xbar, which the document lacks, is under
`missing`. The audit's other rows are in questions_NNN.yaml: see questions.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

FOLDER = Path(__file__).parent
NUMBERS = ("000", "001", "002", "003", "004")
EXPECTATIONS = ("verdict", "repaired", "follows", "under", "hint")
Claims: TypeAlias = tuple[dict[str, Any], ...]


@dataclass(frozen=True, eq=False)
class Line:
    """One formula of a row: its line in the document, its place there from 0, and what is expected of its claims.

    kind: display, inline, code, or comment after a line of code.  environment: what its rows stand in.
    after: what stands between it and the formula before it in one display.
    """

    line: int
    at: int
    tex: str
    claims: Claims
    kind: str
    environment: str
    after: str


@dataclass(frozen=True)
class Row:
    id: str
    problem: str
    lines: tuple[Line, ...]
    extra: bool
    reason: str
    cannot: dict[str, str]
    """Expectations that are not met, each with the reason."""


@dataclass(frozen=True)
class Audited:
    """A document: its text, its rows, the suffix of an answer made of these, what each problem's answer lacks."""

    number: str
    name: str
    text: str
    rows: tuple[Row, ...]
    suffix: str
    missing: dict[str, list[str]]

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.problem for row in self.rows))


@cache
def audited(number: str) -> Audited:
    """A document with its rows, their formulas found in its text, each after the one before it in the same line."""
    data = yaml.safe_load((FOLDER / f"{number}.yaml").read_text(encoding="utf-8"))
    text = (FOLDER / data["document"]).read_text(encoding="utf-8")
    printed, reached = text.split("\n"), dict[int, int]()
    rows = tuple(_row(row, printed, reached) for row in data["rows"])
    return Audited(number, data["document"], text, rows, data["suffix"], data["missing"])


def _row(data: dict[str, Any], printed: list[str], reached: dict[int, int]) -> Row:
    lines = tuple(_line(line, printed, reached) for line in data["lines"])
    return Row(
        data["id"], data["problem"], lines, data.get("extra", False), data.get("reason", ""), data.get("cannot", {})
    )


def _line(data: dict[str, Any], printed: list[str], reached: dict[int, int]) -> Line:
    number, tex = data["line"], data["tex"]
    at = printed[number - 1].index(tex, reached.get(number, 0))
    reached[number] = at + len(tex)
    kind, environment = data.get("kind", "display"), data.get("in", "")
    return Line(number, at, tex, tuple(data["claims"]), kind, environment, data.get("after", ""))
