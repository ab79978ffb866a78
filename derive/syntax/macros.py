"""A .tex file's own macros, written out: \\newcommand{\\bx}{\\mathbf{x}}, \\def\\W{…}, with arguments or without.

Only macros with arguments in braces are kept; one that writes itself out, or grows without end, is left as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

DEFINITION = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand)\*?\s*\{?\s*\\(?P<name>[A-Za-z]+)\s*\}?\s*(?:\[(?P<count>\d)\])?\s*(?=\{)"
    r"|\\[gex]?def\s*\\(?P<short>[A-Za-z]+)\s*(?P<slots>(?:#\d)*)\s*(?=\{)"
    r"|\\DeclareMathOperator\*?\s*\{\s*\\(?P<operator>[A-Za-z]+)\s*\}\s*(?=\{)"
)
BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
MOST = 200
"""Macros of a file, and rounds of writing out."""
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Macros:
    """name -> (how many arguments, body)."""

    table: dict[str, tuple[int, str]]

    def expanded(self, tex: str) -> str:
        """A formula with its macros written out, at most MOST of them one inside another."""
        if not self.table or len(tex) > 20_000:
            return tex
        use = re.compile(r"\\(" + "|".join(sorted(self.table, key=len, reverse=True)) + r")(?![A-Za-z])")
        at = 0
        for _ in range(MOST):
            met = use.search(tex, at)
            if met is None or len(tex) > 20_000:
                break
            count, body = self.table[met[1]]
            given, end = _arguments(tex, met.end(), count)
            if given is None:
                at = met.end()
                continue
            for n, argument in enumerate(given, 1):
                body = body.replace(f"#{n}", argument)
            tail = tex[end:]
            gap = " " if body[-1:].isalpha() and tail[:1].isalpha() else ""
            tex = tex[: met.start()] + body + gap + tail
        return tex


def macros(text: str) -> Macros:
    """The macros that a file defines."""
    table: dict[str, tuple[int, str]] = {}
    for met in islice(DEFINITION.finditer(text), MOST):
        name = met["name"] or met["short"] or met["operator"]
        body = _group(text, met.end())
        if body is None or len(body) > LONGEST or f"\\{name}" in body:
            continue
        if met["operator"]:
            body = f"\\operatorname{{{body}}}"
        count = int(met["count"] or 0) if met["name"] else len(met["slots"] or "") // 2
        table[name] = (count, body)
    return Macros(table)


def _group(text: str, start: int) -> str | None:
    """What stands in the braces that open here."""
    depth = 0
    for met in BRACES.finditer(text, start, start + LONGEST + 2):
        depth += {"{": 1, "}": -1}.get(met[0], 0)
        if depth <= 0:
            return text[start + 1 : met.start()] if met[0] == "}" else None
    return None


def _arguments(tex: str, at: int, count: int) -> tuple[list[str] | None, int]:
    """The arguments after a macro: groups, or single tokens."""
    given: list[str] = []
    for _ in range(count):
        while at < len(tex) and tex[at].isspace():
            at += 1
        if tex.startswith("{", at):
            group = _group(tex, at)
            if group is None:
                return None, at
            given.append(group)
            at += len(group) + 2
            continue
        met = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL).match(tex, at)
        if met is None:
            return None, at
        given.append(met[0])
        at = met.end()
    return given, at
