"""Counts of layers against loops over every connection; printed tables and their slips, judged."""

from __future__ import annotations

import json
import random
import re
from itertools import product as every
from math import prod
from pathlib import Path
from typing import Any

import pytest

from derive.analyse import Asked, answers
from derive.analyse.counts import answer, everywhere, judged, judged_table
from derive.analyse.counts.arithmetic import apart, read
from derive.analyse.counts.layers import Layer, plain
from derive.analyse.counts.results import Counts
from derive.declare.build import build_network
from derive.declare.load import load
from derive.errors import DeriveError
from derive.render.latex import latex
from derive.render.terminal import terminal

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "tests" / "documents" / "003_a1d7e7898f564303.txt"


def counts(settings: dict[str, Any]) -> Counts:
    return answer(Asked(), settings)


def alexnet() -> Counts:
    network = load(ROOT / "problems" / "alexnet.yaml")
    return answer(Asked(network.title, "", network, network.questions[0]), network.questions[0].settings)


def by_loops(shape: list[int], layer: dict[str, Any]) -> tuple[list[int], int, int, int]:
    """(shape after, units, weights, connections): each unit, each position of its window, each map of its group."""
    kernel, stride, padding = layer["kernel"], layer.get("stride", 1), layer.get("padding", 0)
    maps, groups, (before, *sides) = layer["convolution"], layer.get("groups", 1), shape
    starts = [range(-padding, side + padding - kernel + 1, stride) for side in sides]
    weights, connections, units = set(), 0, 0
    for unit in range(maps):
        group = unit * groups // maps
        for _ in every(*starts):
            units += 1
            for read_from in range(before):
                if read_from * groups // before == group:
                    for tap in every(range(kernel), repeat=len(sides)):
                        weights.add((unit, read_from, tap))
                        connections += 1
    return [maps, *map(len, starts)], units, len(weights), connections


def _fits(side: int, layer: dict[str, Any]) -> bool:
    reach = side + 2 * layer["padding"] - layer["kernel"]
    return reach >= 0 and reach % layer["stride"] == 0


@pytest.mark.parametrize("seed", range(25))
def test_every_connection_is_counted(seed: int) -> None:
    chosen = random.Random(seed)
    groups = chosen.choice([1, 2, 3])
    shape = [groups * chosen.randint(1, 2), *(chosen.randint(3, 7) for _ in range(chosen.choice([1, 2, 2])))]
    while True:
        layer = {
            "convolution": groups * chosen.randint(1, 3), "kernel": chosen.randint(1, 4), "groups": groups,
            "stride": chosen.randint(1, 3), "padding": chosen.randint(0, 2),
        }  # fmt: skip
        if all(_fits(side, layer) for side in shape[1:]):
            break
    after, units, weights, connections = by_loops(shape, layer)
    units_after, full = prod(after), chosen.randint(2, 5)
    *_, conv, last = counts({"input": shape, "layers": [layer, {"full": full}]}).layers
    assert [plain(s) for s in conv.shape] == after
    assert [plain(conv.units.value), plain(conv.weights.value)] == [units, weights]
    assert [plain(conv.connections.value), plain(conv.biases.value)] == [connections, after[0]]
    wires = sum(1 for _ in every(range(units_after), range(full)))
    assert plain(last.weights.value) == plain(last.connections.value) == wires


@pytest.mark.parametrize(("side", "window", "stride"), [(55, 3, 2), (27, 3, 2), (13, 3, 2), (6, 2, 2), (7, 1, 1)])
def test_pooling_has_a_unit_for_each_window(side: int, window: int, stride: int) -> None:
    found = counts({"input": [2, side, side], "layers": [{"pooling": window, "stride": stride}]}).layers[1]
    windows = len(range(0, side - window + 1, stride))
    assert plain(found.units.value) == 2 * windows**2 and plain(found.weights.value) == 0


def test_all_counts_of_alexnet() -> None:
    found = alexnet()
    units = [150528, 290400, 69984, 186624, 43264, 64896, 64896, 43264, 9216, 4096, 4096, 1000]
    weights = [0, 34848, 0, 307200, 0, 884736, 663552, 442368, 0, 37748736, 16777216, 4096000]
    connections = [0, 105415200, 0, 223948800, 0, 149520384, 112140288, 74760192, 0, 37748736, 16777216, 4096000]
    assert [plain(layer.units.value) for layer in found.layers] == units
    assert [plain(layer.weights.value) for layer in found.layers] == weights
    assert [plain(layer.connections.value) for layer in found.layers] == connections
    assert (plain(found.totals.weights), plain(found.totals.biases)) == (60954656, 10568)
    assert plain(found.totals.parameters) == 60965224


def test_55_is_explained() -> None:
    (side,) = alexnet().layers[1].explained
    top, bottom = side.fraction
    assert (top / bottom, side.needed_padding, side.needed_size) == (54.25, 3, 227)
    sizes = [{"input": [3, 227, 227], "padding": 0}, {"input": [3, 224, 224], "padding": [1, 2]}]
    for given in sizes:
        layer = {"convolution": 96, "kernel": 11, "stride": 4, "padding": given["padding"]}
        assert plain(counts({"input": given["input"], "layers": [layer]}).layers[1].shape[1]) == 55


def test_suggestions_are_counted_anew() -> None:
    """Each number of a suggestion, from a table with the change written into it."""
    found = alexnet()
    network = load(ROOT / "problems" / "alexnet.yaml")
    settings = {**network.questions[0].settings, "answer": ""}
    changed = [dict(layer) for layer in settings["layers"]]
    changed[8]["full"] = 2048
    after = counts({**settings, "layers": changed}).totals
    fewer = next(
        s for s in found.suggestions["parameters"] if s.words == "Fully Connected Layer 1: 2,048 units for 4,096"
    )
    assert fewer.after == after
    best = found.suggestions["connections"][0]
    assert best.saved("connections", found.totals) > 0.2
    assert round(100 * (found.share("full", "weights") or 0)) == 96


def test_symbolic_sizes() -> None:
    network = load(ROOT / "problems" / "layer_counts.yaml")
    symbolic, numeric, _ = (answer(Asked("", "", network, q), q.settings) for q in network.questions)
    assert plain(symbolic.totals.weights) == "H*K + H*N + K*M"
    assert (plain(numeric.totals.weights), plain(numeric.totals.parameters)) == (210, 233)
    assert [e.verdict for e in numeric.judged] == ["right"]
    assert "8 × 10 + 10 × 10 + 10 × 3 = 210" in terminal(numeric.document(), 120)
    assert r"\sum_{i=0}^2" in latex(numeric.document()) and "233" in latex(numeric.document())


def document_table() -> str:
    return "\n".join(line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if "\t" in line)


@pytest.mark.parametrize("told", [document_table(), None], ids=["document", "problem"])
def test_the_table_of_document_003(told: str | None) -> None:
    found = alexnet()
    entries = found.judged if told is None else judged_table(told, found.layers)
    odd = {(e.layer, e.quantity): (e.verdict, e.expected, e.reason) for e in entries if e.verdict != "right"}
    assert len(entries) == 28 and len(odd) == 2
    verdict, expected, reason = odd["Convolution Layer 2", "connections"]
    assert (verdict, expected) == ("wrong", 223948800) and "factor 2 for the groups is missing" in reason
    verdict, _, reason = odd["Convolution Layer 4", "connections"]
    assert verdict == "slip" and "75,344,256" in reason and "192 for 129" in reason
    assert [e.displaced for e in entries] == [e.quantity == "connections" for e in entries]


@pytest.mark.parametrize(
    ("text", "value", "right"),
    [
        (r"$11 \times 11 \times 3 \times 96 = 34,848$", 34848, True),
        ("11 x 11 x 3 x 96 = 34848", 34848, True),
        (r"$3 \times 224 \times 224 = 150{,}528$.", 150528, True),
        ("96 × 55 × 55 = 29O,4OO", 290400, True),
        ("l1 × 11 × 3 × 96 = 34.848", 34848, True),
        (r"\(5 \cdot 5 = 24\)".replace(r"\(", "").replace(r"\)", ""), 24, False),
        ("4,096", 4096, True),
        (r"$8 \times 10 + 10 \times 10 + 10 \times 3 = 210$", 210, True),
        ("8 * 10 + 10 * 10 = 190", 190, False),
    ],
)
def test_printed_arithmetic(text: str, value: int, right: bool) -> None:
    met = judged(text)
    assert met is not None and (met.written.said, met.right) == (value, right)


@pytest.mark.parametrize(
    "text", ["", "Input", "# Units", "x", "W1 x 3", "a = 3", "3 = 3 = 3", "1.5.2 × a", "3 ×", "= 4"]
)
def test_what_is_no_arithmetic(text: str) -> None:
    assert read(text) is None


def test_every_equation_of_numbers_in_the_documents() -> None:
    """Of all that the five documents work out with numbers, one product does not come out."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests" / "documents").glob("*.txt"))]
    found = [met for text in texts for met in everywhere(text)]
    assert len(found) == 26
    assert [printed for printed, met in found if not met.right] == [
        r"3 \times 3 \times 129 \times 384 \times 13 \times 13 = 112,140,288"
    ]
    assert any(met.written.value == 210 for _, met in found)


def test_a_whole_document_has_the_entries_of_its_table() -> None:
    found = judged_table(DOCUMENT.read_text(encoding="utf-8"), alexnet().layers)
    assert len(found) == 28


def test_results_are_json() -> None:
    assert json.loads(json.dumps(alexnet().to_dict()))["totals"]["parameters"] == 60965224


@pytest.mark.parametrize("seed", range(40))
def test_one_wrong_factor_is_found(seed: int) -> None:
    chosen = random.Random(seed)
    factors = [chosen.randint(11, 400) for _ in range(4)]
    value, at = prod(factors), chosen.randrange(4)
    digits = list(str(factors[at]))
    chosen.shuffle(digits)
    printed = [*factors[:at], int("".join(digits)), *factors[at + 1 :]]
    met = judged(" × ".join(map(str, printed)) + f" = {value:,}")
    assert met is not None and met.right == (prod(printed) == value)
    if not met.right:
        assert all(_holds(printed, value, slip.cause, slip.printed, slip.meant) for slip in met.slips)
        assert any(s.cause == "factor" and (s.printed, s.meant) == (printed[at], factors[at]) for s in met.slips)


def _holds(factors: list[int], value: int, cause: str, printed: int, meant: int) -> bool:
    if cause == "value":
        return meant == prod(factors) and printed == value
    scale = {"factor": prod(factors) * meant == value * printed, "missing": prod(factors) * meant == value}
    return scale.get(cause, prod(factors) == value * printed)


@pytest.mark.parametrize("seed", range(20))
def test_any_number_of_layers(seed: int) -> None:
    """The sums for given sizes, and the closed forms for equal ones, connection by connection."""
    chance = random.Random(seed)
    sizes = [chance.randint(1, 6) for _ in range(chance.randint(2, 6))]
    network = build_network(
        sizes={"L": "layers"}, questions={"counts": {"full": {"units": "d", "layers": "L", "at": sizes}}}
    )
    told = answers(network)[0].to_dict()
    pairs = [(a, b) for n in range(1, len(sizes)) for a in range(sizes[n - 1]) for b in range(sizes[n])]
    assert told["at"]["weights"] == len(pairs) and told["at"]["parameters"] == len(pairs) + sum(sizes[1:])
    assert told["alike"] == {"weights": "L*d**2", "parameters": "L*d**2 + L*d"}
    assert told["weights"] == "sum(d[i]*d[i+1] for i = 0..L - 1)"


@pytest.mark.parametrize(
    ("full", "said"),
    [
        ({"units": "d"}, "how many layers there are"),
        ({"units": 3, "layers": "L"}, "a letter for the units"),
        ({"units": "d", "layers": "K"}, "K"),
        ({"units": "d", "layers": 3, "at": [1, 2]}, "`at` has 2 sizes, and 3 layers behind an input have 4"),
        ({"units": "d", "layers": "L", "at": [1, 0]}, "`at` is no list of sizes"),
        ({"units": "d", "layers": "L", "biases": True}, "`biases` is no setting of `full`"),
    ],
)
def test_any_number_of_layers_refused(full: Any, said: str) -> None:
    network = build_network(sizes={"L": "layers"}, questions={"counts": {"full": full}})
    with pytest.raises(DeriveError, match=re.escape(said)):
        answers(network)


def test_digits_apart() -> None:
    assert [apart(*pair) for pair in (("129", "192"), ("129", "129"), ("96", "69"), ("12", "123"), ("7", "4"))] == [
        1, 0, 1, 1, 1,
    ]  # fmt: skip


def rows(found: tuple[Layer, ...], chosen: random.Random) -> str:
    """The table with columns at random places, as OCR leaves them."""
    lines = []
    for layer in found:
        cells = [layer.name]
        for quantity in ("units", "weights", "connections"):
            factors = [str(plain(f)) for f in getattr(layer, quantity).factors]
            if factors:
                cells += [""] * chosen.randint(0, 2) + [
                    " × ".join(factors) + f" = {plain(getattr(layer, quantity).value):,}"
                ]
        lines.append(" | ".join(cells))
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(10))
def test_displaced_columns(seed: int) -> None:
    found = alexnet()
    entries = judged_table(rows(found.layers, random.Random(seed)), found.layers)
    assert len(entries) == 28 and {e.verdict for e in entries} == {"right"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"input": [3, 224, 224], "layers": [{"convolution": 96, "kernel": 11, "stride": 4}]}, "= 54.25 is not whole"),
        ({"input": [3, 9, 9], "layers": [{"convolution": 4, "kernel": 3, "groups": 2}]}, "do not divide into 2 groups"),
        ({"input": [3, 9, 9], "layers": [{"convolution": 4, "kernel": 11}]}, "a kernel of 11 does not fit into 9"),
        ({"input": [3, 9, 9], "layers": [{"full": 4}, {"pooling": 2}]}, "has a kernel of"),
        ({"input": [3, 9, 9], "layers": [{"convolution": 4}]}, "`kernel` is missing"),
        ({"input": [3, 9, 9], "layers": [{"convolution": 4, "kernl": 3}]}, "`kernl` is no key"),
        ({"input": [3, 9, 9], "layers": [{"dense": 4}]}, "this is no layer"),
        ({"input": [3, 9, 9], "layers": []}, "no list of layers"),
        ({"input": [0], "layers": [{"full": 3}]}, "0 is too small"),
        ({"full": [3]}, "`full` is no list of sizes"),
        ({"full": [3, "n"]}, "`n` is no size"),
        ({"full": [3, 4], "anwser": ""}, "`anwser` is no setting"),
        ({"full": [3, 4], "answer": 3}, "`answer` is no text"),
        ({}, "`input` or `layers` is missing"),
        (3, "has no settings"),
    ],
)
def test_slips_are_named(settings: Any, said: str) -> None:
    with pytest.raises(DeriveError, match=re.escape(said)):
        answer(Asked(), settings)


def test_what_would_be_whole_is_said() -> None:
    layer = {"convolution": 96, "kernel": 11, "stride": 4}
    with pytest.raises(DeriveError, match="3 more of padding"):
        answer(Asked(), {"input": [3, 224, 224], "layers": [layer]})
    rounded = answer(Asked(), {"input": [3, 224, 224], "layers": [{**layer, "rounded": "down"}]})
    assert plain(rounded.layers[1].shape[1]) == 54
