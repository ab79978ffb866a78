"""The referee of the proofs: networks in plain Python, run for every input; it shares no code with derive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

PHI: Mapping[str, Callable[[Any], Any]] = {
    "z >= 0": lambda z: int(z >= 0),
    "z > 0": lambda z: int(z > 0),
    "z == 0": lambda z: int(z == 0),
    "z == 1": lambda z: int(z == 1),
    "z == 3": lambda z: int(z == 3),
    "z >= 1": lambda z: int(z >= 1),
    "z in [-1, 1]": lambda z: int(-1 <= z <= 1),
    "relu": lambda z: z if z > 0 else 0,
    "linear": lambda z: z,
    "max(1, z)": lambda z: z if z > 1 else 1,
}


def run(table: Mapping[str, Any], x: Sequence[Any]) -> dict[str, list[Any]]:
    """All layers of a `network:` table, for one input."""
    (name,) = table["inputs"]
    values: dict[str, list[Any]] = {name: list(x)}
    last = name
    for layer, own in table["layers"].items():
        of = own.get("of", last)
        read = [v for source in ([of] if isinstance(of, str) else of) for v in values[source]]
        biases = own.get("biases", [0] * len(own["weights"]))
        sums = [
            sum(Fraction(str(w)) * v for w, v in zip(row, read, strict=True)) + Fraction(str(b))
            for row, b in zip(own["weights"], biases, strict=True)
        ]
        values[layer] = [PHI[own["activation"]](z) for z in sums]
        last = layer
    return values


def wrong(
    table: Mapping[str, Any], values: Iterable[Any], right: Callable[[list[Any], list[Any]], bool]
) -> list[tuple[Any, ...]]:
    """The inputs of a finite set for which `right(input, output)` fails."""
    ((_, size),) = table["inputs"].items()
    last = list(table["layers"])[-1]
    return [x for x in product(list(values), repeat=size) if not right(list(x), run(table, x)[last])]
