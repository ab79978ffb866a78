"""Every row of the two tables, by a network that uses it: a new row is tested without a new test.

Each is derived and checked by itself, and then held against numbers that know nothing of `derive`: NUMBERS and
FORM_NUMBERS say in plain NumPy what each row means. Its bars agree with differences of those, the slopes that a row
gives with those derived from its value, the printed NumPy and SymPy's equations with both.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

import derive
from derive.errors import DeriveError
from derive.notation.constants import HELD
from derive.notation.expression import Apply
from derive.notation.layout import spelled
from derive.notation.rewrite import rewrite
from derive.operators import TABLE, value
from derive.operators.forms import FORMS, Form
from derive.pipeline import derive_network
from derive.render.numpy import numpy_code
from tests.test_sympy import Explicit, entry_of

SIZES = {"N": 4, "M": 2}
LENGTHS = {"i": 4, "j": 2}
STEP = 1e-3


def each(function: Callable[[float], float]) -> Callable[..., Any]:
    return np.vectorize(function, otypes=[float])


def logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def exponentials(x: Any) -> Any:
    """e^x over its sum along the last axis."""
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)


@each
def digamma(x: float) -> float:
    if x <= 0:
        return math.nan
    far = x + 60
    return math.log(far) - 1 / (2 * far) - 1 / (12 * far**2) - sum(1 / (x + k) for k in range(60))


@each
def trigamma(x: float) -> float:
    if x <= 0:
        return math.nan
    far = x + 60
    return 1 / far + 1 / (2 * far**2) + 1 / (6 * far**3) + sum(1 / (x + k) ** 2 for k in range(60))


def halves(x: Any) -> Any:
    return (x + x.T) / 2


def vectors(x: Any) -> Any:
    """Unit eigenvectors as columns, each with a positive sum."""
    found = np.linalg.eigh(x)[1]
    return found * np.sign(found.sum(axis=0))


def right_vectors(x: Any) -> Any:
    return vectors(x.T @ x)[:, ::-1]


def left_vectors(x: Any) -> Any:
    return x @ right_vectors(x) / np.sqrt(np.linalg.eigvalsh(x.T @ x)[::-1])


def gaps(x: Any) -> Any:
    found = np.linalg.eigvalsh(halves(x))
    return np.array([[0.0 if i == j else 1 / (b - a) for j, b in enumerate(found)] for i, a in enumerate(found)])


MATRICES: dict[str, Callable[..., Any]] = {
    "matrix_power": lambda x, n: np.linalg.multi_dot([x] * n),
    "cholesky": lambda x: np.linalg.cholesky(halves(x)),
    "tril_half": lambda x: np.tril(x) - np.diag(np.diag(x)) / 2,
    "eigvalsh": lambda x: np.sort(np.linalg.eigvals(halves(x)).real),
    "eigvecsh": lambda x: vectors(halves(x)),
    "eig_gaps": gaps,
    "svdvals": lambda x: np.sqrt(np.linalg.eigvalsh(x.T @ x)[::-1]),
    "svd_u": left_vectors,
    "svd_v": right_vectors,
    "pinv": lambda x: np.linalg.inv(x.T @ x) @ x.T,
    "spectral_norm": lambda x: np.sqrt(np.linalg.eigvalsh(x.T @ x)[-1]),
    "nuclear_norm": lambda x: np.sum(np.sqrt(np.linalg.eigvalsh(x.T @ x))),
    "polar": lambda x: left_vectors(x) @ right_vectors(x).T,
    "top_u": lambda x: left_vectors(x)[:, 0],
    "top_v": lambda x: right_vectors(x)[:, 0],
}
"""Functions that factor a matrix, of N × M ones too where these need not be square."""
LONG = {"svdvals", "svd_u", "svd_v", "pinv", "spectral_norm", "nuclear_norm", "polar", "top_u", "top_v"}
NO_SYMPY = {*MATRICES} - {"cholesky", "tril_half", "pinv", "matrix_power"}
"""Eigenvalues have no closed form that is worth to be written out."""

NUMBERS: dict[str, Callable[..., Any]] = {
    **MATRICES,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": lambda x: (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1),
    "sigmoid": logistic,
    "erf": each(math.erf),
    "lgamma": each(lambda x: math.lgamma(x) if x > 0 else math.nan),
    "digamma": digamma,
    "trigamma": trigamma,
    "stop_gradient": lambda x: x,
    "detach": lambda x: x,
    "log2": np.log2,
    "softplus": lambda x: np.log(1 + np.exp(x)),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "gelu": lambda x: x * (1 + each(math.erf)(x / math.sqrt(2))) / 2,
    "gelu_tanh": lambda x: x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "relu": lambda x: np.maximum(x, 0),
    "relu_1": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, x / 100),
    "prelu": lambda x, a: np.where(x > 0, x, a * x),
    "elu": lambda x: np.where(x > 0, x, np.exp(x) - 1),
    "abs": np.abs,
    "sign": np.sign,
    "step": lambda x: np.where(x >= 0, 1.0, 0.0),
    "max": np.maximum,
    "min": np.minimum,
    "max_first": np.maximum,
    "min_first": np.minimum,
    "clip": np.clip,
    "softmax": exponentials,
    "log_softmax": lambda x: np.log(exponentials(x)),
    "logsumexp": lambda x: np.log(np.sum(np.exp(x), axis=-1)),
    "amax": lambda x: np.max(x, axis=-1),
    "amin": lambda x: np.min(x, axis=-1),
    "amax_first": lambda x: np.max(x, axis=-1),
    "amin_first": lambda x: np.min(x, axis=-1),
    "prod": lambda x: np.prod(x, axis=-1),
    "var": lambda x: np.mean(x**2, axis=-1) - np.mean(x, axis=-1) ** 2,
    "std": lambda x: np.sqrt(np.mean(x**2, axis=-1) - np.mean(x, axis=-1) ** 2),
    "sample_var": lambda x: np.cov(np.moveaxis(x, -1, 0), rowvar=False) if x.ndim < 2 else np.diag(np.cov(x)),
    "sample_std": lambda x: np.sqrt(NUMBERS["sample_var"](x)),
    "inv": np.linalg.inv,
    "det": np.linalg.det,
    "logdet": lambda x: np.log(np.abs(np.linalg.det(x))),
    "argmax": lambda x: np.argmax(x, axis=-1) + 1,
    "argmin": lambda x: np.argmin(x, axis=-1) + 1,
}
"""Each function of the table, along the last axis where it takes a whole one."""


def picked(x: Any, t: Any) -> Any:
    """The entries at classes, which count from 1; for weights the weighted sum along the last axis."""
    if np.asarray(t).dtype != int:
        return np.sum(t * x, axis=-1)
    return x[t - 1] if np.ndim(x) == 1 else x[np.arange(len(x)), t - 1]


FORM_NUMBERS: dict[str, Callable[..., Any]] = {
    **MATRICES,
    "sum": lambda x, axis=None: np.sum(x, axis=axis),
    "mean": lambda x, axis=None: np.mean(x, axis=axis),
    "expectation": lambda x, axis=None: np.mean(x, axis=axis),
    "cumsum": lambda x, axis=-1: np.cumsum(x, axis=axis),
    "norm": lambda x, p=2, axis=None: np.sum(np.abs(x) ** p, axis=axis) ** (1 / p),
    "dot": np.dot,
    "outer": np.outer,
    "cross": np.cross,
    "trace": np.trace,
    "diag": np.diag,
    "diagonal": np.diagonal,
    "concatenate": lambda *parts: np.concatenate(parts),
    "cross_entropy": lambda p, t: -picked(np.log(p), t),
    "softmax_cross_entropy": lambda z, t: -picked(np.log(exponentials(z)), t),
    "ones": lambda *sizes: np.ones(sizes),
    "e": lambda t: np.eye(SIZES["N"])[t - 1],
    "inv": np.linalg.inv,
    "solve": np.linalg.solve,
    "det": np.linalg.det,
    "logdet": lambda x: np.log(np.abs(np.linalg.det(x))),
    "eye": np.eye,
    "where": lambda x, a, b: np.where(x > 0.6, a, b),
    "max": lambda *x, axis=None: np.maximum(*x) if len(x) > 1 else np.max(x[0], axis=axis),
    "min": lambda *x, axis=None: np.minimum(*x) if len(x) > 1 else np.min(x[0], axis=axis),
}
"""Each construct of the table."""

OF_NAMES = {"grad"}
"""Constructs whose arguments are names: see `tests/oracle/test_second_order.py`."""

NOTATIONS = {"exp": "e^", "inv": "^{-1}", "abs": "|", "sqrt": r"\sqrt", "pinv": "^+", "matrix_power": "^M"} | {
    f"{name}_norm": r"\|\mathbf{X}" for name in ("spectral", "nuclear")
}
"""Functions that are printed by a sign instead of their name."""


@dataclass(frozen=True)
class Case:
    """y = text, and a cost that weighs each entry of y by its own number, so that no two error signals are equal."""

    name: str
    text: str
    shapes: tuple[tuple[str, ...], ...]
    numbers: Callable[..., Any] | None
    classes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.text} of {' '.join(str(list(shape)) for shape in self.shapes)}".replace("'", "")

    def network(self) -> derive.Network:
        """Raises DeriveError where the shapes do not go together."""
        inputs = {f"x{n}": list(shape) for n, shape in enumerate(self.shapes)}
        classes = {name: CLASSES[name] for name in self.classes}
        common: dict[str, Any] = {"sizes": {"N": "units", "M": "samples"}, "indices": {"i": "N", "j": "M"}}
        common |= {"classes": classes} if classes else {}
        y = derive.Network(inputs=inputs, equations=f"y = {self.text}", **common).declared.tensors["y"]
        axes = ["1"] * y.row + [spelled(axis.size) for axis in y.axes]
        cost = "E = c * y" if not axes else "E = sum(c * y)"
        return derive.Network(
            inputs=inputs, parameters={"c": axes}, equations=f"y = {self.text}\n{cost}", cost="E", **common
        )


def along_axis(name: str, axis: int) -> Callable[..., Any]:
    """A function of a whole axis, of this one instead of the last."""
    row, function = TABLE[name], NUMBERS.get(name, np.abs)
    if not row.keeps:
        return lambda x: function(np.moveaxis(x, axis, -1))
    return lambda x: np.moveaxis(function(np.moveaxis(x, axis, -1)), -1, axis)


def function_cases(name: str) -> Iterator[Case]:
    row, numbers = TABLE[name], NUMBERS.get(name)
    if row.exponent:
        yield Case(name, f"{name}(x0, M)", (("N", "N"),), numbers)
        return
    if row.axes == 2:
        for size in ("M", "N"):
            yield Case(name, f"{name}(x0)", ((size, size),), numbers)
        if name in LONG:
            yield Case(name, f"{name}(x0)", (("N", "M"),), numbers)
        return
    if row.axes:
        yield from () if row.position else axis_cases(name)
        return
    arguments = ", ".join(f"x{n}" for n in range(row.arity))
    for shape in ((), ("N",), ("M", "N")):
        yield Case(name, f"{name}({arguments})", (shape,) * row.arity, numbers)


def axis_cases(name: str) -> Iterator[Case]:
    """A vector, each axis of a matrix, a matrix as a whole; and with conditions that leave entries out."""
    numbers = NUMBERS.get(name)
    yield Case(name, f"{name}(x0)", (("N",),), numbers)
    yield Case(name, f"{name}(i, x0)", (("M", "N"),), numbers)
    yield Case(name, f"{name}(j, x0)", (("M", "N"),), along_axis(name, 0))
    yield Case(name, f"{name}(i, i != 2, x0)", (("N",),), where(name, lambda x: np.arange(4) != 1))
    yield Case(name, f"{name}(i, i != 2, x0)", (("M", "N"),), where(name, lambda x: np.arange(4) != 1))
    yield Case(name, f"{name}(i, x0 > 0.6, x1)", (("N",), ("N",)), where(name, lambda x: x > 0.6))
    if not TABLE[name].keeps:
        yield Case(name, f"{name}(x0)", (("M", "N"),), lambda x: NUMBERS[name](np.ravel(x)))


def where(name: str, held: Callable[[Any], Any]) -> Callable[..., Any]:
    """A function of a whole axis, of those of the last argument's entries that count by the first."""

    def masked(*x: Any) -> Any:
        counted = held(x[0])
        found = NUMBERS[name](x[-1][..., counted])
        if not TABLE[name].keeps:
            return found
        everywhere = np.zeros(np.shape(x[-1]))
        everywhere[..., counted] = found
        return everywhere

    return masked


SHAPES: tuple[tuple[str, ...], ...] = ((), ("N",), ("M", "N"), ("N", "N"), ("3",))
CLASSES = {"t": "N", "ts": {"axes": ["M"], "among": "N"}}


def form_cases(form: Form) -> Iterator[Case]:
    """Calls of every kind that the row takes, of arguments of all shapes; those that conform are tested."""
    kinds = [kind for kind in form.takes if kind != "indices"]
    kinds = ["value"] * 2 if kinds == ["values"] or form.pair else kinds
    needed = 1 if form.pair else sum(not kind.endswith("?") for kind in kinds)
    for count in range(needed, len(kinds) + 1):
        for choice in itertools.product(*(list(_arguments(kind.rstrip("?"))) for kind in kinds[:count])):
            yield from _calls(form, choice)


def _arguments(kind: str) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """(how an argument is written, its shape if it is a quantity of its own)."""
    if kind in ("value or classes", "classes"):
        yield from (("t", None), ("ts", None))
    if kind == "size":
        yield from (("N", None), ("M", None))
    if kind in ("value", "value or classes", "condition"):
        yield from (("{} > 0.6" if kind == "condition" else "{}", shape) for shape in SHAPES)


def _calls(form: Form, choice: Sequence[tuple[str, tuple[str, ...] | None]]) -> Iterator[Case]:
    shapes = tuple(shape for _, shape in choice if shape is not None)
    count = itertools.count()
    written = [text.format(f"x{next(count)}") if shape is not None else text for text, shape in choice]
    classes = tuple(text for text in written if text in CLASSES)
    numbers = FORM_NUMBERS.get(form.name)
    yield Case(form.name, f"{form.name}({', '.join(written)})", shapes, numbers, classes)
    if form.reduces and not (form.pair and len(written) > 1):
        for index, axis in (("i", -1), ("j", 0)):
            over = None if numbers is None else _over(numbers, index, axis)
            yield Case(form.name, f"{form.name}({index}, {', '.join(written)})", shapes, over, classes)


def _over(numbers: Callable[..., Any], index: str, axis: int) -> Callable[..., Any]:
    """Along one axis; what does not depend on the index is the same at each position of it."""
    return lambda x, *rest: numbers(x if np.ndim(x) else np.full(LENGTHS[index], x), *rest, axis=axis)


def conforms(case: Case) -> bool:
    try:
        case.network()
    except DeriveError:
        return False
    return True


@cache
def point(case: Case) -> dict[str, Any]:
    """Numbers for the inputs: of both signs, unless the row has no value there."""
    network = case.network().declared
    random = np.random.default_rng(3)
    for low, high in ((-2.0, 2.0), (0.3, 0.9)):
        low = 0.3 if case.name in FORMS and case.name not in TABLE else low
        found: dict[str, Any] = {}
        for tensor in network.tensors.values():
            shape = tuple(_number(spelled(axis.size)) for axis in tensor.axes)
            if tensor.among is not None:
                found[tensor.name] = random.integers(1, SIZES["N"] + 1, shape)
            elif tensor.role in ("input", "parameter"):
                found[tensor.name] = random.uniform(low, high, shape)
                if case.name == "cholesky" and tensor.name == "x0":
                    found[tensor.name] += 4 * np.eye(len(found[tensor.name]))
        if case.name in TABLE and "x0 > 0.6, x1" in case.text:
            found["x0"] = np.array([1.0, -1.0, 1.0, 1.0])
        if case.name == "clip":
            found["x1"], found["x2"] = np.minimum(found["x1"], found["x2"]), np.maximum(found["x1"], found["x2"])
        with np.errstate(all="ignore"):
            if case.numbers is None or np.all(np.isfinite(case.numbers(*_given(case, found)))):
                return found
    raise AssertionError(f"{case} has no value")


def _number(size: str) -> int:
    return int(sum(math.prod(SIZES.get(atom) or int(atom) for atom in part.split("*")) for part in size.split(" + ")))


def _given(case: Case, at: dict[str, Any]) -> list[Any]:
    """The arguments of the call, in order; an index is in `numbers` already."""
    words = case.text[case.text.index("(") + 1 : -1].replace(" > 0.6", "").split(", ")
    return [at[word] if word in at else SIZES[word] for word in words if word in at or word in SIZES]


def run(module: dict[str, Any], name: str, *args: Any) -> Any:
    """A function of printed code, with the sizes that it asks for."""
    code = module[name].__code__
    asked = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return module[name](*args, **{size: SIZES[size] for size in asked})


def printed(derivation: Any) -> dict[str, Any]:
    module: dict[str, Any] = {}
    exec(compile(numpy_code(derivation), "<printed>", "exec"), module)
    return module


def differences(case: Case, at: dict[str, Any], name: str) -> Any:
    """∂E/∂(each entry of an input), by differences of fourth order of the plain formula."""
    assert case.numbers is not None
    slopes = np.zeros(np.shape(at[name]))
    if case.name in HELD and name != "c":
        return slopes
    for place in np.ndindex(slopes.shape):
        ends = []
        for steps in (1, -1, 2, -2):
            moved = np.array(at[name], float)
            moved[place] += steps * STEP
            here = {**at, name: moved}
            ends.append(np.sum(here["c"] * case.numbers(*_given(case, here))))
        slopes[place] = (8 * (ends[0] - ends[1]) - (ends[2] - ends[3])) / (12 * STEP)
    return slopes


FUNCTION_CASES = [case for name in TABLE for case in function_cases(name)]
WIDE = (("M", "N"),)
"""Of a matrix that is wider than long some of these have no value: tests/test_matrices.py."""
FORM_CASES = [
    case
    for form in FORMS.values()
    for case in form_cases(form)
    if conforms(case) and not (case.name in LONG and case.shapes == WIDE)
]


@cache
def derived(case: Case) -> derive.Derivation:
    """All bars; raises CheckFailed where the self-check fails."""
    network = case.network()
    wanted = [t.name for t in network.declared.tensors.values() if t.role in ("input", "parameter")]
    return network.derive(wanted)


def test_every_row_has_a_case_and_numbers_of_its_own() -> None:
    assert {case.name for case in FORM_CASES} == set(FORMS) - OF_NAMES
    assert set(NUMBERS) == set(TABLE)
    assert set(FORM_NUMBERS) == set(FORMS) - OF_NAMES


@pytest.mark.parametrize("case", [*FUNCTION_CASES, *FORM_CASES], ids=str)
def test_row(case: Case) -> None:
    """It derives, its self-check passes, its printed code runs; value and bars are those of the plain formula."""
    found = derived(case)
    at = point(case)
    module = printed(found.data)
    values = run(module, "forward", *at.values())
    bars = run(module, "backward", values)
    assert set(bars) == {name for name in at if name not in CLASSES}
    if case.numbers is None:
        return
    assert values["y"] == pytest.approx(case.numbers(*_given(case, at)), rel=1e-9, abs=1e-12)
    for name, bar in bars.items():
        assert np.asarray(bar) == pytest.approx(differences(case, at, name), rel=1e-6, abs=1e-8), name


@pytest.mark.parametrize("name", TABLE)
def test_latex_has_the_row_s_name(name: str) -> None:
    row = TABLE[name]
    wanted = NOTATIONS.get(name, row.latex).replace(" ", "")
    wanted = wanted.removesuffix("}") if "_{" in wanted else wanted
    for case in function_cases(name):
        assert wanted in derived(case).latex(fragment=True).replace(" ", "")


@pytest.mark.parametrize("name", [n for n, row in TABLE.items() if row.value and row.slopes and n not in HELD])
def test_given_slopes_are_those_derived_from_the_value(name: str) -> None:
    for case in function_cases(name):
        found = derived(case).data
        equations = tuple(
            replace(e, right=rewrite(e.right, lambda f: value(f) if isinstance(f, Apply) else None))
            for e in found.network.equations
        )
        assert equations != found.network.equations
        other = derive_network(replace(found.network, equations=equations), found.wanted)
        at = point(case)
        bars = [run(m, "backward", run(m, "forward", *at.values())) for m in (printed(found), printed(other))]
        for wanted in bars[0]:
            assert bars[0][wanted] == pytest.approx(bars[1][wanted], rel=1e-9, abs=1e-12), wanted


def vector_cases() -> list[Case]:
    """One case of each row, of vectors where it takes them."""
    chosen: dict[str, Case] = {}
    for case in [*FUNCTION_CASES, *FORM_CASES]:
        fits = all(shape in (("N",), ("3",)) for shape in case.shapes)
        if case.name not in chosen or (fits and chosen[case.name].shapes[:1] not in ((("N",),), (("3",),))):
            chosen[case.name] = case
    return list(chosen.values())


@pytest.mark.parametrize("case", [case for case in vector_cases() if case.name not in NO_SYMPY], ids=str)
def test_sympy_agrees(case: Case) -> None:
    """SymPy's equations, written out entry by entry and numbers put in, are the printed NumPy's bars."""
    found = derived(case)
    at = point(case)
    module = printed(found.data)
    bars = run(module, "backward", run(module, "forward", *at.values()))
    explicit = Explicit(found.data)
    explicit.sizes = {symbol: SIZES[symbol.name] for symbol in explicit.sizes}
    tensors = found.data.network.tensors
    explicit.classes = dict(pair for name in at if name in CLASSES for pair in _entries(name, at, tensors))
    explicit.put_all_in()
    numbers = dict(pair for name in bars for pair in _entries(name, at, tensors))
    for line in found.data.backward:
        if line.tensor.name in bars:
            for place in explicit.positions(tensors[line.tensor.name]):
                own = explicit.values[entry_of(line.tensor, place)].xreplace(numbers).doit().evalf()
                wanted = np.asarray(bars[line.tensor.name])[tuple(k - 1 for k in place)]
                assert float(own) == pytest.approx(float(wanted), rel=1e-9, abs=1e-12), (line.tensor.name, place)


def _entries(name: str, at: dict[str, Any], tensors: Any) -> Iterator[tuple[Any, Any]]:
    import sympy

    for place in np.ndindex(np.shape(at[name])):
        number = at[name][place]
        exact = sympy.Integer(int(number)) if name in CLASSES else sympy.Float(float(number), 20)
        yield entry_of(tensors[name], tuple(k + 1 for k in place)), exact


@pytest.mark.parametrize(("functions", "slope"), [({}, 0.0), ({"relu": "slope 1 at 0"}, 1.0)])
def test_the_slope_of_relu_at_0_is_the_file_s(functions: dict[str, str], slope: float) -> None:
    network = derive.Network(sizes={}, inputs={"x": []}, functions=functions, equations="E = relu(x)", cost="E")
    found = network.derive(["x"])
    module = printed(found.data)
    assert float(module["backward"](module["forward"](0.0))["x"]) == slope
    said = f"ReLU′(0) = {slope:.0f}"
    assert said in str(found) and said in " ".join(found.to_dict()["notes"])
    right = found["x"].scalar.rhs
    assert right.subs({symbol: 0 for symbol in right.free_symbols if symbol.name == "x"}) == int(slope)
