"""The cost of an expression as a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from derive.analyse.cost.answered import Claim, Compared, Difference
from derive.analyse.cost.measure import RULE, Measured
from derive.analyse.cost.parts import Part, is_symmetric
from derive.analyse.cost.polynomials import ONE, ZERO, Factored, box, digits, factored, factored_box
from derive.analyse.cost.shown_passes import PassesCost
from derive.analyse.cost.writing import Writer
from derive.declare.network import Network
from derive.document import (
    Block,
    Chain,
    Display,
    Document,
    Fenced,
    Fraction,
    Heading,
    Items,
    Math,
    Operator,
    Prose,
    Table,
    Words,
)
from derive.document import row as in_row
from derive.notation.index import Slot
from derive.typeset.chains import EQUALS
from derive.typeset.values import written

__all__ = ["ComparedCost", "PassesCost"]

LESS, MORE, SAME = Operator("<", "relation"), Operator(">", "relation"), EQUALS


@dataclass(frozen=True, slots=True)
class ComparedCost:
    """An expression's cost in its orders; `declared`: the file, for its names."""

    compared: Compared
    declared: Network | None = None

    def to_dict(self) -> dict[str, Any]:
        return self.compared.to_dict()

    def document(self) -> Document:
        writer = Writer.of(self.declared)
        found = self.compared
        whole = Chain(writer.name(found.name, found.whole), (writer.flat(found.orders[0].whole),))
        blocks: list[Block] = [*([Display((whole,))] if len(found.orders) > 1 else []), Prose((RULE,))]
        for order in found.orders:
            blocks += _order(order, found, writer)
        blocks += _differences(found.differences)
        blocks += _best(found, writer)
        blocks += _claims(found, writer)
        return Document(f"Cost and memory of {found.name}", tuple(blocks))


def _order(order: Measured, found: Compared, writer: Writer) -> list[Block]:
    """The steps of an order, and its sums spelled out."""
    named = [step for step in order.steps if step.name]
    chains = tuple(
        Chain(writer.name(s.name, s.part), (writer.part(s.part),), value=_numbers(found, s.name)) for s in named
    )
    rows = tuple(
        ((writer.part(s.part),), (box(s.part.multiplications),), (box(s.part.additions),), (box(s.part.size),))
        for s in order.steps
    )
    head: tuple[Words, ...] = (("Step",), ("Multiplications",), ("Additions",), ("Numbers kept",))
    title = [Heading(order.name[:1].upper() + order.name[1:], 3)] if len(found.orders) > 1 else []
    return [*title, Display(chains), Table(head, rows), *_sums(order, writer), *_symmetric(order, writer)]


def _symmetric(order: Measured, writer: Writer) -> list[Block]:
    """A product A Aᵀ, a × b by b × a, needs b a(a + 1)/2 multiplications."""
    found = [step for step in order.steps if is_symmetric(step.part)]
    return [
        Prose(
            (
                writer.step(step.name, step.part),
                " is symmetric: its entries on the diagonal and above it take ",
                Fraction(_half(step.part), digits(2)),
                " multiplications.",
            )
        )
        for step in found
    ]


def _half(part: Part) -> Math:
    """b a(a + 1)."""
    inner, rows = part.args[0].columns, part.rows
    return in_row(*((box(inner),) if inner != ONE else ()), _summand(rows), Fenced(box(rows + 1)))


def _numbers(found: Compared, name: str) -> Math | None:
    return written(found.numbers[name]) if name in found.numbers else None


def _sums(order: Measured, writer: Writer) -> list[Block]:
    """Multiplications: n + n = 2n; memory: n + n + 1 + n = 3n + 1, with what is counted."""
    times = [step.part.multiplications for step in order.steps]
    plus = [step.part.additions for step in order.steps]
    sizes = [size for _, _, size in order.kept]
    names = [writer.step(name, part) for part, name, _ in order.kept]
    kept = [word for n, name in enumerate(names) for word in (*((", ",) if n else ()), name)]
    return [
        Items(
            (
                ("Multiplications: ", _added(times, order.multiplications)),
                ("Additions: ", _added(plus, order.additions)),
                ("Memory: ", _added(sizes, order.memory), " for ", *kept),
            )
        )
    ]


def _added(parts: Iterable[Slot], whole: Slot) -> Math:
    """n + n = 2n."""
    each = [_summand(part) for part in parts if part != ZERO]
    spelled = [b for n, part in enumerate(each) for b in (*((Operator("+", "plus"),) if n else ()), part)]
    return in_row(*spelled, EQUALS, box(whole)) if len(each) > 1 else box(whole)


def _summand(part: Slot) -> Math:
    return box(part) if len(part.parts) + bool(part.constant) == 1 else Fenced(box(part))


def _differences(found: Iterable[Difference]) -> list[Block]:
    items = tuple(_difference(each) for each in found)
    return [Heading("Compared", 3), Items(items)] if items else []


def _difference(found: Difference) -> Words:
    """reverse − forward: 2n(m − n), so that reverse takes less where m < n."""
    product = found.product
    spelled = box(found.slot)
    whole = factored_box(product)
    both = (spelled,) if spelled == whole else (spelled, EQUALS, whole)
    what = f"{found.quantity.capitalize()}, {found.left} − {found.right}: "
    return (what, in_row(*both), *reading(found, product))


def reading(found: Difference, product: Factored) -> Words:
    """What the sign of a difference says."""
    if not product.factors and product.number == 0:
        return ("; both take the same.",)
    if not product.undecided:
        less = found.right if product.number > 0 else found.left
        zero = any(_vanishes(f) for f, _ in product.factors)
        return (f"; {less} never takes more, for all sizes.",) if zero else (f"; {less} takes less for all sizes.",)
    if len(product.undecided) == 1 and product.undecided[0][1] % 2:
        factor = product.undecided[0][0]
        below, above = (LESS, MORE) if product.number > 0 else (MORE, LESS)
        return (
            f"; {found.left} takes less where ", _sign(factor, below),
            f", {found.right} where ", _sign(factor, above), ", both the same where ", _sign(factor, SAME), ".",
        )  # fmt: skip
    return ("; the sign depends on the sizes.",)


def _vanishes(factor: Slot) -> bool:
    """Whether a factor is 0 where all sizes are 1."""
    return factor.constant + sum(c for _, c in factor.parts) == 0


def _sign(factor: Slot, relation: Operator) -> Math:
    """m < n for m − n < 0."""
    plus = Slot(tuple((m, c) for m, c in factor.parts if c > 0), max(factor.constant, 0))
    minus = Slot(tuple((m, -c) for m, c in factor.parts if c < 0), max(-factor.constant, 0))
    return in_row(box(plus), relation, box(minus))


def _best(found: Compared, writer: Writer) -> list[Block]:
    if found.best is None:
        return []
    orders = found.best.orders
    among = f"Of the {found.best.among:,} orders "
    told: Words = (among + "this takes the fewest multiplications, for all sizes:",)
    if len(orders) > 1:
        told = (among + "no other beats one of these for all sizes", *_decided(orders), ":")
    rows = tuple(
        ((writer.part(o.whole),), (box(o.multiplications),), (box(o.memory),), (_against(o, found),)) for o in orders
    )
    head: tuple[Words, ...] = (("Order",), ("Multiplications",), ("Memory",), ("",))
    return [Heading("The best order", 3), Prose(told), Table(head, rows)]


def _decided(orders: tuple[Measured, ...]) -> Words:
    """Which sizes decide between two orders."""
    if len(orders) != 2:
        return ("; the sizes decide between them",)
    product = factored(orders[0].multiplications - orders[1].multiplications)
    if len(product.undecided) != 1 or product.undecided[0][1] % 2 == 0:
        return ("; the sizes decide between them",)
    return ("; the first is the better where ", _sign(product.undecided[0][0], LESS if product.number > 0 else MORE))


def _against(order: Measured, found: Compared) -> str:
    same = [given.name for given in found.orders if given.whole == order.whole]
    return f"this is {same[0]}" if same else ""


def _claims(found: Compared, writer: Writer) -> list[Block]:
    if not found.claims:
        return []
    wrong = any(not claim.right for claim in found.claims)
    heading = Heading("The answer's claims", 3, "bad" if wrong else "good")
    return [heading, Items(tuple(_claim(claim, found, writer) for claim in found.claims))]


def _claim(claim: Claim, found: Compared, writer: Writer) -> Words:
    reason = f": {claim.reason}" if claim.reason else ""
    if claim.counts is None:
        verdict = "is what is asked" if claim.right else f"is wrong{reason}, "
        return (f"{found.name} = {claim.said} {verdict}", *(() if claim.right else (writer.flat(found.whole),)), ".")
    said, true = map(box, claim.counts)
    rest: Words = (" is right.",) if claim.right else (" is wrong, it is ", true, f"{reason}.")
    return (f"{claim.what[:1].upper()}{claim.what[1:]}: ", said, *rest)
