"""A formula cut into tokens. Commands whose argument is no formula take it here; unknown ones are refused."""

from __future__ import annotations

import re
from collections.abc import Callable

from derive.syntax import commands as c
from derive.syntax.arguments import Arguments
from derive.syntax.letters import letter
from derive.syntax.tokens import SIGNS, Token
from derive.syntax.typed import ENTRYWISE, typed
from derive.syntax.unreadable import unknown_character

PIECE = re.compile(
    r"(?P<space>(?:[ \t\r\n\f\v\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\u2060\ufeff~]|(?<!\\)%[^\n]*)+)"
    r"|(?P<row>\\\\\*?(?:\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|mu|\\[a-z]+)\s*\])?|\\(?:cr|newline|tabularnewline)(?![A-Za-z]))"
    r"|(?P<updates>(?<![\^_])(?:(?:\\math(?:rel|bin|op|ord)\s*)?\{\s*[-+]\s*\}(?:\\!|\s)*=|[-+](?:\\!|\s)*="
    r"|\\math(?:rel|bin|op|ord)\s*(?:\{\s*[-+](?:\\!|\s)*=\s*\}|[-+]\s*=)))"
    r"|(?P<turned>(?<=[\w)\]}])\.T(?![\w.]))"
    r"|(?P<command>\\(?:[A-Za-z]+\*?|.))"
    r"|(?P<number>\d+(?:(?:\{,\}|\\,)\d{3}(?!\d))+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?(?:[eE][-+]?\d+(?!\w))?|\.\d+)"
    r"|(?P<barred>[A-Za-z](?P<marks>\u0305[\u0300-\u036f]*)(?:[A-Za-z](?P=marks))+)"
    r"|(?P<letters>[A-Za-z]+[\u0300-\u036f\u20d7]*)"
    rf"|(?P<above>[{''.join(c.ABOVE)}]+)|(?P<below>[{''.join(c.BELOW)}]+)|(?P<vulgar>[{''.join(c.VULGAR)}])"
    r"|(?P<power>\*\*(?=\s*[\w(-]))|(?P<entrywise>\.[*/])"
    r"|(?P<sign>:=|\+=|-=|!=|==|<=|>=|=>|\.\.\.|\.\.|[!-/:-@\[-`{-~])"
    r"|(?P<other>.[\u0300-\u036f\u20d7]*)",
    re.DOTALL,
)
SAID = c.CONDITIONS | c.JOINING
LONG = re.compile("|".join(c.LONG))


def scan(tex: str, words: frozenset[str] = frozenset(), plain: bool = False) -> list[Token]:
    """The tokens of a formula, the last ones of kind `finish`.

    words: names of several letters that the caller knows.  plain: whether `for` and `where` are words without \\text.
    """
    return _Scanner(tex, words, plain).run()


class _Scanner(Arguments):
    def __init__(self, tex: str, words: frozenset[str], plain: bool = False) -> None:
        super().__init__(tex, words)
        self.plain = plain
        self.readers: dict[str, Callable[[re.Match[str]], None]] = {
            "command": self._command, "number": self._number, "letters": self._letters, "above": self._script,
            "below": self._script, "vulgar": self._vulgar, "sign": self._sign, "other": self._other, "row": self._row,
            "updates": self._updates, "turned": self._turned, "barred": self._barred, "power": self._power,
            "entrywise": self._entrywise,
        }  # fmt: skip

    def run(self) -> list[Token]:
        tex, size = self.tex, len(self.tex)
        while self.at < size:
            met = PIECE.match(tex, self.at)
            assert met is not None
            self.at = met.end()
            if met.lastgroup != "space":
                self.readers[met.lastgroup or ""](met)
        self.out += [Token("finish", "", size, size)] * 3  # so that a look ahead finds something
        return self.out

    def within(self, text: str) -> list[Token]:
        return _Scanner(text, self.words, self.plain).run()[:-3]

    def _row(self, met: re.Match[str]) -> None:
        self.put("row", "\\\\", met.start())

    def _updates(self, met: re.Match[str]) -> None:
        """\\mathrel{+}= is +=."""
        self.put("relation", "+=" if "+" in met[0] else "-=", met.start())

    def _power(self, met: re.Match[str]) -> None:
        """x**2, as code has it, is x^2."""
        self.put("sup", "**", met.start())

    def _entrywise(self, met: re.Match[str]) -> None:
        """a .* b is a ∘ b, a ./ b is a ⊘ b."""
        self.put(*SIGNS[ENTRYWISE[met[0]]], met.start())

    def _turned(self, met: re.Match[str]) -> None:
        """x.T, as NumPy has it, is x^T."""
        at, end = met.span()
        self.out += [Token("sup", "", at, at), Token("lbrace", "virtual", at, at)]
        self.out += [Token("letter", "T", end - 1, end), Token("rbrace", "", end, end)]

    def _number(self, met: re.Match[str]) -> None:
        text = met[0]
        if "," in text and "{" not in text and any(self.listed):
            text = text[: text.index(",")]
            self.at = met.start() + len(text)
        plain = text.replace("{,}", "").replace("\\,", "").replace(",", "")
        self.put("number", plain, met.start())

    def _letters(self, met: re.Match[str]) -> None:
        run = met[0].rstrip("".join(c.MARKS))
        at, marks = met.start(), met[0][len(run) :]
        if self.plain and not marks and run in c.GREEK and run in self.words:
            self.put("letter", run, at)
            return
        if not marks and (run in c.WORDS or run in self.words) and len(run) > 1:
            self.put("word", run, at, "upright")
            return
        if self.plain and not marks and self._typed(run, at):
            return
        if self.plain and len(run) > 1 and run.lower() in SAID:
            self.put("text", run, at)
            return
        if self.plain and not marks and self._is_word(run):
            greek = run in c.GREEK
            self.put("letter" if greek else "word", run, at, "italic" if greek else "upright")
            return
        found = LONG.search(run) if len(run) > 3 and not marks else None
        head, tail = (run[: found.start()], run[found.end() :]) if found else (run, "")
        self._single(head, at)
        if found:
            self.out.append(Token("word", found[0], at + found.start(), at + found.end(), "upright"))
            self._single(tail, at + found.end())
        elif marks:
            last = self.out.pop()
            self.put("letter", last.text, last.at, "italic", tuple(c.MARKS[mark] for mark in marks if mark in c.MARKS))

    def _typed(self, run: str, at: int) -> bool:
        """Whether what begins here is spelled in letters, xbar or sum_{…}; then it is taken."""
        if run in c.SPELLED and self.tex.startswith("_", self.at):
            self.put(*SIGNS[run], at)
            return True
        found = typed(self.tex, at, self.words)
        self.out += found
        self.at = found[-1].end if found else self.at
        return bool(found)

    def _barred(self, met: re.Match[str]) -> None:
        """A name of several letters under one line, e̅l̅l̅."""
        marks = tuple(c.MARKS[mark] for mark in met["marks"] if mark in c.MARKS)
        self.put("word", "".join(met[0].split(met["marks"])), met.start(), "upright", marks)

    def _is_word(self, run: str) -> bool:
        """Whether letters in a terminal are one name, sigma, or a word of prose, rather than a product."""
        return (len(run) > 2 and run in c.GREEK) or (len(run) > 3 and run.isascii() and run.islower())

    def _single(self, run: str, at: int) -> None:
        self.out += [Token("letter", one, at + n, at + n + 1) for n, one in enumerate(run)]

    def _script(self, met: re.Match[str]) -> None:
        """Raised and lowered characters: the same as a script in braces."""
        table, sign = (c.ABOVE, "sup") if met.lastgroup == "above" else (c.BELOW, "sub")
        at, end = met.span()
        self.out += [Token(sign, "", at, at), Token("lbrace", "virtual", at, at)]
        for n, character in enumerate(met[0], at):
            plain = table[character]
            kind, text = SIGNS.get(plain, ("number" if plain.isdigit() else "letter", plain))
            before = self.out[-1]
            if kind == before.kind == "number" and before.at >= at:
                self.out[-1] = before._replace(text=before.text + plain, end=n + 1)
            else:
                self.out.append(Token(kind, text, n, n + 1))
        self.out.append(Token("rbrace", "", end, end))

    def _vulgar(self, met: re.Match[str]) -> None:
        at, end = met.span()
        self.out.append(Token("frac", "frac", at, at))
        for number in c.VULGAR[met[0]]:
            self.out += [Token("lbrace", "virtual", at, at), Token("number", str(number), at, end)]
            self.out.append(Token("rbrace", "", end, end))

    def _other(self, met: re.Match[str]) -> None:
        """A character beyond ASCII."""
        sign = SIGNS.get(met[0])
        if sign is not None:
            self.put(*sign, met.start())
            return
        base, face, marks = letter(met[0])
        if not base:
            raise unknown_character(met[0][0], met.start())
        self.put("number" if base.isdigit() and face == "italic" else "letter", base, met.start(), face, marks)

    def _sign(self, met: re.Match[str]) -> None:
        kind, text = SIGNS.get(met[0], ("", ""))
        if not kind:
            raise unknown_character(met[0], met.start())
        if kind in ("open", "close"):
            self.group(kind == "open", True)
        elif kind in ("lbrace", "rbrace"):
            self.group(kind == "lbrace", bool(self.out) and self.out[-1].kind in ("sub", "sup"))
        self.put(kind, text, met.start())

    def _command(self, met: re.Match[str]) -> None:
        name = met[0][1:].rstrip("*") or "*"
        kind, text = SIGNS.get(name if name.isalpha() else met[0], ("", ""))
        if kind == "word" and self.out and self.out[-1].text == "arg" and name in ("max", "min"):
            start = self.out.pop().at
            self.put("word", "arg" + name, start, "upright")
        elif kind and kind != "space":
            self.put(kind, text, met.start(), "upright" if kind == "word" else "italic")
        elif not kind:
            self.special(name, met.start())
