"""What names may mean in an answer to one problem: its quantities, their bars, its functions, sizes and costs.

A form is how the problem itself prints a quantity, read by the same reader as answers; a name in an answer is compared
with it part by part: base, accents, primes, marks (the layer of W⁽¹⁾, the q of W_q). Marks may stand above or below.
What is left over above is a label, a transpose or a power, and what is left over below are positions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property

from derive.check.bound_letters import Bound
from derive.check.forms import TRANSPOSES, Form, Function, Meaning, Quantity, is_part, matches, spelled
from derive.check.functions import AXIS_FUNCTIONS, WHOLE_FUNCTIONS
from derive.check.surgery import all_nodes
from derive.derivation import Constrained, Derivation
from derive.notation.expression import Apply, Tensor, bar
from derive.notation.index import Range
from derive.notation.walk import factors
from derive.operators import TABLE
from derive.render.latex_math import math
from derive.syntax.commands import GREEK
from derive.syntax.marks import flat, text_of
from derive.syntax.read import Unreadable, read
from derive.syntax.tree import Name, Node, Number
from derive.typeset.names import Names
from derive.typeset.style import Style


def along(found: Constrained) -> Tensor:
    """A tensor for a bar along what binds its quantity."""
    tensor = found.line.tensor
    return Tensor(f"{tensor.key}|{found.convention}", tensor.axes, labels=tensor.labels)


@dataclass(frozen=True, eq=False)
class Symbols:
    """The names of one derivation, and those that an answer adds."""

    derivation: Derivation
    open: dict[str, Node] = field(default_factory=dict)
    """u of an answer's u = 𝟏, which has whatever length it needs, and its right side."""
    broken: dict[str, str] = field(default_factory=dict)
    """Names that an answer defines by what does not go together, and what does not."""
    rights: dict[Tensor, tuple[Name, Node, tuple[Bound, ...]]] = field(default_factory=dict)
    """What an answer defines, in its order: its name, its right side and the ranges beside it."""
    slices: set[tuple[str, str]] = field(default_factory=set)
    """The names and roles of those that are a row of a matrix, u = U_{i,:}: some have it as a row, some as a column."""
    _met: dict[Name, tuple[Meaning, ...]] = field(default_factory=dict, repr=False)
    _printed: dict[Tensor, Name | None] = field(default_factory=dict, repr=False)

    @cached_property
    def names(self) -> Names:
        return Names(self.derivation.network, self.derivation.cost, Style())

    def fresh(self, other: Mapping[str, str]) -> Symbols:
        """The same names before any answer, without reading again how the problem prints them."""
        found = Symbols(self.derivation)
        kept = ("names", "functions", "sizes", "words", "used", "exponents")
        found.__dict__.update({name: getattr(self, name) for name in kept})
        found.__dict__["forms"] = {base: list(forms) for base, forms in self.forms.items()}
        for text, called in other.items():
            name = _only_name(text, self.words)
            if name is not None:
                found.learn(replace(_form(self.derivation.network.tensors[called], name), own=True))
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """The names of several characters, also as they are printed: mu for μ."""
        network = self.derivation.network
        tensors = (*network.tensors.values(), *(met.tensor for met in network.implicit.values()))
        printed = (math(self.names.tensor(tensor)).removeprefix("\\") for tensor in tensors)
        own = (tensor.multiplier for tensor in network.tensors.values())
        greek = (name for name in (*printed, *own) if name in GREEK)
        names = (*network.tensors, *network.sizes, *network.functions, *greek)
        return frozenset(name for name in names if len(name) > 1 and name.isalnum())

    @cached_property
    def forms(self) -> dict[str, list[Form]]:
        """Base in lower case -> the forms with it."""
        found: dict[str, list[Form]] = {}
        network = self.derivation.network
        bars = dict.fromkeys(e.left.tensor for e in network.equations if e.left.tensor.is_bar)
        others = self.derivation.backward if network.costs else ()
        bars |= dict.fromkeys(t for t in (line.tensor for line in others) if t.cost[-1] != network.costs[0])
        own = {t.multiplier for t in network.tensors.values() if t.multiplier}
        bars |= dict.fromkeys(line.tensor for line in self.derivation.backward if own and line.tensor.name in own)
        for tensor in (*network.tensors.values(), *(met.tensor for met in network.implicit.values()), *bars):
            for form in self._forms(tensor):
                found.setdefault(form.base.lower(), []).append(form)
        for form in self._bound() if self.derivation.constrained else ():
            found.setdefault(form.base.lower(), []).append(form)
        return found

    def _bound(self) -> Iterator[Form]:
        """Ā_sym, the bar along what binds A."""
        from derive.typeset.constrained import marked

        for one in self.derivation.constrained:
            name = _only_name(math(marked(self.names.tensor(one.line.tensor), one)), self.words)
            if name is not None:
                yield _form(along(one), name)

    def _forms(self, tensor: Tensor) -> Iterator[Form]:
        met: set[tuple[str, tuple[str, ...], int, tuple[str, ...]]] = set()
        if len(tensor.name) > 1 and not tensor.cost:
            met.add((tensor.name, (), 0, ()))
            yield Form(tensor, tensor.name, "upright", (), 0, ())
        for tex in (math(self.names.tensor(tensor)), tensor.name if tensor.name.isalpha() and not tensor.cost else ""):
            name = _only_name(tex, self.words)
            if name is not None:
                form = _form(tensor, name)
                key = (form.base, form.accents, form.primes, form.marks)
                if key not in met:
                    met.add(key)
                    yield form

    @cached_property
    def functions(self) -> dict[str, str]:
        """A function's printed base -> its name; the problem's own before those of the table."""
        network = self.derivation.network
        found = dict(ALIASES)
        for name, row in TABLE.items():
            found.setdefault(name.lower(), name)
            _add_function(found, row.latex, name)
        found.update({"sigma": "sigmoid", **{name: name for name in (*AXIS_FUNCTIONS, *WHOLE_FUNCTIONS)}})
        for name in network.functions:
            found[name] = name
            _add_function(found, math(self.names.function(name)), name, True)
        return found

    @cached_property
    def used(self) -> frozenset[str]:
        """The functions that the problem's equations use."""
        rights = [e.right for e in self.derivation.network.equations]
        return frozenset(f.function for right in rights for f in factors(right) if isinstance(f, Apply))

    @cached_property
    def exponents(self) -> frozenset[str]:
        """Letters that are exponents of matrices, as t is in Aᵗ: above a matrix they are no transpose."""
        return frozenset(self.derivation.network.letters) if "matrix_power" in self.used else frozenset()

    @cached_property
    def sizes(self) -> dict[str, str]:
        """A size's printed name -> its own."""
        network = self.derivation.network
        found = {}
        for name in network.sizes:
            found[name] = name
            read_as = _only_name(math(self.names.size(name)))
            if read_as is not None:
                found.setdefault(spelled(read_as), name)
        return found

    def is_cost_letter(self, name: Name) -> bool:
        """Whether a name that nobody defined can only be the cost: any, where the problem names none."""
        if name.subs or name.accents or self.meanings(name):
            return False
        return name.base in (*COSTS, self.derivation.cost)

    def is_taken(self, name: Name) -> bool:
        """Whether an answer has given a meaning of its own to a letter that is a size, or to the d of differentials."""
        if name.subs or name.sups or name.accents or name.primes or not (name.base == "d" or self.size(name)):
            return False
        return any(form.own and form.base == name.base for form in self.forms.get(name.base.lower(), ()))

    def learn(self, form: Form) -> None:
        """A name that an answer defines; it hides what the problem calls so, from now on."""
        known = self.forms.setdefault(form.base.lower(), [])
        known[:] = [form, *(f for f in known if f.tensor != form.tensor)]
        for name in [n for n in self._met if n.base == form.base and not _is_quantity(self._met[n])]:
            del self._met[name]

    def is_capital_of_small(self, name: Name) -> bool:
        """Whether a name means a quantity only if its capital is read as the small letter: G for g."""
        found = [m for m in self.meanings(name) if isinstance(m, Quantity)]
        bases = {
            form.base for form in self.forms.get(name.base.lower(), ()) if form.tensor in {m.tensor for m in found}
        }
        return bool(found) and name.base.isupper() and not name.accents and name.base not in bases

    def is_small_of_matrix(self, node: Node) -> bool:
        """Whether a whole matrix is called by its small letter, a for A: that may be another one, which nobody said."""
        found = self.meanings(node)[:1] if isinstance(node, Name) and not node.accents and not node.subs else ()
        one = found[0] if found and isinstance(found[0], Quantity) else None
        if one is None or one.slots or one.bar or len(one.tensor.axes) != 2 or not isinstance(node, Name):
            return False
        return node.base.islower() and all(f.base != node.base for f in self.forms[node.base] if f.tensor == one.tensor)

    def is_row_of_capital(self, name: Name, right: Node) -> bool:
        """Whether u, or u_j, is said to be a row U_{i,:} of the matrix that only its capital is called by."""
        found = [m for m in self.meanings(name)[:1] if isinstance(m, Quantity) and not m.bar]
        bases = [
            form.base for form in self.forms.get(name.base.lower(), ()) if found and form.tensor == found[0].tensor
        ]
        of = self.slice_of(right)
        if found and of is not None and self.is_slice(found[0].tensor):
            return found[0].is_entry and bool(name.subs)  # u = U_{i,:} stands above, and now u_j = U_{j,:}
        return bool(found) and name.base not in bases and of == found[0].tensor and not found[0].is_entry

    def is_slice(self, tensor: Tensor) -> bool:
        """Whether this is a row of a matrix, to which the answer has given a name."""
        return (tensor.name, tensor.role) in self.slices

    def slice_of(self, node: Node) -> Tensor | None:
        """The matrix U of U_{i,:} and its transpose; None for what is no row of a matrix."""
        met = self.meanings(node)[:1] if isinstance(node, Name) else ()
        one = next((m for m in met if isinstance(m, Quantity) and not m.bar and not m.dot and m.power is None), None)
        given = [slot for slot in one.slots if slot is not None and not is_part(slot)] if one is not None else []
        rows = one is not None and len(given) == len(one.tensor.axes) - 1 > 0 and one.slots[0] is given[0]
        return one.tensor if one is not None and rows else None

    def is_curvature(self, tensor: Tensor) -> bool:
        """Whether it is the Hessian or the Gauss–Newton matrix, which the problem has no equation for."""
        forms = self.forms.get(tensor.name.lower(), ())
        return any(form.own and form.tensor == tensor for form in forms) and tensor not in self.rights

    def is_lent(self, name: Name) -> bool:
        """Whether u is a singular vector, or v a direction, until an answer calls something else so."""
        met = self.meanings(name)[:1]
        one = met[0].tensor if met and isinstance(met[0], Quantity) and not met[0].bar else None
        return one is not None and one.role == "constant" and self.is_curvature(one)

    def forget(self, name: Name) -> None:
        """What a capital may mean, which the answer has for something else."""
        for met in [n for n in self._met if n.base == name.base]:
            del self._met[met]

    def quantities(self, node: Node) -> Iterator[Tensor]:
        """The quantities and bars that a formula may read, through what the answer defines too."""
        waiting, met = [node], set[Tensor]()
        while waiting:
            for one in all_nodes(waiting.pop()):
                for meaning in self.meanings(one) if isinstance(one, Name) else ():
                    if isinstance(meaning, Quantity):
                        tensor = bar(meaning.tensor, self.derivation.cost) if meaning.bar else meaning.tensor
                        if tensor not in met:
                            met.add(tensor)
                            yield tensor
                            waiting += [self.rights[tensor][1]] if tensor in self.rights else []

    def family(self, name: str) -> Range | None:
        """What the functions of a family are numbered by."""
        for equation in self.derivation.network.equations:
            for factor in factors(equation.right):
                if isinstance(factor, Apply) and factor.function == name and factor.slots:
                    letter = factor.slots[0].letter
                    return letter.range if letter is not None else None
        return None

    def printed(self, tensor: Tensor) -> Name | None:
        """A quantity's name as the problem prints it."""
        if tensor not in self._printed:
            self._printed[tensor] = _only_name(math(self.names.tensor(tensor)))
        return self._printed[tensor]

    @contextmanager
    def forgetting(self) -> Iterator[None]:
        """Names that are looked up inside are forgotten afterwards: those of edits that are tried once."""
        before = len(self._met)
        try:
            yield
        finally:
            while len(self._met) > before:
                self._met.popitem()

    def size(self, name: Name) -> str | None:
        return self.sizes.get(spelled(name))

    def meanings(self, name: Name) -> tuple[Meaning, ...]:
        """What a name may mean, the likeliest first; nothing if the problem does not know it."""
        met = self._met.get(name)
        if met is None:
            met = self._met[name] = tuple(self._found(name))
        return met

    def _found(self, name: Name) -> Iterator[Meaning]:
        signal = self._signal(name)
        if signal is not None:
            yield signal
        if DOT in name.accents and self.derivation.tangents:
            yield from self._dotted(name)
        forms = self.forms.get(name.base.lower(), [])
        ranked = sorted(forms, key=lambda f: (f.base != name.base, -len(f.marks), f.face != name.face))
        found = [(f, m) for f in ranked if (m := matches(f, name, self.exponents)) is not None]
        exact = [m for f, m in found if f.base == name.base]
        defined = [m for f, m in found if f.own and f.letters == len(m.slots) and f.base == name.base]
        loose = [m for f, m in found if f.base != name.base and _may_change_case(f)]
        yield from sorted(exact, key=lambda m: (m not in defined, _rank(m)))
        function = self._function(name)
        if function is not None:
            yield function
        if not exact and self.size(name) is None:
            yield from sorted(loose, key=_rank)

    def _dotted(self, name: Name) -> Iterator[Quantity]:
        """ż, where the problem moves something, and nothing is called so."""
        accents = list(name.accents)
        accents.remove(DOT)
        plain = replace(name, accents=tuple(accents))
        known = any(matches(form, name) for form in self.forms.get(name.base.lower(), ()))
        found = () if known else self.meanings(plain)
        yield from (replace(m, dot=True) for m in found if isinstance(m, Quantity) and not m.dot)

    def _signal(self, name: Name) -> Quantity | None:
        """δ_y, the error signal of y; its transpose and powers stand on the δ."""
        inner = name.subs[0] if len(name.subs) == 1 else None
        if name.base != "delta" or name.accents or name.primes or not isinstance(inner, Name):
            return None
        found = next((m for m in self.meanings(inner) if isinstance(m, Quantity) and not m.bar), None)
        if found is None or found.power is not None or found.tensor.among is not None:
            return None
        transposed, power = found.transposed, None
        for node in flat(name.sups):
            if isinstance(node, Name) and node.base in TRANSPOSES and not (node.subs or node.sups):
                transposed = not transposed
            elif power is None and isinstance(node, Number):
                power = node
            else:
                return None
        return replace(found, bar=True, transposed=transposed, power=power)

    def _function(self, name: Name) -> Function | None:
        family = self.derivation.network.functions.get(self.functions.get(name.base, ""), "") == "family"
        if name.accents or (name.subs and not family) or len(name.sups) > 1:
            return None
        found = self.functions.get(name.base) or self.functions.get(name.base.lower() if len(name.base) > 1 else "")
        power = name.sups[0] if name.sups else None
        return Function(found, name.primes, power, tuple(flat(name.subs))) if found else None


def _is_quantity(meanings: tuple[Meaning, ...]) -> bool:
    return any(isinstance(meaning, Quantity) for meaning in meanings)


DOT = "\\dot"
COSTS = ("L", "J", "E", "C", "Loss", "loss", "cost", "ell")
ALIASES = {"ln": "log", "rectifier": "relu", "logistic": "sigmoid", "sigm": "sigmoid", "heaviside": "step"}


def _add_function(found: dict[str, str], tex: str, name: str, force: bool = False) -> None:
    read_as = _only_name(tex)
    if read_as is not None and (force or read_as.base not in found) and not read_as.subs:
        found[read_as.base] = name


def _only_name(tex: str, words: frozenset[str] = frozenset()) -> Name | None:
    """The one name that a printed name is."""
    try:
        statements = read(tex, words) if tex else ()
    except Unreadable:
        return None
    only = statements[0] if len(statements) == 1 else None
    return only if isinstance(only, Name) else None


def _form(tensor: Tensor, name: Name) -> Form:
    marks = tuple(t for s in (*flat(name.sups), *flat(name.subs)) if (t := text_of(s)))
    if len(flat(name.subs)) > 1 and all(len(text_of(s)) == 1 for s in flat(name.subs)):
        ups = tuple(t for s in flat(name.sups) if (t := text_of(s)))
        marks = (*ups, "".join(text_of(s) for s in flat(name.subs)))
    return Form(tensor, name.base, name.face, name.accents, name.primes, marks)


def _may_change_case(form: Form) -> bool:
    return len(form.base) == 1 and bool(form.tensor.axes) and not form.own


def _rank(meaning: Meaning) -> tuple[bool, int]:
    """Whole names and entries before rows that are cut out."""
    if isinstance(meaning, Function):
        return (False, 0)
    count, full = len(meaning.slots), len(meaning.tensor.axes)
    return (count not in (0, full, len(meaning.tensor.labels)), -len(meaning.layer))
