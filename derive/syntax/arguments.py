"""Commands that take their argument before anything is parsed: words, environments, brackets with a size, labels."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from derive.syntax import commands as c
from derive.syntax.tokens import SIGNS, Token
from derive.syntax.tree import Face
from derive.syntax.unreadable import Unreadable, unknown_command

PLACED = re.compile(r"\s*\[[a-z]\]")
DEFINES = re.compile(r"def|triangle|!|\?")
NEGATED = {"=": "!=", "\\in": "notin", "\\equiv": "!=", "<": ">=", ">": "<=", "\\le": ">", "\\ge": "<"}
BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
DELIMITER = re.compile(r"\s*(\\(?:[A-Za-z]+|.)|[^\s\\])", re.DOTALL)
WIDE = re.compile(
    r"(?:[1-9]\d*(?:\.\d+)?\s*(?:cm|em|in)|0?\.[5-9]\d*\s*(?:cm|in)|(?:[5-9]|\d\d+)\s*mm|[1-9]\d+\s*pt|\\fill)"
)
"""A space as wide as \\quad."""
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_\-]*")


class Arguments(ABC):
    """The state of a scanner: how far it is in a formula, and the tokens so far.

    listed: for each open group whether a comma in it separates, and groups no digits.
    """

    def __init__(self, tex: str, words: frozenset[str]) -> None:
        self.tex, self.words, self.at = tex, words, 0
        self.out: list[Token] = []
        self.listed: list[bool] = []

    @abstractmethod
    def within(self, text: str) -> list[Token]:
        """The tokens of an argument by itself."""

    def put(self, kind: str, text: str, at: int, face: Face = "italic", marks: tuple[str, ...] = ()) -> None:
        self.out.append(Token(kind, text, at, self.at, face, marks))

    def group(self, opens: bool, lists: bool) -> None:
        if opens:
            self.listed.append(lists)
        elif self.listed:
            self.listed.pop()

    def special(self, name: str, at: int) -> None:
        """A command that takes its argument before anything is parsed."""
        if name in c.TEXT:
            self._text(at, c.TEXT[name])
        elif name in c.OPERATOR:
            self._text(at, "upright", operator=True)
        elif name in ("begin", "end"):
            self._environment(name, at)
        elif name in ("overset", "stackrel", "underset", "substack"):
            self._stacked(name, at)
        elif name in c.SIZES or name in ("left", "right"):
            self._delimiter(name, at)
        elif name in ("not", "neg"):
            self._negated(at)
        elif name in c.DROPPED:
            dropped = [self._argument(at) for _ in range(c.DROPPED[name])]
            if name == "hspace" and WIDE.fullmatch(dropped[0].strip()):
                self.put("quad", name, at)
        else:
            raise unknown_command(name, at)

    def _environment(self, name: str, at: int) -> None:
        """\\begin{array}[t]{c|c}: what describes the columns is dropped."""
        environment = self._argument(at).strip().rstrip("*")
        if name == "begin":
            met = PLACED.match(self.tex, self.at)
            self.at = met.end() if met else self.at
            if environment in c.COLUMNS:
                self._argument(at)
        self.put(name, environment, at)

    def _negated(self, at: int) -> None:
        met = DELIMITER.match(self.tex, self.at)
        meant = NEGATED.get(met[1]) if met else None
        if met is None or meant is None:
            raise Unreadable("`\\not` negates nothing that is known", at, "write `\\ne`")
        self.at = met.end()
        self.put("relation", meant, at)

    def _stacked(self, name: str, at: int) -> None:
        """Words over a relation are dropped, over = they define; \\underset{j}{\\max} is \\max_j; limits are a list."""
        first = self.at
        beside = self._argument(at)
        if name == "substack":
            self._inner(first + self.tex[first:].index(beside), beside.replace("\\\\", ", "))
            return
        middle = self.at
        base = self._argument(at).strip()
        start = middle + self.tex[middle:].index(base)
        if name != "underset" and SIGNS.get(base.lstrip("\\"), ("",))[0] == "relation":
            meaning = SIGNS[base.lstrip("\\")][1]
            self.put("relation", ":=" if meaning == "=" and DEFINES.search(beside) else meaning, at)
            return
        self._inner(start, base)
        if name == "underset":
            self.out += [Token("sub", "_", at, at), Token("lbrace", "virtual", at, at)]
            self._inner(first + self.tex[first:].index(beside), beside)
            self.out.append(Token("rbrace", "", self.at, self.at))

    def _inner(self, start: int, text: str) -> None:
        """The tokens of an argument, at their places."""
        self.out += (t._replace(at=t.at + start, end=min(t.end + start, self.at)) for t in self.within(text))

    def _delimiter(self, name: str, at: int) -> None:
        """\\left( as `left`, \\big( as an ordinary parenthesis, \\bigl| as an opening bar."""
        met = DELIMITER.match(self.tex, self.at)
        spelled = met[1] if met else ""
        key = spelled[1:] if spelled[1:].isalpha() else spelled
        kind, text = SIGNS.get(key, ("", ""))
        if spelled == ".":
            kind, text = "stop", ""
        if met is None or kind not in ("open", "close", "bar", "stop", "relation", "join"):
            raise Unreadable(f"no bracket stands after `\\{name}`", at, f"write `\\{name}(`")
        self.at = met.end()
        text = {"<": "<", ">": ">"}.get(text, text)
        if name in ("left", "right"):
            self.put(name, text, at)
        elif kind == "bar":
            self.put({"l": "open", "r": "close"}.get(name[-1], "bar"), text, at)
        elif kind != "stop":
            self.put(kind, text, at)
        if kind in ("open", "close"):
            self.group(kind == "open", True)

    def _argument(self, at: int) -> str:
        """The text in the braces that follow."""
        start = self.at
        while start < len(self.tex) and self.tex[start].isspace():
            start += 1
        if not self.tex.startswith("{", start):
            self.at = min(start + 1, len(self.tex))
            return self.tex[start : self.at]
        depth = 0
        for met in BRACES.finditer(self.tex, start):
            depth += {"{": 1, "}": -1}.get(met[0], 0)
            if depth == 0:
                self.at = met.end()
                return self.tex[start + 1 : met.start()]
        raise Unreadable("this `{` is never closed", start, "close it")

    def _text(self, at: int, face: Face, operator: bool = False) -> None:
        raw = self._argument(at)
        bare = re.sub(r"\\[,;:! ]|\\[a-z]+(?=\{)|[\s~{}]", "", raw) if operator else raw.strip()
        known = bare in c.WORDS or bare in self.words or bare in c.UPRIGHT or bare in c.LIMITS
        if "$" in raw:
            self._mixed(raw, at)
        elif known or operator or (WORD.fullmatch(bare) and bare.lower() not in c.PLAIN_WORDS and raw == bare):
            self._word(bare, at, face)
        else:
            self.put("text", raw, at)

    def _word(self, bare: str, at: int, face: Face) -> None:
        if not bare:
            return
        if not WORD.fullmatch(bare):
            raise Unreadable(f"`{bare[:30]}` is no name", at, "write letters only")
        self.put("letter" if len(bare) == 1 else "word", bare, at, face)

    def _mixed(self, raw: str, at: int) -> None:
        """\\text{if $k = t$}: words and formulas by turns."""
        start = self.tex.index(raw, at)
        for n, piece in enumerate(raw.split("$")):
            if n % 2:
                self._inner(start, piece)
            elif piece.strip():
                self.out.append(Token("text", piece, start, start + len(piece)))
            start += len(piece) + 1
