"""The data that a derivation becomes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from derive.derivation import Derivation
from derive.render.json import dumps, json_schema, to_dict
from tests.render import networks

ALL = [networks.residual, networks.gated_softmax, networks.softmax_batch, networks.convolution, networks.upstream]


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_data_fits_its_schema(make: Callable[[], Derivation]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(json_schema())
    jsonschema.validate(to_dict(make()), json_schema())


def test_a_line_has_its_steps_and_both_forms() -> None:
    data = to_dict(networks.residual())
    line = next(line for line in data["backward"] if line["name"] == "h")
    assert line["scalar"]["text"] == "h̄_j = r_j + Σ_{i=1}^N ȳ_i w⁽²⁾_ij"
    assert line["vector"]["latex"] == r"\bar{\mathbf{h}} = \mathbf{r} + \mathbf{W}^{(2)T} \bar{\mathbf{y}}"
    assert [step["rule"] for step in line["steps"]] == ["chain", "substituted"]
    assert line["letters"] == [{"name": "j", "from": "1", "to": "K"}]
    assert line["bar_of"] == "E"


def test_no_vector_form_is_null() -> None:
    data = to_dict(networks.convolution())
    assert next(line for line in data["forward"] if line["name"] == "y")["vector"] is None


def test_text_is_the_same_every_time() -> None:
    assert dumps(networks.softmax_batch()) == dumps(networks.softmax_batch())
