r"""How a name is printed: a piece of LaTeX mathematics that can stand anywhere in a formula, such as \mathcal{E}."""

from __future__ import annotations

import re

_LEAVES = re.compile(
    r"\\(?:input|include|includegraphics|usepackage|write|immediate|openin|openout|read|def|edef|gdef|xdef|let|newcommand"
    r"|renewcommand|catcode|csname|expandafter|loop|repeat|special|begin|end|par|label|tag)(?![A-Za-z])"
)
"""Commands that do more than print, or that end what is around them."""

_SIGNS = re.compile(r"(?<!\\)[%$#&]|[\r\n]")
"""Signs that LaTeX mathematics has no use for."""


def unprintable(latex: str) -> str:
    """Why a text cannot be printed as a name; nothing where it can."""
    if not latex.strip():
        return "is empty"
    leaves = _LEAVES.search(latex) or _SIGNS.search(latex)
    if leaves:
        return f"holds `{leaves.group().strip() or 'a line break'}`, which is no name"
    return "" if _balanced(latex) else "has braces that do not match"


def _balanced(latex: str) -> bool:
    depth = 0
    for sign in re.findall(r"\\.|[{}]", latex):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0 and not re.search(r"(?<!\\)(?:\\\\)*\\$", latex)
