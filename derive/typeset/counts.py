"""How many entries of a window are largest, by a name: x̄_ckl = Σ_ij (ȳ_cij/n_cij) [x_ckl = y_cij] …

    n_cij = Σ_p Σ_q [x_{c,i+p,j+q} = y_cij]

Such a sum stands below a line, where it does not break and hides what the line says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import MappingProxyType

from derive.derivation import Line
from derive.document import Math, Script, Symbol
from derive.notation.canonical import key
from derive.notation.expression import Bracket, Expr, Power, is_inverse
from derive.notation.walk import entries, factors, free_letters
from derive.typeset.scribe import Scribe

POOL = "nmruvNMR"


def with_counts(scribe: Scribe, lines: Iterable[Line]) -> Scribe:
    """The scribe with a letter for each count in the lines."""
    keys = dict.fromkeys(key_of(base) for line in lines for base in _counts(line))
    if not keys:
        return scribe
    network = scribe.names.network
    free = [x for x in POOL if x not in scribe.names.taken and x not in network.letters]
    return replace(scribe, counts=MappingProxyType(dict(zip(keys, free, strict=False))))


def key_of(base: Expr) -> str:
    """What two counts have in common that differ in letters only."""
    return key(base, {letter: f"free {n}" for n, letter in enumerate(free_letters(base))})


def count_named(base: Expr, scribe: Scribe) -> Math | None:
    """n_cij, if the expression is a count that has a name."""
    name = scribe.counts.get(key_of(base)) if scribe.counts and is_count(base) else None
    return None if name is None else Script(Symbol(name), scribe.positions(x.slot for x in free_letters(base)))


def named_counts(line: Line, scribe: Scribe) -> tuple[Expr, ...]:
    """The counts of a line that have a name, each once."""
    found = {key_of(base): base for base in _counts(line)} if scribe.counts else {}
    return tuple(base for name, base in found.items() if name in scribe.counts)


def is_count(base: Expr) -> bool:
    """Whether an expression says how many entries of a window equal something: Σ over letters of [x_{i+p} = y_i]."""
    if len(base.terms) != 1 or not base.terms[0].bound or base.terms[0].coefficient != 1:
        return False
    compared = any(isinstance(f, Bracket) and isinstance(f.left, Expr) for f in base.terms[0].factors)
    slots = [slot for entry in entries(base) for slot in entry.slots]
    return compared and bool(free_letters(base)) and any(slot.atom is None for slot in slots)


def _counts(line: Line) -> Iterator[Expr]:
    for step in line.steps:
        for factor in factors(step.right):
            if isinstance(factor, Power) and is_inverse(factor) and is_count(factor.base):
                yield factor.base
