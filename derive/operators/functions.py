"""THE TABLE of functions: one row each. Everything about a function follows from its row.

A row gives a function's value (an expression in other rows, or NumPy's name where it is elementary) and, where people
write it so, its slope. A slope may name the output: f is the output, x the argument. Left out, it is derived from the
value. `primed` rows keep their prime in what is shown (relu′(z)), with the slope in a note.

Sources: Abramowitz & Stegun 1972 (erf, Γ); Clevert et al. 2015 (elu); Hendrycks & Gimpel 2016 (gelu, silu);
He et al. 2015 (prelu).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from derive.notation.expression import ONE, ZERO, Apply, Entry, Expr, Lambda, Tensor, number, of
from derive.notation.index import Slot
from derive.notation.product import (
    add,
    bracket,
    inverse,
    multiply,
    negative,
    power,
    scale,
    summed,
)
from derive.notation.walk import apart, substitute

Build = Callable[..., Expr]


@dataclass(frozen=True, slots=True)
class Row:
    """One function.

    latex: how its name is printed.  axes: how many axes of its argument it takes as a whole (0: entry by entry, 1:
    softmax).  keeps: whether those axes are in the result (softmax) or not (logsumexp).  value: its expression in
    other rows.  numeric: its name in `referee`, for elementary ones.  slopes: one for each argument.
    primed: shown with a prime.  note: kinks, domain.
    """

    name: str
    latex: str
    arity: int = 1
    axes: int = 0
    keeps: bool = False
    value: Build | None = None
    numeric: str = ""
    slopes: tuple[Build, ...] = ()
    primed: bool = False
    note: str = ""


def call(name: str, *args: Expr) -> Expr:
    """A function of scalars."""
    return of(Apply(name, tuple(Lambda((), a) for a in args)))


def minus(left: Expr, right: Expr) -> Expr:
    return add(left, negative(right))


def fraction(top: Expr, bottom: Expr) -> Expr:
    return multiply(top, inverse(bottom))


def unit(argument: Lambda, at: Slot) -> Expr:
    """The argument of a whole-axis function, read at one position."""
    return substitute(apart(argument.body), {argument.letters[0]: at})


def over(argument: Lambda, build: Callable[[Slot], Expr]) -> Expr:
    """Σ over the argument's own axis."""
    letter = argument.letters[0].apart()
    return summed((letter,), build(letter.slot))


def whole(name: str, argument: Lambda, *slots: Slot) -> Expr:
    """A function of a whole axis, at a position where it keeps the axis."""
    return of(Apply(name, (argument,), slots))


def positive(x: Expr) -> Expr:
    return bracket("<", ZERO, x)


def _relu(f: Expr, x: Expr) -> Expr:
    return positive(x)


HALF = number(Fraction(1, 2))
PI = of(Entry(Tensor("pi", (), "constant")))
_GELU = "0.044715"


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
    Row("sigmoid", r"\sigma", numeric="sigmoid", slopes=(lambda f, x: multiply(f, minus(ONE, f)),)),
    Row(
        "erf",
        r"\operatorname{erf}",
        numeric="erf",
        slopes=(lambda f, x: multiply(fraction(number(2), call("sqrt", PI)), call("exp", negative(power(x, 2)))),),
    ),
    Row("lgamma", r"\log\Gamma", numeric="lgamma", slopes=(lambda f, x: call("digamma", x),)),
    Row("digamma", r"\psi", numeric="digamma", slopes=(lambda f, x: call("trigamma", x),)),
    Row("trigamma", r"\psi_1", numeric="trigamma", primed=True),
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
        note="ReLU′(z) = [z > 0], so ReLU′(0) = 0.",
    ),
    Row(
        "relu_1",
        r"\operatorname{ReLU}",
        value=lambda x: multiply(bracket("<=", ZERO, x), x),
        primed=True,
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
    # of a whole axis: value(argument, *slots); slope(f, argument, slots, at) with f a function of positions
    Row(
        "softmax",
        r"\operatorname{softmax}",
        axes=1,
        keeps=True,
        value=lambda x, i: fraction(call("exp", unit(x, i)), over(x, lambda j: call("exp", unit(x, j)))),
        slopes=(lambda f, x, slots, at: multiply(f(slots[0]), minus(bracket("=", slots[0], at), f(at))),),
    ),
    Row(
        "log_softmax",
        r"\operatorname{log\,softmax}",
        axes=1,
        keeps=True,
        value=lambda x, i: minus(unit(x, i), whole("logsumexp", x)),
        slopes=(lambda f, x, slots, at: minus(bracket("=", slots[0], at), whole("softmax", x, at)),),
    ),
    Row(
        "logsumexp",
        r"\operatorname{logsumexp}",
        axes=1,
        value=lambda x: call("log", over(x, lambda j: call("exp", unit(x, j)))),
        slopes=(lambda f, x, slots, at: whole("softmax", x, at),),
    ),
)

TABLE: Mapping[str, Row] = MappingProxyType({row.name: row for row in ROWS})
