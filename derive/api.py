"""What users hold in their hands.

d = derive.load("problems/residual.yaml").derive()
d["y"].forward.scalar, d["y"].forward.vector       SymPy equations
d["x"].scalar, d["x"].vector, d["x"].steps         the same for the bar, and the steps that lead there
d.latex(), d.numpy(), d.to_dict(), d.selfcheck()
d.check(text)                                      a derivation that somebody wrote, judged line by line
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derive.declare.network import Moved
from derive.declare.network import Network as Declared
from derive.derivation import Derivation as Derived
from derive.derivation import Line, Rule
from derive.document import Document
from derive.errors import DeriveError, Problem
from derive.notation.equation import Equation
from derive.notation.expression import bar
from derive.pipeline import derive_network
from derive.typeset.style import Notation, Product, Style

if TYPE_CHECKING:
    import sympy

    from derive.analyse import Answered
    from derive.check import Report as Judged
    from derive.check.asked import AskedChecker
    from derive.selfcheck import Report


class Network:
    """A network from declarations and the same equation text as in a problem file.

    Network(sizes={"N": "inputs", "K": "hidden"}, inputs={"x": ["N"]}, parameters={"W": ["K", "N"]},
            equations="y = W @ x").  Keywords are the keys of a problem file. Raises DeriveError.
    """

    def __init__(self, **declarations: Any) -> None:
        from derive.declare.load import build_network

        self._declared = build_network(**declarations)

    @classmethod
    def _of(cls, declared: Declared) -> Network:
        network = cls.__new__(cls)
        network._declared = declared
        return network

    @property
    def declared(self) -> Declared:
        """The tensors and equations in index form."""
        return self._declared

    def derive(
        self,
        wrt: Iterable[str] = (),
        *,
        keep_cost_bars: bool = False,
        closed_form: Iterable[str] = (),
        forward: Iterable[str] = (),
        hvp: Iterable[str] = (),
        hessian: Iterable[str] = (),
        check: bool = True,
        timeout: int | None = None,
    ) -> Derivation:
        """The derivation of the bars of `wrt` (default: the file's `want`, else all parameters), checked by numbers.

        closed_form: names whose bars are also shown with all intermediate bars put in.
        forward: names that move, for the tangents of the forward pass; see `.tangents`.
        hvp: names that move, for the product of the Hessian with their direction: the tangents of their bars.
        hessian: names in which the Hessian of the cost is derived; see `.hessian`.
        timeout: seconds for each proof or search among the file's questions.
        Raises CheckFailed if the numbers disagree, DeriveError if a name is no quantity.
        """
        from derive.declare.requests import check_asked

        asked, closed = _names(wrt), _names(closed_form)
        _has_equations(self._declared)
        moved = Moved(_names(forward), _names(hvp), _names(hessian))
        for name in (*asked, *closed, *moved.forward, *moved.hvp, *moved.hessian):
            check_asked(self._declared, name)
        data = derive_network(self._declared, asked, keep_cost_bars, closed, moved)
        derived = Derivation(_with_values(data), timeout)
        return derived.checked() if check else derived

    def reverse_over_reverse(self, name: str, direction: str = "") -> Network:
        """The network of ⟨x̄, V⟩, V a new input called `direction`: the bar of x is the Hessian times V."""
        from derive.backward.completed import with_product
        from derive.declare.requests import check_asked

        check_asked(self._declared, name)
        return Network._of(with_product(self._declared, name, direction))

    def answers(self, *, timeout: int | None = None) -> Answers:
        """The answers to what the file asks under `questions`; timeout: seconds for each proof or search.

        Raises DeriveError.
        """
        from derive.analyse import answers

        return Answers(self._declared, answers(self._declared, seconds=timeout))

    def ask(self, question: str, settings: Any = None, *, timeout: int | None = None) -> Answers:
        """The answer to one question, "zeros", "cost" …, with settings as a file has them under `questions`.

        Without settings the file's own question of that name, if it has one. Raises DeriveError.
        """
        from derive.analyse import answers
        from derive.analyse.asking import asking

        return Answers(self._declared, answers(self._declared, asking(self._declared, question, settings), timeout))


class CheckFailed(Exception):
    """A line disagrees with the numbers: nothing is shown as right. `.report` says which, with sizes and seed."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__("\n".join([report.sentence, *(f"  {failure}" for failure in report.failures)]))


@dataclass(frozen=True)
class View:
    """One line, as SymPy."""

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


class Printed:
    """What has a document, printed."""

    def document(self, style: Style | None = None) -> Document:
        """Headings, sentences and equations, for any renderer."""
        raise NotImplementedError

    def latex(
        self,
        *,
        fragment: bool = False,
        notation: Notation = "bar",
        product: Product = "circ",
    ) -> str:
        """A document that pdflatex compiles, or its equations alone."""
        from derive.render.latex import latex

        return latex(self.document(Style(notation, product)), fragment)

    def text(
        self,
        *,
        width: int = 80,
        colour: bool = False,
        ascii: bool = False,
        notation: Notation = "bar",
        product: Product = "circ",
    ) -> str:
        """What a terminal of that width shows."""
        from derive.render.terminal import terminal

        return terminal(self.document(Style(notation, product)), width, colour, ascii)

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True)
class Answers(Printed):
    """The answers to a file's questions; each `result` is frozen data."""

    network: Declared
    answers: tuple[Answered, ...]

    @property
    def decided(self) -> bool:
        """Whether every question has an answer; a proof that took too long has none."""
        return all(getattr(answered.result, "decided", True) for answered in self.answers)

    def document(self, style: Style | None = None) -> Document:
        from derive.analyse import together

        return together(Document(self.network.title), self.answers)

    def to_dict(self, notation: Notation = "bar", product: Product = "circ") -> dict[str, Any]:
        """Dictionaries, lists, strings and numbers, one entry for each question."""
        return {"version": 1, "title": self.network.title, "questions": [a.to_dict() for a in self.answers]}

    def check(self, text: str, suffix: str = ".tex") -> Judged:
        """What somebody said to these questions: tables of counts, YES and NO, products of numbers, each judged."""
        from derive.check.asked import AskedChecker

        return AskedChecker(self.network).check(text, suffix)

    def numpy(self) -> str:
        raise DeriveError(Problem(None, "there are no equations to write as code", "choose another format"))

    def svg(self) -> str:
        """The pictures of the answers, self-contained. Raises DeriveError where none has one."""
        from derive.analyse.pictures import pictures

        return pictures(self.answers)


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

    def hessian(self, name: str) -> View:
        """The Hessian in one quantity. KeyError: ask .derive(hessian=…) for it."""
        return View({h.name: h.lines[-1] for h in self.data.hessians}[name], self)

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
        return Network._of(network).answers(timeout=self.timeout) if network.questions else Answers(network, ())

    @property
    def decided(self) -> bool:
        """Whether every question of the file has an answer."""
        return self._asked.decided

    def svg(self) -> str:
        """The pictures of the answers. Raises DeriveError where none has one."""
        return self._asked.svg()

    def document(self, style: Style | None = None) -> Document:
        """Headings, sentences and equations, for any renderer."""
        from derive.typeset.document import derivation_document

        shown = derivation_document(self.data, style)
        if not self.answers:
            return shown
        from derive.analyse import together

        return together(shown, self.answers)

    def numpy(self) -> str:
        """Runnable NumPy: a function for the forward pass, one for the backward pass."""
        from derive.render.numpy import numpy_code

        return numpy_code(self.data)

    def to_dict(self, notation: Notation = "bar", product: Product = "circ") -> dict[str, Any]:
        """Dictionaries, lists and strings; `derive.render.json.json_schema()` describes them."""
        from derive.render.json import to_dict

        asked = {"questions": [a.to_dict() for a in self.answers]} if self.answers else {}
        return {**to_dict(self.data, Style(notation, product)), **asked}


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


def load(path: str | Path) -> Network:
    """The network of a problem file. Raises DeriveError with file:line:column of each problem."""
    from derive.declare.load import load as load_file

    return Network._of(load_file(path))


def _names(given: Iterable[str]) -> tuple[str, ...]:
    """Names, where one alone may be given as it is."""
    return (given,) if isinstance(given, str) else tuple(given)


def _has_equations(network: Declared) -> None:
    if not network.equations:
        mend = "give `equations`, or see what it asks: .answers()" if network.questions else "give `equations`"
        raise DeriveError(Problem(None, "there are no equations to derive", mend))


def _with_values(derived: Derived) -> Derived:
    """The numbers of each line, where the file gives values."""
    if not derived.network.values:
        return derived
    from derive.referee.values import line_values

    return replace(derived, values=line_values(derived))
