"""The numbers in a formula: exact, and small enough for a page."""

from __future__ import annotations

from fractions import Fraction

from derive.declare.formula import Node
from derive.declare.scope import Fault
from derive.notation.expression import Expr, Number, Power

BITS = 512
"""How long a number may grow."""

LARGEST_EXPONENT = 1000

DIGITS = 2
"""How many digits the e of a number may have: 1e99 is the largest, 1e-99 the smallest."""

TOWER = 8
"""How many powers may stand on each other: a ** b ** c has 3."""


def exact(node: Node, text: str) -> Number:
    """The number that a text says, without rounding."""
    if text.isdigit():
        return int(text)
    exponent = text.lower().partition("e")[2]
    if exponent and len(exponent.lstrip("+-0")) > DIGITS:
        raise Fault(node, f"the number {text} is out of reach", f"its exponent may have {DIGITS} digits")
    found = Fraction(text)
    return int(found) if found.denominator == 1 else found


def small(node: Node, base: Expr, exponent: Number) -> None:
    """Refuse powers whose numbers would not fit on a page, or have no value."""
    coefficient = Fraction(base.terms[0].coefficient) if len(base.terms) == 1 else Fraction(1)
    bits = max(coefficient.numerator.bit_length(), coefficient.denominator.bit_length())
    size = abs(Fraction(exponent))
    if size > LARGEST_EXPONENT or (coefficient not in (1, -1) and bits * size > BITS):
        raise Fault(node, "this power is too large", f"exponents go to {LARGEST_EXPONENT}, numbers to {BITS} bits")
    if not base.terms and exponent < 0:
        raise Fault(node, "division by zero")


def within_reach(node: Node, expr: Expr) -> Expr:
    """Refuse what became too large by multiplication: (1e99*x)*1e99, (x**900)**900."""
    for term in expr.terms:
        coefficient = Fraction(term.coefficient)
        powers = [Fraction(p) for f in term.factors if isinstance(f, Power) and not isinstance(p := f.exponent, Expr)]
        if max(coefficient.numerator.bit_length(), coefficient.denominator.bit_length()) > BITS:
            raise Fault(node, "the numbers in this product are too large", f"numbers go to {BITS} bits")
        if any(abs(p) > LARGEST_EXPONENT for p in powers):
            raise Fault(node, "this power is too large", f"exponents go to {LARGEST_EXPONENT}")
    return expr
