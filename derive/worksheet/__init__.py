"""Worksheets from a derivation: a sheet to fill in, its solution, and an answer that `derive check` calls right.

lines     the lines of the backward pass      blanks    what is left out of them      mistakes  what is planted in them
changes   of forward mode and second order    marks     of transposes                 slips     single mistakes, by kind
boxes     places in a formula                 shown     the three documents

The same derivation, kind, level and seed give the same sheet, byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Literal, TypeAlias

from derive.derivation import Derivation
from derive.document import Document
from derive.errors import DeriveError, Problem
from derive.typeset.document import derivation_document, scribe_for
from derive.worksheet import shown
from derive.worksheet.blanks import MAKERS
from derive.worksheet.lines import Item, backward_items
from derive.worksheet.mistakes import plant

__all__ = ["Blanks", "Worksheet", "sheet_lines", "worksheet"]

Blanks: TypeAlias = Literal["bars", "terms", "transposes", "mistakes"]


@dataclass(frozen=True, slots=True)
class Worksheet:
    """sheet: to fill in; solution: what belongs there, all steps; answer: the lines as `derive check` reads them."""

    sheet: Document
    solution: Document
    answer: Document


def worksheet(
    derivation: Derivation,
    blanks: Blanks,
    level: int = 1,
    seed: int = 0,
    problem: str = "",
    options: tuple[str, ...] = (),
) -> Worksheet:
    """A worksheet; problem, options: the name of the file and what was asked beside it, for the command that marks.

    level: 1 to 3, how much is left out, or how many lines are wrong. Raises DeriveError where nothing can be asked.
    """
    whole = derivation_document(derivation)
    scribe = scribe_for(derivation)
    lines = sheet_lines(derivation, whole)
    if not any(line.asked for line in lines):
        mend = "name some under `want` in the problem file"
        raise DeriveError(Problem(None, "this derivation has no backward lines to ask for", mend))
    frame = shown.Frame(whole, lines, blanks, level, seed, problem, options)
    random = Random(f"{blanks} {level} {seed}")
    if blanks == "mistakes":
        planted = plant(lines, derivation, level, random, scribe)
        if not planted:
            raise DeriveError(Problem(None, "no mistake that numbers show fits these lines", "ask for other blanks"))
        return Worksheet(shown.hunt(frame, planted), shown.hunted(frame, planted), shown.answer(frame))
    blanked = MAKERS[blanks](lines, level, random, scribe)
    return Worksheet(shown.sheet(frame, blanked), shown.solution(frame, blanked), shown.answer(frame))


def sheet_lines(derivation: Derivation, whole: Document) -> tuple[Item, ...]:
    """The lines of a sheet from top to bottom: of forward mode, of the backward pass, of second order."""
    scribe = scribe_for(derivation)
    lines = backward_items(derivation, scribe, partial(shown.forms_shown, whole))
    if not derivation.moved:
        return lines
    from derive.worksheet.changes import change_items, judged

    before, after = change_items(derivation, scribe)
    return judged((*before, *lines, *after), derivation)
