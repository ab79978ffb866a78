"""Equations between differentials, ∂F/∂y dy + ∂F/∂x dx = 0 and dA C + A dC = 0: each d is a change along a direction.

What the network is given moves where its d is in the equation, or all of it where none is; what it computes follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from derive.check.applied import STEP
from derive.check.entries import Reading
from derive.check.forms import Function, Quantity, is_bar
from derive.check.judge import Judge, Outcome
from derive.check.report import Claim, Follows
from derive.check.setting import Setting
from derive.check.show_claim import example_of, reading_of
from derive.check.sides import is_differential, is_zero
from derive.check.surgery import all_nodes, exchanged
from derive.check.symbols import DOT, Symbols
from derive.notation.expression import Tensor
from derive.referee.dual import Array
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.evaluate_equations import reads as tensors_read
from derive.referee.sample import generator
from derive.referee.world import Key, World, key_of
from derive.syntax.marks import flat
from derive.syntax.tree import Big, Fenced, Fraction, List, Name, Node, Relation, Scripted, Sign, Sum, Times, edited

WORDS = "d is a change along a direction"
DOTTED = "dots are changes along a direction"
MARKS = ("d", "delta", "partial")


def is_between_differentials(left: Node, right: Node) -> bool:
    """Whether a sum of differentials is said to be 0."""
    return (is_zero(left) and is_differential(right)) or (is_zero(right) and is_differential(left))


def is_of_a_bracket(symbols: Symbols, left: Node, right: Node) -> bool:
    """Whether a side has d(…), a change of what stands in it; δ(z) alone may be a function of the answer's own."""
    nodes = [node for side in (left, right) for node in all_nodes(side)]
    slopes = {id(part) for node in nodes if isinstance(node, Fraction) for part in (node.top, node.bottom)}
    pairs = [pair for node in nodes if id(node) not in slopes for pair in _pairs(symbols, node)]  # ∂(Ax)/∂x is a slope
    plain = any(mark.base != "delta" for mark, _ in pairs)
    return any(not isinstance(of, Name) or _is_inverse(of) for _, of in pairs) and (plain or len(pairs) > 1)


def _is_inverse(name: Name) -> bool:
    """H of H^{-1}: dH^{-1} is the change of the inverse."""
    return any(isinstance(one, Sum) and one.signs == ("-",) for one in flat(name.sups))


def with_deltas(symbols: Symbols, left: Node, right: Node) -> tuple[Node, Node]:
    """δH beside δ(H^{-1}) as a change, where it has been read as an error signal."""
    nodes = [node for side in (left, right) for node in all_nodes(side)]
    if not any(mark.base == "delta" for node in nodes for mark, _ in _pairs(symbols, node)):
        return left, right
    new: dict[Node, Node] = {}
    for name in nodes:
        if isinstance(name, Name) and name.tex.lstrip().startswith((r"\delta", "δ")) and any(map(is_bar, name.accents)):
            of = edited(name, accents=tuple(a for a in name.accents if not is_bar(a)))
            new[name] = Times((Name("delta", spelled=r"\delta"), of), ("",))
    return exchanged(left, new), exchanged(right, new)


def with_dots(symbols: Symbols, left: Node, right: Node) -> tuple[Node, Node] | None:
    """ż = W ẋ as dz = W dx, where the problem asks for no forward mode; None where not both sides have dots."""
    found = [{one: new for one in all_nodes(side) if (new := _undotted(symbols, one))} for side in (left, right)]
    if symbols.derivation.tangents or not found[0] or not (found[1] or is_zero(right)):
        return None
    return exchanged(left, found[0]), exchanged(right, found[1])


def _undotted(symbols: Symbols, node: Node) -> Node | None:
    if not isinstance(node, Name) or node.accents != (DOT,) or symbols.meanings(node):
        return None
    bare = edited(node, accents=())
    known = any(isinstance(m, Quantity) and m.tensor not in symbols.rights for m in symbols.meanings(bare)[:1])
    return Times((Name("d", face="upright", spelled=r"\mathrm{d}"), bare), ("",)) if known else None


def is_forward(symbols: Symbols, left: Node, right: Node) -> bool:
    """Whether each term of both sides has one d, and what changes on the left is computed from what does on the right:
    an equation between error signals goes the other way."""
    if not all(_degree(symbols, side) == 1 for side in (left, right)):
        return False
    tops, belows = set(_moved(symbols, left)), set(_moved(symbols, right))
    reads = {e.left.tensor: set(tensors_read(e.right)) for e in symbols.derivation.network.equations}
    return bool(tops and belows) and all(belows <= _below(reads, top) for top in tops)


def _below(reads: Mapping[Tensor, set[Tensor]], top: Tensor) -> set[Tensor]:
    """What a quantity is computed from."""
    met, waiting = set[Tensor](), [top]
    while waiting:
        more = reads.get(waiting.pop(), set()) - met
        met |= more
        waiting.extend(more)
    return met - {top}


def _degree(symbols: Symbols, node: Node) -> int | None:
    """How many d each term has; None if they differ."""
    if isinstance(node, Sum):
        found = {_degree(symbols, term) for term in node.terms}
        return found.pop() if len(found) == 1 else None
    if isinstance(node, (Fenced, Scripted, Big)):
        return _degree(symbols, node.body)
    if isinstance(node, Fraction):
        top, bottom = (_degree(symbols, side) for side in (node.top, node.bottom))
        return 0 if top == bottom == 1 else top if bottom == 0 else None
    if isinstance(node, Times):
        pairs = list(_pairs(symbols, node))
        rest = [f for f in node.factors if not any(f is one for pair in pairs for one in pair)]
        degrees = [_degree(symbols, factor) for factor in rest]
        return None if None in degrees or "/" in node.joins else len(pairs) + sum(d for d in degrees if d)
    return 0


def _pairs(symbols: Symbols, node: Node) -> Iterator[tuple[Name, Node]]:
    """Each d of a product and what it belongs to: a quantity of the problem, or a bracket with one."""
    if not isinstance(node, Times):
        return
    for n, (mark, join, of) in enumerate(zip(node.factors, node.joins, node.factors[1:], strict=False)):
        of = _applied(symbols, node, n + 1) or of
        inner = of.body if isinstance(of, Scripted) else of
        bracket = isinstance(inner, Fenced) and inner.opening == "(" and not isinstance(inner.body, (List, Relation))
        plain = bracket or isinstance(of, (Name, Times))
        if join or not (isinstance(mark, Name) and _is_d(symbols, mark) and plain):
            continue
        if next(_quantities(symbols, of), None) is not None:
            yield mark, of


def _applied(symbols: Symbols, node: Times, at: int) -> Times | None:
    """log det S, where a function begins at a factor."""
    end = at
    while end + 1 < len(node.factors) and not node.joins[end] and _is_function(symbols, node.factors[end]):
        end += 1
    return Times(node.factors[at : end + 1], node.joins[at:end]) if end > at else None


def _is_function(symbols: Symbols, node: Node) -> bool:
    return isinstance(node, Name) and any(isinstance(m, Function) for m in symbols.meanings(node)[:1])


def _is_d(symbols: Symbols, mark: Node) -> bool:
    if not isinstance(mark, Name) or mark.base not in MARKS or mark.subs or mark.sups or mark.accents or mark.primes:
        return False
    return mark.base == "partial" or mark.face == "upright" or not (symbols.meanings(mark) or symbols.size(mark))


def _quantities(symbols: Symbols, node: Node) -> Iterator[Tensor]:
    for name in all_nodes(node):
        if isinstance(name, Name):
            yield from (m.tensor for m in symbols.meanings(name)[:1] if isinstance(m, Quantity) and not m.bar)


def _moved(symbols: Symbols, side: Node) -> Iterator[Tensor]:
    """The quantities whose d is written."""
    for node in all_nodes(side):
        for _, of in _pairs(symbols, node):
            yield from _quantities(symbols, of)


def as_two_sides(left: Node, right: Node) -> tuple[Node, Node] | None:
    """a + b + c = 0 as a = −b − c, so that what cancels is compared with what it is."""
    whole = right if is_zero(left) else left
    if not isinstance(whole, Sum) or len(whole.terms) < 2:
        return None
    other: dict[Sign, Sign] = {"+": "-", "-": "+"}
    turned = tuple(other[sign] for sign in whole.signs)
    first = replace(whole, terms=whole.terms[:1], signs=whole.signs[:1])
    return first, replace(whole, terms=whole.terms[1:], signs=turned[1:])


def along_a_direction(judge: Judge, symbols: Symbols, left: Node, right: Node) -> Judge:
    """The judge at the same points, where each d is a change along a direction."""
    moving = _moving(symbols, left, right)
    found = [replace(s, ends=_ends(s, moving, n)) for n, s in enumerate(judge.settings)]
    return Judge(found, symbols, judge.functions, judge.stated, judge.ranges, judge.orders)


def _moving(symbols: Symbols, left: Node, right: Node) -> list[Tensor]:
    """What is given and has its d, or moves what has its d on the right; else all that moves the left; else all."""
    network = symbols.derivation.network
    reads = {e.left.tensor: set(tensors_read(e.right)) for e in network.equations}
    given = [t for t in network.tensors.values() if t not in reads and t.role in ("input", "parameter")]
    tops, belows = set(_moved(symbols, left)), set(_moved(symbols, right))
    if not is_between_differentials(left, right):
        belows |= {t for one in belows for t in _below(reads, one)}
    found = [t for t in given if t in tops | belows]
    return found or [t for t in given if any(t in _below(reads, top) for top in tops)] or given


def judged_in_total(judge: Judge, claim: Claim, left: Node, right: Node, readings: Sequence[Reading]) -> Claim:
    """A total differential of the cost, dE = tr(Āᵀ dA) + …"""
    outcome = _in_total(judge, left, right, readings)
    follows: Follows = {"right": "yes", "wrong": "no"}.get(outcome.answer, "n/a")  # type: ignore[assignment]
    under = (WORDS,) if outcome.answer == "right" else ()
    claim = replace(claim, name="", verdict=outcome.answer, follows=follows, why=outcome.why, under=under)
    return replace(claim, reading=reading_of(left, right))


def _in_total(judge: Judge, left: Node, right: Node, readings: Sequence[Reading]) -> Outcome:
    """dE = tr(Āᵀ dA) + …: all entries of what has its d on the right move independently of one another."""
    symbols = judge.symbols
    moving, network = list(dict.fromkeys(_moved(symbols, right))), symbols.derivation.network
    reads = {e.left.tensor: set(tensors_read(e.right)) for e in network.equations}
    if any(_below(reads, one) & set(moving) for one in moving):
        return Outcome("unknown", why="what one of these d is a change of moves another one")
    if not moving or any(t.name in network.implicit or network.tensors.get(t.name) != t for t in moving):
        return Outcome("unknown", why="a total differential that is not judged: write the error signals themselves")
    found = [replace(s, ends=_ends_beside(s, moving, n)) for n, s in enumerate(judge.settings)]
    return Judge(found, symbols, judge.functions, judge.stated, judge.ranges, judge.orders).judged(
        left, right, readings
    )


def _ends_beside(setting: Setting, moving: list[Tensor], seed: int) -> tuple[Setting, Setting]:
    """The points a step forward and a step back; what is computed is moved beside its equation."""
    random = generator(seed, "total differentials")
    moves = {key_of(t): random.normal(size=setting.array(t).shape) for t in moving}
    computed = {key_of(e.left.tensor) for e in setting.forward}
    found = []
    for step in (STEP, -STEP):
        given = {key: setting.world.real(key) + step * by for key, by in moves.items() if key not in computed}
        beside = {key: step * by for key, by in moves.items() if key in computed}
        with np.errstate(all="ignore"):
            world = evaluate_equations(setting.forward, setting.world.with_arrays(given), beside)
        found.append(Setting(setting.derivation, world))
    return found[0], found[1]


def _ends(setting: Setting, moving: list[Tensor], seed: int) -> tuple[Setting, Setting]:
    """The points a step forward and a step back along a random direction."""
    random = generator(seed, "differentials")
    moves = {key_of(t): random.normal(size=setting.array(t).shape) for t in moving}
    return Setting(setting.derivation, _at(setting, moves, STEP)), Setting(
        setting.derivation, _at(setting, moves, -STEP)
    )


def _at(setting: Setting, moves: dict[Key, Array], step: float) -> World:
    there = setting.world.with_arrays({key: setting.world.real(key) + step * move for key, move in moves.items()})
    with np.errstate(all="ignore"):
        return evaluate_equations(setting.forward, there)


def judged_as_change(
    judge: Judge, claim: Claim, left: Node, right: Node, readings: Sequence[Reading]
) -> tuple[Claim, Reading, Judge]:
    """d(H^{-1}) = … along a direction, and the judge and the reading in which it was found."""
    along = along_a_direction(judge, judge.symbols, left, right)
    sides = (as_two_sides(left, right) if is_between_differentials(left, right) else None) or (left, right)
    outcome = along.judged(*sides, readings)
    under = (WORDS,) if outcome.answer == "right" else ()
    follows: Follows = {"right": "yes", "wrong": "no"}.get(outcome.answer, "n/a")  # type: ignore[assignment]
    claim = replace(claim, verdict=outcome.answer, follows=follows, why=outcome.why, under=under)
    claim = replace(claim, reading=reading_of(left, right))
    if outcome.answer == "wrong":
        claim = replace(claim, example=example_of(along, *sides, outcome.reading))
    return claim, outcome.reading, along
