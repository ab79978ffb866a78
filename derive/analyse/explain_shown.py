"""An explanation as a document: the bar, its paths, and one sentence with its formula for each term."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from derive.analyse.explain import Bar, Explained, Share
from derive.analyse.ways import Rule, Way
from derive.declare.network import Network
from derive.declare.words import listed, plural
from derive.derivation import Derivation, Line, Step
from derive.document import Block, Chain, Display, Document, Fenced, Heading, Items, Math, Prose, Symbol, Words, row
from derive.notation.expression import Partial, Tensor, bar
from derive.typeset.chains import EQUALS, condition, labels_of, result_chains
from derive.typeset.document import scribe_for
from derive.typeset.scalar import expression
from derive.typeset.scribe import Scribe
from derive.typeset.vector import matrix

LONGEST = 12
"""A path with more quantities is shown with its middle left out."""


def explained_document(explained: Explained) -> Document:
    """A part for each bar; the title is the file's."""
    scribe = scribe_for(explained.derivation)
    blocks = [block for met in explained.bars for block in _bar(met, explained.derivation, scribe)]
    names = listed((met.tensor.name for met in explained.bars), 5)
    title = f"Why the bars of {names} have their terms" if len(explained.bars) > 1 else f"Why the bar of {names} is so"
    return Document(title, tuple(blocks))


def _bar(met: Bar, derivation: Derivation, scribe: Scribe) -> list[Block]:
    whole = _name(met.tensor, scribe)
    results = Display(tuple(chain for line in met.lines for chain in result_chains(line, scribe)))
    blocks: list[Block] = [Heading(f"The bar of {met.tensor.name}", 2), results]
    if not met.shares:
        return [*blocks, Prose(_without_terms(met, whole, derivation, scribe))]
    several = f"{len(met.shares)} equations read it, and each adds a term:"
    told: Words = (several if len(met.shares) > 1 else "One equation reads it, and gives the only term:",)
    terms = [part for n, share in enumerate(met.shares, 1) for part in _term(n, met, share, derivation, scribe)]
    return [*blocks, *_paths(met, whole, derivation, scribe), Prose(told), *terms, *_put_in(met, derivation, scribe)]


def _put_in(met: Bar, derivation: Derivation, scribe: Scribe) -> list[Block]:
    """Why the bar's line does not show the terms as they stand."""
    above = {bar(share.reader, derivation.cost) for share in met.shares}
    known = [line for line in derivation.backward if line.tensor in above and line.scalar.right.number is not None]
    told: list[Words] = [
        (row(scribe.names.tensor(line.tensor), EQUALS, expression(line.scalar.right, scribe).box),) for line in known
    ]
    told += [(scribe.names.tensor(line.tensor),) for line in derivation.folded if line.tensor in above]
    if any(step.rule == "bars" for line in met.lines for step in line.steps):
        told.append(("the error signals from above",))
    seps = ["", *([", "] * (len(told) - 2)), " and "]
    words = tuple(part for sep, piece in zip(seps, told, strict=False) for part in (sep, *piece) if part != "")
    return [Prose(("With ", *words, " put in, the terms come to what stands first."))] if words else []


def _name(tensor: Tensor, scribe: Scribe) -> Math:
    return scribe.names.tensor(tensor)


def _without_terms(met: Bar, whole: Math, derivation: Derivation, scribe: Scribe) -> Words:
    """An output's bar is 1 or given; what the cost does not depend on has a bar of zeros."""
    cost = scribe.names.cost_symbol
    rule = met.lines[0].steps[-1].rule
    if rule == "seed":
        return (whole, " is the cost itself: its slope by itself is 1, and here every path ends.")
    if rule == "upstream":
        return (whole, " is an output, and no cost is given: its error signal comes from outside.")
    if met.paths.count:
        return ("Every path from ", whole, " to ", cost, " goes through a slope that is 0 everywhere, so the bar is 0.")
    return ("No path leads from ", whole, " to ", cost, ", so the bar is 0.")


def _paths(met: Bar, whole: Math, derivation: Derivation, scribe: Scribe) -> list[Block]:
    tensors = by_key(derivation.network)
    shown = met.paths.shown
    more = met.paths.count - len(shown)
    end: Words = (scribe.names.cost_symbol,) if derivation.network.cost else ("the outputs",)
    head: Words = (whole, " reaches ", *end, f" on {plural(met.paths.count, 'path')}:")
    items = [_path([_name(tensors[name], scribe) for name in path]) for path in shown]
    rest: list[Words] = [(f"and {more} more.",)] if more > 0 else []
    round_ = met.paths.round
    boxes = tuple(part for name in round_ for part in (", ", _name(tensors[name], scribe)))[1:]
    also: Words = ("A path may go round through ", *boxes, ", from one position to the next, any number of times.")
    return [Prose(head), Items((*items, *rest)), *([Prose(also)] if round_ else [])]


def by_key(network: Network) -> dict[str, Tensor]:
    """Every quantity by its key, the bars that equations give too."""
    return {**network.tensors, **{e.left.tensor.key: e.left.tensor for e in network.equations}}


def _path(boxes: list[Math]) -> Words:
    """x → h → E, the middle of a long one left out."""
    cut: list[Math | str] = list(boxes)
    if len(boxes) > LONGEST:
        cut = [*boxes[:5], f"({len(boxes) - 9} more)", *boxes[-4:]]
    return tuple(part for n, box in enumerate(cut) for part in ((" → ",) if n else ()) + (box,))


def _term(n: int, met: Bar, share: Share, derivation: Derivation, scribe: Scribe) -> list[Block]:
    """The sentence of one term, and its formula: with the local slope as ∂, then worked out."""
    *_, defined = result_chains(_defining(share, derivation), scribe)
    begin: Words = (f"{n}. In ", row(defined.left, EQUALS, *defined.rights[-1:]), ", ")
    because = SENTENCES[share.way.rule](_name(met.tensor, scribe), share.way, scribe)
    sentence = Prose((*begin, *because, *_added_up(share, scribe), *_in_vectors(share, scribe), "."))
    chains = [chain for line in share.lines for chain in _formula(n, line, scribe)]
    return [sentence, *([Display(tuple(chains))] if chains else [])]


def _defining(share: Share, derivation: Derivation) -> Line:
    """The line of what reads the quantity; that of F where a condition F = 0 does."""
    for line in derivation.forward:
        if line.scalar == share.equation:
            return line
    met = derivation.network.implicit.get(share.reader.name)
    equation = met.equation if met else share.equation
    return Line(equation.left, (Step("definition", equation.right),))


def _formula(n: int, line: Line, scribe: Scribe) -> Iterator[Chain]:
    """(1) = Σ_j z̄_j ∂z_j/∂x_i = Σ_j z̄_j w_ji."""
    own = scribe.binding(line.scalar.letters)
    rights = dict.fromkeys(expression(step.right, own).box for step in line.steps)
    yield Chain(Fenced(Symbol(str(n), "upright")), tuple(rights), condition(line.left, own))


def _listed(boxes: Sequence[Math]) -> Words:
    seps = ["", *([", "] * (len(boxes) - 2)), " and "] if len(boxes) > 1 else [""]
    return tuple(part for sep, box in zip(seps, boxes, strict=True) for part in (sep, box) if part != "")


def _copy(whole: Math, way: Way, scribe: Scribe) -> Words:
    return (whole, " is taken as it is: its slope is 1, and so the error signal passes on as it is")


def _sum(whole: Math, way: Way, scribe: Scribe) -> Words:
    return (whole, " is a term of a sum: its slope is 1, and the error signal passes on as it is")


def _difference(whole: Math, way: Way, scribe: Scribe) -> Words:
    return (whole, " is subtracted: its slope is −1, and the error signal changes its sign")


def _number(whole: Math, way: Way, scribe: Scribe) -> Words:
    return (whole, " stands beside a number, which is its slope")


def _product(whole: Math, way: Way, scribe: Scribe) -> Words:
    return (whole, " stands beside ", *_beside(way, scribe), ": that is the slope of a product")


def _beside(way: Way, scribe: Scribe) -> Words:
    return _listed([_name(t, scribe) for t in way.beside])


def _function(whole: Math, way: Way, scribe: Scribe) -> Words:
    return (whole, " goes through ", *_through(way, scribe), ": its slope is that of the function")


def _through(way: Way, scribe: Scribe) -> Words:
    return _listed([scribe.names.function(name) for name in way.functions])


def _both(whole: Math, way: Way, scribe: Scribe) -> Words:
    rest: Words = (", ", *_beside(way, scribe)) if way.beside else ()
    told = ": its slope is that of the function, times what stands around and inside it"
    return (whole, " goes through ", *_through(way, scribe), told, *rest)


def _power(whole: Math, way: Way, scribe: Scribe) -> Words:
    return (whole, " stands in a power: its slope is the exponent times the power one below")


def _below(whole: Math, way: Way, scribe: Scribe) -> Words:
    return (whole, " stands in a denominator: the slope of 1/u is −1/u²")


def _choice(whole: Math, way: Way, scribe: Scribe) -> Words:
    return (whole, " is read under a condition: elsewhere its slope is 0")


def _several(whole: Math, way: Way, scribe: Scribe) -> Words:
    return (whole, f" stands in {way.places} places: each adds its own slope")


SENTENCES: Mapping[Rule, Callable[[Math, Way, Scribe], Words]] = MappingProxyType(
    {
        "copy": _copy, "sum": _sum, "difference": _difference, "number": _number, "product": _product,
        "function": _function, "both": _both, "power": _power, "below": _below, "choice": _choice, "several": _several,
    }
)  # fmt: skip


def _added_up(share: Share, scribe: Scribe) -> Words:
    """Over which entries of the reader: x_i is read by all z_j, so Σ_j."""
    chain = share.lines[0].steps[0].right
    term = next((t for t in chain.terms if t.bound), None)
    partial = next((f for f in term.factors if isinstance(f, Partial)), None) if term is not None else None
    if term is None or partial is None:
        return ()
    inner = scribe.binding(share.lines[0].scalar.letters).binding(term.bound)
    over = _listed([inner.letter(letter) for letter in term.bound])
    return (
        "; the shares of all ",
        inner.entry(partial.of),
        " that read ",
        inner.entry(partial.wrt),
        " are added up over ",
        *over,
    )


def _in_vectors(share: Share, scribe: Scribe) -> Words:
    """The whole term in vectors, where it is more than a scalar."""
    line = share.lines[0]
    if line.vector is None or not line.tensor.layout or len(share.lines) > 1:
        return ()
    return ("; in vectors ", matrix(line.vector.right, scribe.binding(labels_of(line.vector.left))).box)
