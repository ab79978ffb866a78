"""Products as they are written: side by side binds tighter than · and ∘; calls and ∂'s are told apart here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from derive.check.derivatives import is_mark, marks, with_fractions
from derive.check.forms import Function, Quantity
from derive.check.functions import AXIS_FUNCTIONS
from derive.check.surgery import all_nodes
from derive.check.values import Disagree, Unknown, Value, contracted, elementwise, product, same
from derive.syntax.cursor import beside
from derive.syntax.marks import flat, text_of
from derive.syntax.tree import Fenced, Fraction, List, Name, Node, Number, Relation, Scripted, Times, edited

if TYPE_CHECKING:
    from derive.check.evaluate import Evaluator

TIGHT = ("", "@")
ONE_HOT = Function("1[·]", 0)
CHANGE = Function("d", 0)
"""The d of a differential, along a direction."""


@dataclass(frozen=True, eq=False, slots=True)
class Unit:
    """One factor: a node, or a function with its argument."""

    node: Node
    function: Function | None = None
    argument: Unit | Node | None = None


def times(ev: Evaluator, node: Times) -> Value:
    """The product's value."""
    node = with_fractions(node)
    if len(node.factors) == 1:
        return ev.value(node.factors[0])
    runs = list(_runs(node))
    if ev.reading.tight:
        return _left_to_right(ev, runs)
    join, run = runs[0]
    total = _tight(ev, run)
    for join, run in runs[1:]:
        if join == "/":
            units = list(units_of(ev, run))
            total = ev.divided(total, value_of(ev, units[0]))
            for unit in units[1:]:
                total = _joined(ev, total, value_of(ev, unit), "")
        else:
            total = _joined(ev, total, _tight(ev, run), join)
    return total


def _runs(node: Times) -> Iterator[tuple[str, list[Node]]]:
    """Factors that stand side by side, each run with the sign before it; ∂a / ∂b is one factor."""
    run: list[Node] = [node.factors[0]]
    before = ""
    for join, factor in zip(node.joins, node.factors[1:], strict=True):
        if join in TIGHT or (join == "cdot" and is_nabla(run[-1])):
            run.append(factor)
        else:
            yield before, run
            before, run = join, [factor]
    yield before, run


def is_nabla(node: Node) -> bool:
    """∇_x, which belongs to what follows."""
    return isinstance(node, Name) and node.base == "nabla" and bool(node.subs)


def _left_to_right(ev: Evaluator, runs: Sequence[tuple[str, list[Node]]]) -> Value:
    total: Value | None = None
    for join, run in runs:
        for n, unit in enumerate(units_of(ev, run)):
            value = value_of(ev, unit)
            total = value if total is None else _joined(ev, total, value, join if n == 0 else "")
    assert total is not None
    return total


def _tight(ev: Evaluator, run: Sequence[Node]) -> Value:
    total: Value | None = None
    units = list(units_of(ev, run))
    for n, unit in enumerate(units):
        value = ev.ones() if _is_ones(ev, total, unit, units[n + 1 :]) else value_of(ev, unit)
        total = value if total is None else _joined(ev, total, value, "")
    assert total is not None
    return total


def _is_ones(ev: Evaluator, before: Value | None, unit: Unit, after: Sequence[Unit]) -> bool:
    """Whether a plain 1 is the vector of ones, as nobody writes a number there: X 1, m 1, 1 qᵀ."""
    if unit.function or not isinstance(unit.node, Number) or unit.node.text != "1":
        return False
    if before is not None and (before.columns is not None or before.is_scalar):
        return True
    value = value_of(ev, after[0]) if after else None
    return value is not None and value.columns is not None and value.rows is None


def _joined(ev: Evaluator, left: Value, right: Value, join: str) -> Value:
    if ev.reading.schematic and join in ("", "cdot", "times"):
        met = contracted(left, right)
        if met is not None:
            return met
    if join in ("circ", "odot"):
        return elementwise(left, right)
    if join == "oslash":
        return elementwise(left, right, np.divide, "⊘")
    if join == "otimes":
        return product(left, right.transposed if right.rows and not right.columns else right)
    if join == "/":
        return ev.divided(left, right)
    if join in ("cdot", "times", "*") and not (left.is_scalar or right.is_scalar):
        return _dotted(ev, left, right)
    return product(left, right)


def _dotted(ev: Evaluator, left: Value, right: Value) -> Value:
    how = ev.reading.dot
    if how == "elementwise":
        return elementwise(left, right, sign="·")
    if how == "inner":
        turned = left.transposed if left.rows and not left.columns else left
        return product(turned, right if right.rows else right.transposed)
    return product(left, right)


def units_of(ev: Evaluator, run: Sequence[Node]) -> Iterator[Unit]:
    """The factors of a run, each function with its argument, each ∂ and ∇ with what it belongs to."""
    rest = list(run)
    while rest:
        unit, count = _first(ev, rest)
        yield unit
        rest = rest[count:]


def _first(ev: Evaluator, rest: Sequence[Node]) -> tuple[Unit, int]:
    head = rest[0]
    if len(rest) > 1 and isinstance(head, Fraction) and is_mark(ev, head.top):
        count = _reach(ev, rest[1:]) or len(rest) - 1
        return Unit(Fraction(Times((head.top, _side_by_side(rest[1 : count + 1])), ("",)), head.bottom)), count + 1
    if len(rest) > 1 and isinstance(head, Name):
        called = None
        if head.base == "nabla" and not head.subs and len(rest) > 2 and isinstance(rest[1], Name):
            called = function_of(ev, rest[1]) or called_so(ev, rest[1], rest[2])
        if called is not None:
            return Unit(rest[1], replace(called, order=called.order + 1), rest[2]), 3
        if head.base == "nabla":
            count = _reach(ev, rest[1:]) or 1
            return Unit(gradient_of(ev, head, _side_by_side(rest[1 : count + 1]))), count + 1
        if marks(ev, head, rest[1]):
            return _differential(ev, rest)
        if is_one_hot(ev, head, rest[1]):
            return Unit(rest[1], ONE_HOT), 2
        function = function_of(ev, head) or called_so(ev, head, rest[1])
        if function is not None:
            inner, count = _first(ev, rest[1:])
            return Unit(head, function, inner if inner.function else rest[1]), count + 1 if inner.function else 2
    return Unit(head), 1


def _reach(ev: Evaluator, rest: Sequence[Node]) -> int:
    """How many factors ∂/∂x and ∇ are applied to: tr (A B), xᵀ S x, all up to the first number that is no constant; 0
    where there is none."""
    if len(rest) == 1 or (isinstance(rest[0], Name) and ev.symbols.is_cost_letter(rest[0])):
        return 1
    count, total = 0, None
    while count < len(rest):
        try:
            unit, more = _first(ev, rest[count:])
            value = value_of(ev, unit)
            total = value if total is None else _joined(ev, total, value, "")
        except (Disagree, Unknown):
            return 0
        count += more
        if total.is_scalar and not total.is_fixed:
            return count
    return 0


def _side_by_side(factors: Sequence[Node]) -> Node:
    return factors[0] if len(factors) == 1 else Times(tuple(factors), beside(tuple(factors)))


def called_so(ev: Evaluator, name: Name, then: Node) -> Function | None:
    """The function that a quantity is named after: f = f(x)."""
    inner = then.body if isinstance(then, Scripted) else then
    if isinstance(inner, Fenced) and inner.opening == "(" and name.base in ev.symbols.derivation.network.functions:
        return next((m for m in ev.symbols.meanings(name) if isinstance(m, Function)), None)
    return None


def is_one_hot(ev: Evaluator, head: Name, then: Node) -> bool:
    """1[t]: a row for each class, 1 at its position."""
    inner = then.body if isinstance(then, Scripted) else then
    return head.base == "1" and isinstance(inner, Fenced) and ev.class_named(inner.body) is not None


def function_of(ev: Evaluator, name: Name) -> Function | None:
    """The function that a name is, if it is no quantity; softmax_{m ≤ i} is one under a condition."""
    condition = name.subs[0] if len(name.subs) == 1 and isinstance(name.subs[0], Relation) else None
    if condition is not None:
        bare = function_of(ev, edited(name, subs=()))
        return replace(bare, condition=condition) if bare is not None else None
    key = name.base + "′" * name.primes
    if key in ev.functions and not name.subs and not name.accents:
        return Function(key, 0, name.sups[0] if name.sups else None)
    if name.base in ev.functions and name.primes == 1 and not name.subs and not name.accents:
        return Function(name.base, 1, name.sups[0] if name.sups else None)
    for meaning in ev.symbols.meanings(name):
        return meaning if isinstance(meaning, Function) else None
    return None


def _differential(ev: Evaluator, rest: Sequence[Node]) -> tuple[Unit, int]:
    """d x: the error signal of x, as code writes it; d f d x: ∂f/∂x."""
    if len(rest) >= 4 and is_mark(ev, rest[2]) and isinstance(rest[2], Name) and rest[2].base != "nabla":
        top = Times(tuple(rest[:2]), ("",))
        return Unit(Fraction(top, Times(tuple(rest[2:4]), ("",)))), 4
    only = rest[1]
    if ev.setting.ends is not None:
        inner, count = _first(ev, rest[1:])
        return Unit(
            _side_by_side(rest[1 : count + 1]) if inner.function else only, CHANGE
        ), count + 1 if inner.function else 2
    if isinstance(only, Name):
        return Unit(edited(only, accents=(*only.accents, r"\bar"))), 2
    raise Unknown("a d that belongs to nothing")


def gradient_of(ev: Evaluator, nabla: Name, of: Node) -> Node:
    """∇_x E as ∂E/∂x, ∇²_x E as ∂²E/∂x∂x."""
    if not nabla.subs:
        raise Unknown("∇ without a subscript: a gradient with respect to what?")
    mark = Name("partial")
    below = nabla.subs[0]
    if nabla.sups:
        if len(nabla.sups) > 1 or text_of(nabla.sups[0]) != "2":
            raise Unknown(f"{nabla.tex}")
        twice = replace(mark, sups=nabla.sups)
        return Fraction(Times((twice, of), ("",)), Times((mark, below, mark, below), ("",) * 3))
    return Fraction(Times((mark, of), ("",)), Times((mark, below), ("",)))


def value_of(ev: Evaluator, unit: Unit) -> Value:
    if unit.function is None:
        if isinstance(unit.node, Name) and function_of(ev, unit.node) is not None and not ev.is_given(unit.node):
            raise Unknown(f"{unit.node.tex} of what?")
        return ev.value(unit.node)
    if unit.function is ONE_HOT:
        return _one_hot(ev, unit.node)
    if unit.function is CHANGE:
        return _change(ev, unit.node)
    return called(ev, unit.function, unit.argument)


def _change(ev: Evaluator, node: Node) -> Value:
    """dx and d(x), of quantities of the problem; d(x)ᵀ is the transpose of d(x)."""
    if isinstance(node, Scripted) and isinstance(node.body, Fenced):
        if not all(ev.is_transpose(sup) for sup in flat(node.sups)):
            raise Unknown(f"d{node.tex}: of which of both?")
        return ev.with_scripts(_change(ev, node.body), flat(node.subs), flat(node.sups))
    known = ev.symbols.derivation.network.tensors
    for name in (n for n in all_nodes(node) if isinstance(n, Name)):
        for met in ev.symbols.meanings(name)[:1]:
            if isinstance(met, Quantity) and (met.bar or known.get(met.tensor.name) != met.tensor):
                raise Unknown(f"the change of {name.tex or name.base}")
        if is_mark(ev, name):
            raise Unknown("a change of a change")
    return ev.change(node)


def _one_hot(ev: Evaluator, node: Node) -> Value:
    if isinstance(node, Scripted):
        return ev.with_scripts(_one_hot(ev, node.body), flat(node.subs), flat(node.sups))
    assert isinstance(node, Fenced)
    return ev.one_hot_rows(node.body)


def called(ev: Evaluator, function: Function, argument: Unit | Node | None) -> Value:
    """A function of its argument; scripts after the parenthesis belong to the result: σ(z)², softmax(y)_i, φ′(r)ᵀ."""
    if isinstance(argument, Unit) and argument.argument is not None and _is_log_det(function, argument.function):
        return called(ev, replace(function, name="logdet"), argument.argument)
    if isinstance(argument, Unit):
        return ev.applied_to(function, value_of(ev, argument))
    assert argument is not None
    if isinstance(argument, Scripted) and isinstance(argument.body, Fenced):
        value = called(ev, function, argument.body)
        return ev.with_scripts(value, flat(argument.subs), flat(argument.sups))
    if isinstance(argument, Fenced) and isinstance(argument.body, List):
        return _of_list(ev, function, argument.body)
    if function.name == "log" and is_determinant(ev, argument):
        assert isinstance(argument, Fenced)
        return called(ev, replace(function, name="logdet"), argument.body)
    if function.name in AXIS_FUNCTIONS:
        met = _entry_of(ev, function, argument)
        if met is not None:
            return met
    return ev.applied_to(function, ev.value(argument))


def _is_log_det(outer: Function, inner: Function | None) -> bool:
    """log det A, by which people mean log |det A|."""
    return outer.name == "log" and inner is not None and inner.name == "det" and inner.power is None


def is_determinant(ev: Evaluator, node: Node) -> bool:
    """|A| of a square matrix."""
    if not isinstance(node, Fenced) or node.opening != "|" or isinstance(node.body, (List, Relation)):
        return False
    value = ev.value(node.body)
    return value.rows is not None and value.columns is not None and same(value.rows, value.columns)


def _of_list(ev: Evaluator, function: Function, items: List) -> Value:
    """max(0, z), entry by entry."""
    how = {"amax": np.maximum, "amin": np.minimum, "max": np.maximum, "min": np.minimum}.get(function.name)
    if how is None:
        raise Unknown(f"{function.name} of several arguments")
    values = [ev.value(item) for item in items.items]
    total = values[0]
    for value in values[1:]:
        total = elementwise(total, value, how, ",")
    return total


def _entry_of(ev: Evaluator, function: Function, argument: Node) -> Value | None:
    """softmax(y_i), as people write softmax(y)_i."""
    inner = argument.body if isinstance(argument, Fenced) else argument
    if not isinstance(inner, Name):
        return None
    for meaning in ev.symbols.meanings(inner):
        if isinstance(meaning, Quantity) and meaning.is_entry and meaning.tensor.axes and not meaning.bar:
            return ev.entry_of_whole(meaning, lambda whole: ev.applied_to(function, whole))
    return None
