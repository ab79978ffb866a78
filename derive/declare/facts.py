"""What a file states under `facts`: properties (`A symmetric`), relations (`sum(t) == 1`, `0 <= x < 2`), sets
(`y in (0, 1)`, `mask in {0, 1}`). Formulas are read by the reader of the equations; nothing is run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from types import MappingProxyType

from derive.declare.elaborate import value
from derive.declare.formula import Node, Statement, parsed
from derive.declare.marks import Passage, Source
from derive.declare.naming import Letters, named
from derive.declare.scope import Bound, Context, Fault, Scope, walk
from derive.declare.tokens import Token, at_token, scan
from derive.declare.words import did_you_mean, listed
from derive.errors import Place, Problem
from derive.notation.canonical import key
from derive.notation.equation import Equation
from derive.notation.expression import ONE, Apply, Entry, Expr, Power, Tensor, Term, number, of
from derive.notation.fact import Fact
from derive.notation.index import Index
from derive.notation.interval import ANY, Interval, point
from derive.notation.layout import Array, Misfit, aligned, extent
from derive.notation.product import add, bracket, negative, summed
from derive.notation.walk import entries, free_letters, substitute
from derive.operators.stated import PROPERTIES

ONE_HOT = ("one_hot", "one-hot")
WORDS = (*PROPERTIES, ONE_HOT[0])
FORMS = "write `A symmetric`, `sum(t) == 1`, `x > 0`, `y in (0, 1)` or `mask in {0, 1}`"
SIGNS: Mapping[str, tuple[Interval, str]] = MappingProxyType(
    {
        "<": (Interval(-math.inf, Fraction(0), True, True), ">"),
        "<=": (Interval(-math.inf, Fraction(0), True, False), ">="),
        ">": (Interval(Fraction(0), math.inf, True, True), "<"),
        ">=": (Interval(Fraction(0), math.inf, False, True), "<="),
    }
)
"""What left − right is, and the relation with its sides exchanged."""
NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:/\d+)?|[-+]?inf"
INTERVAL = re.compile(rf"([(\[])\s*({NUMBER})\s*,\s*({NUMBER})\s*([)\]])\s*")
MEMBERS = re.compile(rf"\{{\s*((?:{NUMBER})(?:\s*,\s*(?:{NUMBER}))*)\s*,?\s*\}}\s*")


class _Wrong(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.what)


def stated(source: Source, context: Context, poisoned: set[str], problems: list[Problem]) -> list[Fact]:
    """The facts of a source, in its order; what is wrong with them is added to the problems."""
    found: list[Fact] = []
    for passage, tokens in _written(source):
        if any(passage.text[a:b] in poisoned for kind, a, b in tokens if kind == "NAME"):
            continue
        try:
            found += _facts(passage, tokens, context)
        except _Wrong as wrong:
            problems.append(wrong.problem)
    problems.extend(_contradictions(found))
    return _diagonal(found)


def _diagonal(facts: list[Fact]) -> list[Fact]:
    """A matrix that is lower and upper, or one of them and symmetric, is diagonal: said in the place of the first."""
    kinds: dict[Tensor, list[Fact]] = {}
    for fact in facts:
        if fact.kind in ("lower", "upper", "symmetric") and fact.whole is not None:
            own = kinds.setdefault(fact.whole, [])
            own += [fact] if all(fact.kind != other.kind for other in own) else []
    found = [fact for fact in facts if len(kinds.get(fact.tensors[0], ())) < 2 or fact not in kinds[fact.tensors[0]]]
    for met in kinds.values():
        if len(met) > 1:
            found.append(replace(met[0], kind="diagonal", text=" and ".join(fact.text for fact in met)))
    return found


def in_letters(fact: Fact, letters: Letters) -> Fact:
    """The fact with its letters named as those of the equations are."""
    left = Entry(Tensor("·"), tuple(letter.slot for letter in fact.letters))
    both = Expr((Term(1, (), (Power(fact.left), Power(fact.right))),))
    done = named(Equation(left, both), letters)
    one, other = (f.base for f in done.right.terms[0].factors if isinstance(f, Power))
    return replace(fact, letters=done.letters, left=one, right=other)


def _written(source: Source) -> Iterator[tuple[Passage, list[Token]]]:
    """The tokens of each fact: of a list one for each entry, of a text one for each line or between commas."""
    given = source.data.get("facts", [])
    texts = [(given, ("facts",))] if isinstance(given, str) else [(t, ("facts", n)) for n, t in enumerate(given)]
    for text, path in texts:
        passage = source.passage(text, *path)
        for tokens in _apart(passage):
            yield passage, tokens


def _apart(passage: Passage) -> Iterator[list[Token]]:
    current: list[Token] = []
    depth = 0
    for token in scan(passage.text):
        character = passage.text[token[1]]
        if token[0] == "newline" or (character == "," and depth == 0):
            if current and (depth == 0 or token[0] != "newline"):
                yield current
                current = []
            continue
        depth = max(0, depth + (character in "([{") - (character in ")]}"))
        current.append(token)
    if current:
        yield current


def _facts(passage: Passage, tokens: list[Token], context: Context) -> list[Fact]:
    """One stated fact; several for a chain 0 < x < y."""
    words = [passage.text[begin:end] for _, begin, end in tokens]
    text = " ".join(passage.text[tokens[0][1] : tokens[-1][2]].split())
    place = passage.place(tokens[0][1])
    said = _property(words, tokens)
    if "in" in words[1:]:
        at = words.index("in", 1)
        left, scope = _side(passage, tokens[:at], context)
        return _members(left, passage, tokens[at], passage.text[tokens[at][2] : tokens[-1][2]], text, place)
    if said:
        name, count = said
        left, scope = _side(passage, tokens[:-count], context)
        return _of_property(name, left, scope, text, place)
    statement = _parsed(passage, tokens, "fact")
    scope = _scope(context, statement)
    return _joined(_relations(scope, statement.root, text, place))


def _joined(facts: Iterator[Fact]) -> list[Fact]:
    """0 <= x < 2 as one interval."""
    found: list[Fact] = []
    for fact in facts:
        last = found[-1] if found else fact
        if last is not fact and fact.kind == last.kind == "within" and _about(fact) == _about(last):
            found[-1] = replace(last, within=last.within.meet(fact.within))
        else:
            found.append(fact)
    if any(fact.kind == "within" and fact.within.is_empty for fact in found):
        fact = found[-1]
        raise _Wrong(Problem(fact.place, f"`{fact.text}`: no number lies there", "exchange the two ends"))
    return found


def _property(words: Sequence[str], tokens: Sequence[Token]) -> tuple[str, int] | None:
    """The property that stands last, and how many tokens it has; a word in its place that is none is one, too."""
    if words[-3:] == ["one", "-", "hot"]:
        return ONE_HOT[0], 3
    if words[-2:] == ["positive", "definite"] and len(words) > 2:
        return "definite", 2
    follows = len(tokens) > 1 and tokens[-1][0] == "NAME" and tokens[-2][0] in ("NAME", "RSQB", "RPAR")
    return (words[-1], 1) if follows else None


def _parsed(passage: Passage, tokens: list[Token], start: str) -> Statement:
    statement, problem = parsed(passage, tokens, start)
    if statement is None:
        assert problem is not None
        mend = "an equality is `==`" if problem.what.startswith("`=`") else FORMS
        raise _Wrong(replace(problem, mend=mend))
    return statement


def _scope(context: Context, statement: Statement) -> Scope:
    """The problem's letters are at hand, those aside that a Σ of the fact runs over."""
    calls = [node for node in walk(statement.root) if node.kind == "call"]
    summed_over = {statement.word(part) for call in calls for part in call.parts[1:-1] if part.kind == "name"}
    known = {**context.letters, **context.labels}
    bound = {name: Bound(Index(name, limits), None) for name, limits in known.items() if name not in summed_over}
    return Scope(context, statement, MappingProxyType(bound))


def _value(scope: Scope, node: Node) -> Array:
    try:
        return value(scope, node)
    except Fault as fault:
        raise _Wrong(fault.problem(scope.statement)) from None


def _side(passage: Passage, tokens: list[Token], context: Context) -> tuple[Array, Scope]:
    statement = _parsed(passage, tokens, "axis")
    scope = _scope(context, statement)
    node = statement.root.parts[0]
    return _value(scope, node), scope


def _refused(scope: Scope, text: str, place: Place, what: str, mend: str) -> _Wrong:
    return _Wrong(Problem(place, f"`{text}`: {what}", mend, scope.declared(scope.statement.root.parts[0])))


def _letters(*exprs: Expr, first: Sequence[Index | None] = ()) -> tuple[Index, ...]:
    """The letters at which a fact holds; rows and columns come last."""
    own = [x for x in first if x is not None]
    free = dict.fromkeys(x for expr in exprs for x in free_letters(expr) if x not in own)
    return (*free, *own)


def _of_property(name: str, left: Array, scope: Scope, text: str, place: Place) -> list[Fact]:
    if name == ONE_HOT[0]:
        return _one_hot(left, scope, text, place)
    row = PROPERTIES.get(name)
    if row is None:
        mend = did_you_mean(name, WORDS) or f"the properties are {listed(WORDS)}"
        raise _refused(scope, text, place, f"`{name}` is no property", mend)
    entry = left.expr.factor
    if not isinstance(entry, Entry):
        raise _refused(scope, text, place, f"`{name}` is said of a formula", "say it of a quantity by its name")
    if left.rows is None or left.columns is None:
        raise _refused(scope, text, place, f"{name} is said of a matrix, and this is {left}", FORMS)
    if row.square and left.rows.range != left.columns.range:
        what = f"a matrix that is {name} is square, and this is {left}"
        square = f"declare it as [{extent(left.rows.range)}, {extent(left.rows.range)}]"
        mend = f"write `{scope.text(scope.statement.root.parts[0])} orthonormal` (QᵀQ = I), or {square}"
        raise _refused(scope, text, place, what, mend if name == "orthogonal" else square)
    return [Fact(name, text, left.expr, _letters(left.expr, first=(left.rows, left.columns)), place=place)]


def _one_hot(left: Array, scope: Scope, text: str, place: Place) -> list[Fact]:
    """Entries 0 and 1 that add up to 1: of a vector, or of each row of a matrix."""
    across = left.columns or left.rows
    if across is None or not isinstance(left.expr.factor, Entry):
        raise _refused(scope, text, place, f"one_hot is said of vectors or of rows, and this is {left}", FORMS)
    rest = (left.rows,) if left.columns else ()
    members = Fact("among", text, left.expr, _letters(left.expr), members=(Fraction(0), Fraction(1)), place=place)
    total = summed((across,), left.expr)
    return [members, Fact("equal", text, total, _letters(total, first=rest), ONE, place=place)]


def _members(left: Array, passage: Passage, at: Token, right: str, text: str, place: Place) -> list[Fact]:
    """y in (0, 1), y in {0, 1}."""
    letters = _letters(left.expr)
    interval, members = INTERVAL.fullmatch(right.strip()), MEMBERS.fullmatch(right.strip())
    if members:
        numbers = tuple(dict.fromkeys(_exact(n.strip()) for n in members[1].split(",")))
        if all(isinstance(n, Fraction) for n in numbers):
            return [Fact("among", text, left.expr, letters, members=numbers, place=place)]  # type: ignore[arg-type]
    if interval:
        lo, hi = _exact(interval[2]), _exact(interval[3])
        within = Interval(lo, hi, interval[1] == "(", interval[4] == ")")
        if within.is_empty:
            raise _Wrong(at_token(passage, at[1], at[2], f"no number lies in {right.strip()}", "the smaller end first"))
        return [Fact("within", text, left.expr, letters, within=within, place=place)]
    mend = "an interval is (0, 1), [0, 1) or [0, inf), a set {0, 1}"
    if not right.strip():
        raise _Wrong(at_token(passage, at[1], at[2], "nothing stands after `in`", mend))
    raise _Wrong(
        at_token(passage, at[1], at[2], f"`{right.strip()}` is neither an interval nor a set of numbers", mend)
    )


def _exact(text: str) -> Fraction | float:
    return float(text) if text.endswith("inf") else Fraction(text)


def _relations(scope: Scope, node: Node, text: str, place: Place) -> Iterator[Fact]:
    for left, sign, right in zip(node.parts[::2], node.parts[1::2], node.parts[2::2], strict=False):
        one, other = _sides(scope, left, right)
        try:
            leader, (a, b) = aligned(one, other)
        except Misfit:
            what = f"`{scope.text(left)}` is {one}, `{scope.text(right)}` is {other}"
            raise _Wrong(
                Problem(place, what, "both sides need one shape, or one is a number", scope.declared(left, right))
            ) from None
        own = _letters(a, b, first=(leader.rows, leader.columns))
        if not list(entries(a)) and not list(entries(b)):
            raise _refused(scope, text, place, "this says nothing of a quantity", FORMS)
        yield _relation(scope.word(sign), a, b, own, scope, text, place)


def _sides(scope: Scope, left: Node, right: Node) -> tuple[Array, Array]:
    """The values of both sides; an I that is nobody's name would be eye(K)."""
    for node, beside in ((left, right), (right, left)):
        if node.kind != "name" or scope.word(node) != "I":
            continue
        try:
            value(scope, node)
        except Fault as fault:
            size = _value(scope, beside).rows
            mend = f"the identity matrix is `eye({extent(size.range) if size else 'N'})`"
            raise _Wrong(replace(fault.problem(scope.statement), mend=mend)) from None
    return _value(scope, left), _value(scope, right)


def _relation(sign: str, a: Expr, b: Expr, own: tuple[Index, ...], scope: Scope, text: str, place: Place) -> Fact:
    if sign == "!=":
        raise _refused(scope, text, place, "a fact with != says nothing that can be used", "state what holds")
    if sign == "==":
        return _equality(*((b, a) if a.number is not None else (a, b)), own, text, place)
    if a.number is not None:
        a, b, sign = b, a, SIGNS[sign][1]
    within = SIGNS[sign][0]
    if b.number is None:
        return Fact("within", text, add(a, negative(b)), own, within=within, place=place)
    return Fact("within", text, a, own, within=within.plus(point(Fraction(b.number))), place=place)


def _equality(a: Expr, b: Expr, own: tuple[Index, ...], text: str, place: Place) -> Fact:
    """A == A.T is a property; ‖u‖ = 1 is kept as ‖u‖² = 1."""
    if len(own) > 1 and isinstance(a.factor, Entry):
        i, j = own[-2:]
        if i.range == j.range and key(b) == key(substitute(a, {i: j.slot, j: i.slot})) and key(a) != key(b):
            return Fact("symmetric", text, a, own, place=place)
    squared = _orthonormal(a, b, own, text, place)
    if squared is not None:
        return squared
    root, value = a.factor, b.number
    if isinstance(root, Apply) and root.function == "sqrt" and not root.partials and value is not None and value >= 0:
        a, b = root.args[0].body, number(value * value)
    return Fact("equal", text, a, own, b, place=place)


def _orthonormal(a: Expr, b: Expr, own: tuple[Index, ...], text: str, place: Place) -> Fact | None:
    """Qᵀ Q = I, Σ_n q_ni q_nj = δ_ij, or Q Qᵀ = I of the transpose."""
    only = a.terms[0] if len(a.terms) == 1 and len(own) > 1 else Term(0)
    if len(only.bound) != 1 or only.coefficient != 1 or key(b) != key(bracket("=", own[-2].slot, own[-1].slot)):
        return None
    (n,), (i, j) = only.bound, own[-2:]
    for one, other in permutations(only.factors) if len(only.factors) == 2 else ():
        if not isinstance(one, Entry) or substitute(of(one), {i: j.slot}) != of(other) or n.slot not in one.slots:
            continue
        fact = Fact("orthonormal", text, of(one), (*own[:-2], n, i), place=place)
        square = n.range == i.range
        return replace(fact, kind="orthogonal") if square else fact if fact.whole is not None else None
    return None


def _contradictions(facts: Sequence[Fact]) -> Iterator[Problem]:
    """Intervals and sets of one quantity that have no number in common."""
    known: dict[str, tuple[Interval, tuple[Fraction, ...] | None, Fact]] = {}
    for fact in facts:
        if fact.kind not in ("within", "among"):
            continue
        about = _about(fact)
        within, members, first = known.get(about, (ANY, None, fact))
        within = within.meet(fact.within)
        if fact.kind == "among":
            members = tuple(m for m in fact.members if members is None or m in members)
        if members is not None:
            members = tuple(m for m in members if within.holds(m))
        if within.is_empty or members == ():
            what = f"`{fact.text}` contradicts `{first.text}`"
            apart = first.place != fact.place and first.place is not None and first.place.file != "<python>"
            yield Problem(fact.place, what, "no number satisfies both", first.place if apart else None)
            return
        known[about] = within, members, first


def _about(fact: Fact) -> str:
    """What a fact is about, whatever its letters are called."""
    names = {x: f"·{n}" for n, x in enumerate(fact.letters)}
    return key(fact.left, names)
