"""A derivation: its lines by name, printed, checked, as code and as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from derive.api.printed import Answers, Printed, answered
from derive.api.views import Forward, Quantity, View
from derive.derivation import Derivation as Derived
from derive.derivation import Line
from derive.document import Document
from derive.notation.expression import bar
from derive.typeset.style import Notation, Product, Style

if TYPE_CHECKING:
    from derive.analyse import Answered
    from derive.api.graph import Graph
    from derive.check import Report as Judged
    from derive.check.asked import AskedChecker
    from derive.picture.model import Direction
    from derive.selfcheck import Report


class CheckFailed(Exception):
    """A line disagrees with the numbers: nothing is shown as right. `.report` says which, with sizes and seed."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__("\n".join([report.sentence, *(f"  {failure}" for failure in report.failures)]))


@dataclass(frozen=True)
class Derivation(Printed):
    """A network's derivation. `data` is all of it in index form; the methods print it, `d["x"]` gives SymPy.

    The answers to the file's questions stand below it in every format but NumPy and SVG, which has their pictures.
    timeout: seconds for each proof or search among them.
    """

    data: Derived
    timeout: int | None = None

    def __getitem__(self, at: str | tuple[str, str]) -> Quantity | Forward:
        """d["x"], the bar under the cost, the first of several; d["x", "E2"], under this one."""
        network = self.data.network
        name, cost = at if isinstance(at, tuple) else (at, self.data.cost)
        if name not in network.tensors:
            raise KeyError(f"{name} is no quantity of this network; it has {', '.join(network.tensors)}")
        line = self._backward.get(bar(network.tensors[name], cost))
        return Quantity(line, self, name) if line else Forward(self, name)

    @cached_property
    def _backward(self) -> dict[Any, Line]:
        return {line.tensor: line for line in self.data.backward}

    def _forward(self, name: str) -> Line:
        for line in self.data.forward:
            if line.tensor.key == name:
                return line
        raise KeyError(f"{name} is declared, not computed: it has no forward line")

    def tangents(self, *moved: str) -> dict[str, View]:
        """The tangents along these quantities: z, and z_bar for a bar's. KeyError: ask .derive(forward=…) or hvp=…."""
        found = {t.moved: t for t in self.data.tangents}[moved]
        above = {line.tensor.name: View(line, self) for line in found.forward}
        return {**above, **{f"{line.tensor.name}_bar": View(line, self) for line in found.backward}}

    def constrained(self, name: str) -> dict[str, View]:
        """The bars of a quantity along what facts bind it to: "along", and "projected" where that was asked for."""
        return {c.convention: View(c.line, self) for c in self.data.constrained if c.line.tensor.name == name}

    def hessian(self, name: str, other: str = "") -> View:
        """The Hessian in one quantity, or a mixed block, ∂²E/∂name∂other, as they were asked for in this order.

        KeyError: ask .derive(hessian=…) for it.
        """
        return View({(h.of, h.name): h.lines[-1] for h in self.data.hessians}[name, other or name], self)

    def gauss_newton(self, name: str) -> View:
        """JᵀHJ in one quantity. KeyError: ask .derive(gauss_newton=…) for it."""
        return View({g.name: g.result for g in self.data.gauss_newton}[name], self)

    def jacobian(self, of: str, name: str) -> View:
        """The Jacobian of a quantity in another. KeyError: ask .derive(jacobian=…) for it."""
        found = (*self.data.jacobians, *(j for t in self.data.tangents for j in t.jacobians))
        return View({(j.of, j.name): j.lines[-1] for j in found}[of, name], self)

    def checked(self, seed: int = 0) -> Derivation:
        """The same derivation with a sentence that says what was checked. Raises CheckFailed."""
        report = self.selfcheck(seed)
        if not report.ok:
            raise CheckFailed(report)
        return replace(self, data=replace(self.data, checked=report.sentence))

    def selfcheck(self, seed: int = 0) -> Report:
        """Every line against numbers, at random unequal sizes drawn from the seed."""
        from derive.selfcheck import selfcheck

        return selfcheck(self.data, seed)

    def check(self, text: str, suffix: str = ".tex", let: Mapping[str, str] | None = None) -> Judged:
        """A derivation that somebody wrote, judged line by line: what is wrong, why, and what mends it.

        suffix: how the text is read, .tex, .md or .txt.  let: names of the answer -> names of the problem.
        Raises DeriveError if `let` names no quantity, or if the text is too long.
        """
        return self._checker.check(text, suffix, let)

    @cached_property
    def _checker(self) -> AskedChecker:
        from derive.check.asked import AskedChecker

        return AskedChecker(self.data.network, self.data)

    @cached_property
    def answers(self) -> tuple[Answered, ...]:
        """What the file asks under `questions`. Raises DeriveError."""
        return self._asked.answers

    @cached_property
    def _asked(self) -> Answers:
        network = self.data.network
        return answered(network, self.timeout) if network.questions else Answers(network, ())

    @property
    def decided(self) -> bool:
        """Whether every question of the file has an answer."""
        return self._asked.decided

    def graph(
        self,
        nodes: Iterable[str] = (),
        *,
        backward: bool = False,
        unfold: Mapping[str, int] | None = None,
        notation: Notation = "bar",
        direction: Direction = "",
    ) -> Graph:
        """The computation graph, with numbers where the file gives some.

        nodes: those to draw, the others folded into the edges.  backward: the bars too, and on each edge its local
        partial.  unfold: {"t": 3} writes a recurrence or repeated layers out up to this position.
        direction: "right" or "down"; else to the right, but down where it would be much wider than a page.
        Raises DeriveError if a name is no quantity, or without the extra `graph`.
        """
        from derive.api.graph import Graph
        from derive.picture import Look, plan

        shown = (nodes,) if isinstance(nodes, str) else tuple(nodes)
        return Graph(plan(self.data, Look(shown, backward, dict(unfold or {}), notation, direction)))

    def svg(self) -> str:
        """The pictures of the answers. Raises DeriveError where none has one."""
        return self._asked.svg()

    def document(self, style: Style | None = None) -> Document:
        """Headings, sentences and equations, for any renderer."""
        from derive.typeset.document import derivation_document

        shown = derivation_document(self.data, style)
        if self.data.tangents or self.data.jacobians:
            from derive.analyse.cost.directions import with_directions

            shown = with_directions(shown, self.data)
        if not self.answers:
            return shown
        from derive.analyse import together

        return together(shown, self.answers)

    def numpy(self) -> str:
        """Runnable NumPy: a function for the forward pass, one for the backward pass."""
        from derive.render.numpy import numpy_code

        return numpy_code(self.data)

    def html(self, *, notation: Notation = "bar", product: Product = "circ") -> str:
        """A page of its own: graph, forward and backward pass, readable without JavaScript and without a network."""
        from derive.page import page

        return page(self, notation, product)

    def to_dict(self, notation: Notation = "bar", product: Product = "circ") -> dict[str, Any]:
        """Dictionaries, lists and strings; `derive.render.json.json_schema()` describes them."""
        from derive.render.json import to_dict

        asked = {"questions": [a.to_dict() for a in self.answers]} if self.answers else {}
        return {**to_dict(self.data, Style(notation, product)), **self._directions(), **asked}

    def _directions(self) -> dict[str, Any]:
        """What the Jacobians take in both directions."""
        if not (self.data.tangents or self.data.jacobians):
            return {}
        from derive.analyse.cost.directions import directions

        return {"directions": [found.to_dict() for found in directions(self.data)]}
