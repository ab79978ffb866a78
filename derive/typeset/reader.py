"""Names and the little LaTeX that people give for them, read into boxes.

W1 -> W with 1,  y_prime -> y′,  z_hat -> ẑ,  sigma -> σ,  W_hh -> W_hh,  \\mathcal{E} -> script E
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from derive.document import Accent, Face, Math, Operator, Over, Raw, Row, Script, Symbol, row

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "lamda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ",
    "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
SHORT = {"eps": "ε"}
"""Names of letters that people shorten."""
VARIANTS = {"varepsilon": "ε", "varphi": "φ", "vartheta": "θ", "ell": "ℓ", "partial": "∂", "nabla": "∇"}
ACCENTS: dict[str, Accent] = {
    "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde", "hat": "hat", "widehat": "hat",
    "dot": "dot", "ddot": "ddot", "vec": "vec",
}  # fmt: skip
FACES: dict[str, Face] = {
    "mathcal": "script", "mathscr": "script", "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "mathrm": "upright",
    "text": "upright", "textrm": "upright", "operatorname": "upright", "mathit": "italic", "mathbb": "double",
}  # fmt: skip
OPERATOR_NAMES = ("log", "ln", "exp", "tanh", "sinh", "cosh", "sin", "cos", "tan", "max", "min", "det", "arg", "sup")
SUFFIXES: dict[str, Accent] = {"hat": "hat", "tilde": "tilde", "dot": "dot", "vec": "vec"}

PRIME = Symbol("′", "upright")
NAME = re.compile(r"([^\W\d_]+)(\d*)((?:_[^\W_]+)*)_*")
CAPITAL = re.compile(r"([A-Z])([a-z])(\d*)((?:_[^\W_]+)*)")
SHORTENED = re.compile(r"([A-Z](?=[a-z]{1,2}(?![a-z]))|[a-z](?=[a-z](?![a-z])))([a-z]+)(\d*)((?:_[^\W_]+)*)")
TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[A-Za-z]|\d+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Name:
    """A letter with what hangs on it: `digits` (a layer or a number), further subscripts, and superscripts."""

    base: Math
    digits: str = ""
    subs: tuple[Math, ...] = ()
    sups: tuple[Math, ...] = ()


def letters(text: str) -> Symbol:
    """A word as a symbol: one letter in italics, a Greek name as its letter, more letters upright."""
    greek = GREEK.get(text) or SHORT.get(text)
    return Symbol(greek) if greek else Symbol(text, "italic" if len(text) == 1 and text.isalpha() else "upright")


def with_subscript(text: str, parameter: bool) -> str:
    """Wq as W_q: a capital and one small letter; of parameters also Wxh and bq. Names of Greek letters stay whole."""
    met = (SHORTENED if parameter else CAPITAL).fullmatch(text)
    if met is None or (met[1] + met[2]).lower() in (*GREEK, *SHORT):
        return text
    return f"{met[1]}{met[3]}_{met[2]}{met[4]}"


def read_name(text: str) -> Name:
    """The parts of a plain name."""
    met = NAME.fullmatch(text)
    if met is None:
        return Name(Symbol(text, "upright"))
    name = Name(letters(met[1]), met[2])
    for suffix in met[3].split("_")[1:]:
        name = _with_suffix(name, suffix)
    return name


def _with_suffix(name: Name, suffix: str) -> Name:
    if suffix in SUFFIXES:
        return replace(name, base=Over(name.base, SUFFIXES[suffix]))
    if suffix == "prime":
        return replace(name, sups=(*name.sups, PRIME))
    if suffix == "star":
        return replace(name, sups=(*name.sups, Symbol("∗", "upright")))
    return replace(name, subs=(*name.subs, letters(suffix)))


def read_latex(text: str) -> Name | None:
    """The parts of a name given in LaTeX; None where it is not one balanced piece."""
    tokens = [token for token in TOKEN.findall(text) if not token.isspace()]
    if not tokens or not _balanced(tokens):
        return None
    try:
        boxes, rest = _sequence(tokens)
    except _Unread:
        return Name(Raw(text.strip(), _plain(tokens)))
    if rest or not boxes:
        return None
    only = boxes[0]
    if len(boxes) == 1 and isinstance(only, Script):
        return Name(only.base, "", () if only.sub is None else (only.sub,), () if only.sup is None else (only.sup,))
    return Name(only) if len(boxes) == 1 else Name(row(*boxes))


class _Unread(Exception):
    """A command that the boxes do not say."""


def _balanced(tokens: list[str]) -> bool:
    depth = 0
    for token in tokens:
        depth += (token == "{") - (token == "}")
        if depth < 0 or token in ("%", "$", "#", "&", "~", "\\\\", "\\"):
            return False
    return depth == 0


def _plain(tokens: list[str]) -> str:
    """What is left of unknown LaTeX for a target that has none."""
    known = {**GREEK, **VARIANTS}
    return "".join(known.get(t[1:], "") if t.startswith("\\") else t for t in tokens if t not in "{}") or "?"


def _sequence(tokens: list[str]) -> tuple[list[Math], list[str]]:
    """Boxes up to a closing brace or the end."""
    boxes: list[Math] = []
    while tokens and tokens[0] != "}":
        if tokens[0] in ("^", "_", "'"):
            if not boxes:
                raise _Unread
            boxes[-1], tokens = _scripted(boxes[-1], tokens)
        else:
            box, tokens = _atom(tokens)
            boxes.append(box)
    return boxes, tokens


def _scripted(base: Math, tokens: list[str]) -> tuple[Math, list[str]]:
    met = base if isinstance(base, Script) else Script(base)
    if tokens[0] == "'":
        return Script(met.base, met.sub, PRIME if met.sup is None else row(met.sup, PRIME)), tokens[1:]
    box, rest = _atom(tokens[1:])
    if tokens[0] == "_":
        if met.sub is not None:
            raise _Unread
        return Script(met.base, box, met.sup), rest
    return Script(met.base, met.sub, box if met.sup is None else row(met.sup, box)), rest


def _atom(tokens: list[str]) -> tuple[Math, list[str]]:
    if not tokens:
        raise _Unread
    token, rest = tokens[0], tokens[1:]
    if token == "{":
        boxes, rest = _sequence(rest)
        if not boxes:
            raise _Unread
        return row(*boxes), rest[1:]
    if token.startswith("\\"):
        return _command(token[1:], rest)
    if token in "+-=":
        return Operator({"-": "−"}.get(token, token), "unary"), rest
    return Symbol(token, "italic" if token.isalpha() else "upright"), rest


def _command(name: str, rest: list[str]) -> tuple[Math, list[str]]:
    letter = GREEK.get(name) or VARIANTS.get(name)
    if letter:
        return Symbol(letter), rest
    if name in (",", " ", ";"):
        return Symbol(" ", "upright"), rest
    if name in OPERATOR_NAMES:
        return Symbol(name, "upright"), rest
    if name == "prime":
        return PRIME, rest
    if name == "prod":
        return Symbol("∏", "upright"), rest
    if name in ACCENTS:
        box, rest = _atom(rest)
        return Over(box, ACCENTS[name]), rest
    if name in FACES:
        box, rest = _atom(rest)
        return _faced(box, FACES[name]), rest
    raise _Unread


def _faced(box: Math, face: Face) -> Math:
    """A letter or word in a face; letters in a row join into a word."""
    items = box.items if isinstance(box, Row) else (box,)
    if all(isinstance(item, Symbol) for item in items):
        return Symbol("".join(item.text for item in items if isinstance(item, Symbol)), face)
    raise _Unread
