"""Random networks as problem texts, through the same front door as everyone's, and their bars against differences.

    python -m tests.random_networks 10000 --seed 1      so many networks, with progress

They mix operators over scalars, vectors, matrices and batches, in vector and in index form; quantities are read several
times (fan-out, skip connections), parameters are shared, sizes are all unequal (symbols) or all equal (numbers).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from derive.declare.load import parse_problem
from derive.errors import DeriveError
from derive.pipeline import derive_network
from derive.selfcheck import Report, selfcheck

Shape = tuple[str, ...]

SIZES = {"B": "samples", "N": "units", "K": "hidden units", "M": "output units"}
LETTERS = {"B": "b", "N": "i", "K": "j", "M": "k"}

ENTRYWISE = (
    "tanh({})",
    "sigmoid({})",
    "relu({})",
    "sin({})",
    "cos({})",
    "softplus({})",
    "silu({})",
    "gelu({})",
    "elu({})",
    "erf({})",
    "abs({})",
    "leaky_relu({})",
    "gelu_tanh({})",
    "exp(-{0} * {0})",
    "{}**2",
    "sqrt(1 + {}**2)",
    "log(2 + {}**2)",
    "1 / (1 + {}**2)",
    "-{}",
    "3 * {}",
    "{} / 2",
    "1 - {}",
    "sigma({})",
    "log2(1 + {}**2)",
    "lgamma(2 + sigmoid({}))",
    "clip({}, -1, 1)",
    "step({})",
    "sign({})",
)
PAIRS = (
    "{} + {}",
    "{} - {}",
    "{} * {}",
    "{} / (1 + {}**2)",
    "max({}, {})",
    "min({}, {})",
    "where({0} > {1}, {0}, {1}**2)",
    "tau({}, {})",
    "prelu({}, {})",
    "(1 + {}**2)**{}",
    "2 * ({} - {})",
    "({} + {})**2",
)
TO_SCALAR = {
    1: (
        "sum({})",
        "mean({})",
        "norm({})**2",
        "logsumexp({})",
        "norm({} + 1)",
        "f({})",
        "{0}.T @ {0}",
        "log(1 + norm({})**2)",
    ),
    2: ("sum({})", "mean({})", "1/2 * norm({})**2", "trace({0}.T @ {0})", "sum(logsumexp({1}, {0}))"),
}


@dataclass
class Writer:
    """A problem as it grows: what is there to read, and the lines so far."""

    draw: random.Random
    known: dict[str, Shape] = field(default_factory=dict)
    inputs: dict[str, Shape] = field(default_factory=dict)
    parameters: dict[str, Shape] = field(default_factory=dict)
    classes: dict[str, tuple[Shape, str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    unread: dict[str, None] = field(default_factory=dict)

    def input(self, shape: Shape) -> str:
        name = f"x{len(self.inputs) + 1}"
        self.inputs[name] = self.known[name] = shape
        return name

    def parameter(self, *shape: str) -> str:
        """A parameter of this shape: one that is there (shared) or another."""
        fitting = [name for name, own in self.parameters.items() if own == shape]
        if fitting and self.draw.random() < 0.4:
            return self.draw.choice(fitting)
        name = f"w{len(self.parameters) + 1}"
        self.parameters[name] = shape
        return name

    def choose(self, rank: int | None = None, shape: Shape | None = None) -> str:
        """A quantity of this rank or shape; what nobody has read yet is taken more often."""
        fitting = [n for n, own in self.known.items() if (rank is None or len(own) == rank) and shape in (None, own)]
        if not fitting:
            wanted = shape if shape is not None else self.shape(rank or 0)
            return self.input(wanted)
        fresh = [name for name in fitting if name in self.unread]
        name = self.draw.choice(fresh if fresh and self.draw.random() < 0.6 else fitting)
        self.unread.pop(name, None)
        return name

    def shape(self, rank: int) -> Shape:
        names = self.draw.sample(["N", "K", "M"], rank)
        if rank == 2 and self.draw.random() < 0.5:
            names[0] = "B"
        return tuple(names)

    def size(self) -> str:
        return self.draw.choice(["N", "K", "M"])

    def add(self, shape: Shape, right: str, letters: str = "") -> None:
        name = f"h{len(self.lines) + 1}"
        self.lines.append(f"{name}{letters} = {right}")
        self.known[name] = shape
        self.unread[name] = None

    def operand(self, shape: Shape) -> str:
        """A quantity or a parameter of this shape."""
        return self.parameter(*shape) if self.draw.random() < 0.3 else self.choose(shape=shape)


def affine(w: Writer) -> None:
    v = w.choose(rank=1)
    out = w.size()
    bias = f" + {w.parameter(out)}" if w.draw.random() < 0.6 else ""
    w.add((out,), f"{w.parameter(out, w.known[v][0])} @ {v}{bias}")


def affine_of_batch(w: Writer) -> None:
    rows, columns = w.known[a := w.choose(rank=2)]
    out = w.size()
    bias = f" + outer(ones({rows}), {w.parameter(out)})" if w.draw.random() < 0.5 else ""
    w.add((rows, out), f"{a} @ {w.parameter(columns, out)}{bias}")


def entrywise(w: Writer) -> None:
    v = w.choose(rank=w.draw.choice([0, 1, 1, 1, 2]))
    w.add(w.known[v], w.draw.choice(ENTRYWISE).format(v))


def pair(w: Writer) -> None:
    v = w.choose(rank=w.draw.choice([0, 1, 1, 1, 2]))
    form = w.draw.choice(PAIRS)
    w.add(w.known[v], form.format(v, w.operand(w.known[v])))


def nested(w: Writer) -> None:
    v = w.choose(rank=w.draw.choice([1, 2]))
    inner = w.draw.choice(PAIRS).format(v, w.operand(w.known[v]))
    w.add(w.known[v], w.draw.choice(ENTRYWISE).format(f"({inner})"))


def scaled(w: Writer) -> None:
    v, s = w.choose(rank=w.draw.choice([1, 2])), w.choose(rank=0)
    w.add(w.known[v], w.draw.choice(["{1} * {0}", "{0} / (2 + {1}**2)", "{0} + {1}", "{1} - {0}"]).format(v, s))


def softmax(w: Writer) -> None:
    v = w.choose(rank=w.draw.choice([1, 2]))
    if len(set(w.known[v])) < len(w.known[v]):
        return affine_of_batch(w)
    along = f"{LETTERS[w.known[v][-1]]}, " if len(w.known[v]) == 2 else ""
    w.add(w.known[v], f"{w.draw.choice(['softmax', 'log_softmax'])}({along}{v})")


def reduction(w: Writer) -> None:
    v = w.choose(rank=w.draw.choice([1, 1, 2]))
    w.add((), to_scalar(w, v))


def to_scalar(w: Writer, v: str) -> str:
    if not w.known[v]:
        return v
    if len(set(w.known[v])) < len(w.known[v]):
        return f"trace({v})"
    return w.draw.choice(TO_SCALAR[len(w.known[v])]).format(v, LETTERS[w.known[v][-1]])


def dot(w: Writer) -> None:
    v = w.choose(rank=1)
    w.add((), w.draw.choice(["dot({}, {})", "{}.T @ {}"]).format(v, w.operand(w.known[v])))


def bilinear(w: Writer) -> None:
    u, v = w.choose(rank=1), w.choose(rank=1)
    w.add((), f"{u}.T @ {w.parameter(*w.known[u], *w.known[v])} @ {v}")


def outer(w: Writer) -> None:
    u, v = w.choose(rank=1), w.choose(rank=1)
    if w.known[u] != w.known[v]:
        w.add((*w.known[u], *w.known[v]), w.draw.choice(["outer({}, {})", "{} @ {}.T"]).format(u, v))


def products(w: Writer) -> None:
    """Matrices times vectors and matrices, transposed or not."""
    a = w.choose(rank=2)
    rows, columns = w.known[a]
    kind = w.draw.randrange(4)
    if kind == 0:
        w.add((rows,), f"{a} @ {w.operand((columns,))}")
    elif kind == 1:
        w.add((columns,), f"{a}.T @ {w.operand((rows,))}")
    elif kind == 2:
        w.add((), f"trace({a}.T @ {w.operand((rows, columns))})")
    else:
        out = w.size()
        if out != columns:
            w.add((columns, out), f"{a}.T @ {w.operand((rows, out))}")


def diagonal(w: Writer) -> None:
    v = w.choose(rank=1)
    w.add(w.known[v], f"diag({v}) @ {w.operand(w.known[v])}")


def transposed(w: Writer) -> None:
    a = w.choose(rank=2)
    rows, columns = w.known[a]
    i, j = LETTERS[rows], LETTERS[columns] if rows != columns else "q"
    w.add((columns, rows), f"{a}[{i},{j}]", f"[{j},{i}]")


def shifted(w: Writer) -> None:
    """Reads past the ends of an axis, outside functions and inside."""
    v = w.choose(rank=1)
    i, n = LETTERS[w.known[v][0]], w.draw.choice(["+ 1", "- 1", "- 2"])
    form = w.draw.choice(["{v}[{i}{n}] + {u}[{i}]", "tanh({v}[{i}{n}]) * {u}[{i}]", "sin({v}[{i}{n}] * {u}[{i}])"])
    w.add(w.known[v], form.format(v=v, u=w.operand(w.known[v]), i=i, n=n), f"[{i}]")


def convolution(w: Writer) -> None:
    v = w.choose(rank=1)
    size = w.size()
    if size != w.known[v][0]:
        i, p = LETTERS[w.known[v][0]], LETTERS[size]
        w.add(w.known[v], f"sum({p}, {w.parameter(size)}[{p}] * {v}[{i}+{p}-1])", f"[{i}]")


def masked(w: Writer) -> None:
    v = w.choose(rank=1)
    (size,) = w.known[v]
    i = LETTERS[size]
    relation = w.draw.choice(["<=", "<", "!="])
    w.add((size,), f"sum(q, [q {relation} {i}] * {v}[q] * {w.parameter(size, size)}[{i},q])", f"[{i}]")


def picked(w: Writer) -> None:
    """An entry chosen by a class, rows chosen by a class for each sample, a cross-entropy."""
    v = w.choose(rank=1)
    (size,) = w.known[v]
    kind = w.draw.randrange(3)
    label = f"t{len(w.classes) + 1}"
    if kind < 2:
        w.classes[label] = ((), size)
        w.add((), f"{v}[{label}]" if kind == 0 else f"softmax_cross_entropy({v}, {label})")
    elif size != "B":
        w.classes[label] = (("B",), size)
        other = w.draw.choice([s for s in ("N", "K", "M") if s != size])
        j = LETTERS[other]
        w.add(("B", other), f"{w.parameter(size, other)}[{label}[b],{j}] * {v}[{label}[b]]", f"[b,{j}]")


STEPS: tuple[tuple[Callable[[Writer], None], int], ...] = (
    (affine, 5),
    (affine_of_batch, 3),
    (entrywise, 5),
    (pair, 4),
    (nested, 3),
    (scaled, 2),
    (softmax, 2),
    (reduction, 2),
    (dot, 1),
    (bilinear, 1),
    (outer, 1),
    (products, 3),
    (diagonal, 1),
    (transposed, 1),
    (shifted, 2),
    (convolution, 1),
    (masked, 1),
    (picked, 2),
)


def solved(w: Writer) -> None:
    """A x = b, A X = B, X A = B."""
    v = w.choose(rank=w.draw.choice([1, 2]))
    first, last = w.known[v][0], w.known[v][-1]
    kind = w.draw.randrange(4)
    if kind == 3 and len(w.known[v]) == 2:
        w.add(w.known[v], f"{v} @ inv({w.parameter(last, last)})")
    else:
        form = ("solve({a}, {v})", "solve({a} + 3 * eye({n}), {v})", "solve({a}.T, {v})", "inv({a}) @ {v}")[kind]
        w.add(w.known[v], form.format(a=w.parameter(first, first), n=first, v=v))


def inverted(w: Writer) -> None:
    a = w.parameter(n := w.size(), n)
    form = w.draw.choice(
        ["inv({a})", "tanh(inv({a}))", "inv({a} @ {b})", "inv(2 * eye({n}) + {a} * {b})", "inv({a}).T"]
    )
    w.add((n, n), form.format(a=a, b=w.parameter(n, n), n=n))


def determinant(w: Writer) -> None:
    v = w.choose(rank=1)
    (n,) = w.known[v]
    form = w.draw.choice([
        "logdet({a})", "det({a})", "{v}.T @ solve({a}, {v})", "logdet(eye({n}) + outer({v}, {v}))", "trace(inv({a}))",
        "{v}.T @ inv({a}) @ {v} + logdet({a})", "det({a} @ {b})", "logdet({a}.T @ {b})", "det({a}) * {v}[1]",
    ])  # fmt: skip
    w.add((), form.format(a=w.parameter(n, n), b=w.parameter(n, n), v=v, n=n))


def factored(w: Writer) -> None:
    """L Lᵀ, eigenvalues, singular values and their vectors, of what surely has them and of parameters."""
    v = w.choose(rank=1)
    (n,) = w.known[v]
    definite = w.draw.choice([f"{w.parameter(n, n)} + 3 * eye({n})", f"eye({n}) + outer({v}, {v})"])
    a, forms = w.parameter(n, n), [
        ("cholesky({s})", (n, n)), ("cholesky({s}) @ {v}", (n,)), ("tanh(eigvalsh({a}))", (n,)),
        ("eigvecsh({a})", (n, n)), ("eigvecsh({a}).T @ {v}", (n,)), ("svdvals({a})", (n,)), ("pinv({a}) @ {v}", (n,)),
        ("spectral_norm({a})", ()), ("nuclear_norm({a} + 2 * eye({n}))", ()), ("{v} * spectral_norm({a})", (n,)),
        ("sum(log(diagonal(cholesky({s}))))", ()), ("norm({a})", ()), ("trace({a} @ {a})", ()),
        ("matrix_power({a}, 3) @ {v}", (n,)), ("trace(matrix_power({a} @ {a}, 2))", ()),
        ("matrix_power({a}, 2)", (n, n)),
        ("polar({a})", (n, n)), ("svd_u({a})", (n, n)), ("svd_v({a}) @ {v}", (n,)),
    ]  # fmt: skip
    form, shape = w.draw.choice(forms)
    w.add(shape, form.format(a=a, s=definite, v=v, n=n))


ALGEBRA = (*STEPS, (solved, 8), (inverted, 6), (determinant, 8), (factored, 16))
"""The same with functions of square matrices among them."""


def problem(seed: int, length: int = 6, equal: bool = False, cost: bool = True, algebra: bool = False) -> str:
    """A random problem: about so many equations; sizes all equal numbers, or symbols; with a cost or without."""
    w = Writer(random.Random(seed))
    w.input(w.shape(w.draw.choice([1, 1, 2])))
    steps, weights = zip(*(ALGEBRA if algebra else STEPS), strict=True)
    while len(w.lines) < length:
        w.draw.choices(steps, weights)[0](w)
    if cost:
        _cost(w)
    return _text(w, equal)


def _cost(w: Writer) -> None:
    """E, which reads everything that nobody else reads."""
    parts = [to_scalar(w, v) for v in w.unread]
    w.lines.append("E = " + w.draw.choice([" + ", " - "]).join(parts))


def _text(w: Writer, equal: bool) -> str:
    number = w.draw.choice([2, 3])
    sizes = ", ".join(f"{s}: {number if equal else words}" for s, words in SIZES.items())
    lines = [
        "version: 1",
        f"sizes: {{{sizes}}}",
        f"indices: {{{', '.join(f'{x}: {s}' for s, x in LETTERS.items())}}}",
        f"inputs: {_declared(w.inputs)}",
        f"parameters: {_declared(w.parameters)}",
        "functions: {sigma: abstract, tau: abstract, f: whole}",
    ]
    if w.classes:
        classes = (f"{n}: {{axes: [{', '.join(axes)}], among: {among}}}" for n, (axes, among) in w.classes.items())
        lines.append(f"classes: {{{', '.join(classes)}}}")
    lines += ["equations: |", *(f"  {line}" for line in w.lines)]
    return "\n".join([*lines, *(["cost: E"] if w.lines[-1].startswith("E =") else [])]) + "\n"


def _declared(shapes: dict[str, Shape]) -> str:
    return "{" + ", ".join(f"{name}: [{', '.join(shape)}]" for name, shape in shapes.items()) + "}"


def check(text: str, seed: int = 0) -> Report:
    """All bars of a problem, scalar and vector, and one closed form; kept cost bars now and then."""
    network = parse_problem(text)
    wanted = tuple(t.name for t in network.tensors.values() if t.role in ("input", "parameter"))
    keep = len(text) % 4 == 0
    try:
        derivation = derive_network(network, wanted, keep, wanted[-1:])
    except DeriveError:  # a closed form that nobody would read
        derivation = derive_network(network, wanted, keep)
    return selfcheck(derivation, seed)


def networks(seed: int, count: int, algebra: bool = False) -> Iterator[str]:
    draw = random.Random(seed)
    for _ in range(count):
        yield problem(draw.getrandbits(32), draw.randint(1, 9), draw.random() < 0.3, draw.random() < 0.8, algebra)


def main() -> int:
    parser = argparse.ArgumentParser(description="Random networks, their bars against finite differences.")
    parser.add_argument("count", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--algebra", action="store_true", help="with inv, solve, det, cholesky, svdvals …")
    options = parser.parse_args()
    started, worst, failed, nowhere = time.monotonic(), 0.0, 0, 0
    for n, text in enumerate(networks(options.seed, options.count, options.algebra), 1):
        try:
            report = check(text)
            worst, said = max(worst, report.worst), "" if report.ok else report.sentence
            if said and {f.kind for f in report.failures} == {"unchecked"}:
                nowhere += 1  # such as the norm of what is 0 for all inputs: its cost has a slope at no point
                print(f"\n{text}\nnot counted as failed: {said}\n", flush=True)
                said = ""
        except Exception as error:  # whatever went wrong, the problem that did it is shown and the run goes on
            said = f"{type(error).__name__}: {error}\n" + "".join(traceback.format_tb(error.__traceback__)[-2:])
        if said:
            failed += 1
            print(f"\n{text}\n{said}\n", flush=True)
        if n % 100 == 0 or n == options.count:
            spent = time.monotonic() - started
            found = f"{failed} failed, {nowhere} without any smooth point, worst disagreement {worst:.1e}"
            print(f"{n} networks, {found}, {spent:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
