"""Why a bar has the terms that it has: the paths from the quantity to the cost, and one term for each that reads it.

The chain rule gives x̄ one term for each equation y = … that reads x: the error signal ȳ times the local slope ∂y/∂x,
added up over the entries of y that read the entry of x.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from derive.analyse.paths import Paths, paths
from derive.analyse.ways import Way, way
from derive.backward.cases import cases
from derive.backward.contributions import Contribution, contribution, reads_by_tensor
from derive.declare.network import Network
from derive.declare.words import did_you_mean
from derive.derivation import Derivation, Line, Step
from derive.document import Document
from derive.errors import DeriveError, Place, Problem
from derive.graph import Graph
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr, Tensor, bar, upstream
from derive.notation.index import Index
from derive.notation.walk import substitute
from derive.pipeline import cost_name, derive_network
from derive.vectorise import vectorised

if TYPE_CHECKING:
    from derive.analyse import Asked

WANTED = "name quantities: explain: x, or explain: [x, W1]"


@dataclass(frozen=True, slots=True)
class Share:
    """One term of a bar: what one equation that reads the quantity adds to it.

    way: why the local slope is what it is.  lines: ∂ chain, worked out, and in vectors; one for each piece of the
    labels' ranges where the share is not 0.
    """

    equation: Equation
    lines: tuple[Line, ...]
    way: Way

    @property
    def reader(self) -> Tensor:
        return self.equation.left.tensor


@dataclass(frozen=True, slots=True)
class Bar:
    """The explanation of one bar; shares are empty for an output and for what the cost does not depend on."""

    tensor: Tensor
    lines: tuple[Line, ...]
    paths: Paths
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """The bars that were asked for."""

    derivation: Derivation
    bars: tuple[Bar, ...]

    def document(self) -> Document:
        from derive.analyse.explain_shown import explained_document

        return explained_document(self)

    def to_dict(self) -> dict[str, Any]:
        return {"cost": self.derivation.network.cost, "bars": [_bar_dict(met) for met in self.bars]}


def _bar_dict(met: Bar) -> dict[str, Any]:
    return {
        "name": met.tensor.name,
        "paths": [list(path) for path in met.paths.shown],
        "number_of_paths": met.paths.count,
        "recurrent": list(met.paths.round),
        "rule": met.lines[0].steps[-1].rule if not met.shares else None,
        "terms": [
            {
                "reader": share.reader.name,
                "place": str(share.equation.place) if share.equation.place else None,
                "rule": share.way.rule,
                "beside": [t.name for t in share.way.beside],
                "functions": list(share.way.functions),
            }
            for share in met.shares
        ],
    }


def answer(asked: Asked, settings: Any) -> Explained:
    """`explain:` of a problem file."""
    network = asked.needs_network("a bar is that of a quantity in an equation")
    names = [settings] if isinstance(settings, str) else settings
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise DeriveError(Problem(asked.place(), "`explain` is not understood", WANTED))
    several = isinstance(settings, list)
    return explain(network, names, [asked.place(*((n,) if several else ())) for n in range(len(names))])


def explain(network: Network, names: Sequence[str], places: Sequence[Place | None] = ()) -> Explained:
    """Why the bars of these quantities have their terms; a name may be x, xbar or x_bar. Raises DeriveError."""
    at = [*places, *([None] * len(names))]
    found = [_named(network, name, place) for name, place in zip(names, at, strict=False)]
    derivation = derive_network(network, tuple(dict.fromkeys(t.name for t in found)))
    graph = Graph(derivation.network)
    graph.order(graph.outputs(network.cost), tuple(found))
    return Explained(derivation, tuple(_explained(t, derivation, graph) for t in dict.fromkeys(found)))


def _named(network: Network, name: str, place: Place | None) -> Tensor:
    """The quantity whose bar is asked for."""
    plain = name.strip().replace("\u0304", "")
    candidates = [plain, *(plain.removesuffix(end) for end in ("_bar", "bar", "\u0305") if plain.endswith(end))]
    for candidate in candidates:
        tensor = network.tensors.get(candidate)
        if tensor is not None and tensor.role != "constant" and tensor.among is None:
            return tensor
    if candidates[-1] in network.tensors:
        raise DeriveError(Problem(place, f"`{candidates[-1]}` has no bar", "constants and classes have none"))
    near = did_you_mean(candidates[-1], network.tensors) or f"there are {', '.join(network.tensors)}"
    raise DeriveError(Problem(place, f"`{name}` is the bar of no quantity of this network", near))


def _explained(tensor: Tensor, derivation: Derivation, graph: Graph) -> Bar:
    network = derivation.network
    own = bar(tensor, derivation.cost)
    every = (*derivation.backward, *derivation.folded)
    lines = tuple(line for line in every if line.tensor == own)
    if not lines:  # what only its own condition reads
        lines = tuple(line for line in every if line.tensor == upstream(network.tensors[tensor.name], derivation.cost))
    if lines[0].steps[-1].rule in ("seed", "upstream"):
        return Bar(tensor, lines, paths(network, tensor.name), ())
    readers = [w.equation for w in graph.outside(tensor) if w.equation.left.tensor in graph.reached]
    letters = _letters(lines, tensor)
    met = [share for equation in readers for share in _shares(equation, tensor, letters, network)]
    return Bar(tensor, lines, paths(network, tensor.name), tuple(met))


def _letters(lines: Sequence[Line], tensor: Tensor) -> tuple[Index, ...]:
    """A letter for each axis: those of the bar's lines where they have some."""
    found: list[Index] = []
    for n, axis in enumerate(tensor.axes):
        named = [line.left.slots[n].letter for line in lines]
        name = next((letter.name for letter in named if letter is not None), f"p{n}" if n else "p")
        found.append(Index(name, axis))
    return tuple(found)


def _shares(equation: Equation, tensor: Tensor, letters: tuple[Index, ...], network: Network) -> Iterable[Share]:
    cost, reads = cost_name(network), reads_by_tensor(equation)
    if tensor not in reads:
        return
    made = contribution(equation, tensor, reads[tensor], cost)
    if not made.right.terms:
        return
    left = Entry(bar(tensor, cost), tuple(x.slot for x in letters))
    chain, right = _at(_told(made.chain, network), made, letters), _at(made.right, made, letters)
    pieces = cases(Line(left, (Step("chain", chain), Step("substituted", right))), False)
    lines = tuple(line.with_vector(vectorised) for line in pieces if line.scalar.right.terms)
    yield Share(equation, lines, way(equation.right, tensor))


def _told(chain: Expr, network: Network) -> Expr:
    """The ∂y of what a condition F = 0 defines as those of F, which the λ in it stands beside."""
    if not network.implicit:
        return chain
    from derive.backward.implicit import of_residuals

    return of_residuals(chain, {network.tensors[name]: met.tensor for name, met in network.implicit.items()})


def _at(expr: Expr, made: Contribution, letters: tuple[Index, ...]) -> Expr:
    return substitute(expr, dict(zip(made.letters, (x.slot for x in letters), strict=True)))
