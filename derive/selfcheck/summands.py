"""How large what an expression adds up is: Σ |coefficient| Π |factor| at its largest entry.

Uᵀ U is I and 1/(s_i² − s_j²) is large, so that a bar may be 0 out of summands of size 10⁵, each right to 10⁻¹¹. Moving
the numbers a little moves such a sum by its rounding alone, and does not tell how large they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from derive.notation.expression import Bracket, Entry, Expr, Factor, Tensor, Term, is_parenthesis, of
from derive.notation.index import Index, Slot
from derive.notation.walk import letters_of
from derive.referee.dual import Array
from derive.referee.evaluate import evaluate
from derive.referee.world import Key, World, key_of


def summands(right: Expr, letters: Sequence[Index], world: World) -> float:
    """The largest Σ of absolute values; infinite numbers count as 0."""
    numbers: dict[Key, Array] = {}
    own = _absolute(right, world, numbers)
    found = evaluate(own, tuple(letters), world.with_arrays(numbers))
    return float(np.max(found, initial=0.0)) if np.all(np.isfinite(found)) else 0.0


def _absolute(expr: Expr, world: World, numbers: dict[Key, Array]) -> Expr:
    return Expr(tuple(_term(term, world, numbers) for term in expr.terms))


def _term(term: Term, world: World, numbers: dict[Key, Array]) -> Term:
    factors = tuple(_factor(factor, world, numbers) for factor in term.factors)
    size = max(term.coefficient, -term.coefficient)
    return Term(size, term.bound, factors)


def _factor(factor: Factor, world: World, numbers: dict[Key, Array]) -> Factor:
    """|factor|, by a name for its numbers; a sum in parentheses as the sum of what it adds up."""
    if is_parenthesis(factor):
        return replace(factor, base=_absolute(factor.base, world, numbers))
    if isinstance(factor, Bracket) or (isinstance(factor, Slot) and not any(True for _ in factor.letters())):
        return factor
    letters = tuple(letters_of(factor))
    tensor = Tensor(f"|{len(numbers)}|", tuple(x.range for x in letters))
    numbers[key_of(tensor)] = np.abs(evaluate(of(factor), letters, world))
    return Entry(tensor, tuple(x.slot for x in letters))
