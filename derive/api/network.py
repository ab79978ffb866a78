"""A network, from a problem file or from Python, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

from derive.api.derivation import Derivation
from derive.api.printed import Answers, Printed, answered
from derive.declare.network import Network as Declared
from derive.derivation import Derivation as Derived
from derive.document import Document, Prose
from derive.errors import DeriveError, Problem
from derive.pipeline import derive_network
from derive.typeset.style import Style

if TYPE_CHECKING:
    from derive.api.graph import Graph
    from derive.declare.build import Keys
    from derive.picture.model import Direction


class Network(Printed):
    """A network from declarations and the same equation text as in a problem file.

    Network(sizes={"N": "inputs", "K": "hidden"}, inputs={"x": ["N"]}, parameters={"W": ["K", "N"]},
            equations="y = W @ x").  Keywords are the keys of a problem file; equations_latex=r"y = W x" reads LaTeX.
    Raises DeriveError.
    """

    def __init__(self, **keys: Unpack[Keys]) -> None:
        from derive.declare.build import build_network

        self._declared = _standing(build_network(**keys))

    @classmethod
    def _of(cls, declared: Declared) -> Network:
        network = cls.__new__(cls)
        network._declared = declared
        return network

    @property
    def declared(self) -> Declared:
        """The tensors and equations in index form."""
        return self._declared

    def document(self, style: Style | None = None) -> Document:
        """What is given and the forward pass; of a file without equations, what it asks."""
        from derive.typeset.document import forward_document

        network = self._declared
        if network.equations:
            return forward_document(_with_values(derive_network(network)), style)
        asked = ", ".join(dict.fromkeys(question.name for question in network.questions))
        return Document(network.title, (Prose((f"A file without equations, which asks: {asked}.",)),))

    @property
    def reading(self) -> str:
        """Equations that were given in LaTeX as they were read, in the problem file's language; else nothing."""
        return "\n".join(self._declared.reading)

    def derive(
        self,
        wrt: Iterable[str] = (),
        *,
        keep_cost_bars: bool = False,
        closed_form: Iterable[str] = (),
        forward: Iterable[str] = (),
        hvp: Iterable[str] = (),
        hessian: Iterable[str] = (),
        constrained: str | None = None,
        gauss_newton: Iterable[str] | Mapping[str, str] = (),
        jacobian: Iterable[str] | Mapping[str, str | Iterable[str]] = (),
        over: Literal["forward", "reverse"] | None = None,
        of: str | None = None,
        check: bool = True,
        timeout: int | None = None,
    ) -> Derivation:
        """The derivation of the bars of `wrt` (default: the file's `want`, else all parameters), checked by numbers.

        closed_form: names whose bars are also shown with all intermediate bars put in.
        forward: names that move, for the tangents of the forward pass; see `.tangents`.
        hvp: names that move, for the product of the Hessian with their direction: the tangents of their bars.
        over: whether hvp gives these tangents, or a second backward pass; the shorter where it is not said.
        of: which of several costs hvp, hessian and gauss_newton are of; the first where it is not said.
        hessian: names in which the Hessian of the cost is derived, with the mixed blocks; see `.hessian`.
        gauss_newton: names in which JᵀHJ is; {"w": "y"} says of which output J is the Jacobian; see `.gauss_newton`.
        jacobian: {"y": ["x"]}, of what and in what; see `.jacobian`.
        constrained: which bars a parameter has that facts bind: "entries", "along" or "projected"; see the key.
        timeout: seconds for each proof or search among the file's questions.
        Raises CheckFailed if the numbers disagree, DeriveError if a name is no quantity.
        """
        from derive.declare.moved import moved_of
        from derive.declare.requests import check_asked

        asked, closed = _names(wrt), _names(closed_form)
        _has_equations(self._declared)
        given = {"forward": _names(forward), "hvp": _names(hvp), "hessian": _names(hessian)}
        moved = moved_of({**given, "gauss_newton": gauss_newton, "jacobian": jacobian, "over": over, "of": of})
        for name in (*asked, *closed, *moved.names):
            check_asked(self._declared, name)
        network = replace(self._declared, constrained=constrained or self._declared.constrained)
        data = derive_network(network, asked, keep_cost_bars, closed, moved)
        derived = Derivation(_with_values(data), timeout)
        return derived.checked() if check else derived

    def reverse_over_reverse(self, name: str, direction: str = "") -> Network:
        """The network of ⟨x̄, V⟩, V a new input called `direction`: the bar of x is the Hessian times V."""
        from derive.backward.completed import with_product
        from derive.declare.requests import check_asked

        check_asked(self._declared, name)
        return Network._of(with_product(self._declared, name, direction))

    def graph(
        self, nodes: Iterable[str] = (), *, unfold: Mapping[str, int] | None = None, direction: Direction = ""
    ) -> Graph:
        """The computation graph, with numbers where the file gives some.

        nodes: those to draw, the others folded into the edges.

        unfold: {"t": 3} writes a recurrence or repeated layers out up to this position.
        direction: "right" or "down"; else to the right, but down where it would be much wider than a page.
        Raises DeriveError if a name is no quantity, or without the extra `graph`.
        """
        from derive.api.graph import Graph
        from derive.picture import Look, plan

        look = Look(_names(nodes), unfold=dict(unfold or {}), direction=direction)
        return Graph(plan(_numbered(self._declared), look))

    def answers(self, *, timeout: int | None = None) -> Answers:
        """The answers to what the file asks under `questions`; timeout: seconds for each proof or search.

        Raises DeriveError.
        """
        return answered(self._declared, timeout)

    def ask(self, question: str, settings: Any = None, *, timeout: int | None = None) -> Answers:
        """The answer to one question, "zeros", "cost" …, with settings as a file has them under `questions`.

        Without settings the file's own question of that name, if it has one. Raises DeriveError.
        """
        from derive.analyse import answers
        from derive.analyse.asking import asking

        return Answers(self._declared, answers(self._declared, asking(self._declared, question, settings), timeout))


def load(path: str | Path) -> Network:
    """The network of a problem file. Raises DeriveError with file:line:column of each problem."""
    from derive.declare.load import load as load_file

    return Network._of(_standing(load_file(path)))


def parse(text: str, file: str = "<text>") -> Network:
    """The network of a problem file's text; file: what messages call it. Raises DeriveError."""
    from derive.declare.load import parse_problem

    return Network._of(_standing(parse_problem(text, file)))


def _standing(network: Declared) -> Declared:
    """The network, whose facts no numbers contradict. Raises DeriveError."""
    if not network.facts:
        return network
    from derive.selfcheck.stated import facts_stand

    return facts_stand(network)


def _names(given: Iterable[str]) -> tuple[str, ...]:
    """Names, where one alone may be given as it is."""
    return (given,) if isinstance(given, str) else tuple(given)


def _has_equations(network: Declared) -> None:
    if not network.equations:
        mend = (
            "give `equations`; questions have answers, and no backward pass"
            if network.questions
            else "give `equations`"
        )
        raise DeriveError(Problem(None, "there are no equations to derive", mend))


def _with_values(derived: Derived) -> Derived:
    """The numbers of each line, where the file gives values."""
    if not derived.network.values:
        return derived
    from derive.referee.values import line_values

    return replace(derived, values=line_values(derived))


def _numbered(network: Declared) -> Declared | Derived:
    """A network with the numbers of its quantities, where the file gives values."""
    if not (network.values and network.equations):
        return network
    return _with_values(derive_network(network))
