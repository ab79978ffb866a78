"""Numbers: 12, 0.01, a half as a fraction."""

from __future__ import annotations

from fractions import Fraction

from derive.document import Fraction as Over
from derive.document import Math, Symbol, row
from derive.notation.expression import Number


def digits(value: int) -> Symbol:
    return Symbol(str(value), "upright")


def decimal(value: Fraction) -> str | None:
    """The decimal expansion of a fraction whose denominator is above 9, if it ends within ten places."""
    if value.denominator <= 9:
        return None
    for places in range(1, 11):
        scaled = value * 10**places
        if scaled.denominator == 1:
            text = str(abs(scaled.numerator)).rjust(places + 1, "0")
            return f"{text[:-places]}.{text[-places:]}"
    return None


def parts(value: Number) -> tuple[Math | None, Math | None]:
    """What stands above and below the line for |value|; None for a 1."""
    exact = abs(Fraction(value))
    written = decimal(exact)
    if written is not None:
        return Symbol(written, "upright"), None
    top, bottom = exact.numerator, exact.denominator
    return digits(top) if top != 1 else None, digits(bottom) if bottom != 1 else None


def number_box(value: Number) -> Math:
    """|value| on its own."""
    top, bottom = parts(value)
    above = top or digits(1)
    return Over(above, bottom) if bottom else above


def exponent_box(value: Number) -> Math:
    """An exponent: 2, −1, 1/2 on one line."""
    exact = abs(Fraction(value))
    slash = (Symbol("/", "upright"), digits(exact.denominator)) if exact.denominator != 1 else ()
    sign = (Symbol("−", "upright"),) if value < 0 else ()
    return row(*sign, digits(exact.numerator), *slash)
