"""A network whose weights are unknowns of a solver, run on given inputs: what `find` and `repair` look for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derive.analyse.prove.language import Condition
from derive.analyse.prove.meaning import Meaning
from derive.analyse.prove.net import Layer, Net, Point
from derive.analyse.prove.solver import Terms, exact


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number to be found: its term, and the few values that it may have with the condition of each."""

    term: Any
    cases: tuple[tuple[Any, Fraction], ...] = ()

    def times(self, terms: Terms, value: Any) -> Any:
        """Its product with a value; where both are unknown, case by case, so that all stays linear."""
        is_whole = terms.z3.is_int_value
        if not self.cases or is_whole(value) or terms.z3.is_rational_value(value):
            return self.term * value
        if value.decl().kind() == terms.z3.Z3_OP_ITE and is_whole(value.arg(1)) and is_whole(value.arg(2)):
            return self._chosen(terms, value)
        found = terms.number(self.cases[0][1]) * value
        for condition, case in self.cases[1:]:
            found = terms.pick(condition, terms.number(case) * value, found)
        return found

    def _chosen(self, terms: Terms, value: Any) -> Any:
        """Its product with a unit that is 1 or 0."""
        one, none = (value.arg(n).as_long() for n in (1, 2))
        return terms.pick(value.arg(0), self.term * one, self.term * none)


@dataclass(frozen=True, slots=True)
class Draft:
    """A network's shape with an unknown for each weight, weights[layer][unit], and for each bias."""

    net: Net
    weights: tuple[tuple[tuple[Unknown, ...], ...], ...]
    biases: tuple[tuple[Unknown, ...], ...]

    def env(self, terms: Terms, numbers: Sequence[Any]) -> dict[str, Any]:
        """Every quantity by name, as terms in the unknowns."""
        values = self.net.named(numbers)
        for layer, rows, biases in zip(self.net.layers, self.weights, self.biases, strict=True):
            read = [value for name in layer.reads for value in values[name]]
            values[layer.name] = tuple(
                layer.activation(terms, _received(terms, row, read, bias))
                for row, bias in zip(rows, biases, strict=True)
            )
        return {"input": tuple(numbers), "output": values[self.net.layers[-1].name], **values}

    def says(self, terms: Terms, specification: Condition, point: Point) -> Any:
        """The specification for one input, as a condition on the unknowns."""
        env = self.env(terms, [terms.number(value) for value in point])
        return Meaning(terms, env).of(specification.root)

    def filled(self, terms: Terms, model: Any) -> Net:
        """The network with the numbers of a model."""
        layers = tuple(
            replace(
                layer,
                weights=tuple(tuple(_value(model, unknown) for unknown in row) for row in rows),
                biases=tuple(_value(model, unknown) for unknown in biases),
            )
            for layer, rows, biases in zip(self.net.layers, self.weights, self.biases, strict=True)
        )
        return replace(self.net, layers=layers)


def _received(terms: Terms, row: Sequence[Unknown], read: Sequence[Any], bias: Unknown) -> Any:
    return terms.z3.Sum(bias.term, *(w.times(terms, value) for w, value in zip(row, read, strict=True)))


def _value(model: Any, unknown: Unknown) -> Fraction:
    return exact(model.evaluate(unknown.term, model_completion=True))


def whole(terms: Terms, net: Net, most: int) -> tuple[Draft, list[Any]]:
    """Whole numbers from -most to most for every weight and bias, and the claims that say so."""
    claims: list[Any] = []

    def unknown(name: str) -> Unknown:
        term = terms.z3.Int(name, terms.context)
        claims.append(terms.both([-most <= term, term <= most]))
        cases = tuple((term == n, Fraction(n)) for n in range(-most, most + 1))
        return Unknown(term, cases)

    weights = tuple(
        tuple(tuple(unknown(f"w {n} {j} {i}") for i in range(len(row))) for j, row in enumerate(layer.weights))
        for n, layer in enumerate(net.layers)
    )
    biases = tuple(tuple(unknown(f"b {n} {j}") for j in range(layer.units)) for n, layer in enumerate(net.layers))
    return Draft(net, weights, biases), claims


def blank(name: str, reads: tuple[str, ...], units: int, wide: int, phi: Condition) -> Layer:
    """A layer of that shape, all weights 0."""
    return Layer(name, reads, ((Fraction(0),) * wide,) * units, (Fraction(0),) * units, phi)
