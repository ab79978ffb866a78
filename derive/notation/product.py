"""Sums and products that tidy themselves: like terms collected, δ's contracted, powers merged.

There is no simplifier pass afterwards: whatever is built here is as short as these rules make it.

    Σ_i a_i [i = j]   = a_j                 the range of i is kept as a bracket unless a_j is zero outside it
    a_k [k = t]       = a_t [k = t]
    x · x             = x²,  ½·2(y − s) = y − s,  −(a − b) = b − a
    Σ_i a_i ([i = k] − p_k) = a_k − Σ_i a_i p_k
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derive.notation.canonical import term_key
from derive.notation.expression import (
    ONE,
    ZERO,
    Apply,
    Bracket,
    Entry,
    Expr,
    Factor,
    Number,
    Power,
    Relation,
    Term,
    apart,
    free_letters,
    letters_of,
    number,
    of,
    substitute_factor,
    whole,
)
from derive.notation.index import Index, Range, Slot, nonnegative


def add(*summands: Expr) -> Expr:
    """The sum, like terms collected at the place of the first."""
    terms = [term for expr in summands for term in expr.terms]
    if len(terms) < 2:
        return Expr(tuple(terms))
    totals: dict[str, Term] = {}
    for term in terms:
        name = term_key(term)
        met = totals.get(name)
        totals[name] = Term(whole(met.coefficient + term.coefficient), met.bound, met.factors) if met else term
    return Expr(tuple(term for term in totals.values() if term.coefficient))


def multiply(*operands: Expr) -> Expr:
    """The product, its factors in the order of the operands; a sum of several terms stays a parenthesis."""
    return product(1, (), tuple(Power(operand, 1) for operand in operands))


def scale(coefficient: Number, expr: Expr) -> Expr:
    """coefficient · expr, term by term."""
    return (
        Expr(tuple(Term(whole(coefficient * t.coefficient), t.bound, t.factors) for t in expr.terms))
        if coefficient
        else ZERO
    )


def negative(expr: Expr) -> Expr:
    return scale(-1, expr)


def summed(letters: Iterable[Index], expr: Expr) -> Expr:
    """Σ over letters of an expression; a sum of several terms stays whole under one Σ."""
    return product(1, tuple(letters), (Power(expr, 1),))


def power(base: Expr, exponent: Number | Expr) -> Expr:
    """base to the exponent, where (ab)ⁿ = aⁿbⁿ, (xᵃ)ⁿ = xᵃⁿ for whole n, and √x² = x."""
    if isinstance(exponent, Expr):
        if exponent.number is None:
            return Expr((Term(1, (), (Power(base, exponent),)),))
        exponent = exponent.number
    if exponent == 0:
        return ONE
    if exponent == 1 or (not base.terms and exponent > 0):
        return base
    return _power_of_term(base, exponent) if len(base.terms) == 1 else _powered(base, exponent)


def _powered(base: Expr, exponent: Number) -> Expr:
    return Expr((Term(1, (), (Power(base, exponent),)),))


def _power_of_term(base: Expr, exponent: Number) -> Expr:
    term = base.terms[0]
    if Fraction(exponent).denominator != 1 or term.bound:
        return _powered(base, exponent)
    if len(term.factors) == 1 and term.coefficient == 1:
        return _power_of_factor(term.factors[0], int(exponent))
    coefficient = Fraction(term.coefficient) ** int(exponent)
    return product(coefficient, (), tuple(Power(of(f), exponent) for f in term.factors))


def _power_of_factor(factor: Factor, exponent: int) -> Expr:
    if isinstance(factor, Power) and not isinstance(factor.exponent, Expr):
        return power(factor.base, factor.exponent * exponent)
    if isinstance(factor, Apply) and factor.function == "sqrt" and not factor.partials and exponent % 2 == 0:
        return power(factor.args[0].body, exponent // 2)
    if isinstance(factor, Bracket) and exponent > 0:
        return of(factor)
    return _powered(of(factor), exponent)


def bracket(relation: Relation, left: Slot | Expr, right: Slot | Expr) -> Expr:
    """[left relation right]: 1 or 0 where the ranges of the letters already decide it."""
    known = _decided(relation, left, right) if isinstance(left, Slot) and isinstance(right, Slot) else None
    return number(int(known)) if known is not None else of(Bracket(relation, left, right))


def _decided(relation: Relation, left: Slot, right: Slot) -> bool | None:
    """Whether the relation surely holds (True), surely fails (False), or depends (None)."""
    if relation in ("=", "!="):
        if left == right:
            return relation == "="
        apart_ = surely_positive(left - right) or surely_positive(right - left)
        return (relation == "!=") if apart_ else None
    gap = right - left
    if relation == "<":
        return True if surely_positive(gap) else (False if surely_nonnegative(-gap) else None)
    return True if surely_nonnegative(gap) else (False if surely_positive(-gap) else None)


def surely_positive(slot: Slot) -> bool:
    return surely_nonnegative(slot - 1)


def surely_nonnegative(slot: Slot) -> bool:
    """Whether a position is ≥ 0 for all sizes ≥ 1 and all letters and classes in their ranges."""
    return nonnegative(_least(slot))


def _least(slot: Slot) -> Slot:
    """The slot with each letter and class that stands alone put at the end of its range that makes it least."""
    total = Slot((), slot.constant)
    for monomial, coefficient in slot.parts:
        ends = _ends(monomial[0]) if len(monomial) == 1 else None
        if ends is None:
            total = total + Slot(((monomial, coefficient),))
        else:
            total = total + (ends.lo if coefficient > 0 else ends.hi) * coefficient
    return total


def _ends(atom: object) -> Range | None:
    if isinstance(atom, Index):
        return atom.range
    if not isinstance(atom, Entry) or atom.tensor.among is None:
        return None
    # outside its own axes a class reads 0, like every tensor
    return atom.tensor.among if _always_inside(atom) else Range(Slot(()), atom.tensor.among.hi)


def product(coefficient: Number, bound: tuple[Index, ...], factors: tuple[Factor, ...]) -> Expr:
    """coefficient · Σ_bound Π factors, contracted."""
    coefficient, bound, flat = _flattened(coefficient, bound, factors)
    coefficient = whole(coefficient)
    if not coefficient:
        return ZERO
    bound, flat, dropped = _contracted(bound, flat)
    if dropped:
        return ZERO
    spread = _delta_inside(bound, flat)
    if spread is not None:
        inside = flat[spread]
        assert isinstance(inside, Power)
        return add(
            *(
                product(
                    coefficient * t.coefficient,
                    bound,
                    (*flat[:spread], Power(Expr((Term(1, t.bound, t.factors),))), *flat[spread + 1 :]),
                )
                for t in apart(inside.base).terms
            )
        )
    return _finished(coefficient, bound, _merged(flat))


def _finished(coefficient: Number, bound: tuple[Index, ...], factors: list[Factor]) -> Expr:
    """A lone parenthesis gives up its brackets; a letter that nothing reads any more counts its range."""
    if len(factors) == 1 and not bound:
        only = factors[0]
        if isinstance(only, Power) and not isinstance(only.exponent, Expr) and only.exponent == 1:
            return scale(coefficient, only.base)
    used = {letter for factor in factors for letter in letters_of(factor)}
    for letter in bound:
        if letter not in used:
            rest = tuple(x for x in bound if x is not letter)
            return product(coefficient, rest, (*factors, letter.range.size))
    return Expr((Term(coefficient, bound, tuple(factors)),))


def _flattened(
    coefficient: Number, bound: tuple[Index, ...], factors: tuple[Factor, ...]
) -> tuple[Number, tuple[Index, ...], list[Factor]]:
    """Parentheses of one term opened, numbers gathered, bound letters kept apart."""
    flat: list[Factor] = []
    letters = list(bound)
    waiting = list(reversed(factors))
    while waiting:
        factor = waiting.pop()
        if isinstance(factor, Slot) and factor.is_number:
            coefficient = coefficient * factor.constant
        elif isinstance(factor, Power):
            opened = power(factor.base, factor.exponent)
            if len(opened.terms) != 1:
                if not opened.terms:
                    return 0, (), []
                flat.append(Power(opened, 1))
                continue
            if opened.terms[0].bound and any(x in letters for x in opened.terms[0].bound):
                opened = apart(opened)
            term = opened.terms[0]
            coefficient = coefficient * term.coefficient
            letters.extend(term.bound)
            if len(term.factors) == 1 and isinstance(term.factors[0], Power):
                flat.append(term.factors[0])
            else:
                waiting.extend(reversed(term.factors))
        else:
            flat.append(factor)
    return coefficient, tuple(letters), flat


def _contracted(bound: tuple[Index, ...], factors: list[Factor]) -> tuple[tuple[Index, ...], list[Factor], bool]:
    """Every [b = position] over a bound letter b with coefficient ±1 eliminated; the last value: the product is 0."""
    progress = any(isinstance(f, Bracket) for f in factors)
    while progress:
        progress = False
        for n, factor in enumerate(factors):
            if (
                not isinstance(factor, Bracket)
                or not isinstance(factor.left, Slot)
                or not isinstance(factor.right, Slot)
            ):
                continue
            known = _decided(factor.relation, factor.left, factor.right)
            if known is False:
                return bound, factors, True
            rest = factors[:n] + factors[n + 1 :]
            if known:
                factors, progress = rest, True
                break
            solved = _solved(factor, bound)
            if solved is not None:
                letter, at = solved
                bound = tuple(x for x in bound if x is not letter)
                rest = [substitute_factor(f, {letter: at}) for f in rest]
                factors, progress = rest + _range_kept(letter, at, rest), True
                break
            pinned = _pinned(factor, rest)
            if pinned is not None:
                factors, progress = [*pinned[:n], factor, *pinned[n:]], True
                break
    return bound, factors, False


def _solved(delta: Bracket, bound: tuple[Index, ...]) -> tuple[Index, Slot] | None:
    """(b, position) for [b = position] with b bound, of coefficient ±1, and not in the position."""
    if delta.relation != "=":
        return None
    assert isinstance(delta.left, Slot) and isinstance(delta.right, Slot)
    difference = delta.left - delta.right
    for letter in difference.letters():
        coefficient = difference.coefficient(letter)
        if letter in bound and coefficient in (1, -1):
            rest = difference - letter.slot * coefficient
            return letter, -rest if coefficient == 1 else rest
    return None


def _range_kept(letter: Index, at: Slot, factors: list[Factor]) -> list[Factor]:
    """The brackets that keep `at` inside the letter's range where nothing else does."""
    kept: list[Factor] = []
    for low, high in ((letter.range.lo, at), (at, letter.range.hi)):
        if not surely_nonnegative(high - low) and not any(_vanishes_outside(f, at, letter.range) for f in factors):
            kept.append(Bracket("<=", low, high))
    return kept


def _vanishes_outside(factor: Factor, at: Slot, limits: Range) -> bool:
    """Whether a factor, outside any function, is zero wherever `at` leaves the limits."""
    return isinstance(factor, Entry) and any(
        slot == at and limits.contains(axis) for slot, axis in zip(factor.slots, factor.tensor.axes, strict=True)
    )


def _pinned(delta: Bracket, rest: list[Factor]) -> list[Factor] | None:
    """The other factors with k read as t, for [k = t] with a class or a fixed position t; None if nothing changes."""
    if delta.relation != "=":
        return None
    assert isinstance(delta.left, Slot) and isinstance(delta.right, Slot)
    for letter, at in ((delta.left.letter, delta.right), (delta.right.letter, delta.left)):
        fixed = letter is not None and not any(isinstance(a, Index) for a in at.atoms()) and letter not in at.letters()
        if fixed and any(letter in letters_of(f) for f in rest):
            return [substitute_factor(f, {letter: at}) for f in rest]
    return None


def _delta_inside(bound: tuple[Index, ...], factors: list[Factor]) -> int | None:
    """The place of a parenthesis one of whose terms fixes a bound letter by a δ, or None."""
    for n, factor in enumerate(factors):
        if isinstance(factor, Power) and not isinstance(factor.exponent, Expr) and factor.exponent == 1:
            for term in factor.base.terms:
                if any(_fixes(f, bound) for f in term.factors):
                    return n
    return None


def _fixes(factor: Factor, bound: tuple[Index, ...]) -> bool:
    return (
        isinstance(factor, Bracket)
        and isinstance(factor.left, Slot)
        and isinstance(factor.right, Slot)
        and _solved(factor, bound) is not None
    )


def _merged(factors: list[Factor]) -> list[Factor]:
    """Equal bases merged into one power, at the place of the first."""
    if len(factors) < 2:
        return factors
    totals: dict[Factor | Expr, tuple[Number, list[Factor]]] = {}
    for factor in factors:
        base, exponent = _base(factor)
        met = totals.get(base)
        totals[base] = (met[0] + exponent, [*met[1], factor]) if met else (exponent, [factor])
    if len(totals) == len(factors):
        return factors
    out: list[Factor] = []
    for base, (exponent, met_factors) in totals.items():
        out.extend(_as_power(base, exponent, met_factors))
    return out


def _base(factor: Factor) -> tuple[Factor | Expr, Number]:
    if isinstance(factor, Power) and not isinstance(factor.exponent, Expr):
        inner = factor.base.factor
        return (inner if inner is not None else factor.base), factor.exponent
    return factor, 1


def _as_power(base: Factor | Expr, exponent: Number, met: list[Factor]) -> list[Factor]:
    if len(met) == 1:
        return met
    if isinstance(base, Bracket):
        return [base]
    if exponent <= 0 and isinstance(base, Entry) and not _always_inside(base):
        return met
    powered = power(base if isinstance(base, Expr) else of(base), exponent)
    return [f for term in powered.terms for f in term.factors] if len(powered.terms) == 1 else [Power(powered, 1)]


def _always_inside(entry: Entry) -> bool:
    """Whether no slot can leave its axis, so that x/x is 1 and not 0/0."""
    return all(
        surely_nonnegative(slot - axis.lo) and surely_nonnegative(axis.hi - slot)
        for slot, axis in zip(entry.slots, entry.tensor.axes, strict=True)
    )


def inverse(expr: Expr) -> Expr:
    return power(expr, -1)


def depends_on(expr: Expr, letters: Iterable[Index]) -> bool:
    met = free_letters(expr)
    return any(letter in met for letter in letters)
