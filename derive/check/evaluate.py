"""The numbers of a formula at one point: what its names mean is settled on the way, by the problem's symbols.

A letter that nobody bound runs over the axis that it stands on. A position outside an axis reads zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from derive.check.applied import STEP, Applied
from derive.check.bound_letters import bounds, conditions
from derive.check.collected import collected
from derive.check.derivatives import derivative
from derive.check.dots import rest_of
from derive.check.exponents import counts
from derive.check.factored import weights
from derive.check.forms import Quantity, called, is_bar, spelled
from derive.check.functions import WHOLE_FUNCTIONS, norm, norm_of
from derive.check.grids import grid
from derive.check.listed import listed
from derive.check.powers import multiplies, raised
from derive.check.products import is_determinant, times
from derive.check.ranges import Letter
from derive.check.running import between, whole_ranges
from derive.check.setting import Setting
from derive.check.values import (
    CONSTANT,
    NUMBER,
    Array,
    Axis,
    Broken,
    Disagree,
    Unknown,
    Value,
    added,
    elementwise,
    mapped,
    ones,
    reduced,
    same,
    scalar,
    summed,
)
from derive.notation.expression import Tensor, bar
from derive.referee.world import Key
from derive.syntax.marks import flat, text_of
from derive.syntax.tree import (
    Big,
    Dots,
    Fenced,
    Fraction,
    Grid,
    List,
    Name,
    Node,
    Number,
    Relation,
    Root,
    Scripted,
    Sum,
    Times,
    Words,
    edited,
)


@dataclass(eq=False)
class Evaluator(Applied):
    """Values of nodes at one point, in one reading; values are kept by node and by the letters in scope."""

    _given: dict[str, Value] = field(default_factory=dict)
    _values: dict[object, Value] = field(default_factory=dict)

    def value(self, node: Node) -> Value:
        """The node's numbers. Raises Disagree, Unknown."""
        key = (node, self.letters.key(node), tuple(id(value) for value in self._given.values()))
        met = self._values.get(key)
        if met is None:
            met = self._values[key] = self._value(node)
        return met

    def _value(self, node: Node) -> Value:
        rule = RULES.get(type(node))
        if rule is None:
            raise Unknown(f"{getattr(node, 'tex', '') or 'something'} has no value")
        try:
            return rule(self, node)
        except BEYOND as problem:
            raise Unknown(f"{node.tex[:40] or 'a part of it'} cannot be worked out") from problem

    def number(self, node: Number) -> Value:
        value = scalar(float(node.text))
        return Value(value.array, name=NUMBER)

    def dots(self, node: Dots) -> Value:
        raise Unknown("something is left out (…)")

    def words(self, node: Words) -> Value:
        raise Unknown(f"words: {node.text.strip()}")

    def sum(self, node: Sum) -> Value:
        kept = [n for n, term in enumerate(node.terms) if not isinstance(term, Dots)]
        if len(kept) < len(node.terms):
            signs = [node.signs[n] for n in kept]
            shown = [self.value(node.terms[n]) for n in kept]
            signed = [v if s == "+" else added([v], ["-"]) for v, s in zip(shown, signs, strict=True)]
            rest = rest_of(self, [node.terms[n] for n in kept])
            return added([*signed, rest], ["+"] * (len(signed) + 1))
        return added([self.value(term) for term in node.terms], node.signs)

    def fenced(self, node: Fenced) -> Value:
        if isinstance(node.body, Relation):
            return self.bracket(node.body)
        if isinstance(node.body, List):
            if node.opening == "<" and len(node.body.items) == 2:
                one, other = (self.value(item) for item in node.body.items)
                return WHOLE_FUNCTIONS["sum"](elementwise(one, other))
            if node.opening != "[":
                raise Unknown(f"{node.tex} is a list")
            return listed(self, node.body.items)
        inner = self.value(node.body)
        if node.opening == "||":
            return norm(inner)
        if not DETERMINANTS.isdisjoint(self.symbols.used) and is_determinant(self, node):
            return WHOLE_FUNCTIONS["det"](inner)
        return mapped(np.abs, inner) if node.opening == "|" else inner

    def name(self, node: Name) -> Value:
        given = self._given.get(spelled(node))
        if given is not None:
            return given
        above = flat(node.sups) if self.reading.counts == "all" else ()
        if any(self._is_count(sup) for sup in above):
            kept = tuple(sup for sup in above if not self._is_count(sup))
            bare = self.value(edited(node, sups=kept))
            return self.with_scripts(bare, (), [sup for sup in above if self._is_count(sup)])
        if self.reading.as_declared and self.symbols.is_taken(node) and self.symbols.size(node) is not None:
            return replace(scalar(self._named_position(node)), name=CONSTANT)
        problems: list[Exception] = []
        for meaning in self.symbols.meanings(node):
            if isinstance(meaning, Quantity):
                try:
                    return self.quantity(meaning)
                except (Disagree, Unknown) as problem:
                    problems.append(problem)
        if problems:
            raise problems[0]
        special = self._open(node) or self._special(node)
        if special is not None:
            return special
        if called(node) in self.symbols.broken:
            raise Broken(f"{node.tex or spelled(node)} has no value")
        raise Unknown(f"{node.tex or spelled(node)} is not known")

    def _open(self, node: Name) -> Value | None:
        """u or uᵀ, where the answer has said that u is 𝟏."""
        kept = tuple(s for s in flat(node.sups) if not self.is_transpose(s))
        right = self.symbols.open.get(spelled(edited(node, sups=kept))) if self.symbols.open else None
        if right is None:
            return None
        value = self.value(right)
        return value if len(kept) == len(flat(node.sups)) else value.transposed

    def _special(self, node: Name) -> Value | None:
        """1 as a vector, the identity, e, one-hot vectors, Kronecker's δ, sizes and letters as numbers."""
        size = self.symbols.size(node)
        letter = self.letters.scope.get(spelled(node))
        if size is not None or letter is not None:
            return replace(scalar(self._named_position(node)), name=CONSTANT if letter is None else "")
        transposed = any(text_of(s) in ("T", "top", "intercal") for s in flat(node.sups))
        if node.base == "1" and not node.accents:
            made = self.ones()
            return made.transposed if transposed else made
        if node.base == "0" and not node.accents:
            return Value(np.zeros((1, 1)), name=NUMBER)
        if node.base == "I" and not node.accents:
            return self._identity(flat(node.subs))
        if node.base == "delta" and len(flat(node.subs)) == 2 and not node.sups:
            left, right = (self.position(s) for s in flat(node.subs))
            return scalar(np.asarray(left == right, float))
        if self.symbols.functions.get(node.base) == "tril_half" and len(flat(node.subs)) == 2 and not node.sups:
            return scalar(weights(*(self.position(s) for s in flat(node.subs))))
        if node.base == "e" and node.subs:
            made = self._one_hot(node.subs)
            return made.transposed if transposed else made
        if node.base in CONSTANTS and not node.subs and not node.accents:
            value = Value(np.full((1, 1), CONSTANTS[node.base]))
            return self.raised(value, node.sups[0]) if node.sups else value
        return None

    def ones(self) -> Value:
        """1, of the length that it needs, or the one that this reading gives it."""
        return Value(np.ones((self._size().length, 1)), self._size()) if self.reading.ones else ones()

    def _size(self) -> Axis:
        return Axis(self.setting.world.sizes[self.reading.ones], self.reading.ones)

    def _identity(self, subs: Sequence[Node]) -> Value | None:
        """I, of the size that it needs, or I_N."""
        if not subs and self.reading.ones:
            return Value(np.eye(self._size().length), self._size(), self._size())
        if not subs:
            return Value(np.eye(1), Axis(-1, "any"), Axis(-1, "any"), "identity")
        if len(subs) > 1 or not isinstance(subs[0], Name) or self.symbols.size(subs[0]) is None:
            return None
        axis = Axis(int(self._named_position(subs[0])), subs[0].tex or spelled(subs[0]))
        return Value(np.eye(axis.length), axis, axis)

    def quantity(self, meaning: Quantity) -> Value:
        tensor = bar(meaning.tensor, self.symbols.derivation.cost) if meaning.bar else meaning.tensor
        array = self.setting.change(tensor, self.reading.case) if meaning.dot else self.array(tensor)
        value = self.entries(array, meaning.tensor, meaning.slots, meaning.bar and self.reading.rows)
        value = value.transposed if meaning.transposed else value
        if meaning.tensor.role == "constant" and not meaning.bar and value.is_scalar:
            value = replace(value, name=CONSTANT)
        return value if meaning.power is None else self.raised(value, meaning.power)

    def scripted(self, node: Scripted) -> Value:
        body = node.body
        if any(is_bar(a) for a in node.accents) or node.primes:
            raise Unknown(f"{node.tex}: a mark on what is no name")
        if self._is_ones(node):
            return self.with_scripts(self.ones(), (), flat(node.sups))
        kind = norm_of(node)
        if kind is not None and isinstance(body, Fenced):
            meant = "spectral" if "spectral_norm" in self.symbols.used else self.reading.norms
            found = norm(self.value(body.body), kind, meant)
            return self.with_scripts(found, (), flat(node.sups))
        collection = collected(self, node)
        if collection is not None:
            return self.with_scripts(collection, (), flat(node.sups))
        return self.with_scripts(self.value(body), flat(node.subs), flat(node.sups))

    def _is_ones(self, node: Scripted) -> bool:
        """1ᵀ and 1_N with a plain 1."""
        sized = any(isinstance(sub, Name) and self.symbols.size(sub) is not None for sub in node.subs)
        turned = any(self.is_transpose(sup) for sup in flat(node.sups))
        return isinstance(node.body, Number) and node.body.text == "1" and (sized or turned)

    def with_scripts(self, value: Value, subs: Sequence[Node], sups: Sequence[Node]) -> Value:
        if subs:
            value = self.at(value, subs)
        for sup in sups:
            square = value.rows and value.columns and same(value.rows, value.columns)
            is_power = not self.is_transpose(sup) or (square and self._is_count(sup))
            value = self.raised(value, sup) if is_power else value.transposed
        return value

    def _is_count(self, node: Node) -> bool:
        """Whether the T of Aᵀ is the number of steps, in this reading."""
        return bool(self.reading.counts) and self.is_transpose(node) and counts(self.symbols, text_of(node))

    def raised(self, value: Value, exponent: Node) -> Value:
        return raised(self, value, exponent)

    def fraction(self, node: Fraction) -> Value:
        found = derivative(self, node.top, node.bottom)
        if found is not None:
            return found
        return self.divided(self.value(node.top), self.value(node.bottom))

    def divided(self, top: Value, bottom: Value) -> Value:
        if bottom.is_odd or (bottom.rows and bottom.columns and not (top.rows and top.columns)):
            raise Disagree(f"{top.shape} divided by {bottom.shape}")
        return elementwise(top, bottom, np.divide, "/")

    def root(self, node: Root) -> Value:
        if node.index is None:
            value = self.value(node.body)
            if value.rows and value.columns and same(value.rows, value.columns) and multiplies(self, node.body):
                raise Unknown("the root of a square matrix: by entries, or as a product?")
            return mapped(np.sqrt, value)
        return elementwise(self.value(node.body), self.value(node.index), lambda a, n: np.power(a, 1 / n), "to the 1/")

    def big(self, node: Big) -> Value:
        if node.op not in REDUCTIONS:
            raise Unknown(f"{node.spelled or node.op}")
        found = bounds(node)
        if not found:
            letters = [x for x in self.letters.free(node.body) if x not in self.letters.scope]
            if node.op != "sum" or not letters:
                return self._all_entries(node)
            found = [(x, None, None) for x in letters]
        found, dependent = whole_ranges(self, found) if node.op == "sum" else (found, [])
        with self.letters.binding(found, node.body, self.position) as letters_of:
            value = self.value(node.body)
            for name, low, high in dependent:
                value = elementwise(value, scalar(between(self, self.letters.scope[name], low, high)))
            for condition in conditions(node):
                value = elementwise(value, self.bracket(condition))
            for letter in letters_of:
                value = self._taken(node.op, value, letter)
        return value

    def _taken(self, op: str, value: Value, letter: Letter) -> Value:
        if op == "sum":
            return summed(value, letter.place, letter.axis.length)
        return reduced(value, letter.place, REDUCTIONS[op])

    def _all_entries(self, node: Big) -> Value:
        """Σ without a letter: over all entries of a vector or a matrix."""
        value = self.value(node.body)
        axes = tuple(n for n, axis in ((-2, value.rows), (-1, value.columns)) if axis)
        if not axes:
            raise Unknown(f"{node.spelled or node.op} without a letter")
        return Value(np.asarray(REDUCTIONS[node.op](value.array, axis=axes, keepdims=True)))

    def with_given(self, name: str, value: Value, body: Node) -> Value:
        """The value of a function's body for an argument."""
        before = self._given.get(name)
        self._given[name] = value
        try:
            return self.value(body)
        finally:
            self._given.pop(name)
            if before is not None:
                self._given[name] = before

    def is_given(self, name: Node) -> bool:
        """Whether a name is the argument of the function whose body is looked at."""
        return isinstance(name, Name) and spelled(name) in self._given

    def given(self, name: str) -> Value:
        return self._given[name]

    def reads(self, top: Tensor, below: Tensor) -> bool:
        """Whether an equation of `top` reads `below`; a tensor counts as reading itself."""
        return top == below or below in self.setting.direct(top)

    def moved(self, arrays: Mapping[Key, Array]) -> Evaluator:
        """The same claim at a point where some tensors are other arrays; what the answer defines by them moves too."""
        there = self.setting.with_arrays(arrays)
        if self.symbols.rights:
            from derive.check.define import anew

            there = anew(there, self.symbols, self.functions, self.stated)
        return self._elsewhere(there)

    def change(self, node: Node) -> Value:
        """How a value changes along the direction of the point. Raises Disagree, Unknown."""
        assert self.setting.ends is not None
        forward, back = (self._elsewhere(end).value(node) for end in self.setting.ends)
        if any(axis is not None and axis.is_open for axis in (forward.rows, forward.columns)):
            raise Unknown(f"the change of {node.tex}")
        return replace(forward, array=(forward.array - back.array) / (2 * STEP), name="", fills="")

    def _elsewhere(self, setting: Setting) -> Evaluator:
        other = Evaluator(setting, self.symbols, self.reading, self.functions, self.stated, self._given)
        other.letters.scope.update(self.letters.scope)
        other.letters.share(self.letters)
        return other


BEYOND = (ValueError, IndexError, OverflowError, ZeroDivisionError, MemoryError)
"""What NumPy says of arrays that nobody means: of 10⁹ entries, of none, of axes that do not go together."""
CONSTANTS = {"e": float(np.e), "pi": float(np.pi)}
DETERMINANTS = frozenset(["det", "logdet"])
"""Where a problem has one of these, |A| of a square matrix is its determinant."""
REDUCTIONS: Mapping[str, Callable[..., Array]] = {
    "sum": np.sum,
    "mean": np.mean,
    "prod": np.prod,
    "max": np.max,
    "min": np.min,
}
RULES: Mapping[type, Callable[..., Value]] = {
    Number: Evaluator.number,
    Name: Evaluator.name,
    Scripted: Evaluator.scripted,
    Sum: Evaluator.sum,
    Times: times,
    Big: Evaluator.big,
    Fraction: Evaluator.fraction,
    Root: Evaluator.root,
    Fenced: Evaluator.fenced,
    Grid: grid,
    Words: Evaluator.words,
    Dots: Evaluator.dots,
    Relation: Evaluator.bracket,
}
