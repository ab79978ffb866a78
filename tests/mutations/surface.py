"""Other spellings of the same LaTeX: macros, spaces, braces, delimiters, faces; what it says unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import TypeAlias

Spelling: TypeAlias = Callable[[str], str]


def overline(tex: str) -> str:
    return tex.replace(r"\bar{", r"\overline{")


def bare_bar(tex: str) -> str:
    r"""\bar{x} as \bar x."""
    return re.sub(r"\\bar\{([A-Za-z])\}", r"\\bar \1", tex)


def top(tex: str) -> str:
    r"""^T as ^\top; in a line where T is no size."""
    if re.search(r"(?<![\^)A-Za-z\\{])T(?![A-Za-z])|\^T_|\\sum[^ ]*\^T", tex) or r"\sum" in tex:
        return tex
    return re.sub(r"\)T\}", r")\\top}", re.sub(r"\^T(?![A-Za-z])", r"^\\top", tex))


def dfrac(tex: str) -> str:
    return tex.replace(r"\frac", r"\dfrac")


def fences(tex: str) -> str:
    r"""( … ) as \left( … \right); not in scripts, not where that stands already."""
    if r"\bigl(" in tex or r"\left(" in tex:
        return tex
    out, opened = list(tex), []
    for n, c in enumerate(tex):
        if c == "(":
            plain = not tex[:n].endswith(("\\left", "^{", "_{", "\\big", "\\Big")) and _depth_of_scripts(tex, n) == 0
            opened.append((n, plain))
        elif c == ")" and opened:
            start, plain = opened.pop()
            if plain and not tex[:n].endswith("\\right"):
                out[start], out[n] = r"\left(", r"\right)"
    return "".join(out)


def _depth_of_scripts(tex: str, place: int) -> int:
    """In how many scripts a place is."""
    open_braces: list[bool] = []
    for n, c in enumerate(tex[:place]):
        if c == "{":
            open_braces.append(tex[:n].endswith(("_", "^")))
        elif c == "}" and open_braces:
            open_braces.pop()
    return sum(open_braces)


def big(tex: str) -> str:
    return fences(tex).replace(r"\left(", r"\bigl(").replace(r"\right)", r"\bigr)")


def thin(tex: str) -> str:
    r"""Spaces as \, ; not after a command, which a space ends."""
    return re.sub(r"(?<=[A-Za-z0-9})]) (?=[A-Za-z\\])", _space(r" \\, "), tex)


def _space(by: str) -> Callable[[re.Match[str]], str]:
    def put(met: re.Match[str]) -> str:
        before = met.string[: met.start()]
        command = re.search(r"\\[A-Za-z]+$", before)
        return met[0] if command else by.replace("\\\\", "\\")

    return put


def tight(tex: str) -> str:
    """Without the spaces that nothing needs."""
    return re.sub(
        r" +(?=[^A-Za-z ])|(?<=[^A-Za-z ]) +", "", re.sub(r"(\\[A-Za-z]+) +(?=[A-Za-z])", "\\1\x00", tex)
    ).replace("\x00", " ")


def wide(tex: str) -> str:
    return re.sub(r" ", "  ", tex).replace("=", "\\;=\\;", 1)


def braced_scripts(tex: str) -> str:
    """x_i as x_{i}."""
    return re.sub(r"([_^])([A-Za-z0-9])", r"\1{\2}", tex)


def grouped_bars(tex: str) -> str:
    r"""\bar{x} as {\bar{x}}."""
    return re.sub(r"(\\bar\{[A-Za-z]\})", r"{\1}", tex)


def scripts_turned(tex: str) -> str:
    """x_i^{(1)} as x^{(1)}_i."""
    part = r"(?:\{[^{}]*\}|[A-Za-z0-9])"
    return re.sub(rf"(?<!sum)(_{part})(\^{part})(?![{{'])", r"\2\1", tex)


def limits_turned(tex: str) -> str:
    r"""\sum_{i=1}^N as \sum^N_{i=1}."""
    return re.sub(r"\\sum(_\{[^{}]*\})(\^(?:\{[^{}]*\}|[A-Za-z]))", r"\\sum\2\1", tex)


def with_limits(tex: str) -> str:
    return tex.replace(r"\sum_", r"\sum\limits_")


def prime_above(tex: str) -> str:
    r"""σ' as σ^{\prime}."""
    return re.sub(r"(\\(?:sigma|phi|tanh|psi|rho)|(?<![A-Za-z\\])[fg]|\})'(?![_'^])", r"\1^{\\prime}", tex)


def boldsymbol(tex: str) -> str:
    return re.sub(r"\\mathbf\{([A-Za-z])\}", r"\\boldsymbol{\1}", tex)


def bm(tex: str) -> str:
    return re.sub(r"\\mathbf\{([A-Za-z])\}", r"\\bm{\1}", tex)


def plain_letters(tex: str) -> str:
    r"""\mathbf{x} as x, but 𝟏 and the letters that stand in the line in two faces."""
    bold = set(re.findall(r"\\(?:mathbf|boldsymbol)\{([A-Za-z])\}", tex))
    rest = re.sub(r"\\(?:mathbf|boldsymbol)\{[A-Za-z]\}|\\[A-Za-z]+", " ", tex)
    if bold & set(rest):
        return tex
    return re.sub(r"\\mathbf\{([A-Za-z])\}", r"\1", tex)


def roman(tex: str) -> str:
    return tex.replace(r"\operatorname{", r"\mathrm{")


def leq(tex: str) -> str:
    return re.sub(r"\\(le|ge|ne)(?![A-Za-z])", r"\\\1q", tex)


SPELLINGS: Mapping[str, Spelling] = MappingProxyType({
    r"\overline": overline, r"\bar x": bare_bar, r"^\top": top, r"\dfrac": dfrac, r"\left(": fences, r"\bigl(": big,
    r"\,": thin, "no spaces": tight, "more spaces": wide, "_{i}": braced_scripts, r"{\bar{x}}": grouped_bars,
    "scripts turned": scripts_turned, "limits turned": limits_turned, r"\limits": with_limits,
    r"^{\prime}": prime_above, r"\boldsymbol": boldsymbol, r"\bm": bm, "no bold": plain_letters,
    r"\mathrm": roman, r"\leq": leq,
})  # fmt: skip


def chosen(random: Random, tex: str, most: int = 2) -> tuple[str, ...]:
    """Up to so many spellings that change a line."""
    fitting = [name for name, spell in SPELLINGS.items() if spell(tex) != tex]
    return tuple(random.sample(fitting, min(len(fitting), random.randint(1, most))))


def spelled_so(tex: str, names: tuple[str, ...]) -> str:
    for name in names:
        tex = SPELLINGS[name](tex)
    return tex


WRAPPERS: Mapping[str, tuple[str, str, str]] = MappingProxyType({
    "$$": (".md", "$$\n{}\n$$\n", " = "), r"\[": (".tex", "\\[\n{}\n\\]\n", " = "),
    "align": (".tex", "\\begin{{align*}}\n{}\n\\end{{align*}}\n", " &= "),
    "equation": (".tex", "\\begin{{equation}}\n{}\n\\end{{equation}}\n", " = "),
    "$": (".md", "So ${}$ holds.\n", " = "),
})  # fmt: skip


def answer(before: tuple[str, ...], line: str, wrapper: str, after: bool = False) -> tuple[str, str]:
    """(text, suffix) of an answer: a line, and before it (or after it, as "where …") those that define its names."""
    suffix, around, relation = WRAPPERS[wrapper]
    parts = [text.replace(" = ", relation, 1) for text in (*before, line)]
    if after and before:
        told = ", ".join(f"${text}$" for text in before)
        return around.format(parts[-1]) + f"where {told}.\n", suffix
    if wrapper == "align":
        return around.format(" \\\\\n".join(parts)), suffix
    return "\n".join(around.format(part) for part in parts), suffix
