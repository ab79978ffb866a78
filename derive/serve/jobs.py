"""What a worker does: one dictionary in, one out. What was wrong with the input is part of what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from derive.api import Answers, CheckFailed, Derivation, Network, parse
from derive.document import Document
from derive.errors import DeriveError, Place, Problem
from derive.page.live import shown
from derive.render.html import blocks, fragment
from derive.typeset.style import Notation, Product, Style

if TYPE_CHECKING:
    from derive.check.asked import AskedChecker
    from derive.check.report import Report

Job = Mapping[str, Any]
Found = dict[str, Any]
KEPT = 4
"""Files whose derivation a worker keeps: an answer to one is judged again and again."""
NOTATIONS: tuple[Notation, ...] = ("bar", "partial", "nabla", "d", "delta")
PRODUCTS: tuple[Product, ...] = ("circ", "odot")


def done(job: Job) -> Found:
    """The job's result, or {"problems": …}."""
    try:
        return _KINDS[job["kind"]](job)
    except DeriveError as error:
        return {"problems": [problem(one) for one in error.problems]}
    except CheckFailed as failure:
        return {"problems": [problem(Problem(None, str(failure), "nothing is shown that the numbers do not confirm"))]}
    except RecursionError:
        return {"problems": [problem(Problem(None, "this is nested too deeply", "give parts names of their own"))]}


def problem(one: Problem) -> Found:
    """A problem as the page marks it; line and column count from 1, 0 where it has no place."""
    other = one.other and {**_place(one.other), "what": one.there or "the other place"}
    return {**_place(one.place), "what": one.what, "mend": one.mend, "other": other}


def _place(place: Place | None) -> Found:
    return {"line": place.line, "column": place.column} if place else {"line": 0, "column": 0}


@lru_cache(maxsize=KEPT)
def _derived(text: str, name: str) -> Derivation | Answers:
    """The file's derivation, checked by numbers; the answers to its questions where it has no equations."""
    network = parse(text, name)
    return network.derive(timeout=5) if network.declared.equations else network.answers(timeout=5)


def derived(job: Job) -> Derivation | Answers:
    return _derived(job["yaml"], job["name"])


def style(job: Job) -> Style:
    return Style(job["notation"], job["product"])


def _derive(job: Job) -> Found:
    """At once, without the answers to the file's questions; more: whether they are still to come, as "whole"."""
    found = derived(job)
    if not isinstance(found, Derivation):
        return _shown(found, job, "")
    network = found.data.network
    alone = Derivation(replace(found.data, network=replace(network, questions=())))
    return {**_shown(alone, job, found.data.checked), "more": bool(network.questions)}


def _whole(job: Job) -> Found:
    """With the answers to the file's questions."""
    found = derived(job)
    return _shown(found, job, found.data.checked if isinstance(found, Derivation) else "")


def _shown(found: Derivation | Answers, job: Job, checked: str) -> Found:
    """A derivation with its graph and what pointing needs; answers alone as they are."""
    document = found.document(style(job))
    about = {"title": document.title, "checked": checked, "more": False, "problems": []}
    if isinstance(found, Derivation):
        return {**about, **shown(found, document, style(job))}
    return {**about, "graph": "", "passes": blocks(document.blocks), "about": None}


@lru_cache(maxsize=KEPT)
def _checker(text: str, name: str) -> AskedChecker:
    from derive.check.asked import AskedChecker

    network: Network = parse(text, name)
    data = network.derive(check=False).data if network.declared.equations else None
    return AskedChecker(network.declared, data)


def report(job: Job) -> Report:
    """The answer, judged line by line."""
    return _checker(job["yaml"], job["name"]).check(job["answer"], job["suffix"])


def _check(job: Job) -> Found:
    from derive.check.show import counted, report_document

    found = report(job)
    lines = [_line(found, place) for place in range(len(found.lines))]
    return {
        "counted": counted(found),
        "ok": found.ok,
        "lines": lines,
        "html": fragment(report_document(found)),
        "problems": [],
    }


def _line(found: Report, place: int) -> Found:
    """What is said of one line, where it stands, and how it is marked."""
    from derive.check.show_claims import SAID, claim_block, said_of

    claim = found.lines[place]
    said, tone = SAID[said_of(claim)]
    block = claim_block(found.lines, [place], "")
    return {
        "line": claim.line,
        "column": claim.column,
        "tex": claim.tex,
        "said": said,
        "tone": tone,
        "verdict": claim.verdict,
        "follows": claim.follows,
        "why": claim.why,
        "hint": claim.hint.words if claim.hint else "",
        "html": fragment(Document("", (block,))),
    }


def _export(job: Job) -> Found:
    from derive.serve.exports import EXPORTS, exported

    return exported(EXPORTS[job["format"]], job)


_KINDS: Mapping[str, Callable[[Job], Found]] = MappingProxyType(
    {"derive": _derive, "whole": _whole, "check": _check, "export": _export}
)
