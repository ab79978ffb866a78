"""Strange answers for `tests.fuzz_answers`: mutated lines of documents and our own, texts made to break a reader.

The n-th answer of a seed is the same everywhere. An answer in which an unknown command was planted says so.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import derive
from derive.syntax.extract import formulas
from tests.problem_files import NETWORKS

FOLDER = Path(__file__).parent
PROBLEMS = NETWORKS
DOCUMENTS = tuple(sorted((FOLDER / "documents").glob("*.txt")))
TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|\w|\s+|.", re.DOTALL)

_WORDS = r"""x y z h r w v b c s t p u W V X K N L J E T \bar{x} \bar y \delta \delta_{ij} \sigma \phi \phi' \sigma'(z)
e_t 1 0 -1 0.5 \mathbf{1} I 2 1e400 9999999999 1.0e308 10^{10^{10}} 2^{2^{2^{2^2}}} 9^{9^{9^{9}}} 0/0 \frac{0}{0}
\frac10
\log 0 \log(-1) \sqrt{-1} \exp(1000) \exp(\exp(\exp(9))) \infty -\infty \max(x) \min_i \tanh \exp \log \softmax
\operatorname{softmax} \mathrm{ReLU} \mathrm{diag}(x) \mathrm{tr}(W) \|x\|^2 |x| \lfloor x\rfloor (1 + 2) x^T W^\top
^T ^{-1} ^2 ^{10} ^{-0.5} ^{1000000} ^{x} ^{'} ' '' ''''' ^{(1)} ^{(l)} ^{(l-1)} _i _j _k _{ij} _{i,j} _{i+1} _{t-1}
_0 _{-1} _{99} _{9999999999} _{1e400} _{0.5} _{\frac12} _{i^2} _{W} _{x_i} _{x_{y_{z}}} _{:,b} _{:} _{1:} _{i,:}
\sum_i \sum_{i=1}^N \sum_{i=1}^{10^9} \sum_{i=1}^{9999999999} \sum_{i=1}^{1e400} \sum_{i=N}^1 \sum_{i=1}^{i}
\sum_{i,j} \sum_{i \ne j} \sum_{k<i} \sum_{k \in \{1,\dots,K\}} \sum_{t=1}^{10^{10^{10}}} \sum_{i=-10^8}^{0} \sum
\prod_{i=1}^N \prod_{l=1}^{10^{12}} \max_j \int \frac{\partial J}{\partial x} \partial x/\partial y \nabla_x J \nabla
\frac{\partial y_i}{\partial x_j} \frac{d y}{d x} dx \frac{x}{y} \frac{1}{x_i} \sqrt{x} \sqrt[0]{x} \sqrt[x]{2}
+ - = \cdot \circ \odot \times * / := \equiv \le < \ne \in \approx \to \pm & \\ , ; \quad \text{where} \therefore
( ) [ ] { } \{ \} | \| \left( \right) \left. \right| \begin{cases} \end{cases} \begin{pmatrix} \end{pmatrix}
\begin{aligned} \end{aligned} \begin{bmatrix}1&2\\3&4\end{bmatrix} \begin{cases}1&x>0\\0&\text{otherwise}\end{cases}
\begin{pmatrix}x_1\\\vdots\\x_N\end{pmatrix} [1,2,\dots,N] [x_i>0] [i=j] [k=t] I(i=j) \mathbb{1}[x>0] \dots \cdots
\label{a} \tag{1} \text{for } \text{} \mathbf{} \frac \sqrt \bar \hat{x} \tilde\nu \boldsymbol{\delta} ^ _ ^{} _{} {}
$ $$ \( \) \[ \] % # ` ``` ~ ! ? @ : . .. ... \ \, \! __import__('os').system('true') eval exec lambda open
\operatorname{__import__} \mathrm{os.system} \input{/etc/passwd} \write18{ls} \def\a{\a\a} \newcommand{\b}{\b} \foo
dx = np.exp(x) W.T @ x x[i] x[-1] x[10**10] f(x) = f(f(x)) i = j = k x = x x = 1 W = W^T \bar x = \bar x
i=1,\dots,10^9"""
WORDS = _WORDS.split()
STRANGE = (
    "\u202e\u2066\u200b\u0301\u0304\u20d7\ufeff\u00a0\u2028\u0085\x00\x01\x1b\x7f\ud7ff\ue000\U0001f600σ∂Ωßıİﬁ١²½₁ᵀ∑אב日本⊤′″∇×∘"
    + "\r\n\t '\"\\"
)
KNOWN = (
    "frac", "partial", "bar", "sum", "mathbf", "delta", "cdot", "operatorname", "overline", "sigma", "odot", "text",
)  # fmt: skip


@dataclass(frozen=True)
class Strange:
    """An answer to a problem; planted: an unknown command in it, which must be refused where it stands."""

    number: int
    kind: str
    problem: Path
    text: str
    suffix: str = ".tex"
    planted: str = ""
    hints: bool = False


# lines to begin with


@cache
def lines_of(problem: Path) -> tuple[str, ...]:
    """Our own lines, as LaTeX."""
    return tuple(f.source for f in formulas(derive.load(problem).derive(check=False).latex(), ".tex"))


@cache
def printed() -> tuple[str, ...]:
    """The formulas of the five documents."""
    texts = (path.read_text(encoding="utf-8") for path in DOCUMENTS)
    return tuple(f.source for text in texts for f in formulas(text, ".tex") if len(f.source) < 600)


# changes of a line


Change = Callable[[random.Random, list[str]], None]


def _delete(rng: random.Random, tokens: list[str]) -> None:
    at = rng.randrange(len(tokens))
    del tokens[at : at + rng.choice((1, 1, 1, 2, 5))]


def _double(rng: random.Random, tokens: list[str]) -> None:
    at = rng.randrange(len(tokens))
    tokens[at:at] = tokens[at : at + rng.choice((1, 1, 2, 6))] * rng.choice((1, 1, 1, 3, 40))


def _swap(rng: random.Random, tokens: list[str]) -> None:
    a, b = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    tokens[a], tokens[b] = tokens[b], tokens[a]


def _replace(rng: random.Random, tokens: list[str]) -> None:
    tokens[rng.randrange(len(tokens))] = f" {rng.choice(WORDS)} "


def _insert(rng: random.Random, tokens: list[str]) -> None:
    tokens.insert(rng.randrange(len(tokens) + 1), f" {rng.choice(WORDS)} ")


def _odd(rng: random.Random, tokens: list[str]) -> None:
    tokens.insert(rng.randrange(len(tokens) + 1), rng.choice(STRANGE) * rng.choice((1, 1, 1, 60)))


def _cut(rng: random.Random, tokens: list[str]) -> None:
    del tokens[rng.randrange(len(tokens)) :]


def _flip(rng: random.Random, tokens: list[str]) -> None:
    at = rng.randrange(len(tokens))
    one = tokens[at]
    if one:
        place = rng.randrange(len(one))
        tokens[at] = one[:place] + chr(ord(one[place]) ^ (1 << rng.randrange(7))) + one[place + 1 :]


def _wrap(rng: random.Random, tokens: list[str]) -> None:
    """A part of the line inside groups, now and then very many of them."""
    begin, end = sorted((rng.randrange(len(tokens) + 1), rng.randrange(len(tokens) + 1)))
    opened, closed = rng.choice(NESTS)
    many = rng.choice((1, 1, 2, 3, 30, 99))
    tokens[begin:end] = [opened * many, *tokens[begin:end], closed * (many - (rng.random() < 0.1))]


def _letter(rng: random.Random, tokens: list[str]) -> None:
    """One letter for another, everywhere."""
    letters = sorted({t for t in tokens if len(t) == 1 and t.isalpha()})
    if letters:
        old, new = rng.choice(letters), rng.choice([*letters, *"ijklmnqz"])
        tokens[:] = [new if t == old else t for t in tokens]


NESTS = (
    ("(", ")"), ("[", "]"), ("{", "}"), (r"\left(", r"\right)"), (r"\frac{", "}{2}"), (r"\frac{1}{1+", "}"),
    (r"\sqrt{", "}"), ("x^{", "}"), ("x_{", "}"), (r"\bar{", "}"), (r"\mathbf{", "}"), (r"\sum_i ", ""),
    (r"\sum_{i=1}^{", "} x_i"), ("x'", ""), (r"\begin{pmatrix}", r"\end{pmatrix}"), ("|", "|"), (r"\text{", "}"),
    (r"\begin{cases}", r"\end{cases}"), (r"\begin{aligned}", r"\end{aligned}"), ("-", ""), ("-(", ")"), ("f(", ")"),
    (r"\tanh(", ")"), (r"\boxed{", "}"), ("2^", ""), ("x^", ""), ("x_", ""), (r"\sqrt", ""), (r"\bar", ""), ("1+", ""),
    ("2/", ""), (r"\frac", ""), (r"\nabla_x", ""), (r"\partial", ""), (r"\log", ""), (r"\|", r"\|"), ("x\u0304", ""),
    (r"\exp", ""), (r"\max_i", ""), ("i,", ""), (r"\prod_{i=1}^2", ""), ("x=", ""), (r"\left", ""), (r"\begin{", "}"),
    (r"\underbrace{", "}_{a}"), (r"\stackrel{a}{", "}"), (r"\not", ""), (r"\frac{\partial ", r"}{\partial x}"),
)  # fmt: skip
CHANGES: tuple[Change, ...] = (
    _delete, _delete, _double, _swap, _swap, _replace, _replace, _replace, _insert, _insert, _odd, _cut, _flip, _wrap,
    _letter,
)  # fmt: skip


def _changed(rng: random.Random, line: str) -> str:
    tokens = TOKEN.findall(line)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3, 4, 8))):
        if tokens:
            rng.choice(CHANGES)(rng, tokens)
    return "".join(tokens)


# whole answers


def _lines(rng: random.Random, problem: Path, count: int) -> list[str]:
    own, theirs = lines_of(problem), printed()
    return [rng.choice(own if rng.random() < 0.7 else theirs) for _ in range(count)]


def _shown(rng: random.Random, lines: Sequence[str]) -> tuple[str, str]:
    """Lines as a text, with its suffix."""
    way = rng.randrange(8)
    if way == 0:
        rows = " \\\\\n".join(re.sub("=", "&=", line, count=1) for line in lines)
        return f"\\begin{{align*}}\n{rows}\n\\end{{align*}}\n", ".tex"
    if way == 1:
        return "".join(f"So ${line}$.\n" for line in lines), rng.choice((".tex", ".md"))
    if way == 2:
        return "```\n" + "\n".join(lines) + "\n```\n", ".md"
    if way == 3:
        return "\n".join(lines), ".txt"
    if way == 4:
        return "".join(f"\\[{line}\\]\n" for line in lines), ".tex"
    return "\n\n".join(f"$${line}$$" for line in lines), rng.choice((".tex", ".tex", ".md"))


def _mutated(rng: random.Random, problem: Path) -> tuple[str, str]:
    return _shown(rng, [_changed(rng, line) for line in _lines(rng, problem, rng.choice((1, 1, 2, 3)))])


def _random_text(rng: random.Random, problem: Path) -> tuple[str, str]:
    """Formulas of random words, also of the names that the problem has."""
    names = [token for line in _lines(rng, problem, 3) for token in TOKEN.findall(line)]
    lines = []
    for _ in range(rng.choice((1, 1, 2))):
        said = [rng.choice(names if rng.random() < 0.4 else WORDS) for _ in range(rng.randrange(1, 14))]
        lines.append(rng.choice(("", " ")).join(["x =" if rng.random() < 0.5 else "", *said]))
    return _shown(rng, lines)


def _value(rng: random.Random, depth: int, names: Sequence[str]) -> str:
    """A formula that can be read."""
    if depth == 0:
        return rng.choice([*names, "1", "2", "0", "i", "N", r"\delta_{ij}", r"\mathbf{1}", "10^{400}"])
    one, two = (_value(rng, depth - 1, names) for _ in range(2))
    return rng.choice(SHAPES).replace("#1", one).replace("#2", two)


SHAPES = (
    "#1 + #2", "#1 - #2", "#1 #2", r"#1 \cdot #2", r"#1 \circ #2", r"\frac{#1}{#2}", "(#1)(#2)", "(#1)^{#2}", "(#1)^T",
    r"\sum_i #1", r"\sum_{i=1}^N #1 #2", r"\sum_{i=1}^{10^7} #1", r"\sum_{i=#1}^{#2} i", r"\prod_i #1", r"\max_i #1",
    r"\sqrt{#1}", r"\sqrt[#1]{#2}", r"\exp(#1)", r"\log(#1)", r"\tanh(#1)", r"\operatorname{softmax}(#1)", "|#1|",
    r"\|#1\|", r"[#1 = #2]", r"\begin{cases} #1 & #2 > 0 \\ 0 & \text{otherwise} \end{cases}", "(#1)_i", "(#1)_{ij}",
    r"\begin{pmatrix} #1 & 0 \\ 0 & #2 \end{pmatrix}", r"\begin{pmatrix} #1 \\ #2 \end{pmatrix}", "(#1)_{#2}",
    r"\frac{\partial #1}{\partial #2}", r"\operatorname{diag}(#1) #2", r"\operatorname{tr}(#1 #2)", "-#1", "#1 / #2",
    r"#1 \otimes #2", r"[#1, #2]", r"\left. #1 \right|_{#2}", r"\nabla_{#2} #1", r"#1'", r"\bar{#1}", "#1^{-1}",
    r"\sum_{i \ne j} #1", r"\max(#1, #2)", r"\mathbb{1}[#1 > #2]", r"x_{#1}", r"W_{#1, #2}", r"f(#1)", "(#1, #2)",
    r"\sum_{k} #1 \sum_{k} #2", r"\operatorname{softmax}_{j \le i}(#1)", r"\log\sum_k e^{#1}", "#1^{(#2)}", "#1, #2",
    r"\sigma'(#1)", r"\phi(#1)", r"\mathrm{mean}(#1)", r"\begin{pmatrix} #1 \\ \vdots \\ #2 \end{pmatrix}", "{#1}_{#2}",
    r"\left( \frac{\partial #1}{\partial #2} \right)^T", r"#1 \dots #2", r"#1 + \dots + #2", r"[#1, \dots, #2]",
)  # fmt: skip


def _grown(rng: random.Random, problem: Path) -> tuple[str, str]:
    """Random formulas over the problem's own names, that can mostly be read."""
    names = sorted({part for line in _lines(rng, problem, 4) for part in re.split(r"\s*[-+=\\(){}]\s+|\s*=\s*", line)})
    names = [name for name in names if 0 < len(name) < 40]
    lines = []
    for _ in range(rng.choice((1, 1, 2))):
        left = rng.choice(names) if rng.random() < 0.8 and names else _value(rng, 1, names)
        lines.append(f"{left} = {_value(rng, rng.choice((1, 2, 2, 3)), names)}")
    return _shown(rng, lines)


def _nested(rng: random.Random, problem: Path) -> tuple[str, str]:
    opened, closed = rng.choice(NESTS)
    many = rng.choice((2, 30, 60, 97, 98, 99, 100, 101, 300, 1000, 3000, 100_000))
    shut = closed * rng.choice((many, many, many, many - 1, 0, many + 1))
    line = f"x = {opened * many} {rng.choice(('y', 'x', '1', '', 'W x'))} {shut}"
    return _shown(rng, [rng.choice((line, f"{opened * many}x{shut} = y"))])


def _huge(rng: random.Random, problem: Path) -> tuple[str, str]:
    line = rng.choice(_lines(rng, problem, 1))
    many = rng.choice((10, 300, 900, 3000, 20_000, 200_000))
    forms: tuple[Callable[[], str], ...] = (
        lambda: f"$${line + rng.choice((' + ', ' ', ' = ', ', ', chr(10))) * many}x$$",
        lambda: f"$${(line + ' + ') * many}x$$",
        lambda: f"$$x = {'x y ' * many}$$",
        lambda: f"$$x = {'1' * many}$$",
        lambda: f"$$x = 1{',000' * many}.{'0' * many}$$",
        lambda: f"$$x_{{{'i' * many}}} = 1$$",
        lambda: "$" * many + line,
        lambda: "$x=1$ " * many,
        lambda: "\\[ x = 1 \\]" * many,
        lambda: "\\begin{align} x &= 1 \\\\" * many,
        lambda: "\\begin{align}" + "x &= 1 \\\\ " * many + "\\end{align}",
        lambda: "```\n" * many,
        lambda: "`" * many + "x = 1" + "`" * many,
        lambda: "\\" * many + "$x = 1$",
        lambda: "%" * many + "\n$x = 1$",
        lambda: "x = " * many,
        lambda: "$x " + "=" * many + " 1$",
        lambda: f"$x = {' ' * many}1$ {' ' * many}",
        lambda: "\n" * many + "$x = 1$" + "\n" * many,
        lambda: "\\text{" * many + "$x = 1$" + "}" * many,
        lambda: "a " * many + f"$${line}$$" + " b" * many,
        lambda: f"$${line}$$\n" * min(many, 20_000),
    )
    return rng.choice(forms)(), rng.choice((".tex", ".md", ".txt"))


def _megabytes(rng: random.Random, problem: Path) -> tuple[str, str]:
    """A line of 10 MB."""
    unit = rng.choice(("x", "$", "(", "x = ", "\\frac", "{", "$x=1$ ", "\\", "a b ", "`", "\u0304", "= + ", "%", "&"))
    return unit * (10_000_000 // len(unit)), rng.choice((".tex", ".md", ".txt"))


LETTERS = "abcdfghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_GREEKS = r"\alpha \beta \gamma \epsilon \zeta \eta \theta \kappa \lambda \mu \nu \xi \rho \tau \chi \omega"
GREEKS = _GREEKS.split()


def _many_letters(rng: random.Random, problem: Path) -> tuple[str, str]:
    """Σ over as many letters as there are, each on an axis of the problem's own or up to a number."""
    count = rng.choice((3, 6, 9, 12, 20, 33, 40, 60))
    letters = [*LETTERS, *GREEKS][:count]
    found = re.findall(r"(?:\\\w+\{)?(\w)\}?(?:\^\{\(\w\)\})?_\{?\w", " ".join(lines_of(problem))) or ["x"]
    names = [rng.choice(found) for _ in letters]
    read = " ".join(f"{name}_{{{letter}}}" for name, letter in zip(names, letters, strict=True))
    end = rng.choice(("", "^N", "^3", "^{10}"))
    signs = [f"\\sum_{{{letter}=1}}{end} " if end else f"\\sum_{{{letter}}} " for letter in letters]
    body = rng.choice((
        "".join(signs) + read,
        f"\\sum_{{{','.join(letters)}}} {read}",
        read,
        "".join(f"{sign}{one} " for sign, one in zip(signs, read.split(" "), strict=True)),
        "".join(signs) + " ".join(f"\\delta_{{{letter} i}}" for letter in letters),
        "".join(signs) + "(" + " + ".join(letters) + ")",
    ))  # fmt: skip
    return f"$$x = {body}$$", ".tex"


def _matrix(rng: random.Random, problem: Path) -> tuple[str, str]:
    rows, columns = rng.choice(((1000, 1000), (1000, 1), (1, 1000), (60, 60), (3, 200), (0, 0), (2, 2)))
    cell = rng.choice(("1", "0", "x", "x_1", "x_i", r"\vdots", "", "a b", r"\frac12", r"\delta_{ij}"))
    kind = rng.choice(("pmatrix", "bmatrix", "cases", "array", "aligned", "smallmatrix"))
    body = " \\\\ ".join(" & ".join([cell] * columns) for _ in range(rows))
    return f"$$W = \\begin{{{kind}}} {body} \\end{{{kind}}}{rng.choice(('', '^T', ' x', '^{10}'))}$$", ".tex"


def _macros(rng: random.Random, problem: Path) -> tuple[str, str]:
    """Macros that write themselves out for ever, or grow."""
    n = rng.choice((2, 10, 30, 300, 3000))
    name = [f"\\m{chr(97 + k // 26 % 26)}{chr(97 + k % 26)}{'x' * (k // 676)}" for k in range(n + 1)]
    forms: tuple[Callable[[], str], ...] = (
        lambda: r"\def\a{\a\a}$x = \a$",
        lambda: r"\def\a{\b}\def\b{\a}$x = \a$",
        lambda: r"\def\a#1{\b{#1}{#1}}\newcommand{\b}[2]{\a{#1#2}}$x = \a{y}$",
        lambda: "".join(f"\\def{a}{{{b}{b}}}" for a, b in pairwise(name)) + f"$x = {name[0]}$",
        lambda: (
            "".join(f"\\newcommand{{{a}}}[1]{{{b}{{#1 #1}}}}" for a, b in pairwise(name))
            + f"\\def{name[-1]}#1{{#1}}$x = {name[0]}{{y}}$"
        ),
        lambda: r"\newcommand{\a}[9]{#9#9#9#9#9#9#9#9}$x = " + r"\a" * n + "y$",
        lambda: r"\def\frac{\sqrt}\def\sqrt{\frac}$x = \frac{1}{2}$",
        lambda: r"\newcommand{\bx}{\mathbf{x}}$\bar\bx = \bx" + r"\bx" * n + "$",
        lambda: r"\def\a{" + "x + " * n + r"}$x = \a\a\a\a x$",
        lambda: r"\def\a{}$x = \a" + rng.choice(("", "x", "^{2}")) + "$",
        lambda: r"\def\a{{}$x = \a$" + r"\newcommand{\c" * n,
        lambda: r"\DeclareMathOperator{\relu}{ReLU}$x = \relu(" + _changed(rng, lines_of(problem)[0]) + ")$",
    )
    return rng.choice(forms)(), ".tex"


def _document(rng: random.Random, problem: Path) -> tuple[str, str]:
    """A part of a document with some changes."""
    text = rng.choice(DOCUMENTS).read_text(encoding="utf-8")
    begin = rng.randrange(len(text))
    tokens = TOKEN.findall(text[begin : begin + rng.choice((300, 1000, 2500))])
    for _ in range(rng.randrange(6)):
        rng.choice(CHANGES)(rng, tokens)
    return "".join(tokens), rng.choice((".tex", ".tex", ".md", ".txt"))


def _ends(rng: random.Random, problem: Path) -> tuple[str, str]:
    """Line ends, marks at the beginning, and what a wrong encoding leaves."""
    text, suffix = _mutated(rng, problem)
    mark = rng.choice(("\ufeff", "", "\x00", "\ufffe"))
    text = mark + text.replace("\n", rng.choice(("\r\n", "\r", "\u2028", "\v", "\f", "\n\r")))
    if rng.random() < 0.3:
        text = text.encode("utf-8", "replace").decode(rng.choice(("latin-1", "cp1252", "utf-16-le")), "replace")
    if rng.random() < 0.1:
        text += "\udc80"
    return text, suffix


KINDS: Mapping[str, tuple[int, Callable[[random.Random, Path], tuple[str, str]]]] = {
    "mutated": (510, _mutated), "words": (130, _random_text), "grown": (170, _grown), "nested": (45, _nested),
    "huge": (20, _huge), "megabytes": (1, _megabytes), "letters": (20, _many_letters), "matrix": (8, _matrix),
    "macros": (20, _macros), "document": (6, _document), "ends": (30, _ends),
}  # fmt: skip
"""Each kind with how many of a thousand there are; the rest have an unknown command."""
PLANTED = 40
HINTED = 0.06
"""How often mends are looked for as well: they take most of the time."""


def answer(seed: int, number: int) -> Strange:
    """The number-th answer of a seed."""
    rng = random.Random(f"{seed}/{number}")
    problem = rng.choice(PROBLEMS)
    kind = rng.choices([*KINDS, "planted"], [*(weight for weight, _ in KINDS.values()), PLANTED])[0]
    if kind == "planted":
        text, command = _planted(rng, problem)
        return Strange(number, kind, problem, text, ".tex", command)
    text, suffix = KINDS[kind][1](rng, problem)
    return Strange(number, kind, problem, text, suffix, hints=rng.random() < HINTED)


def _planted(rng: random.Random, problem: Path) -> tuple[str, str]:
    """A line with an unknown command outside of every group: a known one with a slip, or one of nobody's."""
    known = rng.choice(KNOWN)
    at = rng.randrange(1, len(known))
    slip = known[:at] + rng.choice("qzjQ") + known[at:]
    command = "\\" + rng.choice((slip, slip, "frobnicate", "zzz", "mathbqq", "eval", "systemcall"))
    tokens, depth, places = TOKEN.findall(lines_of(problem)[0]), 0, [0]
    for n, token in enumerate(tokens):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth == 0 and token not in ("_", "^") and not token.startswith("\\"):
            places.append(n + 1)
    tokens.insert(rng.choice(places), f" {command} ")
    return f"$${''.join(tokens)}$$", command
