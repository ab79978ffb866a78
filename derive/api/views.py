"""Single lines of a derivation, as SymPy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from derive.api.printed import Printed
from derive.derivation import Line, Rule
from derive.document import Document
from derive.notation.equation import Equation

if TYPE_CHECKING:
    import sympy

    from derive.api.derivation import Derivation
    from derive.typeset.style import Style


@dataclass(frozen=True)
class View(Printed):
    """One line, as SymPy; printed and in a notebook, as in its derivation."""

    line: Line
    derivation: Derivation

    @cached_property
    def scalar(self) -> sympy.Eq:
        """The line in index form: Eq of Indexed entries and Sums."""
        return self._scalar(self.line.scalar)

    @cached_property
    def vector(self) -> sympy.Eq | None:
        """The line in vectors and matrices: Eq of MatrixSymbols; None where it has no such form."""
        from derive.render.to_sympy_matrix import matrix_eq

        return None if self.line.vector is None else matrix_eq(self.line.vector, self.derivation.data.cost)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The right sides on the way: the chain rule with its ∂'s, worked out, with the bars above put in."""
        return tuple(Step(s.rule, self._scalar(Equation(self.line.left, s.right))) for s in self.line.steps)

    def document(self, style: Style | None = None) -> Document:
        """The line in vectors, then entry by entry with its steps."""
        from derive.typeset.document import line_document

        return line_document(self.line, self.derivation.data, style)

    def _scalar(self, equation: Equation) -> sympy.Eq:
        from derive.render.to_sympy import scalar_eq

        return scalar_eq(equation, self.derivation.data.cost)


@dataclass(frozen=True)
class Step:
    """One step of a line: its rule, and the line so far as a SymPy equation."""

    rule: Rule
    equation: sympy.Eq


@dataclass(frozen=True)
class Quantity(View):
    """A quantity's bar; and under `.forward` its own line."""

    name: str = ""

    @property
    def forward(self) -> View:
        """The line that defines the quantity. Raises KeyError for inputs and parameters, which have none."""
        return View(self.derivation._forward(self.name), self.derivation)


@dataclass(frozen=True)
class Forward:
    """A quantity whose bar was not asked for."""

    derivation: Derivation
    name: str

    @property
    def forward(self) -> View:
        """The line that defines the quantity. Raises KeyError for inputs and parameters, which have none."""
        return View(self.derivation._forward(self.name), self.derivation)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the bar of {self.name} was not derived; ask for it: .derive(wrt=[{self.name!r}])")
