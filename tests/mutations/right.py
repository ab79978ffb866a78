"""Lines in index form rewritten so that they mean the same, by construction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import TypeAlias

from derive.notation.expression import Apply, Entry, Expr, Factor, Lambda, Power, Term, is_parenthesis, of
from derive.notation.index import Index
from derive.notation.walk import apart, letters_of, substitute
from derive.operators import TABLE
from derive.operators.slopes import written_slope
from tests.mutations.claim import Scalars
from tests.mutations.names import Made, Rewritten, common_names, stays_inside
from tests.mutations.source import Problem
from tests.mutations.spots import Spot, spots

Kind: TypeAlias = Callable[[Problem, Scalars], Iterator[Made]]


def _with(claim: Scalars, spot: Spot, other: object) -> Made:
    return lambda random: Rewritten(replace(claim, right=spot.put(other)))


def shuffled(items: tuple[object, ...], random: Random) -> tuple[object, ...]:
    """Another order."""
    places = list(range(len(items)))
    while places == sorted(places):
        random.shuffle(places)
    return tuple(items[n] for n in places)


def order_of_terms(problem: Problem, claim: Scalars) -> Iterator[Made]:
    for spot in spots(claim.right):
        if isinstance(spot.what, Expr) and len(spot.what.terms) > 1:
            yield lambda random, spot=spot: Rewritten(  # type: ignore[misc]
                replace(claim, right=spot.put(Expr(shuffled(spot.what.terms, random))))  # type: ignore[arg-type]
            )


def order_of_factors(problem: Problem, claim: Scalars) -> Iterator[Made]:
    for spot in spots(claim.right):
        if isinstance(spot.what, Term) and len(spot.what.factors) > 1:
            yield lambda random, spot=spot: Rewritten(  # type: ignore[misc]
                replace(claim, right=spot.put(replace(spot.what, factors=shuffled(spot.what.factors, random))))
            )


def _expandable(claim: Scalars, summed: bool) -> Iterator[tuple[Spot, Expr, int, int]]:
    """Terms with a sum in parentheses, or its square, among their factors."""
    for spot in spots(claim.right):
        if isinstance(spot.what, Expr):
            for n, term in enumerate(spot.what.terms):
                for m, factor in enumerate(term.factors):
                    sums = isinstance(factor, Power) and factor.exponent in (1, 2) and len(factor.base.terms) > 1
                    if sums and bool(term.bound) == summed and len(term.factors) + len(term.bound) > 0:
                        yield spot, spot.what, n, m


def expanded(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """a (b + c) = a b + a c."""
    for spot, expr, n, m in _expandable(claim, False):
        yield _with(claim, spot, Expr((*expr.terms[:n], *multiplied_out(expr.terms[n], m), *expr.terms[n + 1 :])))


def expanded_sums(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """Σ (a + b) c = Σ a c + Σ b c."""
    for spot, expr, n, m in _expandable(claim, True):
        yield _with(claim, spot, Expr((*expr.terms[:n], *multiplied_out(expr.terms[n], m), *expr.terms[n + 1 :])))


def multiplied_out(term: Term, place: int) -> tuple[Term, ...]:
    """The products of a term with the summands of its factor at a place."""
    factor = term.factors[place]
    assert isinstance(factor, Power)
    first, second = apart(factor.base).terms, apart(factor.base).terms
    pairs = [(a,) for a in first] if factor.exponent == 1 else [(a, b) for a in first for b in second]
    return tuple(_own_letters(_joined(term, place, parts)) for parts in pairs)


def _joined(term: Term, place: int, parts: tuple[Term, ...]) -> Term:
    coefficient, bound = term.coefficient, term.bound
    for part in parts:
        coefficient, bound = coefficient * part.coefficient, (*bound, *part.bound)
    inner = tuple(f for part in parts for f in part.factors)
    return Term(coefficient, bound, (*term.factors[:place], *inner, *term.factors[place + 1 :]))


def _own_letters(term: Term) -> Term:
    return apart(Expr((term,))).terms[0]


def factored(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """a b + a c = a (b + c); what is taken out doesn't depend on what is summed."""
    for spot in spots(claim.right):
        if isinstance(spot.what, Expr) and len(spot.what.terms) > 1:
            first, second, *rest = spot.what.terms
            for factor in dict.fromkeys(first.factors):
                if factor in second.factors and all(_is_free(factor, term) for term in (first, second)):
                    inner = Expr((_less(first, factor), _less(second, factor)))
                    yield _with(claim, spot, Expr((Term(1, (), (factor, Power(inner))), *rest)))


def _is_free(factor: Factor, term: Term) -> bool:
    return not any(x in term.bound for x in letters_of(factor))


def _less(term: Term, factor: Factor) -> Term:
    place = term.factors.index(factor)
    return replace(term, factors=(*term.factors[:place], *term.factors[place + 1 :]))


def nested_sums(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """Σ_i Σ_j a_i b_ij = Σ_j Σ_i a_i b_ij = Σ_i a_i (Σ_j b_ij)."""
    for spot in spots(claim.right):
        if isinstance(spot.what, Term) and len(spot.what.bound) > 1 and _independent(spot.what.bound):
            term = spot.what
            yield _with(claim, spot, replace(term, bound=term.bound[::-1]))
            for letter in term.bound:
                inside = tuple(f for f in term.factors if letter in letters_of(f))
                outside = tuple(f for f in term.factors if f not in inside)
                if outside and inside:
                    rest = tuple(x for x in term.bound if x is not letter)
                    inner = Power(Expr((Term(1, (letter,), inside),)))
                    yield _with(claim, spot, Term(term.coefficient, rest, (*outside, inner)))


def _independent(letters: tuple[Index, ...]) -> bool:
    """Whether no range rests on another letter."""
    return not any(list(x.range.lo.letters()) + list(x.range.hi.letters()) for x in letters)


LETTERS = "abijklmnpqruv"


def other_letters(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """Every letter that is no label by another name, consistently."""
    labels = problem.network.labels
    met = [x for x in letters_in(claim) if x.name not in labels]
    if met and not any(list(x.range.lo.letters()) + list(x.range.hi.letters()) for x in letters_in(claim)):
        yield lambda random: Rewritten(_relettered(problem, claim, met, random))


def letters_in(claim: Scalars) -> tuple[Index, ...]:
    """All letters, the bound ones too."""
    bound = [x for spot in spots(claim.right) if isinstance(spot.what, Term) for x in spot.what.bound]
    applied = [a for spot in spots(claim.right) if isinstance(spot.what, Apply) for a in spot.what.args]
    return tuple(dict.fromkeys([*claim.letters, *bound, *(x for a in applied for x in a.letters)]))


def _relettered(problem: Problem, claim: Scalars, met: list[Index], random: Random) -> Scalars:
    names = problem.scribe("bar", "circ").names
    taken = names.taken | {x.name for x in met} | set(problem.network.letters)
    free = [c for c in LETTERS if c not in taken] or [c for c in LETTERS if c not in names.taken]
    random.shuffle(free)
    used = {name: free[n % len(free)] for n, name in enumerate(dict.fromkeys(x.name for x in met))}
    own = {x: Index(used[x.name] if len(used) <= len(free) else x.name, x.range) for x in met}
    entry = substitute(of(claim.entry), {x: y.slot for x, y in own.items()}).factor
    assert isinstance(entry, Entry)
    return Scalars(with_letters(claim.left, own), with_letters(claim.right, own), entry)


def with_letters(expr: Expr, own: Mapping[Index, Index]) -> Expr:
    """Letters replaced, those that are bound too."""
    slots = {x: y.slot for x, y in own.items()}
    return _rebound(substitute(expr, slots), own)


def _rebound(expr: Expr, own: Mapping[Index, Index]) -> Expr:
    return Expr(tuple(
        Term(t.coefficient, tuple(own.get(x, x) for x in t.bound), tuple(_rebound_factor(f, own) for f in t.factors))
        for t in expr.terms
    ))  # fmt: skip


def _rebound_factor(factor: Factor, own: Mapping[Index, Index]) -> Factor:
    if isinstance(factor, Power):
        exponent = _rebound(factor.exponent, own) if isinstance(factor.exponent, Expr) else factor.exponent
        return Power(_rebound(factor.base, own), exponent)
    if isinstance(factor, Apply):
        args = tuple(Lambda(tuple(own.get(x, x) for x in a.letters), _rebound(a.body, own)) for a in factor.args)
        return replace(factor, args=args)
    return factor


def definition_put_in(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """h_j written out as σ(z_j), y_i as x_i + Σ …, by its forward equation."""
    for spot in spots(claim.right):
        equation = problem.defining.get(spot.what.tensor) if isinstance(spot.what, Entry) else None
        if equation is not None and isinstance(spot.what, Entry) and stays_inside(spot.what):
            at = dict(zip(equation.letters, spot.what.slots, strict=True))
            yield _with(claim, spot, Power(substitute(apart(equation.right), at)))


def slopes(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """tanh′(z) for 1 − h², σ′(z) for s (1 − s), and the other way round."""
    for spot in spots(claim.right):
        if isinstance(spot.what, Apply):
            row = TABLE.get(spot.what.function)
            plain = len(spot.what.partials) == 1 and not spot.what.partials[0][1]
            if row is not None and plain and spot.what.function not in problem.network.functions:
                other = written_slope(spot.what, row)
                if other.factor != spot.what:
                    yield _with(claim, spot, Power(other))
        elif isinstance(spot.what, Power) and is_parenthesis(spot.what):
            called = _tanh_of(problem, spot.what.base)
            if called is not None:
                yield _with(claim, spot, replace(called, partials=((0, ()),)))
        elif isinstance(spot.what, Term):
            yield from (_with(claim, spot, term) for term in _with_sigmoid(problem, spot.what))


def _tanh_of(problem: Problem, base: Expr) -> Apply | None:
    """tanh(z) for 1 − h², where h = tanh(z)."""
    if len(base.terms) != 2 or base.terms[0] != Term() or base.terms[1].coefficient != -1 or base.terms[1].bound:
        return None
    factors = base.terms[1].factors
    square = factors[0].base.factor if len(factors) == 1 and isinstance(factors[0], Power) else None
    two = len(factors) == 1 and isinstance(factors[0], Power) and factors[0].exponent == 2
    return _called(problem, square, "tanh") if two and isinstance(square, Entry) else None


def _called(problem: Problem, entry: Entry, function: str) -> Apply | None:
    """The function that an entry is by its equation."""
    equation = problem.defining.get(entry.tensor)
    if equation is None or not stays_inside(entry):
        return None
    at = dict(zip(equation.letters, entry.slots, strict=True))
    factor = substitute(apart(equation.right), at).factor
    return factor if isinstance(factor, Apply) and factor.function == function and not factor.partials else None


def _with_sigmoid(problem: Problem, term: Term) -> Iterator[Term]:
    for factor in term.factors:
        if isinstance(factor, Entry):
            called = _called(problem, factor, "sigmoid")
            other = Power(Expr((Term(), Term(-1, (), (factor,)))))
            if called is not None and other in term.factors:
                left = _less(_less(term, factor), other)
                yield replace(left, factors=(*left.factors, replace(called, partials=((0, ()),))))


KINDS: Mapping[str, Kind] = MappingProxyType({
    "order of terms": order_of_terms, "order of factors": order_of_factors, "expanded": expanded,
    "expanded sums": expanded_sums, "factored": factored, "nested sums": nested_sums, "other letters": other_letters,
    "definition put in": definition_put_in, "form of slopes": slopes, "common names": common_names,
})  # fmt: skip
