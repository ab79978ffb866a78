"""Single mistakes in lines in index form: each kind lists what it could do to a line.

What is planted need not be wrong (x̄ = ȳ with a bar lost may hold): the numbers decide afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias

from derive.notation.expression import Apply, Entry, Expr, Factor, Partial, Power, Tensor, Term, of
from derive.notation.index import Index, Range, Slot
from derive.notation.walk import letters_of, substitute_factor
from derive.operators import TABLE
from tests.mutations.claim import Claim, Scalars
from tests.mutations.source import Problem
from tests.mutations.spots import Spot, spots

Made: TypeAlias = Callable[[], Claim]
"""A line, made when it is chosen."""

Kind: TypeAlias = Callable[[Problem, Scalars], Iterator[Made]]


def _with(claim: Scalars, spot: Spot, other: object) -> Made:
    return lambda: replace(claim, right=spot.put(other))


def _on_left(claim: Scalars, entry: Entry) -> Made:
    return lambda: replace(claim, left=of(entry))


def _entries(claim: Scalars) -> Iterator[tuple[Entry, Callable[[Entry], Made]]]:
    """The entries of both sides, with what puts another one there."""
    for spot in spots(claim.right):
        if isinstance(spot.what, Entry):
            yield spot.what, partial(_with, claim, spot)
    yield claim.entry, lambda other: _on_left(claim, other)


def bar_lost(problem: Problem, claim: Scalars) -> Iterator[Made]:
    for entry, put in _entries(claim):
        if entry.tensor.is_bar and problem.forward_of(entry.tensor) != entry.tensor:
            yield put(Entry(problem.forward_of(entry.tensor), entry.slots))


def bar_added(problem: Problem, claim: Scalars) -> Iterator[Made]:
    for entry, put in _entries(claim):
        if entry.tensor in problem.bars:
            yield put(Entry(problem.bars[entry.tensor], entry.slots))


def indices_swapped(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """w_ij becomes w_ji."""
    for entry, put in _entries(claim):
        own = [n for n in range(len(entry.slots)) if n not in entry.tensor.labels]
        for m, n in pairwise(own):
            slots = list(entry.slots)
            slots[m], slots[n] = slots[n], slots[m]
            yield put(Entry(entry.tensor, tuple(slots)))


def index_exchanged(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """One letter of one entry becomes another of those that the line has."""
    for spot in spots(claim.right):
        if isinstance(spot.what, Entry):
            letters = dict.fromkeys([*claim.letters, *spot.scope])
            for n, slot in enumerate(spot.what.slots):
                for other in letters:
                    if slot.letter is not None and other is not slot.letter:
                        yield _with(claim, spot, _at(spot.what, n, other.slot))


def _at(entry: Entry, place: int, slot: Slot) -> Entry:
    return Entry(entry.tensor, (*entry.slots[:place], slot, *entry.slots[place + 1 :]))


def position_shifted(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """t − 1 becomes t or t + 1, and at labels t becomes t − 1."""
    for spot in spots(claim.right):
        if isinstance(spot.what, Entry):
            for n, slot in enumerate(spot.what.slots):
                if slot.letter is None and list(slot.letters()):
                    yield _with(claim, spot, _at(spot.what, n, slot - slot.constant))
                    yield _with(claim, spot, _at(spot.what, n, slot - 2 * slot.constant))
                elif slot.letter is not None and n in spot.what.tensor.labels:
                    yield _with(claim, spot, _at(spot.what, n, slot - 1))


def sign(problem: Problem, claim: Scalars) -> Iterator[Made]:
    for spot in spots(claim.right):
        if isinstance(spot.what, Term):
            yield _with(claim, spot, replace(spot.what, coefficient=-spot.what.coefficient))


def number(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """A number in front is lost, or 2 put there."""
    for spot in spots(claim.right):
        if isinstance(spot.what, Term) and spot.what.factors:
            bare = -1 if spot.what.coefficient < 0 else 1
            other = bare if spot.what.coefficient != bare else 2 * bare
            yield _with(claim, spot, replace(spot.what, coefficient=other))


def prime_lost(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """σ for σ′."""
    for spot in spots(claim.right):
        if isinstance(spot.what, Apply) and spot.what.partials and all(not at for _, at in spot.what.partials):
            yield _with(claim, spot, replace(spot.what, partials=spot.what.partials[:-1]))


def prime_added(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """σ′ for σ."""
    for spot in spots(claim.right):
        if isinstance(spot.what, Apply) and is_primable(spot.what, problem):
            yield _with(claim, spot, replace(spot.what, partials=(*spot.what.partials, (0, ()))))


PRIMED = ("tanh", "sigmoid", "relu", "silu", "gelu", "softplus", "sin", "cos")


def is_primable(apply: Apply, problem: Problem) -> bool:
    """Whether people would write a prime on a function."""
    abstract = problem.network.functions.get(apply.function) == "abstract"
    return len(apply.args) <= 1 and (abstract or (apply.function in PRIMED and apply.function in TABLE))


def _pieces(claim: Scalars) -> Iterator[tuple[Spot, Term, int, Factor]]:
    for spot in spots(claim.right):
        if isinstance(spot.what, Term):
            for n, factor in enumerate(spot.what.factors):
                yield spot, spot.what, n, factor


def factor_lost(problem: Problem, claim: Scalars) -> Iterator[Made]:
    for spot, term, n, _ in _pieces(claim):
        if len(term.factors) > 1:
            yield _with(claim, spot, replace(term, factors=(*term.factors[:n], *term.factors[n + 1 :])))


def factor_doubled(problem: Problem, claim: Scalars) -> Iterator[Made]:
    for spot, term, n, factor in _pieces(claim):
        if not isinstance(factor, (Partial, Power)) and (len(term.factors) > 1 or len(claim.right.terms) > 1):
            yield _with(claim, spot, replace(term, factors=(*term.factors[: n + 1], *term.factors[n:])))


def _summands(claim: Scalars) -> Iterator[tuple[Spot, Expr, int]]:
    for spot in spots(claim.right):
        if isinstance(spot.what, Expr) and len(spot.what.terms) > 1:
            yield from ((spot, spot.what, n) for n in range(len(spot.what.terms)))


def path_lost(problem: Problem, claim: Scalars) -> Iterator[Made]:
    for spot, expr, n in _summands(claim):
        yield _with(claim, spot, Expr((*expr.terms[:n], *expr.terms[n + 1 :])))


def path_doubled(problem: Problem, claim: Scalars) -> Iterator[Made]:
    for spot, expr, n in _summands(claim):
        yield _with(claim, spot, Expr((*expr.terms, expr.terms[n])))


def layer(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """W1 for W2."""
    for entry, put in _entries(claim):
        for other in layers(problem, entry.tensor):
            if len(other.axes) == len(entry.tensor.axes):
                yield put(Entry(other, entry.slots))


def layers(problem: Problem, tensor: Tensor) -> Iterator[Tensor]:
    """Tensors that are called the same but for a number."""
    stem = tensor.name.rstrip("0123456789")
    if stem != tensor.name:
        for other in problem.tensors:
            same = other.name != tensor.name and other.name.rstrip("0123456789") == stem
            if same and other.name != stem and other.cost == tensor.cost:
                yield other


def quantity_exchanged(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """x for h, of the same shape."""
    for entry, put in _entries(claim):
        yield from (put(Entry(other, entry.slots)) for other in alike(problem, entry.tensor))


def alike(problem: Problem, tensor: Tensor) -> Iterator[Tensor]:
    """Other quantities of the same axes, bars for bars."""
    for other in problem.tensors:
        named = other.name != tensor.name and other.role != "class" and tensor.role != "class"
        if named and other.axes == tensor.axes and other.cost == tensor.cost and other.labels == tensor.labels:
            yield other


def summed_terms(claim: Scalars) -> Iterator[tuple[Spot, Term, Index]]:
    for spot in spots(claim.right):
        if isinstance(spot.what, Term):
            yield from ((spot, spot.what, x) for x in spot.what.bound)


def range_changed(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """Σ to the wrong size, or from 2."""
    for spot, term, letter in summed_terms(claim):
        if not list(letter.range.hi.letters()):
            others = [Range.to(size) for size in problem.network.sizes if Range.to(size) != letter.range]
            later = Range(letter.range.lo + 1, letter.range.hi)
            for limits in (*others, later):
                yield _with(claim, spot, _over(term, letter, Index(letter.name, limits)))


def _over(term: Term, old: Index, new: Index) -> Term:
    bound = tuple(new if x is old else x for x in term.bound)
    return Term(term.coefficient, bound, tuple(substitute_factor(f, {old: new.slot}) for f in term.factors))


def sum_lost(problem: Problem, claim: Scalars) -> Iterator[Made]:
    for spot, term, letter in summed_terms(claim):
        yield _with(claim, spot, replace(term, bound=tuple(x for x in term.bound if x is not letter)))


def sum_added(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """Σ over a letter of its own in place of one that the left side keeps."""
    for spot in spots(claim.right):
        if isinstance(spot.what, Term):
            for letter in claim.letters:
                if any(letter in letters_of(f) for f in spot.what.factors):
                    own = letter.apart()
                    with_it = replace(spot.what, bound=(letter, *spot.what.bound))
                    yield _with(claim, spot, _over(with_it, letter, own))


def mean_for_sum(problem: Problem, claim: Scalars) -> Iterator[Made]:
    for spot, term, letter in summed_terms(claim):
        below = Power(of(letter.range.size), -1)
        if below not in term.factors:
            yield _with(claim, spot, replace(term, factors=(below, *term.factors)))
    for spot, term, n, factor in _pieces(claim):
        inner = factor.base.factor if isinstance(factor, Power) and factor.exponent == -1 else None
        if isinstance(inner, Slot) and not list(inner.letters()):
            yield _with(claim, spot, replace(term, factors=(*term.factors[:n], *term.factors[n + 1 :])))


KINDS: Mapping[str, Kind] = MappingProxyType({
    "bar lost": bar_lost, "bar added": bar_added, "indices swapped": indices_swapped,
    "index exchanged": index_exchanged, "position shifted": position_shifted, "sign": sign, "number": number,
    "prime lost": prime_lost, "prime added": prime_added, "factor lost": factor_lost,
    "factor doubled": factor_doubled, "path lost": path_lost, "path doubled": path_doubled, "layer": layer,
    "quantity exchanged": quantity_exchanged, "range": range_changed, "sum lost": sum_lost, "sum added": sum_added,
    "mean for sum": mean_for_sum,
})  # fmt: skip
