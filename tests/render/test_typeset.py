"""Names, letters, precedence: what is decided once for every target."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.derivation import Line, Step
from derive.notation.expression import Apply, Bracket, Entry, Expr, Lambda, Power, Tensor, Term, bar, number, of
from derive.notation.index import Index, Range, position
from derive.notation.matrix import Matrix
from derive.notation.product import add, multiply, negative, power, scale, summed
from derive.render.latex_math import math
from derive.render.terminal import text
from derive.typeset.chains import scalar_chain
from derive.typeset.names import Names
from derive.typeset.reader import read_latex
from derive.typeset.scalar import expression
from derive.typeset.scribe import Scribe
from derive.typeset.style import Style
from derive.typeset.vector import matrix
from tests.render import networks
from tests.render.networks import at, e, function

N, K = Range.to("N"), Range.to("K")
i, j, k, n, m = Index("i", N), Index("j", K), Index("k", K), Index("n", N), Index("m", N)
x, v, b1, z1 = Tensor("x", (N,), "input"), Tensor("v", (N,)), Tensor("b1", (K,), "parameter"), Tensor("z1", (K,))
W1, V = Tensor("W1", (K, N), "parameter"), Tensor("V", (N, K), "parameter")
a, yp, t = Tensor("a"), Tensor("y_prime", (K,)), Tensor("t", (N,), "class", (), False, K)


def scribe(**printed: str) -> Scribe:
    build = networks.Build("E", phi="abstract", f="whole", g="family")
    build.tensors.update({q.name: q for q in (x, v, b1, z1, W1, V, a, yp, t)})
    build.printed.update(printed)
    return Scribe(Names(build.network(), "E"))


def shown(expr: Expr, **printed: str) -> str:
    return math(expression(expr, scribe(**printed).binding((i, j, k, n))).box).replace(" ", "")


def vector(m: Matrix) -> str:
    return text(matrix(m, scribe()).box)


@pytest.mark.parametrize(
    ("expr", "wanted"),
    [
        (e(W1, j, i), "w_{ji}^{(1)}"),
        (e(z1, j), "z_{1,j}"),
        (of(at(bar(W1, "E"), j, i)), r"\bar{w}_{ji}^{(1)}"),
        (of(at(bar(yp, "E"), j)), r"\bar{y}'_j"),
        (of(Entry(yp, (position(at(t, n)),))), "y'_{t_n}"),
        (of(Entry(x, (i.slot - 1,))), "x_{i-1}"),
        (power(e(W1, j, i), 2), "(w_{ji}^{(1)})^2"),
        (power(e(x, i), 2), "x_i^2"),
        (scale(Fraction(-1, 2), e(x, i)), r"-\frac{1}{2}x_i"),
        (scale(Fraction(1, 100), e(x, i)), "0.01x_i"),
        (scale(Fraction(3, 14), e(x, i)), r"\frac{3}{14}x_i"),
        (multiply(e(x, i), power(e(a), -1)), r"\frac{x_i}{a}"),
        (scale(Fraction(1, 2), power(e(a), -2)), r"\frac{1}{2a^2}"),
        (power(e(a), Fraction(1, 2)), r"\sqrt{a}"),
        (power(e(a), Fraction(-1, 2)), r"\frac{1}{\sqrt{a}}"),
        (multiply(power(of(position("N")), -1), summed((m,), e(x, m))), r"\frac{1}{N}\sum_{m=1}^Nx_m"),
        (of(Bracket("=", i.slot, n.slot)), r"\delta_{in}"),
        (of(Bracket("=", j.slot, position(at(t, n)))), "[j=t_n]"),
        (of(Bracket("<", number(0), e(a))), "[a>0]"),
        (of(function("phi", e(a), primes=2)), r"\phi''(a)"),
        (of(Apply("phi", (Lambda((), e(a)), Lambda((), e(x, i))), (), ((0, ()),))), r"\partial_1\phi(a,x_i)"),
        (of(Apply("g", (Lambda((), e(a)),), (i.slot,), ((0, ()),))), "g_i'(a)"),
        (of(Apply("f", (Lambda((i,), e(x, i)),))), r"f(\mathbf{x})"),
        (of(Apply("f", (Lambda((i,), e(x, i)),), (), ((0, (n.slot,)),))), r"\frac{\partialf}{\partialx_n}"),
        (of(function("exp", negative(e(a)))), "e^{-a}"),
        (of(function("relu", e(a), primes=1)), r"\operatorname{ReLU}'(a)"),
        (multiply(of(function("log", e(a))), e(a)), r"(\loga)a"),
        (of(function("log", add(e(a), number(1)))), r"\log(a+1)"),
        (power(add(e(a), e(x, i)), 2), "(a+x_i)^2"),
        (Expr((Term(3, (), (Power(number(2), e(a)),)),)), r"3\cdot2^a"),
        (Expr(()), "0"),
    ],
)
def test_scalars(expr: Expr, wanted: str) -> None:
    assert shown(expr) == wanted


def test_a_bound_letter_gives_way_to_one_in_scope() -> None:
    inner = Index("i", N)
    expr = multiply(e(x, i), summed((inner,), e(x, inner)))
    assert shown(expr) == r"x_i\sum_{l=1}^Nx_l"


def test_a_bound_letter_gives_way_to_a_tensor() -> None:
    letter = Index("a", N)
    assert r"\sum_{a=1}" not in shown(multiply(e(a), summed((letter,), e(x, letter))))


def test_own_letters_keep_their_names() -> None:
    line = Line(at(bar(x, "E"), i), (Step("chain", e(x, i)),))
    assert text(scalar_chain(line, scribe()).left) == "x̄_i"


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [
        (r"\mathcal{E}", r"\mathcal{E}"),
        (r"\hat{y}", r"\hat{y}"),
        (r"W_{hh}", "W_{hh}"),
        (r"\boldsymbol{\theta}", r"\theta"),
        (r"\frac{a}{b}", r"{\frac{a}{b}}"),
    ],
)
def test_given_latex(latex: str, wanted: str) -> None:
    assert shown(e(a), a=latex) == wanted


def test_unbalanced_latex_is_not_taken() -> None:
    assert read_latex(r"\mathcal{E") is None
    assert read_latex("a}{b") is None
    assert read_latex("$a$") is None


def whole(tensor: Tensor) -> Matrix:
    return networks.whole(tensor)


@pytest.mark.parametrize(
    ("tree", "wanted"),
    [
        (networks.transposed(whole(W1)), "W⁽¹⁾ᵀ"),
        (networks.matmul(networks.transposed(whole(V)), networks.plus(whole(x), whole(v))), "Vᵀ (x + v)"),
        (Matrix("hadamard", (whole(x), whole(v)), N), "x ∘ v"),
        (networks.matmul(whole(W1), Matrix("hadamard", (whole(x), whole(v)), N)), "W⁽¹⁾ (x ∘ v)"),
        (Matrix("hadamard", (networks.matmul(whole(V), whole(b1)), whole(v)), N), "V b⁽¹⁾ ∘ v"),
        (networks.transposed(networks.matmul(whole(W1), whole(V))), "(W⁽¹⁾ V)ᵀ"),
        (Matrix("scale", (whole(x),), N, None, -1), "−x"),
        (networks.plus(whole(v), Matrix("scale", (whole(x),), N, None, Fraction(-1, 2))), "v − ½ x"),
        (Matrix("power", (whole(x),), N, None, 2), "x ∘ x"),
        (Matrix("power", (whole(x),), N, None, -1), "1 ⊘ x"),
        (Matrix("hadamard", (Matrix("power", (whole(x),), N, None, -1), whole(v)), N), "v ⊘ x"),
        (Matrix("norm2", (whole(x),)), "‖x‖²"),
        (Matrix("sum", (whole(x),)), "1ᵀ x"),
        (Matrix("indicator", (Matrix("number", (), None, None, 0), whole(x)), N, None, "<"), "1[x > 0]"),
        (Matrix("slice", (whole(x),), Range.to("K"), None, (Range.to("K"), None)), "x_{1:K}"),
        (Matrix("one-hot", (), K, None, Entry(t, (position(2),))), "e_{t₂}"),
        (Matrix("concatenate", (whole(x), whole(v)), N), "[x; v]"),
        (Matrix("diag", (whole(x),), N, N), "diag(x)"),
        (Matrix("apply", (whole(x),), N, None, function("phi", e(x, i), primes=1)), "φ′(x)"),
    ],
)
def test_matrices(tree: Matrix, wanted: str) -> None:
    assert vector(tree) == wanted


def scalar(op: str, *args: Matrix, data: object = None) -> Matrix:
    return Matrix(op, args, data=data)  # type: ignore[arg-type]


INVERSE = scalar("power", whole(a), data=-1)
DOT = networks.matmul(networks.transposed(whole(x)), whole(v))
ZERO_ONES = Matrix("scale", (Matrix("ones", (), N),), N, None, 0)


@pytest.mark.parametrize(
    ("tree", "wanted"),
    [
        (scalar("scale", scalar("times", INVERSE, scalar("norm2", whole(x))), data=Fraction(1, 2)), "‖x‖²/(2 a)"),
        (Matrix("times", (INVERSE, networks.matmul(whole(W1), whole(x))), K), "W⁽¹⁾ x/a"),
        (Matrix("times", (INVERSE, networks.matmul(whole(W1), networks.plus(whole(x), whole(v)))), K),
         "(1/a) W⁽¹⁾ (x + v)"),
        (Matrix("times", (INVERSE, networks.plus(whole(x), whole(v))), N), "(x + v)/a"),
        (Matrix("scale", (Matrix("times", (INVERSE, whole(x)), N),), N, None, -1), "−x/a"),
        (Matrix("times", (scalar("sum", whole(v)), whole(x)), N), "(1ᵀ v) x"),
        (scalar("times", scalar("sum", whole(v)), scalar("sum", whole(x))), "(1ᵀ v) (1ᵀ x)"),
        (scalar("times", whole(a), scalar("sum", whole(x))), "a 1ᵀ x"),
        (Matrix("times", (scalar("power", whole(a), data=-1), scalar("sum", whole(v)), whole(x)), N), "(1ᵀ v) x/a"),
        (ZERO_ONES, "0"),
        (Matrix("indicator", (ZERO_ONES, whole(x)), N, None, "<"), "1[x > 0]"),
        (Matrix("power", (whole(x), networks.plus(whole(a), Matrix("number", data=-1))), N), "x^{∘(a−1)}"),
    ],
)  # fmt: skip
def test_scalars_beside_vectors(tree: Matrix, wanted: str) -> None:
    assert vector(tree) == wanted


@pytest.mark.parametrize(
    ("name", "printed", "wanted"),
    [
        ("Wq", {}, r"w_{q,ji}"),
        ("Wxh", {}, r"w_{\mathrm{xh},ji}"),
        ("Wq", {"Wq": "W_q"}, r"w_{q,ji}"),
        ("Wq", {"Wq": "Q"}, r"Q_{ji}"),
        ("W_q", {}, r"w_{q,ji}"),
        ("bq", {}, r"b_{q,ji}"),
        ("mu", {}, r"\mu_{ji}"),
        ("eps", {}, r"\epsilon_{ji}"),
        ("net", {}, r"\operatorname{net}_{ji}"),
    ],
)
def test_short_names_have_a_subscript(name: str, printed: dict[str, str], wanted: str) -> None:
    assert shown(e(Tensor(name, (K, N), "parameter"), j, i), **printed) == wanted


def test_one_bar_over_a_hat() -> None:
    hat = Tensor("x_hat", (N,), "hidden")
    assert text(scribe().names.tensor(bar(hat, "E"))) == "x\u0302\u0304"


def test_powers_and_error_signals_on_one_line() -> None:
    own = Scribe(Names(scribe().names.network, "E", Style("partial"))).binding((i, j))
    product = multiply(of(at(bar(z1, "E"), j)), e(x, i))
    assert text(expression(product, own).box) == "(∂E/∂z_{1,j}) x_i"
    power_of = of(function("exp", negative(multiply(e(a), e(x, i)))))
    assert text(expression(power_of, own).box) == "e^{−a x_i}"


def test_more_dependent_side_stands_left() -> None:
    limit = Tensor("delta", (), "constant")
    assert shown(of(Bracket("<", e(limit), e(x, i)))) == r"[x_i>\delta]"


def test_sizes_in_the_order_of_the_network() -> None:
    own = scribe()
    order = [s for s in own.names.network.sizes if s in ("N", "K")]
    assert text(own.slot(position("K") + position("N"))) == " + ".join(order)


def test_a_deep_product_takes_a_time_that_grows_with_its_length() -> None:
    """The sign in front is looked for in the first factor of the first factor …: each is written once."""
    derivation = networks.residual()
    scribe = Scribe(Names(derivation.network, derivation.cost, Style()))
    line = next(line for line in derivation.forward if line.tensor.name == "h")
    assert line.vector is not None
    name = made = line.vector.left
    for _ in range(60):
        made = Matrix("hadamard", (made, name), made.rows, made.columns)
    assert len(str(matrix(made, scribe).box)) > 60
