"""Sub-networks: equations that are written once and used by name.

    define:
      block(x, W, b): |
        z = W @ x + b               h1 = block(x, W1, b1)   reads as   z1 = W1 @ x + b1
        h = tanh(z)                                                    h1 = tanh(z1)

The last equation gives the result. What is inside is named after the result: for h1 it is z1 from z, for y it is z_y.
A use at a label, h[l] = block(h[l-1], W[l], b[l]), has its label and range inside too.
Every use is text again, each piece of it at the place that it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from derive.declare.marks import Passage, Source
from derive.declare.tokens import Token, at_token, scan, split
from derive.errors import Place, Problem

DEEPEST = 10
"""How deep definitions may use each other."""

Piece = tuple[str, Place]
"""Some text, and where it came from."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A sub-network: its parameters, and the tokens of its statements, in a passage of their own."""

    name: str
    parameters: tuple[str, ...]
    passage: Passage
    statements: tuple[tuple[Token, ...], ...]

    @property
    def inner(self) -> tuple[str, ...]:
        """The quantities that it defines; the last is its result."""
        return tuple(dict.fromkeys(self.word(tokens[0]) for tokens in self.statements))

    def word(self, token: Token) -> str:
        return self.passage.text[token[1] : token[2]]


def definitions(source: Source, problems: list[Problem]) -> dict[str, Definition]:
    """The definitions of a file by name; what is wrong with the others is added to the problems."""
    found: dict[str, Definition] = {}
    for head, body in source.data.get("define", {}).items():
        where = source.passage(head, "define", head)
        met = _definition(head, source.passage(body, "define", head))
        if isinstance(met, str):
            problems.append(
                Problem(source.key("define", head) or where.place(0), met, "write `block(x, W): |` and its equations")
            )
        elif slip := _slip(met):
            problems.append(slip)
        else:
            found[met.name] = met
    return found


def _definition(head: str, passage: Passage) -> Definition | str:
    words = [head[a:b] for _, a, b in scan(head)]
    kinds = [kind for kind, _, _ in scan(head)]
    good = kinds[:2] == ["NAME", "LPAR"] and kinds[-1] == "RPAR" and kinds[2:-1:2] == ["NAME"] * len(kinds[2:-1:2])
    if not good or any(word != "," for word in words[3:-1:2]):
        return f"`{head}` is no definition's head"
    statements = tuple(tuple(tokens) for tokens in split(list(scan(passage.text))))
    if not statements:
        return f"`{words[0]}` has no equations"
    return Definition(words[0], tuple(words[2:-1:2]), passage, statements)


def _slip(definition: Definition) -> Problem | None:
    """The first line that defines nothing, or defines what is given, with the line to write instead."""
    for tokens in definition.statements:
        first, start, stop = definition.word(tokens[0]), tokens[0][1], tokens[-1][2]
        named = tokens[0][0] == "NAME" and len(tokens) > 1 and tokens[1][0] in ("EQUAL", "LSQB")
        equal = next((token for token in tokens if token[0] == "EQUAL"), None)
        if named and equal and first not in definition.parameters:
            continue
        right = definition.passage.text[equal[2] if equal else start : stop].strip()
        what = f"`{first}` is given to `{definition.name}`, and a line of it defines it"
        if not (named and equal):
            what = f"a line of `{definition.name}` has no name for what it computes"
        mend = f"write `{_free(definition)} = {right}`; the last line gives the result"
        return at_token(definition.passage, start, stop, what, mend)
    return None


def _free(definition: Definition) -> str:
    """A name that the definition does not have: its first letter, where that is free."""
    there = {definition.word(token) for tokens in definition.statements for token in tokens} | {*definition.parameters}
    initial = definition.name[0]
    return next(name for n in range(len(there) + 1) if (name := initial if not n else f"{initial}{n}") not in there)


def expanded(
    passage: Passage,
    known: Mapping[str, Definition],
    taken: set[str],
    problems: list[Problem],
    uses: dict[str, str],
) -> Passage:
    """The equations with every use of a definition written out; the same passage where there is none.

    uses: is told which quantity of which definition each name of a use is: z1 -> block.z, W1 -> block.W.
    """
    if not known:
        return passage
    lines: list[list[Piece]] = []
    for tokens in split(list(scan(passage.text))):
        pieces = [(passage.text[a:b], passage.place(a)) for _, a, b in tokens]
        try:
            lines.extend(_written_out(pieces, known, taken, uses, 0))
        except _Misuse as misuse:
            start, stop = tokens[0][1], tokens[-1][2]
            problems.append(at_token(passage, start, stop, misuse.what, misuse.mend))
    return pieced(passage.file, lines)


class _Misuse(Exception):
    def __init__(self, what: str, mend: str) -> None:
        self.what, self.mend = what, mend
        super().__init__(what)


def pieced(file: str, lines: Sequence[Sequence[Piece]]) -> Passage:
    """Lines of text as a passage, each piece at the place that it came from."""
    text, starts = "", []
    for line in lines:
        for word, place in line:
            starts.append((len(text), place.line, place.column))
            text += word + " "
        text += "\n"
    return Passage(file, text, tuple(starts) or ((0, 1, 1),))


def _written_out(
    line: list[Piece], known: Mapping[str, Definition], taken: set[str], uses: dict[str, str], depth: int
) -> Iterator[list[Piece]]:
    """The statement's uses as statements before it, then itself."""
    words = [word for word, _ in line]
    at = next((n for n, w in enumerate(words[:-1]) if w in known and words[n + 1] == "(" and n > 1), None)
    if at is None:
        yield line
        return
    if depth > DEEPEST:
        raise _Misuse(f"definitions use each other more than {DEEPEST} deep", "write one of them out")
    definition = known[words[at]]
    arguments, end = _arguments(line, at + 1)
    if len(arguments) != len(definition.parameters):
        what = f"`{definition.name}` is given {len(arguments)} values, not {len(definition.parameters)}"
        raise _Misuse(what, f"write {definition.name}({', '.join(definition.parameters)})")
    equals = words.index("=")
    ranges = line[words.index("for") :] if "for" in words else []
    alone = at == equals + 1 and end + len(ranges) == len(line)
    target, slots = words[0], line[1:equals]
    names = _names(definition, target, alone, taken)
    taken.update(names.values())
    mapping = dict(zip(definition.parameters, arguments, strict=True))
    uses.update({own: f"{definition.name}.{name}" for name, own in names.items()})
    for name, given in mapping.items():
        uses.setdefault(given[0][0], f"{definition.name}.{name}")
    for tokens in definition.statements:
        inner = list(_renamed(definition, tokens, names, mapping, slots, ranges))
        yield from _written_out(inner, known, taken, uses, depth + 1)
    if not alone:
        result = (names[definition.inner[-1]], line[at][1])
        yield from _written_out([*line[:at], result, *slots, *line[end:]], known, taken, uses, depth + 1)


def _arguments(line: Sequence[Piece], start: int) -> tuple[list[list[Piece]], int]:
    """The arguments between the brackets that open at a place, and the place after they close."""
    found: list[list[Piece]] = [[]]
    depth = 0
    for n in range(start, len(line)):
        word = line[n][0]
        depth += (word in ("(", "[")) - (word in (")", "]"))
        if depth == 0:
            return [a for a in found if a], n + 1
        if depth == 1 and word == ",":
            found.append([])
        elif n > start:
            found[-1].append(line[n])
    raise _Misuse("a bracket is never closed", "close it")


def _names(definition: Definition, target: str, alone: bool, taken: set[str]) -> dict[str, str]:
    """What each inner quantity is called in this use: h1 = block(…) makes z into z1."""
    result = definition.inner[-1]
    number = target[len(target.rstrip("0123456789")) :]
    free = not any(f"{name}{number}" in taken for name in definition.inner if name != result)
    own = target == f"{result}{number}" or free
    suffix = number if number and own else f"_{target}"
    names = {}
    for name in definition.inner:
        if name == result and alone:
            names[name] = target
            continue
        wanted = f"{name}{suffix}"
        names[name] = next(w for n in range(len(taken) + 2) if (w := wanted if not n else f"{wanted}_{n}") not in taken)
    return names


def _renamed(
    definition: Definition,
    tokens: Sequence[Token],
    names: Mapping[str, str],
    mapping: Mapping[str, Sequence[Piece]],
    slots: Sequence[Piece],
    ranges: Sequence[Piece],
) -> Iterator[Piece]:
    """One inner statement in the names of a use; inner quantities get the slots of the use's left side."""
    before = ""
    skip = False
    for n, token in enumerate(tokens):
        word, place = definition.word(token), definition.passage.place(token[1])
        follows = definition.word(tokens[n + 1]) if n + 1 < len(tokens) else ""
        if skip:
            skip = False
            yield ",", place
            continue
        if word in names and before != "." and follows != "(":
            yield names[word], place
            if slots and follows == "[":
                yield from slots[:-1]
                skip = True
            else:
                yield from slots
        elif word in mapping and before != ".":
            yield from _in_brackets(mapping[word])
        else:
            yield word, place
        before = word
    yield from ranges


def _in_brackets(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """A value in ( ) unless it is a name, or a name's entry."""
    words = [word for word, _ in pieces]
    plain = len(words) == 1 or (len(words) > 1 and words[1] == "[" and words.count("[") == 1 and words[-1] == "]")
    if plain:
        yield from pieces
    else:
        yield "(", pieces[0][1]
        yield from pieces
        yield ")", pieces[-1][1]
