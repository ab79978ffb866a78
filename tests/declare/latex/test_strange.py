"""Blocks of LaTeX with pieces cut out, doubled and exchanged: a network or clear messages, never a traceback."""

from __future__ import annotations

import re
from random import Random

import pytest

from derive.declare.load import parse_problem
from derive.errors import DeriveError
from tests.declare.latex.papers import PAPERS
from tests.declare.latex.test_papers import PROBLEMS

PIECE = re.compile(r"\\[A-Za-z]+|\\.|[A-Za-z]|\d+|\s+|.", re.DOTALL)
SPELLED = (
    r"\ { } ^ _ $ & \\ ' \frac \sum \left( \right) \begin{align} \end{align} \mathbf ^{T} _{ij} = \cdot \odot | \| [ ]"
    r" \hat \text{for} \quad , . \tanh é ∑ \{ \dots \top 0 \otimes \max \mathbb{E} \nabla \mathbf{1} % ~"
)
STRANGE = SPELLED.split()


def mutated(block: str, random: Random) -> str:
    pieces = PIECE.findall(block)
    for _ in range(random.randint(1, 3)):
        n, m = random.randrange(len(pieces)), random.randrange(len(pieces))
        kind = random.randrange(4)
        if kind == 0:
            del pieces[n]
        elif kind == 1:
            pieces[n:n] = [random.choice(STRANGE)]
        elif kind == 2:
            pieces[n:n] = [pieces[m]]
        else:
            pieces[n], pieces[m] = pieces[m], pieces[n]
    return "".join(pieces)


def tried(name: str, random: Random) -> bool:
    """Whether a mutated block is read; raises what is no message of ours."""
    text = (PROBLEMS / f"{name}.yaml").read_text(encoding="utf-8")
    start = text.index("equations: |")
    rest = text[start:].splitlines(keepends=True)[1:]
    after = "".join(rest[next((n for n, line in enumerate(rest) if line[:1].strip()), len(rest)) :])
    block = mutated(PAPERS[name][1].strip(), random)
    lines = "".join(f"  {line}\n" for line in block.splitlines())
    try:
        parse_problem(f"{text[:start]}equations_latex: |\n{lines}{after}", "p.yaml")
    except DeriveError as error:
        assert error.problems and all(problem.what for problem in error.problems)
        return False
    return True


@pytest.mark.parametrize("name", PAPERS)
def test_strange_blocks(name: str) -> None:
    for seed in range(8):
        tried(name, Random(seed))


if __name__ == "__main__":
    import sys
    import traceback

    read = 0
    for seed in range(int(sys.argv[1]), int(sys.argv[2])):
        random = Random(seed)
        name = random.choice(list(PAPERS))
        try:
            read += tried(name, random)
        except Exception:
            print(seed, name)
            traceback.print_exc(limit=-4)
    print(read, "read")
