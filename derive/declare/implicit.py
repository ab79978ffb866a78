"""Quantities that a condition defines: y with F(y, x) = 0, written as an equation.

    implicit: {y: y == tanh(W @ y + U @ x + b)}      a fixed point: y = f(y, x)
    implicit: {w: A @ w == b}                        the two sides are of the shape of w; one side alone is = 0
    implicit: {"y[t]": W @ y[t] + tanh(y[t]) == x[t]}

Each is read as statements y = …, one for each side, by the same reader as equations.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from derive.declare.define import Piece, pieced
from derive.declare.formula import Statement, statements
from derive.declare.marks import Passage, Path, Source
from derive.declare.naming import letters, named
from derive.declare.network import Condition, Network
from derive.declare.scope import Context, walk
from derive.declare.tokens import CLOSES, Token, at_token, scan
from derive.errors import Problem
from derive.notation.equation import Equation
from derive.notation.expression import of
from derive.notation.product import add, negative
from derive.notation.walk import entries, substitute

MEND = "write one equation, y == f(y, x), or F(y, x) == 0"


@dataclass(frozen=True, slots=True)
class Conditioned:
    """One condition as it was written: `right` is y = its right side, `left` y = its left, None where that is y."""

    name: str
    right: Statement
    left: Statement | None = None


class _Misread(Exception):
    """What is wrong with a condition, and the characters that it is about."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.what)


def conditions(
    source: Source, axes: Mapping[str, int], problems: list[Problem], poisoned: set[str]
) -> list[Conditioned]:
    """The conditions of a file; what is wrong with the others is added to the problems, their names to `poisoned`."""
    found = []
    for head, text in source.data["implicit"].items():
        try:
            found.append(_condition(source, head, text, axes))
        except _Misread as misread:
            problems.append(misread.problem)
            poisoned.add(head.partition("[")[0].strip())
    return found


def stationary_pairs(given: Any) -> list[tuple[str, str, Path]]:
    """(w, E, where it stands) of {w: E}, of E in w, or of a list of these."""
    if isinstance(given, Mapping):
        return [(name, str(cost), ("stationary", name)) for name, cost in given.items()]
    alone = isinstance(given, str)
    texts = [(t, ("stationary", *(() if alone else (n,)))) for n, t in enumerate([given] if alone else given)]
    parts = ((text.partition(" in "), path) for text, path in texts)
    return [(name.strip(), cost.strip(), path) for (cost, _, name), path in parts]


def stationary(
    source: Source, context: Context, computed: Collection[str], problems: list[Problem], poisoned: set[str]
) -> dict[str, str]:
    """E in w as w -> E; what is wrong with the others is added to the problems, their names to `poisoned`."""
    found: dict[str, str] = {}
    for name, cost, path in stationary_pairs(source.data["stationary"]):
        if name in computed and cost and cost not in computed:
            what = (
                f"`{name}` has an equation, and `{cost}` has none: this asks for a {name} that makes {cost} stationary"
            )
            problems.append(Problem(source.value(*path), what, f"the other way round: `stationary: {name} in {cost}`"))
            poisoned.update((name, cost))
            continue
        wrong = _unstationary(name, cost, context, source, found)
        if wrong:
            problems.append(Problem(source.value(*path), *wrong))
            poisoned.add(name)
        else:
            found[name] = cost
    return found


def _unstationary(
    name: str, cost: str, context: Context, source: Source, found: Mapping[str, str]
) -> tuple[str, str] | None:
    """What is wrong with E in w, and how to mend it."""
    if not name or not cost:
        return "this is no condition", "write `stationary: E in w`, or {w: E}"
    if name in found or name in source.data.get("implicit", {}):
        return f"`{name}` has a condition already", "keep one of the two"
    if name in context.tensors:
        return f"`{name}` is declared, and a condition would define it", f"move it: `hidden: {{{name}: [...]}}`"
    return None


def placed(met: Sequence[Conditioned], written: Sequence[Statement]) -> list[Statement]:
    """The statements with those of the conditions, each before the first that reads it and that it does not rest on."""
    found = list(written)
    for one in met:
        every = [*found, *(other.right for other in met), *(other.left for other in met if other.left is not None)]
        below = _below(one.name, every)
        later = (n for n, s in enumerate(found) if one.name in _reads(s) and _target(s) not in below)
        found.insert(next(later, len(found)), one.right)
    return found


def idle(
    met: Iterable[Conditioned],
    found: Mapping[str, Condition],
    stationary: Mapping[str, str],
    written: Sequence[Statement],
    source: Source,
) -> Iterator[Problem]:
    """Conditions that do not read what they define, or out of which it drops; costs that do not read what should make
    them stationary."""
    conditions = list(met)
    every = [*written, *(one.left for one in conditions if one.left is not None)]
    for one in conditions:
        place = one.right.place(one.right.root.parts[1])
        if one.left is not None and one.name not in _below(one.name, every):
            what = f"the condition of `{one.name}` does not read `{one.name}`"
            yield Problem(place, what, MEND)
        elif one.name in found and _holds_anyway(one, found[one.name], every):
            what = f"the condition of `{one.name}` holds whatever `{one.name}` is: it does not determine `{one.name}`"
            yield Problem(place, what, MEND)
    computed = {_target(statement) for statement in every}
    for name, cost in stationary.items():
        if cost in computed and name not in _below(cost, every):
            what = f"`{cost}` does not depend on `{name}`: it is stationary wherever it is"
            yield Problem(source.value("stationary", name), what, f"name a cost that reads {name}")


def _holds_anyway(one: Conditioned, met: Condition, every: Sequence[Statement]) -> bool:
    """Whether y drops out of left − right, itself and all that rests on it."""
    own = (one.right, one.left)
    others = [s for s in every if s not in own]
    read = {entry.tensor.name for entry in entries(met.equation.right)}
    return one.name not in read and not any(one.name in _below(name, others) for name in read)


def _target(statement: Statement) -> str:
    return statement.word(statement.root.parts[0])


def _reads(statement: Statement) -> set[str]:
    return {statement.word(node) for node in walk(statement.root.parts[1]) if node.kind == "name"}


def _below(name: str, every: Sequence[Statement]) -> set[str]:
    """All that a quantity rests on."""
    reads: dict[str, set[str]] = {}
    for statement in every:
        reads.setdefault(_target(statement), set()).update(_reads(statement))
    met, waiting = set[str](), [name]
    while waiting:
        new = reads.get(waiting.pop(), set()) - met
        met |= new
        waiting.extend(new)
    return met


def _condition(source: Source, name: str, text: str, axes: Mapping[str, int]) -> Conditioned:
    passage = source.passage(text, "implicit", name)
    tokens = [token for token in scan(passage.text) if token[0] != "newline"]
    here = source.key("implicit", name) or passage.place(0)
    words = [name[a:b] for _, a, b in scan(name)]
    target = [(name, here)]
    if not words or not words[0].isidentifier() or (len(words) > 1 and words[1] != "["):
        what = f"`{name}` is no quantity"
        raise _Misread(Problem(source.key("implicit", name), what, "write its name: `implicit: {y: ...}`"))
    left, right, ranges = _sides(passage, tokens)
    own = words[0]
    if _is_entry(passage, right, own) and not _is_entry(passage, left, own):
        left, right = right, left
    if _is_entry(passage, left, own):
        return Conditioned(own, _statement(_text(passage, left), passage, right, ranges, axes))
    sides = [_statement(target, passage, side, ranges, axes) for side in (right, left)]
    return Conditioned(own, *sides)


def _sides(passage: Passage, tokens: list[Token]) -> tuple[list[Token], list[Token], list[Token]]:
    """What stands before the sign of the equation, what after it, and the ranges behind `for`."""
    place = next((n for n, token in enumerate(tokens) if token[0] == "FOR"), len(tokens))
    body, ranges = tokens[:place], tokens[place:]
    signs = [n for n in _outer(body) if body[n][0] in ("EQUAL", "RELATION")]
    if len(signs) > 1 or any(passage.text[body[n][1] : body[n][2]] not in ("=", "==") for n in signs):
        raise _Misread(at_token(passage, *body[signs[-1]][1:], "a condition is one equation", MEND))
    at = signs[0] if signs else len(body)
    left, right = body[:at], body[at + 1 :]
    if not left or (signs and not right):
        start = tokens[0][1] if tokens else 0
        raise _Misread(at_token(passage, start, start + 1, "a side of this condition is missing", MEND))
    return left, right, ranges


def _outer(tokens: Sequence[Token]) -> list[int]:
    """The places of the tokens that no bracket is around."""
    found, depth = [], 0
    for n, (kind, _, _) in enumerate(tokens):
        depth += (kind in CLOSES.values()) - (kind in CLOSES)
        if depth == 0:
            found.append(n)
    return found


def _is_entry(passage: Passage, tokens: Sequence[Token], name: str) -> bool:
    """Whether a side is y or y[t] alone."""
    words = [word for word, _ in _pieces(passage, tokens)]
    return words[:1] == [name] and (len(words) == 1 or (words[1] == "[" and words.index("]") == len(words) - 1))


def _pieces(passage: Passage, tokens: Sequence[Token]) -> list[Piece]:
    return [(passage.text[a:b], passage.place(a)) for _, a, b in tokens]


def _text(passage: Passage, tokens: Sequence[Token]) -> list[Piece]:
    """The text of some tokens as it stands, or, over several lines, token by token."""
    if not tokens:
        return []
    start, end = tokens[0][1], tokens[-1][2]
    whole = passage.text[start:end]
    return _pieces(passage, tokens) if "\n" in whole else [(whole, passage.place(start))]


def _statement(
    target: Sequence[Piece],
    passage: Passage,
    side: Sequence[Token],
    ranges: Sequence[Token],
    axes: Mapping[str, int],
) -> Statement:
    """target = side for ranges; the side that is not there is 0."""
    inner = _text(passage, side) or [("0", passage.place(0))]
    line = [*target, ("=", inner[0][1]), *inner, *_text(passage, ranges)]
    good, bad = statements(pieced(passage.file, [line]), axes)
    if bad or not good:
        raise _Misread(next(iter(bad.values())))
    return good[0]


def joined(right: Equation, left: Equation | None) -> tuple[Equation, Condition]:
    """The equation y = y + right − left, and the condition; where left is None, y = right."""
    if left is None:
        own = Equation(right.left, of(right.left), right.place)
        return right, Condition(own, right)
    letters = dict(zip(left.letters, (x.slot for x in right.letters), strict=True))
    same = Equation(right.left, substitute(left.right, letters), left.place)
    whole = add(of(right.left), right.right, negative(same.right))
    return Equation(right.left, whole, left.place), Condition(same, right)


MULTIPLIERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"lamda": ("lambda", "lam"), "mu": (), "nu": (), "kappa": (), "eta": (), "rho": (), "xi": (), "zeta": ()}
)
"""Names of Lagrange multipliers, and how else they are spelled."""


RESIDUALS = ("F", "G", "H", "P", "Q", "R")
"""Names of the difference of a condition's sides."""


def multipliers(names: Sequence[str], taken: Sequence[str]) -> dict[str, str]:
    """A name for the multiplier of each quantity that a condition defines, unlike all names that are taken, and all
    LaTeX that they are printed as."""
    met = {word.lower() for name in taken for word in re.findall(r"[^\W\d_]+", name)}
    free = [name for name, others in MULTIPLIERS.items() if not met.intersection((name, *others))]
    return dict(zip(names, (*free, *(f"lamda{n}" for n in range(1, len(names) + 1))), strict=False))


def with_conditions(
    network: Network, found: Mapping[str, Condition], stationary: Mapping[str, str], source: Source
) -> Network:
    """The network with its conditions, in the letters of its equations."""
    used = {*network.tensors, *network.sizes, *network.functions}
    chosen = letters(network.letters, network.sizes, network.tensors.values(), used)
    free = [name for name in RESIDUALS if not used.intersection((name, name.lower()))]
    called = {n: free[place] if place < len(free) else f"F_{n}" for place, n in enumerate((*found, *stationary))}
    conditions = {n: Condition(named(c.left, chosen), named(c.right, chosen), called[n]) for n, c in found.items()}
    asked = stationary_pairs(source.data.get("stationary", []))
    return replace(
        network,
        implicit=MappingProxyType(conditions),
        stationary=MappingProxyType(dict(stationary)),
        asked=MappingProxyType({name: source.value(*path) for name, _, path in asked}),
    )
