"""Formulas of the settings: sizes such as 2*n**2 + n, and expressions of arrays such as v @ (v.T @ y).

The grammar is that of a file's equations; what each part may be is decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from derive.analyse.cost.parts import Part, combined, leaf, number, product, transposed
from derive.analyse.cost.polynomials import ONE
from derive.declare.formula import Node, Statement, expression, statements
from derive.declare.marks import python_passage
from derive.declare.words import did_you_mean, listed
from derive.errors import DeriveError, Place, Problem
from derive.notation.index import Slot, position

LARGEST_POWER = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands where: names of sizes, arrays by name, the place of the setting in the file."""

    sizes: Collection[str]
    arrays: Mapping[str, Part]
    place: Place | None = None

    def size(self, given: Any) -> Slot:
        """A size or a count: 3, n, n**2 + 3*n."""
        if isinstance(given, int) and not isinstance(given, bool):
            return Slot((), given)
        said = self._expression(given, "a count of sizes, such as n**2 + 3*n")
        return self._size(said, said.root.parts[0])

    def part(self, given: Any) -> Part:
        """An expression of arrays."""
        said = self._expression(given, "an expression, such as v @ v.T @ y")
        return self._part(said, said.root.parts[0])

    def assigned(self, given: Any) -> dict[str, Part]:
        """`z = v @ v.T @ y`, one a line, each name an array for the lines after it."""
        lines = given if isinstance(given, list) else [given]
        if not all(isinstance(line, str) for line in lines):
            raise self.fault("this is no list of equations", "write `z = v @ v.T @ y`")
        said, problems = statements(python_passage("", "\n".join(lines)), {})
        for problem in problems.values():
            raise self.fault(problem.what, problem.mend)
        arrays, found = dict(self.arrays), dict[str, Part]()
        for statement in said:
            target, *_, right = statement.root.parts
            name = statement.text(target)
            made = replace(self, arrays=arrays)._part(statement, right)
            arrays[name] = leaf(name, made.rows, made.columns)
            found[name] = made
        if not found:
            raise self.fault("this is empty", "write `z = v @ v.T @ y`")
        return found

    def fault(self, what: str, mend: str = "") -> DeriveError:
        return DeriveError(Problem(self.place, what, mend))

    def _expression(self, given: Any, wanted: str) -> Statement:
        if not isinstance(given, str):
            raise self.fault(f"`{given}` is no text", f"write {wanted}")
        said, problem = expression(python_passage("", given))
        if problem is not None or said is None or len(said.root.parts) != 1:
            raise self.fault(f"`{given}`: {problem.what if problem else 'this is a range'}", f"write {wanted}")
        return said

    def _size(self, said: Statement, node: Node) -> Slot:
        if node.kind == "number" and said.word(node).isdigit():
            return Slot((), int(said.word(node)))
        if node.kind == "name" and said.word(node) in self.sizes:
            return position(said.word(node))
        if node.kind == "signed":
            inner = self._size(said, node.parts[-1])
            return -inner if sum(p.kind == "MINUS" for p in node.parts) % 2 else inner
        if node.kind == "power" and len(node.parts) == 3:
            power = self._power(said, node.parts[2])
            base, found = self._size(said, node.parts[0]), ONE
            for _ in range(power):
                found = found * base
            return found
        if node.kind in ("sum", "product"):
            return self._chain(said, node)
        raise self._unknown(said, node, self.sizes, "size")

    def _chain(self, said: Statement, node: Node) -> Slot:
        found = self._size(said, node.parts[0])
        for sign, part in zip(node.parts[1::2], node.parts[2::2], strict=True):
            right = self._size(said, part)
            if sign.kind not in ("PLUS", "MINUS", "TIMES"):
                raise self.fault(f"`{said.text(node)}` is no count", "a count has + - * and ** only")
            found = found + right if sign.kind == "PLUS" else found - right if sign.kind == "MINUS" else found * right
        return found

    def _power(self, said: Statement, node: Node) -> int:
        text = said.text(node)
        if not text.isdigit() or int(text) > LARGEST_POWER:
            raise self.fault(f"the power `{text}`", f"a power is a whole number, at most {LARGEST_POWER}")
        return int(text)

    def _part(self, said: Statement, node: Node) -> Part:
        if node.kind == "number" and said.word(node).isdigit():
            return number(int(said.word(node)))
        if node.kind == "name" and said.word(node) in self.arrays:
            return self.arrays[said.word(node)]
        if node.kind == "postfix" and [said.text(p) for p in node.parts[1:]] == [".T"]:
            return transposed(self._part(said, node.parts[0]))
        if node.kind == "product":
            return self._product(said, node)
        if node.kind == "sum":
            return self._sum(said, node)
        raise self._unknown(said, node, self.arrays, "array")

    def _product(self, said: Statement, node: Node) -> Part:
        """Left to right; a run of @ is one product whose order is from the left, as Python has it."""
        found = self._part(said, node.parts[0])
        for sign, part in zip(node.parts[1::2], node.parts[2::2], strict=True):
            right = self._part(said, part)
            made = product(found, right) if sign.kind == "AT" else combined("*", found, right)
            if made is None or sign.kind == "OVER":
                raise self._misfit(said, node, found, right)
            found = made
        return found

    def _sum(self, said: Statement, node: Node) -> Part:
        found = self._part(said, node.parts[0])
        for sign, part in zip(node.parts[1::2], node.parts[2::2], strict=True):
            right = self._part(said, part)
            made = combined("+" if sign.kind == "PLUS" else "-", found, right)
            if made is None:
                raise self._misfit(said, node, found, right)
            found = made
        return found

    def _misfit(self, said: Statement, node: Node, left: Part, right: Part) -> DeriveError:
        shapes = f"{left.shape} beside {right.shape}"
        return self.fault(
            f"`{said.text(node)}`: the shapes do not fit: {shapes}", "transpose with .T where one is meant"
        )

    def _unknown(self, said: Statement, node: Node, known: Collection[str], what: str) -> DeriveError:
        name = said.text(node)
        near = did_you_mean(name, known) if node.kind == "name" else ""
        return self.fault(f"`{name}` is no {what}", near or f"the {what}s are {listed(list(known)) or 'none yet'}")
