"""Counts: units, weights, biases and connections of a table of layers.

counts:
  input: [3, 224, 224]
  layers:
  - {convolution: 96, kernel: 11, stride: 4, size: 55}
  - {pooling: 3, stride: 2}
  - {full: 4096}
  answer: |                     a table of an answer, judged entry by entry
    Input <tab> $3 \\times 224 \\times 224 = 150,528$
counts: {full: [8, 10, 10, 3]}  layers that are fully connected, sizes with names too
counts: {full: {units: d, layers: L}}  any number of such layers
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from derive.analyse.counts.arithmetic import Arithmetic, everywhere, judged, placed
from derive.analyse.counts.general import GeneralCounts, general
from derive.analyse.counts.layers import Layer, Unfit, counted
from derive.analyse.counts.results import Counts
from derive.analyse.counts.specs import Specs
from derive.analyse.counts.suggestions import suggestions
from derive.analyse.counts.tables import Entry, judged_table, table_in
from derive.declare.words import did_you_mean

if TYPE_CHECKING:
    from derive.analyse import Asked

__all__ = [
    "Arithmetic",
    "Counts",
    "Entry",
    "GeneralCounts",
    "Layer",
    "answer",
    "everywhere",
    "judged",
    "judged_table",
    "placed",
    "table_in",
]

KEYS = ("input", "layers", "full", "answer")


def answer(asked: Asked, settings: Any) -> Counts | GeneralCounts:
    """The counts of the layers that a file lists. Raises DeriveError."""
    if isinstance(settings, Mapping) and isinstance(settings.get("full"), Mapping) and len(settings) == 1:
        return general(asked, settings["full"])
    specs = Specs(asked, frozenset(asked.declared.sizes if asked.declared is not None else ()))
    given = _table(specs, settings)
    shape = specs.shape(given.get("input"))
    listed = specs.layers(given.get("layers"), len(shape))
    try:
        layers = counted(shape, listed)
    except Unfit as error:
        raise specs.fault(error.what, error.mend, "layers", error.layer) from None
    told = given.get("answer", "")
    if not isinstance(told, str):
        raise specs.fault("`answer` is no text", "give the answer's table, a row on each line", "answer")
    return Counts(asked.title, layers, suggestions(shape, listed, layers), judged_table(told, layers))


def _table(specs: Specs, settings: Any) -> Mapping[str, Any]:
    """The settings with `full: [8, 10, 3]` written out."""
    if not isinstance(settings, Mapping):
        raise specs.fault("`counts` has no settings", "write `input: [3, 32, 32]` and `layers:`, or `full: [8, 10, 3]`")
    for key in settings:
        if key not in KEYS:
            mend = did_you_mean(str(key), KEYS) or f"the settings are {', '.join(KEYS)}"
            raise specs.fault(f"`{key}` is no setting of `counts`", mend, key)
    if "full" not in settings:
        if "input" not in settings or "layers" not in settings:
            raise specs.fault("`input` or `layers` is missing", "write `input: [3, 32, 32]` and `layers:`")
        return settings
    sizes = settings["full"]
    if not isinstance(sizes, list) or len(sizes) < 2 or "layers" in settings or "input" in settings:
        raise specs.fault("`full` is no list of sizes", "write the units of each layer: [8, 10, 10, 3]", "full")
    named = [{"full": size, "name": f"Layer {n}"} for n, size in enumerate(sizes[1:], 1)]
    return {"input": [sizes[0]], "layers": named, "answer": settings.get("answer", "")}
