"""Formulas to index notation: the meaning of + - * / ** @ .T, of indexing and of brackets.

A part of a formula becomes an `Array`: an expression for each row and column. Everything is built by the constructors
of `product`, in the order in which it was written. What is called is in `calls`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from derive.declare.calls import call
from derive.declare.formula import Node
from derive.declare.inside import open_power, refuse_outside
from derive.declare.numbers import TOWER, exact, small, within_reach
from derive.declare.positions import fits, ordinal, part_of, positional, slot
from derive.declare.scope import Fault, Scope, unknown_name
from derive.declare.words import plural
from derive.notation.constants import KNOWN, PI
from derive.notation.expression import ONE, Expr, Relation, Tensor, number, of
from derive.notation.index import Index, Slot
from derive.notation.layout import Array, Misfit, aligned, array, entrywise, in_each_row, joined
from derive.notation.product import add, bracket, inverse, multiply, negative, power, summed


def value(scope: Scope, node: Node) -> Array:
    """What a part of a formula is."""
    return _KINDS[node.kind](scope, node)


def _sum(scope: Scope, node: Node) -> Array:
    arrays = [value(scope, part) for part in node.parts[::2]]
    signs = [False, *(sign.kind == "MINUS" for sign in node.parts[1::2])]
    leader, exprs = _aligned(scope, node.parts[::2], arrays, repeated=True)
    total = add(*(negative(expr) if minus else expr for minus, expr in zip(signs, exprs, strict=True)))
    return Array(total, leader.rows, leader.columns)


def _aligned(
    scope: Scope, nodes: tuple[Node, ...], arrays: list[Array], repeated: bool = False
) -> tuple[Array, list[Expr]]:
    try:
        leader, exprs = aligned(*arrays, repeated=repeated)
    except Misfit as misfit:
        raise beside(scope, nodes, arrays, misfit) from None
    for node, array_ in zip(nodes, arrays, strict=True):
        if repeated and in_each_row(leader, array_):
            scope.context.readings.setdefault(f"`{scope.text(node)}` stands in each row of {leader}.")
    return leader, exprs


def beside(scope: Scope, nodes: tuple[Node, ...], arrays: list[Array], misfit: Misfit) -> Fault:
    """A misfit in words: both parts, both shapes, where the first was declared."""
    if not misfit.pair:
        return Fault(nodes[0], misfit.what, misfit.mend, scope.declared(*nodes))
    left, right = misfit.pair
    what = f"`{scope.text(nodes[left])}` is {arrays[left]}, `{scope.text(nodes[right])}` is {arrays[right]}"
    return Fault(nodes[right], what, misfit.mend, scope.declared(nodes[left], nodes[right]))


def _product(scope: Scope, node: Node) -> Array:
    """Left to right, built at once: Σ over all letters that @ contracts of all factors."""
    first = value(scope, node.parts[0])
    shape, factors, bound = first, [first.expr], list[Index]()
    for sign, part in zip(node.parts[1::2], node.parts[2::2], strict=True):
        right = value(scope, part)
        before = Node("product", node.parts, node.first, part.first - 1) if sign is not node.parts[1] else node.parts[0]
        if sign.kind == "AT":
            inner, expr = _joined(scope, (before, part), shape, right)
            bound.extend(inner)
            shape = Array(ONE, shape.rows, right.columns)
        else:
            right = _inverse(scope, part, right) if sign.kind == "OVER" else right
            shape, (_, expr) = _beside_factors(scope, (before, part), [shape, right], sign.kind == "TIMES")
        factors.append(expr)
    return Array(summed(bound, within_reach(node, multiply(*factors))), shape.rows, shape.columns)


def _beside_factors(
    scope: Scope, nodes: tuple[Node, Node], arrays: list[Array], times: bool
) -> tuple[Array, list[Expr]]:
    """Factors entry by entry; where they only go together by @, that is said."""
    try:
        return _aligned(scope, nodes, arrays)
    except Fault as fault:
        left, right = arrays
        if times and left.columns and right.rows and left.columns.range == right.rows.range:
            kind = "a matrix times a vector" if left.rows or right.columns else "the product of a row and a column"
            kind = "a product of matrices" if left.rows and right.columns else kind
            fault.mend = (
                f"for {kind} write `{scope.written(nodes[0])} @ {scope.written(nodes[1])}`; * goes entry by entry"
            )
        raise


def _inverse(scope: Scope, node: Node, array_: Array) -> Array:
    if array_.expr.number == 0:
        raise Fault(node, "division by zero", "")
    refuse_outside(scope, node, array_.expr)
    return entrywise(inverse, array_)


def _joined(scope: Scope, nodes: tuple[Node, Node], left: Array, right: Array) -> tuple[tuple[Index, ...], Expr]:
    try:
        return joined(left, right)
    except Misfit as misfit:
        before, part = nodes
        what = f"`{scope.text(before)}` is {left}, `{scope.text(part)}` is {right}: @ does not join them"
        mend = misfit.mend
        for side, one in (("left", before), ("right", part)):
            if mend == f"transpose the {side} one with .T" and scope.text(one).endswith(".T"):
                mend = f"drop the .T: write `{scope.written(one).removesuffix('.T')}`"
        raise Fault(before, what, mend, scope.declared(before, part)) from None


def _signed(scope: Scope, node: Node) -> Array:
    inner = value(scope, node.parts[-1])
    return entrywise(negative, inner) if _minus(node.parts[:-1]) else inner


def _minus(signs: tuple[Node, ...]) -> bool:
    return sum(sign.kind == "MINUS" for sign in signs) % 2 == 1


def _power(scope: Scope, node: Node) -> Array:
    """a ** b ** c is a ** (b ** c), as in Python."""
    operands = node.parts[::2]
    if len(operands) > TOWER:
        raise Fault(node, f"a tower of {len(operands)} powers", f"at most {TOWER} stand on each other")
    result = _exponent(scope, operands[-1])
    for part in reversed(operands[1:-1]):
        base = value(scope, part.parts[-1])
        result = _raised(scope, part, base, result)
        result = entrywise(negative, result) if _minus(part.parts[:-1]) else result
    return _raised(scope, node, value(scope, operands[0]), result)


def _exponent(scope: Scope, node: Node) -> Array:
    inner = value(scope, node.parts[-1])
    return entrywise(negative, inner) if _minus(node.parts[:-1]) else inner


def _raised(scope: Scope, node: Node, base: Array, exponent: Array) -> Array:
    fixed = exponent.expr.number
    if fixed is not None:
        small(node, base.expr, fixed)
    if open_power(fixed):
        refuse_outside(scope, node, base.expr)
    leader, (below, above) = _aligned(scope, (node.parts[0], node), [base, exponent])
    return Array(within_reach(node, power(below, above)), leader.rows, leader.columns)


def _number(scope: Scope, node: Node) -> Array:
    return Array(number(exact(node, scope.word(node))))


def _name(scope: Scope, node: Node) -> Array:
    name = scope.word(node)
    if name in scope.letters:
        return Array(of(scope.letters[name].index.slot))
    tensor = scope.tensor(name)
    if tensor is not None:
        return _whole(scope, node, tensor)
    if name in scope.context.sizes:
        return Array(of(scope.context.sizes[name].called(name)))
    if name in KNOWN and name == PI.name:
        scope.context.tensors[name] = PI
        return array(PI)
    raise unknown_name(scope, node)


def _whole(scope: Scope, node: Node, tensor: Tensor) -> Array:
    if tensor.among is not None:
        raise Fault(
            node,
            f"`{tensor.name}` is a class, not a number",
            f"write e({tensor.name}) for its one-hot vector, or use it as an index: p[{tensor.name}]",
            scope.context.places.get(tensor.name),
        )
    if len(tensor.axes) > 2:
        raise Fault(
            node,
            f"`{tensor.name}` has {plural(len(tensor.axes), 'axis')}",
            f"index it: {tensor.name}[i, j, ...]",
            scope.context.places.get(tensor.name),
        )
    return array(tensor)


def _postfix(scope: Scope, node: Node) -> Array:
    atom, trailers = node.parts[0], node.parts[1:]
    tensor = scope.tensor(scope.word(atom)) if atom.kind == "name" and scope.word(atom) not in scope.letters else None
    if tensor is not None and trailers[0].kind == "entry":
        if tensor.among is not None:
            raise Fault(
                node, f"`{scope.text(node)}` is a class, not a number", "use it as an index", scope.declared(node)
            )
        current, trailers = part_of(scope, node, tensor), trailers[1:]
    else:
        current = value(scope, atom)
    for trailer in trailers:
        current = (
            _transposed(scope, trailer, current) if trailer.kind == "attribute" else _read(scope, trailer, current)
        )
    return current


def _transposed(scope: Scope, trailer: Node, array_: Array) -> Array:
    if scope.word(trailer.parts[0]) != "T":
        raise Fault(trailer.parts[0], f"`.{scope.word(trailer.parts[0])}` has no meaning", "the transpose is .T")
    return array_.transposed


def _read(scope: Scope, trailer: Node, array_: Array) -> Array:
    """An entry of a value that has no name; like a tensor it is zero outside: Σ_k value_k [k = position]."""
    parts = trailer.parts[0].parts
    if len(parts) != len(array_.letters):
        mend = f"give {len(array_.letters)}" if array_.letters else ""
        raise Fault(trailer, f"{plural(len(parts), 'position')} for {array_}", mend)
    expr = array_.expr
    for n, (part, axis) in enumerate(zip(parts, array_.letters, strict=True)):
        at = slot(scope, part)
        fits(scope, part, at, axis.range, f"the {ordinal(n)} axis", None)
        expr = summed((axis,), multiply(expr, bracket("=", axis.slot, at)))
    return Array(expr)


def _bracket(scope: Scope, node: Node) -> Array:
    return condition(scope, node.parts[0])[0]


def condition(scope: Scope, node: Node) -> tuple[Array, Array]:
    """[a < b] and its opposite; a chain a < b < c is the product of its links."""
    if node.kind != "condition":
        raise Fault(node, f"`{scope.text(node)}` is no condition", "write a comparison, such as x > 0")
    links = [
        _relation(scope, left, scope.word(sign), right)
        for left, sign, right in zip(node.parts[::2], node.parts[1::2], node.parts[2::2], strict=False)
    ]
    if len(links) == 1:
        return links[0]
    both = entrywise(multiply, *(holds for holds, _ in links))
    return both, entrywise(lambda c: add(ONE, negative(c)), both)


_RELATIONS: Mapping[str, tuple[Relation, bool, Relation]] = MappingProxyType(
    {
        "==": ("=", False, "!="),
        "!=": ("!=", False, "="),
        "<": ("<", False, "<="),
        "<=": ("<=", False, "<"),
        ">": ("<", True, "<="),
        ">=": ("<=", True, "<"),
    }
)
"""Each sign: the bracket's relation, whether the sides are exchanged, the relation that holds where this one fails
(with the sides exchanged once more for < and <=)."""


def _relation(scope: Scope, left: Node, sign: str, right: Node) -> tuple[Array, Array]:
    relation, exchanged, opposite = _RELATIONS[sign]
    if exchanged:
        left, right = right, left
    turned = relation in ("<", "<=")
    at, to = _position_of(scope, left), _position_of(scope, right)
    if at is not None and to is not None:
        fails = bracket(opposite, to, at) if turned else bracket(opposite, at, to)
        return Array(bracket(relation, at, to)), Array(fails)
    leader, (a, b) = _aligned(scope, (left, right), [value(scope, left), value(scope, right)])
    fails = bracket(opposite, b, a) if turned else bracket(opposite, a, b)
    return Array(bracket(relation, a, b), leader.rows, leader.columns), Array(fails, leader.rows, leader.columns)


def _position_of(scope: Scope, node: Node) -> Slot | None:
    try:
        return positional(scope, node)
    except Fault:
        return None


def _bare(scope: Scope, node: Node) -> Array:
    """A comparison where a value should stand, as in sum(x > 0)."""
    raise Fault(
        node, f"`{scope.text(node)}` is a comparison, not a value", f"write it in brackets: [{scope.text(node)}]"
    )


def _call(scope: Scope, node: Node) -> Array:
    return call(scope, node, value, condition)


_KINDS: Mapping[str, Callable[[Scope, Node], Array]] = MappingProxyType(
    {
        "sum": _sum,
        "product": _product,
        "signed": _signed,
        "power": _power,
        "postfix": _postfix,
        "name": _name,
        "number": _number,
        "call": _call,
        "bracket": _bracket,
        "condition": _bare,
    }
)
