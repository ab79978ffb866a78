"""Settings as a file has them: a network of numbers, what goes in, a specification, assumptions."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from derive.analyse.prove.domain import Domain
from derive.analyse.prove.language import Condition, parse
from derive.analyse.prove.meaning import holds
from derive.analyse.prove.net import Layer, Matrix, Net, Point, activation
from derive.declare.words import did_you_mean
from derive.errors import DeriveError, Place, Problem

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
NUMBER = re.compile(r"[-+]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:/[0-9]{1,20})?\Z")
TAKEN = frozenset({"z", "and", "or", "not", "in", "iff", "xor", "implies", "input", "output"})
LONGEST = 3600
"""Seconds that a proof or a search may be given."""
LARGEST = 400
"""Units of a layer, and numbers that go in."""

NET = """give it as
    network:
      inputs: {x: 2}
      layers:
        h: {weights: [[1, -1]], biases: [0], activation: relu}
        y: {weights: [[1]], biases: [0], activation: linear}"""


class Placed(Protocol):
    """What knows where a setting stands."""

    @property
    def seconds(self) -> int | None: ...

    def place(self, *path: str | int) -> Place | None: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """A mapping of the file with its path, for messages."""

    asked: Placed
    data: Mapping[str, Any]
    path: tuple[str | int, ...] = ()

    def wrong(self, what: str, mend: str = "", *key: str | int) -> DeriveError:
        return DeriveError(Problem(self.asked.place(*self.path, *key), what, mend))

    def known(self, *keys: str) -> Settings:
        """These settings, if they have no other keys than these."""
        for key in self.data:
            if key not in keys:
                mend = did_you_mean(str(key), keys) or f"the keys are {', '.join(keys)}"
                raise self.wrong(f"unknown key `{key}`", mend, str(key))
        return self

    def needed(self, key: str, mend: str = "") -> Any:
        if key not in self.data:
            raise self.wrong(f"the key `{key}` is missing", mend)
        return self.data[key]

    def inside(self, key: str | int, value: Any, mend: str = "") -> Settings:
        if not isinstance(value, Mapping):
            raise self.wrong(f"`{key}` is no mapping", mend, key)
        return Settings(self.asked, value, (*self.path, key))

    def condition(self, text: Any, *key: str | int) -> Condition:
        if not isinstance(text, str) or not text.strip():
            raise self.wrong(f"`{key[0]}` is no condition", "write one, such as `y == 1 iff x[1] < x[2]`", *key)
        return parse(text, self.asked.place(*self.path, *key))

    def conditions(self, key: str) -> tuple[Condition, ...]:
        given = self.data.get(key, [])
        if isinstance(given, str):
            return (self.condition(given, key),)
        if not isinstance(given, list):
            raise self.wrong(f"`{key}` is no list of conditions", f"write `{key}: [distinct(x)]`", key)
        return tuple(self.condition(text, key, n) for n, text in enumerate(given))

    def number(self, value: Any, *key: str | int) -> Fraction:
        text = str(value).strip()
        if isinstance(value, bool) or not NUMBER.match(text) or re.search(r"/0+\Z", text):
            raise self.wrong(
                f"`{text[:40]}` is no number", "weights, biases and positions are numbers: 2, -0.5, 1/3", *key
            )
        top, _, bottom = text.partition("/")
        return Fraction(top) / Fraction(bottom or "1")

    def vector(self, value: Any, *key: str | int) -> Point:
        if not isinstance(value, list):
            return (self.number(value, *key),)
        return tuple(self.number(entry, *key, n) for n, entry in enumerate(value))

    def matrix(self, value: Any, *key: str | int) -> Matrix:
        if not isinstance(value, list) or not value:
            raise self.wrong(f"`{key[-1]}` is no matrix", "one row for each unit: [[1, -1], [0, 1]]", *key)
        nested = [isinstance(entry, list) for entry in value]
        rows = value if any(nested) else [value]
        return tuple(self.vector(entry, *key, n) for n, entry in enumerate(rows))

    def count(self, key: str, default: int, most: int) -> int:
        value = self.data.get(key, default)
        if isinstance(value, bool) or not str(value).isdigit() or not 1 <= int(str(value)) <= most:
            raise self.wrong(f"`{key}` is no whole number from 1 to {most}", "", key)
        return int(str(value))

    def seconds(self, default: int) -> int:
        """How long a proof or a search may take: what the command says, else what the file says."""
        own = self.count("timeout", default, LONGEST)
        return own if self.asked.seconds is None else self.asked.seconds


def settings(asked: Placed, data: Any, *keys: str) -> Settings:
    if not isinstance(data, Mapping):
        raise DeriveError(
            Problem(asked.place(), "the question's settings are no mapping", f"its keys: {', '.join(keys)}")
        )
    return Settings(asked, data).known(*keys)


def inputs(given: Settings) -> tuple[tuple[str, int], ...]:
    """inputs: {x: 4}: names and how many numbers each has."""
    sizes = given.inside("inputs", given.needed("inputs", "say what goes in: `inputs: {x: 4}`"), "`inputs: {x: 4}`")
    found = tuple((named(sizes, str(name), ()), sizes.count(name, 1, LARGEST)) for name in sizes.data)
    if not found:
        raise given.wrong("nothing goes in", "`inputs: {x: 4}`", "inputs")
    return found


def named(given: Settings, name: str, others: Container[str]) -> str:
    """A name for a quantity, if it is one and no other quantity's."""
    if not NAME.match(name) or name in TAKEN:
        raise given.wrong(f"`{name}` is no name for a quantity here", "choose a plain one: x, h, y", name)
    if name in others:
        raise given.wrong(f"`{name}` is there already", "choose another name", name)
    return name


def network(given: Settings) -> Net:
    """The network of a question's `network:`. Raises DeriveError."""
    table = given.inside("network", given.needed("network", NET), NET).known("inputs", "layers")
    fed = inputs(table)
    listed = table.inside("layers", table.needed("layers", NET), NET)
    if not listed.data:
        raise table.wrong("there are no layers", NET, "layers")
    sizes, layers = dict(fed), list[Layer]()
    for name in listed.data:
        own = named(listed, str(name), sizes)
        layer = layer_of(own, listed.inside(name, listed.data[name], NET), sizes)
        sizes[own] = layer.units
        layers.append(layer)
    return Net(fed, tuple(layers))


def reads(given: Settings, sizes: Mapping[str, int]) -> tuple[str, ...]:
    """What a layer reads: what `of` says, else what stands before it (the first: all inputs)."""
    of = given.data.get("of", next(reversed(list(sizes))))
    names = tuple(str(name) for name in (of if isinstance(of, list) else [of]))
    for name in names:
        if name not in sizes:
            raise given.wrong(f"`{name}` is not computed before this layer", f"there are {', '.join(sizes)}", "of")
    return names


def phi(given: Settings) -> Condition:
    text = given.needed("activation", "`activation: relu`, or linear, or a condition in z: `z >= 0`")
    return activation(str(text), given.asked.place(*given.path, "activation"))


def layer_of(name: str, given: Settings, sizes: Mapping[str, int]) -> Layer:
    """One layer, its shapes checked."""
    given.known("of", "weights", "biases", "activation")
    read = reads(given, sizes)
    weights = given.matrix(given.needed("weights", "one row for each unit"), "weights")
    biases = given.vector(given.data.get("biases", [0] * len(weights)), "biases")
    wide = sum(sizes[n] for n in read)
    for at, row in enumerate(weights):
        if len(row) != wide:
            raise given.wrong(
                f"row {at + 1} of {name}'s weights has {len(row)} numbers; {' and '.join(read)} has {wide}",
                "one row for each unit, one number for each entry that it reads", "weights", at,
            )  # fmt: skip
    if len(biases) != len(weights):
        raise given.wrong(f"{name} has {len(weights)} units and {len(biases)} biases", "one for each unit", "biases")
    return Layer(name, read, weights, biases, phi(given))


def domain(given: Settings) -> Domain:
    """over: reals, integers, or the values of a finite set; assume: conditions on what goes in."""
    over = given.data.get("over", "reals")
    values: tuple[Fraction, ...] = ()
    if isinstance(over, list) and over:
        values = tuple(dict.fromkeys(given.vector(over, "over")))
    elif over not in ("reals", "integers"):
        raise given.wrong(f"`over` is `{over}`", "over: reals, integers, or a list of values: [0, 1]", "over")
    return Domain("values" if values else str(over), values, given.conditions("assume"))


def checked(net: Net, given: Domain, specification: Condition) -> None:
    """Reads a specification and assumptions once, at 0: what has no meaning is said first. Raises DeriveError."""
    zero = (Fraction(0),) * net.width
    for condition in given.assumed:
        holds(condition, {"input": zero, **net.named(zero)})
    holds(specification, net.at(zero))
