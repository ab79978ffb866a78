"""Parts of an expression as boxes, with the parentheses that say its order: 𝐯(𝐯ᵀ𝐲)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from derive.analyse.cost.parts import Part, chain
from derive.analyse.cost.polynomials import ONE, digits
from derive.declare.network import Network
from derive.document import JUXTAPOSED, Fenced, Math, Operator, Symbol, row
from derive.notation.expression import Tensor
from derive.notation.index import Range
from derive.typeset.names import Names
from derive.typeset.scribe import raised

SIGNS = {"+": Operator("+", "plus"), "-": Operator("−", "plus"), "*": Operator("∘", "binary")}
EMPTY = Network("", MappingProxyType({}), MappingProxyType({}), (), ())


@dataclass(frozen=True, slots=True)
class Writer:
    """The names are those of the file."""

    names: Names

    @staticmethod
    def of(network: Network | None) -> Writer:
        return Writer(Names(network or EMPTY, ""))

    def name(self, name: str, part: Part) -> Math:
        """A name for what a part comes to: bold and lower case for a vector, upper case for a matrix."""
        axes = tuple(Range.to(size) for size in (part.rows, part.columns) if size != ONE)
        known = self.names.network.tensors.get(name)
        return self.names.tensor(known or Tensor(name, axes))

    def part(self, part: Part, inside: bool = False) -> Math:
        """inside: as a factor of a product, where another operation needs parentheses."""
        if part.op == "number":
            return digits(part.value)
        if part.op == "leaf":
            name = self.name(part.name, part)
            return raised(name, self._transpose) if part.turned else name
        box = self._operation(part)
        return Fenced(box) if inside else box

    def step(self, name: str, part: Part) -> Math:
        """A step's name, else what it works out."""
        return self.name(name, part) if name else self.part(part)

    @property
    def _transpose(self) -> Math:
        return Symbol("⊤" if "T" in self.names.taken else "T", "upright")

    def _operation(self, part: Part) -> Math:
        left, right = part.args
        if part.op == "@" or (part.op == "*" and (left.is_scalar or right.is_scalar)):
            return row(self.part(left, True), JUXTAPOSED, self.part(right, True))
        tight = part.op == "*"
        return row(self.part(left, tight), SIGNS[part.op], self.part(right, tight or right.op in "+-"))

    def flat(self, part: Part) -> Math:
        """A product without the parentheses of its order."""
        factors = [self.part(factor, True) for factor in chain(part)]
        parts = [box for n, factor in enumerate(factors) for box in (*((JUXTAPOSED,) if n else ()), factor)]
        return row(*parts) if len(factors) > 1 else self.part(part)
