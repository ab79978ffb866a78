"""∂a/∂b in its readings: the cost's gradient, a slope of one equation, a slope through all that lies between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from derive.check.forms import Quantity, spelled
from derive.check.values import Array, Axis, Unknown, Value, laid_out
from derive.notation.expression import Tensor, bar
from derive.referee.world import key_of
from derive.syntax.tree import Fraction, Name, Node, Number, Times, children

if TYPE_CHECKING:
    from derive.check.evaluate import Evaluator

MARKS = ("partial", "d", "nabla", "D")
_STEP = 1e-5


def is_mark(ev: Evaluator, node: Node) -> bool:
    """Whether a name is ∂ or the d of a differential, and no quantity."""
    if not isinstance(node, Name) or node.subs or node.accents:
        return False
    if node.base not in MARKS and not (node.base == "delta" and ev.setting.ends is not None):
        return False
    if node.base == "partial" or (ev.reading.as_declared and ev.symbols.is_taken(node)):
        return True
    known = ev.symbols.meanings(node) or ev.symbols.size(node)
    return not ((known and node.face != "upright") or ev.is_given(node))  # a quantity or size d is printed italic


def marks(ev: Evaluator, node: Node, then: Node) -> bool:
    """Whether `node` is the ∂ or d of what follows: an answer's own d is one before a quantity alone."""
    taken = isinstance(node, Name) and ev.reading.as_declared and ev.symbols.is_taken(node)
    if taken and not (isinstance(then, Name) and (_quantity(ev, then) or ev.symbols.is_cost_letter(then))):
        return False
    return is_mark(ev, node)


def after_mark(ev: Evaluator, node: Node) -> Node | None:
    """What stands after ∂: `node` is ∂ x. None if there is no ∂; a lone ∂ gives itself."""
    if isinstance(node, Name) and is_mark(ev, node):
        return node
    if isinstance(node, Times) and marks(ev, node.factors[0], node.factors[1]) and node.joins[0] == "":
        rest = node.factors[1:]
        return rest[0] if len(rest) == 1 else Times(rest, node.joins[1:])
    return None


def with_fractions(node: Times) -> Times:
    """∂a/∂b that is written with a slash as one factor, a fraction."""
    factors, joins = list(node.factors), ["", *node.joins]
    n = 0
    while n + 3 < len(factors):
        below = [_is_d(factors[m]) for m in (n + 2, n + 4) if m < len(factors)]
        if joins[n + 1 : n + 6] == ["", "/", "", "", ""] and _is_twice(factors[n]) and all(below):
            bottom_of = Times(tuple(factors[n + 2 : n + 6]), ("", "", ""))
            factors[n : n + 6] = [Fraction(Times((factors[n], factors[n + 1]), ("",)), bottom_of)]
            del joins[n + 1 : n + 6]
        elif joins[n + 1 : n + 4] == ["", "/", ""] and all(_is_d(factors[m]) for m in (n, n + 2)):
            top, bottom = (Times((factors[m], factors[m + 1]), ("",)) for m in (n, n + 2))
            factors[n : n + 4] = [Fraction(top, bottom)]
            del joins[n + 1 : n + 4]
        n += 1
    return node if len(factors) == len(node.factors) else Times(tuple(factors), tuple(joins[1:]))


def _is_d(node: Node) -> bool:
    return isinstance(node, Name) and node.base in ("partial", "d") and not node.subs


def derivative(ev: Evaluator, top: Node, bottom: Node) -> Value | None:
    """The value of ∂top/∂bottom; None if the fraction is none."""
    twice = _second(ev, top, bottom)
    if twice is not None:
        return twice
    sure = _is_over_d(ev, top, bottom)
    below = bottom.factors[1] if sure and isinstance(bottom, Times) else after_mark(ev, bottom)
    above = top.factors[1] if sure and isinstance(top, Times) else after_mark(ev, top)
    if below is None or above is None:
        return None
    if isinstance(above, Name) and is_mark(ev, above):
        raise Unknown("∂/∂x of nothing")
    return differentiated(ev, above, below)


def _is_over_d(ev: Evaluator, *ends: Node) -> bool:
    """dw/dλ of quantities, also where a size is called d."""
    pairs = [end.factors for end in ends if isinstance(end, Times) and len(end.factors) == 2 and end.joins == ("",)]
    return len(pairs) == 2 and all(
        isinstance(d, Name) and d.base == "d" and not children(d) and isinstance(of, Name) and _quantity(ev, of)
        for d, of in pairs
    )


def differentiated(ev: Evaluator, above: Node, below: Node) -> Value:
    if not isinstance(below, Name):
        raise Unknown(f"a derivative with respect to {below.tex or 'this'}")
    if ev.is_given(below):
        return _by_given(ev, above, below)
    wrt = _quantity(ev, below)
    if wrt is None:
        raise Unknown(f"{below.tex or spelled(below)} is not known")
    of = _quantity(ev, above) if isinstance(above, Name) else None
    if of is not None and (of.bar or wrt.bar) and not of.transposed and of.power is None:
        return _slope_of_bar(ev, of, wrt)
    if of is None and isinstance(above, Name) and ev.symbols.is_cost_letter(above):
        return gradient(ev, wrt)
    if of is None or of.bar or of.transposed or of.power is not None or of.tensor in ev.symbols.rights:
        return _by_differences(ev, above, wrt)
    if of.tensor.name == ev.symbols.derivation.cost:
        local = ev.reading.partial == "local" and ev.reads(of.tensor, wrt.tensor)
        if not local:
            return gradient(ev, wrt)
    return _slope(ev, of, wrt)


def _slope_of_bar(ev: Evaluator, of: Quantity, wrt: Quantity) -> Value:
    """∂x̄/∂w, or ∂x̄/∂ȳ through the line of x̄ alone."""
    from derive.check.second import reads_directly

    cost = ev.symbols.derivation.cost
    top = bar(of.tensor, cost) if of.bar else of.tensor
    below = bar(wrt.tensor, cost) if wrt.bar else wrt.tensor
    ev.array(top), ev.array(below)  # there may be no such bar
    direct = reads_directly(ev.setting, top, below)
    if not top.cost or (below.cost and not direct):
        raise Unknown("a slope in an error signal that is not read")
    total = not below.cost and (ev.reading.partial == "total" or (ev.reading.partial == "usual" and not direct))
    return _laid_out(ev, ev.setting.slope_of_bar(top, below, total), of, wrt)


def _second(ev: Evaluator, top: Node, bottom: Node) -> Value | None:
    """∂²E/∂a∂b, ∂²E/∂a∂bᵀ and ∂²E/∂a²: the slope of ∂E/∂a in b."""
    if not (isinstance(top, Times) and len(top.factors) == 2 and _is_twice(top.factors[0])):
        return None
    names = [f for f in (bottom.factors if isinstance(bottom, Times) else ()) if not _is_d(f)]
    if not all(isinstance(name, Name) for name in names) or len(names) not in (1, 2):
        raise Unknown("a second derivative in more than two quantities")
    found = [_quantity(ev, name) for name in names if isinstance(name, Name)]
    if len(found) == 1 and found[0] is not None and found[0].power is not None:
        found = [replace(found[0], power=None)] * 2
    a, b = found if len(found) == 2 else (None, None)
    cost = _cost(ev, top.factors[1])
    if a is None or b is None or cost is None:
        raise Unknown("a second derivative of what is no cost")
    array = ev.setting.slope_of_bar(bar(a.tensor, cost), b.tensor, True)
    return _laid_out(ev, array, a, b)


def _cost(ev: Evaluator, of: Node) -> str | None:
    """The cost that a second derivative is of: the one of several that is named, or the one asked for."""
    derivation = ev.symbols.derivation
    named = _quantity(ev, of) if isinstance(of, Name) else None
    if named is None:
        return derivation.curved if isinstance(of, Name) and ev.symbols.is_cost_letter(of) else None
    name = named.tensor.name
    return name if name in (derivation.cost, *derivation.network.costs) else None


def _is_twice(node: Node) -> bool:
    only = node.sups[0] if isinstance(node, Name) and len(node.sups) == 1 else None
    return isinstance(node, Name) and node.base in ("partial", "d") and isinstance(only, Number) and only.text == "2"


def _laid_out(ev: Evaluator, array: Array, of: Quantity, wrt: Quantity) -> Value:
    """A derivative's numbers at the positions of both."""
    a, b = of.tensor, wrt.tensor
    gathered, running = ev.gather(array, (*a.axes, *b.axes), [*_padded(of), *_padded(wrt)])
    tops = [ev.axis(a.axes[n]) for n in running if n < len(a.axes)]
    below = [ev.axis(b.axes[n - len(a.axes)]) for n in running if n >= len(a.axes)]
    return shaped(ev, gathered, tops, below)


def _quantity(ev: Evaluator, name: Name) -> Quantity | None:
    return next((m for m in ev.symbols.meanings(name) if isinstance(m, Quantity)), None)


def gradient(ev: Evaluator, wrt: Quantity) -> Value:
    """∂E/∂x, of the shape of x; a row for a vector in numerator layout."""
    array = ev.array(bar(wrt.tensor, ev.symbols.derivation.cost))
    return ev.entries(array, wrt.tensor, wrt.slots, ev.reading.row_gradients)


def _slope(ev: Evaluator, of: Quantity, wrt: Quantity) -> Value:
    a, b = of.tensor, wrt.tensor
    if (a.name, b.name) in ev.stated and not of.slots and not wrt.slots:
        return ev.value(ev.stated[a.name, b.name])
    if a == b and _is_solved(ev, a, b):
        return _laid_out(ev, _identity(ev, a), of, wrt)
    if ev.symbols.is_curvature(a):
        raise Unknown(f"the slope of {a.name}")
    solved = _is_solved(ev, a, b)
    direct = ev.reads(a, b) and not solved
    total = solved or ev.reading.partial == "total" or (ev.reading.partial == "usual" and not direct)
    folded = ev.reading.partial == "folded" and direct and a != b
    array = ev.setting.folded_slope(a, b) if folded else ev.setting.slope(a, b, total)
    return _laid_out(ev, array, of, wrt)


def _padded(quantity: Quantity) -> list[Node | None]:
    return [*quantity.slots, *[None] * (len(quantity.tensor.axes) - len(quantity.slots))]


def shaped(ev: Evaluator, array: Array, tops: Sequence[Axis], below: Sequence[Axis]) -> Value:
    """A derivative's numbers in a layout: the numerator's axis first, a gradient like its variable."""
    reading = ev.reading
    if not tops:
        return laid_out(array, below, "row" if reading.row_gradients and len(below) == 1 else "column")
    if reading.diagonal and len(tops) == len(below) == 1 and tops[0].length == below[0].length:
        flat = np.diagonal(array, axis1=-2, axis2=-1)
        if np.allclose(array, flat[..., :, None] * np.eye(tops[0].length)):
            return laid_out(flat, tops, "column")
    if not below and not reading.schematic:
        return laid_out(array, tops, "column")
    if len(tops) == len(below) == 1 and not reading.schematic:
        return laid_out(array, (*tops, *below), "column")
    return Value(array, of=tuple(tops), by=tuple(below))


def _by_differences(ev: Evaluator, above: Node, wrt: Quantity) -> Value:
    """∂/∂x of a formula: x is moved entry by entry, and all quantities in it by their slopes in x; differences."""
    tensor = wrt.tensor
    start = ev.array(tensor)
    slopes = _slopes_in(ev, above, tensor)
    columns = []
    for place in np.ndindex(start.shape):
        sides = []
        for sign in (1, -1):
            arrays = {key_of(q): ev.array(q) + sign * _STEP * slope[(..., *place)] for q, slope in slopes.items()}
            sides.append(ev.moved(arrays).value(above))
        of = sides[0]
        if not of.is_scalar and (of.columns is not None or len(tensor.axes) != 1 or wrt.slots):
            raise Unknown(f"the derivative of {of.shape}: write it entry by entry")
        entries = (of.array - sides[1].array)[..., 0] / (2 * _STEP)
        columns.append(entries[..., 0] if of.is_scalar else entries)
    array = np.stack(np.broadcast_arrays(*columns), -1)
    if of.rows is not None:  # of a vector by a vector
        return shaped(ev, array, [of.rows], [ev.axis(tensor.axes[0])])
    array = array.reshape(array.shape[:-1] + start.shape)
    return ev.picked_at(array, tensor, wrt.slots)


def _slopes_in(ev: Evaluator, above: Node, below: Tensor) -> dict[Tensor, Array]:
    """The slope in x of x itself and of every quantity in a formula that rests on x, in the reading's sense of ∂."""
    network = ev.symbols.derivation.network
    computed = {e.left.tensor for e in network.equations} | {met.tensor for met in network.implicit.values()}
    inside = list(ev.symbols.quantities(above))
    one_step = ev.reading.partial in ("local", "folded")
    if _is_solved(ev, below, below):
        found = {below: _identity(ev, below)}
    else:
        found = {below: ev.setting.slope(below, below, ev.reading.partial == "total" and below in computed)}
    for tensor in inside:
        if tensor in found or (one_step and tensor.labels and below in inside):
            continue  # ∂(W h_{t-1})/∂W may be that of one step
        if tensor.is_bar and key_of(tensor) in ev.setting.world.arrays:
            found[tensor] = ev.setting.slope_of_bar(tensor, below, True)
        elif tensor in computed:
            local = one_step and ev.reads(tensor, below) and not _is_solved(ev, tensor, below)
            found[tensor] = ev.setting.slope(tensor, below, not local)
    return found


def _is_solved(ev: Evaluator, top: Tensor, below: Tensor) -> bool:
    """Whether a condition defines the one, and not together with the other: its equation alone gives no slope."""
    network = ev.symbols.derivation.network
    return top.name in network.implicit and (top == below or below not in ev.setting.together(top))


def _identity(ev: Evaluator, tensor: Tensor) -> Array:
    shape = ev.array(tensor).shape
    return np.eye(ev.array(tensor).size).reshape(shape * 2)


def _by_given(ev: Evaluator, above: Node, below: Name) -> Value:
    """d/dx of a function's body, x being its argument."""
    name = spelled(below)
    start = ev.given(name)
    sides = [
        ev.with_given(name, Value(start.array + sign * _STEP, start.rows, start.columns), above) for sign in (1, -1)
    ]
    return Value((sides[0].array - sides[1].array) / (2 * _STEP), start.rows, start.columns)
