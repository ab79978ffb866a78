"""The differential of an expression: d e = Σ cofactor · d entry, one read for each entry that it reads.

The one universal rule. Products, powers and functions of scalars, of whole arrays and families are all there is; a
bracket, a position and what is held fixed have no differential. (Griewank & Walther 2008, chapter 3: elementary
partials.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derive.notation.constants import HELD
from derive.notation.expression import Apply, Entry, Expr, Factor, Lambda, Number, Power, Term, number
from derive.notation.index import Index
from derive.notation.product import add
from derive.notation.walk import apart, substitute


@dataclass(frozen=True, slots=True)
class Read:
    """One read of an entry: d e contains Σ_bound coefficient · Π factors · d entry (the cofactor is a term).

    place: among the factors of the cofactor, where d entry stands when each is written in its turn: Σ_i Ẇ_ji x_i.
    """

    entry: Entry
    cofactor: Term
    place: int = 0


def differential(expr: Expr) -> Iterator[Read]:
    """d expr, one `Read` for each place where an entry stands, in reading order."""
    for term in expr.terms:
        for n, factor in enumerate(term.factors):
            for read in _of_factor(factor):
                yield _around(term.coefficient, term.bound, term.factors[:n], read, term.factors[n + 1 :])


def _around(
    coefficient: Number,
    bound: tuple[Index, ...],
    before: tuple[Factor, ...],
    read: Read,
    after: tuple[Factor, ...] = (),
) -> Read:
    inner = read.cofactor
    cofactor = Term(coefficient * inner.coefficient, bound + inner.bound, (*before, *inner.factors, *after))
    return Read(read.entry, cofactor, len(before) + read.place)


def _of_factor(factor: Factor) -> Iterator[Read]:
    if isinstance(factor, Entry):
        if factor.tensor.role != "class":
            yield Read(factor, Term())
    elif isinstance(factor, Power):
        yield from _of_power(factor)
    elif isinstance(factor, Apply) and factor.function not in HELD:
        yield from _of_function(factor)


def _of_power(factor: Power) -> Iterator[Read]:
    """d bⁿ = n bⁿ⁻¹ db; a symbolic exponent e adds bᵉ log b de."""
    base, exponent = factor.base, factor.exponent
    if isinstance(exponent, Expr):
        lower = (Power(exponent), Power(base, add(exponent, number(-1))))
        logarithm = Apply("log", (Lambda((), base),))
        for read in differential(apart(exponent)):
            yield _around(1, (), (factor, logarithm), read)
        for read in differential(apart(base)):
            yield _around(1, (), lower, read)
    else:
        outer = (Power(base, exponent - 1),) if exponent != 1 else ()
        for read in differential(apart(base)):
            yield _around(exponent, (), outer, read)


def _of_function(factor: Apply) -> Iterator[Read]:
    """d f(a, b) = Σ over arguments, and over the positions of a whole argument, of its partial · d argument."""
    for n, argument in enumerate(factor.args):
        letters = tuple(x.apart() for x in argument.letters)
        body = substitute(apart(argument.body), dict(zip(argument.letters, (x.slot for x in letters), strict=True)))
        at = tuple(x.slot for x in letters)
        partial = Apply(factor.function, factor.args, factor.slots, (*factor.partials, (n, at)))
        for read in differential(body):
            yield _around(1, letters, (partial,), read)
