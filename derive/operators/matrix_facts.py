"""What properties of a matrix say of its entries, its inverse and its determinant: see `operators.stated`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from derive.notation.bounds import decided
from derive.notation.expression import ZERO, Apply, Entry, Expr, Factor, Lambda, of
from derive.notation.fact import Fact
from derive.notation.index import Index
from derive.notation.product import bracket, multiply, summed
from derive.notation.rewrite import rewrite
from derive.notation.walk import parts
from derive.operators.called import called
from derive.operators.matrices import NAMES
from derive.operators.stated import PROPERTIES, entries_of


def apart_from_matrices(change: Callable[[Factor], Expr | None]) -> Callable[[Factor], Expr | None]:
    """The change, but not inside a function of a whole matrix."""
    return lambda f: of(f) if is_of_matrix(f) else change(f)


def is_of_matrix(factor: Factor) -> bool:
    return isinstance(factor, Apply) and factor.function in NAMES


def outside(expr: Expr) -> Iterator[Factor]:
    """Every factor of an expression but those inside functions of a whole matrix."""
    for term in expr.terms:
        for factor in term.factors:
            yield factor
            for inner in () if is_of_matrix(factor) else parts(factor):
                yield from outside(inner)


def _is_of(factor: Factor, fact: Fact) -> bool:
    return isinstance(factor, Entry) and fact.entry is not None and factor.tensor == fact.entry.tensor


def seen(fact: Fact, factor: Factor) -> Expr | None:
    """d_ij as d_ii [i = j]."""
    row = PROPERTIES[fact.kind].entry_from
    if row is None or not _is_of(factor, fact):
        return None
    assert isinstance(factor, Entry)
    i, j = (factor.slots[n] for n in fact.square)
    return None if i == j else row(entries_of(factor, fact.square), i, j)


def above(fact: Fact, factor: Factor) -> Expr | None:
    """An entry that is 0 whatever the letters are: above the diagonal of a lower matrix."""
    if not _is_of(factor, fact):
        return None
    assert isinstance(factor, Entry)
    i, j = (factor.slots[n] for n in fact.square)
    over, under = decided("<", i, j) is True, decided("<", j, i) is True
    zero = {"lower": over, "upper": under, "diagonal": over or under}[fact.kind]
    return ZERO if zero else None


def _matrix(factor: Factor, functions: Iterable[str], fact: Fact) -> tuple[Entry, bool] | None:
    """The entry of the one matrix that a function is of, and whether it is of the transpose."""
    if not isinstance(factor, Apply) or factor.function not in functions or factor.partials:
        return None
    (argument,) = factor.args
    entry = argument.body.factor
    if not isinstance(entry, Entry) or not _is_of(entry, fact):
        return None
    at = tuple(entry.slots[n].letter for n in fact.square)
    if at not in (argument.letters, argument.letters[::-1]):
        return None
    return entry, at != argument.letters


def inverse(fact: Fact, factor: Factor) -> Expr | None:
    """The inverse of an orthogonal or a diagonal matrix."""
    met = _matrix(factor, ("inv",), fact)
    row = PROPERTIES[fact.kind].inverse
    if met is None or row is None:
        return None
    assert isinstance(factor, Apply)
    i, j = factor.slots if not met[1] else factor.slots[::-1]
    return row(entries_of(met[0], fact.square), i, j)


def logdet(fact: Fact, factor: Factor) -> Expr | None:
    """log |det L| = Σ_i log |l_ii| of a triangular matrix."""
    met = _matrix(factor, ("logdet",), fact)
    if met is None:
        return None
    i = _letter_of(factor)
    inside = entries_of(met[0], fact.square)(i.slot, i.slot)
    size = of(Apply("abs", (Lambda((), inside),)))
    return summed((i,), of(Apply("log", (Lambda((), size),))))


def _letter_of(factor: Factor) -> Index:
    assert isinstance(factor, Apply)
    return factor.args[0].letters[0].apart()


def orthogonal(expr: Expr, fact: Fact) -> Expr:
    """Σ_k q_ki q_kj = δ_ij; of a square matrix also Σ_k q_ik q_jk = δ_ij, log |det Q| = 0."""
    entry = fact.entry
    assert entry is not None
    for rows in (True, False) if PROPERTIES[fact.kind].square else (True,):
        i, j = (Index(name, fact.letters[-1].range) for name in "ij")
        k, at = Index("k", fact.letters[-2].range), entries_of(entry, fact.square)
        one, other = (at(k.slot, x.slot) if rows else at(x.slot, k.slot) for x in (i, j))
        labels = tuple(x for x in fact.letters[:-2])
        expr = called(expr, summed((k,), multiply(one, other)), bracket("=", i.slot, j.slot), (*labels, i, j))
    return rewrite(expr, lambda f: ZERO if _matrix(f, ("logdet",), fact) else None)
