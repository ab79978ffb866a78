"""Networks with labels, put together by hand: a recurrence, layers, heads with a causal mask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from derive.declare.network import Network, SizeDeclaration
from derive.derivation import Derivation, Line, Rule, Step
from derive.forward import forward
from derive.graph import Graph
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Bracket, Entry, Expr, Lambda, Power, Tensor, bar, number, of
from derive.notation.index import Index, Range, Slot, position
from derive.notation.product import add, multiply, negative, power, scale, summed
from derive.pipeline import derive_network
from derive.vectorise import vectorised
from tests.render.networks import function

T, D, K, H, N = (Range.to(name) for name in "TDKHN")


def at(tensor: Tensor, *slots: Index | Slot | int) -> Expr:
    return of(Entry(tensor, tuple(position(slot) for slot in slots)))


def left(tensor: Tensor, *slots: Index | Slot | int) -> Entry:
    return Entry(tensor, tuple(position(slot) for slot in slots))


def network(
    tensors: list[Tensor],
    equations: list[Equation],
    labels: Mapping[str, Range],
    shown: str = "superscript",
    order: tuple[int, ...] | None = None,
    want: tuple[str, ...] = (),
) -> Network:
    sizes = dict.fromkeys(a for t in tensors for axis in t.axes for a in axis.hi.atoms() if isinstance(a, str))
    return Network(
        "A network with labels",
        MappingProxyType({name: SizeDeclaration() for name in sizes}),
        MappingProxyType({t.name: t for t in tensors}),
        tuple(equations),
        order or tuple(range(len(equations))),
        MappingProxyType(dict(labels)),
        cost="E",
        want=want,
        labels=MappingProxyType(dict.fromkeys(labels, shown)),
    )


def rnn_network(shown: str = "superscript", first: bool = True) -> Network:
    """h⁽⁰⁾ = h₀ (if `first`, else 0), z⁽ᵗ⁾ = W_x x⁽ᵗ⁾ + W_h h⁽ᵗ⁻¹⁾ + b, h⁽ᵗ⁾ = tanh(z⁽ᵗ⁾), E = Σ_t ‖h⁽ᵗ⁾‖²."""
    x, h0 = Tensor("x", (T, D), "input", labels=(0,)), Tensor("h0", (K,), "input")
    wx, wh, b = Tensor("Wx", (K, D), "parameter"), Tensor("Wh", (K, K), "parameter"), Tensor("b", (K,), "parameter")
    start = Range(position(0), position("T")) if first else T
    z, h, cost = Tensor("z", (T, K), labels=(0,)), Tensor("h", (start, K), labels=(0,)), Tensor("E")
    t, d, k, j = Index("t", T), Index("d", D), Index("k", K), Index("j", K)
    drive = add(summed((d,), multiply(at(wx, k, d), at(x, t, d))),
                summed((j,), multiply(at(wh, k, j), at(h, t.slot - 1, j))), at(b, k))  # fmt: skip
    equations = [Equation(left(h, 0, k), at(h0, k))] if first else []
    t2, k2, t3, k3 = Index("t", T), Index("k", K), Index("t", T), Index("k", K)
    equations += [
        Equation(left(z, t, k), drive),
        Equation(left(h, t2, k2), of(function("tanh", at(z, t2, k2)))),
        Equation(left(cost), summed((t3, k3), power(at(h, t3, k3), 2))),
    ]
    tensors = [x, *([h0] if first else []), wx, wh, b, z, h, cost]
    want = ("Wx", "Wh", "b", "x", *(["h0"] if first else []))
    return network(tensors, equations, {"t": T}, shown, want=want)


def rnn(shown: str = "superscript", first: bool = True) -> Derivation:
    return derive_network(rnn_network(shown, first))


def rnn_backward(cases: bool = False) -> Derivation:
    """The RNN with its backward recurrence: h̄⁽ᵗ⁾ = W_hᵀ z̄⁽ᵗ⁺¹⁾ + 2 h⁽ᵗ⁾, with z̄⁽ᵀ⁺¹⁾ = 0 or with a case for t = T."""
    made = rnn_network()
    known = {name: bar(tensor, "E") for name, tensor in made.tensors.items()}
    h, wx, wh, x = (made.tensors[name] for name in ("h", "Wx", "Wh", "x"))
    hb, zb = known["h"], known["z"]
    before = Range(position(1), position("T") - 1)
    t, k, j = Index("t", before if cases else T), Index("k", K), Index("j", K)
    onward = summed((j,), multiply(at(zb, t.slot + 1, j), at(wh, j, k)))
    lines = [line(left(known["E"]), number(1), "seed")]
    if cases:
        k2 = Index("k", K)
        lines.append(line(left(hb, position("T"), k2), scale(2, at(h, position("T"), k2))))
    lines.append(line(left(hb, t, k), add(onward, scale(2, at(h, t, k)))))
    t, k = Index("t", T), Index("k", K)
    slope = add(number(1), negative(power(at(h, t, k), 2)))
    lines.append(line(left(zb, t, k), multiply(at(hb, t, k), of(Power(slope)))))
    t, k, j, d = Index("t", T), Index("k", K), Index("j", K), Index("d", D)
    lines.append(line(left(known["Wh"], k, j), summed((t,), multiply(at(zb, t, k), at(h, t.slot - 1, j)))))
    t, k = Index("t", T), Index("k", K)
    lines.append(line(left(known["Wx"], k, d), summed((t,), multiply(at(zb, t, k), at(x, t, d)))))
    t, k = Index("t", T), Index("k", K)
    lines.append(line(left(known["b"], k), summed((t,), at(zb, t, k))))
    t, k, d = Index("t", T), Index("k", K), Index("d", D)
    lines.append(line(left(known["x"], t, d), summed((k,), multiply(at(zb, t, k), at(wx, k, d)))))
    k, j = Index("k", K), Index("j", K)
    lines.append(line(left(known["h0"], k), summed((j,), multiply(at(zb, 1, j), at(wh, j, k)))))
    return Derivation(made, "E", forward(Graph(made)), tuple(lines), made.want)


def line(of_: Entry, right: Expr, rule: Rule = "substituted") -> Line:
    return Line(of_, (Step(rule, right),)).with_vector(vectorised)


def heads(causal: bool = True) -> Derivation:
    """S⁽ʰ⁾ = Q⁽ʰ⁾ K⁽ʰ⁾ᵀ, P⁽ʰ⁾ = softmax_{j ≤ i}(S⁽ʰ⁾), O⁽ʰ⁾ = P⁽ʰ⁾ V⁽ʰ⁾, E = Σ O²."""
    q, k, v = (Tensor(name, (H, N, D), "input", labels=(0,)) for name in "QKV")
    s, p = (Tensor(name, (H, N, N), labels=(0,)) for name in "SP")
    o, cost = Tensor("O", (H, N, D), labels=(0,)), Tensor("E")

    def letters() -> tuple[Index, Index, Index, Index]:
        return Index("head", H), Index("i", N), Index("j", N), Index("d", D)

    h, i, j, d = letters()
    equations = [Equation(left(s, h, i, j), summed((d,), multiply(at(q, h, i, d), at(k, h, j, d))))]
    h, i, j, d = letters()
    m = Index("j", N)
    args = [Lambda((m,), at(s, h, i, m))]
    if causal:
        m2 = Index("j", N)
        args.append(Lambda((m2,), of(Bracket("<=", m2.slot, i.slot))))
    equations.append(Equation(left(p, h, i, j), of(Apply("softmax", tuple(args), (j.slot,)))))
    h, i, j, d = letters()
    equations.append(Equation(left(o, h, i, d), summed((j,), multiply(at(p, h, i, j), at(v, h, j, d)))))
    h, i, j, d = letters()
    equations.append(Equation(left(cost), summed((h, i, d), power(at(o, h, i, d), 2))))
    made = network([q, k, v, s, p, o, cost], equations, {"head": H}, want=("Q", "K", "V"))
    return derive_network(made)


def layers() -> Derivation:
    """h⁽ˡ⁾ = W⁽ˡ⁾ x: a parameter with a number and a label, and two labels at once."""
    x = Tensor("x", (T, K), "input", labels=(0,))
    w1 = Tensor("W1", (H, K, K), "parameter", labels=(0,))
    y, cost = Tensor("y", (H, T, K), labels=(0, 1)), Tensor("E")
    h, t, i, j = Index("l", H), Index("t", T), Index("i", K), Index("j", K)
    equations = [Equation(left(y, h, t, i), summed((j,), multiply(at(w1, h, i, j), at(x, t, j))))]
    h, t, i = Index("l", H), Index("t", T), Index("i", K)
    equations.append(Equation(left(cost), summed((h, t, i), power(at(y, h, t, i), 2))))
    made = network([x, w1, y, cost], equations, {"l": H, "t": T}, want=("W1", "x"))
    return derive_network(made)


def with_style(derivation: Derivation, shown: str) -> Derivation:
    made = derivation.network
    return replace(derivation, network=replace(made, labels=MappingProxyType(dict.fromkeys(made.labels, shown))))
