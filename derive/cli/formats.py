"""A report in each format that `derive check` writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from derive.cli.annotations import Level, annotation
from derive.document import Document, Together
from derive.errors import Place

if TYPE_CHECKING:
    from derive.check.report import Claim, Report

SUFFIXES: Mapping[str, str] = {
    "terminal": ".txt", "json": ".json", "github": ".github", "latex": ".tex", "markdown": ".md",
    "pdf": ".pdf", "typst": ".typ",
}  # fmt: skip
"""Formats, and what their reports' names end with."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a report is written: its format, and for a terminal its width, colours, letters and signs."""

    form: str = "terminal"
    every: bool = False
    width: int = 80
    colour: bool = False
    ascii: bool = False
    signs: bool = False


def rendered(report: Report, answer: str, look: Look) -> str | bytes:
    """The report on an answer of this name."""
    return _WRITERS[look.form](report, answer, look)


def _document(report: Report, answer: str, look: Look) -> Document:
    from derive.check.show import report_document

    return report_document(report, Path(answer).name, look.every)


def _text(report: Report, answer: str, look: Look) -> str:
    from derive.render.terminal import terminal

    return terminal(_document(report, answer, look), look.width, look.colour, look.ascii, look.signs)


def _latex(report: Report, answer: str, look: Look) -> str:
    from derive.render.latex import latex

    return latex(_document(report, answer, look))


def _markdown(report: Report, answer: str, look: Look) -> str:
    from derive.render.markdown import markdown

    return markdown(_document(report, answer, look))


def _typst(report: Report, answer: str, look: Look) -> str:
    from derive.render.typst import typst

    return typst(_document(report, answer, look))


def _pdf(report: Report, answer: str, look: Look) -> bytes:
    from derive.paper import pdf

    return pdf(_document(report, answer, look))


def _json(report: Report, answer: str, look: Look) -> str:
    import json

    return json.dumps({"answer": answer, **report.to_dict()}, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _github(report: Report, answer: str, look: Look) -> str:
    """Workflow commands: what is wrong is an error, what could not be judged a warning, at its place in the file."""
    return "".join(f"{line}\n" for line in _annotations(report, answer))


def _annotations(report: Report, answer: str) -> Iterator[str]:
    from derive.check.show import FLAGGED

    for place, claim in enumerate(report.lines):
        if claim.verdict in FLAGGED:
            level: Level = "error" if claim.verdict == "wrong" else "warning"
            at = Place(answer, claim.line, claim.column)
            yield annotation(level, at, _title(claim), _message(report, place))


def _title(claim: Claim) -> str:
    from derive.check.show_claims import SAID, told_of

    return SAID[told_of(claim)][0]


def _message(report: Report, place: int) -> str:
    from derive.check.show_claims import claim_block
    from derive.render.terminal import terminal

    block = claim_block(report.lines, [place], "")
    return terminal(Document("", (Together(block.blocks[1:]),)), 10_000).strip()


_WRITERS: Mapping[str, Callable[[Report, str, Look], str | bytes]] = {
    "terminal": _text, "json": _json, "github": _github, "latex": _latex, "markdown": _markdown,
    "pdf": _pdf, "typst": _typst,
}  # fmt: skip
