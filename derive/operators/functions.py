"""THE TABLE of functions: one row each. Everything about a function follows from its row.

A row gives a function's value (an expression in other rows, or NumPy's name where it is elementary) and, where people
write it so, its slope. A slope may name the output: f is the output, x the argument. Left out, it is derived from the
value. `primed` rows keep their prime in what is shown (relu′(z)), with the slope in a note. Here are those that go
entry by entry; those of a whole axis are in `axes`, those of a whole matrix in `matrices`.

Sources: Abramowitz & Stegun 1972 (erf, Γ); Clevert et al. 2015 (elu); Hendrycks & Gimpel 2016 (gelu, silu);
He et al. 2015 (prelu).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from derive.notation.expression import ONE, ZERO, Entry, Expr, Tensor, number, of
from derive.notation.product import add, bracket, inverse, multiply, negative, power, scale
from derive.operators import axes, decompositions, matrices, powers
from derive.operators.row import Row, call, fraction, minus

__all__ = ["ROWS", "TABLE", "Row", "call"]


def positive(x: Expr) -> Expr:
    return bracket("<", ZERO, x)


def _relu(f: Expr, x: Expr) -> Expr:
    return positive(x)


HALF = number(Fraction(1, 2))
PI = of(Entry(Tensor("pi", (), "constant")))
_GELU = "0.044715"
STOPS = ("stop_gradient", "detach")
STOPPED = "sg(x) is x, and no error signal goes through it: it is held fixed in every derivative."


def _gelu_tanh(x: Expr) -> Expr:
    inner = add(x, scale(Fraction(_GELU), power(x, 3)))
    root = call("sqrt", fraction(number(2), PI))
    return multiply(HALF, x, add(ONE, call("tanh", multiply(root, inner))))


def _log_two(x: Expr) -> Expr:
    return fraction(call("log", x), call("log", number(2)))


ROWS: tuple[Row, ...] = (
    # elementary: smooth, known to NumPy
    Row("exp", r"\exp", numeric="exp", slopes=(lambda f, x: f,)),
    Row("log", r"\log", numeric="log", slopes=(lambda f, x: inverse(x),), note="log x needs x > 0."),
    Row("sqrt", r"\sqrt", numeric="sqrt", slopes=(lambda f, x: inverse(scale(2, f)),), note="√x has no slope at 0."),
    Row("sin", r"\sin", numeric="sin", slopes=(lambda f, x: call("cos", x),)),
    Row("cos", r"\cos", numeric="cos", slopes=(lambda f, x: negative(call("sin", x)),)),
    Row("tan", r"\tan", numeric="tan", slopes=(lambda f, x: add(ONE, power(f, 2)),)),
    Row("tanh", r"\tanh", numeric="tanh", slopes=(lambda f, x: minus(ONE, power(f, 2)),)),
    Row(
        "sigmoid",
        r"\sigma",
        numeric="sigmoid",
        slopes=(lambda f, x: multiply(f, minus(ONE, f)),),
        mirror=lambda f: minus(ONE, f),
    ),
    Row(
        "erf",
        r"\operatorname{erf}",
        numeric="erf",
        slopes=(lambda f, x: multiply(fraction(number(2), call("sqrt", PI)), call("exp", negative(power(x, 2)))),),
    ),
    Row("lgamma", r"\log\Gamma", numeric="lgamma", slopes=(lambda f, x: call("digamma", x),)),
    Row("digamma", r"\psi", numeric="digamma", slopes=(lambda f, x: call("trigamma", x),)),
    Row("trigamma", r"\psi_1", numeric="trigamma", primed=True),
    # its argument's value, held fixed: see `notation.differential`
    *(Row(name, r"\operatorname{sg}", value=lambda x: x, slopes=(lambda f, x: ZERO,), note=STOPPED) for name in STOPS),
    # smooth, in other rows
    Row("log2", r"\log_2", value=_log_two, slopes=(lambda f, x: inverse(multiply(x, call("log", number(2)))),)),
    Row(
        "softplus",
        r"\operatorname{softplus}",
        value=lambda x: call("log", add(ONE, call("exp", x))),
        slopes=(lambda f, x: call("sigmoid", x),),
    ),
    Row(
        "silu",
        r"\operatorname{SiLU}",
        value=lambda x: multiply(x, call("sigmoid", x)),
        primed=True,
        note="SiLU′(z) = σ(z) + z σ(z) (1 − σ(z)).",
    ),
    Row(
        "gelu",
        r"\operatorname{GELU}",
        primed=True,
        note="GELU′(z) = Φ(z) + z Φ′(z), Φ the normal distribution function.",
        value=lambda x: multiply(HALF, x, add(ONE, call("erf", fraction(x, call("sqrt", number(2)))))),
    ),
    Row(
        "gelu_tanh",
        r"\operatorname{GELU}",
        value=_gelu_tanh,
        primed=True,
        note="GELU is taken in its tanh approximation, and GELU′ is the slope of that.",
    ),
    # with kinks
    Row(
        "relu",
        r"\operatorname{ReLU}",
        value=lambda x: multiply(positive(x), x),
        slopes=(_relu,),
        primed=True,
        kept=True,
        note="ReLU′(z) = [z > 0], so ReLU′(0) = 0.",
    ),
    Row(
        "relu_1",
        r"\operatorname{ReLU}",
        value=lambda x: multiply(bracket("<=", ZERO, x), x),
        primed=True,
        kept=True,
        slopes=(lambda f, x: bracket("<=", ZERO, x),),
        note="ReLU′(z) = [z ≥ 0], so ReLU′(0) = 1, as the file says.",
    ),
    Row(
        "leaky_relu",
        r"\operatorname{LeakyReLU}",
        primed=True,
        value=lambda x: add(multiply(positive(x), x), scale(Fraction(1, 100), multiply(bracket("<=", x, ZERO), x))),
        note="LeakyReLU′(z) is 1 where z > 0, else 0.01.",
    ),
    Row(
        "prelu",
        r"\operatorname{PReLU}",
        arity=2,
        primed=False,
        value=lambda x, a: add(multiply(positive(x), x), multiply(a, bracket("<=", x, ZERO), x)),
        slopes=(
            lambda f, x, a: add(positive(x), multiply(a, bracket("<=", x, ZERO))),
            lambda f, x, a: multiply(bracket("<=", x, ZERO), x),
        ),
        note="At 0 the slope of PReLU is that of its left side.",
    ),
    Row(
        "elu",
        r"\operatorname{ELU}",
        primed=True,
        value=lambda x: add(multiply(positive(x), x), multiply(bracket("<=", x, ZERO), minus(call("exp", x), ONE))),
        note="ELU′(z) is 1 where z > 0, else exp z.",
    ),
    Row(
        "abs",
        r"\operatorname{abs}",
        slopes=(lambda f, x: call("sign", x),),
        value=lambda x: multiply(x, minus(positive(x), bracket("<", x, ZERO))),
        note="The slope of |x| at 0 is taken as 0.",
    ),
    Row(
        "sign",
        r"\operatorname{sign}",
        slopes=(lambda f, x: ZERO,),
        value=lambda x: minus(positive(x), bracket("<", x, ZERO)),
        note="The slope of sign is taken as 0 everywhere.",
    ),
    Row(
        "step",
        r"\operatorname{step}",
        slopes=(lambda f, x: ZERO,),
        value=lambda x: bracket("<=", ZERO, x),
        note="step(z) is the threshold [z ≥ 0]; its slope is taken as 0 everywhere.",
    ),
    Row(
        "max",
        r"\max",
        arity=2,
        value=lambda a, b: add(multiply(bracket("<", b, a), a), multiply(bracket("<=", a, b), b)),
        slopes=(
            lambda f, a, b: add(bracket("<", b, a), scale(Fraction(1, 2), bracket("=", a, b))),
            lambda f, a, b: add(bracket("<", a, b), scale(Fraction(1, 2), bracket("=", a, b))),
        ),
        note="Where both sides of max are equal, each gets half.",
    ),
    Row(
        "min",
        r"\min",
        arity=2,
        value=lambda a, b: add(multiply(bracket("<", a, b), a), multiply(bracket("<=", b, a), b)),
        slopes=(
            lambda f, a, b: add(bracket("<", a, b), scale(Fraction(1, 2), bracket("=", a, b))),
            lambda f, a, b: add(bracket("<", b, a), scale(Fraction(1, 2), bracket("=", a, b))),
        ),
        note="Where both sides of min are equal, each gets half.",
    ),
    Row(
        "max_first",
        r"\max",
        arity=2,
        value=lambda a, b: add(multiply(bracket("<=", b, a), a), multiply(bracket("<", a, b), b)),
        slopes=(lambda f, a, b: bracket("<=", b, a), lambda f, a, b: bracket("<", a, b)),
        note="Where both sides of max are equal, the first gets all, as the file says.",
    ),
    Row(
        "min_first",
        r"\min",
        arity=2,
        value=lambda a, b: add(multiply(bracket("<=", a, b), a), multiply(bracket("<", b, a), b)),
        slopes=(lambda f, a, b: bracket("<=", a, b), lambda f, a, b: bracket("<", b, a)),
        note="Where both sides of min are equal, the first gets all, as the file says.",
    ),
    Row(
        "clip",
        r"\operatorname{clip}",
        arity=3,
        value=lambda x, a, b: add(
            multiply(bracket("<=", a, x), bracket("<=", x, b), x),
            multiply(bracket("<", x, a), a),
            multiply(bracket("<", b, x), b),
        ),
        slopes=(
            lambda f, x, a, b: multiply(bracket("<=", a, x), bracket("<=", x, b)),
            lambda f, x, a, b: bracket("<", x, a),
            lambda f, x, a, b: bracket("<", b, x),
        ),
        note="clip(x, a, b) passes the error signal on where a ≤ x ≤ b.",
    ),
)

TABLE: Mapping[str, Row] = MappingProxyType(
    {row.name: row for row in (*ROWS, *axes.ROWS, *matrices.ROWS, *decompositions.ROWS, *powers.ROWS)}
)
