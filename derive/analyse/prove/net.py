"""A network with numbers for weights: h = φ(W x + b), layer by layer, over exact numbers or over a solver's terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias

from derive.analyse.prove.language import Condition, parse
from derive.analyse.prove.meaning import EXACT, Exact, Meaning, Unclear

Matrix: TypeAlias = "tuple[tuple[Fraction, ...], ...]"
Point: TypeAlias = "tuple[Fraction, ...]"

ACTIVATIONS: Mapping[str, str] = MappingProxyType({"relu": "max(z, 0)", "linear": "z", "threshold": "z >= 0"})
"""Names of activations -> what they are, in z; any other condition or formula in z is one too."""


@dataclass(frozen=True, slots=True)
class Layer:
    """h = φ(W x + b): W: (units, entries of what it reads), b: (units); φ is a condition (1 or 0) or a formula in z."""

    name: str
    reads: tuple[str, ...]
    weights: Matrix
    biases: Point
    phi: Condition

    @property
    def units(self) -> int:
        return len(self.biases)

    def activation(self, algebra: Exact, z: Any) -> Any:
        """φ(z), as a number."""
        value = Meaning(algebra, {"z": z}).of(self.phi.root)
        one, none = algebra.number(Fraction(1)), algebra.number(Fraction(0))
        return algebra.pick(value, one, none) if self.is_condition else algebra.scalar(value)

    @property
    def is_condition(self) -> bool:
        return isinstance(Meaning(EXACT, {"z": Fraction(0)}).of(self.phi.root), bool)


@dataclass(frozen=True, slots=True)
class Net:
    """Inputs and layers in their order; the last layer is the output. A layer may read any earlier ones."""

    inputs: tuple[tuple[str, int], ...]
    layers: tuple[Layer, ...]

    @property
    def width(self) -> int:
        """How many numbers go in."""
        return sum(size for _, size in self.inputs)

    def named(self, numbers: Sequence[Any]) -> dict[str, Any]:
        """The inputs by name."""
        found, at = {}, 0
        for name, size in self.inputs:
            found[name] = tuple(numbers[at : at + size])
            at += size
        return found

    def env(self, algebra: Any, numbers: Sequence[Any]) -> dict[str, Any]:
        """Every quantity by name, and `input` and `output`, where no quantity is called so."""
        values = self.named(numbers)
        for layer in self.layers:
            read = [value for name in layer.reads for value in values[name]]
            values[layer.name] = tuple(
                layer.activation(algebra, combined(algebra, row, read, bias))
                for row, bias in zip(layer.weights, layer.biases, strict=True)
            )
        return {"input": tuple(numbers), "output": values[self.layers[-1].name], **values}

    def sums(self, point: Point) -> dict[str, Point]:
        """What each unit receives, W x + b, by layer."""
        values, found = self.env(EXACT, point), {}
        for layer in self.layers:
            read = [value for name in layer.reads for value in values[name]]
            found[layer.name] = tuple(
                combined(EXACT, row, read, bias) for row, bias in zip(layer.weights, layer.biases, strict=True)
            )
        return found

    def at(self, point: Sequence[Fraction]) -> dict[str, Any]:
        """Every quantity for exact inputs."""
        return self.env(EXACT, tuple(point))

    def with_layer(self, layer: Layer) -> Net:
        return replace(self, layers=tuple(layer if old.name == layer.name else old for old in self.layers))


def combined(algebra: Any, row: Sequence[Fraction], read: Sequence[Any], bias: Fraction) -> Any:
    """Σ w x + b; weights of 0 are left out."""
    total = algebra.number(bias)
    for weight, value in zip(row, read, strict=True):
        if weight:
            total = total + (value if weight == 1 else algebra.number(weight) * value)
    return total


def activation(text: str, place: Any = None) -> Condition:
    """An activation by its name, or a condition or formula in z. Raises DeriveError."""
    phi = parse(ACTIVATIONS.get(text, text), place)
    try:
        value = Meaning(EXACT, {"z": Fraction(1)}).of(phi.root)
    except Unclear as unclear:
        raise phi.wrong(f"as an activation: {unclear}", MEND) from None
    if isinstance(value, tuple):
        raise phi.wrong("an activation is one number for each unit", MEND)
    return replace(phi, text=text)


MEND = "an activation is `relu`, `linear`, or a condition in z: `z >= 0`, `z == 3`, `z in [-1, 1]`"
