"""Where each term of a line comes from: along which edges of the graph, a pair (read, reader) for each.

h̄ = r + W⁽²⁾ᵀ ȳ  ->  ((h, R),), ((h, y),)      of a forward line z = W x + b  ->  ((W, z), (x, z)), ((b, z),)
of a tangent ż = W ẋ  ->  ((x, z),)            of a bar's tangent  z̄˙ = h̄ ∘ σ''(z) ∘ ż + …  ->  ((z, h),), …
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from derive.declare.network import Network
from derive.derivation import Line
from derive.notation.expression import CURLY, DOT, Entry, Expr, Partial, Tensor, Term
from derive.notation.matrix import Matrix
from derive.notation.walk import entries, factors

Edge = tuple[str, str]
Edges = tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Arrows:
    """Every edge of a network, from what is read to what reads it.

    given: what the forward lines give, bars that equations read among them.  multipliers: λ and what its condition
    defines.
    """

    every: frozenset[Edge]
    given: frozenset[Tensor]
    multipliers: tuple[Edge, ...] = ()

    @classmethod
    def of(cls, network: Network, forward: Sequence[Line]) -> Arrows:
        """The edges along which the forward lines, and the conditions, read."""
        found = {(e.tensor.key, line.tensor.key) for line in forward for e in _whole(line)}
        met = network.implicit.values()
        found |= {(e.tensor.key, m.right.left.tensor.key) for m in met for side in m.sides for e in entries(side)}
        own = (m.right.left.tensor for m in met)
        given = frozenset(line.tensor for line in forward)
        return cls(frozenset(found), given, tuple((t.multiplier, t.name) for t in own if t.multiplier))

    def around(self, tensor: Tensor) -> Edges:
        """What goes into a quantity, or, of a bar, what goes out of it."""
        name, place = self.name(tensor), 0 if self.is_backward(tensor) else 1
        return tuple(sorted(edge for edge in self.every if edge[place] == name))

    def name(self, tensor: Tensor) -> str:
        """The node that a tensor is drawn as; λ is at what its condition defines."""
        name = dict(self.multipliers).get(tensor.name, tensor.name)
        return tensor.key if tensor in self.given else name

    def is_backward(self, tensor: Tensor) -> bool:
        """Whether a line of it goes back along the edges: bars, their tangents and their derivatives."""
        return tensor not in self.given and _has_bar(tensor)

    def met(self, found: Iterable[Edge]) -> Edges:
        """Those of them that there are, each once."""
        return tuple(edge for edge in dict.fromkeys(found) if edge in self.every)


def _whole(line: Line) -> Iterator[Entry]:
    for step in line.steps[:1]:
        yield from entries(step.right)


def _has_bar(tensor: Tensor) -> bool:
    return any(cost != DOT and not cost.startswith(CURLY) for cost in tensor.cost)


def scalar_origins(line: Line, right: Expr, arrows: Arrows) -> tuple[Edges, ...]:
    """The edges of each term of a right side in index form; never none where the quantity has any."""
    found = tuple(_edges(line.tensor, _read(term), arrows) for term in right.terms)
    chain = next((step.right for step in line.steps if step.rule == "chain"), None)
    above = [_edges(line.tensor, _read(term), arrows) for term in chain.terms] if chain is not None else []
    if len(above) == len(found):
        found = tuple(one or other for one, other in zip(found, above, strict=True))
    every = tuple(dict.fromkeys(edge for edges in above for edge in edges)) or arrows.around(line.tensor)
    return tuple(one or every for one in found)


def vector_origins(line: Line, right: Matrix, arrows: Arrows) -> tuple[Edges, ...]:
    """The edges of each term of a matrix expression; a term without a bar has those of its place in the scalar line."""
    terms = right.args if right.op == "add" else (right,)
    found = tuple(_edges(line.tensor, _tensors(term), arrows) for term in terms)
    scalar = scalar_origins(line, line.steps[-1].right, arrows)
    if len(scalar) == len(found):
        return tuple(one or other for one, other in zip(found, scalar, strict=True))
    every = joined(scalar) or arrows.around(line.tensor)
    return tuple(one or every for one in found)


def joined(origins: Iterable[Edges]) -> Edges:
    """All edges of several terms, each once."""
    return tuple(dict.fromkeys(edge for edges in origins for edge in edges))


@dataclass(frozen=True, slots=True)
class _Read:
    """What a term reads: its tensors, and of each ∂y/∂h in it y and h."""

    tensors: tuple[Tensor, ...]
    through: tuple[tuple[Tensor, Tensor], ...] = ()


def _read(term: Term) -> _Read:
    whole = Expr((term,))
    partials = [(f.of.tensor, f.wrt.tensor) for f in factors(whole) if isinstance(f, Partial)]
    return _Read(tuple(entry.tensor for entry in entries(whole)), tuple(partials))


def _tensors(expr: Matrix) -> _Read:
    found: list[Tensor] = []
    waiting: list[Matrix] = [expr]
    while waiting:
        met = waiting.pop()
        waiting.extend(reversed(met.args))
        if isinstance(met.data, Tensor):
            found.append(met.data)
        elif isinstance(met.data, Entry):
            found.append(met.data.tensor)
    return _Read(tuple(found))


def _edges(own: Tensor, read: _Read, arrows: Arrows) -> Edges:
    """Forward from what is read, or what of it moves; back to those whose bars, or ∂'s, are read."""
    name = arrows.name(own)
    if arrows.is_backward(own):
        return arrows.met((name, arrows.name(t)) for t in _readers(own, read))
    if own in arrows.given or not own.cost:
        return arrows.met((t.key, name) for t in read.tensors)
    return arrows.met((t.name, name) for t in _movers(own, read))


def _movers(own: Tensor, read: _Read) -> Sequence[Tensor]:
    """What moves in a tangent's line; of a derivative's line also what it is in."""
    along = own.cost[-1]
    moving = [t for t in read.tensors if t.cost[-1:] == (along,)] + [wrt for _, wrt in read.through]
    return moving or [Tensor(along.removeprefix(CURLY))]


def _readers(own: Tensor, read: _Read) -> Sequence[Tensor]:
    """The quantities whose bars a bar's line reads, those with a ∂ in it first: the cost's bar need not be written."""
    through = [of for of, _ in read.through]
    if through:
        return through
    bars = [t for t in read.tensors if _has_bar(t)]
    return [t for t in bars if t.cost[-1:] == own.cost[-1:]] or bars
