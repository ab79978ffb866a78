"""Derivations built by hand, so that what is printed is tested apart from what derives it."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import Any

from derive.declare.network import Network, SizeDeclaration
from derive.derivation import Derivation, Line, Rule, Step
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Entry, Expr, Lambda, Partial, Tensor, Term, bar, number, of
from derive.notation.index import Index, Range, position
from derive.notation.matrix import Matrix, MatrixEquation
from derive.notation.product import add, multiply, negative, power, scale, summed

N, K = Range.to("N"), Range.to("K")


def at(tensor: Tensor, *letters: Index) -> Entry:
    return Entry(tensor, tuple(x.slot for x in letters))


def whole(tensor: Tensor) -> Matrix:
    rank = len(tensor.axes)
    rows = tensor.axes[0] if rank else None
    return Matrix("tensor", (), rows, tensor.axes[1] if rank > 1 else None, tensor)


def transposed(m: Matrix) -> Matrix:
    return Matrix("transpose", (m,), m.columns, m.rows)


def matmul(*args: Matrix) -> Matrix:
    return Matrix("matmul", args, args[0].rows, args[-1].columns)


def plus(*args: Matrix) -> Matrix:
    return Matrix("add", args, args[0].rows, args[0].columns)


def function(name: str, *args: Expr, primes: int = 0) -> Apply:
    return Apply(name, tuple(Lambda((), a) for a in args), (), ((0, ()),) * primes)


def line(left: Entry, vector: Matrix | None, *steps: tuple[Rule, Expr]) -> Line:
    done = MatrixEquation(whole(left.tensor), vector) if vector is not None else None
    return Line(left, tuple(Step(rule, right) for rule, right in steps), done)


def residual() -> Derivation:
    """Document 000: y = x + W₂σ(W₁x + b₁) + b₂ with a cost on h and on y."""
    t = {
        name: Tensor(name, axes, role)  # type: ignore[arg-type]
        for name, axes, role in [
            ("x", (N,), "input"), ("r", (K,), "input"), ("s", (N,), "input"), ("W1", (K, N), "parameter"),
            ("b1", (K,), "parameter"), ("W2", (N, K), "parameter"), ("b2", (N,), "parameter"), ("z", (K,), "hidden"),
            ("h", (K,), "hidden"), ("R", (), "hidden"), ("y", (N,), "hidden"), ("S", (), "hidden"), ("E", (), "hidden"),
        ]
    }  # fmt: skip
    forward = _residual_forward(t)
    network = Network(
        title="A residual network with a cost on h and on y",
        sizes=MappingProxyType({"N": SizeDeclaration("input units"), "K": SizeDeclaration("hidden units")}),
        tensors=MappingProxyType(t),
        equations=tuple(Equation(f.left, f.steps[-1].right) for f in forward),
        order=tuple(range(6)),
        letters=MappingProxyType({"i": N, "j": K}),
        functions=MappingProxyType({"sigma": "abstract"}),
        cost="E",
        want=("x",),
        printed=MappingProxyType({"E": r"\mathcal{E}", "R": r"\mathcal{R}", "S": r"\mathcal{S}"}),
    )
    return Derivation(network, "E", forward, _residual_backward(t), ("x",), (), "Every line was checked by numbers.")


def _residual_forward(t: dict[str, Tensor]) -> tuple[Line, ...]:
    i, j = Index("i", N), Index("j", K)
    difference = add(of(at(t["y"], i)), negative(of(at(t["s"], i))))
    sigma = function("sigma", of(at(t["z"], j)))
    norm = Matrix("norm2", (plus(whole(t["y"]), Matrix("scale", (whole(t["s"]),), N, None, -1)),))
    z = add(summed((i,), multiply(of(at(t["W1"], j, i)), of(at(t["x"], i)))), of(at(t["b1"], j)))
    y = add(of(at(t["x"], i)), summed((j,), multiply(of(at(t["W2"], i, j)), of(at(t["h"], j)))), of(at(t["b2"], i)))
    return (
        line(at(t["z"], j), plus(matmul(whole(t["W1"]), whole(t["x"])), whole(t["b1"])), ("definition", z)),
        line(at(t["h"], j), Matrix("apply", (whole(t["z"]),), K, None, sigma), ("definition", of(sigma))),
        line(at(t["R"]), matmul(transposed(whole(t["r"])), whole(t["h"])),
             ("definition", summed((j,), multiply(of(at(t["r"], j)), of(at(t["h"], j)))))),
        line(at(t["y"], i), plus(whole(t["x"]), matmul(whole(t["W2"]), whole(t["h"])), whole(t["b2"])),
             ("definition", y)),
        line(at(t["S"]), Matrix("scale", (norm,), None, None, Fraction(1, 2)),
             ("definition", scale(Fraction(1, 2), summed((i,), power(difference, 2))))),
        line(at(t["E"]), plus(whole(t["R"]), whole(t["S"])), ("definition", add(of(at(t["R"])), of(at(t["S"]))))),
    )  # fmt: skip


def _residual_backward(t: dict[str, Tensor]) -> tuple[Line, ...]:
    i, j = Index("i", N), Index("j", K)
    b = {name: bar(tensor, "E") for name, tensor in t.items()}
    one = Matrix("number", (), None, None, 1)
    slope = function("sigma", of(at(t["z"], j)), primes=1)
    difference = add(of(at(t["y"], i)), negative(of(at(t["s"], i))))
    h_chain = add(
        _chain(b["R"], t["R"], t["h"], j), summed((i,), _chain_at(at(b["y"], i), at(t["y"], i), at(t["h"], j)))
    )
    x_chain = add(summed((j,), _chain_at(at(b["z"], j), at(t["z"], j), at(t["x"], i))),
                  _chain_at(at(b["y"], i), at(t["y"], i), at(t["x"], i)))  # fmt: skip
    h = add(of(at(t["r"], j)), summed((i,), multiply(of(at(b["y"], i)), of(at(t["W2"], i, j)))))
    x = add(summed((j,), multiply(of(at(b["z"], j)), of(at(t["W1"], j, i)))), of(at(b["y"], i)))
    applied = Matrix("apply", (whole(t["z"]),), K, None, slope)
    return (
        line(at(b["E"]), one, ("seed", number(1))),
        line(at(b["R"]), one, ("chain", _chain_at(at(b["E"]), at(t["E"]), at(t["R"]))), ("substituted", number(1))),
        line(at(b["S"]), one, ("chain", _chain_at(at(b["E"]), at(t["E"]), at(t["S"]))), ("substituted", number(1))),
        line(at(b["y"], i), plus(whole(t["y"]), Matrix("scale", (whole(t["s"]),), N, None, -1)),
             ("chain", _chain(b["S"], t["S"], t["y"], i)), ("substituted", difference)),
        line(at(b["h"], j), plus(whole(t["r"]), matmul(transposed(whole(t["W2"])), whole(b["y"]))),
             ("chain", h_chain), ("substituted", h)),
        line(at(b["z"], j), Matrix("hadamard", (whole(b["h"]), applied), K),
             ("chain", _chain_at(at(b["h"], j), at(t["h"], j), at(t["z"], j))),
             ("substituted", multiply(of(at(b["h"], j)), of(slope)))),
        line(at(b["x"], i), plus(matmul(transposed(whole(t["W1"])), whole(b["z"])), whole(b["y"])),
             ("chain", x_chain), ("substituted", x)),
    )  # fmt: skip


def _chain(upstream: Tensor, of_: Tensor, wrt: Tensor, letter: Index) -> Expr:
    return _chain_at(at(upstream), at(of_), at(wrt, letter))


def _chain_at(upstream: Entry, of_: Entry, wrt: Entry) -> Expr:
    return Expr((Term(1, (), (upstream, Partial(of_, wrt))),))


class Build:
    """A network put together from declarations and equations in index form, and derived."""

    def __init__(self, cost: str | None = None, **kinds: str) -> None:
        self.cost, self.functions = cost, kinds
        self.tensors: dict[str, Tensor] = {}
        self.equations: list[Equation] = []
        self.printed: dict[str, str] = {}
        self.letters: dict[str, Range] = {}

    def declare(
        self, role: str, among: Range | None = None, row: bool = False, **shapes: tuple[Range, ...]
    ) -> list[Tensor]:
        made = [Tensor(name, axes, role, (), row, among) for name, axes in shapes.items()]  # type: ignore[arg-type]
        self.tensors.update((t.name, t) for t in made)
        return made

    def define(self, name: str, letters: tuple[Index, ...], right: Expr) -> Tensor:
        tensor = Tensor(name, tuple(x.range for x in letters))
        self.tensors[name] = tensor
        self.equations.append(Equation(at(tensor, *letters), right))
        return tensor

    def network(self, *want: str) -> Network:
        sizes = dict.fromkeys(
            a for t in self.tensors.values() for axis in t.axes for a in axis.size.atoms() if isinstance(a, str)
        )
        declared = MappingProxyType({s: SizeDeclaration() for s in sizes})
        return Network("A network", declared, MappingProxyType(self.tensors),
                       tuple(self.equations), tuple(range(len(self.equations))), MappingProxyType(self.letters),
                       MappingProxyType(self.functions), self.cost, want, MappingProxyType(self.printed))  # fmt: skip

    def derive(self, *want: str) -> Derivation:
        from derive.pipeline import derive_network

        return derive_network(self.network(*want))


def e(tensor: Tensor, *letters: Index) -> Expr:
    return of(at(tensor, *letters))


def soft(name: str, letter: Index, body: Expr, *slots: Index) -> Expr:
    return of(Apply(name, (Lambda((letter,), body),), tuple(x.slot for x in slots)))


def gated_softmax() -> Derivation:
    """Document 004: ȳ′ = −e_t / y′_t, a gate, three paths to x."""
    b = Build("J")
    i, j, c = Index("i", N), Index("j", Range.to("D")), Index("c", Range.to("C"))
    C, D = c.range, j.range
    (x,) = b.declare("input", x=(N,))
    (t,) = b.declare("class", among=C, t=())
    w1, w2, w3, w4 = b.declare("parameter", W1=(D, N), W2=(D, N), W3=(C, D), W4=(C, N))
    z1 = b.define("z1", (j,), summed((i,), multiply(e(w1, j, i), e(x, i))))
    h = b.define("h", (j,), of(function("relu", e(z1, j))))
    z2 = b.define("z2", (j,), summed((i,), multiply(e(w2, j, i), e(x, i))))
    g1 = b.define("g1", (j,), of(function("sigmoid", e(z2, j))))
    g2 = b.define("g2", (j,), multiply(e(h, j), e(g1, j)))
    y = b.define(
        "y", (c,), add(summed((j,), multiply(e(w3, c, j), e(g2, j))), summed((i,), multiply(e(w4, c, i), e(x, i))))
    )
    c2 = Index("c", C)
    p = b.define("y_prime", (c,), soft("softmax", c2, e(y, c2), c))
    s = b.define("S", (), of(function("log", of(Entry(p, (position(at(t)),))))))
    b.define("J", (), negative(e(s)))
    b.printed.update({"S": r"\mathcal{S}", "J": r"\mathcal{J}"})
    return b.derive("x", "W1", "W2", "W3", "W4")


def softmax_batch() -> Derivation:
    """N samples with classes t_n: mean cross-entropy with weight decay."""
    from derive.notation.product import inverse

    b = Build("E")
    n, d, k = Index("n", N), Index("d", Range.to("D")), Index("k", K)
    (X,) = b.declare("input", X=(N, d.range))
    (t,) = b.declare("class", among=K, t=(N,))
    W, bias = b.declare("parameter", W=(d.range, K), b=(K,))
    (lam,) = b.declare("constant", **{"lambda": ()})
    S = b.define("S", (n, k), add(summed((d,), multiply(e(X, n, d), e(W, d, k))), e(bias, k)))
    k2 = Index("k", K)
    P = b.define("P", (n, k), soft("softmax", k2, e(S, n, k2), k))
    picked = of(function("log", of(Entry(P, (n.slot, position(at(t, n)))))))
    loss = negative(multiply(inverse(of(position("N"))), summed((n,), picked)))
    decay = multiply(number(Fraction(1, 2)), e(lam), summed((d, k), power(e(W, d, k), 2)))
    b.define("E", (), add(loss, decay))
    return b.derive("W", "b", "X")


def chain_rule() -> Derivation:
    """Document 001: f(g₁(w), …, gₙ(w))."""
    b = Build("F", f="whole", g="family")
    i = Index("i", Range.to("n"))
    (w,) = b.declare("parameter", w=())
    x = b.define("x", (i,), of(Apply("g", (Lambda((), e(w)),), (i.slot,))))
    i2 = Index("i", i.range)
    b.define("F", (), soft("f", i2, e(x, i2)))
    return b.derive("w", "x")


def convolution() -> Derivation:
    """y_i = tanh(x_{i+1} w_1 + …): reads outside an axis, and a stride."""
    b = Build("E")
    i, p = Index("i", N), Index("p", K)
    (x,) = b.declare("input", x=(N,))
    (w,) = b.declare("parameter", w=(K,))
    y = b.define("y", (i,), of(function("tanh", summed((p,), multiply(of(Entry(x, (i.slot + p.slot - 1,))), e(w, p))))))
    b.define("E", (), summed((i,), power(e(y, i), 3)))
    return b.derive("x", "w")


def mixed() -> Derivation:
    """Functions with kinks and tails, powers, a function of two arguments, a layer squared."""
    b = Build("E", phi="abstract")
    i, j = Index("i", N), Index("j", N)
    x, v = b.declare("input", x=(N,), v=(N,))
    W1, p = b.declare("parameter", W1=(N, N), p=())
    a = b.define("a", (i,), of(Apply("phi", (Lambda((), e(x, i)), Lambda((), e(v, i))))))
    g = b.define("g", (i,), of(function("gelu", e(a, i))))
    q = b.define("q", (i,), add(of(function("exp", negative(e(g, i)))), of(function("elu", e(x, i))),
                                of(function("softplus", e(v, i)))))  # fmt: skip
    r = b.define("r", (), of(function("sqrt", summed((i, j), power(e(W1, i, j), 2)))))
    m = b.define("m", (i,), of(function("max", e(q, i), e(v, i))))
    inner = multiply(e(r), summed((i,), multiply(e(m, i), e(q, i))))
    b.define("E", (), add(inner, scale(Fraction(1, 100), power(e(p), 3)),
                          of(function("lgamma", add(number(3), power(e(p), 2))))))  # fmt: skip
    return b.derive("x", "v", "W1", "p")


def loops() -> Derivation:
    """What has no matrix form: three axes, brackets of positions, a stride."""
    from derive.notation.expression import Bracket

    b = Build("E")
    i, j, k = Index("i", N), Index("j", K), Index("k", Range.to("D"))
    x, u = b.declare("input", x=(N,), u=(k.range,))
    T, W = b.declare("parameter", T=(N, K, k.range), W=(N, N))
    y = b.define("y", (i, j), summed((k,), multiply(e(T, i, j, k), e(u, k))))
    early = Index("m", N)
    lower = of(Bracket("<", early.slot, i.slot))
    z = b.define("z", (i,), summed((early,), multiply(lower, e(W, i, early), e(x, early))))
    i2 = Index("i", N)
    mask = of(Bracket("<=", i.slot, i2.slot))
    v = b.define("v", (i,), summed((i2,), multiply(mask, of(function("exp", multiply(e(z, i2), e(x, i)))))))
    wide = of(Entry(v, (scale_slot(i, 2),)))
    s = b.define(
        "s", (i,), add(wide, power(of(position("N")), -1), negative(multiply(e(x, i), number(Fraction(2, 3)))))
    )
    b.define("E", (), add(summed((i, j), multiply(power(e(y, i, j), 2), e(s, i))), summed((i,), e(v, i))))
    return b.derive("x", "u", "T", "W")


def scale_slot(letter: Index, times: int) -> Any:
    return letter.slot * times - 1


def every_function() -> Derivation:
    """Each function of the table, of positive arguments; not those that differences move and bars hold fixed."""
    from derive.notation.constants import HELD
    from derive.operators import TABLE

    b = Build("E")
    i, n = Index("i", N), Index("n", K)
    x, w = b.declare("input", x=(N,), w=(N,))
    (M,) = b.declare("input", M=(K, N))
    parts = []
    for number_of, row in enumerate(TABLE.values()):
        name = f"y{number_of}"
        if row.axes == 2:
            continue  # of square matrices: tests/test_matrices.py
        if row.axes:
            inner = Index("i", N)
            slots = (i,) if row.keeps else ()
            body = soft(row.name, inner, e(M, n, inner), *slots)
            y = b.define(name, (n, *slots), body)
            parts.append(summed((n, *slots), multiply(e(y, n, *slots), e(w, i) if slots else number(2))))
        elif row.name not in ("trigamma", *HELD):
            others = [scale(Fraction(1, 3), e(w, i)), scale(2, e(w, i))][: row.arity - 1]
            y = b.define(name, (i,), of(function(row.name, e(x, i), *others)))
            parts.append(summed((i,), multiply(e(y, i), e(w, i))))
    b.define("E", (), add(*parts))
    return b.derive("x", "w", "M")


def upstream() -> Derivation:
    """No cost: the output's error signal is given (document 003)."""
    b = Build(None, phi="abstract")
    i, j = Index("i", N), Index("j", K)
    (x,) = b.declare("input", x=(N,))
    W, c = b.declare("parameter", W=(K, N), c=(K,))
    z = b.define("z", (j,), add(summed((i,), multiply(e(W, j, i), e(x, i))), e(c, j)))
    b.define("y", (j,), of(function("phi", e(z, j))))
    return b.derive("W", "c", "x")
