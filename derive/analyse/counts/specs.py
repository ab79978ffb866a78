"""A layer table's settings, read: {convolution: 96, kernel: 11, stride: 4}, {pooling: 3, stride: 2}, {full: 10}."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from derive.analyse.cost.formulas import Reading
from derive.analyse.counts.layers import Kind, Spec
from derive.declare.words import did_you_mean, listed
from derive.errors import DeriveError, Problem
from derive.notation.bounds import surely_positive
from derive.notation.index import Slot, position

if TYPE_CHECKING:
    from derive.analyse import Asked

KINDS: dict[Kind, tuple[str, ...]] = {
    "convolution": ("kernel", "stride", "padding", "groups", "rounded", "size", "name"),
    "pooling": ("stride", "padding", "rounded", "size", "name"),
    "full": ("name",),
}
"""The kinds of layers, each the key of its maps, window or units -> the other keys that it has."""
TITLES = {"convolution": "Convolution", "pooling": "Pooling", "full": "Fully connected"}


@dataclass(frozen=True, slots=True)
class Specs:
    """Reads the layers; `path` is where the list stands among the settings."""

    asked: Asked
    sizes: frozenset[str]

    def shape(self, given: Any) -> tuple[Slot, ...]:
        """The input: [maps, height, width], or its units."""
        sizes = given if isinstance(given, list) else [given]
        if not 1 <= len(sizes) <= 4:
            raise self.fault("the input has no shape", "write [maps, height, width], or the number of units", "input")
        return tuple(self.size(size, "input") for size in sizes)

    def layers(self, given: Any, sides: int) -> tuple[Spec, ...]:
        if not isinstance(given, list) or not given:
            raise self.fault("`layers` is no list of layers", "write `- {convolution: 96, kernel: 11}`", "layers")
        seen: dict[str, int] = {}
        return tuple(self._layer(layer, sides, seen, n) for n, layer in enumerate(given))

    def _layer(self, given: Any, sides: int, seen: dict[str, int], n: int) -> Spec:
        at: tuple[str | int, ...] = ("layers", n)
        kinds = [kind for kind in KINDS if isinstance(given, Mapping) and kind in given]
        if len(kinds) != 1:
            mend = f"a layer is one of {listed(list(KINDS))}: {{convolution: 96, kernel: 11}}"
            raise self.fault("this is no layer", mend, *at)
        kind = kinds[0]
        for key in given:
            if key != kind and key not in KINDS[kind]:
                near = did_you_mean(str(key), KINDS[kind]) or f"its keys are {listed([kind, *KINDS[kind]])}"
                raise self.fault(f"`{key}` is no key of a {kind}", near, *at, key)
        seen[kind] = seen.get(kind, 0) + 1
        name = str(given.get("name") or f"{TITLES[kind]} {seen[kind]}")
        if kind == "full":
            return Spec(kind, name, self.size(given[kind], *at, kind))
        return self._window(kind, name, given, sides - 1, at)

    def _window(self, kind: Kind, name: str, given: Mapping[str, Any], sides: int, at: tuple[str | int, ...]) -> Spec:
        if kind == "convolution" and "kernel" not in given:
            raise self.fault("`kernel` is missing", "write `kernel: 3`, or `kernel: [3, 5]`", *at)
        maps = self.size(given[kind], *at, kind) if kind == "convolution" else position(0)
        kernel = self._each(given["kernel" if kind == "convolution" else kind], sides, *at)
        stride = self._each(given.get("stride", kernel[0] if kind == "pooling" and sides else 1), sides, *at, "stride")
        said = given.get("size")
        stated = () if said is None else tuple(s.constant for s in self._each(said, sides, *at, "size"))
        groups = given.get("groups", 1)
        if not isinstance(groups, int) or groups < 1:
            raise self.fault(f"`{groups}` groups", "groups are a whole number, 1 or more", *at, "groups")
        if given.get("rounded", "down") != "down":
            raise self.fault(f"`rounded: {given['rounded']}`", "write `rounded: down`, or leave it out", *at, "rounded")
        padding = self._padding(given.get("padding", 0), sides, *at, "padding")
        return Spec(kind, name, maps, kernel, stride, padding, groups, "rounded" in given, stated)

    def _each(self, given: Any, sides: int, *at: str | int) -> tuple[Slot, ...]:
        """One size for every side, or one for each."""
        if isinstance(given, Slot):
            return (given,) * sides
        found = given if isinstance(given, list) else [given] * sides
        if len(found) != sides:
            raise self.fault(f"{len(found)} sizes for {sides} sides", "give one, or one for each side", *at)
        return tuple(self.size(size, *at) for size in found)

    def _padding(self, given: Any, sides: int, *at: str | int) -> tuple[Slot, ...]:
        """Of both ends together: 2 is 2 at each end, [1, 2] is 1 before and 2 behind, on every side."""
        ends = given if isinstance(given, list) else [given, given]
        if len(ends) != 2:
            raise self.fault("the padding is no number", "write `padding: 1`, or `[1, 2]` for before and behind", *at)
        both = [self.size(end, *at, least=0) for end in ends]
        return (both[0] + both[1],) * sides

    def size(self, given: Any, *at: str | int, least: int = 1) -> Slot:
        found = Reading(self.sizes, {}, self.asked.place(*at)).size(given)
        if found.is_number and found.constant < least:
            raise self.fault(f"{found.constant} is too small", f"write {least} or more", *at)
        if not found.is_number and not surely_positive(found):
            raise self.fault(f"`{given}` may be 0 or less", "sizes are positive", *at)
        return found

    def fault(self, what: str, mend: str, *at: str | int) -> DeriveError:
        return DeriveError(Problem(self.asked.place(*at), what, mend))
