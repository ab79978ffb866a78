"""A derivation as runnable NumPy: forward(…) gives every quantity, backward(…) the wanted bars; where they were asked
for, tangents(…), jacobian_y_x(…), hessian_product(…), hessian_w(…), hessian_w_b(…) and gauss_newton_w(…) the others.

Lines with a vector form are written as products of arrays; the others as einsum, or entry by entry in loops.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from derive.derivation import Derivation, Derivatives, GaussNewton, Line, Tangents
from derive.notation.constants import KNOWN
from derive.notation.expression import Tensor, bar, dot
from derive.referee.evaluate_equations import reads
from derive.render.numpy_functions import Functions
from derive.render.numpy_lines import INDENT, indented, statements
from derive.render.numpy_names import Identifiers
from derive.render.numpy_scalar import Coder
from derive.render.plain import Paper
from derive.vectorise import vectorised

LONG = 108
ROLES = ("input", "parameter", "constant", "class")


def numpy_code(derivation: Derivation) -> str:
    """A module with forward and backward, importing numpy and math alone."""
    return _Module(derivation).text()


class _Module:
    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.names = Identifiers(derivation.network, derivation.cost)
        self.functions = Functions(self.names)
        self.coder = Coder(self.names, self.functions.name, self.functions.helpers)
        self.given = [t for t in derivation.network.tensors.values() if t.role in ROLES and t.name not in KNOWN]
        named = [name for name, size in derivation.network.sizes.items() if size.formula is None]
        self.free_sizes = [name for name in named if _dimension(name, self.given) is None]

    def text(self) -> str:
        parts = [self.forward(), self.backward(), *self.changes()]
        body = "\n\n\n".join(part for part in (self.functions.text(), *parts) if part)
        imports = ("import math\n\n" if "math." in body else "") + "import numpy as np"
        return f"{self.header()}{imports}\n\n\n{body}\n"

    def header(self) -> str:
        """What the module is, and the shapes of what it takes."""
        title = self.derivation.network.title or "A network"
        lines = [title.rstrip("."), ""]
        lines += [f"{self.names.tensor(t)}: {self._shape(t)}{_classes(t, self)}" for t in self.given]
        if any(t.role == "class" for t in self.given):
            lines += ["", "Classes are integers that count from 1, as in the mathematics, not from 0."]
        if facts := list(dict.fromkeys(fact.text for fact in self.derivation.network.facts)):
            lines += ["", f"What it takes satisfies: {', '.join(facts)}."]
        lines += ["", self.derivation.checked or "Nothing was checked by numbers."]
        plain = Paper(ascii=True).words("\n".join(lines))
        return '"""' + plain.replace("\\", "/").replace('"', "'") + '\n"""\n\n'

    def _key(self, tensor: Tensor) -> str:
        """What a quantity of the forward pass is called in `values`."""
        return self.names.tensor(tensor) if tensor.cost else tensor.name

    def _shape(self, tensor: Tensor) -> str:
        sizes = [self.coder.slot(axis.size).text for axis in tensor.axes]
        return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})" if sizes else "a number"

    def forward(self) -> str:
        lines = [as_defined(self.derivation.forward[n]) for n in self.derivation.network.order]
        body = [*self._converted(), *self._sizes(self.given, lines), *self._statements(lines)]
        made = list(dict.fromkeys([*self.given, *(line.tensor for line in lines)]))
        kept = [f'"{self._key(t)}": {self.names.tensor(t)}' for t in made]
        options = [*self._passed(lines), *(self._size_argument(s) for s in self.free_sizes)]
        head = _signature("forward", [self.names.tensor(t) for t in self.given], options)
        return _function(head, "Every quantity of the network.", [*body, *_folded("return {", kept, "}")])

    def backward(self) -> str:
        known, costs = self.derivation.network.tensors, self.derivation.network.costs or (self.derivation.cost,)
        wanted = [known[name] for name in self.derivation.wanted if name in known]
        bars = {cost: [f'"{t.name}": {self.names.tensor(bar(t, cost))}' for t in wanted] for cost in costs}
        kept = bars[costs[0]] if len(costs) == 1 else [f'"{c}": {{{", ".join(found)}}}' for c, found in bars.items()]
        words = "The wanted error signals, from what forward gave."
        return self._from_values("backward", words, list(self.derivation.backward), [], kept)

    def changes(self) -> list[str]:
        """A function for the tangents of each direction, and one for each Hessian."""
        found = self.derivation
        parts = [*map(self._tangents, found.tangents), *map(self._jacobian, found.jacobians)]
        return [*parts, *map(self._hessian, found.hessians), *map(self._gauss_newton, found.gauss_newton)]

    def _jacobian(self, found: Derivatives) -> str:
        last = found.lines[-1]
        words = f"The Jacobian of {found.of} in {found.name}, the axes of the one and then those of the other."
        kept = [f'"{found.name}": {self.names.tensor(last.tensor)}']
        return self._from_values(f"jacobian_{found.of}_{found.name}", words, [last], [], kept)

    def _tangents(self, tangents: Tangents) -> str:
        """tangents(values, x_dot); hessian_product(values, W_dot)."""
        known, cost = self.derivation.network.tensors, self.derivation.curved
        moved = [known[name] for name in tangents.moved]
        given = [self.names.tensor(dot(t)) for t in moved]
        if not tangents.backward:
            made = dict.fromkeys(line.tensor for line in tangents.forward)
            kept = [f'"{t.name}": {self.names.tensor(t)}' for t in made]
            words = "How every quantity changes along a direction, from what forward gave."
            return self._from_values("tangents", words, list(tangents.forward), given, kept)
        made = {line.tensor: None for line in tangents.backward}
        wanted = [(t, change) for t in moved if (change := dot(bar(t, cost))) in made]
        kept = [f'"{t.name}": {self.names.tensor(change)}' for t, change in wanted]
        words = "The Hessian times a direction, from what forward gave."
        return self._from_values("hessian_product", words, [*self.derivation.backward, *tangents.lines], given, kept)

    def _hessian(self, hessian: Derivatives) -> str:
        last = hessian.lines[-1]
        if hessian.of != hessian.name:
            name = f"{hessian.of}_{hessian.name}"
            words = f"The mixed derivatives in {hessian.of} and {hessian.name}, from what forward gave."
        else:
            name = hessian.name
            words = f"The Hessian in {hessian.name}, its axes those of {hessian.name} twice, from what forward gave."
        kept = [f'"{hessian.of}": {self.names.tensor(last.tensor)}']
        return self._from_values(f"hessian_{name}", words, [*self.derivation.backward, last], [], kept)

    def _gauss_newton(self, found: GaussNewton) -> str:
        words = f"The Gauss-Newton matrix in {found.name}, from what forward gave."
        kept = [f'"{found.name}": {self.names.tensor(found.result.tensor)}']
        lines = [*self.derivation.backward, found.result]
        return self._from_values(f"gauss_newton_{found.name}", words, lines, [], kept)

    def _from_values(self, name: str, words: str, lines: list[Line], given: list[str], kept: list[str]) -> str:
        """A function of what forward gave, of what is given beside it, and of the error signals from upstream."""
        upstream = [line.tensor for line in lines if line.steps[-1].rule == "upstream"]
        worked = [line for line in lines if line.steps[-1].rule != "upstream"]
        inner = {line.tensor for line in self.derivation.forward if line.tensor.cost}
        read = list(dict.fromkeys(t for line in worked for t in _tensors(line) if not t.cost or t in inner))
        known = self.derivation.network.tensors
        needed = [t if t.cost else known[t.name] for t in read if t.cost or (t.name in known and t.name not in KNOWN)]
        sized = self._size_sources(worked, needed)
        unpacked = [f'{self.names.tensor(t)} = values["{self._key(t)}"]' for t in dict.fromkeys([*needed, *sized])]
        body = [*unpacked, *self._sizes(sized or needed, worked), *self._statements(worked)]
        free = [s for s in self._sizes_read(worked) if _dimension(s, sized or needed) is None]
        options = [*self._passed(worked), *(self._size_argument(s) for s in free)]
        head = _signature(name, ["values", *(self.names.tensor(t) for t in upstream), *given], options)
        return _function(head, words, [*body, *_folded("return {", kept, "}")])

    def _size_sources(self, lines: Sequence[Line], needed: list[Tensor]) -> list[Tensor]:
        """Quantities whose shapes tell the sizes that the lines mention."""
        sources = []
        for size in self._sizes_read(lines):
            known = _dimension(size, needed) or _dimension(size, self.given)
            sources += [known[0]] if known is not None else []
        return list(dict.fromkeys(sources))

    def _size_argument(self, size: str) -> str:
        number = self.derivation.network.sizes[size].number
        return self.names.size(size) + (f"={number}" if number is not None else "")

    def _converted(self) -> list[str]:
        kinds = {"class": "int"}
        return [
            f"{name} = np.asarray({name}, dtype={kinds.get(t.role, 'float')})"
            for t, name in ((t, self.names.tensor(t)) for t in self.given)
        ]

    def _sizes(self, tensors: list[Tensor], lines: Sequence[Line]) -> list[str]:
        """N = x.shape[0] for each size that the lines mention."""
        out = []
        for size in self._sizes_read(lines):
            known = _dimension(size, tensors)
            if known is not None:
                out.append(f"{self.names.size(size)} = {self.names.tensor(known[0])}.shape[{known[1]}]")
        return out

    def _sizes_read(self, lines: Sequence[Line]) -> list[str]:
        """The sizes that the code of the lines will mention, in the network's order."""
        text = "\n".join(self._statements(lines))
        return [s for s in self.derivation.network.sizes if _mentions(text, self.names.size(s))]

    def _passed(self, lines: Sequence[Line]) -> list[str]:
        """The functions that the lines need from outside."""
        self.functions.passed.clear()
        self._statements(lines)
        return list(self.functions.passed)

    def _statements(self, lines: Sequence[Line]) -> list[str]:
        return statements(lines, self.coder)


def _tensors(line: Line) -> Iterable[Tensor]:
    """Every quantity that a line's result reads."""
    return reads(line.scalar.right)


def _dimension(size: str, tensors: Iterable[Tensor]) -> tuple[Tensor, int] | None:
    """A tensor and an axis of it that has just this size."""
    for tensor in tensors:
        for n, axis in enumerate(tensor.axes):
            if axis.size.atom == size:
                return tensor, n
    return None


def _mentions(text: str, name: str) -> bool:
    import re

    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _classes(tensor: Tensor, module: _Module) -> str:
    if tensor.among is None:
        return ""
    low, high = module.coder.slot(tensor.among.lo).text, module.coder.slot(tensor.among.hi).text
    return f", classes {low} ... {high}"


def _signature(name: str, arguments: list[str], options: list[str]) -> str:
    parts = [*arguments, *(["*", *options] if options else [])]
    return "\n".join(_folded(f"def {name}(", parts, "):"))


def _folded(start: str, parts: list[str], end: str) -> list[str]:
    """On one line if it fits, else filled lines with a deeper margin."""
    whole = start + ", ".join(parts) + end
    if len(whole) <= LONG:
        return [whole]
    lines = [INDENT]
    for part in parts:
        if len(lines[-1]) + len(part) > LONG:
            lines.append(INDENT)
        lines[-1] += part + ", "
    return [start, *(line.rstrip() for line in lines), end]


def as_defined(line: Line) -> Line:
    """A forward line without the facts that shorten it: what the code gives is right beside them, too."""
    if not line.steps[-1].facts:
        return line
    return replace(line, steps=line.steps[:1]).with_vector(vectorised)


def _function(head: str, words: str, body: list[str]) -> str:
    return "\n".join([head, f'{INDENT}"""{words}"""', *indented(body)])
