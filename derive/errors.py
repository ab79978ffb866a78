"""What can be wrong with what a user wrote, said once: where, what disagrees, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a user's file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: its place, what disagrees (two places where two disagree), its mend.

    there: what stands at the other place, where that is known.
    """

    place: Place | None
    what: str
    mend: str = ""
    other: Place | None = None
    excerpt: str = ""
    there: str = ""

    def __str__(self) -> str:
        head = f"{self.place}: {self.what}" if self.place else self.what
        also = [f"  {self.other}: {self.there or 'the other place'}"] if self.other else []
        shown = [self.excerpt] if self.excerpt else []
        mend = [f"  {self.mend}"] if self.mend else []
        return "\n".join([head, *shown, *also, *mend])


class DeriveError(Exception):
    """Unusable input: every independent problem that was found, in the order of the file."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: what is wrong in the cell or the file, not where this was raised."""
        return str(self).split("\n")


class NoMatrixForm(Exception):
    """A scalar line that no product of vectors and matrices says; it is shown as a sum instead."""
