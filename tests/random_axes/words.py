"""What the random expressions are made of: letters and their sizes, features, functions of one and of two arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.random_axes.language import Call, Expr, Neg, Num, Op

LETTERS = {
    "T": "ts", "H": "ha", "B": "bd", "L": "lo", "N": "ipf", "K": "jqy", "M": "kmg", "R": "ru", "V": "vw",
}  # fmt: skip
LABELS = ("T", "H", "B", "L")
PLAIN = ("N", "K", "M")
KEYS = ("T", "T", "T", "H", "B", "N", "N", "K", "M")
SPARE = "cnxzCDFGIJOQXYZ"
Env = Mapping[str, str]
"""Letters in scope -> the sizes that they run to."""


def num(value: float | str) -> Num:
    return Num(str(value))


def op(sign: str, left: Expr, right: Expr) -> Op:
    return Op(sign, left, right)


def plus(left: Expr, shift: int) -> Expr:
    """left + shift, as people write it."""
    return left if not shift else op("+" if shift > 0 else "-", left, num(abs(shift)))


def call(name: str, *args: Expr) -> Call:
    return Call(name, args)


def product(*factors: Expr) -> Expr:
    total = factors[0]
    for factor in factors[1:]:
        total = op("*", total, factor)
    return total


def total(*terms: Expr) -> Expr:
    whole = terms[0]
    for term in terms[1:]:
        whole = op("+", whole, term)
    return whole


ONE = num(1)

Entrywise = Callable[[Expr], Expr]
ENTRYWISE: tuple[Entrywise, ...] = (
    lambda x: call("tanh", x),
    lambda x: call("tanh", x),
    lambda x: call("sigmoid", x),
    lambda x: call("sin", x),
    lambda x: call("cos", x),
    lambda x: call("softplus", x),
    lambda x: call("silu", x),
    lambda x: call("gelu", x),
    lambda x: call("erf", x),
    lambda x: call("exp", Neg(op("**", x, num(2)))),
    lambda x: call("sqrt", op("+", num(1), op("**", x, num(2)))),
    lambda x: call("log", op("+", num(2), op("**", x, num(2)))),
    lambda x: op("/", num(1), op("+", num(1), op("**", x, num(2)))),
    lambda x: op("**", call("tanh", x), num(2)),
    lambda x: Neg(x),
    lambda x: op("/", x, num(2)),
    lambda x: call("relu", op("+", x, num("0.3"))),
    lambda x: call("abs", op("-", x, num("0.2"))),
    lambda x: call("elu", op("+", x, num("0.1"))),
    lambda x: call("leaky_relu", op("-", x, num("0.3"))),
)
SQUASH: tuple[Entrywise, ...] = (ENTRYWISE[0], ENTRYWISE[2], ENTRYWISE[3])
Pair = Callable[[Expr, Expr], Expr]
PAIRS: tuple[Pair, ...] = (
    lambda a, b: op("+", a, b),
    lambda a, b: op("+", a, b),
    lambda a, b: op("-", a, b),
    lambda a, b: op("*", a, b),
    lambda a, b: op("*", a, b),
    lambda a, b: op("*", a, call("sigmoid", b)),
    lambda a, b: op("/", a, op("+", num(1), op("**", b, num(2)))),
    lambda a, b: call("max", a, op("+", b, num("0.1"))),
    lambda a, b: call("min", a, op("-", b, num("0.1"))),
)
REDUCTIONS = ("sum", "sum", "sum", "mean", "max", "min", "prod", "norm", "logsumexp", "var", "std")
