"""Mutated problem files: whatever stands in one, there comes a derivation or a DeriveError, soon.

    python -m tests.fuzz_problems 20000 --seed 1

Each finding (another exception, a failed check, more than LIMIT seconds) is kept as a file, and its number gives it
again: `--only 1234` runs that one alone.
"""

from __future__ import annotations

import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

import derive
from derive.api import CheckFailed
from derive.errors import DeriveError
from tests.problem_files import FILES

LIMIT = 5.0
"""Seconds for one file."""

MEMORY = 2 << 30
"""Bytes for the whole run."""

HEAD = """version: 1
sizes: {N: inputs, K: units}
indices: {i: N, j: K}
inputs: {x: [N], c: [], X: [K, N]}
parameters: {W: [K, N], b: [K], v: [N], Q: [N, N]}
constants: {lam: []}
classes: {t: N, tok: {axes: [K], among: N}}
functions: {phi: abstract, f: whole, g: family over N}
equations: |
"""

FORMULAS = """z = W @ x + b
z[j] = sum(i, W[j,i]*x[i]) + b[j]
z = phi(W @ x)
z = W.T @ b - x
z = Q @ Q.T @ x
z = softmax(x)
z[k,l] = softmax(l, Q[k,l])
z = logsumexp(x) + f(v)
z = g(c)
z[i] = x[i+1] - x[i]
z[i] = x[N+1-i]
z[i] = Q[i,i]*v[i]
z = Q[t,t] + x[1]
z[k] = X[k,tok[k]]
z = W @ e(t)
z = where(x > 0, x, c*v)
z[i] = [i <= 3]*x[i] + [i != 2]*v[i]
z = max(x, max(v, 0))
z = clip(x, -1, 1)
z = x**c + 2**x + x**-2 + x**0.5
z = 1/(1 + exp(-x))
z = norm(x - v)**2/2 + norm(v, 3)
z = trace(Q @ Q) + dot(x, v) + lam*sum(W**2)
z = outer(x, b)
z = concatenate(x, b)
z = diag(x) @ diagonal(Q)
z = mean(x) + mean(j, W) @ v
z = cross_entropy(softmax(x), t)
z = softmax_cross_entropy(X, tok)
z = 0*x + x - x + x/x
z = relu(W @ x) + gelu(b) + silu(b)
z = sqrt(x**2 + 1)*log(x)*abs(x)*sign(v)
z = 3
z = tanh(tanh(c)) - (-(-c))
z = x @ x.T @ v""".splitlines()

_WORDS = """x z W b c v Q X N K i j t tok e f g phi sum mean softmax logsumexp norm dot where max tanh exp log relu ones
diag trace outer concatenate cross T for if None lambda import __import__ _ __ W_1 W12 z_prime x1y2 x_bar E pi nan inf
sizes indices inputs parameters constants classes functions equations cost want hidden values print closed_form notes
version title abstract whole axes among 0 1 2 3 -1 0.5 1e3 1e999 99999999999999999999 N+1 2*N N-1 N*K 9**9**9 ( ) [ ]
{ } , : ; @ + - * / ** = == != < <= > >= . .T ' " | > & * ! % # ~ null yes no - --- ... ? !!python/object:os.system
&a *a True \\"""
WORDS = _WORDS.split()
KEYS = (
    "sizes",
    "indices",
    "inputs",
    "parameters",
    "constants",
    "classes",
    "functions",
    "cost",
    "want",
    "values",
    "print",
)

STRANGE = (
    "\u202e\u2066\u200b\u0301\ufeff\u00a0\u2028\u0085\x00\x01\x1b\x7f\ud7ff\ue000\U0001f600σ∂Ωßıİﬁ١²½אב日本\r\n\t '\"\\"
)

Change = Callable[[random.Random, str], str]


def _at(rng: random.Random, text: str) -> int:
    return rng.randrange(len(text) + 1)


def _lines(rng: random.Random, text: str, change: Callable[[list[str], int], None]) -> str:
    lines = text.split("\n")
    change(lines, rng.randrange(len(lines)))
    return "\n".join(lines)


def _remove_line(rng: random.Random, text: str) -> str:
    return _lines(rng, text, lambda lines, n: lines.__delitem__(n))


def _repeat_line(rng: random.Random, text: str) -> str:
    return _lines(rng, text, lambda lines, n: lines.insert(rng.randrange(len(lines) + 1), lines[n]))


def _indent_line(rng: random.Random, text: str) -> str:
    return _lines(rng, text, lambda lines, n: lines.__setitem__(n, " " * rng.randrange(5) + lines[n].lstrip()))


def _swap_tokens(rng: random.Random, text: str) -> str:
    found = list(re.finditer(r"\w+|[^\w\s]+", text))
    if len(found) < 2:
        return text
    a, b = sorted(rng.sample(found, 2), key=lambda m: m.start())
    return text[: a.start()] + b.group() + text[a.end() : b.start()] + a.group() + text[b.end() :]


def _replace_token(rng: random.Random, text: str) -> str:
    found = list(re.finditer(r"\w+|[^\w\s]+", text))
    if not found:
        return text
    one = rng.choice(found)
    return text[: one.start()] + rng.choice(WORDS) + text[one.end() :]


def _rename(rng: random.Random, text: str) -> str:
    """One name everywhere: a keyword, a function, a letter, a size, a very long one."""
    names = sorted(set(re.findall(r"[A-Za-z_]\w*", text)))
    new = rng.choice([*WORDS, "a" * rng.randrange(1, 3000), f"h{rng.randrange(10**6)}", "h" + "_1" * rng.randrange(9)])
    return re.sub(rf"\b{re.escape(rng.choice(names))}\b", lambda _: new, text) if names else text


def _insert_word(rng: random.Random, text: str) -> str:
    at = _at(rng, text)
    return text[:at] + rng.choice(("", " ")) + rng.choice(WORDS) + rng.choice(("", " ")) + text[at:]


def _insert_strange(rng: random.Random, text: str) -> str:
    at = _at(rng, text)
    return text[:at] + rng.choice(STRANGE) * rng.choice((1, 1, 1, 100)) + text[at:]


def _cut(rng: random.Random, text: str) -> str:
    begin, end = sorted((_at(rng, text), _at(rng, text)))
    return text[:begin] + text[end:] if rng.random() < 0.3 else text[:begin] + text[begin + rng.randrange(6) :]


def _flip(rng: random.Random, text: str) -> str:
    if not text:
        return text
    at = rng.randrange(len(text))
    return text[:at] + chr(ord(text[at]) ^ (1 << rng.randrange(8))) + text[at + 1 :]


def _number(rng: random.Random, text: str) -> str:
    found = list(re.finditer(r"\d+", text))
    if not found:
        return text
    one = rng.choice(found)
    new = rng.choice(["0", "-1", "1e400", "0.1", str(2**64), "9" * rng.randrange(1, 60), "1e-300", ".5"])
    return text[: one.start()] + new + text[one.end() :]


def _nest(rng: random.Random, text: str) -> str:
    """Brackets around a part, now and then thousands of them."""
    begin, end = sorted((_at(rng, text), _at(rng, text)))
    many = rng.choice((1, 2, 30, 41, 5000))
    opened, closed = rng.choice(("()", "[]", "{}", ("tanh(", ")"), ("-(", ")**2"), ("{a: ", "}")))
    return text[:begin] + opened * many + text[begin:end] + closed * many + text[end:]


def _formula(rng: random.Random, text: str) -> str:
    """A line of formula text, after the other equations or instead of everything."""
    words = [rng.choice(WORDS) for _ in range(rng.randrange(1, 12))]
    return text.rstrip("\n") + f"\n  y{rng.randrange(9)} = {rng.choice(('', ' ')).join(words)}\n"


def _yaml(rng: random.Random, text: str) -> str:
    """A random value under a random key."""
    key, value = rng.choice(KEYS), _value(rng, 4)
    kept = re.sub(rf"(?m)^{key}:.*\n", "", text) if rng.random() < 0.7 else text
    return f"{kept}{key}: {value}\n" if rng.random() < 0.5 else f"{key}: {value}\n{kept}"


def _value(rng: random.Random, depth: int) -> str:
    kind = rng.randrange(4 if depth else 1)
    if kind == 1:
        return "[" + ", ".join(_value(rng, depth - 1) for _ in range(rng.randrange(4))) + "]"
    if kind >= 2:
        return "{" + ", ".join(f"{rng.choice(WORDS)}: {_value(rng, depth - 1)}" for _ in range(rng.randrange(4))) + "}"
    return rng.choice(WORDS)


CHANGES: tuple[Change, ...] = (
    _remove_line, _repeat_line, _indent_line, _swap_tokens, _replace_token, _replace_token, _rename, _insert_word,
    _insert_strange, _cut, _flip, _number, _nest, _formula, _yaml,
)  # fmt: skip


def starts() -> list[str]:
    """The problem files of the project, the shorter ones, as they are."""
    return [path.read_text(encoding="utf-8") for path in FILES]


def problem(seed: int, number: int, whole: Sequence[str]) -> bytes:
    """The number-th file of a seed: a start of a few equations, and one to four changes."""
    rng = random.Random(f"{seed}/{number}")
    text = rng.choice(whole) if rng.random() < 0.15 else _start(rng)
    for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 4))):
        text = rng.choice(CHANGES)(rng, text)
    content = text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.1 and content:
        at = rng.randrange(len(content))
        content = content[:at] + bytes([rng.randrange(256)]) + content[at + 1 :]
    return content


def _start(rng: random.Random) -> str:
    lines = [line.replace("z", f"z{n}", 1) for n, line in enumerate(rng.sample(FORMULAS, rng.randrange(1, 4)))]
    extra = rng.choice(("", "", f"want: [{rng.choice(('x, W', 'v', 'z0', 'Q', 'lam'))}]\n"))
    reads = f"  y = {rng.choice(('z0*2', 'tanh(z0)', 'sum(z0**2)', 'z0 - c'))}\n"
    return HEAD + "".join(f"  {line}\n" for line in lines) + reads + extra


class TooLong(BaseException):
    """The time for one file is over; no `except Exception` swallows it."""


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def over(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def outcome(content: bytes, folder: Path, limit: float = LIMIT) -> tuple[str, str]:
    """("derived" | "refused" | "unchecked", ""), or the name of a finding and what happened."""
    file = folder / "problem.yaml"
    file.write_bytes(content)
    try:
        with _limited(limit):
            loaded = derive.load(file)
            found = loaded.derive() if loaded.declared.equations else loaded.answers()
            found.text(), found.latex(), found.to_dict()
            if loaded.declared.equations:
                found.numpy()
        return "derived", ""
    except DeriveError as error:
        return ("refused", "") if all(p.what for p in error.problems) else ("message", str(error))
    except CheckFailed as failed:
        if all("could not be checked" in str(failure) for failure in failed.report.failures):
            return "unchecked", ""
        return "CheckFailed", str(failed)
    except TooLong:
        return "too long", "".join(traceback.format_exc(limit=-6))
    except Exception as error:
        return type(error).__name__, "".join(traceback.format_exc(limit=-6))


@click.command()
@click.argument("count", type=int, default=20_000)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--only", type=int, help="Run this one alone.")
@click.option("--keep", type=click.Path(path_type=Path), default=None, help="Where findings are kept.")
def main(count: int, seed: int, only: int | None, keep: Path | None) -> None:
    """COUNT mutated problem files; exit status 1 if one gave a finding."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    whole, met, begun = starts(), Counter[str](), time.monotonic()
    kept = keep or Path(tempfile.mkdtemp(prefix="fuzz_problems."))
    kept.mkdir(parents=True, exist_ok=True)
    findings, slowest = 0, (0.0, 0)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count) if only is None else (only,):
            content, start = problem(seed, number, whole), time.monotonic()
            kind, detail = outcome(content, Path(folder))
            slowest = max(slowest, (time.monotonic() - start, number))
            met[kind] += 1
            if detail:
                findings += 1
                (kept / f"{number}.yaml").write_bytes(content)
                click.echo(f"\nfinding {number}: {kind}: {kept / f'{number}.yaml'}\n{detail}")
            if (number + 1) % 200 == 0:
                seconds = time.monotonic() - begun
                click.echo(f"\r{number + 1} of {count}, {seconds:.0f} s: {dict(met)}", err=True, nl=False)
    click.echo(f"\n{sum(met.values())} files, {findings} findings; the slowest took {slowest[0]:.1f} s ({slowest[1]})")
    click.echo(", ".join(f"{n} {kind}" for kind, n in met.most_common()))
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
