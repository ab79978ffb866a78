r"""Formulas made plain before their names are read: \Delta W as one name, G(x)_i as the i-th of G where `G(x) = ...` is
an equation, r_t(\theta) as r_t where nothing is called θ, and \log\sigma^2 = ... as a quantity that gives σ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from derive.declare.latex.asked import Asked, bare
from derive.declare.latex.blocks import Unread, Written
from derive.declare.latex.names import Known
from derive.declare.latex.spelling import stems
from derive.syntax.read import Statement
from derive.syntax.tree import (
    Big,
    Fenced,
    Fraction,
    Grid,
    List,
    Name,
    Node,
    Number,
    Product,
    Relation,
    Root,
    Scripted,
    Sum,
    Times,
)
from derive.syntax.unreadable import Unreadable


@dataclass(frozen=True, slots=True)
class Plain:
    """What the left sides of a block say: what each is said to depend on, the logarithms given, and their names."""

    known: Known
    arguments: dict[str, str]
    given: frozenset[str]
    logs: dict[str, tuple[str, str]]
    notes: dict[str, None]

    def is_known(self, name: Name) -> bool:
        context, plain = self.known.context, replace(name, subs=(), sups=())
        declared = (context.sizes, context.letters, context.functions, self.given)
        if any(self.known.is_quantity(s) or any(s in names for names in declared) for s in stems(plain)):
            return True
        return any(known.startswith(f"{name.base}_") or known[:-1] == name.base for known in context.tensors)


def rewritten(found: Sequence[Written], known: Known, notes: dict[str, None]) -> list[Written]:
    """The statements with their formulas plain; raises Unread."""
    heads = [one.statement.node.sides[0] for one in found if isinstance(one.statement.node, Relation)]
    called = [_called(head) for head in heads]
    logs = {_key(log[1]): log for head in heads if (log := _logarithm(head)) is not None}
    plain = Plain(
        known,
        {stems(_plain(name))[0]: tex for name, tex in called if name is not None and tex},
        frozenset(stems(_plain(name))[0] for name, _ in called if name is not None),
        {key: _log_name(name, power) for key, (power, name) in logs.items()},
        notes,
    )
    out: list[Written] = []
    for one in found:
        try:
            nodes = _statement(one.statement.node, plain)
        except Unreadable as bad:
            raise Unread(one, bad) from None
        out += (replace(one, statement=Statement(node, one.statement.conditions)) for node in nodes)
    return out


def _statement(node: Node, plain: Plain) -> list[Node]:
    """An equation, plain; that of a logarithm with the one of what it is the logarithm of."""
    if not isinstance(node, Relation):
        return [node]
    left, *rights = node.sides
    log = _logarithm(left)
    left = _given(left, plain) if log is None else _one_name(log[1], plain)
    first = replace(node, sides=(left, *(_changed(side, plain) for side in rights)))
    return [first] if log is None else [first, _solved(node, log, plain)]


def _called(side: Node) -> tuple[Name | None, str]:
    """The name on the left, and what it is said to depend on."""
    if isinstance(side, Name):
        return side, ""
    if isinstance(side, Times) and side.joins == ("",) and isinstance(side.factors[0], Name):
        tail = side.factors[1]
        body = tail.body if isinstance(tail, Scripted) else tail
        if isinstance(body, Fenced) and body.opening == "(":
            return side.factors[0], "".join(body.tex.split())
    return None, ""


def _plain(name: Name) -> Name:
    return replace(name, subs=(), sups=())


def _given(side: Node, plain: Plain) -> Node:
    r"""A left side: \Delta W is a name, G(x)_i one with a position."""
    if isinstance(side, Times) and len(side.factors) == 2 and side.joins == ("",):
        head, tail = side.factors
        if _is_change(head, tail, plain):
            return _change(head, tail)
        at = isinstance(tail, Scripted) and not (tail.sups or tail.accents or tail.primes)
        body = tail.body if at and isinstance(tail, Scripted) else None
        if isinstance(head, Name) and not head.subs and isinstance(body, Fenced) and body.opening == "(":
            assert isinstance(tail, Scripted)
            return replace(side, factors=(replace(head, subs=tail.subs), body))
    return side


def _changed(node: Node, plain: Plain) -> Node:
    """A node with its products plain, from the inside out."""
    inner = _mapped(node, lambda one: _changed(one, plain))
    if not isinstance(inner, Times):
        return inner
    factors: list[Node] = [inner.factors[0]]
    joins: list[Product] = []
    for join, factor in zip(inner.joins, inner.factors[1:], strict=True):
        one = _joined(factors[-1], factor, plain) if join == "" else None
        if one is not None:
            factors[-1] = one
        else:
            factors.append(factor)
            joins.append(join)
    if len(factors) == len(inner.factors):
        return inner
    return factors[0] if len(factors) == 1 else replace(inner, factors=tuple(factors), joins=tuple(joins))


def _joined(head: Node, tail: Node, plain: Plain) -> Node | None:
    """Two factors that are one name; None where they are two."""
    if _is_change(head, tail, plain):
        return _change(head, tail)
    if not isinstance(head, Name):
        return None
    if (numbered := _numbered(head, tail, plain)) is not None:
        return numbered
    if head.base in ("log", "ln") and not (head.subs or head.sups) and (of := _squared(tail)) is not None:
        power, name = of
        log = plain.logs.get(_key(name))
        return _one_name(name, plain) if log is not None and _log_name(name, power)[0] == log[0] else None
    body = tail.body if isinstance(tail, Scripted) else tail
    if not isinstance(body, Fenced) or body.opening != "(" or body.closing != ")":
        return None
    said = plain.arguments.get(stems(_plain(head))[0])
    if said is not None and said == "".join(body.tex.split()):
        return _scripted(head, tail)
    names = body.body.items if isinstance(body.body, List) else (body.body,)
    if not plain.is_known(head) or plain.known.context.functions.get(stems(_plain(head))[0]):
        return None
    if all(isinstance(one, Name) and len(one.base) > 1 and not plain.is_known(one) for one in names):
        plain.notes.setdefault(f"`{bare(body)}` after `{bare(head)}` says what it depends on, and is no factor.")
        return _scripted(head, tail)
    if said is not None:
        what = f"`{bare(head)}{bare(body)}`: the equation of `{head.spelled or head.base}` is one at `{said}`"
        product = f"`{bare(head)} \\cdot {bare(body)}` for the product"
        raise Asked(head, what, "an equation for this value, with a name of its own", product)
    return None


def _numbered(head: Name, tail: Node, plain: Plain) -> Node | None:
    """h0, where that is declared: no factor stands behind its quantity as a number."""
    digits = tail.body if isinstance(tail, Scripted) else tail
    if head.subs or head.sups or head.primes or not isinstance(digits, Number):
        return None
    base = head.base + digits.text
    if base not in plain.known.context.tensors:
        return None
    name = replace(head, base=base, spelled=f"\\mathit{{{base}}}", tex=head.tex + digits.tex)
    return name if digits is tail else _scripted(name, tail)


def _scripted(head: Name, tail: Node) -> Node | None:
    """G(x)_i as G_i."""
    tex = f"{head.tex}{tail.tex}"
    if not isinstance(tail, Scripted):
        return replace(head, tex=tex)
    if tail.accents or tail.primes or (head.subs and tail.subs) or (head.sups and tail.sups):
        return None
    return replace(head, subs=head.subs or tail.subs, sups=head.sups or tail.sups, tex=tex)


def _is_change(head: Node, tail: Node, plain: Plain) -> bool:
    """ΔW, where nothing is called Δ."""
    delta = isinstance(head, Name) and head.base == "Delta" and not (head.subs or head.sups or head.accents)
    return delta and isinstance(head, Name) and isinstance(tail, Name) and not plain.is_known(head)


def _change(head: Node, tail: Node) -> Name:
    assert isinstance(head, Name) and isinstance(tail, Name)
    spelled = f"\\Delta {tail.spelled or tail.base}"
    return replace(
        tail, base=f"Delta_{tail.base}", face="italic", spelled=spelled, tex=f"{head.tex} {tail.tex}", at=head.at
    )


def _logarithm(side: Node) -> tuple[int, Name] | None:
    r"""(2, σ) for \log\sigma^2 on the left."""
    if not isinstance(side, Times) or len(side.factors) != 2 or side.joins != ("",):
        return None
    head, tail = side.factors
    log = isinstance(head, Name) and head.base in ("log", "ln") and not (head.subs or head.sups)
    return _squared(tail) if log else None


def _squared(node: Node) -> tuple[int, Name] | None:
    """(2, σ) for σ², (σ²) and (σ)²; (1, σ) for σ."""
    power = 1
    while True:
        if isinstance(node, Scripted) and not (node.subs or node.accents or node.primes) and power == 1:
            if len(node.sups) != 1 or not (isinstance(node.sups[0], Number) and node.sups[0].text == "2"):
                return None
            node, power = node.body, 2
        elif isinstance(node, Fenced) and node.opening == "(":
            node = node.body
        else:
            break
    if not isinstance(node, Name):
        return None
    if len(node.sups) == 1 and isinstance(node.sups[0], Number) and node.sups[0].text == "2" and power == 1:
        return 2, replace(node, sups=(), tex=node.tex.split("^")[0])
    return (power, node) if not node.sups else None


def _key(name: Name) -> str:
    return stems(_plain(name))[0]


def _log_name(name: Name, power: int) -> tuple[str, str]:
    """The name of the quantity that log σ² is, and its LaTeX."""
    tex = name.spelled or name.base
    for accent in name.accents:
        tex = f"{accent}{{{tex}}}"
    return f"log_{_key(name)}{power if power > 1 else ''}", f"\\log {tex}" + (f"^{power}" if power > 1 else "")


def _one_name(name: Name, plain: Plain) -> Name:
    called, tex = plain.logs[_key(name)]
    return replace(name, base=called, face="italic", accents=(), spelled=tex, tex=tex)


def _solved(node: Relation, log: tuple[int, Name], plain: Plain) -> Relation:
    """σ = e^{v/2} for the v that log σ² is."""
    power, name = log
    inner: Node = _one_name(name, plain)
    if power > 1:
        inner = Fraction(inner, Number(str(power), tex=str(power), at=name.at), tex=inner.tex, at=name.at)
    plain.notes.setdefault(
        f"`{plain.logs[_key(name)][1]}` is a quantity of its own, and `{bare(name)}` follows from it."
    )
    return replace(node, sides=(name, Name("e", spelled="e", sups=(inner,), tex="e", at=name.at)))


def _mapped(node: Node, change: Callable[[Node], Node]) -> Node:
    """A node with its parts changed; the same where none is."""

    def all_of(nodes: Sequence[Node]) -> tuple[Node, ...]:
        return tuple(change(one) for one in nodes)

    match node:
        case Sum():
            return replace(node, terms=all_of(node.terms))
        case Times():
            return replace(node, factors=all_of(node.factors))
        case Fraction():
            return replace(node, top=change(node.top), bottom=change(node.bottom))
        case Big() | Scripted() | Root() | Fenced():
            return replace(node, body=change(node.body))
        case List():
            return replace(node, items=all_of(node.items))
        case Relation():
            return replace(node, sides=all_of(node.sides))
        case Grid():
            return replace(node, rows=tuple(all_of(row) for row in node.rows))
        case Name() if node.sups and node.base == "e":
            return replace(node, sups=all_of(node.sups))
        case _:
            return node
