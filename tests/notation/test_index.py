"""Positions: quotients of sizes, and what is sure about positions, against every small size."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import product

import numpy as np
import pytest

from derive.notation.bounds import decided, surely_inside, surely_nonnegative, surely_positive
from derive.notation.division import NotWhole, divided, number_of, written_out
from derive.notation.expression import Entry, Tensor
from derive.notation.index import Index, Range, Slot, position
from derive.notation.layout import spelled
from derive.notation.pattern import Joined, pattern
from derive.notation.renaming import Renaming
from derive.notation.sizes import Defined, Quotient

N, K, S, D, P = (position(name) for name in "NKSDP")


def floored(top: Slot, bottom: Slot) -> Slot:
    return divided(top, bottom, floor=True)


EQUAL = {
    "minus itself": (divided(N - K, S) - divided(N - K, S), position(0)),
    "written in another order": (divided(N - K, S), divided(-K + N, S)),
    "times its denominator": (divided(N - K, S) * S, N - K),
    "a product with the denominator in it": (divided(N - K, S) * S * D * 2, (N - K) * D * 2),
    "twice a half": (divided(N - 1, position(2)) * 6, N * 3 - 3),
    "what the denominator divides": (divided(S * N - S * K, S), N - K),
    "a part that it divides": (floored(N + S * 2, S), floored(N, S) + 2),
    "a number that it divides": (divided(N + 4, position(2)), divided(N, position(2)) + 2),
    "a common number": (divided(N * 2 - K * 2, S * 2), divided(N - K, S)),
    "a floor of a floor": (floored(floored(N, position(2)), position(2)), floored(N, position(4))),
    "a quotient of a quotient": (divided(divided(N, S), K), divided(N, S * K)),
    "numbers": (floored(position(-7), position(2)), position(-4)),
    "by 1": (divided(N, position(1)), N),
    "by itself": (divided(N + K, N + K), position(1)),
}


@pytest.mark.parametrize("name", EQUAL)
def test_quotients_are_worked_off(name: str) -> None:
    left, right = EQUAL[name]
    assert left == right and hash(left) == hash(right)


def test_a_floor_stays_and_shows() -> None:
    assert floored(N - K, S) * S != N - K and floored(N - K, S) != divided(N - K, S)
    assert spelled(floored(N - K, S) + 1) == "floor((N - K)/S) + 1"
    assert spelled(divided(N + P * 2 - K, S) + 1) == "(2*P + N - K)/S + 1"
    assert not isinstance(floored(N, N * 0 + 1).atom, Quotient)


def test_a_quotient_that_is_not_whole() -> None:
    with pytest.raises(NotWhole, match="7/2 is not whole"):
        divided(position(7), position(2))
    with pytest.raises(NotWhole):
        number_of(divided(N - K, S), {"N": 10, "K": 3, "S": 2})
    assert number_of(floored(N - K, S), {"N": 10, "K": 3, "S": 2}) == 3
    assert number_of(divided(N - K, S), {"N": 10, "K": 3}) is None


def test_sizes_are_texts_that_can_be_copied() -> None:
    for size in (divided(N - K, S).atom, Defined("M", N - K)):
        for again in (copy.deepcopy(size), pickle.loads(pickle.dumps(size))):
            assert isinstance(again, str) and again == size and type(again) is type(size)


def test_a_renaming_goes_inside() -> None:
    from derive.notation.equation import Equation
    from derive.notation.expression import of

    def equation(names: str) -> Equation:
        n, k, s = (position(name) for name in names[:3])
        m = position(Defined(names[3], divided(n - k, s) + 1))
        i = Index("i", Range.to(m))
        read = Entry(Tensor(names[4], (Range.to(n),), "input"), (s * (i.slot - 1) + 1,))
        return Equation(Entry(Tensor(names[5], (Range.to(m),)), (i.slot,)), of(read))

    one, two, other = equation("NKSMxy"), equation("BACLuv"), equation("BACLuv")
    old, new = pattern(one), pattern(two)
    assert old.text == new.text
    renamed = Renaming(Joined.of([old]), Joined.of([new])).entry(one.left)
    assert renamed.tensor.name == "v" and renamed.slots[0].letter is not None
    (name,) = renamed.slots[0].letter.range.hi.atoms()
    assert (
        isinstance(name, Defined)
        and name == "L"
        and name.formula == divided(position("B") - position("A"), position("C")) + 1
    )
    slot = Renaming(old, new).slot(divided(N - K, S) * S * position("M"))
    assert slot == (position("B") - position("A")) * position("L")
    assert pattern(two).text == pattern(other).text
    plain = Equation(Entry(Tensor("y", (Range.to("M"),)), (Index("i", Range.to("M")).slot,)), one.right)
    assert pattern(plain).text != old.text


def conv(size: Slot, stride: Slot, taps: Slot) -> tuple[Slot, Index, Index]:
    i, r = Index("i", Range.to(size)), Index("r", Range.to(taps))
    return stride * (i.slot - 1) + r.slot, i, r


@pytest.mark.parametrize("make", [divided, floored])
@pytest.mark.parametrize("named", [False, True])
def test_a_stride_never_leaves_its_axis(make: object, named: bool) -> None:
    size = (divided if make is divided else floored)(N - K, S) + 1
    size = position(Defined("M", size)) if named else size
    at, i, _ = conv(size, S, K)
    assert surely_inside(at, Range.to(N))
    assert surely_inside(size + 1 - i.slot, Range.to(size))
    assert surely_inside(i.slot, Range.to(N))
    assert not surely_inside(at + 1, Range.to(N)) and not surely_inside(at - 1, Range.to(N))
    assert surely_positive(size) == named


def test_dilation_padding_and_numbers() -> None:
    i, r = Index("i", Range.to(N - D * (K - 1))), Index("r", Range.to(K))
    assert surely_inside(i.slot + D * (r.slot - 1), Range.to(N))
    size = floored(N + P * 2 - D * (K - 1) - 1, S) + 1
    i = Index("i", Range.to(size))
    at = S * (i.slot - 1) + D * (r.slot - 1) + 1
    assert surely_inside(at, Range.to(N + P * 2)) and not surely_inside(at - P, Range.to(N))
    half = Index("i", Range.to(floored(N, position(2))))
    assert surely_inside(half.slot * 2, Range.to(N)) and surely_inside(half.slot * 2 - 1, Range.to(N))
    assert not surely_inside(half.slot * 2 + 1, Range.to(N))
    assert decided("<=", S * floored(N, S), N) is True and decided("<", N, S * floored(N, S)) is False


NAMES = ("A", "B", "C")
MOST = 4


def random_size(random: np.random.Generator, depth: int = 2) -> Slot:
    """A polynomial in sizes, with quotients and named formulas."""
    total = position(int(random.integers(-2, 3)))
    for _ in range(random.integers(1, 3)):
        part = position(str(random.choice(NAMES)))
        kind = random.random()
        if kind < 0.25:
            part = part * position(str(random.choice(NAMES)))
        elif kind < 0.55 and depth:
            below = position(str(random.choice(NAMES))) if random.random() < 0.7 else position(2)
            with suppress(NotWhole):
                part = divided(random_size(random, depth - 1), below, bool(random.random() < 0.5))
        elif kind < 0.65 and depth:
            inside = random_size(random, depth - 1)
            part = position(Defined(f"M{random.integers(10**9)}", inside)) if inside.parts else part
        total = total + part * int(random.choice([-2, -1, 1, 1, 2]))
    return total


def random_slot(random: np.random.Generator) -> tuple[Slot, list[Index]]:
    """A position in letters whose ranges are made of sizes, and of each other."""
    letters: list[Index] = []
    for name in "ij"[: random.integers(0, 3)]:
        low = position(1) if random.random() < 0.7 else random_size(random, 1)
        high = random_size(random) if not letters or random.random() < 0.7 else letters[0].slot + random_size(random, 1)
        letters.append(Index(name, Range(low, high)))
    total = random_size(random)
    for letter in letters:
        factor = random_size(random, 1) if random.random() < 0.5 else position(int(random.choice([-1, 1, 2])))
        total = total + letter.slot * factor
    if random.random() < 0.4 and letters:  # near a bound: the slot at one of its ends, taken away
        at = {letter: (letter.range.hi if random.random() < 0.5 else letter.range.lo) for letter in letters}
        end = total.substitute(at).substitute(at)
        total = total - end if random.random() < 0.5 else end - total
    return total, letters


def positions(letters: list[Index], sizes: Mapping[str, int]) -> Iterator[dict[Index, Slot]]:
    """Every position of the letters."""
    known: list[dict[Index, Slot]] = [{}]
    for letter in letters:
        known = [
            {**at, letter: position(n)}
            for at in known
            for lo, hi in [
                (number_of(letter.range.lo.substitute(at), sizes), number_of(letter.range.hi.substitute(at), sizes))
            ]
            if lo is not None and hi is not None
            for n in range(lo, hi + 1)
        ]
    yield from known


def formulas(slots: list[Slot]) -> list[Defined]:
    """The names that stand for formulas in some positions, at every depth."""
    found: dict[str, Defined] = {}
    waiting = list(slots)
    while waiting:
        for atom in waiting.pop().atoms():
            if isinstance(atom, Defined):
                found[atom] = atom
                waiting.append(atom.formula)
            elif isinstance(atom, Quotient):
                waiting += [atom.numerator, atom.denominator]
    return list(found.values())


def possible(slots: list[Slot], sizes: Mapping[str, int]) -> bool:
    """Whether all quotients are whole and every named size is positive."""
    try:
        for slot in slots:
            for atom in slot.atoms():
                if isinstance(atom, str):
                    number_of(position(atom), sizes)
        return all((number_of(name.formula, sizes) or 0) >= 1 for name in formulas(slots))
    except NotWhole:
        return False


def test_what_is_sure_holds_for_every_small_size() -> None:
    random = np.random.default_rng(0)
    claimed = 0
    for _ in range(2000):
        slot, letters = random_slot(random)
        if not surely_nonnegative(slot):
            continue
        claimed += 1
        ends = [end for letter in letters for end in (letter.range.lo, letter.range.hi)]
        for numbers in product(range(1, MOST + 1), repeat=len(NAMES)):
            sizes = dict(zip(NAMES, numbers, strict=True))
            if possible([slot, *ends], sizes):
                for at in positions(letters, sizes):
                    number = number_of(slot.substitute(at), sizes)
                    assert number is not None and number >= 0, (spelled(slot), sizes, at)
    assert claimed > 250


def test_arithmetic_and_writing_out_keep_the_number() -> None:
    random = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        one, two = random_size(random), random_size(random)
        results = [(one * two, int.__mul__), (one + two, int.__add__), (one - two, int.__sub__)]
        for numbers in product((1, 2, 4, 5), repeat=len(NAMES)):
            sizes = dict(zip(NAMES, numbers, strict=True))
            if not possible([one, two], sizes):
                continue
            a, b = number_of(one, sizes), number_of(two, sizes)
            assert a is not None and b is not None and number_of(written_out(one), sizes) == a
            assert all(number_of(slot, sizes) == operation(a, b) for slot, operation in results)
            held += 1
    assert held > 2000


def test_division_is_division() -> None:
    random = np.random.default_rng(2)
    for _ in range(400):
        top, bottom = random_size(random, 1), position(str(random.choice(NAMES))) * int(random.choice([1, 2]))
        for floor in (True, False):
            try:
                found = divided(top, bottom, floor)
            except NotWhole:
                continue
            for numbers in product((1, 2, 3, 6), repeat=len(NAMES)):
                sizes = dict(zip(NAMES, numbers, strict=True))
                if possible([top], sizes):
                    above, below = number_of(top, sizes), number_of(bottom, sizes)
                    assert above is not None and below is not None
                    if floor or above % below == 0:
                        assert number_of(found, sizes) == above // below
                    else:
                        with pytest.raises(NotWhole):
                            number_of(found, sizes)
