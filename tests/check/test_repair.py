"""Slips of text recognition have a plausible reading; what a writer gets wrong has none."""

from __future__ import annotations

import pytest

from derive.check.repair import LONGEST, plausible
from derive.syntax.read import read

MEANT = {
    r"ar{\mathbf{x}} = \mathbf y": r"\bar{\mathbf{x}} = \mathbf y",
    "\x08ar{x} = \x0crac{1}{2}": r"\bar{x} = \frac{1}{2}",
    r"\left(\frac{2y'}{2y}\right)^{2} i j = I(1=j) p": r"\left(\frac{\partial y'}{\partial y}\right)_{ij} = I(i=j) p",
    r"\overline{y} = \left(\frac{2y'}{2y'}\right)^{T} \overline{y}'": (
        r"\overline{y} = \left(\frac{\partial y'}{\partial y}\right)^{T} \overline{y}'"
    ),
    r"\bar{Z}_2 = 6(Z_2) \odot \bar g": r"\bar{Z}_2 = \sigma'(Z_2) \odot \bar g",
    r"\overline{Z}_{1} = RELV(Z_{1}) \odot \overline{h}": r"\overline{Z}_{1} = ReLU'(Z_{1}) \odot \overline{h}",
    r"\overline{\gamma} = W^T \bar z": r"\overline{x} = W^T \bar z",
    r"h_{\tilde{\nu}} = 1": "h_{i} = 1",
    r"= \sum (i=j) p_i": "= I(i=j) p_i",
    r"\frac{\partial S}{\partial \mathbf{v}} = 1": r"\frac{\partial S}{\partial \mathbf{y}} = 1",
    r"S = \log yt": r"S = \log y'_{t}",
    r"\mathbf{W}^{(-1)} = 2": r"\mathbf{W}^{(1)} = 2",
    r"a = \begin{array}{c} b = \left( \begin{array}{c} 0 \\ 1 \end{array} \right)": (
        r"a =  b = \left( \begin{array}{c} 0 \\ 1 \end{array} \right)"
    ),
    "dfd_z = g": "dfdz = g",
}


@pytest.mark.parametrize("printed", MEANT)
def test_a_garbled_formula_has_its_reading(printed: str) -> None:
    readings = {repair.tex: repair.words for repair in plausible(printed)}
    assert MEANT[printed] in readings, readings
    assert all(words and read(tex) for tex, words in readings.items())


CLEAN = [
    r"\bar{\mathbf h} = \mathbf W^{(2)} \bar{\mathbf y}",
    r"\bar h_i = \bar R r_i + \sum_k y_k w_{ik}^{(2)}",
    r"\bar z = \bar h \circ \sigma(z)",
    r"\frac{\partial S}{\partial x} = \frac{\partial S}{\partial y} \frac{\partial y}{\partial h}",
    r"\bar{x} = W^T \bar z - \bar y",
]


@pytest.mark.parametrize("tex", CLEAN)
def test_a_mistake_is_no_slip(tex: str) -> None:
    """A transpose, an index order, a sign, a bar, a path, and σ for σ′ where nothing else is garbled."""
    assert plausible(tex) == ()


def test_limits() -> None:
    assert plausible("ar{x}" * LONGEST) == ()
    many = r"ar{x} + 6(z) + \gamma + \chi + yt + hk + \sqrt{7} + \frac{2y'}{2y} = \tilde\nu RELV(z) + \Sigma_i"
    assert 0 < len(plausible(many)) <= 24
