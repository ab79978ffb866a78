"""Habits from NumPy, PyTorch and paper, and how each is written here. Tables: adding a habit is adding a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

MODULES = frozenset({"np", "numpy", "jnp", "jax", "torch", "nn", "F", "tf", "math", "scipy", "sympy", "keras"})

NO_MODULES = "there are no module names here"

FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {
        "square": "write `x**2`",
        **dict.fromkeys(("power", "pow"), "write `x**p`"),
        "ln": "write log(x), which is the natural logarithm",
        "transpose": "write `W.T`",
        "mse": "write `mean((y - t)**2)`",
        **dict.fromkeys(("eigh", "eigsh"), "write lam = eigvalsh(A), and V = eigvecsh(A) for the eigenvectors"),
        "svd": "write s = svdvals(A), U = svd_u(A), V = svd_v(A)",
        **dict.fromkeys(("matmul", "mm"), "write `W @ x`"),
        **dict.fromkeys(("hadamard", "multiply", "mul"), "write `a * b`, which goes entry by entry"),
        **dict.fromkeys(("add", "subtract", "divide"), "write `a + b`, `a - b` or `a / b`"),
        "sgn": "write sign(x)",
        "sigma": "write sigmoid(x), or declare it: `functions: {sigma: abstract}`",
        "heaviside": "write step(x)",
        "logistic": "write sigmoid(x)",
        "maximum": "write max(a, b)",
        "minimum": "write min(a, b)",
        **dict.fromkeys(("average", "avg"), "write mean(x)"),
        **dict.fromkeys(("product", "cumprod"), "write prod(x), and prod(j <= i, x[j]) for a running one"),
        **dict.fromkeys(("crossentropy", "nll"), "write cross_entropy(p, t)"),
        **dict.fromkeys(("one_hot", "onehot"), "write e(t)"),
    }
)
"""Functions of other names, and how each is written."""

CHARACTERS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys("·⋅×", "write `@` for matrices and vectors, `*` entry by entry"),
        **dict.fromkeys("∘⊙", "write `*`, which goes entry by entry"),
        **dict.fromkeys("−–", "write `-`"),
        "÷": "write `/`",
        "½": "write 1/2",
        "¼": "write 1/4",
        "²": "write `**2`",
        "³": "write `**3`",
        **dict.fromkeys("ᵀ⊤", "the transpose is .T"),
        **dict.fromkeys("∑Σ", "write sum(i, ...)"),
        "√": "write sqrt(x)",
        "≤": "write `<=`",
        "≥": "write `>=`",
        "≠": "write `!=`",
    }
)
"""Characters of printed formulas, and how each is written."""

ALONG = frozenset(
    {"sum", "mean", "norm", "cumsum", "max", "min", "prod", "var", "std", "argmax", "argmin"}
    | {"softmax", "log_softmax", "logsumexp"}
)
"""What names its index first."""

KNOWN_AS: Mapping[str, str] = MappingProxyType({"pi": "the number π", "epsilon_": "the symbol ε_ijk"})


def reserved(name: str) -> str:
    """What is wrong with a quantity of a constant's name: it would have that constant's value."""
    return f"`{name}` is {KNOWN_AS.get(name, 'a known constant')}"


Word = tuple[str, str]
"""A token: its terminal and its text."""


def syntax(words: Sequence[Word], at: int, axes: Mapping[str, int]) -> tuple[int, str, str] | None:
    """A habit at the token that cannot stand where it does: the token it is about, what is wrong, its mend.

    axes: how many axes each declared quantity has.
    """
    first = _in_place(words, at) or _keyword(words, at) or _dotted_call(words, at) or _next_line(words, at)
    return first or _in_a_comprehension(words, at) or _beside_a_function(words, at) or _beside(words, at, axes)


def _next_line(words: Sequence[Word], at: int) -> tuple[int, str, str] | None:
    """y = tanh(x) z = y: two equations that YAML has put into one line."""
    if at < 3 or words[at][0] != "NAME" or [kind for kind, _ in words[at + 1 : at + 2]] != ["EQUAL"]:
        return None
    return at, f"`{words[at][1]} =` begins another equation", "a line each: put `|` behind `equations:`"


def _in_a_comprehension(words: Sequence[Word], at: int) -> tuple[int, str, str] | None:
    """sum(w[i]*x[i] for i in range(N))."""
    if words[at][1] != "for" or not any(text == "in" for _, text in words[at:]):
        return None
    letter = words[at + 1][1] if at + 1 < len(words) else "i"
    return at, "`for` in a sum", f"write sum({letter}, ...)"


def _beside_a_function(words: Sequence[Word], at: int) -> tuple[int, str, str] | None:
    """log softmax(z), sum_i w_i x_i."""
    from derive.operators.functions import TABLE

    kind, name = words[at - 1] if at else ("", "")
    if kind != "NAME" or words[at][0] not in ("NAME", "NUMBER"):
        return None
    sign, _, letters = name.partition("_")
    if sign in ALONG and letters:
        return at - 1, f"`{name}` is no sign of a sum here", f"write {sign}({letters[0]}, ...)"
    argument = f"{words[at][1]}(...)" if [k for k, _ in words[at + 1 : at + 2]] == ["LPAR"] else words[at][1]
    return (at, "an argument stands in parentheses", f"write {name}({argument})") if name in TABLE else None


def _in_place(words: Sequence[Word], at: int) -> tuple[int, str, str] | None:
    """z += b."""
    following = words[at + 1][0] if at + 1 < len(words) else ""
    if at != 1 or words[at][0] not in ("PLUS", "MINUS", "TIMES", "OVER") or following != "EQUAL":
        return None
    from derive.declare.notyet import refusal

    sign = words[at][1]
    what, _ = refusal(f"{sign}=") or ("", "")
    return at, what, f"one equation for each name: {words[0][1]} = ... {sign} {_rest(words, at)}"


def _rest(words: Sequence[Word], at: int) -> str:
    return words[at + 2][1] if len(words) == at + 3 else "(...)"


def _keyword(words: Sequence[Word], at: int) -> tuple[int, str, str] | None:
    """sum(x, axis=0)."""
    if words[at][0] != "EQUAL" or at < 2 or words[at - 1][0] != "NAME" or words[at - 2][0] not in ("COMMA", "LPAR"):
        return None
    depth = 0
    for n in range(at - 1, 0, -1):
        depth += (words[n][0] == "RPAR") - (words[n][0] == "LPAR")
        if depth < 0:
            if words[n - 1][0] != "NAME":
                return None
            name = words[n - 1][1]
            given = words[at - 1][1]
            mend = (
                f"name the index: {name}(i, ...)"
                if given in ("axis", "dim") and name in ALONG
                else "give the values alone, in order"
            )
            return at - 1, f"`{given}=`: no argument has a name", mend
    return None


def _dotted_call(words: Sequence[Word], at: int) -> tuple[int, str, str] | None:
    """np.tanh(x), x.sum()."""
    first = _chain(words, at)
    if words[at][0] != "LPAR" or first == at - 1 or words[at - 1][1] == "T":
        return None
    name, root = words[at - 1][1], words[first][1]
    if root in MODULES:
        return first, f"`{root}`: {NO_MODULES}", FUNCTIONS.get(name, f"write `{name}(...)`")
    return at - 1, f"`.{name}` has no meaning", FUNCTIONS.get(name, f"write `{name}({root})`")


def _chain(words: Sequence[Word], at: int) -> int:
    """Where the dotted name begins that ends before a token."""
    first = at - 1
    while first >= 2 and words[first][0] == "NAME" and words[first - 1][0] == "DOT" and words[first - 2][0] == "NAME":
        first -= 2
    return first


def _beside(words: Sequence[Word], at: int, axes: Mapping[str, int]) -> tuple[int, str, str] | None:
    """W x, W.T x."""
    first = _chain(words, at)
    if at < 3 or words[at][0] != "NAME" or words[first][0] != "NAME":
        return None
    left, right = words[first][1], words[at][1]
    if left not in axes or right not in axes or 2 not in (axes[left], axes[right]):
        return None
    written = "".join(text for _, text in words[first:at])
    return at, f"`{right}` cannot stand here", f"write `{written} @ {right}`"
