"""An expression of scalars as plain Python, with the functions of `math` and those that it has to define itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from derive.errors import DeriveError, Problem
from derive.notation.constants import KNOWN
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Lambda, Number, Power, Tensor, Term, of
from derive.operators import TABLE, value
from derive.operators.slopes import written_slope

SUM, PRODUCT, SIGN, POWER, ATOM = range(5)
"""How tightly a piece of text holds together."""
BUILTIN = ("abs", "max", "min")
OF_MATH = ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "log2", "erf", "lgamma")
WRITTEN: Mapping[str, str] = {"sigmoid": "1 / (1 + exp(-x))"}
RELATIONS: Mapping[str, str] = {"=": "==", "!=": "!=", "<": "<", "<=": "<="}


@dataclass(slots=True)
class PlainCode:
    """Writes expressions, and notes what they use: names from `math`, functions that are defined first."""

    imported: dict[str, None] = field(default_factory=dict)
    defined: dict[str, str] = field(default_factory=dict)

    def head(self) -> str:
        """The import and the definitions that stand before the code."""
        lines = [f"from math import {', '.join(sorted(self.imported))}"] if self.imported else []
        return "".join(f"{line}\n" for line in (*lines, *self.defined.values()))

    def text(self, expr: Expr, level: int = SUM) -> str:
        """The expression, in parentheses where it stands among what holds together more tightly."""
        text, own = self._sum(expr)
        return f"({text})" if own < level else text

    def _sum(self, expr: Expr) -> tuple[str, int]:
        if not expr.terms:
            return "0.0", ATOM
        if len(expr.terms) == 1:
            return self._term(expr.terms[0])
        signs = ["-" if t.coefficient < 0 else "+" for t in expr.terms]
        texts = [self._term(Term(max(t.coefficient, -t.coefficient), t.bound, t.factors))[0] for t in expr.terms]
        first = ("-" if signs[0] == "-" else "") + texts[0]
        return first + "".join(f" {s} {t}" for s, t in zip(signs[1:], texts[1:], strict=True)), SUM

    def _term(self, term: Term) -> tuple[str, int]:
        if term.coefficient < 0:
            text, level = self._term(Term(-term.coefficient, term.bound, term.factors))
            return (f"-{text}", SIGN if level > PRODUCT else PRODUCT)
        above = [f for f in term.factors if not _is_below(f)]
        below = [Power(f.base, -f.exponent) for f in term.factors if isinstance(f, Power) and _is_below(f)]  # type: ignore[operator]
        top, bottom = Fraction(term.coefficient).numerator, Fraction(term.coefficient).denominator
        exact = _decimal(term.coefficient)
        front = [] if top == 1 and (bottom == 1 or exact is None) and (above or below) else [exact or str(top)]
        if above and not front and all(isinstance(f, Bracket) for f in above):
            front = ["1.0"]  # a condition is no number
        under = [str(bottom)] if exact is None else []
        return self._quotient(front, above, under, below)

    def _quotient(self, front: list[str], above: list[Factor], under: list[str], below: list[Power]) -> tuple[str, int]:
        bottoms = [*under, *(self._factor(f) for f in below)]
        if len(above) == 1 and not front and not bottoms:
            return self._alone(above[0])
        tops = [*front, *(self._factor(f) for f in above)] or ["1"]
        if not bottoms:
            return " * ".join(tops), PRODUCT if len(tops) > 1 else ATOM
        bottom = f"({' * '.join(bottoms)})" if len(bottoms) > 1 else bottoms[0]
        return f"{' * '.join(tops)} / {bottom}", PRODUCT

    def _alone(self, factor: Factor) -> tuple[str, int]:
        if isinstance(factor, Power) and factor.exponent == 1:
            return self._sum(factor.base)
        if isinstance(factor, Apply) and factor.partials:
            return self._sum(_slope(factor))
        return self._factor(factor), POWER if isinstance(factor, Power) else ATOM

    def _factor(self, factor: Factor) -> str:
        if isinstance(factor, Entry):
            return self._name(factor.tensor)
        if isinstance(factor, Bracket):
            return f"({self._side(factor.left)} {RELATIONS[factor.relation]} {self._side(factor.right)})"
        if isinstance(factor, Power):
            return self._power(factor)
        assert isinstance(factor, Apply), "a formula of scalars has no positions"
        return self._apply(factor)

    def _name(self, tensor: Tensor) -> str:
        if tensor.name in KNOWN:
            self.imported[tensor.name] = None
        return tensor.name.strip()

    def _side(self, side: object) -> str:
        assert isinstance(side, Expr)
        return self.text(side) if side.terms else "0"

    def _power(self, factor: Power) -> str:
        exponent = factor.exponent
        if exponent == 1:
            return self.text(factor.base, PRODUCT + 1)
        base = self.text(factor.base, ATOM)
        if isinstance(exponent, Expr):
            return f"{base} ** {self.text(exponent, ATOM)}"
        shown = _decimal(exponent)
        return f"{base} ** {shown}" if shown and exponent >= 0 else f"{base} ** ({shown or exponent})"

    def _apply(self, apply: Apply) -> str:
        """A call; a slope that people write with a prime, relu′(x), is written out."""
        if apply.partials:
            return self.text(_slope(apply), PRODUCT + 1)
        arity = TABLE[apply.function].arity
        return f"{self._function(apply.function, arity)}({', '.join(self.text(a.body) for a in apply.args)})"

    def _function(self, name: str, arity: int) -> str:
        if name in OF_MATH:
            self.imported[name] = None
        elif name not in BUILTIN and name not in self.defined:
            self.defined[name] = self._definition(name, ["x", "a", "b"][:arity])
        return name

    def _definition(self, name: str, arguments: list[str]) -> str:
        head = f"def {name}({', '.join(arguments)}): return "
        if name in WRITTEN:
            self.imported["exp"] = None
            return head + WRITTEN[name]
        places = tuple(Lambda((), of(Entry(Tensor(f"{argument} ", (), "constant")))) for argument in arguments)
        found = value(Apply(name, places))
        if found is None:
            raise _unwritable(name)
        return head + self.text(found)


def _slope(apply: Apply) -> Expr:
    found = written_slope(apply, TABLE[apply.function])
    if found.factor == apply:
        raise _unwritable(f"the slope of {apply.function}")
    return found


def _is_below(factor: Factor) -> bool:
    return isinstance(factor, Power) and not isinstance(factor.exponent, Expr) and factor.exponent < 0


def _decimal(number: Number) -> str | None:
    """The number as Python reads it exactly; None for a fraction that no decimal says."""
    exact = Fraction(number)
    if exact.denominator == 1:
        return str(exact.numerator)
    short = repr(float(exact)) if math.isfinite(float(exact)) else ""
    return short if short and Fraction(short) == exact else None


def _unwritable(what: str) -> DeriveError:
    return DeriveError(Problem(None, f"Python's own functions have none for {what}", "use --format numpy for a file"))
