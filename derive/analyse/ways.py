"""How an expression reads a quantity: as a term, a factor, in a power, through a function. That decides the slope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Power, Tensor, Term, is_parenthesis
from derive.notation.walk import factors

Rule: TypeAlias = Literal[
    "copy", "sum", "difference", "number", "product", "function", "both", "power", "below", "choice", "several"
]


@dataclass(frozen=True, slots=True)
class Way:
    """How a quantity is read.

    beside: quantities that stand beside it as factors.  functions: those that it goes through, the outermost first.
    places: how often it stands there.
    """

    rule: Rule
    beside: tuple[Tensor, ...] = ()
    functions: tuple[str, ...] = ()
    places: int = 1


@dataclass(frozen=True, slots=True)
class _Read:
    """One place where it stands: what it is in, from the outside, and what stands beside it there."""

    around: tuple[Apply | Power, ...]
    beside: tuple[Factor, ...]
    negative: bool
    scaled: bool


def way(right: Expr, tensor: Tensor) -> Way:
    """How the right side of an equation reads a quantity."""
    reads = list(_reads(right, tensor))
    beside = tuple(dict.fromkeys(t for read in reads for f in read.beside for t in _entries(f)))
    functions = tuple(dict.fromkeys(a.function for read in reads for a in read.around if isinstance(a, Apply)))
    rule = _rule(reads[0], beside, len(right.terms) == 1) if len(reads) == 1 else "several"
    return Way(rule, beside, functions, len(reads))


def _reads(expr: Expr, tensor: Tensor) -> Iterator[_Read]:
    for term in expr.terms:
        for n, factor in enumerate(term.factors):
            others = (*term.factors[:n], *term.factors[n + 1 :])
            for inner in _inside(factor, tensor):
                yield _around(inner, term, others)


def _inside(factor: Factor, tensor: Tensor) -> Iterator[_Read]:
    if isinstance(factor, Entry):
        if factor.tensor == tensor:
            yield _Read((), (), False, False)
        return
    bodies: list[Expr] = []
    if isinstance(factor, Power):
        bodies = [factor.base, *([factor.exponent] if isinstance(factor.exponent, Expr) else [])]
    elif isinstance(factor, Apply):
        bodies = [argument.body for argument in factor.args]
    for body in bodies:
        for read in _reads(body, tensor):
            assert isinstance(factor, (Apply, Power))
            own = () if is_parenthesis(factor) else (factor,)
            yield _Read((*own, *read.around), read.beside, read.negative, read.scaled)


def _around(inner: _Read, term: Term, others: tuple[Factor, ...]) -> _Read:
    scaled = inner.scaled or abs(term.coefficient) != 1 or any(not _entries(f) and not _decides(f) for f in others)
    return _Read(inner.around, (*inner.beside, *others), inner.negative != (term.coefficient < 0), scaled)


def _decides(factor: Factor) -> bool:
    return isinstance(factor, Bracket)


def _entries(factor: Factor) -> list[Tensor]:
    """The quantities in a factor; a bracket decides, and is no factor that stays in a slope."""
    if isinstance(factor, Bracket):
        return []
    if isinstance(factor, Entry):
        return [factor.tensor]
    if isinstance(factor, Power):
        return [f.tensor for f in factors(factor.base) if isinstance(f, Entry)]
    if isinstance(factor, Apply):
        return [f.tensor for a in factor.args for f in factors(a.body) if isinstance(f, Entry)]
    return []


def _rule(read: _Read, beside: tuple[Tensor, ...], alone: bool) -> Rule:
    powers = [a for a in read.around if isinstance(a, Power)]
    if len(powers) < len(read.around):
        return "both" if beside or powers or len(read.around) > 1 else "function"
    if powers:
        exponent = powers[0].exponent
        return "below" if not isinstance(exponent, Expr) and exponent < 0 else "power"
    if beside:
        return "product"
    if read.scaled:
        return "number"
    if any(_decides(f) for f in read.beside):
        return "choice"
    if read.negative:
        return "difference"
    return "copy" if alone else "sum"
