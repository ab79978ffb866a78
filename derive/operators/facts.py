"""What rows say of their functions, put to use where that makes an expression shorter.

Σ_k softmax(x)_k = 1        total: the values along the axis add up to 1
1 − σ(−x) = σ(x)            mirror: f(−x) in terms of f(x)
ReLU(x) ReLU′(x) = ReLU(x)  kept: the slope is 1 wherever the value is not 0
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from derive.notation.canonical import factor_key
from derive.notation.common import tidied
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Entry, Expr, Factor, Lambda, Power, Tensor, Term, is_parenthesis, of
from derive.notation.index import Index
from derive.notation.product import add, bracket, negative, product
from derive.notation.rewrite import length, rewrite
from derive.notation.walk import factors, free_letters, letters_of
from derive.operators.functions import TABLE
from derive.operators.powers import joined

Totals: TypeAlias = Mapping[Tensor, tuple[int, ...]]
"""Tensors that such functions define -> the axes over which their entries add up to 1."""


def totals(equations: Iterable[Equation]) -> Totals:
    """The tensors of p = softmax(x)."""
    found = {}
    for equation in equations:
        factor = equation.right.factor
        if isinstance(factor, Apply) and _is_total(factor) and all(s.letter for s in equation.left.slots):
            found[equation.left.tensor] = tuple(equation.left.slots.index(slot) for slot in factor.slots)
    return found


def simplified(expr: Expr, known: Totals = MappingProxyType({})) -> Expr:
    """The expression with these facts put to use."""
    met = [f for f in factors(expr) if isinstance(f, Apply) and f.function in TABLE]
    if not met and not (known and any(isinstance(f, Entry) and f.tensor in known for f in factors(expr))):
        return expr
    found = add(*(_of_term(term, known) for term in expr.terms))
    if not any(_is_turned(f) for f in met):
        return found
    turned = tidied(rewrite(found, _mirrored))
    return turned if length(turned) < length(tidied(found)) else found


def _of_term(term: Term, known: Totals) -> Expr:
    """A term without sums that are 1 and slopes that its values make superfluous, powers of a matrix joined."""
    together = _without_orthogonal(joined(term))
    if together.terms != (term,):
        return add(*(_of_term(t, known) for t in together.terms))
    bound, rest = term.bound, list(term.factors)
    for factor in term.factors:
        own = _summed_over(factor, bound, known)
        if own and not any(letter in own for f in rest if f is not factor for letter in letters_of(f)):
            bound, rest = tuple(x for x in bound if x not in own), [f for f in rest if f is not factor]
    kept = [Power(_inside(f, known)) for f in rest if not (isinstance(f, Apply) and _is_superfluous(f, rest))]
    if len(kept) == len(term.factors) and not any(map(is_parenthesis, term.factors)):
        return Expr((term,))
    return product(term.coefficient, bound, tuple(kept))


def _without_orthogonal(expr: Expr) -> Expr:
    """Σ_k V_ik V_jk = δ_ij and Σ_k V_ki V_kj = δ_ij."""
    only = expr.terms[0] if len(expr.terms) == 1 else Term()
    for x in only.bound:
        own = [f for f in only.factors if x in letters_of(f)]
        places = [_orthogonal_at(f, x) for f in own]
        calls = [f for f in own if isinstance(f, Apply)]
        if len(own) == len(calls) == 2 and places[0] is not None and places[0] == places[1] and _are_one(*calls):
            one, other = (f.slots[1 - places[0]] for f in calls)
            rest = tuple(f for f in only.factors if f not in own)
            bound = tuple(y for y in only.bound if y is not x)
            return product(only.coefficient, bound, (*rest, Power(bracket("=", one, other))))
    return expr


def _are_one(one: Apply, other: Apply) -> bool:
    """Whether two calls are of one function at one argument."""
    plain = (Apply(f.function, f.args) for f in (one, other))
    return len({factor_key(f, {}) for f in plain}) == 1


def _orthogonal_at(factor: Factor, letter: Index) -> int | None:
    """Where a letter stands alone among the positions of an orthogonal matrix, along all of its axis."""
    if not isinstance(factor, Apply) or factor.partials or factor.function not in TABLE:
        return None
    row = TABLE[factor.function]
    places = [n for n, slot in enumerate(factor.slots) if letter in slot.letters()]
    if not row.orthogonal or len(places) != 1 or factor.slots[places[0]].letter is not letter:
        return None
    if any(letter in free_letters(a.body) for a in factor.args):
        return None
    axis = factor.args[0].letters[row.out[places[0]]].range
    return places[0] if letter.range == axis else None


def _inside(factor: Factor, known: Totals) -> Expr:
    return simplified(factor.base, known) if is_parenthesis(factor) else of(factor)


def _is_total(apply: Apply) -> bool:
    return apply.function in TABLE and TABLE[apply.function].total and not apply.partials


def _summed_over(factor: Factor, bound: tuple[Index, ...], known: Totals) -> tuple[Index, ...]:
    """The summed letters over which a factor's values add up to 1; none where they do not run over whole axes."""
    if isinstance(factor, Apply) and _is_total(factor):
        slots, axes = factor.slots, [x.range for x in factor.args[0].letters]
        others = [letter for argument in factor.args for letter in free_letters(argument.body)]
    elif isinstance(factor, Entry) and factor.tensor in known:
        places = known[factor.tensor]
        slots, axes = tuple(factor.slots[n] for n in places), [factor.tensor.axes[n] for n in places]
        others = [x for n, slot in enumerate(factor.slots) if n not in places for x in slot.letters()]
    else:
        return ()
    letters = tuple(slot.letter for slot in slots if slot.letter in bound and slot.letter is not None)
    whole = [x.range for x in letters] == axes and len(set(letters)) == len(letters)
    return letters if whole and not any(x in others for x in letters) else ()


def _is_superfluous(slope: Apply, beside: list[Factor]) -> bool:
    """Whether f′(x) stands beside f(x), where f f′ = f."""
    if slope.function not in TABLE or not TABLE[slope.function].kept or len(slope.partials) != 1:
        return False
    value = Apply(slope.function, slope.args, slope.slots)
    powers = (f for f in beside if isinstance(f, Power) and isinstance(f.exponent, int) and f.exponent > 0)
    return value in beside or any(f.base.factor == value for f in powers)


def _is_turned(apply: Apply) -> bool:
    row = TABLE.get(apply.function)
    if row is None or row.mirror is None or apply.partials:
        return False
    terms = apply.args[0].body.terms
    return len(terms) == 1 and terms[0].coefficient < 0


def _mirrored(factor: Factor) -> Expr | None:
    if not isinstance(factor, Apply) or not _is_turned(factor):
        return None
    mirror = TABLE[factor.function].mirror
    assert mirror is not None
    return mirror(of(Apply(factor.function, (Lambda((), negative(factor.args[0].body)),))))
