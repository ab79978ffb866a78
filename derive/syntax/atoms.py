"""Names with their faces and accents, numbers, fractions, roots."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from derive.syntax.commands import CHARACTERS, FACE_COMMAND, FACES, SWITCHES
from derive.syntax.cursor import M
from derive.syntax.scripts import ScriptReader
from derive.syntax.tokens import Token
from derive.syntax.tree import Dots, Face, Fenced, Fraction, Name, Node, Number, Root, Scripted, Words


class AtomReader(ScriptReader):
    """Values that are no bracket."""

    def _name(self, token: Token) -> Node:
        face, spelled = token.face, self.source[token.at : token.end]
        if token.marks:
            plain = (x for x in unicodedata.normalize("NFD", spelled) if not unicodedata.combining(x))
            spelled = "".join(plain)[: max(1, len(token.text))]
        if face == "italic" and self.face[0] != "italic":
            face, command = self.face
            spelled = f"\\{command}{{{spelled}}}"
        return Name(token.text, face, spelled, token.marks, tex=self.slice(token.at), at=token.at)

    def _number(self, token: Token) -> Node:
        if self.face[0] != "italic" and token.text in ("0", "1"):
            return self._name(token)
        return Number(token.text, tex=self.slice(token.at), at=token.at)

    def _words(self, token: Token) -> Node:
        return Words(token.text.strip(), tex=self.source[token.at : token.end], at=token.at)

    def _dots(self, token: Token) -> Node:
        return Dots(tex=self.source[token.at : token.end], at=token.at)

    def _colon(self, token: Token) -> Node:
        return Name(":", spelled=":", tex=self.slice(token.at), at=token.at)

    def _fraction(self, token: Token) -> Node:
        top = self.argument(token)
        bottom = self.argument(token)
        return Fraction(top, bottom, tex=self.slice(token.at), at=token.at)

    def _root(self, token: Token) -> Node:
        index = None
        after = self.tokens[self.i]
        if after.kind == "open" and after.text == "[" and token.end - token.at > 1:
            self.next()
            index = self.contents()
            self.close("close", after)
        body = self.argument(token)
        if isinstance(body, Fenced) and token.end - token.at == 1 and body.opening == "(":
            body = body.body
        return Root(body, index, tex=self.slice(token.at), at=token.at)

    def _accent(self, token: Token) -> Node:
        node = self.argument(token)
        accent, tex = "\\" + token.text, self.slice(token.at)
        if isinstance(node, Name):
            return replace(node, accents=(*node.accents, accent), tex=tex, at=token.at)
        if isinstance(node, Number):
            return Name(node.text, "italic", node.text, (accent,), tex=tex, at=token.at)
        return Scripted(node, (accent,), tex=tex, at=token.at)

    def _face(self, token: Token) -> Node:
        face = FACES[token.text]
        word = self._word(face, token) or self._numbered(face, token)
        if word is not None:
            return word
        before, self.face = self.face, (face, token.text)
        self.loose += 1
        node = self.argument(token)
        self.loose -= 1
        self.face = before
        return self._whole(node, token)

    def _whole(self, node: M, token: Token) -> M:
        """The node with all that was written since a token as its LaTeX."""
        spelled = {}
        if isinstance(node, Name) and not (node.subs or node.sups or node.accents or node.primes) and not self.loose:
            spelled = {"spelled": self.slice(token.at)}
        return replace(node, tex=self.slice(token.at), at=token.at, **spelled)

    def _word(self, face: Face, token: Token) -> Name | None:
        """\\mathrm{out}: letters in an upright or italic face are one name; \\mathrm{dx} is d x."""
        if face not in ("upright", "italic") or self.tokens[self.i].kind != "lbrace":
            return None
        ahead = self.i + 1
        while self.tokens[ahead].kind in ("letter", "word", "number") and not self.tokens[ahead].marks:
            ahead += 1
        run = self.tokens[self.i + 1 : ahead]
        text = "".join(one.text for one in run)
        if self.tokens[ahead].kind != "rbrace" or not text[:1].isalpha() or not all(t.text.isascii() for t in run):
            return None
        if (len(text) == 2 and text[0] == "d") or any(one.text in CHARACTERS.values() for one in run):
            return None
        self.i = ahead
        self.next()
        tex = self.source[token.at : self.end]
        return Name(text, face, tex, tex=self.slice(token.at), at=token.at)

    def _numbered(self, face: Face, token: Token) -> Name | None:
        """\\mathbf{h0}: a letter and its number are one name, h_0."""
        start, letter, number, end = self.tokens[self.i : self.i + 4] if self.i + 4 <= len(self.tokens) else [token] * 4
        if (start.kind, letter.kind, number.kind, end.kind) != ("lbrace", "letter", "number", "rbrace"):
            return None
        if not number.text.isdigit() or letter.marks:
            return None
        self.i += 3
        self.next()
        spelled = f"\\{token.text}{{{letter.text}}}"
        below = Number(number.text, tex=number.text, at=number.at)
        return Name(letter.text, face, spelled, subs=(below,), tex=self.slice(token.at), at=token.at)

    def _switch(self, token: Token) -> None:
        """{\\bf x}: the face until the group ends; a slice of what is inside does not show it."""
        self.face = (SWITCHES[token.text], FACE_COMMAND[SWITCHES[token.text]])

    def _group(self, token: Token) -> Node | None:
        before = self.face
        switched = self.tokens[self.i].kind == "switch"
        self.loose += switched
        node = self.contents()
        self.close("rbrace", token)
        self.loose -= switched
        self.face = before
        return self._whole(node, token) if switched and node is not None else node

    def _wrapper(self, token: Token) -> Node:
        node = self.argument(token)
        if token.text.startswith(("under", "over")) and self.tokens[self.i].kind in ("sub", "sup"):
            self.scripts()
        return node
