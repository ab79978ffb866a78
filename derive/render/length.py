"""How long a formula is: its LaTeX tokens, without what only groups, spaces or sets a face.

    \\bar{\\mathbf{h}} = \\mathbf{r} + \\mathbf{W}^{(2)\\top} \\bar{\\mathbf{y}}   13: \\bar h = r + W^(2)\\top \\bar y

A command, a letter, a sign, a script mark (^, _) and a prime are one each; so are a number (0.01), a word in
\\operatorname, \\mathrm or \\text, and a named function. Braces, spaces, alignment, line ends, faces, sizes of
parentheses and a full stop or comma at the end count nothing; nor do environments and labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SILENT = frozenset(
    re.findall(
        r"\S+",
        r"""
        mathbf mathrm mathit mathsf mathtt mathcal mathscr mathbb mathfrak mathnormal boldsymbol bm pmb bf rm it cal sf
        operatorname operatorname* text textbf textit textrm mathop mathbin mathrel mathord mathopen mathclose
        left right middle big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm displaystyle textstyle
        scriptstyle scriptscriptstyle limits nolimits tiny small normalsize large Large
        quad qquad enspace thinspace hfill newline nonumber notag displaybreak , : ; ! > ~ \
        """,
    )
) | {" "}
"""Commands that print no sign of their own."""
NAMES = ("begin", "end", "label", "tag", "tag*", "hspace", "hspace*", "vspace", "phantom", "vphantom", "hphantom")
"""Commands that take away the group after them."""
WORDS = ("operatorname", "operatorname*", "mathrm", "text", "textrm", "mathit", "rm")
NULL = ("left", "right", "middle")
"""Commands after which a full stop is no sign."""

TOKEN = re.compile(r"(?<!\\)%.*|\\[A-Za-z]+\*?|\\.|\d+(?:\.\d+)?|[{}]|\s+|.", re.DOTALL)
COMMENT = re.compile(r"(?<!\\)%[^\n]*")
WORD = re.compile(rf"\\(?:{'|'.join(re.escape(w) for w in WORDS)})(?![A-Za-z*])\s*\{{([^{{}}\\]*)\}}")
GONE = re.compile(rf"\\(?:{'|'.join(re.escape(n) for n in NAMES)})(?![A-Za-z*])\s*\{{[^{{}}]*\}}")


def length(formula: str) -> int:
    """The number of tokens of a formula in LaTeX, with or without dollars around it."""
    return sum(1 for _ in tokens(formula))


def tokens(formula: str) -> Iterator[str]:
    """The tokens that count, in order."""
    plain = GONE.sub(" ", COMMENT.sub("", formula))
    worded = WORD.sub(lambda met: _word(met[1]), plain)
    return iter(_ended(list(_counted(worded))))


def _word(text: str) -> str:
    """A word as one token: a command of a name that nothing else has."""
    letters = re.sub(r"[^A-Za-z]", "", text)
    return f"\\{letters.lower()}word " if len(letters) > 1 else f"{{{text}}}"


def _counted(formula: str) -> Iterator[str]:
    before = ""
    for token in TOKEN.findall(formula):
        if token.isspace():
            continue
        silent = token[1:] in SILENT if token.startswith("\\") else token in "{}&$~"
        if not silent and not (token == "." and before in NULL):
            yield token
        before = token.removeprefix("\\")


def _ended(found: list[str]) -> list[str]:
    """Without the full stop or comma of the sentence around it."""
    while found and found[-1] in (".", ","):
        found.pop()
    return found
