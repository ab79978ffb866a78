"""The cost of one expression: its orders side by side, the best, and what an answer claims, judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from derive.analyse.cost.formulas import Reading
from derive.analyse.cost.measure import Measured, measured
from derive.analyse.cost.numbers import Numbers, worked_out
from derive.analyse.cost.orders import Best, best_orders
from derive.analyse.cost.parts import Part, chain, combined, number, product
from derive.analyse.cost.polynomials import Factored, factored, text
from derive.declare.words import listed
from derive.errors import DeriveError, Problem
from derive.notation.index import Slot

QUANTITIES = ("multiplications", "additions", "memory")


@dataclass(frozen=True, slots=True)
class Difference:
    """left − right of one quantity, as a product."""

    left: str
    right: str
    quantity: str
    slot: Slot

    @property
    def product(self) -> Factored:
        return factored(self.slot)

    def to_dict(self) -> dict[str, Any]:
        factors = [{"factor": text(f), "power": p} for f, p in self.product.factors]
        return {"quantity": self.quantity, "of": [self.left, self.right], "difference": text(self.slot),
                "number": str(self.product.number), "factors": factors}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """What an answer says, and whether that is right; reason: why not, where that is known.

    counts: what it says of a quantity, and what that is; None where it says what the expression is.
    """

    what: str
    said: str
    right: bool
    reason: str = ""
    counts: tuple[Slot, Slot] | None = None

    def to_dict(self) -> dict[str, Any]:
        true = {} if self.counts is None else {"true": text(self.counts[1])}
        return {"what": self.what, "said": self.said, **true, "right": self.right, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Compared:
    """An expression's cost; numbers: what each step of the first order comes to, where the file has values."""

    name: str
    whole: Part
    orders: tuple[Measured, ...]
    differences: tuple[Difference, ...]
    best: Best | None
    claims: tuple[Claim, ...]
    numbers: Mapping[str, Numbers]
    values: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "orders": [order.to_dict() for order in self.orders],
            "differences": [difference.to_dict() for difference in self.differences],
            "best": self.best and self.best.to_dict(),
            "claims": [claim.to_dict() for claim in self.claims],
            "value": self.numbers.get(self.name),
        }


def compared(
    reading: Reading, of: Any, orders: Mapping[str, Any], claims: list[Any], values: Mapping[str, Any]
) -> Compared:
    """The cost of `of` in the given orders (none: from the left to the right)."""
    given = reading.assigned(of)
    name, whole = list(given.items())[-1]
    measures = [measured(str(label), _order(reading, name, order)) for label, order in orders.items()]
    for each in measures:
        _same(reading, measured(name, given).whole, each)
    measures = measures or [measured(name, given)]
    numbers: dict[str, Numbers] = {}
    for each in reversed(measures):
        numbers |= worked_out(each, values, name)
    return Compared(
        name,
        whole,
        tuple(measures),
        tuple(_differences(measures)),
        best_orders(name, measured(name, given).whole),
        tuple(c for claim in claims for c in _claimed(reading, name, measures, claim)),
        numbers,
        values,
    )


def _order(reading: Reading, name: str, order: Any) -> dict[str, Part]:
    """Equations one a line, or one expression."""
    if isinstance(order, str) and "=" not in order:
        return {name: reading.part(order)}
    return reading.assigned(order)


def _same(reading: Reading, whole: Part, order: Measured) -> None:
    """An order works out what was asked, or a message."""
    if [_named(f) for f in chain(whole)] != [_named(f) for f in chain(order.whole)]:
        what = f"the order `{order.name}` multiplies other things than was asked for"
        raise DeriveError(Problem(reading.place, what, "an order has the same factors, with other parentheses"))


def _named(part: Part) -> tuple[Any, ...]:
    return part.op, part.name, part.turned, part.value, tuple(map(_named, part.args))


def _differences(orders: list[Measured]) -> list[Difference]:
    found = []
    for left, right in combinations(orders, 2):
        for quantity in ("multiplications", "memory"):
            apart = getattr(left, quantity) - getattr(right, quantity)
            found.append(Difference(left.name, right.name, quantity, apart))
    return found


def _claimed(reading: Reading, name: str, orders: list[Measured], claim: Any) -> list[Claim]:
    """What an answer says of an order (the first, where it names none)."""
    if not isinstance(claim, Mapping) or set(claim) - {"says", "order", *QUANTITIES}:
        raise reading.fault(f"`{claim}` is no claim", f"a claim has the keys says, order, {', '.join(QUANTITIES)}")
    ours = next((order for order in orders if order.name == claim.get("order", orders[0].name)), None)
    if ours is None:
        raise reading.fault(f"`{claim['order']}` is no order", f"the orders are {listed([o.name for o in orders])}")
    said = reading.part(claim["says"]) if "says" in claim else None
    found = [] if said is None else [_same_thing(name, str(claim["says"]), _times(said, ours.whole))]
    counts = [(q, claim[q]) for q in QUANTITIES if q in claim]
    prefix = f"{ours.name}: " if len(orders) > 1 else ""
    return [*found, *(_counted(reading, prefix, q, given, ours, said) for q, given in counts)]


def _times(said: Part, true: Part) -> Fraction | None:
    """How many times the true product the claimed one is; None where it is another thing."""
    number, factors = _scaled(said)
    own, others = _scaled(true)
    same = sorted(map(_named, factors), key=str) == sorted(map(_named, others), key=str)
    return Fraction(number, own) if same and own else None


def _scaled(part: Part) -> tuple[int, tuple[Part, ...]]:
    """(number, factors) of a product of numbers and arrays."""
    if part.op == "number":
        return part.value, ()
    if part.op in "@*":
        left, right = (_scaled(argument) for argument in part.args)
        return left[0] * right[0], (*left[1], *right[1])
    return 1, (part,)


def _same_thing(name: str, said: str, times: Fraction | None) -> Claim:
    reason = "" if times == 1 else "it is another product" if times is None else f"it is {times} times what is asked"
    return Claim(name, said, times == 1, reason)


def _counted(reading: Reading, prefix: str, quantity: str, given: Any, ours: Measured, said: Part | None) -> Claim:
    """A claimed count; one that is right for the claimed expression only is said to be."""
    count, true = reading.size(given), getattr(ours, quantity)
    reason = ""
    if count != true and said is not None:
        own = [getattr(m, quantity) for m in _readings(ours.name, said)]
        reason = "it is the count of the expression that was written" if count in own else ""
    return Claim(prefix + quantity, text(count), count == true, reason, (count, true))


def _readings(name: str, part: Part) -> list[Measured]:
    """A product as it was written, and with its number put in last: 2(v vᵀ)."""
    scale, factors = _scaled(part)
    found = [measured(name, {name: part})]
    whole: Part | None = factors[0] if factors else None
    for factor in factors[1:]:
        whole = product(whole, factor) if whole is not None else None
    last = combined("*", number(scale), whole) if whole is not None and scale != 1 else None
    return [*found, measured(name, {name: last})] if last is not None else found
