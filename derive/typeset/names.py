"""How quantities are called: faces, cases, layers, accents.

    W1 -> 𝐖⁽¹⁾, entries w⁽¹⁾_ji      z1 -> 𝐳₁, entries z_{1,j}      y_prime -> 𝐲′, entries y′_k
    Wq -> 𝐖_q, entries w_{q,ji}        h at a label t -> 𝐡⁽ᵗ⁾, entries h⁽ᵗ⁾_k, or 𝐡_t, entries h_{t,k}

Vectors are bold and lower case, matrices bold and upper case with lower-case entries, scalars plain; labels do not
count. A case is kept where changing it would name something else. Where a label stands above, a layer stands below.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from derive.declare.network import Network
from derive.document import Accent, Face, Fenced, Math, Over, Row, Script, Symbol, row
from derive.notation.expression import CURLY, DOT, Tensor
from derive.notation.index import Range
from derive.notation.walk import entries
from derive.operators import TABLE
from derive.typeset.positions import WHOLE, At, hung, listed, subscript
from derive.typeset.reader import Name, letters, read_latex, read_name, with_subscript
from derive.typeset.signals import signal
from derive.typeset.style import Style

COLON = Symbol(":", "upright")
ACCENTS: tuple[Accent, ...] = ("bar", "tilde", "hat", "dot")
"""The accents of the bars of the first cost, of the second …; a bar of a bar has one on the other."""


@dataclass(frozen=True)
class Names:
    """The names of one network, in one style. Made once for a derivation: it remembers what it has read."""

    network: Network
    cost: str
    style: Style = field(default_factory=Style)
    _parts: dict[tuple[str, bool], Name] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def taken(self) -> frozenset[str]:
        """Every letter that means something already, as it is printed, so that no summed letter takes it."""
        network = self.network
        functions = [letters(name).text for name in network.functions]
        shown = [text for t in network.tensors.values() for text in self._shown(t)]
        return frozenset([*network.tensors, *shown, *network.sizes, *functions, "e"])

    def _shown(self, tensor: Tensor) -> list[str]:
        """The letter of a tensor and of its entries; script and double-struck ones look like no other."""
        base = self._name(tensor.name, tensor.role == "parameter").base
        if not isinstance(base, Symbol) or base.face in ("script", "double"):
            return []
        cased = (self._right_case(tensor.name, base, len(tensor.layout), whole) for whole in (True, False))
        return [box.text for box in cased if isinstance(box, Symbol)]

    @cached_property
    def _words(self) -> frozenset[str]:
        network = self.network
        functions = [letters(name).text for name in network.functions]
        plain = [letters(name).text for name in (*network.tensors, *network.sizes, *network.letters)]
        return frozenset([*plain, *functions, *(letters(name).text for name in TABLE)])

    def tensor(self, tensor: Tensor) -> Math:
        """A whole tensor: 𝐖⁽¹⁾, 𝐱̄, S."""
        return self.written(tensor, WHOLE)

    def entry(self, tensor: Tensor, slots: tuple[Math, ...]) -> Math:
        """One entry, a slot for each axis: w⁽¹⁾_ji, x̄_i, h⁽ᵗ⁾_k."""
        return self.written(tensor, self._at(tensor, slots) if slots else WHOLE)

    def labelled(self, tensor: Tensor, slots: tuple[Math, ...]) -> Math:
        """All that a tensor is at the labels among the slots of an entry: 𝐡⁽ᵗ⁾."""
        return self.written(tensor, self._at(tensor, slots).whole)

    def row_of(self, tensor: Tensor, slots: tuple[Math, ...]) -> Math:
        """A vector cut out of an array, `:` for the axis that runs, which may be left out where it is last: 𝐲_n."""
        every = (*slots, *[COLON] * (len(tensor.axes) - len(slots)))
        at = self._at(tensor, every)
        if COLON in (*at.above, *at.below):
            return self.written(replace(tensor, axes=tensor.axes[:1], labels=()), At(slots), "bold")
        kept = at.slots or ()
        if all(slot == COLON for slot in kept):
            return self.written(tensor, at.whole)
        while kept[-1] == COLON:
            kept = kept[:-1]
        return self.written(replace(tensor, axes=tensor.axes[:1], labels=()), replace(at, slots=kept), "bold")

    def _at(self, tensor: Tensor, slots: tuple[Math, ...]) -> At:
        """The slots of an entry, its labels apart."""
        above = tuple(slots[n] for n in tensor.labels if not self.is_below(tensor.axes[n]))
        below = tuple(slots[n] for n in tensor.labels if self.is_below(tensor.axes[n]))
        return At(tuple(box for n, box in enumerate(slots) if n not in tensor.labels), above, below)

    def is_below(self, axis: Range) -> bool:
        """Whether the label of an axis, the one that ends where it does, is shown as a subscript."""
        letters, labels = self.network.letters, self.network.labels
        met = (shown for name, shown in labels.items() if name in letters and letters[name].hi == axis.hi)
        return next(met, "superscript") == "subscript"

    def function(self, name: str, face: Face = "italic") -> Math:
        """A function's name."""
        given = self.network.printed.get(name)
        known = TABLE.get(name) if name not in self.network.functions else None
        read = read_latex(given or (known.latex if known else "")) or read_name(name)
        parts = replace(read, base=_faced(read.base, face) if face == "bold" else read.base)
        return _hung(parts, WHOLE, False)

    def size(self, name: str) -> Math:
        given = self.network.printed.get(name)
        return _hung((read_latex(given) if given else None) or self._read(name, False), WHOLE, False)

    @cached_property
    def cost_symbol(self) -> Math:
        """The cost; L where the network has none."""
        tensor = self.network.tensors.get(self.cost)
        return self.plain(tensor, WHOLE) if tensor else self.size(self.cost or "L")

    def written(self, tensor: Tensor, at: At, face: Face | None = None) -> Math:
        """A tensor with its accents, or its derivative, at a position."""
        if not tensor.cost:
            return self.plain(tensor, at, face)
        if tensor.cost[-1].startswith(CURLY):
            from derive.typeset.derivatives import derivative

            return derivative(self, tensor, at)
        own = tensor in self._computed or tensor.name in self._multipliers
        if self.style.notation == "bar" or own or DOT in tensor.cost:
            return self.plain(tensor, at, face)
        return signal(self.style.notation, self, replace(tensor, cost=tensor.cost[:-1]), at, tensor.cost[-1])

    @cached_property
    def _computed(self) -> frozenset[Tensor]:
        """The bars that equations give: quantities of the forward pass, which keep their accent in every notation."""
        return frozenset(e.left.tensor for e in self.network.equations if e.left.tensor.is_bar)

    @cached_property
    def costs(self) -> tuple[str, ...]:
        """The costs that have bars, the network's own first."""
        inner = (cost for e in self.network.equations for cost in e.left.tensor.cost)
        return tuple(dict.fromkeys((*(self.network.costs or (self.cost,)), *inner)))

    def _accent(self, cost: str) -> Accent:
        if cost == DOT:
            return "dot"
        place = self.costs.index(cost) if cost in self.costs else 1
        return ACCENTS[min(place, len(ACCENTS) - 1)]

    def is_other(self, cost: str) -> bool:
        """Whether a cost is not the first of several, so that its signals name it."""
        return bool(self.network.costs) and cost != self.network.costs[0]

    def cost_named(self, cost: str) -> Math:
        tensor = self.network.tensors.get(cost)
        return self.plain(tensor, WHOLE) if tensor and cost != self.cost else self.cost_symbol

    def plain(self, tensor: Tensor, at: At, face: Face | None = None) -> Math:
        """The name with an accent for each cost."""
        parameter = tensor.role == "parameter" or self._declared(tensor) == "parameter"
        name = self._name(tensor.name, parameter)
        rank = len(tensor.layout)
        wanted: Face = face or ("bold" if rank and at.slots is None else "italic")
        base = _faced(self._right_case(tensor.name, name.base, rank, wanted == "bold"), wanted)
        for cost in tensor.cost:
            if tensor.name not in self._multipliers or cost != self.costs[0]:
                base = Over(base, self._second_accent(cost) if tensor in self._second else self._accent(cost))
        return _hung(replace(name, base=base), at, parameter != self._clashes(tensor.name, name, parameter))

    @cached_property
    def _multipliers(self) -> frozenset[str]:
        """The names of Lagrange multipliers: λ is an error signal without an accent."""
        return frozenset(t.multiplier for t in self.network.tensors.values() if t.multiplier)

    @cached_property
    def _second(self) -> frozenset[Tensor]:
        """The multipliers of a second backward pass, beside the bars of those of the first: λ̂ beside λ̃."""
        own = [t for t in self._computed if t.name in self._multipliers and t.cost == self.costs[:1]]
        return frozenset(replace(t, cost=(cost,)) for t in own for cost in self.costs[1:])

    def _second_accent(self, cost: str) -> Accent:
        return next(accent for accent in ACCENTS[1:] if accent != self._accent(cost))

    @cached_property
    def _residuals(self) -> frozenset[str]:
        """The names of differences that are 0, which keep their case: F."""
        return frozenset(condition.residual for condition in self.network.implicit.values())

    def _clashes(self, text: str, name: Name, layer: bool) -> bool:
        """Whether h0 would look like what an array h is at 0; then it is h⁽⁰⁾ beside h₀, h₀ beside h⁽⁰⁾."""
        if not name.digits or text in self.network.printed:
            return False
        if not layer and any(self._is_called(other, name) for other in self._at_number.get(int(name.digits), ())):
            return True
        return any(self._is_label_of(other, axis, name, layer) for other, axis in self._labelled if other.name != text)

    @cached_property
    def _labelled(self) -> tuple[tuple[Tensor, Range], ...]:
        """The tensors with one label, and its axis."""
        return tuple((t, t.axes[t.labels[0]]) for t in self.network.tensors.values() if len(t.labels) == 1)

    @cached_property
    def _at_number(self) -> dict[int, tuple[Tensor, ...]]:
        """The tensors without labels that are read or written at a number in their first axis."""
        found: dict[int, dict[Tensor, None]] = {}
        if any(self._name(name, False).digits for name in self.network.tensors):
            for equation in self.network.equations:
                for entry in (equation.left, *entries(equation.right)):
                    if entry.slots and not entry.tensor.labels and entry.slots[0].is_number:
                        found.setdefault(entry.slots[0].constant, {})[replace(entry.tensor, cost=())] = None
        return {at: tuple(tensors) for at, tensors in found.items()}

    def _is_called(self, other: Tensor, name: Name) -> bool:
        """Whether a tensor has this name, but for its number."""
        met = self._name(other.name, other.role == "parameter")
        return not met.digits and (_lower(met.base), met.subs, met.sups) == (_lower(name.base), name.subs, name.sups)

    def _is_label_of(self, other: Tensor, axis: Range, name: Name, layer: bool) -> bool:
        return self._is_called(other, name) and self.is_below(axis) != layer and _may_hold(axis, int(name.digits))

    def _declared(self, tensor: Tensor) -> str:
        known = self.network.tensors.get(tensor.name)
        return known.role if known else tensor.role

    def _name(self, text: str, parameter: bool) -> Name:
        met = self._parts.get((text, parameter))
        if met is None:
            given = self.network.printed.get(text)
            met = (read_latex(given) if given else None) or self._read(text, parameter)
            self._parts[text, parameter] = met
        return met

    def _read(self, text: str, parameter: bool) -> Name:
        """A plain name; Wq is W_q unless that is a name of its own."""
        short = with_subscript(text, parameter)
        taken = short in self.network.tensors or short in self.network.sizes
        return read_name(text if taken else short)

    def _right_case(self, text: str, base: Math, rank: int, whole: bool) -> Math:
        """Vectors and entries lower, whole matrices upper; another letter that was given in LaTeX keeps its case."""
        if not rank or not isinstance(base, Symbol) or len(base.text) != 1 or text in self._residuals:
            return base
        if text in self.network.printed and (base.face != "italic" or base.text != text[0]):
            return base
        cased = _cased(base.text, "upper" if rank > 1 and whole else "lower")
        free = cased == base.text or not {cased, cased + text[1:]} & self._words
        return Symbol(cased, base.face) if free else base


def _hung(name: Name, at: At, parameter: bool) -> Math:
    """The base with its layer or number, subscripts and superscripts; a layer gives way to labels above."""
    digits = Symbol(name.digits, "upright") if name.digits else None
    is_layer = parameter and not at.above
    layer = (Fenced(digits),) if digits and is_layer else ()
    number = (digits,) if digits and not is_layer else ()
    sup = [*name.sups, *layer, *((Fenced(listed(at.above)),) if at.above else ())]
    own = hung(subscript((*number, *name.subs)), listed(at.below) if at.below else None)
    subs = hung(own, subscript(at.slots or ()))
    return Script(name.base, subs, row(*sup) if sup else None) if sup or subs else name.base


def _lower(base: Math) -> Math:
    return Symbol(_cased(base.text, "lower"), base.face) if isinstance(base, Symbol) else base


def _may_hold(axis: Range, at: int) -> bool:
    """Whether a position may be on an axis."""
    before = axis.lo.is_number and at < axis.lo.constant
    return not before and not (axis.hi.is_number and at > axis.hi.constant)


def _cased(text: str, case: str) -> str:
    changed = text.lower() if case == "lower" else text.upper()
    return changed if len(text) == 1 and len(changed) == 1 and text.isalpha() else text


def _faced(base: Math, face: Face) -> Math:
    """A letter in bold or not; script and double-struck letters stay as they are."""
    if isinstance(base, Symbol) and base.face in ("italic", "bold", "upright"):
        upright = len(base.text) > 1 or not base.text.isalpha()
        return Symbol(base.text, "bold" if face == "bold" else "upright" if upright else face)
    if isinstance(base, Over):
        return Over(_faced(base.base, face), base.accent)
    return Row(tuple(_faced(item, face) for item in base.items)) if isinstance(base, Row) else base
