"""The rows of functions of a whole axis: value(x, *slots) and slope(f, x, slots, at), x the argument (see `Whole`).

f gives the function's own value at positions. A weight of 0 leaves a position out of x, and a slope there is 0.

    softmax(x)_i = w_i e^{x_i} / Σ_k w_k e^{x_k}            slope y_i (δ_ij − y_j)
    max(x), one of the w_k x_k                              slope w_j [x_j = y] / Σ_k w_k [x_k = y]
    prod(x) = Π_k x_k over w_k = 1                          slope w_j Π_{k≠j} x_k
    var(x) = Σ_k w_k (x_k − m)² / n,  n = Σ_k w_k           slope 2 w_j (x_j − m) / n
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from derive.notation.expression import ZERO, Expr, number, of
from derive.notation.index import Slot
from derive.notation.product import add, bracket, inverse, multiply, power
from derive.operators.row import Build, Row, call, fraction, minus
from derive.operators.whole import Places, Whole, earlier, equal, weighed

Output: TypeAlias = Callable[..., Expr]
Slope: TypeAlias = Callable[[Output, Whole, Places, Places], Expr]


def _softmax(x: Whole, *i: Slot) -> Expr:
    return fraction(weighed(call("exp", x.at(i)), x.counted(i)), x.over(lambda k: call("exp", x.at(k))))


def _logsumexp(x: Whole) -> Expr:
    return call("log", x.over(lambda k: call("exp", x.at(k))))


def _mean(x: Whole) -> Expr:
    return fraction(x.over(x.at), x.count)


def _deviation(x: Whole, at: Places) -> Expr:
    """w_j (x_j − m)."""
    return weighed(minus(x.at(at), _mean(x)), x.counted(at))


def _divisor(x: Whole, less: int) -> Expr:
    return add(x.count, number(-less))


def _variance(x: Whole, less: int) -> Expr:
    return fraction(x.over(lambda k: power(minus(x.at(k), _mean(x)), 2)), _divisor(x, less))


def _variance_slope(less: int) -> Slope:
    return lambda f, x, slots, at: multiply(number(2), inverse(_divisor(x, less)), _deviation(x, at))


def _deviation_slope(less: int) -> Slope:
    return lambda f, x, slots, at: multiply(_deviation(x, at), inverse(multiply(_divisor(x, less), f())))


def _chosen(x: Whole, at: Places, sign: int, first: bool) -> Expr:
    """[no entry beats x_j], an earlier equal one counted among those that beat it if only the first is to win."""

    def beats(k: Places) -> Expr:
        left, right = (x.at(at), x.at(k)) if sign > 0 else (x.at(k), x.at(at))
        larger = bracket("<", left, right)
        return add(larger, multiply(earlier(k, at), bracket("=", x.at(k), x.at(at)))) if first else larger

    return weighed(bracket("=", x.over(beats), ZERO), x.counted(at))


def _extreme(sign: int, first: bool) -> Build:
    """Σ_j x_j [x_j is chosen], over the number of those chosen."""

    def value(x: Whole) -> Expr:
        total = x.over(lambda j: multiply(x.at(j), _chosen(x, j, sign, first)))
        return total if first else fraction(total, x.over(lambda j: _chosen(x, j, sign, first)))

    return value


def _extreme_slope(name: str) -> Slope:
    """[x_j = y] shared; kept as ∂max/∂x_j where x_j is worked out, since [x_j = y] needs the very same number twice."""

    def slope(f: Output, x: Whole, slots: Places, at: Places) -> Expr:
        if not x.is_entry:
            return x.partial(name, at)
        own = weighed(bracket("=", x.at(at), f()), x.counted(at))
        return fraction(own, x.over(lambda k: bracket("=", x.at(k), f())))

    return slope


def _first_slope(name: str) -> Slope:
    """[j = argmax(x)]; of several axes, where no one position says it, ∂max/∂x_j."""

    def slope(f: Output, x: Whole, slots: Places, at: Places) -> Expr:
        if len(at) > 1:
            return x.partial(name, at)
        return bracket("=", of(at[0]), x.call(f"arg{name[1:4]}"))

    return slope


def _place(sign: int) -> Build:
    """Σ_j j [x_j is the first of the largest]."""
    return lambda x: x.over(lambda j: multiply(of(j[0]), _chosen(x, j, sign, True)))


def _extremes(name: str, sign: int) -> tuple[Row, Row]:
    """The row with equal shares, and the one where the first takes all."""
    word = "largest" if sign > 0 else "smallest"
    latex = rf"\{name[1:]}"
    return (
        Row(
            name,
            latex,
            axes=1,
            big=True,
            value=_extreme(sign, False),
            slopes=(_extreme_slope(name),),
            note=f"Where several entries are {word}, each gets an equal share of the slope of {name[1:]}.",
        ),
        Row(
            f"{name}_first",
            latex,
            axes=1,
            big=True,
            value=_extreme(sign, True),
            slopes=(_first_slope(f"{name}_first"),),
            note=f"Where several entries are {word}, the first gets all of the slope of {name[1:]}, as the file says.",
        ),
    )


def _spreads(less: int, prefix: str, words: str) -> tuple[Row, Row]:
    """Variance and standard deviation, with the divisor n − less."""
    under = r"_{n-1}" if less else ""
    note = f"The divisor of {{}} is {words}."
    return (
        Row(
            f"{prefix}var",
            rf"\operatorname{{var}}{under}",
            axes=1,
            value=lambda x: _variance(x, less),
            slopes=(_variance_slope(less),),
            note=note.format("var"),
        ),
        Row(
            f"{prefix}std",
            rf"\operatorname{{std}}{under}",
            axes=1,
            value=lambda x: call("sqrt", _variance(x, less)),
            slopes=(_deviation_slope(less),),
            note=f"{note.format('std')} It has no slope where all entries are equal.",
        ),
    )


ROWS: tuple[Row, ...] = (
    Row(
        "softmax",
        r"\operatorname{softmax}",
        axes=1,
        keeps=True,
        value=_softmax,
        slopes=(lambda f, x, slots, at: multiply(f(*slots), minus(equal(slots, at), f(*at))),),
        total=True,
    ),
    Row(
        "log_softmax",
        r"\operatorname{log\,softmax}",
        axes=1,
        keeps=True,
        value=lambda x, *i: weighed(minus(x.at(i), x.call("logsumexp")), x.counted(i)),
        slopes=(lambda f, x, slots, at: weighed(minus(equal(slots, at), x.call("softmax", *at)), x.counted(slots)),),
    ),
    Row(
        "logsumexp",
        r"\operatorname{logsumexp}",
        axes=1,
        value=_logsumexp,
        slopes=(lambda f, x, slots, at: x.call("softmax", *at),),
    ),
    *_extremes("amax", 1),
    *_extremes("amin", -1),
    Row(
        "prod",
        r"\prod",
        axes=1,
        big=True,
        numeric="prod",
        slopes=(lambda f, x, slots, at: weighed(x.without(at).call("prod"), x.counted(at)),),
    ),
    *_spreads(0, "", "n, the number of entries"),
    *_spreads(1, "sample_", "n − 1, one less than the number of entries"),
    *(
        Row(
            name,
            rf"\operatorname{{{name}}}",
            axes=1,
            value=_place(sign),
            position=True,
            slopes=(lambda f, x, slots, at: ZERO,),
            note=f"{name} is a position, a class: no error signal passes it. Of several it is the first.",
        )
        for name, sign in (("argmax", 1), ("argmin", -1))
    ),
)
