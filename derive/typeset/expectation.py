"""Means over samples: 𝔼_s[…] for (1/S) Σ_{s=1}^S …, where the file takes an expectation over s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from derive.document import Fenced, Math, Script, Symbol, row
from derive.notation.expression import Factor, Power, Term
from derive.notation.index import Index, Slot
from derive.typeset.scribe import Scribe, listed

SIGN = Symbol("E", "double")
T = TypeVar("T")


def mean(letters: Sequence[Index], body: Math, scribe: Scribe) -> Math:
    """𝔼_s[body]."""
    return row(Script(SIGN, listed([scribe.letter(letter) for letter in letters])), Fenced(body, "[", "]"))


def sampled(term: Term, scribe: Scribe) -> tuple[tuple[Index, ...], Term] | None:
    """The letters of samples over which a term is a mean, and what it is the mean of, without its sign."""
    samples = scribe.names.network.samples
    letters = tuple(letter for letter in term.bound if letter.range in samples) if samples else ()
    factors = without([(f, _divisor(f)) for f in term.factors], letters) if letters else None
    if factors is None:
        return None
    number = -term.coefficient if term.coefficient < 0 else term.coefficient
    return letters, Term(number, tuple(x for x in term.bound if x not in letters), tuple(factors))


def _divisor(factor: Factor) -> Slot | None:
    """N of 1/N."""
    base = factor.base.factor if isinstance(factor, Power) and factor.exponent == -1 else None
    return base if isinstance(base, Slot) else None


def without(parts: Sequence[tuple[T, Slot | None]], letters: Sequence[Index]) -> list[T] | None:
    """The parts without one over the size of each letter's range; None where that of one is missing."""
    left = list(parts)
    for letter in letters:
        place = next((n for n, (_, size) in enumerate(left) if size == letter.range.size), None)
        if place is None:
            return None
        del left[place]
    return [part for part, _ in left]
