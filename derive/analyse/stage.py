"""A formula of scalars in steps: f = (x + y) z is g = x + y, f = g z, with the forward and the backward pass as code.

The steps are a problem file like any other, which `derive` derives; a bar is the product of a step's local slope with
the bar of that step, added up where a name is read by several steps (Griewank & Walther 2008, chapter 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from derive.analyse.decompose import Decomposed, Step, decompose
from derive.analyse.plain_code import PRODUCT, PlainCode
from derive.backward.contributions import contribution, reads_by_tensor
from derive.declare.load import parse_problem
from derive.declare.network import Network
from derive.declare.words import listed
from derive.derivation import Derivation
from derive.document import Block, Code, Document, Heading, Math, Table, Words
from derive.errors import DeriveError, Place, Problem
from derive.notation.equation import Equation
from derive.notation.expression import ONE, Entry, Expr, Tensor, bar
from derive.notation.rewrite import rewrite
from derive.notation.walk import entries
from derive.pipeline import derive_network
from derive.referee.values import line_values
from derive.selfcheck import selfcheck
from derive.typeset.document import derivation_document
from derive.typeset.names import Names
from derive.typeset.style import Style
from derive.typeset.values import written

if TYPE_CHECKING:
    from derive.analyse import Asked

WANTED = "a formula, f = (x + y)*z, or {formula: f = (x + y)*z, values: {x: -2, y: 5, z: -4}}"
LONGEST = 76
"""A longer line of code has its comment above it."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A quantity's value and that of its error signal, as far as the given numbers decide them."""

    name: str
    value: float | None
    signal: float | None


@dataclass(frozen=True, slots=True)
class Staged:
    """problem: the steps as a problem file.  code: the forward and the backward pass in Python."""

    decomposed: Decomposed
    derivation: Derivation
    problem: str
    code: str
    numbers: tuple[Numbers, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.decomposed.name,
            "formula": self.decomposed.formula,
            "variables": list(self.decomposed.variables),
            "steps": [{"name": s.name, "formula": s.text, "operation": s.operation} for s in self.decomposed.steps],
            "code": self.code,
            "problem": self.problem,
            "numbers": [{"name": n.name, "value": n.value, "error_signal": n.signal} for n in self.numbers],
        }

    def document(self) -> Document:
        shown = derivation_document(self.derivation)
        table: list[Block] = [Heading("Numbers", 2), self._table()] if self.numbers else []
        code: list[Block] = [Heading("As code", 2), Code(self.code, "python")]
        file: list[Block] = [Heading("As a problem file", 2), Code(self.problem, "yaml")]
        return Document(shown.title, (*shown.blocks, *table, *code, *file))

    def _table(self) -> Table:
        names = Names(self.derivation.network, self.derivation.cost, Style())
        tensors = self.derivation.network.tensors
        rows = tuple(
            ((names.tensor(tensors[n.name]),), _cell(n.value), (self._bar(n, names),), _cell(n.signal))
            for n in self.numbers
        )
        return Table((("quantity",), ("value",), ("error signal",), ("value",)), rows)

    def _bar(self, met: Numbers, names: Names) -> Math:
        return names.tensor(bar(self.derivation.network.tensors[met.name], self.derivation.cost))


def _cell(number: float | None) -> Words:
    return (written(number),) if number is not None else ("–",)


def answer(asked: Asked, settings: Any) -> Staged:
    """`stage:` of a problem file."""
    given = {"formula": settings} if isinstance(settings, str) else settings
    if (
        not isinstance(given, Mapping)
        or not isinstance(given.get("formula"), str)
        or set(given) - {"formula", "values"}
    ):
        raise DeriveError(Problem(asked.place(), "`stage` is not understood", f"write {WANTED}"))
    values = given.get("values", {})
    if not isinstance(values, Mapping) or not all(_is_number(value) for value in values.values()):
        raise DeriveError(Problem(asked.place("values"), "`values` are no numbers", "write values: {x: -2, y: 5}"))
    where = () if isinstance(settings, str) else ("formula",)
    passage = asked.passage(given["formula"], *where)
    return stage(given["formula"], values, decompose(given["formula"], passage), asked.place(*where))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def stage(
    formula: str,
    values: Mapping[str, float] | None = None,
    decomposed: Decomposed | None = None,
    place: Place | None = None,
) -> Staged:
    """The formula in steps, derived and checked by numbers. Raises DeriveError."""
    found = decomposed or decompose(formula)
    given = dict(values or {})
    for name in given:
        if name not in found.variables:
            known = f"the variables are {', '.join(found.variables)}"
            raise DeriveError(Problem(place, f"`{name}` has a value and is no variable of the formula", known))
    problem = problem_file(found, given)
    derivation = _derived(_network(problem, place), place)
    return Staged(found, derivation, problem, code(found, derivation), _numbers(found, derivation))


def problem_file(found: Decomposed, values: Mapping[str, float]) -> str:
    """The steps as YAML."""
    inputs = ", ".join(f"{name}: []" for name in found.variables)
    steps = "".join(f"  {step.name} = {step.text}\n" for step in found.steps)
    numbers = ", ".join(f"{name}: {value!r}" for name, value in values.items())
    return (
        f"version: 1\ntitle: '{found.name} = {found.formula} in steps'\nsizes: {{}}\n"
        f"inputs: {{{inputs}}}\nequations: |\n{steps}cost: {found.name}\n"
        f"want: [{', '.join(found.variables)}]\n" + (f"values: {{{numbers}}}\n" if values else "")
    )


def _network(problem: str, place: Place | None) -> Network:
    """The network of the steps; what is wrong with it is said of the formula."""
    try:
        return parse_problem(problem, "formula")
    except DeriveError as error:
        raise DeriveError(*(Problem(place, p.what, p.mend, None, p.excerpt) for p in error.problems)) from None


def _derived(network: Network, place: Place | None) -> Derivation:
    derivation = derive_network(network)
    report = selfcheck(derivation)
    if not report.ok:
        raise DeriveError(Problem(place, report.sentence, "nothing is shown as right that the numbers do not hold up"))
    return replace(derivation, values=line_values(derivation), checked=report.sentence)


def _numbers(found: Decomposed, derivation: Derivation) -> tuple[Numbers, ...]:
    """The variables, then the steps; nothing where no values are given."""
    network, values = derivation.network, derivation.values
    if not network.values:
        return ()
    given = {(name, ()): value for name, value in network.values.items()}
    known: dict[Any, Any] = {**given, **values}
    names = (*found.variables, *(step.name for step in found.steps))
    return tuple(Numbers(n, known.get((n, ())), known.get((n, (derivation.cost,)))) for n in names)


def code(found: Decomposed, derivation: Derivation) -> str:
    """The forward and the backward pass in Python, a comment on each line."""
    writer = PlainCode()
    equations = {e.left.tensor.name: e for e in derivation.network.equations}
    forward = [_forward(step, equations[step.name], writer, derivation) for step in found.steps]
    backward = list(_backward(found, equations, writer, derivation))
    head = writer.head()
    return "\n".join([*([head] if head else []), "## forward pass", *forward, "", "## backward pass", *backward, ""])


def _forward(step: Step, equation: Equation, writer: PlainCode, derivation: Derivation) -> str:
    value = derivation.values.get((step.name, ()))
    number = f": {step.name} = {value:.6g}" if isinstance(value, (int, float)) else ""
    return _commented(f"{step.name} = {writer.text(equation.right)}", step.words + number)


def _read(equation: Equation) -> list[str]:
    """The names that a step reads, constants aside; one that it reads in a condition alone is not among its slopes."""
    return list(dict.fromkeys(e.tensor.name for e in entries(equation.right) if e.tensor.role != "constant"))


def _commented(line: str, comment: str) -> str:
    return f"{line}  # {comment}" if len(line) + len(comment) + 4 <= LONGEST else f"# {comment}\n{line}"


def _backward(
    found: Decomposed, equations: Mapping[str, Equation], writer: PlainCode, derivation: Derivation
) -> Iterator[str]:
    """From the last step back: each name that a step reads gets slope · error signal of the step."""
    slopes = _SlopeNames(found)
    met: set[str] = set()
    for n, step in enumerate(reversed(found.steps)):
        equation = equations[step.name]
        chain = ", using the chain rule" if n else ""
        yield f"# backprop through {step.name} = {writer.text(equation.right)}{chain}"
        for tensor, reads in reads_by_tensor(equation).items():
            if tensor.name in slopes.names:
                found_right = contribution(equation, tensor, reads, derivation.cost).right
                local = writer.text(_local(found_right, equation, derivation.cost), PRODUCT)
                others = [name for name in _read(equation) if name != tensor.name]
                yield _line(tensor.name, step.name, n == 0, local, tensor.name in met, slopes, others)
                met.add(tensor.name)


def _local(right: Expr, equation: Equation, cost: str) -> Expr:
    """The slope alone: the step's error signal taken as 1."""
    upstream: Tensor = bar(equation.left.tensor, cost)
    return rewrite(right, lambda f: ONE if isinstance(f, Entry) and f.tensor == upstream else None)


def _line(name: str, step: str, first: bool, local: str, again: bool, slopes: _SlopeNames, others: list[str]) -> str:
    """dfdx = 1.0 * dfdg  # df/dx = dg/dx * df/dg, dg/dx = 1."""
    f, sign = slopes.output, "+=" if again else "="
    shown = "1.0" if local == "1" else local
    if first:
        held = f", {listed(others)} held fixed" if others else ""
        return _commented(f"{slopes.names[name]} {sign} {shown}", f"d{f}/d{name} = {local}{held}")
    told = f"d{step}/d{name} * d{f}/d{step}, d{step}/d{name} = {local}"
    start = f"{name} is read here too: add" if again else f"d{f}/d{name} ="
    return _commented(f"{slopes.names[name]} {sign} {shown} * {slopes.names[step]}", f"{start} {told}")


class _SlopeNames:
    """dfdx for each name but f, none of them taken."""

    def __init__(self, found: Decomposed) -> None:
        self.output = found.name
        every = [*found.variables, *(step.name for step in found.steps[:-1])]
        self.names: dict[str, str] = {}
        taken = {*every, found.name}
        for name in every:
            wished = f"d{found.name}d{name}"
            while wished in taken:
                wished += "_"
            taken.add(wished)
            self.names[name] = wished
