"""What shape a piece of a formula has, asked of the reader of formulas itself; None where that is not known yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from derive.declare.formula import Statement, statements
from derive.declare.latex.text import Text
from derive.declare.marks import python_passage
from derive.declare.scope import Bound, Context, Fault, Scope
from derive.notation.layout import Array, Misfit


@dataclass(slots=True)
class Shapes:
    """Shapes within one context, the letters bound around a piece given each time."""

    context: Context
    _met: dict[tuple[str, tuple[str, ...]], Array | None] = field(default_factory=dict)

    def of(self, piece: Text, letters: Mapping[str, Bound]) -> Array | None:
        key = (str(piece), tuple(letters))
        if key not in self._met:
            self._met[key] = self._found(str(piece), letters)
        return self._met[key]

    def _found(self, piece: str, letters: Mapping[str, Bound]) -> Array | None:
        from derive.declare.elaborate import value

        statement = parsed(piece)
        if statement is None:
            return None
        try:
            return value(Scope(self._trial(), statement, letters), statement.root.parts[1])
        except (Fault, Misfit):
            return None

    def bound(self, name: str, conditions: list[str], body: str, letters: Mapping[str, Bound]) -> Bound | None:
        """A letter that a Σ binds, with the range of the axes that it reads; None where nothing says one."""
        from derive.declare.positions import bound_letter

        for piece in (body, *conditions):
            statement = parsed(piece)
            if statement is None:
                continue
            right = statement.root.parts[1]
            try:
                met = bound_letter(Scope(self._trial(), statement, letters), right, name, right)
            except Fault:
                return None
            if met is not None:
                return met
        return None

    def _trial(self) -> Context:
        known = self.context
        return replace(known, tensors=dict(known.tensors), arities=dict(known.arities), readings={})


def parsed(piece: str) -> Statement | None:
    """A piece of a formula as the right side of a statement."""
    good, _ = statements(python_passage("", f"_ = {piece}"), {})
    return good[0] if len(good) == 1 else None
