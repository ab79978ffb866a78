"""Equations in index form as SymPy's own: `Eq`, `Indexed`, `Sum`, `KroneckerDelta`, `Piecewise`, functions.

Positions count from 1, as in the notation; sizes are positive integer symbols; the bar of x is `xbar`. A tensor is 0
outside its axes: where a position may leave its axis, a `Piecewise` says so. No text of the user is ever parsed here:
names are given to the constructors of symbols only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import sympy
from sympy.core.symbol import Str

from derive.notation.bounds import surely_nonnegative
from derive.notation.constants import HELD
from derive.notation.equation import Equation
from derive.notation.expression import (
    CURLY,
    DOT,
    Apply,
    Bracket,
    Entry,
    Expr,
    Factor,
    Lambda,
    Partial,
    Power,
    Tensor,
    Term,
)
from derive.notation.index import Index, Range, Slot
from derive.notation.sizes import Quotient
from derive.operators import TABLE, whole
from derive.render.sympy_whole import KNOWN, Whole

Value = Any
"""SymPy has no types of its own; everything here is a sympy.Expr."""

FUNCTIONS: Mapping[str, Callable[[Value], Value]] = MappingProxyType(
    {
        "exp": sympy.exp,
        "log": sympy.log,
        "sqrt": sympy.sqrt,
        "sin": sympy.sin,
        "cos": sympy.cos,
        "tan": sympy.tan,
        "tanh": sympy.tanh,
        "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
        "erf": sympy.erf,
        "lgamma": sympy.loggamma,
        "digamma": lambda x: sympy.polygamma(0, x),
        "trigamma": lambda x: sympy.polygamma(1, x),
    }
)
"""Elementary functions; the others of the table are made of these."""


class Held(sympy.Function):  # type: ignore[misc]
    """An argument's value, which is held fixed: its derivative is 0. `doit` puts the value in."""

    def fdiff(self, argindex: int = 1) -> Value:
        return sympy.Integer(0)

    def doit(self, **hints: Any) -> Value:
        return self.args[0].doit(**hints)

    def _eval_evalf(self, prec: int) -> Value:
        return self.args[0].evalf(prec)


RELATIONS = MappingProxyType({"=": sympy.Eq, "!=": sympy.Ne, "<": sympy.Lt, "<=": sympy.Le})
CONSTANTS: Mapping[str, Callable[..., Value]] = MappingProxyType({"pi": lambda: sympy.pi, "epsilon_": sympy.LeviCivita})


@dataclass(frozen=True, slots=True)
class Scope:
    """The symbols of the letters in scope; a letter whose name is taken gets another one.

    read: what an entry is, for entries that are not to be `Indexed`.  cost: the cost whose bars are called xbar.
    """

    letters: Mapping[Index, Value] = field(default_factory=lambda: MappingProxyType({}))
    read: Callable[[Entry, tuple[Value, ...]], Value | None] = lambda entry, slots: None
    cost: str | None = None

    def entered(self, letters: Sequence[Index]) -> Scope:
        known = dict(self.letters)
        for letter in letters:
            known[letter] = self._symbol(letter, {symbol.name for symbol in known.values() if symbol.is_Symbol})
        return replace(self, letters=known)

    def _symbol(self, letter: Index, taken: set[str]) -> Value:
        name, count = letter.name, 0
        while name in taken:
            count += 1
            name = f"{letter.name}_{count}"
        return sympy.Symbol(name, integer=True)


def scalar_eq(equation: Equation, cost: str | None = None) -> Value:
    """The equation as a SymPy `Eq`; its letters are integer symbols. cost: the cost whose bars are called xbar."""
    scope = Scope(cost=cost).entered(equation.letters)
    return sympy.Eq(_entry(equation.left, scope, guarded=False), expression(equation.right, scope), evaluate=False)


def expression(expr: Expr, scope: Scope = Scope()) -> Value:
    return sympy.Add(*(_term(term, scope) for term in expr.terms))


def size_symbol(name: str) -> Value:
    return sympy.Symbol(str(name), integer=True, positive=True)


def symbol_name(tensor: Tensor, cost: str | None = None) -> str:
    """x, xbar; xdot and xbardot for tangents; x_in_w for the derivative in w.

    Where another cost than this has bars too, xbar_D, and xbar_D_E for the bar under E of that.
    """
    moved = any(operator == DOT or operator.startswith(CURLY) for operator in tensor.cost)
    if moved or not tensor.cost or tensor.cost == (cost,) or (cost is None and len(tensor.cost) == 1):
        return tensor.name + "".join(_suffix(operator) for operator in tensor.cost)
    return "_".join((f"{tensor.name}bar", *tensor.cost))


def _suffix(operator: str) -> str:
    return "dot" if operator == DOT else f"_in_{operator[1:]}" if operator.startswith(CURLY) else "bar"


def tensor_symbol(tensor: Tensor, cost: str | None = None) -> Value:
    """A symbol for a scalar, else an `IndexedBase`; a class is an integer."""
    name = symbol_name(tensor, cost)
    if tensor.axes:
        return sympy.IndexedBase(name, integer=True) if tensor.among else sympy.IndexedBase(name)
    return sympy.Symbol(name, integer=True) if tensor.among else sympy.Symbol(name)


def position(slot: Slot, scope: Scope) -> Value:
    total = sympy.Integer(slot.constant)
    for monomial, coefficient in slot.parts:
        total += coefficient * sympy.Mul(*(_atom(atom, scope) for atom in monomial))
    return total


def limits(axis: Range, scope: Scope) -> tuple[Value, Value]:
    return position(axis.lo, scope), position(axis.hi, scope)


def _atom(atom: Index | str | Entry, scope: Scope) -> Value:
    if isinstance(atom, Index):
        return scope.letters[atom]
    return size_value(atom) if isinstance(atom, str) else _entry(atom, scope)


def size_value(size: str) -> Value:
    """A symbol, or a quotient of such."""
    if not isinstance(size, Quotient):
        return size_symbol(size)
    value = position(size.numerator, Scope()) / position(size.denominator, Scope())
    return sympy.floor(value) if size.floor else value


def _term(term: Term, scope: Scope) -> Value:
    inner = scope.entered(term.bound)
    coefficient = Fraction(term.coefficient)
    number = sympy.Rational(coefficient.numerator, coefficient.denominator)
    value = _guarded_product(term.factors, inner)
    if not term.bound:
        return number * value
    # The first letter is outermost; SymPy's first limits are innermost.
    ranges = [(inner.letters[x], *limits(x.range, inner)) for x in reversed(term.bound)]
    return number * sympy.Sum(value, *ranges)


def _guarded_product(factors: Sequence[Factor], scope: Scope) -> Value:
    """The product; brackets between expressions guard it, so that where they are 0 nothing else matters."""
    guards = [f for f in factors if isinstance(f, Bracket) and isinstance(f.left, Expr)]
    value = sympy.Mul(*(_factor(f, scope) for f in factors if f not in guards))
    if not guards:
        return value
    return sympy.Piecewise((value, sympy.And(*(_relation(g, scope) for g in guards))), (0, True))


def _factor(factor: Factor, scope: Scope) -> Value:
    if isinstance(factor, Entry):
        return _entry(factor, scope)
    if isinstance(factor, Slot):
        return position(factor, scope)
    if isinstance(factor, Power):
        return _power(factor, scope)
    if isinstance(factor, Apply):
        return _apply(factor, scope)
    if isinstance(factor, Bracket):
        return _bracket(factor, scope)
    return _partial(factor, scope)


def _entry(entry: Entry, scope: Scope, guarded: bool = True) -> Value:
    """The entry, 0 where a position that may leave its axis does so."""
    slots = tuple(position(slot, scope) for slot in entry.slots)
    value = scope.read(entry, slots)
    if value is None and entry.tensor.role == "constant" and entry.tensor.name in CONSTANTS:
        value = CONSTANTS[entry.tensor.name](*slots)
    if value is None:
        symbol = tensor_symbol(entry.tensor, scope.cost)
        value = symbol[slots] if slots else symbol
    outside = _may_leave(entry, scope) if guarded else []
    return sympy.Piecewise((value, sympy.And(*outside)), (0, True)) if outside else value


def _may_leave(entry: Entry, scope: Scope) -> list[Value]:
    """The conditions that keep the entry inside its axes, those that hold anyway left out."""
    ends = [(axis.lo, slot) for slot, axis in zip(entry.slots, entry.tensor.axes, strict=True)]
    ends += [(slot, axis.hi) for slot, axis in zip(entry.slots, entry.tensor.axes, strict=True)]
    return [sympy.Le(position(a, scope), position(b, scope)) for a, b in ends if not surely_nonnegative(b - a)]


def _power(power: Power, scope: Scope) -> Value:
    base, exponent = expression(power.base, scope), power.exponent
    if isinstance(exponent, Expr):
        return base ** expression(exponent, scope)
    exact = Fraction(exponent)
    return base ** sympy.Rational(exact.numerator, exact.denominator)


def _relation(bracket: Bracket, scope: Scope) -> Value:
    return RELATIONS[bracket.relation](*(_side(side, scope) for side in (bracket.left, bracket.right)))


def _side(side: Slot | Expr, scope: Scope) -> Value:
    return position(side, scope) if isinstance(side, Slot) else expression(side, scope)


def _bracket(bracket: Bracket, scope: Scope) -> Value:
    if bracket.relation == "=" and isinstance(bracket.left, Slot):
        return sympy.KroneckerDelta(_side(bracket.left, scope), _side(bracket.right, scope))
    return sympy.Piecewise((1, _relation(bracket, scope)), (0, True))


def _partial(partial: Partial, scope: Scope) -> Value:
    """∂y_i/∂h_j as an entry of a tensor of its own: as a `Derivative` SymPy would call it 0."""
    of, wrt = (symbol_name(entry.tensor, scope.cost) for entry in (partial.of, partial.wrt))
    name = f"d{of}_d{wrt}"
    slots = tuple(position(slot, scope) for slot in (*partial.of.slots, *partial.wrt.slots))
    return sympy.IndexedBase(name)[slots] if slots else sympy.Symbol(name)


def _apply(apply: Apply, scope: Scope) -> Value:
    row = TABLE.get(apply.function)
    if any(a.letters for a in apply.args):
        opened = row is not None and row.value is not None and apply.function not in KNOWN
        return _of_axis(apply, scope) if opened else _whole(apply, scope)
    arguments = [expression(a.body, scope) for a in apply.args]
    slots = [position(slot, scope) for slot in apply.slots]
    if row is None:
        return differentiated(lambda *x: sympy.Function(apply.function)(*slots, *x), apply, arguments)
    return differentiated(lambda *x: _of_table(apply, x), apply, arguments)


def differentiated(function: Callable[..., Value], apply: Apply, arguments: Sequence[Value]) -> Value:
    """function(arguments), by its partials differentiated at places of its own and then put at the arguments."""
    if not apply.partials:
        return function(*arguments)
    places = [sympy.Dummy(f"xi_{n + 1}") for n in range(len(arguments))]
    slope = function(*places)
    for n, _ in apply.partials:
        slope = slope.diff(places[n])
    if slope.atoms(sympy.Derivative):
        return sympy.Subs(slope, places, arguments)
    return slope.xreplace(dict(zip(places, arguments, strict=True)))


def _of_table(apply: Apply, arguments: Sequence[Value]) -> Value:
    """A function of the table at SymPy arguments: SymPy's own, or its value in others."""
    if apply.function in HELD:
        return Held(*arguments)
    if apply.function in FUNCTIONS:
        return FUNCTIONS[apply.function](*arguments)
    places = [Tensor(f"{n}", ()) for n in range(len(arguments))]
    at = dict(zip(places, arguments, strict=True))
    build = TABLE[apply.function].value
    assert build is not None
    built = build(*(Expr((Term(1, (), (Entry(place),)),)) for place in places))
    return expression(built, Scope(read=lambda entry, slots: at.get(entry.tensor)))


def _of_axis(apply: Apply, scope: Scope) -> Value:
    """softmax and its like, written out; a slope by adding ε to the argument's entry and differentiating."""
    row = TABLE[apply.function]
    assert row.value is not None
    steps: dict[Tensor, Value] = {}
    args = list(apply.args)
    for n, at in apply.partials:
        step = Tensor(f"{len(steps)}", ())
        steps[step] = sympy.Dummy("epsilon")
        here = tuple(Bracket("=", x.slot, slot) for x, slot in zip(args[n].letters, at, strict=True))
        args[n] = Lambda(args[n].letters, Expr((*args[n].body.terms, Term(1, (), (Entry(step), *here)))))
    outer = scope.read
    inner = replace(scope, read=lambda entry, slots: steps.get(entry.tensor) or outer(entry, slots))
    value = expression(row.value(whole.Whole.of(tuple(args)), *apply.slots), inner)
    for symbol in steps.values():
        value = value.diff(symbol).subs(symbol, 0)
    return value


def _whole(apply: Apply, scope: Scope) -> Value:
    args = []
    for argument in apply.args:
        inner = scope.entered(argument.letters)
        body = sympy.Lambda(tuple(inner.letters[x] for x in argument.letters), expression(argument.body, inner))
        ranges = [sympy.Tuple(*limits(x.range, inner)) for x in argument.letters]
        args.append(sympy.Tuple(body, *ranges))
    slots = sympy.Tuple(*(position(slot, scope) for slot in apply.slots))
    partials = [sympy.Tuple(sympy.Integer(n), *(position(s, scope) for s in at)) for n, at in apply.partials]
    return Whole(Str(apply.function), sympy.Tuple(*args), slots, sympy.Tuple(*partials))
