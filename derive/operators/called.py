"""What is equal called by its shorter side: Σ_k t_k is 1, Σ_k x_ki x_kj is g_ij."""

from __future__ import annotations

from derive.notation.bounds import always_inside
from derive.notation.equation import Equation
from derive.notation.expression import ONE, ZERO, Apply, Entry, Expr, Factor, Power, Tensor
from derive.notation.index import Index
from derive.notation.named import Definitions, named
from derive.notation.rewrite import rewrite
from derive.notation.walk import substitute


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


def _of_number(factor: Factor) -> Expr | None:
    """√1, log 1 and powers of 1."""
    if isinstance(factor, Power) and factor.base.number == 1:
        return ONE
    if isinstance(factor, Apply) and not factor.partials and len(factor.args) == 1:
        at = factor.args[0].body.number
        return {("sqrt", 1): ONE, ("sqrt", 0): ZERO, ("log", 1): ZERO, ("abs", 1): ONE}.get((factor.function, at))  # type: ignore[arg-type]
    return None
