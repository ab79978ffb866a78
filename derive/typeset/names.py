"""How quantities are called: faces, cases, layers, accents.

    W1 -> 𝐖⁽¹⁾, entries w⁽¹⁾_ji      z1 -> 𝐳₁, entries z_{1,j}      y_prime -> 𝐲′, entries y′_k
    Wq -> 𝐖_q, entries w_{q,ji}

Vectors are bold and lower case, matrices bold and upper case with lower-case entries, scalars plain. A case is kept
where changing it would name something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from derive.declare.network import Network
from derive.document import (
    COMMA,
    JUXTAPOSED,
    Accent,
    Face,
    Fenced,
    Fraction,
    Math,
    Over,
    Row,
    Script,
    Symbol,
    row,
)
from derive.notation.expression import Tensor
from derive.operators import TABLE
from derive.typeset.reader import Name, letters, read_latex, read_name, with_subscript
from derive.typeset.style import Style

ACCENTS: tuple[Accent, ...] = ("bar", "tilde", "hat", "dot")
"""The accents of the bars of the first cost, of the second …"""


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
        cased = (self._right_case(tensor.name, base, len(tensor.axes), whole) for whole in (True, False))
        return [box.text for box in cased if isinstance(box, Symbol)]

    @cached_property
    def _words(self) -> frozenset[str]:
        network = self.network
        functions = [letters(name).text for name in network.functions]
        plain = [letters(name).text for name in (*network.tensors, *network.sizes, *network.letters)]
        return frozenset([*plain, *functions, *(letters(name).text for name in TABLE)])

    def tensor(self, tensor: Tensor) -> Math:
        """A whole tensor: 𝐖⁽¹⁾, 𝐱̄, S."""
        return self._written(tensor, None)

    def entry(self, tensor: Tensor, slots: tuple[Math, ...]) -> Math:
        """One entry: w⁽¹⁾_ji, x̄_i."""
        return self._written(tensor, slots) if slots else self._written(tensor, None)

    def row_of(self, tensor: Tensor, slots: tuple[Math, ...]) -> Math:
        """A vector cut out of an array, the axis that runs left out: 𝐲_n."""
        return self._written(replace(tensor, axes=tensor.axes[:1]), slots, "bold")

    def function(self, name: str, face: Face = "italic") -> Math:
        """A function's name."""
        given = self.network.printed.get(name)
        known = TABLE.get(name) if name not in self.network.functions else None
        read = read_latex(given or (known.latex if known else "")) or read_name(name)
        parts = replace(read, base=_faced(read.base, face) if face == "bold" else read.base)
        return self._hung(parts, None, False)

    def size(self, name: str) -> Math:
        given = self.network.printed.get(name)
        return self._hung((read_latex(given) if given else None) or self._read(name, False), None, False)

    @cached_property
    def cost_symbol(self) -> Math:
        """The cost; L where the network has none."""
        tensor = self.network.tensors.get(self.cost)
        return self._plain(tensor, None) if tensor else self.size(self.cost or "L")

    def _written(self, tensor: Tensor, slots: tuple[Math, ...] | None, face: Face | None = None) -> Math:
        if not tensor.cost:
            return self._plain(tensor, slots, face)
        if self.style.notation == "bar" or len(tensor.cost) > 1:
            accents = tuple(self._accent(cost) for cost in tensor.cost)
            return self._plain(tensor, slots, face, accents)
        return _SIGNALS[self.style.notation](self, replace(tensor, cost=()), slots, tensor.cost[0])

    def _accent(self, cost: str) -> Accent:
        order = [self.cost, *(name for name in self.network.tensors if name != self.cost)]
        return ACCENTS[min(order.index(cost) if cost in order else 1, len(ACCENTS) - 1)]

    def cost_named(self, cost: str) -> Math:
        tensor = self.network.tensors.get(cost)
        return self._plain(tensor, None) if tensor and cost != self.cost else self.cost_symbol

    def _plain(
        self,
        tensor: Tensor,
        slots: tuple[Math, ...] | None,
        face: Face | None = None,
        accents: tuple[Accent, ...] = (),
    ) -> Math:
        parameter = tensor.role == "parameter" or self._declared(tensor) == "parameter"
        name = self._name(tensor.name, parameter)
        rank = len(tensor.axes)
        wanted: Face = face or ("bold" if rank and slots is None else "italic")
        base = _faced(self._right_case(tensor.name, name.base, rank, wanted == "bold"), wanted)
        for accent in accents:
            base = Over(base, accent)
        return self._hung(replace(name, base=base), slots, parameter)

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
        if not rank or not isinstance(base, Symbol) or len(base.text) != 1:
            return base
        if text in self.network.printed and (base.face != "italic" or base.text != text[0]):
            return base
        cased = _cased(base.text, "upper" if rank > 1 and whole else "lower")
        free = cased == base.text or not {cased, cased + text[1:]} & self._words
        return Symbol(cased, base.face) if free else base

    def _hung(self, name: Name, slots: tuple[Math, ...] | None, parameter: bool) -> Math:
        """The base with its layer or number, subscripts and superscripts."""
        digits = Symbol(name.digits, "upright") if name.digits else None
        layer = (Fenced(digits),) if digits and parameter else ()
        number = (digits,) if digits and not parameter else ()
        sup = [*name.sups, *layer]
        subs = hung(subscript((*number, *name.subs)), subscript(slots or ()))
        return Script(name.base, subs, row(*sup) if sup else None) if sup or subs else name.base


def hung(own: Math | None, at: Math | None) -> Math | None:
    """A name's own subscript, then the position: 2,nj and q,ji."""
    return row(own, COMMA, at) if own is not None and at is not None else own or at


def subscript(slots: tuple[Math, ...]) -> Math | None:
    """Subscripts side by side; with commas where one of them is more than a letter, or a number before the last."""
    if not slots:
        return None
    one = all(isinstance(s, Symbol) and len(s.text) == 1 for s in slots)
    tight = one and not any(_is_digit(s) for s in slots[:-1])
    parts: list[Math] = []
    for n, slot in enumerate(slots):
        parts.extend((COMMA, slot) if n and not tight else (slot,))
    return row(*parts)


def _is_digit(box: Math) -> bool:
    return isinstance(box, Symbol) and box.text.isdigit()


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


def _partial(names: Names, tensor: Tensor, slots: tuple[Math, ...] | None, cost: str) -> Math:
    curly = Symbol("∂")
    return Fraction(row(curly, names.cost_named(cost)), row(curly, names._plain(tensor, slots)), True)


def _nabla(names: Names, tensor: Tensor, slots: tuple[Math, ...] | None, cost: str) -> Math:
    whole = row(Script(Symbol("∇"), names.tensor(tensor)), JUXTAPOSED, names.cost_named(cost))
    return Script(Fenced(whole), subscript(slots)) if slots else whole


def _d(names: Names, tensor: Tensor, slots: tuple[Math, ...] | None, cost: str) -> Math:
    return row(Symbol("d", "upright"), names._plain(tensor, slots))


def _delta(names: Names, tensor: Tensor, slots: tuple[Math, ...] | None, cost: str) -> Math:
    return Script(Symbol("δ", "bold" if slots is None and tensor.axes else "italic"), names._plain(tensor, slots))


_SIGNALS = MappingProxyType({"partial": _partial, "nabla": _nabla, "d": _d, "delta": _delta})
"""How an error signal is written where it is not a bar."""

Printed = Mapping[str, str]
