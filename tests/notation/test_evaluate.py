"""The referee against NumPy written by hand, and its derivatives against differences."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from derive.notation.constants import HELD
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Bracket, Entry, Expr, Lambda, Partial, Power, Tensor, Term
from derive.notation.index import Index, Range, position
from derive.operators import TABLE
from derive.referee.dual import Dual, real_part, slope_at
from derive.referee.evaluate import evaluate, evaluate_value
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.functions import ELEMENTARY, Smooth
from derive.referee.world import World, key_of

N, K = Range.to("N"), Range.to("K")
SIZES = {"N": 4, "K": 3, "T": 5}


def letter(name: str, axis: Range) -> Index:
    return Index(name, axis)


def one(*factors: object, bound: tuple[Index, ...] = (), coefficient: int | Fraction = 1) -> Expr:
    return Expr((Term(coefficient, bound, factors),))  # type: ignore[arg-type]


def call(name: str, *args: Expr, order: int = 0) -> Expr:
    return one(Apply(name, tuple(Lambda((), a) for a in args), (), ((0, ()),) * order))


def world(**arrays: np.ndarray) -> World:
    return World(SIZES, {(name, ()): np.asarray(a, float) for name, a in arrays.items()})


def tensor(name: str, *axes: Range, role: str = "input") -> Tensor:
    return Tensor(name, axes, role)  # type: ignore[arg-type]


def draw(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).normal(size=shape)


def test_matrix_product_is_laid_out_on_the_letters_as_they_are_asked_for() -> None:
    w, x = draw(3, 4), draw(4)
    i, j = letter("i", N), letter("j", K)
    right = one(Entry(tensor("W", K, N), (j.slot, i.slot)), Entry(tensor("x", N), (i.slot,)), bound=(i,))
    np.testing.assert_allclose(evaluate(right, (j,), world(W=w, x=x)), w @ x)
    transposed = one(Entry(tensor("W", K, N), (j.slot, i.slot)))
    np.testing.assert_allclose(evaluate(transposed, (i, j), world(W=w)), w.T)


def test_a_tensor_reads_zero_outside_its_axes_also_inside_a_function() -> None:
    x, i = draw(4), letter("i", N)
    shifted = Entry(tensor("x", N), (i.slot + 1,))
    np.testing.assert_allclose(evaluate(one(shifted), (i,), world(x=x)), [*x[1:], 0])
    np.testing.assert_allclose(evaluate(call("exp", one(shifted)), (i,), world(x=x)), [*np.exp(x[1:]), 1])


def test_a_letter_that_no_factor_reads_counts_its_range() -> None:
    i, j = letter("i", N), letter("j", K)
    assert evaluate(one(bound=(i, j), coefficient=2), (), world()) == 24


def test_ranges_may_depend_on_letters() -> None:
    x, t = draw(4), letter("t", N)
    u = letter("u", Range(position(1), t.slot))
    cumulated = one(Entry(tensor("x", N), (u.slot,)), bound=(u,))
    np.testing.assert_allclose(evaluate(cumulated, (t,), world(x=x)), np.cumsum(x))


def test_a_bracket_that_is_zero_silences_what_is_no_number() -> None:
    x, i = np.array([-1.0, 0.0, 2.0, 3.0]), letter("i", N)
    entry = one(Entry(tensor("x", N), (i.slot,)))
    guarded = one(Bracket("<", Expr(), entry), call("log", entry).terms[0].factors[0])
    np.testing.assert_allclose(evaluate(guarded, (i,), world(x=x)), [0, 0, math.log(2), math.log(3)])


def test_classes_sizes_and_strides_are_positions() -> None:
    x, i, j = draw(4), letter("i", Range.to(2)), letter("j", K)
    chosen = Tensor("t", (K,), "class", among=N)
    gathered = one(Entry(tensor("x", N), (position(Entry(chosen, (j.slot,))),)))
    np.testing.assert_allclose(evaluate(gathered, (j,), world(x=x, t=np.array([2, 4, 1]))), x[[1, 3, 0]])
    strided = one(Entry(tensor("x", N), (i.slot * 2 - 1,)))
    np.testing.assert_allclose(evaluate(strided, (i,), world(x=x)), x[[0, 2]])
    assert evaluate(one(position("N") - 1), (), world()) == 3


def test_powers_with_numbers_and_with_expressions() -> None:
    x = np.array(2.5)
    base = one(Entry(tensor("x"), ()))
    assert evaluate(one(Power(base, Fraction(-1, 2))), (), world(x=x)) == pytest.approx(2.5**-0.5)
    assert evaluate(one(Power(base, base)), (), world(x=x)) == pytest.approx(2.5**2.5)


@pytest.mark.parametrize("name", sorted(ELEMENTARY))
@pytest.mark.parametrize("order", [1, 2, 3])
def test_elementary_derivatives_of_any_order(name: str, order: int) -> None:
    x, h = np.linspace(0.4, 1.3, 5), 1e-4
    slope = ELEMENTARY[name](x, order)
    lower = [ELEMENTARY[name](x + k * h, order - 1) for k in (-2, -1, 1, 2)]
    difference = (lower[0] - 8 * lower[1] + 8 * lower[2] - lower[3]) / (12 * h)
    np.testing.assert_allclose(slope, difference, rtol=1e-7, atol=1e-7)


def test_polygamma_by_known_values() -> None:
    digamma, trigamma = (ELEMENTARY[name](np.array(1.0), 0) for name in ("digamma", "trigamma"))
    assert digamma == pytest.approx(-0.5772156649015329, rel=1e-13)
    assert trigamma == pytest.approx(math.pi**2 / 6, rel=1e-13)


def _row_at(name: str, x: Expr, order: int) -> Expr:
    rest = {2: [one(coefficient=Fraction(1, 4))], 3: [one(coefficient=-1), one()]}.get(TABLE[name].arity, [])
    return call(name, x, *rest, order=order)


@pytest.mark.parametrize("name", [row.name for row in TABLE.values() if not row.axes and row.name not in HELD])
@pytest.mark.parametrize("order", [1, 2])
def test_partials_of_rows_by_differences(name: str, order: int) -> None:
    points, h = np.array([0.31, 0.77, 1.9]), 1e-4
    entry = one(Entry(tensor("x", Range.to(3)), ((i := letter("i", Range.to(3))).slot,)))
    lower = [evaluate(_row_at(name, entry, order - 1), (i,), world(x=points + k * h)) for k in (-2, -1, 1, 2)]
    slope = evaluate(_row_at(name, entry, order), (i,), world(x=points))
    difference = (lower[0] - 8 * lower[1] + 8 * lower[2] - lower[3]) / (12 * h)
    np.testing.assert_allclose(slope, difference, rtol=1e-6, atol=1e-7)


VALUES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, x / 100),
    "elu": lambda x: np.where(x > 0, x, np.exp(x) - 1),
    "gelu": lambda x: x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2,
    "gelu_tanh": lambda x: x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "abs": np.abs,
    "sign": np.sign,
    "step": lambda x: np.asarray(x >= 0, float),
}


@pytest.mark.parametrize("name", sorted(VALUES))
def test_values_of_rows(name: str) -> None:
    x, i = np.array([-1.3, -0.2, 0.4, 2.1]), letter("i", N)
    found = evaluate(call(name, one(Entry(tensor("x", N), (i.slot,)))), (i,), world(x=x))
    np.testing.assert_allclose(found, VALUES[name](x), rtol=1e-12)


def test_softmax_and_its_jacobian() -> None:
    x, i, j, k = draw(4), letter("i", N), letter("j", N), letter("k", N)
    argument = Lambda((k,), one(Entry(tensor("x", N), (k.slot,))))
    p = np.exp(x) / np.exp(x).sum()
    np.testing.assert_allclose(evaluate(one(Apply("softmax", (argument,), (i.slot,))), (i,), world(x=x)), p)
    jacobian = one(Apply("softmax", (argument,), (i.slot,), ((0, (j.slot,)),)))
    np.testing.assert_allclose(evaluate(jacobian, (i, j), world(x=x)), np.diag(p) - np.outer(p, p), atol=1e-15)
    hessian = one(Apply("logsumexp", (argument,), (), ((0, (i.slot,)), (0, (j.slot,)))))
    np.testing.assert_allclose(evaluate(hessian, (i, j), world(x=x)), np.diag(p) - np.outer(p, p), atol=1e-15)


def test_abstract_functions_have_exact_partials() -> None:
    x, i, j, k = draw(4), letter("i", N), letter("j", N), letter("k", N)
    argument = Lambda((k,), one(Entry(tensor("x", N), (k.slot,))))
    functions = {"f": Smooth(5)}

    def at(point: np.ndarray, *partials: Index) -> np.ndarray:
        apply = Apply("f", (argument,), (), tuple((0, (x.slot,)) for x in partials))
        return evaluate(one(apply), partials, World(SIZES, {("x", ()): point}, functions))

    h, eye = 1e-5, np.eye(4)
    gradient = np.array([(at(x + h * e) - at(x - h * e)) / (2 * h) for e in eye])
    np.testing.assert_allclose(at(x, i), gradient, atol=1e-9)
    hessian = np.array([(at(x + h * e, i) - at(x - h * e, i)) / (2 * h) for e in eye])
    np.testing.assert_allclose(at(x, i, j), hessian, atol=1e-9)


def test_a_chain_line_s_partial_is_that_of_its_equation_alone() -> None:
    x, w, i, j = draw(4), draw(3, 4), letter("i", N), letter("j", K)
    inner = one(Entry(tensor("W", K, N), (j.slot, i.slot)), Entry(tensor("x", N), (i.slot,)), bound=(i,))
    h = tensor("h", K, role="hidden")
    equation = Equation(Entry(h, (j.slot,)), call("tanh", inner))
    a, b = letter("a", K), letter("b", N)
    partial = one(Partial(Entry(h, (a.slot,)), Entry(tensor("x", N), (b.slot,))))
    numbers = World(SIZES, {("x", ()): x, ("W", ()): w}, equations={key_of(h): (equation,)})
    expected = (1 - np.tanh(w @ x) ** 2)[:, None] * w
    np.testing.assert_allclose(evaluate(partial, (a, b), numbers), expected)


def test_slopes_of_the_whole_expression() -> None:
    x, v, i = draw(4), np.arange(4.0), letter("i", N)
    expr = call("sin", one(Power(one(Entry(tensor("x", N), (i.slot,))), 2)))
    value = evaluate_value(expr, (i,), World(SIZES, {("x", ()): Dual(x, v, 1)}))
    np.testing.assert_allclose(real_part(slope_at(value, 1)), np.cos(x**2) * 2 * x * v)


def test_a_recurrence_in_either_direction() -> None:
    x, a = draw(5), 0.7
    steps = Range.to("T")
    for step in (-1, 1):
        t = letter("t", steps)
        h = tensor("h", steps, role="hidden")
        read = one(Entry(tensor("a"), ()), Entry(h, (t.slot + step,)))
        right = Expr((*read.terms, *one(Entry(tensor("x", steps), (t.slot,))).terms))
        found = evaluate_equations([Equation(Entry(h, (t.slot,)), right)], world(x=x, a=np.array(a)))
        expected, before = np.zeros(5), 0.0
        for n in range(5) if step < 0 else reversed(range(5)):
            before = expected[n] = a * before + x[n]
        np.testing.assert_allclose(found.real(("h", ())), expected)


def test_equations_for_parts_of_a_tensor() -> None:
    y = tensor("y", Range.to(5), role="hidden")
    i, j = letter("i", Range.to(2)), letter("j", K)
    parts = [
        Equation(Entry(y, (i.slot,)), one(Entry(tensor("a", Range.to(2)), (i.slot,)))),
        Equation(Entry(y, (j.slot + 2,)), one(Entry(tensor("b", K), (j.slot,)))),
    ]
    a, b = draw(2), draw(3)
    np.testing.assert_allclose(evaluate_equations(parts, world(a=a, b=b)).real(("y", ())), [*a, *b])
