"""Layers and what they count: units, weights, biases and connections, each a product that is spelled out.

    convolution   kernel k × k, from C to M maps of H × W positions, in g groups
                  units M·H·W, weights k·k·(C/g)·(M/g)·g, biases M, connections weights·H·W
    full          from n to m units: weights and connections n·m, biases m
    pooling       units C·H·W, no parameters; its connections are not counted as weights are none

A side N becomes (N + padding − k)/stride + 1, which must come out whole unless it is rounded down. A connection to a
padded position is counted, as is usual.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from derive.analyse.cost.polynomials import ZERO, product, text, total
from derive.notation.division import NotWhole, divided
from derive.notation.index import Slot, position

Kind: TypeAlias = Literal["input", "convolution", "pooling", "full"]
QUANTITIES = ("units", "weights", "biases", "connections")


@dataclass(frozen=True, slots=True)
class Spec:
    """A layer as it was declared; kernel, stride and padding (of both ends together) for each side of its maps.

    maps: maps, or units of a full layer.  sides: what the sides of its maps are said to be.
    """

    kind: Kind
    name: str
    maps: Slot = ZERO
    kernel: tuple[Slot, ...] = ()
    stride: tuple[Slot, ...] = ()
    padding: tuple[Slot, ...] = ()
    groups: int = 1
    rounded: bool = False
    sides: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """A count as a product; no factor: it has none of these."""

    factors: tuple[Slot, ...] = ()

    @property
    def value(self) -> Slot:
        return product(self.factors) if self.factors else ZERO

    def to_dict(self) -> dict[str, Any]:
        return {"factors": [plain(f) for f in self.factors], "value": plain(self.value)}


@dataclass(frozen=True, slots=True)
class Side:
    """A side whose size is not whole, or not as said: from N, with kernel, stride and padding, to what was said."""

    size: int
    kernel: int
    stride: int
    padding: int
    said: int

    @property
    def fraction(self) -> tuple[int, int]:
        """(numerator, denominator) of (N + padding − k)/stride + 1."""
        return self.size + self.padding - self.kernel + self.stride, self.stride

    @property
    def needed_padding(self) -> int:
        """In all, of both ends, where the input is as it is."""
        return self.stride * (self.said - 1) + self.kernel - self.size

    @property
    def needed_size(self) -> int:
        """Of the input, where the padding is as it is."""
        return self.stride * (self.said - 1) + self.kernel - self.padding

    def to_dict(self) -> dict[str, Any]:
        top, bottom = self.fraction
        return {"said": self.said, "comes_to": top / bottom, "padding": self.needed_padding, "input": self.needed_size}


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer with its counts: shape is (maps, height, width) or (units,)."""

    spec: Spec
    shape: tuple[Slot, ...]
    units: Product
    weights: Product = field(default_factory=Product)
    biases: Product = field(default_factory=Product)
    connections: Product = field(default_factory=Product)
    explained: tuple[Side, ...] = ()

    @property
    def name(self) -> str:
        return self.spec.name

    def to_dict(self) -> dict[str, Any]:
        counts = {quantity: getattr(self, quantity).to_dict() for quantity in QUANTITIES}
        told = {"explained": [side.to_dict() for side in self.explained]} if self.explained else {}
        return {"name": self.name, "kind": self.spec.kind, "shape": [plain(s) for s in self.shape], **counts, **told}


@dataclass(frozen=True, slots=True)
class Totals:
    weights: Slot
    biases: Slot
    connections: Slot

    @property
    def parameters(self) -> Slot:
        return self.weights + self.biases

    def to_dict(self) -> dict[str, Any]:
        names = ("weights", "biases", "parameters", "connections")
        return {name: plain(getattr(self, name)) for name in names}


class Unfit(ValueError):
    """A layer that cannot follow the one before; `layer`: its number, from 0."""

    def __init__(self, layer: int, what: str, mend: str) -> None:
        self.layer, self.what, self.mend = layer, what, mend
        super().__init__(what)


def plain(value: Slot) -> int | str:
    return value.constant if value.is_number else text(value)


def totals(layers: Iterable[Layer]) -> Totals:
    found = list(layers)
    return Totals(*(total(getattr(x, q).value for x in found) for q in QUANTITIES[1:]))


def counted(shape: Sequence[Slot], specs: Sequence[Spec]) -> tuple[Layer, ...]:
    """The input and the layers after it. Raises Unfit."""
    layers = [Layer(Spec("input", "Input"), tuple(shape), Product(tuple(shape)))]
    for n, spec in enumerate(specs):
        layers.append(_LAYERS[spec.kind](n, spec, layers[-1].shape))
    return tuple(layers)


def _full(n: int, spec: Spec, before: tuple[Slot, ...]) -> Layer:
    weights = Product((product(before), spec.maps))
    return Layer(spec, (spec.maps,), Product((spec.maps,)), weights, Product((spec.maps,)), weights)


def _pooling(n: int, spec: Spec, before: tuple[Slot, ...]) -> Layer:
    sides, explained = _sides(n, spec, before)
    shape = (before[0], *sides)
    return Layer(spec, shape, Product(shape), explained=explained)


def _convolution(n: int, spec: Spec, before: tuple[Slot, ...]) -> Layer:
    sides, explained = _sides(n, spec, before)
    groups = position(spec.groups)
    parts = []
    for what, maps in (("maps before", before[0]), ("maps", spec.maps)):
        try:
            parts.append(divided(maps, groups))
        except NotWhole:
            said = f"{spec.name}: {plain(maps)} {what} do not divide into {spec.groups} groups"
            raise Unfit(n, said, "groups divide the maps on both sides") from None
    weights = (*spec.kernel, *parts, *((groups,) if spec.groups > 1 else ()))
    shape = (spec.maps, *sides)
    return Layer(
        spec, shape, Product(shape), Product(weights), Product((spec.maps,)), Product((*weights, *sides)), explained
    )


_LAYERS = {"full": _full, "pooling": _pooling, "convolution": _convolution}


def _sides(n: int, spec: Spec, before: tuple[Slot, ...]) -> tuple[tuple[Slot, ...], tuple[Side, ...]]:
    if len(before) != len(spec.kernel) + 1:
        shown = " × ".join(text(size) for size in before)
        what = f"{spec.name} has a kernel of {len(spec.kernel)} sides, and what is before it is {shown}"
        raise Unfit(n, what, "the input is [maps, height, width]; after a full layer no map is left")
    found: list[Slot] = []
    explained: list[Side] = []
    for at, size in enumerate(before[1:]):
        side, told = _side(n, spec, at, size)
        found.append(side)
        explained += [told] if told is not None and told not in explained else []
    return tuple(found), tuple(explained)


def _side(n: int, spec: Spec, at: int, size: Slot) -> tuple[Slot, Side | None]:
    """(N + p − k)/s + 1, or what the file says that it is, with the reason why it is not."""
    reach = size + spec.padding[at] - spec.kernel[at]
    said = spec.sides[at] if spec.sides else None
    if reach.is_number and reach.constant < 0:
        what = f"{spec.name}: a kernel of {text(spec.kernel[at])} does not fit into {text(size + spec.padding[at])}"
        raise Unfit(n, what, "make the kernel smaller, or pad")
    try:
        side = divided(reach, spec.stride[at], spec.rounded) + 1
        if said is None or side == position(said):
            return side, None
    except NotWhole as error:
        if said is None:
            what = f"{spec.name}: {error.quotient} + 1 = {float(error.value) + 1:g} is not whole"
            raise Unfit(n, what, _mend(spec, at, size)) from None
    from_ = (size, spec.kernel[at], spec.stride[at], spec.padding[at])
    if said is None or not all(value.is_number for value in from_):
        raise Unfit(n, f"{spec.name}: the sides are {text(side)}, not {said}", "leave `size` out")
    numbers = tuple(value.constant for value in from_)
    return position(said), Side(numbers[0], numbers[1], numbers[2], numbers[3], said)


def _mend(spec: Spec, at: int, size: Slot) -> str:
    """What would make a side whole: the padding that is lacking, or rounding down."""
    over = (size + spec.padding[at] - spec.kernel[at]).constant % spec.stride[at].constant
    more = spec.stride[at].constant - over
    return f"{more} more of padding makes it whole, or write `rounded: down`"
