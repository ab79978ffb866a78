"""How many weights fully connected layers have, whatever their number is: Σ_{i=0}^{L−1} d⁽ⁱ⁾ d⁽ⁱ⁺¹⁾.

    counts: {full: {units: d, layers: L, at: [8, 10, 10, 3]}}

d⁽ⁱ⁾ is the number of units of layer i, layer 0 is the input, and L is a size of the file or a number. `at`: sizes for
which the sums are worked out. Where all layers have d units, the sums are L d² and L d (d + 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from derive.analyse.cost.polynomials import box, digits, product
from derive.analyse.counts.layers import plain
from derive.analyse.counts.specs import Specs
from derive.document import (
    JUXTAPOSED,
    Block,
    Chain,
    Display,
    Document,
    Fenced,
    Math,
    Operator,
    Prose,
    Script,
    Summation,
    Symbol,
    row,
)
from derive.notation.index import Slot, position

if TYPE_CHECKING:
    from derive.analyse import Asked

KEYS = ("units", "layers", "at")
EXAMPLE = "full: {units: d, layers: L}"
EQUALS, PLUS, TIMES = Operator("=", "relation"), Operator("+", "plus"), Operator("×", "binary")


@dataclass(frozen=True, slots=True)
class GeneralCounts:
    """The sums for `layers` layers behind the input.  at: the units of each layer, the input first, where asked."""

    title: str
    units: str
    layers: Slot
    at: tuple[int, ...] = ()

    @property
    def weights(self) -> int:
        """Σ d⁽ⁱ⁾ d⁽ⁱ⁺¹⁾ for the sizes of `at`."""
        return sum(a * b for a, b in pairwise(self.at))

    @property
    def biases(self) -> int:
        return sum(self.at[1:])

    @property
    def alike(self) -> tuple[Slot, Slot]:
        """(weights, weights and biases) where every layer has d units."""
        d = position(self.units)
        return product((self.layers, d, d)), product((self.layers, d, d + 1))

    def to_dict(self) -> dict[str, Any]:
        d, last = self.units, plain(self.layers - 1)
        told: dict[str, Any] = {
            "layers": plain(self.layers),
            "weights": f"sum({d}[i]*{d}[i+1] for i = 0..{last})",
            "biases": f"sum({d}[i+1] for i = 0..{last})",
            "parameters": f"sum(({d}[i] + 1)*{d}[i+1] for i = 0..{last})",
            "connections": f"sum({d}[i]*{d}[i+1] for i = 0..{last})",
            "alike": {"weights": plain(self.alike[0]), "parameters": plain(self.alike[1])},
        }
        if self.at:
            told["at"] = {"sizes": [*self.at], "weights": self.weights, "parameters": self.weights + self.biases}
        return told

    def document(self) -> Document:
        return Document("Weights of any number of layers", tuple(_blocks(self)))


def general(asked: Asked, settings: Mapping[str, Any]) -> GeneralCounts:
    """The sums for the settings under `full`. Raises DeriveError."""
    specs = Specs(asked, frozenset(asked.declared.sizes if asked.declared is not None else ()))
    for key in settings:
        if key not in KEYS:
            raise specs.fault(f"`{key}` is no setting of `full`", f"they are {', '.join(KEYS)}", "full", key)
    units = settings.get("units")
    if not isinstance(units, str) or not units.isidentifier() or "layers" not in settings:
        raise specs.fault("`full` needs a letter for the units and how many layers there are", EXAMPLE, "full")
    layers = specs.size(settings["layers"], "full", "layers")
    at = settings.get("at", [])
    if not isinstance(at, list) or not all(type(n) is int and n > 0 for n in at) or len(at) == 1:
        raise specs.fault("`at` is no list of sizes", "give the units of each layer: [8, 10, 10, 3]", "full", "at")
    if at and layers.is_number and layers.constant != len(at) - 1:
        told = f"`at` has {len(at)} sizes, and {layers.constant} layers behind an input have {layers.constant + 1}"
        raise specs.fault(told, "give one for the input and one for each layer", "full", "at")
    return GeneralCounts(asked.title, units, layers, tuple(at))


def _blocks(found: GeneralCounts) -> list[Block]:
    i, one = Symbol("i"), Symbol("1", "upright")
    d = Symbol(found.units)
    here, following = (Script(d, None, Fenced(label)) for label in (i, row(i, PLUS, one)))
    biased = Fenced(row(here, PLUS, one))
    sign = Summation(row(i, EQUALS, Symbol("0", "upright")), box(found.layers - 1))
    first = _chain("weights", row(sign, JUXTAPOSED, here, JUXTAPOSED, following))
    second = _chain("with biases", row(sign, JUXTAPOSED, biased, JUXTAPOSED, following))
    alike, with_biases = map(box, found.alike)
    told = ("Where every layer has ", d, " units, it is ", alike, "; with biases ", with_biases, ".")
    where = ("With ", here, " units in layer ", i, ", the input being layer 0, and ", box(found.layers))
    return [Prose((*where, " layers behind it:")), Display((first, second)), *_worked_out(found), Prose(told)]


def _worked_out(found: GeneralCounts) -> list[Block]:
    """The sums for the sizes that were asked about."""
    if not found.at:
        return []
    pairs = [*pairwise(found.at)]
    plain_sum = _chain("weights", _spelled(pairs, 0), digits(found.weights))
    biased = _chain("with biases", _spelled(pairs, 1), digits(found.weights + found.biases))
    sizes = [str(size) for size in found.at]
    return [Prose((f"For {', '.join(sizes[:-1])} and {sizes[-1]} units:",)), Display((plain_sum, biased))]


def _chain(name: str, *sides: Math) -> Chain:
    return Chain(Symbol(name, "upright"), sides)


def _spelled(pairs: Sequence[tuple[int, int]], more: int) -> Math:
    """8 × 10 + 10 × 3; (8 + 1) × 10 + … with biases."""
    parts: list[Math] = []
    for a, b in pairs:
        left = Fenced(row(_number(a), PLUS, _number(more))) if more else _number(a)
        parts += [*((PLUS,) if parts else ()), left, TIMES, _number(b)]
    return row(*parts)


def _number(value: int) -> Math:
    return Symbol(str(value), "upright")
