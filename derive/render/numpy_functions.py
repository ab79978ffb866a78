"""Definitions in NumPy of the table's functions that a derivation uses, slopes included, and small helpers.

All follows from the table: a function's value is an expression in other rows, its slope is the row's or is derived.
"""

from __future__ import annotations

from derive.notation.constants import KNOWN
from derive.notation.expression import Apply, Entry, Expr, Lambda, Tensor, of
from derive.operators import TABLE, value
from derive.operators.slopes import derivative, written_slope
from derive.render.numpy_axes import definition, is_along
from derive.render.numpy_code import Code
from derive.render.numpy_names import Identifiers
from derive.render.numpy_scalar import Coder

NUMPY = {name: f"np.{name}" for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "log2")} | {
    "inv": "np.linalg.inv", "matrix_power": "np.linalg.matrix_power", "det": "np.linalg.det",
    "abs": "np.abs", "sign": "np.sign", "max": "np.maximum", "min": "np.minimum", "clip": "np.clip",
}  # fmt: skip
WRITTEN = {
    "sigmoid": "def {name}(x):\n    return 0.5 * (1 + np.tanh(0.5 * x))",
    "erf": "{name} = np.vectorize(math.erf, otypes=[float])",
    "lgamma": "{name} = np.vectorize(math.lgamma, otypes=[float])",
    "softplus": "def {name}(x):\n    return np.logaddexp(0.0, x)",
}
POLYGAMMA = '''@np.vectorize
def polygamma(n, x):
    """The n-th derivative of digamma, by its recurrence and its asymptotic series."""
    total, x, n = 0.0, float(x), int(n)
    sign = (-1.0) ** (n + 1)
    while x < 20.0:
        total += sign * math.factorial(n) / x ** (n + 1)
        x += 1.0
    series = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
    if n == 0:
        return total + math.log(x) - 0.5 / x - sum(b / (2 * k * x ** (2 * k)) for k, b in enumerate(series, 1))
    tail = math.factorial(n - 1) / x**n + 0.5 * math.factorial(n) / x ** (n + 1)
    tail += sum(b * math.factorial(2 * k + n - 1) / math.factorial(2 * k) / x ** (2 * k + n)
                for k, b in enumerate(series, 1))
    return total + sign * tail'''
NEWTON = '''def newton(after, *start):
    """The arrays v with v = after(v), by Newton's method; slopes by differences."""
    shapes, ends = [np.shape(a) for a in start], np.cumsum([np.size(a) for a in start])

    def parts(flat):
        return [piece.reshape(shape) for piece, shape in zip(np.split(flat, ends[:-1]), shapes)]

    def rest(flat):
        return np.concatenate([np.ravel(a) for a in after(*parts(flat))]) - flat

    here = np.concatenate([np.ravel(a) for a in start]).astype(float)
    left = rest(here)
    for _ in range(60):
        if np.max(np.abs(left), initial=0.0) <= 1e-14 * (1 + np.max(np.abs(here), initial=0.0)):
            break
        slopes = np.stack([(rest(here + 1e-7 * e) - left) / 1e-7 for e in np.eye(here.size)], axis=-1)
        step = np.linalg.lstsq(slopes, -left, rcond=None)[0]
        while np.max(np.abs(step)) > 1e-15 and not np.linalg.norm(rest(here + step)) < np.linalg.norm(left):
            step = 0.5 * step
        here = here + step
        left = rest(here)
    return parts(here)'''
GAMMA = {"digamma": 0, "trigamma": 1}
HELPERS = {
    "at": 'def at(array, *places):\n    """An entry, or all that stands at a label; 0 outside the array."""\n'
    "    inside = all(0 <= p < n for p, n in zip(places, array.shape))\n"
    "    return array[places] if inside else np.zeros(array.shape[len(places) :])",
    "one_hot": 'def one_hot(classes, first, last):\n    """Unit vectors; classes count from `first`."""\n'
    "    return (np.asarray(classes)[..., None] == np.arange(first, last + 1)).astype(float)",
    "polygamma": POLYGAMMA,
    "newton": NEWTON,
}


class Functions:
    """The functions that code calls, each defined once, those that others need first."""

    def __init__(self, names: Identifiers) -> None:
        self.names = names
        self.definitions: dict[str, str] = {}
        self.helpers: dict[str, None] = {}
        self.passed: dict[str, None] = {}

    def name(self, apply: Apply) -> str:
        """How a function is called; its definition is added where it needs one."""
        if apply.function in self.names.network.functions or apply.function not in TABLE:
            name = self.names.function(apply)
            self.passed[name] = None
            return name
        if not apply.partials and apply.function in NUMPY:
            return NUMPY[apply.function]
        name = self.names.function(apply)
        if name not in self.definitions:
            made = self._definition(apply, name)
            self.definitions[name] = made
        return name

    def text(self) -> str:
        """All helpers and definitions, in the order in which they are needed."""
        helpers = [HELPERS[key] for key in self.helpers if key in HELPERS]
        used = [key.removeprefix("constant ") for key in self.helpers if key.startswith("constant ")]
        constants = [f"{self.names.tensor(Tensor(name))} = {_constant(name)}" for name in used]
        return "\n\n\n".join([*constants, *helpers, *self.definitions.values()])

    def _definition(self, apply: Apply, name: str) -> str:
        order = len(apply.partials)
        if is_along(apply):
            return definition(apply, name)
        if apply.function in GAMMA:
            self.helpers["polygamma"] = None
            return f"def {name}(x):\n    return polygamma({GAMMA[apply.function] + order}, x)"
        if not order and apply.function in WRITTEN:
            return WRITTEN[apply.function].format(name=name)
        arguments = ["x", "a", "b", "c"][: len(apply.args)]
        tensors = [Tensor(f"{argument} ", (), "constant") for argument in arguments]
        bodies = tuple(Lambda((), of(Entry(t))) for t in tensors)
        built = _built(Apply(apply.function, bodies, (), apply.partials), tensors)
        return f"def {name}({', '.join(arguments)}):\n    return {self._body(built, tensors, arguments).text}"

    def _body(self, built: Expr, tensors: list[Tensor], arguments: list[str]) -> Code:
        local = _Local(self.names, dict(zip(tensors, arguments, strict=True)))
        return Coder(local, self.name, self.helpers, {}, True).expression(built)


class _Local(Identifiers):
    """The names inside a definition: its arguments are its own."""

    def __init__(self, outer: Identifiers, arguments: dict[Tensor, str]) -> None:
        object.__setattr__(self, "outer", outer)
        object.__setattr__(self, "network", outer.network)
        object.__setattr__(self, "arguments", arguments)

    def tensor(self, tensor: Tensor) -> str:
        arguments: dict[Tensor, str] = self.__dict__["arguments"]
        outer: Identifiers = self.__dict__["outer"]
        return arguments[tensor] if tensor in arguments else outer.tensor(tensor)


def _built(apply: Apply, tensors: list[Tensor]) -> Expr:
    """A function of scalars with its partials, as an expression in others."""
    if not apply.partials:
        found = value(apply)
        assert found is not None, apply.function
        return found
    if len(apply.partials) == 1:
        return written_slope(apply, TABLE[apply.function])
    inner = Apply(apply.function, apply.args, apply.slots, apply.partials[:-1])
    return derivative(_built(inner, tensors), tensors[apply.partials[-1][0]])


def _constant(name: str) -> str:
    value = KNOWN[name]
    return "np.pi" if name == "pi" else f"np.array({value})" if isinstance(value, tuple) else repr(value)
