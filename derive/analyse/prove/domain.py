"""What may go in: real numbers, integers or a finite set, under assumptions; and points of it, simple ones first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from random import Random

from derive.analyse.prove.language import Condition
from derive.analyse.prove.meaning import holds
from derive.analyse.prove.net import Net, Point

ALL = 20_000
"""How many inputs are tried one by one, where there are finitely many."""

FEW = 500
"""How many simple inputs are tried before a solver is asked."""

SIMPLE = tuple(Fraction(n) for n in ("0", "1", "1/2", "-1", "2", "-2", "3", "-1/2", "1/4", "-3", "4", "10", "-10"))


@dataclass(frozen=True, slots=True)
class Domain:
    """kind: reals, integers or values (those of a finite set).  assumed: conditions on the inputs."""

    kind: str
    values: tuple[Fraction, ...] = ()
    assumed: tuple[Condition, ...] = ()

    def count(self, net: Net) -> int | None:
        """How many inputs there are, assumptions aside; None: infinitely many."""
        return len(self.values) ** net.width if self.kind == "values" else None

    def admits(self, net: Net, point: Point) -> bool:
        env = {"input": point, **net.named(point)}
        return all(holds(condition, env) for condition in self.assumed)

    def points(self, net: Net) -> Iterator[Point]:
        """All the inputs of a finite set."""
        return (point for point in product(self.values, repeat=net.width) if self.admits(net, point))

    def simple(self, net: Net) -> Iterator[Point]:
        """Simple inputs, the simplest first: all small ones, and orders of the first few numbers."""
        usable = [v for v in self.values or SIMPLE if self.kind != "integers" or v.denominator == 1]
        seen: set[Point] = set()
        most = next((n for n in range(len(usable), 0, -1) if n**net.width <= FEW), 1)
        small = product(usable[:most], repeat=net.width)
        drawn = self._drawn(usable, net.width)
        for point in (*sorted(small, key=lambda p: sorted(map(abs, p), reverse=True)), *drawn):
            if point not in seen and self.admits(net, point):
                seen.add(point)
                yield point

    def _drawn(self, usable: list[Fraction], width: int) -> list[Point]:
        """Inputs drawn from the seed 0."""
        chance = Random(0)
        return [tuple(chance.choice(usable) for _ in range(width)) for _ in range(FEW)]

    def assuming(self, condition: Condition) -> Domain:
        return replace(self, assumed=(*self.assumed, condition))

    def words(self) -> str:
        """all real x; all integers; the values 0, 1."""
        named = {"reals": "all real inputs", "integers": "all integer inputs"}
        shown = ", ".join(map(str, self.values))
        told = named.get(self.kind, f"all inputs of the values {shown}")
        return " ".join([told, *(["with", " and ".join(c.text for c in self.assumed)] if self.assumed else [])])
