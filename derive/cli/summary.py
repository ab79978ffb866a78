"""The table at the end of many answers."""

from __future__ import annotations

import os
from collections.abc import Sequence

from derive.check.show_claims import SAID, Told
from derive.cli.judged import Judged
from derive.document import Document, Prose, Table, Words

VERDICTS: tuple[Told, ...] = ("right", "given", "wrong", "follows", "unknown", "unreadable", "other")
COLUMNS = tuple((told, "follows" if told == "follows" else SAID[told][0]) for told in VERDICTS)


def summary(results: Sequence[Judged]) -> Document:
    """A row for each answer, columns that are empty left out, and how many are all right."""
    shown = [(verdict, words) for verdict, words in COLUMNS if any((r.counts or {}).get(verdict) for r in results)]
    missing = any(r.missing for r in results)
    head: tuple[Words, ...] = (("answer",), *((words,) for _, words in shown), *((("missing",),) if missing else ()))
    verdicts = [verdict for verdict, _ in shown]
    rows = tuple(_row(r, name, verdicts, missing) for r, name in zip(results, _short(results), strict=True))
    fine = sum(r.status == 0 for r in results)
    many = "answer has" if len(results) == 1 else "answers have"
    told = f"{fine} of {len(results)} {many} nothing wrong, undecided or unreadable."
    return Document("", (Table(head, rows), Prose((told,))))


def _short(results: Sequence[Judged]) -> list[str]:
    """The answers' names without the folder that all of them are in."""
    paths = [os.path.abspath(result.answer) for result in results]
    folder = os.path.commonpath([os.path.dirname(path) for path in paths])
    return [os.path.relpath(path, folder) for path in paths]


def _row(result: Judged, name: str, verdicts: Sequence[str], missing: bool) -> tuple[Words, ...]:
    cells = [str(result.counts.get(v) or "") if result.counts is not None else "–" for v in verdicts]
    return ((name,), *((cell,) for cell in cells), *(((", ".join(result.missing),),) if missing else ()))
