"""A problem file with its equations as they were read from LaTeX: a file that can be copied and changed."""

from __future__ import annotations

import re
from textwrap import wrap

from derive.declare.keys import LATEX
from derive.declare.network import Network
from derive.errors import DeriveError, Problem

TOP = re.compile(r"[^\s#\-\]})]")
"""How a line begins that holds a key of the file itself."""


def equations(network: Network) -> str:
    """The equations, one a line; raises DeriveError where none were in LaTeX."""
    if not network.reading:
        raise DeriveError(Problem(None, f"the file has no `{LATEX}`", "its equations are in this language already"))
    return "".join(f"{line}\n" for line in network.reading)


def rewritten(network: Network, file: str, beside: bool = False) -> str:
    """The file's text with `equations` for `equations_latex`, and with `print` for the names that LaTeX gave.

    beside: with the LaTeX of each equation as a comment above it, and below what was taken for granted.
    """
    lines = _beside(network) if beside else equations(network).splitlines()
    block = "equations: |\n" + "".join(f"  {line}\n" for line in lines)
    lines = network.source.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    kept = [line for part in _parts(lines, LATEX) for line in (part if isinstance(part, list) else [block])]
    if not network.printed:
        return "".join(kept)
    names = "".join(f"  {name}: {_quoted(tex)}\n" for name, tex in network.printed.items())
    parts = _parts("".join(kept).splitlines(keepends=True), "print")
    text = "".join("".join(part) if isinstance(part, list) else f"print:\n{names}" for part in parts)
    return text if "print" in parts else f"{text}print:\n{names}"


def _beside(network: Network) -> list[str]:
    """Each equation below the LaTeX that it was read from."""
    found: list[str] = []
    before = ""
    for line, tex in zip(equations(network).splitlines(), network.read_from, strict=True):
        found += _comment(tex) if tex != before else []
        found.append(line)
        before = tex
    return found + [line for note in network.notes for line in _comment(note)]


def _comment(words: str) -> list[str]:
    """Comments that stay within 80 columns."""
    return [f"# {line}" for line in wrap(" ".join(words.split()), 76, break_long_words=False, break_on_hyphens=False)]


def _parts(lines: list[str], key: str) -> list[list[str] | str]:
    """The lines before a key, the key in the place of its own lines, the lines after it."""
    start = next((n for n, line in enumerate(lines) if re.match(rf"[\"']?{key}[\"']?\s*:", line)), None)
    if start is None:
        return [lines]
    end = start + 1
    while end < len(lines) and not TOP.match(lines[end]):
        end += 1
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return [lines[:start], key, lines[end:]]


def _quoted(tex: str) -> str:
    return "'" + tex.replace("'", "''") + "'"
