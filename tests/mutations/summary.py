"""The tables of a run: verdicts by kind, hints by kind, times; and the lines that were judged falsely."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.mutations.judged import VERDICTS, Judged
from tests.mutations.samples import Mode
from tests.mutations.source import NOTATIONS

Groups: TypeAlias = Iterable[tuple[str, Sequence[Judged]]]


def expected(mode: Mode) -> str:
    return "right" if mode == "right" else "wrong"


def false_ones(found: Iterable[Judged]) -> list[Judged]:
    """Lines with another verdict than they should have, the worst first: wrong called right, right called wrong."""
    missed = [j for j in found if j.verdict != expected(j.sample.mode)]
    return sorted(missed, key=lambda j: (j.verdict not in ("right", "wrong"), j.verdict, j.sample.n))


def show(mode: Mode, found: Sequence[Judged], console: Console, most: int = 10) -> None:
    """Everything about a run."""
    for title, groups in (
        ("kind", _by_kind(found)),
        ("notation", _by_notation(found)),
        ("problem", _by_problem(found)),
    ):
        console.print(verdicts(mode, title, groups, found))
    if mode != "right":
        console.print(hints(found))
    console.print(times(mode, found))
    distinct = len({(j.sample.problem, j.sample.text) for j in found})
    repaired = sum(j.repaired for j in found)
    console.print(f"{len(found)} lines, {distinct} different ones; {repaired} with a repair that was called right.")
    if mode != "right":
        passed = [j for j in found if j.verdict == "right"]
        under = sum(bool(j.under) for j in passed)
        console.print(f"{len(passed)} wrong lines were called right, {under} of these under a convention.")
    missed = false_ones(found)
    for judged in missed[:most]:
        console.print(*told(judged), sep="\n", soft_wrap=True, highlight=False)
    if len(missed) > most:
        console.print(f"… and {len(missed) - most} more")


def told(judged: Judged) -> Iterator[str]:
    sample = judged.sample
    kinds = ", ".join((*sample.kinds, *sample.spellings))
    yield escape(f"[{sample.n}] {sample.problem} ({kinds}; {sample.wrapper}): called {judged.verdict}")
    yield from (escape(f"    defining  {line}") for line in sample.before)
    yield escape(f"    line      {sample.line}")
    yield escape(f"    from      {sample.original}")
    yield from (
        escape(f"    {label:9} {text}")
        for label, text in (("why", judged.why), ("under", ", ".join(judged.under)), ("hint", judged.hint))
        if text
    )


def verdicts(mode: Mode, title: str, groups: Groups, found: Sequence[Judged]) -> Table:
    """How many of each group were called what."""
    columns = [v + "?" * (v != expected(mode)) for v in VERDICTS]
    table = Table(title, "lines", *columns, title=f"{mode}: verdicts by {title}")
    for name, part in (*groups, ("all", found)):
        if name == "all":
            table.add_section()
        counts = Counter(j.verdict for j in part)
        table.add_row(name, str(len(part)), *(str(counts[v] or "") for v in VERDICTS))
    return table


def hints(found: Sequence[Judged]) -> Table:
    """Of the lines that were called wrong: how many got a hint, and how many of these bring the line back."""
    columns = ("kind", "called wrong", "hinted", "mended line right", "the original itself", "either")
    table = Table(*columns, title="hints by kind")
    called = [j for j in found if j.verdict == "wrong"]
    for name, part in _by_kind(called):
        table.add_row(name, str(len(part)), *_rates(part))
    table.add_section()
    table.add_row("all", str(len(called)), *_rates(called))
    return table


def _rates(part: Sequence[Judged]) -> Iterator[str]:
    tests: tuple[Callable[[Judged], bool], ...] = (
        lambda j: j.hinted, lambda j: j.restored, lambda j: j.same, lambda j: j.restored or j.same,
    )  # fmt: skip
    for test in tests:
        yield f"{100 * sum(map(test, part)) / len(part):.1f} %" if part else "–"


def _by_notation(found: Sequence[Judged]) -> Groups:
    for name in NOTATIONS:
        yield name, [j for j in found if j.sample.style[0] == name]


def _by_problem(found: Sequence[Judged]) -> Groups:
    for name in sorted({j.sample.problem for j in found}):
        yield name, [j for j in found if j.sample.problem == name]


def _by_kind(found: Sequence[Judged]) -> Groups:
    """A pair counts under both of its kinds."""
    for name in dict.fromkeys(kind for j in found for kind in j.sample.kinds):
        yield name, [j for j in found if name in j.sample.kinds]


def times(mode: Mode, found: Sequence[Judged]) -> Table:
    """Milliseconds a line: for the verdict, and with the search for a hint."""
    table = Table("milliseconds", "median", "95th percentile", "longest", title="times of one line")
    table.add_row("verdict", *_quantiles([j.seconds for j in found if j.verdict != "error"]))
    if mode != "right":
        table.add_row("with hint search", *_quantiles([j.searched for j in found if j.verdict == "wrong"]))
    return table


def _quantiles(seconds: Sequence[float]) -> Iterator[str]:
    if not seconds:
        return iter(("–", "–", "–"))
    return (f"{1000 * value:.1f}" for value in (*np.quantile(seconds, (0.5, 0.95)), max(seconds)))


def save(found: Iterable[Judged], path: Path) -> None:
    """Every line and its verdict as JSON lines, for a closer look."""
    path.write_text("".join(json.dumps(_data(j), ensure_ascii=False) + "\n" for j in found), encoding="utf-8")


def _data(judged: Judged) -> dict[str, Any]:
    return {**asdict(judged), "text": judged.sample.text}
