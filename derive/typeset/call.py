"""Functions: σ(z), σ″(z), ∂₁φ(a, b), f(𝐱), ∂f/∂x_i, g_i(w), softmax(𝐲)_k, max_{j ≤ t} x_j, e^z."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from derive.document import Fenced, Math, Operator, Root, Row, Script, Symbol, row
from derive.document import Fraction as Stacked
from derive.notation.expression import Apply, Entry, Expr, Lambda, of
from derive.notation.walk import free_letters, substitute
from derive.operators import TABLE
from derive.typeset.level import Level, Piece
from derive.typeset.number import digits, exponent_box
from derive.typeset.positions import hung
from derive.typeset.reader import PRIME
from derive.typeset.scribe import Scribe, listed, raised

PREFIXES = ("log", "log2", "det", "logdet")
"""Functions that a plain argument follows without parentheses."""
FENCES = {"abs": ("|", "|")}
DOTS = Symbol("…", "upright")
CURLY = Symbol("∂")

Write = Callable[[Expr, Scribe], Piece]


def call(apply: Apply, scribe: Scribe, write: Write) -> Piece:
    """A function at its arguments."""
    if apply.partials and any(slots for _, slots in apply.partials):
        return _slope_of_whole(apply, scribe, write)
    if _is_along(apply, scribe):
        return _along(apply, scribe, write)
    pieces = [argument(a, scribe, write) for a in apply.args]
    special = _special(apply, pieces)
    if special is not None:
        return special
    return named(apply, pieces, scribe, positions(apply, scribe))


def _is_along(apply: Apply, scribe: Scribe) -> bool:
    """Whether this is a function of a whole axis of the table."""
    known = TABLE.get(apply.function)
    return known is not None and known.axes > 0 and apply.function not in scribe.names.network.functions


def _along(apply: Apply, scribe: Scribe, write: Write) -> Piece:
    """softmax(𝐲)_k, softmax_{j ≤ i}(𝐬_i)_k; max_j x_ij, ∏_{j ≠ i} x_j."""
    given = apply.args[0]
    if TABLE[apply.function].axes == 2:
        return _of_matrix(apply, argument(given, scribe, write), scribe)
    if not TABLE[apply.function].big:
        name = hung_below(scribe.names.function(apply.function), conditions(apply, scribe, write))
        arguments, at = Fenced(argument(given, scribe, write).box), positions(apply, scribe)
        return Piece(row(name, arguments if at is None else Script(arguments, at)))
    inner = scribe.binding(given.letters)
    held = conditions(apply, scribe, write)
    told = free_letters(_weight(apply)) if len(apply.args) > 1 else {}
    plain = [inner.letter(x) for x in given.letters if x not in told]
    name = hung_below(scribe.names.function(apply.function), listed([*plain, *([held] if held is not None else [])]))
    body = write(given.body, inner).inside(Level.SCRIPTED)
    return Piece(row(name, Operator("", "product"), body), Level.PRODUCT, True)


def _of_matrix(apply: Apply, given: Piece, scribe: Scribe) -> Piece:
    """(𝐀⁻¹)_ij, ‖𝐀‖₂, Φ_ij, chol(𝐀)_ij."""
    if TABLE[apply.function].exponent:
        base = raised(given.inside(Level.ATOM, last=False), scribe.slot(apply.slots[-1]))
        entry = Script(Fenced(base), scribe.positions(apply.slots[:-1]))
        return Piece(entry if entry.sub is not None else base, Level.SCRIPTED)
    at, special = positions(apply, scribe), signed_matrix(apply, given)
    if special is not None:
        return special if at is None else Piece(Script(Fenced(special.box), at), Level.SCRIPTED)
    if TABLE[apply.function].scales and apply.args[0].body.number == 1:
        return Piece(hung_below(scribe.names.function(apply.function), at))
    return named(apply, [given], scribe, at)


def signed_matrix(apply: Apply, given: Piece) -> Piece | None:
    """𝐀⁻¹, 𝐀⁺, ‖𝐀‖₂: functions of a matrix that have a sign of their own."""
    if apply.function in RAISED:
        return Piece(raised(given.inside(Level.ATOM, last=False), RAISED[apply.function]), Level.SCRIPTED)
    if apply.function in NORMS:
        return Piece(Script(Fenced(given.box, "‖", "‖"), NORMS[apply.function]), Level.SCRIPTED)
    return None


RAISED = {"inv": exponent_box(-1), "pinv": Symbol("+", "upright")}
NORMS = {"spectral_norm": digits(2), "nuclear_norm": Symbol("*", "upright")}


def _weight(apply: Apply) -> Expr:
    """The weight of a function of a whole axis, in the letters of its argument."""
    given, weight = apply.args
    return substitute(weight.body, {x: y.slot for x, y in zip(weight.letters, given.letters, strict=True)})


def conditions(apply: Apply, scribe: Scribe, write: Write) -> Math | None:
    """What a weight says, j ≤ i, k ≠ j: the conditions without their brackets; None where every position counts."""
    if len(apply.args) == 1:
        return None
    inner, weight = scribe.binding(apply.args[0].letters), _weight(apply)
    terms = weight.terms
    single = len(terms) == 1 and terms[0].coefficient == 1 and not terms[0].bound
    pieces = [of(f) for f in terms[0].factors] if single else [weight]
    return listed(_joined([_open(write(piece, inner).box) for piece in pieces]))


def _open(box: Math) -> Math:
    """A condition without its brackets."""
    return box.body if isinstance(box, Fenced) and box.left == "[" else box


def _joined(boxes: list[Math]) -> list[Math]:
    """k ≥ 1 and k ≤ N as 1 ≤ k ≤ N."""
    for n, (low, high) in enumerate(pairwise(boxes)):
        if isinstance(low, Row) and isinstance(high, Row) and (_sign(low), _sign(high)) == ("≥", "≤"):
            at = low.items.index(_AT_LEAST)
            bottom, slot = row(*low.items[at + 1 :]), low.items[:at]
            if slot == high.items[: len(slot)]:
                return _joined([*boxes[:n], row(bottom, Operator("≤", "relation"), *high.items), *boxes[n + 2 :]])
    return boxes


_AT_LEAST = Operator("≥", "relation")


def _sign(box: Row) -> str:
    signs = [item.text for item in box.items if isinstance(item, Operator) and item.kind == "relation"]
    return signs[0] if len(signs) == 1 else ""


def hung_below(name: Math, below: Math | None) -> Math:
    return name if below is None else _with_sub(name, below)


def positions(apply: Apply, scribe: Scribe) -> Math | None:
    return scribe.positions(apply.slots)


def _special(apply: Apply, pieces: list[Piece]) -> Piece | None:
    """Functions that have a notation of their own."""
    if apply.partials or apply.function not in TABLE or len(pieces) != 1:
        return None
    if apply.function == "exp":
        return Piece(Script(Symbol("e"), None, pieces[0].box), Level.SCRIPTED)
    return fences(apply, pieces[0].box)


def fences(apply: Apply, body: Math) -> Piece | None:
    """√a and |a|."""
    if apply.function == "sqrt" and not apply.partials:
        return Piece(rooted(body))
    if apply.function in FENCES and not apply.partials:
        return Piece(Fenced(body, *FENCES[apply.function]))
    return None


def rooted(body: Math) -> Math:
    """√a; the root of a squared norm is the norm."""
    norm = isinstance(body, Script) and body.sup == digits(2) and body.sub is None and body.base
    return norm if isinstance(norm, Fenced) and norm.left == "‖" else Root(body)


def named(apply: Apply, pieces: list[Piece], scribe: Scribe, at: Math | None, bold: bool = False) -> Piece:
    """name(arguments), with its primes; `at` is a position, below the name of a family, else after the call."""
    family = scribe.names.network.functions.get(apply.function) == "family"
    name = scribe.names.function(apply.function, "bold" if bold else "italic")
    if family and at is not None:
        name = _with_sub(name, at)
        name = Script(name, None, row(*[PRIME] * len(apply.partials))) if apply.partials else name
    elif apply.function == "logdet":
        name = row(scribe.names.function("log"), Operator("", "product"), scribe.names.function("det"))
    else:
        name = _primed(name, apply, len(pieces))
    if apply.function in PREFIXES and not apply.partials and pieces[0].level >= Level.SCRIPTED and not pieces[0].open:
        return Piece(row(name, Operator("", "product"), pieces[0].box), Level.PRODUCT, True)
    body = Fenced(listed(p.box for p in pieces))
    after = body if family or at is None else Script(body, at)
    return Piece(row(name, after))


def _with_sub(name: Math, at: Math) -> Math:
    if isinstance(name, Script):
        return Script(name.base, hung(name.sub, at), name.sup)
    return Script(name, at)


def _primed(name: Math, apply: Apply, arity: int) -> Math:
    """σ, σ′, σ″, σ⁽⁴⁾; of several arguments ∂₁φ, ∂₁₂φ."""
    count = len(apply.partials)
    if not count:
        return name
    if arity > 1:
        places = [digits(n + 1) for n, _ in apply.partials]
        return row(Script(CURLY, row(*places)), name)
    if count > 3:
        return raised(name, Fenced(digits(count)))
    return raised(name, row(*[PRIME] * count))


def argument(given: Lambda, scribe: Scribe, write: Write) -> Piece:
    """A scalar argument; for one of a whole axis 𝐱, 𝐲_n, or its entries from first to last."""
    if not given.letters:
        return write(given.body, scribe)
    whole = whole_tensor(given, scribe) or _whole_function(given, scribe, write)
    return whole if whole is not None else Piece(_entries(given, scribe, write), Level.SUM)


def _whole_function(given: Lambda, scribe: Scribe, write: Write) -> Piece | None:
    """The function of a matrix that an argument is, at all of its positions: 𝐀⁻¹ in det(𝐀⁻¹)."""
    apply = given.body.factor
    row = TABLE.get(apply.function) if isinstance(apply, Apply) else None
    if row is None or not row.out or not isinstance(apply, Apply) or apply.partials:
        return None
    at, rest = apply.slots[: len(row.out)], apply.slots[len(row.out) :]
    ranges = [apply.args[0].letters[n].range for n in row.out]
    plain = tuple(slot.letter for slot in at) == given.letters and [x.range for x in given.letters] == ranges
    return _of_matrix(replace(apply, slots=rest), argument(apply.args[0], scribe, write), scribe) if plain else None


def whole_tensor(given: Lambda, scribe: Scribe) -> Piece | None:
    """The tensor that an argument is, all of its entries along the argument's letters."""
    entry = given.body.factor
    if not isinstance(entry, Entry) or len({*given.letters}) != len(given.letters):
        return None
    running = [slot.letter for slot in entry.slots if slot.letter in given.letters]
    if tuple(running) != given.letters or not _covers(entry, given):
        return None
    if len(running) == len(entry.slots) and not entry.tensor.labels:
        return Piece(scribe.names.tensor(entry.tensor))
    colon = Symbol(":", "upright")
    kept = [colon if slot.letter in given.letters else scribe.slot(slot) for slot in entry.slots]
    while kept and kept[-1] is colon:
        kept.pop()
    return Piece(scribe.names.row_of(entry.tensor, tuple(kept)))


def _covers(entry: Entry, given: Lambda) -> bool:
    pairs = zip(entry.slots, entry.tensor.axes, strict=True)
    return all(
        slot.letter.range == axis for slot, axis in pairs if slot.letter is not None and slot.letter in given.letters
    )


def _entries(given: Lambda, scribe: Scribe, write: Write) -> Math:
    """g_1(w), …, g_n(w); over two letters (a_jk)_jk."""
    if len(given.letters) > 1:
        inner = scribe.binding(given.letters)
        return Script(Fenced(write(given.body, inner).box), row(*(inner.letter(x) for x in given.letters)))
    letter = given.letters[0]
    first, last = (substitute(given.body, {letter: end}) for end in (letter.range.lo, letter.range.hi))
    return listed((write(first, scribe).box, DOTS, write(last, scribe).box))


def _slope_of_whole(apply: Apply, scribe: Scribe, write: Write) -> Piece:
    """∂f/∂x_i and ∂²f/∂x_i∂x_j where f is of a named tensor; else ∂_i f(…)."""
    entries = [_differentiated(apply, n, scribe) for n in range(len(apply.partials))]
    known = _is_along(apply, scribe)
    name = scribe.names.function(apply.function)
    name = hung_below(name, conditions(apply, scribe, write)) if known else name
    order = len(entries)
    if all(entry is not None for entry in entries):
        over = [row(CURLY, entry) for entry in entries if entry is not None]
        top = row(raised(CURLY, digits(order)) if order > 1 else CURLY, _with_slots(name, apply, scribe))
        return Piece(Stacked(top, row(*over)))
    where = scribe.positions(tuple(slot for _, slots in apply.partials for slot in slots))
    body = Fenced(listed(argument(a, scribe, write).box for a in (apply.args[:1] if known else apply.args)))
    return Piece(row(Script(CURLY, where), _with_slots(name, apply, scribe), body))


def _with_slots(name: Math, apply: Apply, scribe: Scribe) -> Math:
    at = scribe.positions(apply.slots)
    return name if at is None else _with_sub(name, at)


def _differentiated(apply: Apply, n: int, scribe: Scribe) -> Math | None:
    """The entry x_i that the n-th partial is by; None where the argument is no named tensor."""
    place, slots = apply.partials[n]
    given = apply.args[place]
    if whole_tensor(given, scribe) is None or not slots:
        return None
    at = dict(zip(given.letters, slots, strict=True))
    entry = substitute(given.body, at).factor
    return scribe.entry(entry) if isinstance(entry, Entry) else None
