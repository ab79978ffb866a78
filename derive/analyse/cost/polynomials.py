"""Polynomials in sizes: read, compared, factored, taken to their limit, written.

A count of operations is a `Slot` made of sizes alone, such as n² + 3n. Sizes are at least 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import groupby
from typing import Any

from derive.document import Fenced, Math, Operator, Script, Symbol, row
from derive.document import Fraction as Over
from derive.notation.bounds_of_sizes import sizes_nonnegative
from derive.notation.division import written_out
from derive.notation.index import Monomial, Slot, position
from derive.notation.sizes import Quotient

ZERO, ONE = Slot(()), Slot((), 1)
LARGE = 1000
"""A number for every size, where orders that no polynomial decides need a first and a last."""


def total(parts: Iterable[Slot]) -> Slot:
    return reduce(lambda a, b: a + b, parts, ZERO)


def product(parts: Iterable[Slot]) -> Slot:
    return reduce(lambda a, b: a * b, parts, ONE)


def never_above(left: Slot, right: Slot) -> bool:
    """Whether left ≤ right for all sizes, as far as their coefficients show it."""
    return left == right or sizes_nonnegative(right - left)


def at(slot: Slot, numbers: Mapping[str, int], other: int | None = None) -> Fraction:
    """The number of a polynomial; `other`: the number of every size that has none."""
    return sum((c * _power(m, numbers, other) for m, c in slot.parts), Fraction(slot.constant))


def _power(monomial: Monomial, numbers: Mapping[str, int], other: int | None) -> Fraction:
    return reduce(lambda a, atom: a * _atom(str(atom), atom, numbers, other), monomial, Fraction(1))


def _atom(name: str, atom: Any, numbers: Mapping[str, int], other: int | None) -> Fraction:
    if isinstance(atom, Quotient):
        value = at(atom.numerator, numbers, other) / at(atom.denominator, numbers, other)
        return Fraction(value.__floor__()) if atom.floor else value
    if name in numbers or other is None:
        return Fraction(numbers[name])
    return Fraction(other)


@dataclass(frozen=True, slots=True)
class Factored:
    """A polynomial as a product: number · Π factors, each to its power."""

    number: Fraction
    factors: tuple[tuple[Slot, int], ...]

    @property
    def undecided(self) -> tuple[tuple[Slot, int], ...]:
        """The factors whose sign is not the same for all sizes."""
        return tuple(f for f in self.factors if not sizes_nonnegative(f[0]))


@lru_cache(maxsize=256)
def factored(slot: Slot) -> Factored:
    """2n(m − n) for 2mn − 2n²; the factors that are surely positive first, each with a positive first part."""
    import sympy

    expr, symbols = _to_sympy(written_out(slot))
    number, found = sympy.factor_list(expr, *symbols.values()) if symbols else (expr, [])
    scale = Fraction(int(number.p), int(number.q))
    factors = []
    for base, power in found:
        back = _from_sympy(base, symbols)
        if sizes_nonnegative(-back):
            back, scale = -back, scale * (-1) ** power
        factors.append((back, int(power)))
    factors.sort(key=lambda f: (not sizes_nonnegative(f[0]), len(f[0].parts), text(f[0])))
    return _first_positive(Factored(scale, tuple(factors)))


def _first_positive(found: Factored) -> Factored:
    """The sign put into the one factor that is undecided: 2n(m − n) rather than −2n(n − m)."""
    if found.number > 0 or len(found.undecided) != 1 or found.undecided[0][1] % 2 == 0:
        return found
    turned, _ = found.undecided[0]
    return Factored(-found.number, tuple((-f if f == turned else f, p) for f, p in found.factors))


def _to_sympy(slot: Slot) -> tuple[Any, dict[str, Any]]:
    import sympy

    names = sorted({str(atom) for atom in slot.atoms()})
    symbols = {name: sympy.Symbol(f"size{n}", positive=True) for n, name in enumerate(names)}
    parts = [c * sympy.Mul(*(symbols[str(a)] for a in m)) for m, c in slot.parts]
    return sympy.Add(*parts, sympy.Integer(slot.constant)), symbols


def _from_sympy(expr: Any, symbols: Mapping[str, Any]) -> Slot:
    import sympy

    names = list(symbols)
    found = ZERO
    for powers, coefficient in sympy.Poly(expr, *symbols.values()).terms():
        parts = [position(name) for name, power in zip(names, powers, strict=True) for _ in range(int(power))]
        found = found + product(parts) * int(coefficient)
    return found


@dataclass(frozen=True, slots=True)
class Limit:
    """What a quotient of polynomials goes to where all sizes grow alike.

    value: a number, if the sizes' proportions do not matter; else it lies between `low` and `high` (None: not known).
    equal: the limit where all sizes are equal.
    """

    equal: Fraction
    low: Fraction | None = None
    high: Fraction | None = None

    @property
    def value(self) -> Fraction | None:
        return self.low if self.low is not None and self.low == self.high else None


def limit(top: Slot, bottom: Slot) -> Limit | None:
    """The limit of top/bottom; None where one degree is above the other, or quotients of sizes decide.

    Where all leading coefficients are positive, the quotient lies between those of single monomials.
    """
    return _limit(_leading(top), _leading(bottom)) or _limit(_leading(written_out(top)), _leading(written_out(bottom)))


def _limit(above: Mapping[Monomial, int], below: Mapping[Monomial, int]) -> Limit | None:
    if not above or not below or _degree(above) != _degree(below):
        return None
    first = next(iter(below))
    if above.keys() == below.keys() and all(above[m] * below[first] == above[first] * c for m, c in below.items()):
        share = Fraction(above[first], below[first])
        return Limit(share, share, share)
    if any(isinstance(atom, Quotient) for m in (*above, *below) for atom in m) or sum(below.values()) <= 0:
        return None
    equal = Fraction(sum(above.values()), sum(below.values()))
    if set(above) - set(below) or any(c < 0 for c in (*above.values(), *below.values())):
        return Limit(equal)
    ratios = [Fraction(above.get(m, 0), c) for m, c in below.items()]
    return Limit(equal, min(ratios), max(ratios))


def _leading(slot: Slot) -> dict[Monomial, int]:
    parts = {tuple(sorted(m, key=str)): c for m, c in (*slot.parts, ((), slot.constant)) if c}
    highest = max(map(len, parts), default=0)
    return {m: c for m, c in parts.items() if len(m) == highest}


def _degree(parts: Mapping[Monomial, int]) -> int:
    return len(next(iter(parts)))


def in_order(slot: Slot) -> list[tuple[Monomial, int]]:
    """The parts, higher degrees first, and letters in their order: n² + mn + 3n + m; a plus comes first."""
    parts = [(tuple(sorted(m, key=str)), c) for m, c in (*slot.parts, ((), slot.constant)) if c]
    parts.sort(key=lambda p: (-len(p[0]), *_spread(p[0])))
    first = next((n for n, (_, c) in enumerate(parts) if c > 0), 0)
    return [*parts[first : first + 1], *parts[:first], *parts[first + 1 :]]


def _spread(monomial: Monomial) -> tuple[int, tuple[str, ...]]:
    return -max(Counter(monomial).values(), default=0), tuple(map(str, monomial))


def text(slot: Slot) -> str:
    """2*n**2 + n, as a formula in a file writes it."""
    out = ""
    for monomial, coefficient in in_order(slot):
        powers = [f"{a}**{len(list(same))}" if monomial.count(a) > 1 else str(a) for a, same in groupby(monomial)]
        number = [] if abs(coefficient) == 1 and powers else [str(abs(coefficient))]
        sign = (" - " if coefficient < 0 else " + ") if out else ("-" if coefficient < 0 else "")
        out += sign + "*".join([*number, *powers])
    return out or "0"


def box(slot: Slot) -> Math:
    """n² + 3n."""
    parts = in_order(slot)
    items: list[Math] = []
    for n, (monomial, coefficient) in enumerate(parts):
        if n or coefficient < 0:
            items.append(Operator("−" if coefficient < 0 else "+", "plus" if n else "unary"))
        items.append(_monomial_box(monomial, abs(coefficient)))
    return row(*items) if items else digits(0)


def _monomial_box(monomial: Monomial, coefficient: int) -> Math:
    powers = [_raised(_atom_box(atom), len(list(same))) for atom, same in groupby(monomial)]
    return row(*([digits(coefficient)] if coefficient != 1 or not powers else []), *powers)


def _atom_box(atom: Any) -> Math:
    if not isinstance(atom, Quotient):
        return Symbol(str(atom))
    inner = Over(box(atom.numerator), box(atom.denominator))
    return Fenced(inner, "⌊", "⌋") if atom.floor else Fenced(inner)


def _raised(base: Math, power: int) -> Math:
    return Script(base, None, digits(power)) if power > 1 else base


def digits(value: int) -> Math:
    """20,000, as people group digits."""
    return Symbol(f"{value:,}", "upright")


def fraction_box(value: Fraction) -> Math:
    if value.denominator == 1:
        return digits(int(value))
    return Over(digits(value.numerator), digits(value.denominator))


def factored_box(found: Factored) -> Math:
    """2n(m − n)."""
    sign = (Operator("−", "unary"),) if found.number < 0 else ()
    size = abs(found.number)
    alone = [_raised(_factor_box(f, len(found.factors) + (size != 1)), p) for f, p in found.factors]
    return row(*sign, *([fraction_box(size)] if size != 1 or not alone else []), *alone)


def _factor_box(factor: Slot, among: int) -> Math:
    plain = len(factor.parts) + bool(factor.constant) == 1
    return box(factor) if plain or among == 1 else Fenced(box(factor))
