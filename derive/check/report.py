"""What is found out about an answer: only data. A `Document` of it is made in `show`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from derive.document import Document
from derive.render.notebook import Shown

Verdict: TypeAlias = Literal["right", "wrong", "unreadable", "unknown", "given", "other"]
Follows: TypeAlias = Literal["yes", "no", "n/a"]


@dataclass(frozen=True, slots=True)
class Repaired:
    """A plausible reading of a garbled line: its LaTeX, how we read it, what was garbled, its own verdict."""

    tex: str
    reading: str
    words: str
    verdict: Verdict
    why: str = ""


@dataclass(frozen=True, slots=True)
class Mend:
    """The edit that makes a line right: in words, and as the mended line in the writer's own notation."""

    words: str
    tex: str


@dataclass(frozen=True, slots=True)
class Example:
    """Numbers that show a line wrong: at these sizes, this entry is `left`, and the line gives `right`."""

    sizes: tuple[tuple[str, int], ...]
    entry: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Claim:
    """One equation of an answer: a chain a = b = c is two, a = b and a = c.

    tex: as printed, byte for byte.  reading: as it was understood, in LaTeX.  follows: from the lines above it.
    under: the conventions under which it holds.  hint: what mends it.  why: what disagrees, in words.
    ours: the line that the derivation has.  name: the quantity that it is about, with `form` scalar, vector or closed.
    """

    line: int
    column: int
    tex: str
    verdict: Verdict
    reading: str = ""
    follows: Follows = "n/a"
    repairs: tuple[Repaired, ...] = ()
    under: tuple[str, ...] = ()
    hint: Mend | None = None
    why: str = ""
    example: Example | None = None
    ours: str = ""
    name: str = ""
    form: str = ""
    before: str = ""
    own: bool = False
    """Whether it says what a name of the answer's own is, which is as the problem has it in no way."""

    def to_dict(self) -> dict[str, Any]:
        """The claim as JSON has it."""
        repairs = [
            {"tex": r.tex, "reading": r.reading, "words": r.words, "verdict": r.verdict, "why": r.why}
            for r in self.repairs
        ]
        hint = {"words": self.hint.words, "tex": self.hint.tex} if self.hint else None
        return {
            "line": self.line,
            "column": self.column,
            "tex": self.tex,
            "reading": self.reading,
            "repairs": repairs,
            "verdict": self.verdict,
            "own": self.own,
            "follows": self.follows,
            "under": list(self.under),
            "hint": hint,
            "why": self.why,
            "example": _example(self.example),
            "ours": self.ours,
        }


def _example(example: Example | None) -> dict[str, Any] | None:
    if example is None:
        return None
    return {"sizes": dict(example.sizes), "entry": example.entry, "left": example.left, "right": example.right}


@dataclass(frozen=True, slots=True)
class Report(Shown):
    """The claims of an answer in their order; what the question asked for and the answer lacks; whether the forms of
    each quantity agree among themselves."""

    title: str
    lines: tuple[Claim, ...]
    missing: tuple[str, ...] = ()
    agreement: str = ""
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong, unknown or unreadable."""
        return not any(claim.verdict in ("wrong", "unknown", "unreadable") for claim in self.lines)

    def document(self) -> Document:
        """The report in words and equations, for any renderer."""
        from derive.check.show import report_document

        return report_document(self)

    def __str__(self) -> str:
        return f"{self._plain()}\n"

    def count(self, verdict: Verdict) -> int:
        return sum(claim.verdict == verdict for claim in self.lines)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "title": self.title,
            "lines": [claim.to_dict() for claim in self.lines],
            "missing": list(self.missing),
            "agreement": self.agreement,
            "notes": list(self.notes),
        }
