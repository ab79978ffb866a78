"""A syntax tree of LaTeX written in the problem file's language. Shapes decide what a product is; where they leave two
readings, that is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from derive.declare.latex.asked import Asked, bare, shown
from derive.declare.latex.bigs import Bigs
from derive.declare.latex.lefts import bound_by, nodes
from derive.declare.latex.names import TRANSPOSES, Reading, chosen, readings, size_of
from derive.declare.latex.spelling import stems
from derive.declare.latex.text import ATOM, POWER, PRODUCT, SIGNED, SUM, Part, Text, held, listed, signed, text
from derive.declare.words import did_you_mean
from derive.notation.layout import extent
from derive.syntax.marks import flat, text_of
from derive.syntax.tree import (
    Big,
    Dots,
    Fenced,
    Fraction,
    Grid,
    List,
    Name,
    Node,
    Number,
    Relation,
    Root,
    Scripted,
    Sum,
    Times,
    Words,
)
from derive.syntax.unreadable import Unreadable

DOTTED = "what the dots leave out is not known"


class Writer(Bigs):
    """Writes the nodes of one equation."""

    def write(self, node: Node) -> Text:
        """A value."""
        return self._kinds()[type(node)](node)

    def _kinds(self) -> Mapping[type, Callable[[Node], Text]]:
        return {
            Number: self._number, Name: self._name, Scripted: self._scripted, Sum: self._sum, Times: self.product,
            Big: self.big, Fraction: self.fraction, Root: self._root, Fenced: self._fenced, Grid: self._grid,
            List: self._list, Relation: self._relation, Words: self._words, Dots: self._dots,
        }  # fmt: skip

    def _number(self, node: Node) -> Text:
        assert isinstance(node, Number)
        return text(node.at, node.text)

    def _sum(self, node: Node) -> Text:
        assert isinstance(node, Sum)
        parts: list[Part] = []
        terms = self.filled(node)
        for n, (sign, term) in enumerate(zip(node.signs, terms, strict=True)):
            written = held(term, PRODUCT)
            if n:
                parts += [f" {sign} ", written]
            else:
                parts.append(signed(node.at, "-", written) if sign == "-" else written)
        only = parts[0]
        if len(parts) == 1 and isinstance(only, Text):
            return only
        return text(node.at, *parts, level=SUM)

    def _name(self, node: Node) -> Text:
        assert isinstance(node, Name)
        found = self.named(node)
        if found is None:
            raise self._unknown(node)
        return found

    def named(self, node: Name) -> Text | None:
        """A letter, a size, a quantity at positions; None for an unknown name."""
        plain = not (node.subs or node.sups or node.accents or node.primes)
        if plain and node.base in self.letters and node.face in ("italic", "upright"):
            return text(node.at, node.base)
        self._run_together(node)
        reading = chosen(self.known, node, self.letters)
        if reading is not None:
            return self._read(node, reading)
        size = size_of(self.known, node)
        if size is not None:
            return text(node.at, size)
        base = Name(node.base, node.face, node.spelled, node.accents, node.subs, (), tex=node.spelled, at=node.at)
        if node.sups and (found := self._bare(base)) is not None:
            return self.hung(found, flat(node.sups), node)
        if node.base == "e" and plain is False and len(node.sups) == 1 and not (node.subs or node.accents):
            return self.call(node.at, "exp", self.write(node.sups[0]))
        return self._bare(node) or self._rooted(node)

    def _rooted(self, node: Name) -> Text | None:
        """σ as the root of the σ² that an equation gives."""
        if node.sups or not self.known.squares:
            return None
        above = Number("2", tex="2", at=node.at)
        found = [one for one in readings(self.known, replace(node, sups=(above,)), self.letters) if one.power is None]
        if len(found) != 1 or found[0].name not in self.known.squares:
            return None
        self.notes.setdefault(f"`{bare(node)}` is the positive root of its square, which has the equation.")
        return self.call(node.at, "sqrt", self._read(node, found[0]))

    def _bare(self, node: Name) -> Text | None:
        """A letter, a size or a constant of the language, that a power may stand on."""
        if node.accents or node.primes or node.sups:
            return None
        if not node.subs and node.base in self.letters:
            return text(node.at, node.base)
        if (size := size_of(self.known, node)) is not None:
            return text(node.at, size)
        if node.base == "pi" and not node.subs:
            return text(node.at, "pi")
        if node.base == "1" and node.face in ("bold", "double"):
            return self._ones(node)
        if node.base == "e" and len(node.subs) == 1 and self._is_class(node.subs[0]):
            return self.call(node.at, "e", self.write(node.subs[0]))
        if node.base == "delta" and len(indices := flat(node.subs)) == 2:
            return text(node.at, "[", self.write(indices[0]), " == ", self.write(indices[1]), "]")
        if node.base == "I" and len(node.subs) == 1:
            return self.call(node.at, "eye", self.write(node.subs[0]))
        return None

    def _is_class(self, node: Node) -> bool:
        names = stems(node) if isinstance(node, Name) else []
        tensors = (self.known.context.tensors.get(name) for name in names)
        return any(tensor is not None and tensor.among is not None for tensor in tensors)

    def _ones(self, node: Name) -> Text:
        if not node.subs and self.draft:
            return text(node.at, "ones(1)" if node.sups else "1")
        if not node.subs:
            raise Unreadable("how long these ones are is not said", node.at, r"write `\mathbf{1}_N`")
        return self.call(node.at, "ones", *(self.write(sub) for sub in flat(node.subs)))

    def _run_together(self, node: Name) -> None:
        """ab where ab, a and b are all known."""
        if node.face != "upright" or len(node.base) < 2 or "\\" in node.spelled or not node.base.isalpha():
            return
        letters = [Name(one, tex=one, at=node.at) for one in node.base]
        if all(self.known.is_quantity(n.base) or n.base in self.known.context.sizes for n in letters):
            product = r"\,".join(node.base)
            what = f"`{node.base}` may be the name {node.base}, or the product of {' and '.join(node.base)}"
            raise Asked(node, what, f"`\\mathrm{{{node.base}}}` for the name", f"`{product}` for the product")

    def _read(self, node: Name, reading: Reading) -> Text:
        """name[slots].T ** power"""
        parts: list[Part] = [reading.name]
        if reading.slots:
            parts += ["[", *listed(node.at, [self.write(self._inside(slot)) for slot in reading.slots]), "]"]
        found = text(node.at, *parts)
        if reading.transposed:
            found = text(node.at, found, ".T")
        return found if reading.power is None else self.raised(found, reading.power, node)

    def _inside(self, slot: Node) -> Node:
        return slot.body if isinstance(slot, Fenced) and slot.opening == "(" else slot

    def _unknown(self, node: Name) -> Unreadable:
        """A name that nothing declares; two letters side by side may be meant as one name."""
        context = self.known.context
        every = [*context.tensors, *self.known.given, *context.sizes, *self.letters]
        if (loose := self._loose(node, node.base)) is not None:
            return loose
        near = did_you_mean(node.base, every) if len(node.base) > 1 else ""
        name = "".join(f"{accent}{{" for accent in node.accents) + (node.spelled or node.base) + "}" * len(node.accents)
        mend = near or f"declare it under inputs, parameters or constants, or write an equation `{name} = ...`"
        if node.accents and node.accents[-1] in ("\\bar", "\\overline"):
            mend = "a bar stands for an error signal: give this quantity a letter of its own"
        plain = next((stem for stem in stems(node) if self.known.is_quantity(stem)), None)
        if plain is not None and node.subs and text_of(node.subs[0]) == ":":
            own = node.spelled or node.base
            mend = f"write `B = {own}^\\top` and `B_i`, or the entry of a product, `({own}^\\top x)_i`"
            return Unreadable(f"{shown(node)}: a column is not read", node.at, mend)
        if plain is not None and (unbound := self._unbound(node)):
            return unbound
        if plain is not None and (node.subs or node.sups):
            tensor = context.tensors.get(plain) or context.shapes.get(plain)
            axes = f", [{', '.join(extent(axis) for axis in tensor.axes)}]" if tensor is not None else ""
            mend = f"a label needs an axis under `labels`, a position an index; `{plain}` is declared{axes}"
            return Unreadable(f"the scripts of {shown(node)} are no positions of `{plain}`", node.at, mend)
        if node.subs or node.sups:
            mend = "declare it, or one of its scripts as an index under `indices` or `labels`"
        return Unreadable(f"{shown(node)} has neither a declaration nor an equation", node.at, mend)

    def _unbound(self, node: Name) -> Unreadable | None:
        """A position that no Σ around it binds, and no left side."""
        scripts = [inner.body if isinstance(inner, Fenced) else inner for inner in flat((*node.subs, *node.sups))]
        names = [one for one in scripts if isinstance(one, Name) and not (one.subs or one.sups or one.accents)]
        free = [one.base for one in names if self._may_be_index(one)]
        left, right = self.goal
        if not free or right is None:
            return None
        what = f"nothing binds the index `{free[0]}` of {shown(node)}"
        if (loose := self._loose(node, free[0])) is not None:
            return loose
        if len(names) == len(scripts) and "_" not in left:
            every = "".join(one.base for one in names)
            return Unreadable(what, node.at, f"write it on the left too: `{left}_{{{every}}} = ...`")
        return None

    def _loose(self, node: Name, letter: str) -> Unreadable | None:
        """A letter behind the Σ that binds it, or an index of the file that nothing binds."""
        what, right = f"nothing binds the index `{letter}`", self.goal[1]
        if right is not None and any(isinstance(one, Big) and letter in bound_by(one) for one in nodes(right)):
            mend = rf"the sum over {letter} ends before it: put \left[ \right] around all that is summed"
            return Unreadable(what, node.at, mend)
        if letter in self.known.context.letters:
            return Unreadable(what, node.at, "write it on the left too, or under a sum")
        return None

    def _may_be_index(self, one: Name) -> bool:
        known = self.known
        plain = len(one.base) == 1 and one.base.isalpha() and one.base not in TRANSPOSES
        return plain and one.base not in self.letters and not known.is_quantity(one.base) and not size_of(known, one)

    def raised(self, base: Text, exponent: Node, node: Node) -> Text:
        """A power; of a matrix the inverse, or a question: A² may be A A or entry by entry."""
        from derive.declare.latex.names import is_transpose

        shape = self.shape(base)
        minus = exponent.terms[0] if isinstance(exponent, Sum) and exponent.signs == ("-",) else None
        if minus is not None and is_transpose(minus):
            return text(base.at, self.call(base.at, "inv", base), ".T")
        entries = _entrywise(exponent)
        if entries is not None:
            return text(base.at, held(base, ATOM), "**", held(self.write(entries), SIGNED), level=POWER)
        if shape is not None and len(shape.letters) == 2:
            if isinstance(exponent, Name) and exponent.base in ("+", "dagger"):
                return self.call(base.at, "pinv", base)
            if isinstance(minus, Number) and minus.text == "1":
                return self.call(base.at, "inv", base)
            raise self._which_power(node, exponent)
        if isinstance(exponent, Name) and exponent.base in ("*", "star", "ast", "dagger", "prime"):
            raise Unreadable(f"the mark on {shown(node)} belongs to no declared name", exponent.at, "declare it")
        return text(base.at, held(base, ATOM), "**", held(self.write(self._inside(exponent)), SIGNED), level=POWER)

    def _which_power(self, node: Node, exponent: Node) -> Unreadable:
        """A² may be A A or each entry's; a root of a matrix has no product that says it."""
        name, above = bare(node).split("^")[0], " ".join(exponent.tex.split())
        what = f"{shown(node)} may be a power of the matrix, or of each entry"
        entries = f"`{name}^{{\\circ {above}}}` for each entry's"
        if isinstance(exponent, Number) and exponent.text.isdigit() and 1 < int(exponent.text) < 10:
            return Asked(node, what, f"`{' '.join([name] * int(exponent.text))}` for the product", entries)
        diagonal = "where the matrix is diagonal, `\\operatorname{diag}(d" + f"^{{{above}}})` of its diagonal d"
        return Asked(node, what, entries, diagonal)

    def _scripted(self, node: Node) -> Text:
        """Scripts on what is no name: norms, transposes, entries, powers."""
        assert isinstance(node, Scripted)
        if node.primes and not node.accents:
            what = f"the prime on {shown(node)} is no transpose here"
            raise Unreadable(what, node.at, "write `^\\top` for the transpose; give a slope its own formula")
        if node.accents:
            raise Unreadable(f"{shown(node)}: an accent stands on a name only", node.at, "give this a name")
        body = node.body
        if _is_positive_part(node):
            return self.hung(self.call(node.at, "relu", self.write(body)), flat(node.sups), node)
        if isinstance(body, Fenced) and body.opening == "||":
            return self._with(self.norm(body, node.subs), node, ())
        if isinstance(body, Fenced) and body.closing == "|" and body.opening == ".":
            raise Unreadable("a value at a point is not read", node.at, "give the value an equation of its own")
        return self._with(self.write(body), node, node.subs)

    def _with(self, found: Text, node: Scripted, subs: tuple[Node, ...]) -> Text:
        if subs:
            slots = [self.write(slot) for slot in flat(subs)]
            found = text(found.at, held(found, ATOM), "[", *listed(node.at, slots), "]")
        return self.hung(found, flat(node.sups), node)

    def hung(self, found: Text, sups: list[Node], node: Node) -> Text:
        """Transposes and a power."""
        from derive.declare.latex.names import is_transpose

        for sup in sups:
            turned = is_transpose(sup)
            if turned and str(found).isdigit():
                continue
            found = text(found.at, held(found, ATOM), ".T") if turned else self.raised(found, sup, node)
        return found

    def _root(self, node: Node) -> Text:
        assert isinstance(node, Root)
        inner = self.write(node.body)
        if node.index is None:
            return self.call(node.at, "sqrt", inner)
        index = held(self.write(node.index), ATOM)
        return text(node.at, held(inner, ATOM), "**(1/", index, ")", level=POWER)

    def _fenced(self, node: Node) -> Text:
        assert isinstance(node, Fenced)
        body, opening = node.body, node.opening
        if isinstance(body, Relation) and set(body.relations) <= {"|", "||"} and opening in "([":
            return self._joined(node, List(body.sides, tex=body.tex, at=body.at))
        if isinstance(body, Relation):
            return text(node.at, "[", self.condition(body), "]")
        if opening == "||":
            return self.norm(node, ())
        if opening == "|" and node.closing == "|":
            return self.bars(node)
        if opening == "<" and isinstance(body, List) and len(body.items) == 2:
            return self.call(node.at, "dot", *map(self.write, body.items))
        if opening == "⌊" and node.closing == "⌋":
            return self.call(node.at, "floor", self.write(body))
        if opening == "[" and isinstance(body, (List, Grid)):
            return self._joined(node, body)
        if opening not in "([{" or node.closing not in ")]}" or isinstance(body, List):
            raise Unreadable(f"{shown(node)} has no meaning here", node.at, "write parentheses around one value")
        return self.write(body)

    def _joined(self, node: Node, body: List | Grid) -> Text:
        """[a, b] or [a; b], one on the other."""
        cells = body.items if isinstance(body, List) else tuple(cell for row in body.rows for cell in row)
        written = [self.write(cell) for cell in cells]
        if any((s := self.shape(w)) is not None and (s.is_scalar or len(s.letters) == 2) for w in written):
            what = f"{shown(node)}: only vectors are put together"
            raise Unreadable(what, node.at, "declare it as an input, or give it entry by entry")
        return self.call(node.at, "concatenate", *written)

    def _grid(self, node: Node) -> Text:
        assert isinstance(node, Grid)
        if "cases" in node.environment:
            return self.cases(node)
        if all(len(row) == 1 for row in node.rows):
            return self._joined(node, node)
        raise Unreadable("a matrix that is written out is not read", node.at, "declare it as a constant")

    def _list(self, node: Node) -> Text:
        raise Unreadable(f"{shown(node)}: several values stand where one should", max(node.at, 0), "write one")

    def _relation(self, node: Node) -> Text:
        assert isinstance(node, Relation)
        what = f"{shown(node)} is a comparison, not a value"
        raise Unreadable(what, max(node.at, 0), f"write it in brackets: `[{bare(node)}]`")

    def _words(self, node: Node) -> Text:
        raise Unreadable(f"the words {shown(node)} are no value", max(node.at, 0), "write a formula")

    def _dots(self, node: Node) -> Text:
        raise Unreadable(DOTTED, max(node.at, 0), r"write a sum with its index, `\sum_{i=1}^{N}`")


def _entrywise(exponent: Node) -> Node | None:
    """The 2 of A^{\\circ 2} and of A^{\\odot 2}."""
    head, rest = (exponent.factors[0], exponent.factors[1:]) if isinstance(exponent, Times) else (None, ())
    if isinstance(head, Name) and head.base in ("circ", "odot") and len(rest) == 1:
        return rest[0]
    return None


def _is_positive_part(node: Scripted) -> bool:
    """[a]_+"""
    mark = node.subs[0] if len(node.subs) == 1 else None
    return isinstance(node.body, Fenced) and isinstance(mark, Name) and mark.base in ("+", "plus")
