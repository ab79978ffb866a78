"""What a formula says besides equalities: y ∈ ℝᴺ, L ≥ 0, y ≠ 0. Judged by shapes and numbers, as far as they tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from derive.check.entries import COMPARE, USUAL
from derive.check.judge import Judge
from derive.check.report import Claim
from derive.check.sides import is_arithmetic, is_differential
from derive.check.symbols import Symbols
from derive.check.values import Disagree, Unknown, Value
from derive.check.write import write
from derive.syntax.tree import Fenced, List, Name, Node, Number, Relation, Sum, Times, children

EQUALITIES = ("=", ":=", "==", "<-", "approx", "+=", "-=")
TRIED = "it holds at all points that were tried, which is no proof"
Extent = tuple[float, ...]


def other_claim(judge: Judge, claim: Claim, left: Node, relation: str, right: Node) -> Claim | None:
    """The claim `left relation right`, where the relation is no equality; None if it only says a shape that is so."""
    claim = replace(claim, reading=write(Relation((left, right), (relation,))))
    try:
        if relation == "in":
            return None if _is_in(judge, left, right) else replace(claim, verdict="wrong", why=_shapes(judge, left))
        return _compared(judge, claim, left, relation, right)
    except (Disagree, Unknown, RecursionError) as problem:
        why = str(problem) if not isinstance(problem, RecursionError) else "it is nested too deep"
        return replace(claim, verdict="unknown", why=why)


def _compared(judge: Judge, claim: Claim, left: Node, relation: str, right: Node) -> Claim:
    """An order at every entry. One that fails is wrong; numbers show a sign, and that sides differ, but no bound."""
    compare = COMPARE.get(relation)
    if compare is None:
        raise Unknown("this relation is not judged, only what is equal is")
    for point in range(len(judge.settings)):
        a, b = judge.sides(left, right, point, USUAL)
        try:
            held = compare(*np.broadcast_arrays(a.array, b.array))
        except ValueError:
            raise Unknown(f"{a.shape} compared with {b.shape}") from None
        if not held.all():
            return replace(claim, verdict="wrong", why="random numbers show that it does not hold")
    if relation == "!=" or is_arithmetic(left) or _is_zero(right):
        return replace(claim, verdict="right")
    raise Unknown(TRIED)


def _is_zero(node: Node) -> bool:
    return (isinstance(node, Number) and not float(node.text)) or (isinstance(node, Name) and node.base == "0")


def _shapes(judge: Judge, left: Node) -> str:
    return f"the left side is {_value(judge, left, 0).shape}"


def _value(judge: Judge, node: Node, point: int) -> Value:
    return judge.sides(node, node, point, USUAL)[0]


def _is_in(judge: Judge, left: Node, right: Node) -> bool:
    """Whether a value's shape is that of ℝ^N, ℝ^{N × K}; a column may be ℝ^{N × 1}, a row ℝ^{1 × N}."""
    for point in range(len(judge.settings)):
        said = tuple(n for n in _said(judge.symbols, right, judge, point) if n != 1)
        value = _value(judge, left, point)
        axes = (value.rows, value.columns)
        if value.is_odd or any(axis is not None and axis.is_open for axis in axes):
            raise Unknown("nothing says what shape the left side has")
        if said != tuple(float(axis.length) for axis in axes if axis is not None and axis.length != 1):
            return False
    return True


def _said(symbols: Symbols, right: Node, judge: Judge, point: int) -> Extent:
    """The sizes of ℝ^{N × K}."""
    if not isinstance(right, Name) or right.base != "R" or right.subs:
        raise Unknown(f"nothing says whether it is in {right.tex or write(right)}")
    if not right.sups:
        return ()
    sizes = right.sups[0].body if isinstance(right.sups[0], Fenced) else right.sups[0]
    product = isinstance(sizes, Times) and all(join == "times" for join in sizes.joins)
    parts = children(sizes) if isinstance(sizes, List) or product else (sizes,)
    position = judge.evaluator(point, USUAL).position
    found = [position(part) for part in parts]
    if any(np.ndim(one) for one in found):
        raise Unknown(f"the shape {write(sizes)}")
    return tuple(float(one) for one in found)


def after_colon(node: Relation) -> tuple[tuple[Node, ...], Relation]:
    """i ∈ {1, …, N}: a = b  as what stands before the colon, and a = b."""
    for n, relation in enumerate(node.relations):
        if relation in EQUALITIES:
            break
        if relation == ":" and len(node.sides) > n + 2:
            before = node.sides[0] if n == 0 else Relation(node.sides[: n + 1], node.relations[:n])
            rest = Relation(node.sides[n + 1 :], node.relations[n + 1 :], tex=node.tex, at=node.at)
            return (before,), rest
    return (), node


def with_inner_products(node: Relation) -> Relation:
    """dE = Ā : dA + B̄ : dB, where each : after the = is an inner product of matrices."""
    first = next((n for n, relation in enumerate(node.relations) if relation in EQUALITIES), None)
    if first is None or ":" not in node.relations[first + 1 :] or set(node.relations[first + 1 :]) != {":"}:
        return node
    sides = node.sides[first + 1 :]
    if any(isinstance(one, (List, Relation)) for one in sides) or not any(map(is_differential, sides)):
        return node
    made = sides[0]
    for side in sides[1:]:
        made = _contracted(made, side)
    return Relation((*node.sides[: first + 1], made), node.relations[: first + 1], tex=node.tex, at=node.at)


def _contracted(one: Node, other: Node) -> Node:
    """… + a : b + …, between the last term before the : and the first one after it."""
    before, after = (side if isinstance(side, Sum) else Sum((side,), ("+",)) for side in (one, other))
    inner = Fenced("<", ">", List((before.terms[-1], after.terms[0])))
    terms, signs = (*before.terms[:-1], inner, *after.terms[1:]), (*before.signs, *after.signs[1:])
    return inner if signs == ("+",) else Sum(terms, signs)


def as_added(left: Node, relation: str, right: Node) -> tuple[str, Node]:
    """a ← a + b and a −= b as a += b."""
    if relation == "-=":
        return "+=", Sum((right,), ("-",))
    if isinstance(right, Sum) and relation != "+=":
        same = [n for n, term in enumerate(right.terms) if right.signs[n] == "+" and _alike(term, left)]
        kept = [n for n in range(len(right.terms)) if n not in same]
        if len(same) == 1 and kept:
            terms, signs = tuple(right.terms[n] for n in kept), tuple(right.signs[n] for n in kept)
            return "+=", terms[0] if len(terms) == 1 and signs == ("+",) else Sum(terms, signs)
    return relation, right


def _alike(one: Node, other: Node) -> bool:
    return "".join(write(one).split()) == "".join(write(other).split())
