"""What is sure of elementary functions, given what is sure of their argument.

z ≥ 0:   exp z ≥ 1,   tanh z ≥ 0,   σ(z) ≥ ½
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from derive.notation.interval import (
    ANY,
    NEGATIVE,
    NOT_NEGATIVE,
    NOT_POSITIVE,
    NOTHING,
    POSITIVE,
    Interval,
    point,
)


def _odd(bound: Interval = ANY) -> Callable[[Interval], Interval]:
    """A function with the sign of its argument, such as tanh."""

    def find(x: Interval) -> Interval:
        signs = (NOTHING, POSITIVE, NEGATIVE, NOT_NEGATIVE, NOT_POSITIVE)
        return next((s for s in signs if x.within(s)), ANY).meet(bound)

    return find


def _rising(at_zero: Fraction, bound: Interval) -> Callable[[Interval], Interval]:
    """A function that rises and whose value at 0 is known, such as exp."""

    def find(x: Interval) -> Interval:
        lo = (at_zero, not x.holds(Fraction(0))) if x.within(NOT_NEGATIVE) else (-math.inf, True)
        hi = (at_zero, not x.holds(Fraction(0))) if x.within(NOT_POSITIVE) else (math.inf, True)
        return Interval(lo[0], hi[0], lo[1], hi[1]).meet(bound)

    return find


_ONE = Fraction(1)
SPECIAL: Mapping[str, Callable[[Interval], Interval]] = MappingProxyType(
    {
        "exp": _rising(_ONE, POSITIVE),
        "sigmoid": _rising(Fraction(1, 2), Interval(Fraction(0), _ONE, True, True)),
        "softplus": lambda x: POSITIVE,
        "tanh": _odd(Interval(-_ONE, _ONE, True, True)),
        "erf": _odd(Interval(-_ONE, _ONE, True, True)),
        "silu": _odd(),
        "gelu": _odd(),
        "sin": lambda x: NOTHING if x.is_zero else Interval(-_ONE, _ONE, False, False),
        "cos": lambda x: point(1) if x.is_zero else Interval(-_ONE, _ONE, False, False),
        "sqrt": lambda x: NOTHING if x.is_zero else POSITIVE if x.within(POSITIVE) else NOT_NEGATIVE,
        "log": lambda x: NOTHING if x.point == 1 else ANY,
        "abs": lambda x: POSITIVE if x.within(POSITIVE) or x.within(NEGATIVE) else NOT_NEGATIVE,
        "softmax": lambda x: Interval(Fraction(0), _ONE, False, False),
    }
)
"""What is sure of elementary functions; what has a value in other rows is worked out from that as well."""
