"""The answers that a command names: files, folders of files, standard input; and their text."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.errors import DeriveError, Problem

SUFFIXES = (".tex", ".md", ".txt")
ALSO = {".latex": ".tex", ".ltx": ".tex", ".markdown": ".md", ".text": ".txt"}
LARGEST = 10_000_000
"""Bytes in one answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """name: as it is called in reports.  suffix: how it is read.  report: its report's name, without a suffix.

    path: None for standard input.
    """

    name: str
    suffix: str
    path: Path | None
    report: str


def found(names: Sequence[str], suffix: str | None) -> tuple[Answer, ...]:
    """All answers in order, folders opened; suffix: how all of them are to be read. Raises DeriveError."""
    answers = [answer for name in names for answer in _of(name, suffix)]
    once = tuple({answer.name: answer for answer in answers}.values())
    return _apart(once)


def _of(name: str, suffix: str | None) -> Iterator[Answer]:
    if name == "-":
        yield Answer("standard input", suffix or ".tex", None, "answer")
        return
    path = Path(name)
    if path.is_dir():
        yield from _in_folder(path, suffix)
        return
    ending = ALSO.get(path.suffix.lower(), path.suffix.lower())
    if suffix is None and ending not in SUFFIXES and path.exists():
        told = f"{name}: an answer is a {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]} file"
        raise DeriveError(Problem(None, told, "say how to read it with --as tex, --as md or --as txt"))
    yield Answer(name, suffix or ending, path, path.stem)


def _in_folder(folder: Path, suffix: str | None) -> Iterator[Answer]:
    """The answers in a folder and those below it; hidden files are none."""
    met = False
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        ending = ALSO.get(path.suffix.lower(), path.suffix.lower())
        if ending in SUFFIXES and path.is_file() and not any(part.startswith(".") for part in inside.parts):
            met = True
            yield Answer(str(path), suffix or ending, path, str(inside.with_suffix("")))
    if not met:
        raise DeriveError(Problem(None, f"{folder}: there is no {', '.join(SUFFIXES)} file in this folder"))


def _apart(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """a.tex and a.md get reports of their own, and so do a/x.tex and b/x.tex."""
    given = tuple(answers)
    for longer in (lambda a: a.report, lambda a: a.report + Path(a.name).suffix, lambda a: _flat(a.name)):
        counts = Counter(a.report for a in given)
        again = [longer(a) if counts[a.report] > 1 else a.report for a in given]
        given = tuple(Answer(a.name, a.suffix, a.path, name) for a, name in zip(given, again, strict=True))
    return given


def _flat(name: str) -> str:
    return "_".join(part for part in Path(name).parts if part not in ("/", "..", "."))


def text_of(answer: Answer) -> str:
    """The text of an answer, its lines ended by \\n. Raises DeriveError."""
    data = _bytes(answer)
    if len(data) > LARGEST:
        told = f"{answer.name}: this file has more than {LARGEST // 1_000_000} MB"
        raise DeriveError(Problem(None, told, "hand in the answer alone, as .tex, .md or .txt"))
    return _decoded(data, answer.name).replace("\r\n", "\n").replace("\r", "\n")


def _bytes(answer: Answer) -> bytes:
    """What is in the file, up to one byte more than is allowed."""
    if answer.path is None:
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with open(answer.path, "rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        told = f"{answer.name}: cannot read: {error.strerror or error}"
        mend = "check the path" if isinstance(error, FileNotFoundError) else ""
        raise DeriveError(Problem(None, told, mend)) from None
    except ValueError:
        raise DeriveError(Problem(None, f"{answer.name!r}: cannot read: this is no name of a file")) from None


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DeriveError(Problem(None, f"{name}: this file is in UTF-16", "save it as UTF-8"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if b"\0" in data:
            raise DeriveError(Problem(None, f"{name}: this is a binary file, no text")) from None
        told = f"{name}:{line}: this file is not in UTF-8: byte 0x{data[error.start]:02X}"
        raise DeriveError(Problem(None, told, "save it as UTF-8")) from None
    if "\0" in text:
        raise DeriveError(Problem(None, f"{name}: this is a binary file, no text"))
    return text
