"""Everything that can be taken away: a row for each format, with how its file is called."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from derive.api import Answers, Derivation
from derive.errors import DeriveError, Problem
from derive.serve.jobs import Found, Job, derived, report


@dataclass(frozen=True, slots=True)
class Export:
    """name: as the page calls it.  suffix: of the file.  make: from a job to its content."""

    name: str
    suffix: str
    make: Callable[[Job], str | bytes]
    media: str = "text/plain"


def exported(export: Export, job: Job) -> Found:
    """The content, as base64 where it is no text."""
    content = export.make(job)
    if isinstance(content, bytes):
        return {**_about(export), "base64": base64.b64encode(content).decode(), "problems": []}
    return {**_about(export), "text": content, "problems": []}


def _about(export: Export) -> Found:
    return {"suffix": export.suffix, "media": export.media}


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


def _graph(form: str) -> Callable[[Job], str]:
    """The computation graph."""
    return lambda job: _derivation(job).graph(notation=job["notation"]).render(form)


def _data(job: Job) -> str:
    return _json(derived(job).to_dict(job["notation"], job["product"]))


def _report(form: str) -> Callable[[Job], str]:
    """A report on the answer, in one of its formats."""

    def make(job: Job) -> str:
        from derive.check.show import report_document
        from derive.render.latex import latex
        from derive.render.markdown import markdown

        found = report(job)
        if form == "json":
            return _json(found.to_dict())
        return (latex if form == "latex" else markdown)(report_document(found, every=True))

    return make


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
        "graph-svg": Export("Graph, SVG", ".graph.svg", _graph("svg"), "image/svg+xml"),
        "graph-tikz": Export("Graph, TikZ", ".graph.tex", _graph("tikz")),
        "graph-dot": Export("Graph, DOT", ".graph.dot", _graph("dot")),
        "graph-mermaid": Export("Graph, Mermaid", ".graph.mmd", _graph("mermaid")),
        "graph-text": Export("Graph, text", ".graph.txt", _graph("text")),
        "svg": Export("Answers' pictures, SVG", ".svg", lambda job: derived(job).svg(), "image/svg+xml"),
        "yaml": Export("The problem", ".yaml", lambda job: str(job["yaml"])),
        "answer": Export("The answer", ".answer.tex", lambda job: str(job["answer"])),
        "report-latex": Export("Report, LaTeX", ".report.tex", _report("latex")),
        "report-markdown": Export("Report, Markdown", ".report.md", _report("markdown")),
        "report-json": Export("Report, JSON", ".report.json", _report("json"), "application/json"),
    }
)
