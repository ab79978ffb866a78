"""Where each term of a line comes from: along which edges of the graph, a pair (read, reader) for each.

h̄ = r + W⁽²⁾ᵀ ȳ  ->  ((h, R),), ((h, y),)      of a forward line z = W x + b  ->  ((W, z), (x, z)), ((b, z),)
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.derivation import Line
from derive.notation.expression import Entry, Expr, Partial, Tensor, Term
from derive.notation.matrix import Matrix
from derive.notation.walk import entries, factors

Edges = tuple[tuple[str, str], ...]


def scalar_origins(line: Line, right: Expr) -> tuple[Edges, ...]:
    """The edges of each term of a right side in index form."""
    found = tuple(_edges(line, _read(term)) for term in right.terms)
    chain = next((step.right for step in line.steps if step.rule == "chain"), None)
    if chain is None or len(chain.terms) != len(found):
        return found
    above = [_edges(line, _read(term)) for term in chain.terms]
    return tuple(one or other for one, other in zip(found, above, strict=True))


def vector_origins(line: Line, right: Matrix) -> tuple[Edges, ...]:
    """The edges of each term of a matrix expression; a term without a bar has those of its place in the scalar line."""
    terms = right.args if right.op == "add" else (right,)
    found = tuple(_edges(line, _tensors(term)) for term in terms)
    scalar = scalar_origins(line, line.steps[-1].right)
    if len(scalar) != len(found):
        return found
    return tuple(one or other for one, other in zip(found, scalar, strict=True))


def _read(term: Term) -> Iterator[Tensor]:
    """What a term reads; of ∂y/∂h, y alone: the edge is one from h to y."""
    whole = Expr((term,))
    through = [f.of.tensor for f in factors(whole) if isinstance(f, Partial)]
    if through:
        yield from through
        return
    for entry in entries(whole):
        yield entry.tensor


def _tensors(expr: Matrix) -> Iterator[Tensor]:
    waiting: list[Matrix] = [expr]
    while waiting:
        met = waiting.pop()
        waiting.extend(reversed(met.args))
        if isinstance(met.data, Tensor):
            yield met.data
        elif isinstance(met.data, Entry):
            yield met.data.tensor


def _edges(line: Line, read: Iterator[Tensor]) -> Edges:
    """In the forward pass from all that is read; in the backward pass to those whose bars, or ∂'s, are read."""
    own, tensors = line.tensor, tuple(read)
    if not own.cost:
        return tuple(dict.fromkeys((t.key, own.key) for t in tensors if t.name != own.name or t.cost))
    through = [t for t in tensors if t.cost == own.cost]
    return tuple(dict.fromkeys((own.name, t.name) for t in through)) or _through(line, tensors)


def _through(line: Line, tensors: tuple[Tensor, ...]) -> Edges:
    """Of a chain-rule term whose bar is 1 and not written."""
    chain = [f.of.tensor for step in line.steps for f in factors(step.right) if isinstance(f, Partial)]
    return tuple(dict.fromkeys((line.tensor.name, t.name) for t in tensors if t in chain))
