"""The table at the end of many answers."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence

from derive.check.show_claims import SAID, Told
from derive.cli.judged import Judged
from derive.document import Document, Prose, Table, Words

VERDICTS: tuple[Told, ...] = ("right", "given", "wrong", "follows", "unknown", "unreadable", "other")
WORDS = {"RIGHT": "32", "WRONG": "31", "NOT DECIDED": "33", "UNFINISHED": "33", "EMPTY": "33", "UNUSABLE": "31"}
"""What each answer comes to, in letters that are seen from afar, and its colour."""
COLUMNS = tuple((told, "follows" if told == "follows" else SAID[told][0]) for told in VERDICTS)


def summary(results: Sequence[Judged]) -> Document:
    """A row for each answer, columns that are empty left out, and how many are of each kind."""
    shown = [(verdict, words) for verdict, words in COLUMNS if any((r.counts or {}).get(verdict) for r in results)]
    missing = any(r.missing for r in results)
    head: tuple[Words, ...] = (
        (" ",),
        ("answer",),
        *((words,) for _, words in shown),
        *((("missing",),) if missing else ()),
    )
    verdicts = [verdict for verdict, _ in shown]
    rows = tuple(_row(r, name, verdicts, missing) for r, name in zip(results, _short(results), strict=True))
    counts = Counter(map(verdict_of, results))
    many = "answer" if len(results) == 1 else "answers"
    told = f"{len(results)} {many}: {', '.join(f'{counts[word]} {word.lower()}' for word in WORDS if counts[word])}."
    return Document("", (Table(head, rows), Prose((told,))))


def verdict_of(result: Judged) -> str:
    """One of WORDS: the worst that is said of an answer."""
    if result.counts is None:
        return "UNUSABLE"
    if result.counts.get("wrong"):
        return "WRONG"
    if result.status:
        return "NOT DECIDED"
    if not any(result.counts.values()):
        return "EMPTY"
    return "UNFINISHED" if result.missing else "RIGHT"


def painted(text: str) -> str:
    """The summary with these words in their colours."""
    found = re.compile(rf"^  ({'|'.join(WORDS)})\b", re.MULTILINE)
    return found.sub(lambda met: f"  \x1b[1;{WORDS[met[1]]}m{met[1]}\x1b[0m", text)


def _short(results: Sequence[Judged]) -> list[str]:
    """The answers' names without the folder that all of them are in."""
    paths = [os.path.abspath(result.answer) for result in results]
    folder = os.path.commonpath([os.path.dirname(path) for path in paths])
    return [os.path.relpath(path, folder) for path in paths]


def _row(result: Judged, name: str, verdicts: Sequence[str], missing: bool) -> tuple[Words, ...]:
    cells = [str(result.counts.get(v) or "") if result.counts is not None else "–" for v in verdicts]
    return (
        (verdict_of(result),),
        (name,),
        *((cell,) for cell in cells),
        *(((", ".join(result.missing),),) if missing else ()),
    )
