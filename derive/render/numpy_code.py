"""Pieces of Python text that know where they need parentheses."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

LEVELS = {"if": 0, "compare": 1, "+": 2, "*": 3, "@": 3, "/": 3, "//": 3, "-": 4, "**": 5, "": 6}


@dataclass(frozen=True, slots=True)
class Code:
    """Text, and the operator that it was put together with ("": none that could come apart)."""

    text: str
    op: str = ""

    def inside(self, op: str, right: bool = False) -> str:
        """The text as an operand of `op`, on its right side or its left."""
        mine, outer = LEVELS[self.op], LEVELS[op]
        if mine != outer:
            return f"({self.text})" if mine < outer else self.text
        bare = (op, self.op) in _RIGHT if right else (op == "@") == (self.op == "@")
        return self.text if bare else f"({self.text})"


_RIGHT = (("+", "+"), ("*", "*"), ("*", "/"), ("", ""))
"""(outer, inner) of one level where an operand on the right needs no parentheses."""


def quotient(top: Code, bottom: Code) -> Code:
    """top / bottom."""
    return Code(f"{top.inside('/')} / {bottom.inside('/', right=True)}", "/")


def binary(op: str, *operands: Code) -> Code:
    """a op b op c, left to right."""
    if len(operands) == 1:
        return operands[0]
    parts = [c.inside(op, n > 0) for n, c in enumerate(operands)]
    return Code(f" {op} ".join(parts), op)


def negative(code: Code) -> Code:
    return Code(f"-{code.inside('*')}", "-")


def added(signed: list[tuple[bool, Code]]) -> Code:
    """a - b + c."""
    text = ""
    for n, (minus, code) in enumerate(signed):
        operand = code.inside("+", right=True)
        text += (f" - {operand}" if minus else f" + {operand}") if n else (negative(code).text if minus else operand)
    return signed[0][1] if len(signed) == 1 and not signed[0][0] else Code(text, "+")


def number(value: int | Fraction) -> Code:
    """A number that Python reads exactly as near as it can."""
    if value < 0:
        return negative(number(-value))
    exact = Fraction(value)
    if exact.denominator == 1:
        return Code(str(exact.numerator))
    short = repr(float(exact))
    return Code(short) if Fraction(short) == exact else Code(f"{exact.numerator} / {exact.denominator}", "/")


def magnitude(value: int | Fraction) -> Code | None:
    """|value| as a factor; None for a 1."""
    size = -value if value < 0 else value
    return number(size) if size != 1 else None


def call(name: str, *arguments: Code | str) -> Code:
    return Code(f"{name}({', '.join(a if isinstance(a, str) else a.text for a in arguments)})")


def indexed(name: str, places: list[Code]) -> Code:
    return Code(f"{name}[{', '.join(p.text for p in places)}]")
