"""Every unusable input gets one DeriveError that says where, what and how to mend it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from derive.declare.build import build_network
from derive.declare.load import MOST, load, parse_problem
from derive.errors import DeriveError

HEAD = """version: 1
sizes: {N: inputs, K: units}
inputs: {x: [N], c: [], X: [N, K], u: [3]}
parameters: {W: [K, N], b: [K], row: [1, K]}
classes: {t: K, ts: {axes: [N], among: K}}
functions: {sigma: abstract, g: family over N}
equations: |
  """


def refusal(text: str) -> DeriveError:
    with pytest.raises(DeriveError) as caught:
        parse_problem(text, "p.yaml")
    assert caught.value.problems
    return caught.value


FORMULAS = {
    "shapes of a sum": ("z = W @ x + c * x", 12, "`W @ x` is a column of K, `c * x` is a column of N", "same axes"),
    "shapes of a product": ("z = W @ b", 4, "`W` is a K × N matrix, `b` is a column of K", "left one with .T"),
    "column beside matrix": ("z = X + x", 8, "`x` is a column of N", "to add it to every column"),
    "scalar and @": ("z = x @ c", 4, "@ does not join them", "*"),
    "unknown name": ("z = Wz @ x", 4, "`Wz` has neither a declaration nor an equation", "did you mean W"),
    "unknown function": ("z = sgima(x)", 4, "unknown function `sgima`", "did you mean sigma"),
    "import as a formula": ("z = __import__('os')", 15, "has no meaning in a formula", "text has no place"),
    "import as a function": ("z = __import__(c)", 4, "unknown function `__import__`", "no such function"),
    "import as a name": ("z = __import__", 4, "`__import__` has neither", "declare it"),
    "import on the left": ("__import__ = c", 0, "`__import__` is no name", "letter"),
    "power tower": ("z = 9**9**9", 4, "this power is too large", "exponents"),
    "power of a product": ("z = (9*c)**900", 4, "this power is too large", "bits"),
    "tower of names": ("z = " + "**".join("c" * 3000), 4, "a tower of 3000 powers", "at most 8"),
    "far number": ("z = 1e999999999", 4, "out of reach", "2 digits"),
    "long number": ("z = " + "7" * 50, 4, "more than 40 characters", "values"),
    "long formula": ("z = " + "c+" * 50_000 + "c", 0, "100,005 characters, more than 20,000", "names of their own"),
    "deep brackets": ("z = " + "(" * 10_000 + "c" + ")" * 10_000, 0, "20,005 characters", "names"),
    "brackets too deep": ("z = " + "(" * 50 + "c" + ")" * 50, 44, "nest deeper than 40", "names"),
    "unclosed": ("z = sigma((c)", 9, "never closed", "close it"),
    "closes nothing": ("z = c)", 5, "closes nothing", "remove"),
    "two values": ("z = 3 c", 6, "`c` cannot stand here", "`*`"),
    "two lines in one": ("y = c z = c", 6, "`z =` begins another equation", "`|` behind"),
    "comprehension": ("z = sum(x[i] for i in range(N))", 13, "`for` in a sum", "sum(i, ...)"),
    "function and no parentheses": ("z = -log tanh(c)", 9, "an argument stands in parentheses", "log(tanh(...))"),
    "sum with a subscript": ("z = sum_i x", 4, "`sum_i` is no sign", "sum(i, ...)"),
    "early end": ("z = c +", 6, "ends too early", "( )"),
    "no equation": ("c", 0, "ends too early", "name = formula"),
    "twice equal": ("z = c = c", 6, "`=` cannot stand here", "one `=`"),
    "comparison": ("z = c < 3", 6, "`<` cannot stand here", "brackets"),
    "caret": ("z = c^2", 5, "`^` has no meaning", "`**`"),
    "greek": ("z = σ(x)", 4, "`σ` has no meaning", "sigma"),
    "class as a number": ("z = t + c", 4, "`t` is a class", "e(t)"),
    "class over another axis": ("z = x[t]", 6, "`t` runs to K, and the 1st axis of `x` is N", "declare"),
    "index over two axes": ("z[i] = sum(j, W[i,j]*x[i])", 23, "`i` runs to K, and the 1st axis of `x`", "exchange"),
    "unbound index": ("z[i] = W[i,j]", 11, "the index `j` is not bound", "sum(j"),
    "range unknown": ("z[i] = c", 2, "the range of the index `i` cannot be inferred", "indices"),
    "number of slots": ("z = X[1,2,1]", 4, "`X` has 2 axes, and 3 in `X[1,2,1]`", "give 2"),
    "outside": ("z = u[4]", 6, "position 4 is outside the 1st axis of `u`, which is 3", "from 1"),
    "position zero": ("z = x[0]", 6, "position 0 is outside", "from 1"),
    "fraction as a slot": ("z = x[1/2]", 6, "1/2 = 0.5", "floor"),
    "attribute": ("z = x.foo", 6, "`.foo` has no meaning", ".T"),
    "left slot": ("z[2*i] = u[i]", 2, "`2*i` on the left", "its index stands there alone"),
    "two letters in a left slot": ("z[i+j] = u[i]", 2, "`i+j` on the left", "one index in each slot"),
    "range of no index": ("z[i] = u[i] for j = 1..3", 16, "`j` is no index of the left side", "z[j]"),
    "empty range": ("z[i] = u[i] for i = 3..2", 16, "`i = 3..2` is empty", "upwards"),
    "left slots twice": ("z[i,i] = X[i,i]", 4, "`i` on the left", "index of its own"),
    "arguments": ("z = norm(x, 2, 3)", 4, "`norm` has 3 arguments", "norm(x, p)"),
    "arguments of a row": ("z = tanh(x, x)", 4, "takes 1 argument, not 2", ""),
    "softmax of a matrix": ("z = softmax(X)", 4, "over which axis", "softmax(k, X)"),
    "trace": ("z = trace(X)", 4, "the diagonal of an N × K matrix", "square"),
    "cross": ("z = cross(x, u)", 4, "cross of a column of N", "[3]"),
    "one-hot of no class": ("z = e(x)", 6, "`x` is no class", "classes"),
    "division by zero": ("z = c / 0", 8, "division by zero", ""),
    "quantity as an index": ("z = sum(x, x)", 8, "`x` is a quantity", "another letter"),
    "condition": ("z = where(c, c, c)", 10, "`c` is no condition", "comparison"),
    "defined and declared": ("x = c", 0, "`x` is declared, and has an equation too", "one of the two"),
    "bar's name": ("x_bar = c", 0, "`x_bar` is the name of the bar of `x`", "another name"),
    "outside of a logarithm": ("z[i] = x[i]*log(x[i+1])", 12, "may read `x` outside its axis of N", "stop where"),
    "outside of a reciprocal": ("z[i] = x[i]/x[i+1]", 12, "may read `x` outside its axis of N", "stop where"),
    "outside of a root": ("z[i] = x[i]*x[i+1]**0.5", 12, "may read `x` outside its axis of N", "stop where"),
    "comparison as a value": ("z = sum(x == 0)", 8, "`x == 0` is a comparison, not a value", "[x == 0]"),
    "comparison in a function": ("z = tanh(c > 0)", 9, "is a comparison, not a value", "[c > 0]"),
    "far product": ("z = 1e99*c*1e99*c*1e99", 4, "the numbers in this product are too large", "bits"),
    "power of a power": ("z = (c**900)**900", 4, "this power is too large", "exponents"),
    "long name": ("z = " + "c" * 100, 4, "more than 64 characters", "shorter"),
    "remainder": ("z = c % 2", 6, "`%` has no meaning", "no remainder"),
    "number on the left": ("3 = c", 0, "`3` cannot stand here", "`name = formula`"),
    "added in place": ("z += c", 2, "`+=` is not done (updates in place", "z = ... + c"),
    "max of three": ("z = max(c, c, c)", 4, "`max` has 3 arguments", "max(a, max(b, c))"),
    "argument missing": ("z = prelu(c)", 4, "takes 2 arguments, not 1", "write prelu(a, b)"),
    "reads itself": ("h = sigma(h)", 0, "`h` reads itself", "rename"),
    "matrix * vector": ("z = W * x + b", 8, "`W` is a K × N matrix, `x` is a column", "vector write `W @ x`"),
    "product * vector": ("z = c*W.T * b", 12, "`c*W.T` is an N × K matrix", "vector write `c*W.T @ b`"),
    "matrix * matrix": ("z = X * W", 8, "`X` is an N × K matrix, `W` is", "matrices write `X @ W`"),
    "matrix * sum": ("z = W * (x + x)", 9, "`x + x` is a column of N", "write `W @ (x + x)`"),
    "row * column": ("z = x.T * x", 10, "`x.T` is a row of N", "write `x.T @ x`"),
    "module": ("z = np.tanh(W @ x)", 4, "`np`: there are no module names", "write `tanh(...)`"),
    "module in module": ("z = c + torch.nn.functional.relu(x)", 8, "`torch`: there are no module", "`relu(...)`"),
    "module's other name": ("z = np.square(x)", 4, "`np`: there are no module names", "write `x**2`"),
    "module's number": ("z = np.pi * c", 4, "`np`: there are no module names", "`pi`"),
    "method": ("z = x.sum()", 6, "`.sum` has no meaning", "write `sum(x)`"),
    "index second": ("z = softmax(X, n)", 15, "the index `n` stands second", "softmax(n, X)"),
    "index second of a sum": ("z = sum(W @ x, k)", 15, "the index `k` stands second", "sum(k, W @ x)"),
    "bound index second": ("z[k] = mean(X[k,i], i)", 20, "the index `i` stands second", "mean(i, X[k,i])"),
    "axis": ("z = sum(x, axis=0)", 11, "`axis=`: no argument has a name", "name the index: sum(i"),
    "dim": ("z = c*mean(abs(X), dim=0)", 19, "`dim=`: no argument has a name", "name the index: mean(i"),
    "keepdims": ("z = norm(x, keepdims=1)", 12, "`keepdims=`: no argument has a name", "in order"),
    "axis number": ("z = sum(X, 0)", 11, "`0` stands where a value should", "name the index: sum(i, X)"),
    "matrix beside vector": ("z = W x + b", 6, "`x` cannot stand here", "write `W @ x`"),
    "transpose beside vector": ("z = tanh(W.T b)", 13, "`b` cannot stand here", "write `W.T @ b`"),
    "scalar beside vector": ("z = c x", 6, "`x` cannot stand here", "write `*` between factors"),
    "added in place to": ("z *= c + 1", 2, "`*=` is not done (updates in place", "z = ... * (...)"),
    "twice transposed": ("z = ones(N) @ row.T", 4, "`row.T` is a column of K", "drop the .T: write `row`"),
    "row with two": ("z[k] = row[1,k]", 7, "`row` has 1 axis, and 2", "a row counts as one axis: row[k]"),
    "dot": ("z = W · x", 6, "`·` has no meaning", "`@`"),
    "times": ("z = x × x", 6, "`×` has no meaning", "`*`"),
    "half": ("z = ½*c", 4, "`½` has no meaning", "1/2"),
    "squared": ("z = c²", 5, "`²` has no meaning", "`**2`"),
    "transposed": ("z = Wᵀ @ b", 5, "`ᵀ` has no meaning", ".T"),
    "long minus": ("z = x − x", 6, "`−` has no meaning", "write `-`"),
    "pi": ("pi = c", 0, "`pi` is the number π", "choose another name"),
    "square": ("z = square(x)", 4, "unknown function `square`", "`x**2`"),
    "ln": ("z = ln(c)", 4, "unknown function `ln`", "log(x)"),
    "transpose": ("z = transpose(W)", 4, "unknown function `transpose`", "`W.T`"),
    "mse": ("z = MSE(x, x)", 4, "unknown function `MSE`", "`mean((y - t)**2)`"),
    "expm": ("z = expm(X) @ x", 4, "`expm` is not done", "the series"),
    "matmul": ("z = matmul(W, x)", 4, "unknown function `matmul`", "`W @ x`"),
    "hadamard": ("z = hadamard(x, x)", 4, "unknown function `hadamard`", "`a * b`"),
    "power": ("z = power(x, 2)", 4, "unknown function `power`", "`x**p`"),
    "sgn": ("z = sgn(x)", 4, "unknown function `sgn`", "sign(x)"),
    "heaviside": ("z = heaviside(x)", 4, "unknown function `heaviside`", "step(x)"),
    "logistic": ("z = logistic(x)", 4, "unknown function `logistic`", "sigmoid(x)"),
    "nll": ("z = nll(b, t)", 4, "unknown function `nll`", "cross_entropy(p, t)"),
    "onehot": ("z = onehot(t)", 4, "unknown function `onehot`", "e(t)"),
}


@pytest.mark.parametrize(("formula", "column", "what", "mend"), FORMULAS.values(), ids=FORMULAS)
def test_formula(formula: str, column: int, what: str, mend: str) -> None:
    error = refusal(HEAD + formula + "\n")
    first = error.problems[0]
    assert first.place is not None
    if "nest" not in what:
        assert (first.place.file, first.place.line, first.place.column) == ("p.yaml", 8, 3 + column)
    assert what in first.what
    assert mend in first.mend
    assert str(error).startswith("p.yaml:8:")


@pytest.mark.parametrize(
    ("formula", "second"),
    [
        ("z = W @ b", (4, 14)),
        ("z = X + W", (3, 25)),
        ("z = x[t]", (5, 11)),
        ("z[i] = sum(j, W[i,j]*x[i])", (8, 19)),
        ("x = c", (3, 10)),
        ("z = c\n  z = c + 1", (8, 3)),
        ("h = sigma(z)\n  z = W @ h", (9, 3)),
        ("z = sigma(x)\n  y = sigma(x, x)", (8, 7)),
        ("x_bar = c", (3, 10)),
    ],
)
def test_two_places(formula: str, second: tuple[int, int]) -> None:
    other = refusal(HEAD + formula + "\n").problems[0].other
    assert other is not None
    assert (other.line, other.column) == second
    assert f"p.yaml:{second[0]}:{second[1]}" in str(refusal(HEAD + formula + "\n"))


def test_the_other_place_says_what_is_there() -> None:
    assert "p.yaml:4:14: `W` is declared here" in str(refusal(HEAD + "z = W @ b\n"))
    assert "p.yaml:8:3: `z` has its equation here" in str(refusal(HEAD + "z = c\n  z = c + 1\n"))


def test_a_constant_has_no_bar_when_asked_for_in_python() -> None:
    from derive import Network

    network = Network(sizes={}, inputs={"x": []}, constants={"lam": []}, equations="y = lam*x")
    for asked in ({"wrt": ["lam"]}, {"closed_form": ["lam"]}):
        with pytest.raises(DeriveError, match="`lam` is a constant and has no bar"):
            network.derive(**asked)


def test_cycle_shows_its_path() -> None:
    error = refusal(HEAD + "a = h\n  h = z\n  z = y\n  y = h + c\n")
    assert [p.what for p in error.problems] == ["a cycle: h → z → y → h (each reads the next)"]


def test_independent_errors_are_reported_together_and_their_consequences_are_not() -> None:
    error = refusal(HEAD + "a = W @ b\n  d = a + qq\n  f = 3 3\n  h = f + 1\n  k = x @ 2\n")
    assert [(p.place.line, p.place.column) for p in error.problems if p.place] == [(8, 7), (9, 11), (10, 9), (12, 7)]


def test_many_errors_are_cut() -> None:
    error = refusal(HEAD + "\n  ".join(f"a{n} = q{n}" for n in range(400)) + "\n")
    assert len(error.problems) == MOST + 1
    assert "350 more" in error.problems[-1].what


def test_caret_stands_under_the_error() -> None:
    lines = str(refusal(HEAD + "z = W @ x + $\n")).splitlines()
    assert lines[1].index("$") == lines[2].index("^")
    long = str(refusal(HEAD + "z = " + "c + " * 200 + "$\n")).splitlines()
    assert long[1].index("$") == long[2].index("^")
    assert len(long[1]) < 120


YAML = {
    "empty": ("  \n", "the file is empty"),
    "list": ("- a\n- b\n", "p.yaml:1:1: the file holds a list"),
    "scalar": ("hello\n", "p.yaml:1:1: the file holds a single value"),
    "unclosed": ("version: 1\nsizes: {N: a\n", "p.yaml:3:1: this is not YAML"),
    "equations at the margin": (
        "equations: |\ny = tanh(x)\nz = y\n",
        "p.yaml:3:1: a line below `|` stands at the margin",
    ),
    "tab before an equation": ("a: |\n  z = c\n\ty = c\n", "p.yaml:3:1: a tab stands at the beginning of a line"),
    "tab": ("a:\n\t- b\n", "p.yaml:2:1: a tab stands at the beginning of a line"),
    "control character": ("a: \x01\n", "p.yaml:1:4: a character that YAML does not allow: U+0001"),
    "deep flow": ("a: " + "[" * 50_000, "nest deeper than"),
    "deep block": ("- " * 50_000, "nest deeper than"),
    "tag": ("version: !!python/object/apply:os.system ['ls']\n", "p.yaml:1:10: the tag tag:yaml.org"),
    "alias": ("a: &x [1]\nb: [*x, *x]\n", "p.yaml:2:5: the alias *x"),
    "alias bomb": (
        "a: &a [x]\n" + "".join(f"{k}: &{k} [{(f'*{j}, ' * 9)[:-2]}]\n" for j, k in pairwise("abcdefghi")),
        "p.yaml:2:8: the alias *a",
    ),
    "duplicate key": ("version: 1\nsizes: {}\nversion: 1\n", "p.yaml:3:1: the key `version` is given twice"),
    "duplicate name": ("sizes: {N: a, K: b, N: c}\n", "p.yaml:1:21: the key `N` is given twice"),
    "control character spelled": ('title: "a\\e[31m"\n', "p.yaml:1:8: this text holds U+001B"),
    "half a character": ('title: "\\ud800"\n', "p.yaml:1:8: this text holds U+D800"),
    "turned direction": ("title: a\u202eb\n", "p.yaml:1:8: this text holds U+202E"),
    "two documents": ("a: 1\n---\nb: 2\n", "a second document"),
    "list as a key": ("[a]: 1\n", "p.yaml:1:1: a key must be a name"),
}


@pytest.mark.parametrize(("text", "what"), YAML.values(), ids=YAML)
def test_yaml(text: str, what: str, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DeriveError) as caught:
        load(file)
    assert what in str(caught.value).replace(f"{tmp_path}/", "")


def test_files(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text("a: 1")
    (tmp_path / "binary").write_bytes(b"ab\0cd")
    (tmp_path / "latin").write_bytes("a: caf\xe9".encode("latin-1"))
    for name, what, mend in [
        ("nett.yaml", "there is no such file", "net.yaml"),
        ("", "this is a folder", "name a YAML file"),
        ("binary", "byte 3 is zero", "YAML text"),
        ("latin", "byte 7 is not UTF-8", "save the file as UTF-8"),
    ]:
        with pytest.raises(DeriveError) as caught:
            load(tmp_path / name)
        (problem,) = caught.value.problems
        assert what in problem.what
        assert mend in problem.mend


GOOD = {
    "version": "1", "sizes": "{N: a, K: b}", "inputs": "{x: [N]}", "parameters": "{W: [K, N]}",
    "equations": "['z = W @ x']",
}  # fmt: skip
KEYS = {
    "unknown key": ({"tile": "x"}, "unknown key `tile`", "did you mean title"),
    "version": ({"version": "2"}, "`version` is `2`", "the number 1"),
    "missing": ({"sizes": None}, "the key `sizes` is missing", "sizes: for each size"),
    "size": ({"sizes": "{N: 0, K: b}"}, "`sizes.N` is `0`", "positive"),
    "size as a list": ({"sizes": "{N: [1], K: b}"}, "`sizes.N` is a list", "positive"),
    "axes without brackets": ({"inputs": "{x: N}"}, "`inputs.x` is `N`", "in brackets: `x: [N]`"),
    "one for a scalar": ({"inputs": "{x: [N], c: 1}"}, "`inputs.c` is `1`", "a scalar is `c: []`"),
    "axes without brackets, two": ({"parameters": "{W: 'K, N'}"}, "`parameters.W` is `K, N`", "`W: [K, N]`"),
    "pi": ({"parameters": "{W: [K, N], pi: []}"}, "`pi` is the number π", "choose another name"),
    "pi as a size": ({"sizes": "{N: a, K: b, pi: c}"}, "`pi` is the number π", "choose another name"),
    "bar of a constant": (
        {"constants": "{lam: []}", "want": "[lam]"}, "`lam` is a constant and has no bar", "parameters or inputs"),
    "closed form of a constant": (
        {"constants": "{lam: []}", "closed_form": "[lam]"}, "`lam` is a constant and has no bar", "parameters"),
    "cost of no name": ({"cost": "L"}, "`L` is no quantity", "he quantities are x, W and z"),
    "cost of a near name": ({"cost": "Z"}, "`Z` is no quantity", "did you mean z? The quantities are x, W and z"),
    "want of no name": ({"want": "[c]"}, "`c` is no quantity", "he quantities are x, W and z"),
    "empty value": ({"title": ""}, "`title` is empty", "words"),
    "unknown size": ({"inputs": "{x: [M]}"}, "unknown size `M`", "the sizes are N and K"),
    "size formula": ({"inputs": "{x: [N +]}"}, "ends too early", ""),
    "negative size": ({"inputs": "{x: [1 - 2]}"}, "a size of -1", "positive"),
    "name": ({"inputs": "{x: [N], 2y: []}"}, "`2y` is no name", "a letter"),
    "greek name": ({"inputs": "{x: [N], σ: []}"}, "`σ` is no name", "write `sigma`"),
    "import as a name": ({"inputs": "{x: [N], __import__('os'): []}"}, "`__import__('os')` is no name", "a letter"),
    "declared twice": ({"constants": "{x: []}"}, "`x` is declared twice", "another name"),
    "function": ({"functions": "{f: abstrat}"}, "`functions.f` is `abstrat`", "did you mean abstract"),
    "known function": ({"functions": "{tanh: abstract}"}, "`tanh` is a known function", "another name"),
    "family": ({"functions": "{g: family over M}"}, "unknown size `M`", "the sizes are"),
    "slope": ({"functions": "{tanh: slope 1 at 0}"}, "is for relu alone", ""),
    "classes": ({"classes": "{t: {axes: [N]}}"}, "the key `among` is missing", "classes"),
    "classes key": ({"classes": "{t: {among: K, axs: [N]}}"}, "unknown key `axs`", "did you mean axes"),
    "unknown index size": ({"indices": "{i: Q}"}, "unknown size `Q`", "the sizes are"),
    "hidden without equation": ({"hidden": "{h: [K]}"}, "`h` has a shape under `hidden`, and no", "write an equation"),
    "hidden of another shape": ({"hidden": "{z: [N]}"}, "`z` is declared as a column of N, and its equation", "one"),
    "no equation": ({"equations": "''"}, "there is no equation", "z ="),
    "cost not scalar": ({"cost": "z"}, "the cost must be a scalar, and `z` has K entries", "sum(z)"),
    "cost unknown": ({"cost": "E"}, "`E` is no quantity", ""),
    "cost declared": ({"cost": "x"}, "the cost `x` is declared, not computed", "equation"),
    "want unknown": ({"want": "[ww]"}, "`ww` is no quantity", ""),
    "want a size": ({"want": "[N]"}, "`N` is a size", ""),
    "want a class": ({"want": "[t]", "classes": "{t: K}"}, "`t` is a class: it has no bar", "want"),
    "want as a word": ({"want": "x"}, "`want` is `x`", "a list"),
    "print": ({"print": "{zz: a}"}, "`zz` is printed, and nothing has this name", "did you mean z"),
    "values of another length": ({"values": "{x: [1, 2], W: [[1, 2, 3]]}"}, "`W` has 3 entries along N", "size"),
    "ragged values": ({"values": "{W: [[1, 2], [3]]}"}, "not as long as the first", "equally long"),
    "values of words": ({"values": "{x: [1, no]}"}, "this is no number", ""),
    "value of hidden": ({"values": "{z: [1]}"}, "`z` is computed", "inputs"),
    "class outside": ({"values": "{t: 3, W: [[1], [2]]}", "classes": "{t: K}"}, "the class 3 is not among 1 … 2", "1"),
    "size formula too deep": ({"inputs": "{x: [9**9**9]}"}, "`9**9**9` is no size", "2*N + 1"),
    "family over nothing": ({"functions": "{g: family over M}", "equations": "[z = g(x)]"}, "unknown size", ""),
    "family over two": ({"functions": "{g: family over N+}"}, "is `family over N+`", "family over N?"),
    "infinite value": ({"values": "{x: [1, 1e999]}"}, "this is no number", "finite"),
    "printed braces": ({"print": "{x: '}{'}"}, "the LaTeX of `x` has braces that do not match", "symbol"),
    "printed file": ({"print": "{x: '\\input{/etc/passwd}'}"}, "the LaTeX of `x` holds `\\input`", "symbol"),
    "printed comment": ({"print": "{x: 'a%'}"}, "the LaTeX of `x` holds `%`", "symbol"),
    "printed nothing": ({"print": "{x: ''}"}, "the LaTeX of `x` is empty", "symbol"),
    "bar's name": ({"constants": "{W_bar: []}"}, "`W_bar` is the name of the bar of `W`", "another name"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "what", "mend"), KEYS.values(), ids=KEYS)
def test_keys(change: dict[str, str | None], what: str, mend: str) -> None:
    changed = {**GOOD, **change}
    text = "".join(f"{key}: {value}\n" for key, value in changed.items() if value is not None)
    error = refusal(text)
    found = [p for p in error.problems if what in p.what]
    assert found, str(error)
    assert mend in found[0].mend
    assert found[0].place is not None
    assert found[0].place.line <= text.count("\n")


def test_a_word_stays_a_word() -> None:
    network = parse_problem("version: 1\nsizes: {no: off, N: yes}\ninputs: {y: [no]}\nequations: z = 2*y\n", "p")
    assert network.sizes["no"].words == "off"
    assert network.sizes["N"].words == "yes"


def test_places_in_other_scalars() -> None:
    for text, place in [
        ("equations: z = $\n", (4, 16)),
        ("equations: 'z = $'\n", (4, 17)),
        ("equations:\n  - z = c\n  - y = $\n", (6, 9)),
        ("equations: |2\n    z = $\n", (5, 9)),
        ("equations: |\n\n  # first\n\n  z = (c +\n    $)\n", (9, 5)),
    ]:
        (problem,) = refusal("version: 1\nsizes: {}\ninputs: {c: []}\n" + text).problems
        assert problem.place is not None
        assert (problem.place.line, problem.place.column) == place, text


def test_carriage_returns_and_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_bytes(("\ufeff" + HEAD + "z = $\n").replace("\n", "\r\n").encode())
    with pytest.raises(DeriveError) as caught:
        load(file)
    place = caught.value.problems[0].place
    assert place is not None
    assert (place.line, place.column) == (8, 7)


def test_python_input_is_refused_in_the_same_words() -> None:
    with pytest.raises(DeriveError, match=r"<python>:2:5: `q` has neither"):
        build_network(sizes={}, inputs={"c": []}, equations="z = c\ny = q")
    with pytest.raises(DeriveError, match="unknown size `M`"):
        build_network(sizes={"N": "a"}, inputs={"x": ["M"]}, equations="z = x")


def test_deepest_allowed_formula_stays_within_the_recursion_limit() -> None:
    inner = "c"
    for _ in range(19):
        inner = f"tanh(1 - 2*-c**(1 + {inner}))"
    network = parse_problem(HEAD + f"z = {inner}\n", "p")
    assert "z" in network.tensors


def test_a_letter_may_run_over_a_part_of_an_axis() -> None:
    network = build_network(
        sizes={"N": "n"}, indices={"i": "N-1"}, inputs={"x": ["N"]}, equations="y[i] = log(x[i+1]) - x[i]"
    )
    assert [str(axis.hi.constant) for axis in network.tensors["y"].axes] == ["-1"]


def test_a_concatenation_has_a_logarithm() -> None:
    network = build_network(
        sizes={"N": "n"}, inputs={"x": ["N"], "u": ["N"]}, equations="y = log(concatenate(x, u)) + 1/concatenate(u, x)"
    )
    assert "y" in network.tensors


def test_the_axis_of_a_square_matrix_must_be_named() -> None:
    (problem,) = refusal(HEAD + "Q = x @ x.T\n  z = softmax(i, Q)\n".replace("i, Q", "n, Q")).problems
    assert problem.place is not None and problem.place.line == 9


def test_a_long_cycle_is_cut() -> None:
    error = refusal(HEAD + "\n  ".join(f"h{n} = h{(n + 1) % 500}" for n in range(500)) + "\n")
    assert "h0 → h1 → " in str(error) and " … → h0" in str(error) and len(str(error)) < 1000


def test_many_slips_are_answered_soon() -> None:
    names = ", ".join(f"alpha_{n}: [N]" for n in range(2000))
    equations = "\n".join(f"  y{n} = alpah_{n}" for n in range(2000))
    error = refusal(f"version: 1\nsizes: {{N: n}}\ninputs: {{{names}}}\nequations: |\n{equations}\n")
    assert "did you mean alpha_0" in str(error) and "1950 more" in str(error)


def test_a_device_without_end_is_refused() -> None:
    with pytest.raises(DeriveError, match="larger than"):
        load("/dev/zero")
