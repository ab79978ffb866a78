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
from derive.serve.jobs import Found, Job, derived, report, style


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


def _latex(job: Job) -> str:
    return derived(job).latex(notation=job["notation"], product=job["product"])


def _equations(job: Job) -> str:
    return derived(job).latex(fragment=True, notation=job["notation"], product=job["product"])


def _terminal(job: Job) -> str:
    return derived(job).text(width=100, notation=job["notation"], product=job["product"])


def _markdown(job: Job) -> str:
    from derive.render.markdown import markdown

    return markdown(derived(job).document(style(job)))


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
        "latex": Export("LaTeX", ".tex", _latex),
        "fragment": Export("LaTeX, the equations alone", ".equations.tex", _equations),
        "markdown": Export("Markdown", ".md", _markdown),
        "terminal": Export("Text", ".txt", _terminal),
        "numpy": Export("NumPy", ".py", lambda job: _derivation(job).numpy()),
        "json": Export("JSON", ".json", _data, "application/json"),
        "svg": Export("Pictures of the answers", ".svg", lambda job: derived(job).svg(), "image/svg+xml"),
        "yaml": Export("The problem itself", ".yaml", lambda job: str(job["yaml"])),
        "answer": Export("The answer itself", ".answer.tex", lambda job: str(job["answer"])),
        "report-latex": Export("Report on the answer, LaTeX", ".report.tex", _report("latex")),
        "report-markdown": Export("Report on the answer, Markdown", ".report.md", _report("markdown")),
        "report-json": Export("Report on the answer, JSON", ".report.json", _report("json"), "application/json"),
    }
)
