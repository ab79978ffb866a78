"""What the keys of a problem file are and hold, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LONGEST_NAME = 64
NAME = rf"^[A-Za-z][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}}$"
FUNCTION = r"^(abstract|whole|family over [A-Za-z0-9_]+( *[-+*] *[A-Za-z0-9_]+)*|slope 1 at 0|first)$"
KINKS: Mapping[str, tuple[str, ...]] = MappingProxyType({"slope 1 at 0": ("relu",), "first": ("max", "min")})
"""What a file may say of the kinks of known functions, and of which."""

QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "zeros": 'which bars are 0 for sure, given facts: {facts: ["pre[1] == -1"]}',
        "prove": 'whether a network with its numbers does what it should: {spec: "y == max(x)", over: reals}',
        "find": "weights for a specification and an architecture",
        "regions": "a network of half-planes for a polygon",
        "cost": "multiplications, additions and memory, and the best order",
        "counts": "units, weights and connections of layers: {layers: [...]}",
        "symmetry": "whether units that start equal stay equal",
        "bottleneck": "two linear layers against one",
        "stage": "a scalar formula in elementary steps: f = (x + y)*z, or {formula: ..., values: {x: 1}}",
        "explain": "why bars have the terms that they have: [x, W1]",
    }
)
"""What a file may ask under `questions`, and what it writes there."""

NETWORK = ("sizes", "equations")
"""The keys that a file must have unless it asks questions."""
LATEX = "equations_latex"
"""The key that may stand in the place of `equations`."""

SHAPES = "for each name its axes in brackets"
EXPECTED = {
    "version": "the number 1",
    "title": "words",
    "sizes": "for each size its meaning in words, a positive whole number, or a formula of others: {N: input units, "
    "K: 3, M: 2*N}",
    "indices": "for each letter the size that it runs to: {i: N, j: K}",
    "labels": "for each index that is a label, such as time, the size that it runs to: {t: T}; "
    "{t: {to: T, as: subscript}} shows it below",
    "inputs": f"{SHAPES}: {{x: [N], X: [M, N], b: [1, N] (a row), c: [] (a scalar)}}",
    "parameters": f"{SHAPES}: {{W: [K, N], b: [K]}}",
    "constants": f"{SHAPES}: {{lam: []}}",
    "hidden": f"{SHAPES}: {{h: [K], s: [0..T, K]}}; they are inferred where they are not given",
    "classes": "for each name how many classes there are: {t: K}, or {t: {axes: [N], among: K}} for one of each of N",
    "functions": "for each name what it is: abstract (entry by entry), whole (a number from a whole vector), "
    "family over N (g_1 to g_N), for relu alone: slope 1 at 0, for max and min: first (of equal entries)",
    "define": "for each sub-network its head and its equations: {block(x, W, b): text}; used by name: "
    "h1 = block(x, W1, b1)",
    "equations": "equations as a block of text, one a line, or a list of texts",
    "equations_latex": "instead of `equations`: the equations in LaTeX, as a paper prints them, one a line or in "
    "environments",
    "implicit": "for each quantity that a condition defines the condition, an equation: "
    "{y: y == tanh(W @ y + x)}, {w: A @ w == b}",
    "stationary": "for each quantity that makes a cost stationary the cost: {w: E}, or the words E in w",
    "facts": "what is known of the quantities, a list or a text: [A symmetric, sum(t) == 1, x > 0, y in (0, 1), "
    "mask in {0, 1}]; the properties are symmetric, definite, orthogonal, orthonormal (QᵀQ = I), diagonal, lower, "
    "upper, one_hot",
    "constrained": "which bars a parameter has that facts bind: entries (each entry by itself), along (also the "
    "derivative along the constraint, the default) or projected (also its projection)",
    "cost": "the name of one scalar quantity, or a list of several, each of which gets a backward pass: [E1, E2]",
    "want": "a list of the names whose bars are wanted: [x, W1]",
    "boundary": "zero (what lies outside is 0, the default) or cases (the ends of a recurrence are lines of their own)",
    "closed_form": "a list of the names whose bars are also shown with all intermediate bars put in: [x]",
    "fold": "a list of the names whose bars get no line of their own and are put into the others: [m, v, r]",
    "forward": "a list of the inputs or parameters that move, for the tangents of all that moves with them: [x]",
    "hvp": "a list of the inputs or parameters that move, for the product of the Hessian with their direction: [W]",
    "hessian": "a list of the inputs or parameters in which the Hessian is wanted, with its mixed blocks: [w, b]",
    "gauss_newton": "a list of the inputs or parameters in which JᵀHJ is wanted: [w]; {w: y} says of which output",
    "jacobian": "for each computed quantity the inputs or parameters in which its Jacobian is wanted: {y: [x]}",
    "over": "forward or reverse: whether `hvp` gives tangents of the bars or a second backward pass; else the shorter",
    "of": "of several costs, the one that `hvp`, `hessian` and `gauss_newton` are of; else the first: E2",
    "print": "for each name its LaTeX in 'single quotes': {E: '\\mathcal{E}'}",
    "notation": "for each other name that answers may use the quantity that it stands for: {L: J, '\\ell': J}",
    "values": "for each name its numbers: {x: [1, 2.5], W: [[1, 0], [0, 1]]}",
    "questions": "for each question its settings, or a list of settings to ask it several times: "
    f"the questions are {', '.join(QUESTIONS)}",
    "notes": "words, or a list of them",
}
"""For the schema's descriptions and for messages."""
