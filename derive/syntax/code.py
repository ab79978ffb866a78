"""A line of NumPy cut into the tokens of a formula: dfdx = 1.0 * dfdg, dW = np.outer(dz, h.T)"""

from __future__ import annotations

import re

from derive.syntax.commands import WORDS
from derive.syntax.tokens import SIGNS, Token
from derive.syntax.typed import ENTRYWISE, barred
from derive.syntax.unreadable import unknown_character

PIECE = re.compile(
    r"(?P<space>\s+)|(?P<turned>\.T\b|\.transpose\(\))|(?P<word>(?:[A-Za-z_]\w*\.(?!T\b))*[A-Za-z_]\w*)"
    r"|(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)|(?P<power>\*\*)|(?P<entrywise>\.[*/])"
    r"|(?P<sign>\+=|-=|==|!=|<=|>=|\.\.\.|[-+*/@=<>()\[\],:])|(?P<other>.)",
    re.DOTALL,
)


def scan_code(text: str) -> list[Token]:
    """The tokens of a line; `np.exp` is exp, `.T` a superscript T, `**` a superscript."""
    out: list[Token] = []
    for met in PIECE.finditer(text):
        at, end = met.span()
        kind = met.lastgroup
        if kind == "other":
            raise unknown_character(met[0], at)
        if kind == "turned":
            out += [Token("sup", "", at, at), Token("letter", "T", end - 1, end)]
        elif kind == "word":
            name, marks = barred(met[0].rpartition(".")[2])
            out.append(Token("word", name, at, end, "upright" if name in WORDS or len(name) > 1 else "italic", marks))
        elif kind == "power":
            out.append(Token("sup", "**", at, end))
        elif kind == "entrywise":
            out.append(Token(*SIGNS[ENTRYWISE[met[0]]], at, end))
        elif kind != "space":
            out.append(Token(*(SIGNS[met[0]] if kind == "sign" else ("number", met[0])), at, end))
    return [*out, *[Token("finish", "", len(text), len(text))] * 3]
