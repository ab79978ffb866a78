"""GitHub's workflow commands: a remark at its place in a file, `::error file=a.md,line=6,col=1,title=wrong::…`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from derive.errors import DeriveError, Place, Problem

Level = Literal["error", "warning", "notice"]


def annotation(level: Level, place: Place | None, title: str, text: str) -> str:
    """One command; without a place it is about the whole run."""
    at = f"file={property_text(place.file)},line={place.line},col={place.column}," if place else ""
    return f"::{level} {at}title={property_text(title)}::{message_text(text)}"


def of_error(error: DeriveError, file: str) -> Iterator[str]:
    """What is wrong with a problem file, each at its place; what has none at the file's beginning."""
    for problem in error.problems:
        yield annotation("error", problem.place or Place(file, 1, 1), "problem file", _message(problem))


def of_failure(text: str, file: str) -> str:
    """A check by numbers that failed."""
    return annotation("error", Place(file, 1, 1), "check by numbers", text) + "\n"


def _message(problem: Problem) -> str:
    also = [f"{problem.other}: {problem.there or 'the other place'}"] if problem.other else []
    return "\n".join([problem.what, *also, *([problem.mend] if problem.mend else [])])


def message_text(text: str) -> str:
    """Text after :: in a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_text(text: str) -> str:
    """A value before :: in a workflow command."""
    return message_text(text).replace(":", "%3A").replace(",", "%2C")
