"""What is equal called by its shorter side: Σ_k t_k is 1, Σ_k x_ki x_kj is g_ij."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from derive.notation.bounds import always_inside
from derive.notation.common import expanded
from derive.notation.equation import Equation
from derive.notation.expression import ONE, ZERO, Apply, Entry, Expr, Factor, Lambda, Power, Tensor, is_parenthesis, of
from derive.notation.fact import Fact
from derive.notation.index import Index
from derive.notation.named import Definitions, named
from derive.notation.product import add, negative, power
from derive.notation.rewrite import rewrite
from derive.notation.walk import entries, substitute


def tied(factor: Factor, entry: Entry, other: Expr) -> Expr | None:
    """An entry that is another one, at its own place."""
    if not isinstance(factor, Entry) or factor.tensor != entry.tensor or not always_inside(factor):
        return None
    own = [slot.letter for slot in entry.slots]
    if any(x is None for x in own) or len(set(own)) < len(own):
        return other if factor.slots == entry.slots else None
    return substitute(other, {x: at for x, at in zip(own, factor.slots, strict=True) if x is not None})


def called(expr: Expr, pattern: Expr, other: Expr, letters: tuple[Index, ...]) -> Expr:
    """The expression with a product, Σ_k t_k, called what it is, wherever it stands."""
    if len(pattern.terms) != 1:
        return expr
    mark = Tensor("·fact", tuple(x.range for x in letters))
    left = Entry(mark, tuple(x.slot for x in letters))
    met = named(expr, Definitions([Equation(left, pattern)]))

    def opened(factor: Factor) -> Expr | None:
        if not isinstance(factor, Entry) or factor.tensor != mark:
            return None
        return substitute(other, dict(zip(letters, factor.slots, strict=True)))

    return rewrite(rewrite(met, opened), _of_number)


def exchanged(expr: Expr, fact: Fact) -> Iterator[Expr]:
    """The expression with one summand of an equality written by the others: of a + b = 1, a x + (1 − a) x is x."""
    whole = add(fact.left, negative(fact.right))
    for n, term in enumerate(whole.terms):
        entry = Expr((term,)).factor or negative(Expr((term,))).factor
        if isinstance(entry, Entry) and all(slot.letter for slot in entry.slots):
            rest = Expr((*whole.terms[:n], *whole.terms[n + 1 :]))
            other = negative(rest) if term.coefficient > 0 else rest
            if all(e.tensor != entry.tensor for e in entries(other)):
                yield _opened(rewrite(expr, partial(tied, entry=entry, other=other)), fact.tensors)


def _opened(expr: Expr, about: tuple[Tensor, ...]) -> Expr:
    """The expression with the parentheses that read some tensors multiplied out, in functions and powers too."""

    def change(factor: Factor) -> Expr | None:
        if isinstance(factor, Power) and not isinstance(factor.exponent, Expr):
            return power(_opened(factor.base, about), factor.exponent)
        if isinstance(factor, Apply):
            args = tuple(Lambda(a.letters, _opened(a.body, about)) for a in factor.args)
            return of(Apply(factor.function, args, factor.slots, factor.partials))
        return None

    def reads(factor: Factor) -> bool:
        return any(e.tensor in about for e in entries(of(factor)))

    return expanded(rewrite(expr, change), lambda f: is_parenthesis(f) and reads(f))


def _of_number(factor: Factor) -> Expr | None:
    """√1, log 1 and powers of 1."""
    if isinstance(factor, Power) and factor.base.number == 1:
        return ONE
    if isinstance(factor, Apply) and not factor.partials and len(factor.args) == 1:
        at = factor.args[0].body.number
        return {("sqrt", 1): ONE, ("sqrt", 0): ZERO, ("log", 1): ZERO, ("abs", 1): ONE}.get((factor.function, at))  # type: ignore[arg-type]
    return None
