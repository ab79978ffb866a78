"""Tangents and Hessians in a document: forward mode after the forward pass, what needs the bars at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from derive.derivation import Derivation, Derivatives, GaussNewton, Line, Tangents
from derive.document import Block, Chain, Display, Heading, Math, Prose, Symbol, Words, row
from derive.notation.expression import bar, dot
from derive.typeset.chains import part_chains, usual_runs, vector_chain
from derive.typeset.counts import with_counts
from derive.typeset.derivatives import turned
from derive.typeset.document import entries_shown
from derive.typeset.names import Names
from derive.typeset.scribe import Scribe


def with_tangents(blocks: Sequence[Block], derivation: Derivation, scribe: Scribe) -> list[Block]:
    """The blocks with the tangents of the forward pass before the backward pass, and the others at the end."""
    place = next(
        (n for n, b in enumerate(blocks) if isinstance(b, Heading) and b.text.startswith(BACKWARD)), len(blocks)
    )
    first = [b for t in derivation.tangents if not t.backward for b in _forward(t, derivation, scribe)]
    first += [b for j in derivation.jacobians for b in _jacobian_alone(j, derivation, scribe)]
    last = [b for t in derivation.tangents if t.backward for b in _product(t, derivation, scribe)]
    hessians = groupby(derivation.hessians, lambda h: h.name)
    last += [b for name, several in hessians for b in _hessian(name, tuple(several), derivation, scribe)]
    last += [b for g in derivation.gauss_newton for b in _gauss_newton(g, derivation, scribe)]
    return [*blocks[:place], *first, *blocks[place:], *last]


ACCENTED = 3
"""How many costs have an accent of their own beside the dots of directions."""
BACKWARD = ("Backward pass", "Closed form")


def _of_which(derivation: Derivation) -> str:
    """The cost, where there are several: one of them has a Hessian."""
    return f" of {derivation.curved}" if derivation.network.costs else ""


def _forward(tangents: Tangents, derivation: Derivation, scribe: Scribe) -> list[Block]:
    end = tangents.forward[-1].tensor
    told: Words = (*_direction(tangents, derivation, scribe), " and ", scribe.names.tensor(end))
    told = (*told, " for the change of ", scribe.names.tensor(replace(end, cost=())), " with it, and so for every ")
    words = "In vectors and matrices, the product of the Jacobian with the direction:"
    told = (*told, "quantity that moves. Entry by entry", *_runs(tangents.lines, scribe), ":")
    jacobians = [b for found in tangents.jacobians for b in _jacobian(found, derivation, scribe)]
    return [Heading("Forward mode", 2), *_shown(told, tangents.lines, words, derivation, scribe), *jacobians]


def _jacobian(found: Derivatives, derivation: Derivation, scribe: Scribe) -> list[Block]:
    """The same in every direction at once."""
    name = scribe.names.tensor(derivation.network.tensors[found.name])
    told: Words = ("The Jacobian, where a ∂ goes through all that depends on ", name, ". Entry by entry:")
    return _shown(told, found.lines, "In vectors and matrices:", derivation, scribe)


def _product(tangents: Tangents, derivation: Derivation, scribe: Scribe) -> list[Block]:
    tensors = derivation.network.tensors
    known = {line.tensor for line in tangents.backward}
    bars = [b for name in tangents.moved if dot(b := bar(tensors[name], derivation.curved)) in known]
    ends, own = ([scribe.names.tensor(t) for t in kind] for kind in (map(dot, bars), bars))
    told: Words = (*_direction(tangents, derivation, scribe), ". The product of the Hessian with ")
    told = (*told, "this direction is " if len(tangents.moved) == 1 else "these directions is ")
    if tangents.reverse is not None:
        return _second_pass(told, tangents, tangents.reverse, derivation, scribe)
    ways = f"forward over reverse{_symbols(tangents, 0)}"
    told = (*told, *_listed(ends), ", the change of ", *_listed(own), f" ({ways}). ")
    told = (*told, *_held(derivation), "Entry by entry", *_runs(tangents.lines, scribe), ":")
    words = "In vectors and matrices:"
    return [
        Heading(f"Product with the Hessian{_of_which(derivation)}", 2),
        *_shown(told, tangents.lines, words, derivation, scribe),
    ]


def _symbols(tangents: Tangents, way: int) -> str:
    """How long this way is, and the other."""
    if not tangents.symbols[1]:
        return ""
    other = ("reverse", "forward")[way]
    own = tangents.symbols[way]
    return f", {own} symbol{'s' * (own != 1)}; {other} over reverse takes {tangents.symbols[1 - way]}"


def _second_pass(
    told: Words, tangents: Tangents, second: Derivation, derivation: Derivation, scribe: Scribe
) -> list[Block]:
    """R = ⟨w̄, ẇ⟩, and the backward pass from it."""
    own, lines = scribe_of_second(second, derivation, scribe), second_pass(second)
    names = own.names
    ends = [names.tensor(bar(second.network.tensors[name], second.cost)) for name in tangents.moved]
    told = (*told, *_listed(ends), ", the slope of ", names.tensor(second.network.tensors[second.cost]))
    told = (*told, f" below, by a second backward pass (reverse over reverse{_symbols(tangents, 1)}). ")
    told = (*told, "Entry by entry", *_runs(lines, own), ":")
    return [
        Heading(f"Product with the Hessian{_of_which(derivation)}", 2),
        *_shown(told, lines, "In vectors and matrices:", second, own),
    ]


def second_pass(second: Derivation) -> tuple[Line, ...]:
    """The lines of a second backward pass: what it starts from, then its bars."""
    return (second.forward[-1], *second.backward)


def scribe_of_second(second: Derivation, derivation: Derivation, scribe: Scribe) -> Scribe:
    """With an accent for the bars under R that the bars beside them do not have; three letters have one each."""
    costs = (*scribe.names.costs, second.cost)
    if len(costs) > ACCENTED:
        place = ACCENTED - 1 if derivation.curved != costs[ACCENTED - 1] else ACCENTED - 2
        costs = (*costs[:place], second.cost, *costs[place + 1 : -1])
    names = Names(replace(second.network, costs=costs), derivation.cost, scribe.names.style)
    return with_counts(Scribe(names), second_pass(second))


def _jacobian_alone(found: Derivatives, derivation: Derivation, scribe: Scribe) -> list[Block]:
    return [Heading("Jacobian", 2), *_jacobian(found, derivation, scribe)]


def _hessian(name: str, found: Sequence[Derivatives], derivation: Derivation, scribe: Scribe) -> list[Block]:
    """The Hessian in one quantity, and the mixed blocks whose other quantities stand above it."""
    box = scribe.names.tensor(derivation.network.tensors[name])
    lines = tuple(line for hessian in found for line in hessian.lines)
    told: Words = ("The lines above differentiated in every entry of ", box, ", where a ∂ goes through all that ")
    told = (*told, "depends on it. ", *_held(derivation), "Entry by entry", *_runs(lines, scribe), ":")
    return [
        Heading(f"Hessian{_of_which(derivation)}", 2),
        *_shown(told, lines, "In vectors and matrices:", derivation, scribe),
    ]


def _gauss_newton(found: GaussNewton, derivation: Derivation, scribe: Scribe) -> list[Block]:
    """G = JᵀHJ, and the Hessian as G and the rest."""
    name, output = (scribe.names.tensor(derivation.network.tensors[n]) for n in (found.name, found.output))
    slope, bend = (_free(letters, scribe) for letters in (("J", "D", "A"), ("H", "C", "Q")))
    product = row(turned(scribe.names, slope, True), bend, slope)
    told: Words = ("The Hessian in ", name, " with the second derivatives of ", output, " left out, ")
    told = (*told, scribe.names.tensor(found.result.tensor), ", is ", product, ", where ", slope)
    told = (*told, " is the Jacobian of ", output, " in ", name, " and ", bend, " the Hessian of ")
    told = (*told, scribe.names.cost_named(derivation.curved), " in ", output, ", all else held. Entry by entry")
    told = (*told, *_runs(found.lines, scribe), ":")
    blocks = _shown(told, found.lines, "In vectors and matrices:", derivation, scribe)
    return [Heading(f"Gauss–Newton{_of_which(derivation)}", 2), *blocks, *_nothing_left_out(found)]


def _nothing_left_out(found: GaussNewton) -> list[Block]:
    if len(found.whole.steps[-1].right.terms) > 1:
        return []
    return [Prose(("Here nothing is left out.",))]


def _free(letters: Sequence[str], scribe: Scribe) -> Symbol:
    """The first letter that means nothing else."""
    return Symbol(next((x for x in letters if x not in scribe.names.taken), letters[0]), "bold")


def _held(derivation: Derivation) -> Words:
    """What is held fixed where no cost says how the outputs' error signals change."""
    return () if derivation.network.cost else ("The error signals of the outputs, which are given, stay as they are. ",)


def _shown(told: Words, lines: Sequence[Line], words: str, derivation: Derivation, scribe: Scribe) -> list[Block]:
    """The lines in scalars, then those that have a vector form in vectors."""
    plain = scribe.names.style.notation == "bar"
    shown = lines if plain else [line if len(line.tensor.cost) < 2 else _result(line) for line in lines]
    blocks: list[Block] = [Prose(told), entries_shown(shown, derivation, scribe)]
    vectors = dict.fromkeys(chain for line in lines for chain in _vectors(line, scribe))
    return [*blocks, Prose((words,)), Display(tuple(vectors))] if vectors else blocks


def _result(line: Line) -> Line:
    """A line without its chain of ∂'s, which nobody can read where each bar is a ∂ too."""
    return replace(line, steps=tuple(step for step in line.steps if step.rule != "chain"))


def _vectors(line: Line, scribe: Scribe) -> tuple[Chain, ...]:
    whole = vector_chain(line, scribe)
    return part_chains(line, scribe) or ((whole,) if whole is not None else ())


def _direction(tangents: Tangents, derivation: Derivation, scribe: Scribe) -> Words:
    """Write ẋ for the direction in which x moves."""
    moved = [derivation.network.tensors[name] for name in tangents.moved]
    dots, plain = ([scribe.names.tensor(t) for t in kind] for kind in (map(dot, moved), moved))
    verb = "moves" if len(moved) == 1 else "move"
    which = "direction" if len(moved) == 1 else "directions"
    return ("Write ", *_listed(dots), f" for the {which} in which ", *_listed(plain), f" {verb}")


def _listed(boxes: Sequence[Math]) -> Words:
    """ẋ, ẏ and ż."""
    words: list[str | Math] = []
    for n, box in enumerate(boxes):
        words += [" and " if n == len(boxes) - 1 else ", ", box] if n else [box]
    return tuple(words)


def _runs(lines: Sequence[Line], scribe: Scribe) -> Words:
    runs = usual_runs(lines, scribe)
    return (", for ", *runs) if runs else ()
