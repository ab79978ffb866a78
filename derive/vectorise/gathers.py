"""Entries read at the position that a class gives, opened into sums that matrices can say."""

from __future__ import annotations

from derive.notation.expression import Bracket, Entry, Factor, Power, Term
from derive.notation.index import Atom, Index, Range, Slot, position
from derive.notation.walk import substitute_factor
from derive.vectorise.labels import Labels


def gathers_opened(term: Term, labels: Labels) -> tuple[tuple[Index, ...], tuple[Factor, ...]]:
    """P_{n,t_n} as Σ_k [k = t_n] P_nk; beside a bracket [k = t_n] simply as P_nk."""
    bound, factors = list(term.bound), list(term.factors)
    for entry, axis in _gathered(term.factors, labels):
        letter = _bracketed(factors, entry)
        if letter is None:
            letter = Index("k", axis)
            bound.append(letter)
            factors.append(Bracket("=", letter.slot, position(entry)))
        mapping: dict[Atom, Slot] = {entry: letter.slot}
        factors = [f if isinstance(f, Bracket) else substitute_factor(f, mapping) for f in factors]
    return tuple(bound), tuple(factors)


def _gathered(factors: tuple[Factor, ...], labels: Labels) -> list[tuple[Entry, Range]]:
    """The class entries, with letters of their own that are no labels, at which factors outside functions are read."""
    found: dict[Entry, Range] = {}
    for factor in factors:
        base = factor.base.factor if isinstance(factor, Power) else factor
        if isinstance(base, Entry) and any(labels.among(slot) for slot in base.slots):
            for n, (slot, axis) in enumerate(zip(base.slots, base.tensor.axes, strict=True)):
                atom = slot.atom
                if isinstance(atom, Entry) and any(map(labels.among, atom.slots)) and n not in base.tensor.labels:
                    found[atom] = axis
    return list(found.items())


def _bracketed(factors: list[Factor], entry: Entry) -> Index | None:
    """The letter k of a bracket [k = entry] among the factors."""
    for factor in factors:
        if isinstance(factor, Bracket) and factor.relation == "=":
            for left, right in ((factor.left, factor.right), (factor.right, factor.left)):
                if isinstance(left, Slot) and isinstance(right, Slot) and right.atom == entry and left.letter:
                    return left.letter
    return None
