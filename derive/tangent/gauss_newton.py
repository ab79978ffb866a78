"""The Gauss–Newton matrix, G = JᵀHJ: the Hessian with the second derivatives of the output left out.

J = ∂y/∂wᵀ, H = ∂²E/∂y∂yᵀ with all else held (Schraudolph 2002, Fast curvature matrix-vector products, section 3).
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.derivation import Derivation, Derivatives, GaussNewton, Line, Rule, Step
from derive.errors import DeriveError, Problem
from derive.forward import Letters
from derive.notation.common import expanded, tidied
from derive.notation.expression import Entry, Expr, Power, Tensor, Term, is_parenthesis, of
from derive.notation.index import Index
from derive.notation.product import add, negative, product, scale
from derive.notation.rewrite import length, rewrite
from derive.notation.walk import apart
from derive.tangent.equations import Differentiated, forward_equations, moving, seed_of
from derive.tangent.hessian import curvature, hessians, in_vectors, jacobian, written

LETTERS = ("G", "B", "N")


def gauss_newton(derivation: Derivation, name: str, output: str, several: bool) -> GaussNewton:
    """G in one quantity, and the Hessian as G and the rest. several: G is asked for in others too, and named by each.

    output: what the cost is a function of; empty: the one that moves of those that the cost reads. Raises DeriveError.
    """
    wrt = seed_of(derivation, name)
    given = _output(derivation, wrt, output)
    (own,) = hessians(derivation, [name])
    slopes, bends = jacobian(derivation, given, name), curvature(derivation, given)
    left = own.lines[-1].left
    result = _product(derivation, slopes, bends, Entry(_named(derivation, wrt, several), left.slots))
    return GaussNewton(name, given.name, slopes, bends, result, _whole(own.lines[-1], result))


def _output(derivation: Derivation, wrt: Tensor, name: str) -> Tensor:
    """What the cost is a function of; raises DeriveError where that is not one quantity that moves."""
    network = derivation.network
    if network.cost is None:
        raise DeriveError(Problem(None, "a Gauss-Newton matrix is that of a cost, and none is named", "add `cost: E`"))
    known = [Differentiated.of(e) for e in forward_equations(derivation)]
    moves = moving([wrt], known)
    if name:
        if network.tensors[name] not in moves or name in (wrt.name, network.cost):
            mend = "name what lies between it and the cost"
            raise DeriveError(Problem(None, f"{name} is no output that moves with {wrt.name}", mend))
        return network.tensors[name]
    read = [t for met in known if met.tensor.key == network.cost for t in met.reads if t in moves and t != wrt]
    if len(dict.fromkeys(read)) != 1:
        told = ", ".join(dict.fromkeys(t.name for t in read)) or "nothing else"
        mend = f"say which output is meant: {wrt.name}:{read[0].name if read else 'y'}"
        raise DeriveError(Problem(None, f"{network.cost} reads {told} of what moves with {wrt.name}", mend))
    return read[0]


def _named(derivation: Derivation, wrt: Tensor, several: bool) -> Tensor:
    """G, or G_w: a letter that means nothing yet."""
    network = derivation.network
    taken = {*network.tensors, *network.sizes, *network.letters, *network.functions}
    base = next((x for x in LETTERS if x not in taken), "GN")
    labels = (*wrt.labels, *(len(wrt.axes) + n for n in wrt.labels))
    return Tensor(f"{base}_{wrt.name}" if several else base, wrt.axes * 2, "hidden", labels=labels)


def _product(derivation: Derivation, slopes: Derivatives, bends: Derivatives, left: Entry) -> Line:
    """G_de = Σ_k Σ_l ∂y_k/∂w_d ∂²E/∂y_k∂y_l ∂y_l/∂w_e, and with these written out."""
    j, h = slopes.lines[-1].left.tensor, bends.lines[-1].left.tensor
    output = derivation.network.tensors[slopes.of]
    rank = len(left.slots) // 2
    first, second = _letters(derivation, output, left)
    at, to = (tuple(x.slot for x in letters) for letters in (first, second))
    factors = (Entry(j, (*at, *left.slots[:rank])), Entry(h, (*at, *to)), Entry(j, (*to, *left.slots[rank:])))
    plain = tidied(apart(product(1, (*first, *second), factors)))
    done = {line.tensor: line for line in (slopes.lines[-1], bends.lines[-1])}
    full = tidied(rewrite(plain, lambda factor: written(factor, done)))
    steps: list[tuple[Rule, Expr]] = [("substituted", plain), ("closed", full)]
    return Line(left, tuple(Step(rule, expr) for rule, expr in steps)).with_vector(in_vectors)


def _letters(derivation: Derivation, output: Tensor, left: Entry) -> tuple[Sequence[Index], Sequence[Index]]:
    """Two letters for each axis of the output, unlike those of G's own position."""
    taken = {x.name for slot in left.slots for x in slot.letters()}
    letters = Letters(derivation.network)
    found: list[list[Index]] = []
    for _ in range(2):
        own: list[Index] = []
        for n, axis in enumerate(output.axes):
            name = next(x for x in letters.candidates(output, n) if x not in taken)
            taken.add(name)
            own.append(Index(name, axis))
        found.append(own)
    return found[0], found[1]


def _number_first(expr: Expr) -> Expr:
    """−2 h (1 − h²) for 2 h (h² − 1)."""
    return Expr(tuple(_turned(term) for term in expr.terms))


def _turned(term: Term) -> Term:
    for n, factor in enumerate(term.factors):
        if is_parenthesis(factor) and len(factor.base.terms) == 2 and factor.base.terms[1] == Term(-1):
            turned = Power(Expr((Term(), negative(factor.base).terms[0])))
            return Term(-term.coefficient, term.bound, (*term.factors[:n], turned, *term.factors[n + 1 :]))
    return term


def _whole(own: Line, result: Line) -> Line:
    """∂²E/∂w∂wᵀ = G + what it leaves out."""
    mine, left_out = own.steps[-1].right, scale(-1, result.steps[-1].right)
    forms = [tidied(add(expanded(mine), expanded(left_out))), tidied(add(mine, left_out))]
    right = add(of(result.left), _number_first(min(forms, key=length)))
    line = Line(own.left, (Step("substituted", right),), place=own.place)
    return line.with_vector(in_vectors)
