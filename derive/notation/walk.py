"""Walks over expressions: what is inside, which letters, letters replaced, letters kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Lambda, Partial, Power, Term
from derive.notation.index import Index, Slot


def parts(factor: Factor) -> Iterator[Expr]:
    """The expressions directly inside a factor."""
    if isinstance(factor, Power):
        yield factor.base
        if isinstance(factor.exponent, Expr):
            yield factor.exponent
    elif isinstance(factor, Apply):
        for argument in factor.args:
            yield argument.body
    elif isinstance(factor, Bracket):
        for side in (factor.left, factor.right):
            if isinstance(side, Expr):
                yield side


def positions(factor: Factor) -> Iterator[Slot]:
    """The positions directly in a factor."""
    if isinstance(factor, Entry):
        yield from factor.slots
    elif isinstance(factor, Slot):
        yield factor
    elif isinstance(factor, Apply):
        yield from factor.slots
        for _, slots in factor.partials:
            yield from slots
    elif isinstance(factor, Bracket):
        for side in (factor.left, factor.right):
            if isinstance(side, Slot):
                yield side
    elif isinstance(factor, Partial):
        yield from factor.of.slots
        yield from factor.wrt.slots


def factors(expr: Expr) -> Iterator[Factor]:
    """Every factor of an expression, outer ones first, in reading order."""
    for term in expr.terms:
        for factor in term.factors:
            yield factor
            for inner in parts(factor):
                yield from factors(inner)


def entries(expr: Expr) -> Iterator[Entry]:
    """Every entry that an expression reads, those inside positions too, in reading order."""
    for factor in factors(expr):
        if isinstance(factor, Entry):
            yield factor
        waiting = list(positions(factor))
        while waiting:
            for atom in waiting.pop().atoms():
                if isinstance(atom, Entry):
                    yield atom
                    waiting.extend(atom.slots)


def free_letters(expr: Expr) -> dict[Index, None]:
    """The letters that an expression depends on, in reading order."""
    found: dict[Index, None] = {}
    for term in expr.terms:
        inside: dict[Index, None] = {}
        for factor in term.factors:
            inside.update(letters_of(factor))
        found.update((letter, None) for letter in inside if letter not in term.bound)
    return found


def letters_of(factor: Factor) -> dict[Index, None]:
    """The letters that a factor depends on, in reading order."""
    found = {letter: None for slot in positions(factor) for letter in slot.letters()}
    if isinstance(factor, Apply):
        for argument in factor.args:
            found.update((x, None) for x in free_letters(argument.body) if x not in argument.letters)
    else:
        for inner in parts(factor):
            found.update(free_letters(inner))
    return found


def substitute(expr: Expr, mapping: Mapping[Any, Slot]) -> Expr:
    """The expression with letters replaced by positions, all at once; nothing is contracted.

    Every binder binds a letter object of its own (see `apart`), so nothing can be captured.
    """
    return Expr(tuple(_substituted(term, mapping) for term in expr.terms)) if mapping else expr


def _substituted(term: Term, mapping: Mapping[Any, Slot]) -> Term:
    bound = term.bound
    if bound and any(_rests(x, mapping) for x in bound):  # Σ_{s=1}^t: its end moves along
        moved = {x: Index(x.name, x.range.substitute(mapping)) for x in bound if _rests(x, mapping)}
        bound, mapping = tuple(moved.get(x, x) for x in bound), {**mapping, **{x: y.slot for x, y in moved.items()}}
    return Term(term.coefficient, bound, tuple(substitute_factor(f, mapping) for f in term.factors))


def _rests(letter: Index, mapping: Mapping[Any, Slot]) -> bool:
    """Whether the range of a letter ends at what is replaced."""
    ends = letter.range
    return any(atom in mapping for end in (ends.lo, ends.hi) for monomial, _ in end.parts for atom in monomial)


def substitute_factor(factor: Factor, mapping: Mapping[Any, Slot]) -> Factor:
    """A factor with letters replaced by positions."""
    if isinstance(factor, Entry):
        return Entry(factor.tensor, tuple(slot.substitute(mapping) for slot in factor.slots))
    if isinstance(factor, Slot):
        return factor.substitute(mapping)
    if isinstance(factor, Power):
        exponent = factor.exponent
        return Power(
            substitute(factor.base, mapping),
            substitute(exponent, mapping) if isinstance(exponent, Expr) else exponent,
        )
    if isinstance(factor, Apply):
        return Apply(
            factor.function,
            tuple(Lambda(a.letters, substitute(a.body, mapping)) for a in factor.args),
            tuple(slot.substitute(mapping) for slot in factor.slots),
            tuple((n, tuple(slot.substitute(mapping) for slot in slots)) for n, slots in factor.partials),
        )
    if isinstance(factor, Bracket):
        return Bracket(factor.relation, _side(factor.left, mapping), _side(factor.right, mapping))
    return Partial(
        Entry(factor.of.tensor, tuple(slot.substitute(mapping) for slot in factor.of.slots)),
        Entry(factor.wrt.tensor, tuple(slot.substitute(mapping) for slot in factor.wrt.slots)),
    )


def _side(side: Slot | Expr, mapping: Mapping[Any, Slot]) -> Slot | Expr:
    return side.substitute(mapping) if isinstance(side, Slot) else substitute(side, mapping)


def apart(expr: Expr) -> Expr:
    """The same expression with letter objects of its own for everything that it binds, at every depth."""
    return Expr(tuple(_apart_term(term) for term in expr.terms))


def _apart_term(term: Term) -> Term:
    fresh = {letter: letter.apart() for letter in term.bound}
    inner = tuple(_apart_factor(f) for f in term.factors)
    renamed = Term(term.coefficient, tuple(fresh.values()), inner)
    return _substituted(renamed, {old: new.slot for old, new in fresh.items()}) if fresh else renamed


def _apart_factor(factor: Factor) -> Factor:
    if isinstance(factor, Power):
        exponent = factor.exponent
        return Power(apart(factor.base), apart(exponent) if isinstance(exponent, Expr) else exponent)
    if isinstance(factor, Apply):
        return Apply(factor.function, tuple(_apart_lambda(a) for a in factor.args), factor.slots, factor.partials)
    if isinstance(factor, Bracket):
        left, right = factor.left, factor.right
        return Bracket(
            factor.relation,
            apart(left) if isinstance(left, Expr) else left,
            apart(right) if isinstance(right, Expr) else right,
        )
    return factor


def _apart_lambda(argument: Lambda) -> Lambda:
    fresh = {letter: letter.apart() for letter in argument.letters}
    body = substitute(apart(argument.body), {old: new.slot for old, new in fresh.items()})
    return Lambda(tuple(fresh.values()), body)
