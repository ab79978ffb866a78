"""The documents' other questions: the 68 rows of the audit that are not lines of a derivation, with what `derive` says.

questions_NNN.yaml has the rows of a document. A row has

- audit: the audit's verdict, in its words.
- says, truth: what the document says, and what is true.
- lines: where it says so, byte for byte; none where the document lacks it.
- expects: runs of `derive`, each with what must come out of it. A run is of a file of problems/ (`problem`, `with` its
  other top-level keys; a null drops one), of a file that is written out (`file`), or it is `derive check` of this
  document against a problem (`check`).

What must come out: `facts`, values at paths of the JSON; `above`, numbers that those at a path exceed; `lacks`, paths
that lead nowhere; `text`, sentences of the terminal's output, whatever their line breaks; `refused`, words of the
message where the file is wrong. In a path, [0] is an entry by its place and [name=h] the entries that have this value;
a value at several entries must be that of each. `cannot`: why an expectation is not met.

How the 68 rows were counted: the audit's tables of the five documents have 137 rows. 66 are in NNN.yaml, three are
graphs to draw (000-Q2a, 002-Q2a, 004-Q2.1.1), the other 68 are here; 002-Q3-net, which stands there twice, is two. 000
has 10, 001 12, 002 6, 003 19, 004 21.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from tests.documents import FOLDER, NUMBERS

PROBLEMS = FOLDER.parents[1] / "problems"
STEP = re.compile(r"\.?(?:(?P<name>[^.\[\]=]+)|\[(?P<place>\d+)\]|\[(?P<key>[\w-]+)=(?P<value>[^\]]*)\])")
Strings: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Printed:
    """A piece of the document: its line, from 1, and its text."""

    line: int
    text: str


@dataclass(frozen=True, eq=False)
class Expectation:
    """A run of `derive`, as `run` takes it, and what must come out of it."""

    kind: str
    source: Any
    changes: dict[str, Any] | None
    facts: dict[str, Any] = field(default_factory=dict)
    above: dict[str, float] = field(default_factory=dict)
    lacks: Strings = ()
    text: Strings = ()
    refused: Strings = ()
    cannot: str = ""


@dataclass(frozen=True, eq=False)
class Question:
    id: str
    audit: str
    says: str
    truth: str
    lines: tuple[Printed, ...]
    expects: tuple[Expectation, ...]


@dataclass(frozen=True, eq=False)
class Asked:
    """A document's other questions, with its text."""

    number: str
    name: str
    text: str
    rows: tuple[Question, ...]


@dataclass(frozen=True)
class Run:
    """What came out: the JSON and the text, or the message."""

    data: Any = None
    text: str = ""
    message: str = ""


@cache
def asked(number: str) -> Asked:
    data = yaml.safe_load((FOLDER / f"questions_{number}.yaml").read_text(encoding="utf-8"))
    text = (FOLDER / data["document"]).read_text(encoding="utf-8")
    return Asked(number, data["document"], text, tuple(_question(row) for row in data["rows"]))


def every() -> Iterator[tuple[Asked, Question]]:
    for number in NUMBERS:
        yield from ((asked(number), row) for row in asked(number).rows)


def _question(row: dict[str, Any]) -> Question:
    lines = tuple(Printed(one["line"], one["text"]) for one in row["lines"])
    expects = tuple(_expectation(dict(one)) for one in row["expects"])
    return Question(row["id"], row["audit"], row["says"], row["truth"], lines, expects)


def _expectation(data: dict[str, Any]) -> Expectation:
    (kind,) = data.keys() & {"problem", "file", "check"}
    source, changes = data.pop(kind), data.pop("with", None)
    lists: dict[str, Any] = {key: tuple(data.pop(key)) for key in ("lacks", "text", "refused") if key in data}
    return Expectation(kind, source, changes, **lists, **data)


def run(number: str, expected: Expectation) -> Run:
    """What `derive` says, each run made once."""
    if expected.kind == "check":
        return _checked(number, expected.source)
    if expected.kind == "file":
        return _derived(yaml.safe_dump({"version": 1, "title": "A file", **expected.source}, sort_keys=False))
    text = (PROBLEMS / f"{expected.source}.yaml").read_text(encoding="utf-8")
    if expected.changes is None:
        return _derived(text)
    changed = {**yaml.safe_load(text), **expected.changes}
    return _derived(yaml.safe_dump({k: v for k, v in changed.items() if v is not None}, sort_keys=False))


@cache
def _derived(text: str) -> Run:
    from derive.api import Network
    from derive.declare.load import parse_problem
    from derive.errors import DeriveError
    from derive.render.terminal import terminal

    try:
        declared = parse_problem(text, "file.yaml")
        network = Network._of(declared)
        found = network.derive() if declared.equations else network.answers()
        return Run(json.loads(json.dumps(found.to_dict())), terminal(found.document(), 100))
    except DeriveError as error:
        return Run(message=str(error))


@cache
def _checked(number: str, problem: str) -> Run:
    import derive
    from derive.check.show import report_document
    from derive.render.terminal import terminal

    document, network = asked(number), derive.load(PROBLEMS / f"{problem}.yaml")
    found = network.derive() if network.declared.equations else network.answers()
    report = found.check(document.text, Path(document.name).suffix)
    return Run(json.loads(json.dumps(report.to_dict())), terminal(report_document(report, document.name), 100))


def at(data: Any, path: str) -> tuple[Any, ...]:
    """The values at a path."""
    found, place = (data,), 0
    while place < len(path):
        step = STEP.match(path, place)
        if step is None:
            raise ValueError(f"{path!r} is no path at {path[place:]!r}")
        found, place = tuple(value for one in found for value in _under(one, step)), step.end()
    return found


def _under(one: Any, step: re.Match[str]) -> Iterator[Any]:
    if step["key"] is not None:
        listed = one if isinstance(one, list) else [one]
        yield from (x for x in listed if isinstance(x, dict) and str(x.get(step["key"])) == step["value"])
    elif step["place"] is not None:
        yield from one[int(step["place"]) :][:1] if isinstance(one, list) else ()
    elif isinstance(one, dict) and step["name"] in one:
        yield one[step["name"]]
