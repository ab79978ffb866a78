"""Products that contract keep their value: each is compared with the same product left uncontracted, by numbers."""

from __future__ import annotations

import random

import numpy as np
import pytest

from derive.notation.bounds import surely_nonnegative
from derive.notation.canonical import key
from derive.notation.common import expanded, factored
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Lambda, Power, Tensor, Term, number, of
from derive.notation.index import Index, Range, Slot, position
from derive.notation.product import add, bracket, multiply, negative, power, product, summed
from derive.referee.evaluate import evaluate
from derive.referee.world import World, key_of

N, M = Range.to("N"), Range.to("M")
LONG = Range.to(position("N") + position("M"))
INNER = Range(position(2), position("N"))
CLASS = Tensor("t", (), "class", among=N)
CLASSES = Tensor("c", (M,), "class", among=N)
VECTORS = (Tensor("a", (N,)), Tensor("b", (M,)), Tensor("u", (LONG,)))
MATRICES = (Tensor("A", (N, M)), Tensor("B", (N, N)), Tensor("C", (LONG, N)))


class Draw:
    """Random terms over a few letters: affine slots that leave their axes, δ's, masks, classes, nested sums."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.free = (Index("i", N), Index("j", M))
        self.bound = tuple(Index(f"k{n}", self.random.choice((N, M, LONG, INNER))) for n in range(3))

    def slot(self) -> Slot:
        letter = self.random.choice((*self.free, *self.bound)).slot
        kind = self.random.randrange(8)
        if kind < 5:
            return letter
        if kind == 5:
            return letter + self.random.choice((-2, -1, 1))
        if kind == 6:
            return self.random.choice((letter - position("N"), letter + position("M"), position("N") + 1 - letter))
        return self.random.choice((position(Entry(CLASS)), position(1), position(Entry(CLASSES, (letter,)))))

    def factor(self, depth: int = 0) -> Factor:
        kind = self.random.randrange(9)
        if kind < 4:
            tensor = self.random.choice((*VECTORS, *MATRICES))
            return Entry(tensor, tuple(self.slot() for _ in tensor.axes))
        if kind < 6:
            return Bracket("=", self.slot(), self.slot())
        if kind == 6:
            return Bracket(self.random.choice(("<=", "<", "!=")), self.slot(), self.slot())
        if kind == 7 or depth:
            tensor = self.random.choice(VECTORS)
            return Apply("tanh", (Lambda((), of(Entry(tensor, (self.slot(),)))),))
        inner = add(*(Expr((Term(self.random.choice((1, -1, 2)), (), (self.factor(1),)),)) for _ in range(2)))
        return Power(inner, self.random.choice((1, 1, 2)))

    def term(self) -> Term:
        factors = tuple(self.factor() for _ in range(self.random.randrange(1, 6)))
        return Term(self.random.choice((1, -1, 3)), self.bound, factors)


def world(seed: int, n: int, m: int) -> World:
    numbers = np.random.default_rng(seed)
    sizes = {"N": n, "M": m}
    empty = World(sizes)
    arrays = {key_of(t): numbers.normal(size=empty.shape(t)) for t in (*VECTORS, *MATRICES)}
    classes = {key_of(t): numbers.integers(1, n + 1, size=empty.shape(t)) for t in (CLASS, CLASSES)}
    return World(sizes, {**arrays, **classes})


SIZES = ((3, 2), (2, 3), (2, 2), (1, 2), (2, 1), (1, 1))


def same(one: Expr, two: Expr, letters: tuple[Index, ...], seed: int) -> None:
    for n, m in SIZES:
        at = world(seed, n, m)
        np.testing.assert_allclose(evaluate(one, letters, at), evaluate(two, letters, at), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("block", range(20))
def test_contraction_keeps_the_value(block: int) -> None:
    for seed in range(block * 30, block * 30 + 30):
        draw = Draw(seed)
        term = draw.term()
        same(Expr((term,)), product(term.coefficient, term.bound, term.factors), draw.free, seed)


@pytest.mark.parametrize("block", range(5))
def test_common_factors_and_parentheses_keep_the_value(block: int) -> None:
    for seed in range(block * 30, block * 30 + 30):
        draw = Draw(seed)
        shared = draw.factor(1)
        terms = [draw.term() for _ in range(2)]
        whole = add(*(product(t.coefficient, t.bound, (shared, *t.factors)) for t in terms))
        same(whole, factored(whole), draw.free, seed)
        same(whole, expanded(whole), draw.free, seed)
        same(multiply(whole, whole), power(whole, 2), draw.free, seed)


LEFT, K = Index("i", N), Index("k", N)


def entry(tensor: Tensor, *slots: Slot) -> Expr:
    return of(Entry(tensor, slots))


def test_a_delta_is_eliminated() -> None:
    a = VECTORS[0]
    found = product(1, (LEFT,), (Entry(a, (LEFT.slot,)), Bracket("=", LEFT.slot, K.slot)))
    assert key(found) == key(entry(a, K.slot))


def test_a_range_is_kept_where_nothing_else_ends_it() -> None:
    found = product(1, (LEFT,), (Entry(VECTORS[0], (K.slot,)), Bracket("=", LEFT.slot, K.slot + 1)))
    assert any(isinstance(f, Bracket) and f.relation == "<=" for f in found.terms[0].factors)


def test_a_class_pins_a_free_letter_and_cancels() -> None:
    a, t = VECTORS[0], position(Entry(CLASS))
    found = product(1, (), (Entry(a, (K.slot,)), Bracket("=", K.slot, t), Power(entry(a, t), -1)))
    assert key(found) == key(bracket("=", K.slot, t))


def test_what_a_person_would_simplify() -> None:
    y, s = entry(VECTORS[0], LEFT.slot), entry(MATRICES[1], LEFT.slot, LEFT.slot)
    whole = add(y, negative(s))
    assert multiply(Expr((Term(1, (), ()),)), y) == y
    assert add(y, Expr()) == y
    assert negative(negative(y)) == y
    assert key(negative(whole)) == key(add(s, negative(y)))
    assert add(y, negative(y)) == Expr()
    assert multiply(y, y) == power(y, 2)


def test_a_square_of_a_root_is_what_stands_in_it() -> None:
    """√(3 Σ_i y_i²) √(3 Σ_i y_i²) keeps its 3 and its Σ."""
    y, other = entry(VECTORS[0], LEFT.slot), entry(VECTORS[0], K.slot)
    inside = multiply(number(3), summed((LEFT,), power(y, 2)))
    root = of(Apply("sqrt", (Lambda((), inside),)))
    assert key(multiply(root, other, root)) == key(multiply(inside, other))
    assert key(power(multiply(root, other), 2)) == key(multiply(inside, other, other))


def test_bounds_of_positions() -> None:
    assert surely_nonnegative(position("N") - LEFT.slot)
    assert not surely_nonnegative(position("N") - LEFT.slot - 1)
    assert surely_nonnegative(position("N") * position("M") - 1)
