"""What hangs on a value: subscripts, superscripts and primes; and the arguments of commands."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from derive.syntax.cursor import STOPS, Cursor, beside
from derive.syntax.tokens import Token
from derive.syntax.tree import List, Name, Node, Number, Scripted, Times
from derive.syntax.unreadable import Unreadable


class Scripts(NamedTuple):
    subs: tuple[Node, ...] = ()
    sups: tuple[Node, ...] = ()
    primes: int = 0


class ScriptReader(Cursor):
    """Scripts and arguments."""

    def scripts(self) -> Scripts:
        """Subscripts, superscripts and primes in any order."""
        subs: tuple[Node, ...] = ()
        sups: tuple[Node, ...] = ()
        primes = 0
        while (token := self.tokens[self.i]).kind in ("sub", "sup", "prime"):
            self.next()
            if token.kind == "prime":
                primes += int(token.text)
                continue
            raised = self.tokens[self.i].text == "virtual"
            more, items = self._script(token)
            primes += more
            if sups and items and (raised or self.plain) and token.kind == "sup":
                items = (self._together((*sups, *items)),)
            elif (subs if token.kind == "sub" else sups) and items:
                which = "subscript" if token.kind == "sub" else "superscript"
                raise Unreadable(f"this is a second {which}", token.at, "put both into one pair of braces")
            if token.kind == "sub":
                subs = items
            else:
                sups = items
        return Scripts(subs, sups, primes)

    def _script(self, sign: Token) -> tuple[int, tuple[Node, ...]]:
        """Primes and values in one script."""
        primes, face = 0, self.face
        token = self.tokens[self.i]
        if token.kind == "prime" and sign.kind == "sup":
            return int(self.next().text), ()
        self.face = ("italic", "")
        if token.kind != "lbrace":
            node = self._run() if self.plain else self._single()
        else:
            self.next()
            while self.tokens[self.i].kind == "prime":
                primes += int(self.next().text)
            self.loose += token.text == "virtual"
            node = self._lone() or self._entrywise() or self.contents()
            self.close("rbrace", token)
            self.loose -= token.text == "virtual"
            if isinstance(node, Scripted) and node.primes and not (node.subs or node.sups or node.accents):
                primes, node = primes + node.primes, node.body
        self.face = face
        return primes, () if node is None else node.items if isinstance(node, List) else (node,)

    def _together(self, parts: tuple[Node, ...]) -> Node:
        """W⁽ʰ⁾_oᵀ: two raised scripts of a terminal's are one."""
        flat = [f for part in parts for f in (part.factors if isinstance(part, Times) else (part,))]
        return Times(tuple(flat), beside(tuple(flat)), at=parts[0].at)

    def _lone(self) -> Node | None:
        """An operator alone in a script: x^{*}."""
        token, after = self.tokens[self.i], self.tokens[self.i + 1]
        if token.kind in ("join", "plus") and after.kind == "rbrace":
            return self._single()
        return None

    def _entrywise(self) -> Node | None:
        """A sign before a power, r^{\\circ 3}: the sign, and the power beside it."""
        token = self.tokens[self.i]
        if token.kind != "join" or token.text not in ("circ", "odot"):
            return None
        sign = self._single()
        power = self.contents()
        assert sign is not None
        return sign if power is None else Times((sign, power), ("circ",), tex=self.slice(token.at), at=token.at)

    def _single(self) -> Node | None:
        """One token or one command with its arguments: x^2y is x² y."""
        token = self.tokens[self.i]
        if token.kind == "number" and token.end - token.at > 1 and token.text.isdigit():
            self.end = token.at + 1
            self.tokens[self.i] = token._replace(text=token.text[1:], at=token.at + 1)
            return Number(token.text[0], tex=self.slice(token.at), at=token.at)
        if token.kind in ("join", "plus"):
            self.next()
            return Name(token.text, spelled=self.source[token.at : token.end], tex=self.slice(token.at), at=token.at)
        self.deeper(1)
        node = self.atom()
        self.deeper(-1)
        return node

    def _run(self) -> Node | None:
        """A script without braces in a terminal: letters and digits up to a space or a ∂, w_ij, ∂w_d∂w_i."""
        first = self.tokens[self.i]
        if first.kind not in ("letter", "number"):
            return self._single()
        nodes = [self.atom()]
        while (
            (token := self.tokens[self.i]).kind in ("letter", "number")
            and token.at == self.end
            and token.text.isascii()
            and token.text != "partial"
        ):
            nodes.append(self.atom())
        kept = tuple(node for node in nodes if node is not None)
        if len(kept) == 1:
            return kept[0]
        return Times(kept, beside(kept), tex=self.slice(first.at), at=first.at)

    def attached(self, node: Node, scripts: Scripts, start: int) -> Node:
        """A node with scripts: on a name they are the name's own where it has none yet."""
        subs, sups, primes = scripts
        tex = self.slice(start)
        if isinstance(node, Name) and not (node.subs and subs) and not (node.sups and sups):
            primes += node.primes
            return replace(node, subs=subs or node.subs, sups=sups or node.sups, primes=primes, tex=tex, at=start)
        if not (subs or sups or primes):
            return node
        return Scripted(node, (), subs, sups, primes, tex=tex, at=start)

    def argument(self, of: Token) -> Node:
        """The group or the token after a command."""
        token = self.tokens[self.i]
        if token.kind == "lbrace":
            self.next()
            self.loose += token.text == "virtual"
            node = self.contents()
            self.close("rbrace", token)
            self.loose -= token.text == "virtual"
        else:
            node = None if token.kind in STOPS else self._single()
        if node is None:
            raise Unreadable(
                f"`{self.source[of.at : of.end]}` has an empty argument", of.at, "write what belongs there"
            )
        return node
