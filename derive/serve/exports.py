"""Everything that can be taken away: a row for each format, with how its file is called."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

from derive.api import Answers, Derivation
from derive.document import Document
from derive.errors import DeriveError, Problem
from derive.serve.jobs import Found, Job, derived, report, style


@dataclass(frozen=True, slots=True)
class Export:
    """name: as the page calls it, below its group.  suffix: of the file; after .answer its own.  make: the content."""

    name: str
    suffix: str
    make: Callable[[Job], str | bytes]
    media: str = "text/plain"
    group: str = "Derivation"


def exported(export: Export, job: Job) -> Found:
    """The content, as base64 where it is no text."""
    content = export.make(job)
    if isinstance(content, bytes):
        return {**_about(export, job), "base64": base64.b64encode(content).decode(), "problems": []}
    return {**_about(export, job), "text": content, "problems": []}


def _about(export: Export, job: Job) -> Found:
    own = job["suffix"] if export.suffix == ".answer" else ""
    return {"suffix": f"{export.suffix}{own}", "media": export.media}


def _derivation(job: Job) -> Derivation:
    found = derived(job)
    if isinstance(found, Answers):
        raise DeriveError(Problem(None, "there are no equations to write like this", "choose another format"))
    return found


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _printed(method: str, **options: Any) -> Callable[[Job], str | bytes]:
    """What a method of a derivation, or of answers, makes in the notation that was chosen."""

    def make(job: Job) -> str | bytes:
        made: str | bytes = getattr(derived(job), method)(notation=job["notation"], product=job["product"], **options)
        return made

    return make


def _page(job: Job) -> str:
    from derive.page import page

    found = derived(job)
    if isinstance(found, Answers):
        return found.html(notation=job["notation"], product=job["product"])
    return page(found, job["notation"], job["product"], job["yaml"])


def _graph(form: str, backward: bool = False) -> Callable[[Job], str]:
    """The computation graph; backward: with the bars."""
    return lambda job: _derivation(job).graph(backward=backward, notation=job["notation"]).render(form)


def _data(job: Job) -> str:
    return _json(derived(job).to_dict(job["notation"], job["product"]))


def _document(form: str, document: Document) -> str | bytes:
    """A document in one of the formats that a renderer makes."""
    if form == "pdf":
        from derive.paper import pdf

        return pdf(document)
    made: str = getattr(import_module(f"derive.render.{form}"), form)(document)
    return made


def _report(form: str) -> Callable[[Job], str | bytes]:
    """A report on the answer, in one of its formats."""

    def make(job: Job) -> str | bytes:
        from derive.check.show import report_document

        found = report(job)
        return _json(found.to_dict()) if form == "json" else _document(form, report_document(found, every=True))

    return make


def _sheet(part: str) -> Callable[[Job], str | bytes]:
    """A worksheet with blanks, or its solution, in LaTeX."""

    def make(job: Job) -> str | bytes:
        from derive.worksheet import worksheet

        found = worksheet(_derivation(job).data, "bars", 1, 0, job["name"])
        return _document("latex", getattr(found, part))

    return make


def _booklet(job: Job) -> str | bytes:
    from derive.api.book import chapter
    from derive.paper.book import Book

    return Book("", (chapter(derived(job), style(job)),)).render("pdf", None)


GRAPH, ANSWER, SHEET = "Computation graph", "Answer", "For a class"
EXPORTS: Mapping[str, Export] = MappingProxyType(
    {
        "html": Export("Page", ".html", _page, "text/html"),
        "pdf": Export("PDF", ".pdf", _printed("pdf"), "application/pdf"),
        "latex": Export("LaTeX", ".tex", _printed("latex")),
        "fragment": Export("LaTeX, equations alone", ".equations.tex", _printed("latex", fragment=True)),
        "typst": Export("Typst", ".typ", _printed("typst")),
        "markdown": Export("Markdown", ".md", _printed("markdown")),
        "terminal": Export("Text", ".txt", _printed("text", width=100)),
        "numpy": Export("NumPy", ".py", lambda job: _derivation(job).numpy()),
        "json": Export("JSON", ".json", _data, "application/json"),
        "yaml": Export("The problem itself", ".yaml", lambda job: str(job["yaml"])),
        "svg": Export("Pictures of answers, SVG", ".svg", lambda job: derived(job).svg(), "image/svg+xml"),
        "graph-svg": Export("SVG", ".graph.svg", _graph("svg"), "image/svg+xml", GRAPH),
        "graph-backward": Export("SVG, with bars", ".backward.svg", _graph("svg", True), "image/svg+xml", GRAPH),
        "graph-tikz": Export("TikZ", ".graph.tex", _graph("tikz"), group=GRAPH),
        "graph-dot": Export("DOT", ".graph.dot", _graph("dot"), group=GRAPH),
        "graph-mermaid": Export("Mermaid", ".graph.mmd", _graph("mermaid"), group=GRAPH),
        "graph-text": Export("Text", ".graph.txt", _graph("text"), group=GRAPH),
        "answer": Export("The answer itself", ".answer", lambda job: str(job["answer"]), group=ANSWER),
        "report-pdf": Export("Report, PDF", ".report.pdf", _report("pdf"), "application/pdf", ANSWER),
        "report-latex": Export("Report, LaTeX", ".report.tex", _report("latex"), group=ANSWER),
        "report-typst": Export("Report, Typst", ".report.typ", _report("typst"), group=ANSWER),
        "report-markdown": Export("Report, Markdown", ".report.md", _report("markdown"), group=ANSWER),
        "report-text": Export("Report, text", ".report.txt", _report("terminal"), group=ANSWER),
        "report-json": Export("Report, JSON", ".report.json", _report("json"), "application/json", ANSWER),
        "booklet": Export("Booklet, PDF", ".booklet.pdf", _booklet, "application/pdf", SHEET),
        "sheet": Export("Worksheet, LaTeX", ".sheet.tex", _sheet("sheet"), group=SHEET),
        "solution": Export("Its solution, LaTeX", ".sheet.solution.tex", _sheet("solution"), group=SHEET),
    }
)
