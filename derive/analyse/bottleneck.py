"""Two linear layers (or more) against one: what a narrow layer costs in functions, and saves in parameters.

    W = W⁽²⁾ W⁽¹⁾,  W⁽¹⁾: (d₁, d₀),  W⁽²⁾: (d₂, d₁):      rank W ≤ min(d₀, d₁, d₂)

Every W of that rank is such a product (W = U V, U a basis of its column space), so functions are lost where an inner
d is below both ends, and only there. Sizes are numbers, or letters that stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from derive.analyse import Asked
from derive.document import Document
from derive.errors import DeriveError, Problem

Size: TypeAlias = int | str
LETTER = re.compile(r"[A-Za-z]\w*")
KEYS = ("sizes", "biases")
LARGEST = 10**12


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """Linear layers through d₀, d₁, …, d_L against one from d₀ to d_L.

    Counts of weights are those of multiplications, too. None where letters leave it open.
    """

    sizes: tuple[Size, ...]
    biases: bool = False

    @property
    def numbers(self) -> tuple[int, ...] | None:
        """The sizes, where all are numbers."""
        found = tuple(d for d in self.sizes if isinstance(d, int))
        return found if len(found) == len(self.sizes) else None

    @property
    def rank(self) -> int | None:
        """The largest rank of the product."""
        return min(self.numbers) if self.numbers else None

    @property
    def full(self) -> int | None:
        """The largest rank of one layer."""
        return min(self.numbers[0], self.numbers[-1]) if self.numbers else None

    @property
    def loses(self) -> bool | None:
        """Whether one layer has linear functions that the several have not."""
        ends, inner = {self.sizes[0], self.sizes[-1]}, self.sizes[1:-1]
        if all(d in ends for d in inner):
            return False
        if self.rank is not None and self.full is not None:
            return self.rank < self.full
        return None

    @property
    def layers(self) -> tuple[tuple[Size, Size], ...]:
        return tuple(pairwise(self.sizes))

    @property
    def multiplications(self) -> tuple[int, int] | None:
        """For one input: of the several layers, and of the one."""
        met = self.numbers
        if met is None:
            return None
        return sum(a * b for a, b in pairwise(met)), met[0] * met[-1]

    @property
    def parameters(self) -> tuple[int, int] | None:
        """Weights, with the biases where layers have some: of the several layers, and of the one."""
        met, counts = self.numbers, self.multiplications
        if met is None or counts is None:
            return None
        return counts[0] + self.biases * sum(met[1:]), counts[1] + self.biases * met[-1]

    @property
    def dimensions(self) -> tuple[int, int] | None:
        """How many free numbers a matrix of that rank has, r(d₀ + d_L − r), and how many one of any rank."""
        met, rank = self.numbers, self.rank
        return None if met is None or rank is None else (rank * (met[0] + met[-1] - rank), met[0] * met[-1])

    def document(self) -> Document:
        from derive.analyse.bottleneck_shown import document

        return document(self)

    def to_dict(self) -> dict[str, Any]:
        told: dict[str, Any] = {"sizes": [*self.sizes], "biases": self.biases, "loses_functions": self.loses}
        pairs = {"parameters": self.parameters, "multiplications": self.multiplications, "dimensions": self.dimensions}
        told |= {name: {"layers": met[0], "one_layer": met[1]} for name, met in pairs.items() if met is not None}
        return told | ({"rank": self.rank, "full_rank": self.full} if self.rank is not None else {})


def answer(asked: Asked, settings: Any) -> Bottleneck:
    """settings: {sizes: [100, 10, 100], biases: false}, or the sizes alone."""
    given = settings if isinstance(settings, Mapping) else {"sizes": settings}
    if not set(given) <= set(KEYS) or not isinstance(given.get("biases", False), bool):
        raise DeriveError(Problem(asked.place(), "bottleneck: the sizes of the layers, in order", EXAMPLE))
    sizes = given.get("sizes")
    if not isinstance(sizes, Sequence) or isinstance(sizes, str) or len(sizes) < 3:
        what = "sizes: the input's, that of each hidden layer, the output's"
        raise DeriveError(Problem(asked.place("sizes"), what, EXAMPLE))
    for n, size in enumerate(sizes):
        if not _is_size(size):
            what = f"`{size}` is no size: a whole number from 1 to {LARGEST:,}, or a letter"
            raise DeriveError(Problem(asked.place("sizes", n), what, EXAMPLE))
    return Bottleneck(tuple(sizes), given.get("biases", False))


EXAMPLE = "bottleneck: {sizes: [100, 10, 100]}"


def _is_size(size: Any) -> bool:
    if isinstance(size, int) and not isinstance(size, bool):
        return 1 <= size <= LARGEST
    return isinstance(size, str) and LETTER.fullmatch(size) is not None
