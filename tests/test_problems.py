"""Each problem's derivation, byte for byte as in tests/golden, and its key lines as people write them.

The golden files were read line by line. After a change that is meant:

    python -m tests.golden --write      writes them again; read the difference before it is committed

Of the worst disagreement in the terminal only the words are compared: its digits are a machine's own.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

import derive
from derive.render.json import json_schema
from derive.render.plain import cells
from tests import problem_files
from tests.golden import FOLDER, PROBLEMS, golden
from tests.problem_files import NETWORKS, printed

KEY_LINES = {
    "gradient_penalty": r"""
        \tilde{\mathbf{x}} &= \mathbf{W}^T \tilde{\mathbf{z}}
        \bar{\tilde{\mathbf{z}}} &= \mathbf{W} \bar{\tilde{\mathbf{x}}}
        \bar{\mathbf{h}} &= -2 \bar{\tilde{\mathbf{z}}} \circ \tilde{\mathbf{h}} \circ \mathbf{h}
        \bar{\mathbf{W}} &= \bar{\mathbf{z}} \mathbf{x}^T + \tilde{\mathbf{z}} \bar{\tilde{\mathbf{x}}}^T
    """,
    "symmetry": r"""
        \bar{\mathbf{W}}^{(2)} &= \bar{\mathbf{y}} \mathbf{h}^T
        \bar{\mathbf{h}} &= \mathbf{W}^{(2)T} \bar{\mathbf{y}}
    """,
    "residual": r"""
        \bar{h}_j &= \bar{\mathcal{R}} \frac{\partial \mathcal{R}}{\partial h_j} + \sum_{i=1}^N \bar{y}_i \frac{\partial y_i}{\partial h_j} = r_j + \sum_{i=1}^N \bar{y}_i w_{ij}^{(2)}
        \bar{\mathbf{y}} &= \mathbf{y} - \mathbf{s}
        \bar{\mathbf{h}} &= \mathbf{r} + \mathbf{W}^{(2)T} \bar{\mathbf{y}}
        \bar{\mathbf{z}} &= \bar{\mathbf{h}} \circ \sigma'(\mathbf{z})
        \bar{\mathbf{x}} &= \mathbf{W}^{(1)T} \bar{\mathbf{z}} + \bar{\mathbf{y}}
        """,  # noqa: E501
    "staged": r"""
        g &= x + y\qquad[3]
        f &= g z\qquad[-12]
        \bar{f} &= 1
        \bar{g} &= \bar{f} \frac{\partial f}{\partial g} = z\qquad[-4]
        \bar{z} &= \bar{f} \frac{\partial f}{\partial z} = g\qquad[3]
        \bar{x} &= \bar{g} \frac{\partial g}{\partial x} = \bar{g}\qquad[-4]
        \bar{y} &= \bar{g} \frac{\partial g}{\partial y} = \bar{g}\qquad[-4]
        """,
    "chain_rule": r"""
        \bar{x}_i &= \bar{f} \frac{\partial f}{\partial x_i}
        \bar{w} &= \sum_{i=1}^n \bar{f} \frac{\partial f}{\partial x_i} g_i'(w)
        """,
    "affine_batch": r"""
        \mathbf{Z} &= \mathbf{X} \mathbf{W} + \mathbf{1} \mathbf{b}
        \bar{\mathbf{W}} &= \mathbf{X}^T \bar{\mathbf{Z}}
        \bar{\mathbf{b}} &= \mathbf{1}^T \bar{\mathbf{Z}}
        """,
    "residual_block": r"""
        \bar{\mathbf{V}} &= \bar{\mathbf{r}} \mathbf{h}^T
        \bar{\mathbf{h}} &= \mathbf{V}^T \bar{\mathbf{r}} + \bar{\mathbf{y}}
        \bar{\mathbf{x}} &= \mathbf{W}^T \bar{\mathbf{z}} + \bar{\mathbf{h}}
        """,
    "gated_softmax": r"""
        \bar{y}'_k &= \bar{\mathcal{S}} \frac{\partial \mathcal{S}}{\partial y'_k} = -\frac{[k = t]}{y'_t}
        \bar{y}_k &= \sum_{l=1}^K \bar{y}'_l \frac{\partial y'_l}{\partial y_k} = y'_k \left( \bar{y}'_k - \sum_{l=1}^K \bar{y}'_l y'_l \right) = y'_k - [k = t]
        \bar{\mathbf{y}}' &= -\frac{\mathbf{e}_t}{y'_t}
        \bar{\mathbf{y}} &= \mathbf{y}' - \mathbf{e}_t
        \bar{\mathbf{g}}_2 &= \mathbf{W}^{(3)T} \bar{\mathbf{y}}
        \bar{\mathbf{x}} &= \mathbf{W}^{(1)T} \bar{\mathbf{z}}_1 + \mathbf{W}^{(2)T} \bar{\mathbf{z}}_2 + \mathbf{W}^{(4)T} \bar{\mathbf{y}}
        """,  # noqa: E501
    "sparsity": r"""
        \bar{y} &= \bar{L} \frac{\partial L}{\partial y} = y - t\qquad[2]
        \bar{w}_1 &= \bar{y} \frac{\partial y}{\partial w_1} = \bar{y} \operatorname{ReLU}'(h_1 w_1 + h_2 w_5) h_1\qquad[0]
        \bar{w}_2 &= \bar{h}_1 \frac{\partial h_1}{\partial w_2} = \bar{h}_1 \operatorname{ReLU}'(h_3 w_2 + u_1) h_3\qquad[0]
        \bar{h}_3 &= \bar{h}_2 \frac{\partial h_2}{\partial h_3} + \bar{h}_1 \frac{\partial h_1}{\partial h_3} = \bar{h}_2 \operatorname{ReLU}'(h_3 w_4 + u_2) w_4 + \bar{h}_1 \operatorname{ReLU}'(h_3 w_2 + u_1) w_2\qquad[4]
        """,  # noqa: E501
    "softmax_batch": r"""
        \bar{\mathbf{S}} &= \frac{\mathbf{P} - \mathbf{Y}}{N}
        \bar{\mathbf{W}} &= \mathbf{X}^T \bar{\mathbf{S}} + \lambda \mathbf{W}
        """,
    "mlp": r"""
        \bar{\mathbf{y}} &= \mathbf{y} - \mathbf{t}
        \bar{\mathbf{W}}^{(3)} &= \bar{\mathbf{y}} \mathbf{h}_2^T
        \bar{\mathbf{z}}_2 &= \bar{\mathbf{h}}_2 \circ (\mathbf{1} - \mathbf{h}_2 \circ \mathbf{h}_2)
        """,
    "attention": r"""
        \bar{\mathbf{S}} &= \mathbf{P} \circ (\bar{\mathbf{P}} - \mathbf{d} \mathbf{1}^T)
        \bar{\mathbf{Q}} &= \frac{\bar{\mathbf{S}} \mathbf{K}}{\sqrt{D}}
        \bar{\mathbf{K}} &= \frac{\bar{\mathbf{S}}^T \mathbf{Q}}{\sqrt{D}}
        """,
    "attention_causal": r"""
        \bar{\mathbf{S}} &= \mathbf{P} \circ (\bar{\mathbf{P}} - \mathbf{d} \mathbf{1}^T)
        \bar{\mathbf{Q}} &= \frac{\bar{\mathbf{S}} \mathbf{K}}{\sqrt{D}}
        \bar{\mathbf{K}} &= \frac{\bar{\mathbf{S}}^T \mathbf{Q}}{\sqrt{D}}
        """,
    "multi_head": r"""
        \bar{\mathbf{W}}_q^{(h)} &= \mathbf{X}^T \bar{\mathbf{Q}}^{(h)}
        \bar{\mathbf{W}}_k^{(h)} &= \mathbf{X}^T \bar{\mathbf{K}}^{(h)}
        \bar{\mathbf{X}} &= \sum_h (\bar{\mathbf{Q}}^{(h)} \mathbf{W}_q^{(h)T} + \bar{\mathbf{K}}^{(h)} \mathbf{W}_k^{(h)T} + \bar{\mathbf{V}}^{(h)} \mathbf{W}_v^{(h)T})
        """,  # noqa: E501
    "layer_norm": r"""
        \bar{\mathbf{b}} &= \bar{\mathbf{y}}
        \bar{\hat{\mathbf{x}}} &= \bar{\mathbf{y}} \circ \mathbf{g}
        \bar{\mathbf{x}} &= r (\bar{\hat{\mathbf{x}}} - \operatorname{mean}(\bar{\hat{\mathbf{x}}}) - \operatorname{mean}(\bar{\hat{\mathbf{x}}} \circ \hat{\mathbf{x}}) \hat{\mathbf{x}})
        """,  # noqa: E501
    "rms_norm": r"""
        \bar{\mathbf{g}} &= \bar{\mathbf{y}} \circ \hat{\mathbf{x}}
        \bar{\hat{\mathbf{x}}} &= \bar{\mathbf{y}} \circ \mathbf{g}
        \bar{\mathbf{x}} &= r (\bar{\hat{\mathbf{x}}} - \operatorname{mean}(\bar{\hat{\mathbf{x}}} \circ \hat{\mathbf{x}}) \hat{\mathbf{x}})
        """,  # noqa: E501
    "batch_norm": r"""
        \bar{\mathbf{b}} &= \sum_n \bar{\mathbf{y}}_n
        \bar{\hat{\mathbf{x}}}_n &= \bar{\mathbf{y}}_n \circ \mathbf{g}
        \bar{\mathbf{x}}_n &= \mathbf{r} \circ \left( \bar{\hat{\mathbf{x}}}_n - \frac{1}{N} \sum_{j=1}^N \bar{\hat{\mathbf{x}}}_j - \frac{1}{N} \hat{\mathbf{x}}_n \circ \sum_{j=1}^N \bar{\hat{\mathbf{x}}}_j \circ \hat{\mathbf{x}}_j \right)
        """,  # noqa: E501
    "rnn": r"""
        \bar{\mathbf{W}} &= \sum_t \bar{\mathbf{a}}^{(t)} \mathbf{h}^{(t - 1)\top}
        \bar{\mathbf{U}} &= \sum_t \bar{\mathbf{a}}^{(t)} \mathbf{x}^{(t)\top}
        \bar{\mathbf{x}}^{(t)} &= \mathbf{U}^{\top} \bar{\mathbf{a}}^{(t)}
        """,
    "rnn_last": r"""
        \bar{\mathbf{W}} &= \sum_t \bar{\mathbf{a}}^{(t)} \mathbf{h}^{(t - 1)\top}
        \bar{\mathbf{U}} &= \sum_t \bar{\mathbf{a}}^{(t)} \mathbf{x}^{(t)\top}
        \bar{\mathbf{x}}^{(t)} &= \mathbf{U}^{\top} \bar{\mathbf{a}}^{(t)}
        """,
    "lstm": r"""
        \bar{\mathbf{R}}_c &= \sum_t \bar{\hat{\mathbf{c}}}_t \mathbf{h}_{t - 1}^{\top}
        \bar{\mathbf{b}}_c &= \sum_t \bar{\hat{\mathbf{c}}}_t
        \bar{\mathbf{x}}_t &= \mathbf{W}_i^{\top} \bar{\hat{\mathbf{i}}}_t + \mathbf{W}_f^{\top} \bar{\hat{\mathbf{f}}}_t + \mathbf{W}_o^{\top} \bar{\hat{\mathbf{o}}}_t + \mathbf{W}_c^{\top} \bar{\hat{\mathbf{c}}}_t
        """,  # noqa: E501
    "gru": r"""
        \bar{\mathbf{W}}_r &= \sum_t \bar{\hat{\mathbf{r}}}_t \mathbf{x}_t^{\top}
        \bar{\mathbf{U}}_r &= \sum_t \bar{\hat{\mathbf{r}}}_t \mathbf{h}_{t - 1}^{\top}
        \bar{\mathbf{x}}_t &= \mathbf{W}_r^{\top} \bar{\hat{\mathbf{r}}}_t + \mathbf{W}_z^{\top} \bar{\hat{\mathbf{z}}}_t + \mathbf{W}^{\top} \bar{\hat{\mathbf{h}}}_t
        """,  # noqa: E501
    "inverse": r"""
        \mathbf{X} &= \mathbf{K}^{-1} \mathbf{B}
        \bar{\mathbf{A}} &= -\mathbf{C}^T \bar{\mathbf{C}} \mathbf{C}^T
        \bar{\mathbf{B}} &= \mathbf{K}^{-T} \bar{\mathbf{X}}
        \bar{\mathbf{K}} &= -\bar{\mathbf{B}} \mathbf{X}^T
        \bar{\mathbf{F}} &= \bar{s} \mathbf{F}^{-T}
        """,
    "ridge": r"""
        \mathbf{A} &= \mathbf{X}^T \mathbf{X} + \lambda \mathbf{I}
        \bar{\mathbf{q}} &= \mathbf{A}^{-T} \bar{\mathbf{w}}
        \bar{\mathbf{A}} &= -\bar{\mathbf{q}} \mathbf{w}^T
        """,
    "deep_equilibrium": r"""
        (\mathbf{I} - \operatorname{diag}(\mathbf{1} - \mathbf{z} \circ \mathbf{z}) \mathbf{W})^T \boldsymbol{\lambda} &= \bar{\mathbf{z}}
        \bar{\mathbf{W}} &= \bar{\mathbf{a}} \mathbf{z}^T
        """,  # noqa: E501
    "ridge_stationary": r"""
        (\mathbf{X}^T \mathbf{X} + \lambda \mathbf{I}) \mathbf{w} &= \mathbf{X}^T \mathbf{t}
        \mathbf{w} &= (\mathbf{X}^T \mathbf{X} + \lambda \mathbf{I})^{-1} \mathbf{X}^T \mathbf{t}
        (\mathbf{X}^T \mathbf{X} + \lambda \mathbf{I}) \boldsymbol{\mu} &= \bar{\mathbf{w}}
        \bar{\lambda} &= -\boldsymbol{\mu}^T \mathbf{w}
        """,
    "hypergradient": r"""
        \mathbf{X}^T (\mathbf{p} - \mathbf{t}) + \lambda \mathbf{w} &= \mathbf{0}
        \bar{\lambda} &= -\boldsymbol{\mu}^T \mathbf{w}
        """,
    "gaussian_nll": r"""
        E &= \frac{1}{2} \mathbf{r}^T \mathbf{S}^{-1} \mathbf{r} + \frac{1}{2} \log \det \mathbf{S}
        \bar{\mathbf{S}} &= \frac{1}{2} (\mathbf{S}^{-1} - \mathbf{S}^{-1} \mathbf{r} \mathbf{r}^T \mathbf{S}^{-1})
        """,
    "distillation": r"""
        \bar{\mathbf{z}} &= \frac{\mathbf{q} - \mathbf{p}}{T}
        """,
    "deep_mlp": r"""
        \bar{\mathbf{W}}^{(1)} &= \bar{\mathbf{a}}^{(1)} \mathbf{x}^T
        \bar{\mathbf{W}}^{(l)} &= \bar{\mathbf{a}}^{(l)} \mathbf{h}^{(l - 1)T},\quad l = 2, \dots, L
        \bar{\mathbf{x}} &= \mathbf{W}^{(1)T} \bar{\mathbf{a}}^{(1)}
        """,
    "conv1d": r"""
        \bar{w}_{fck} &= \sum_{i=1}^M \bar{y}_{fi} x_{c, S(i - 1) + k - P}
        \bar{\mathbf{b}} &= \bar{\mathbf{Y}} \mathbf{1}
        \bar{x}_{cj} &= \sum_{f=1}^F \sum_{i=1}^M \bar{y}_{fi} w_{f, c, j - S(i - 1) + P}
        """,
    "conv2d": r"""
        \bar{k}_{fcpq} &= \sum_{i=1}^M \sum_{j=1}^N \bar{y}_{fij} \frac{\partial y_{fij}}{\partial k_{fcpq}} = \sum_{i=1}^M \sum_{j=1}^N \bar{y}_{fij} x_{c, i + p - 1, j + q - 1}
        \bar{b}_f &= \sum_{i=1}^M \sum_{j=1}^N \bar{y}_{fij} \frac{\partial y_{fij}}{\partial b_f} = \sum_{i=1}^M \sum_{j=1}^N \bar{y}_{fij}
        \bar{x}_{clm} &= \sum_{f=1}^F \sum_{i=1}^M \sum_{j=1}^N \bar{y}_{fij} \frac{\partial y_{fij}}{\partial x_{clm}} = \sum_{f=1}^F \sum_{p=1}^P \sum_{q=1}^Q \bar{y}_{f, l - p + 1, m - q + 1} k_{fcpq}
        """,  # noqa: E501
    "max_pool": r"""
        n_{cij} &= \sum_{p=1}^K \sum_{q=1}^K [x_{c, S(i - 1) + p, S(j - 1) + q} = y_{cij}]
        \bar{x}_{ckl} &= \sum_{i=1}^M \sum_{j=1}^N \bar{y}_{cij} \frac{\partial y_{cij}}{\partial x_{ckl}}
        &= \sum_{i=1}^M \sum_{j=1}^N \frac{\bar{y}_{cij}}{n_{cij}} [x_{ckl} = y_{cij}] [1 \le k - S(i - 1) \le K] [1 \le l - S(j - 1) \le K]
        """,  # noqa: E501
    "embedding": r"""
        \bar{c}_{ij} &= \sum_{t=1}^T \bar{x}_{tj} \frac{\partial x_{tj}}{\partial c_{ij}} = \sum_{t=1}^T \bar{x}_{tj} [i = \operatorname{tok}_t]
        \bar{\mathbf{C}} &= \mathbf{1}[\mathbf{tok}]^{\top} \bar{\mathbf{X}}
        """,  # noqa: E501
    "swiglu": r"""
        \bar{\mathbf{V}} &= \mathbf{X}^T \bar{\mathbf{B}}
        \bar{\mathbf{W}} &= \mathbf{X}^T \bar{\mathbf{A}}
        \bar{\mathbf{X}} &= \bar{\mathbf{A}} \mathbf{W}^T + \bar{\mathbf{B}} \mathbf{V}^T
        """,
    "transformer_block": r"""
        \bar{\mathbf{c}}_1 &= \bar{\mathbf{A}}^T \mathbf{1}
        \bar{\hat{\mathbf{X}}} &= \bar{\mathbf{A}} \operatorname{diag}(\mathbf{g}_1)
        \bar{\mathbf{X}} &= \operatorname{diag}(\mathbf{r}_1) (\bar{\hat{\mathbf{X}}} - \operatorname{mean}(\bar{\hat{\mathbf{X}}}) \mathbf{1}^T - \operatorname{diag}(\operatorname{mean}(\bar{\hat{\mathbf{X}}} \circ \hat{\mathbf{X}})) \hat{\mathbf{X}}) + \bar{\mathbf{U}}
        """,  # noqa: E501
    "vae": r"""
        \bar{\mathbf{y}} &= \mathbf{x} - \mathbf{y}
        \bar{\boldsymbol{\mu}} &= \bar{\mathbf{z}} - \boldsymbol{\mu}
        \bar{\mathbf{v}} &= \frac{1}{2} (\bar{\mathbf{z}} \circ \boldsymbol{\epsilon} \circ \boldsymbol{\sigma} - \boldsymbol{\sigma} \circ \boldsymbol{\sigma} + \mathbf{1})
        """,  # noqa: E501
    "word2vec": r"""
        \bar{a} &= \sigma(a) - 1
        \bar{s}_j &= \sigma(s_j)
        \bar{\mathbf{h}} &= \bar{a} \mathbf{U}_{o,:}^T + \sum_j \bar{s}_j \mathbf{U}_{n_j, :}^T
        \bar{\mathbf{V}} &= \mathbf{e}_i \bar{\mathbf{h}}^T
        """,
    "info_nce": r"""
        \bar{s}_{ik} &= \bar{\mathcal{L}} \frac{\partial \mathcal{L}}{\partial s_{ik}} = \frac{p_{ik} - \delta_{ki}}{N}
        \bar{\mathbf{S}} &= \frac{\mathbf{P} - \mathbf{I}}{N}
        \bar{\mathbf{U}} &= \frac{\bar{\mathbf{S}} \mathbf{V}}{\tau}
        """,
    "contrastive_pair": r"""
        \bar{D} &= (1 - Y) D - Y \operatorname{ReLU}(m - D)
        \bar{\mathbf{g}}_1 &= \frac{\bar{D}}{D} (\mathbf{g}_1 - \mathbf{g}_2)
        \bar{\mathbf{W}} &= \bar{\mathbf{g}}_1 \mathbf{x}_1^T + \bar{\mathbf{g}}_2 \mathbf{x}_2^T
        """,
    "lora": r"""
        \bar{\mathbf{B}} &= \frac{\alpha}{r} \bar{\mathbf{h}} \mathbf{x}^T \mathbf{A}^T
        \bar{\mathbf{A}} &= \frac{\alpha}{r} \mathbf{B}^T \bar{\mathbf{h}} \mathbf{x}^T
        """,
    "tied_autoencoder": r"""
        \bar{\mathbf{y}} &= \mathbf{W} \bar{\mathbf{z}}
        \bar{\mathbf{W}} &= \bar{\mathbf{a}} \mathbf{x}^T + \mathbf{y} \bar{\mathbf{z}}^T
        """,
    "weight_norm": r"""
        \bar{g} &= \frac{\bar{\mathbf{w}}^T \mathbf{v}}{r}
        \bar{\mathbf{v}} &= \frac{1}{r} \left( g \bar{\mathbf{w}} - \frac{(\bar{\mathbf{w}}^T \mathbf{w}) \mathbf{v}}{r} \right)
        """,  # noqa: E501
    "mixture_density": r"""
        \bar{\boldsymbol{\mu}}_i &= \frac{\pi_i}{\sigma_i^2} (\boldsymbol{\mu}_i - \mathbf{t})
        \bar{z}_{\alpha,i} &= \alpha_i - \pi_i
        \bar{z}_{\sigma,i} &= \pi_i \left( c - \frac{\|\mathbf{t} - \boldsymbol{\mu}_i\|^2}{\sigma_i^2} \right)
        """,
    "logistic_hessian": r"""
        \bar{\mathbf{w}} &= \mathbf{X}^T \bar{\mathbf{z}}
        \frac{\partial^2 E}{\partial w_d \partial w_i} &= \sum_{n=1}^N \frac{\partial \bar{z}_n}{\partial w_i} x_{nd} = \sum_{n=1}^N p_n (1 - p_n) x_{ni} x_{nd}
        \frac{\partial^2 E}{\partial \mathbf{w} \partial \mathbf{w}^T} &= \mathbf{X}^T \operatorname{diag}(\mathbf{p} \circ (\mathbf{1} - \mathbf{p})) \mathbf{X}
        """,  # noqa: E501
    "softmax_hessian": r"""
        \bar{\mathbf{z}} &= \mathbf{p} - \mathbf{e}_t
        \frac{\partial^2 L}{\partial \mathbf{z} \partial \mathbf{z}^T} &= \operatorname{diag}(\mathbf{p}) - \mathbf{p} \mathbf{p}^T
        """,  # noqa: E501
    "hessian_tanh": r"""
        \dot{\mathbf{z}} &= \mathbf{W} \dot{\mathbf{x}}
        \dot{\bar{\mathbf{z}}} &= \dot{\bar{\mathbf{h}}} \circ (\mathbf{1} - \mathbf{h} \circ \mathbf{h}) - 2 \bar{\mathbf{h}} \circ \mathbf{h} \circ \dot{\mathbf{h}}
        \dot{\bar{\mathbf{W}}} &= \dot{\bar{\mathbf{z}}} \mathbf{x}^T
        """,  # noqa: E501
}
KEPT = r"""
    \bar{\mathcal{S}} &= \bar{\mathcal{J}} \frac{\partial \mathcal{J}}{\partial \mathcal{S}} = -\bar{\mathcal{J}}
    \bar{y}'_k &= \bar{\mathcal{S}} \frac{\partial \mathcal{S}}{\partial y'_k} = -\frac{\bar{\mathcal{J}} [k = t]}{y'_t}
    \bar{\mathbf{y}} &= \bar{\mathcal{J}} (\mathbf{y}' - \mathbf{e}_t)
    """


@pytest.fixture(scope="module", params=PROBLEMS, ids=lambda path: path.stem)
def problem(request: pytest.FixtureRequest) -> Path:
    """Each file in turn: the tests of one stand together, and have one derivation, one answer."""
    path: Path = request.param
    return path


def derived(name: str, **options: bool) -> derive.Derivation:
    path = next(p for p in PROBLEMS if p.stem == name)
    return derive.load(path).derive(**options) if options else problem_files.checked(path)


def written(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def shown(latex: str) -> list[str]:
    return [re.sub(r" *\\\\$", "", line) for line in latex.splitlines()]


def test_golden(problem: Path) -> None:
    for name, text in golden(problem).items():
        assert text == (FOLDER / name).read_bytes().decode()


@pytest.mark.parametrize("width", [80, 120])
def test_lines_keep_to_the_width(problem: Path, width: int) -> None:
    assert max(cells(line) for line in printed(problem).text(width=width).splitlines()) <= width


def test_the_schema_describes_the_output(problem: Path) -> None:
    jsonschema.Draft202012Validator(json_schema()).validate(json.loads(json.dumps(printed(problem).to_dict())))


def test_every_golden_file_has_its_problem() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.suffix in (".tex", ".txt")}
    assert files == {f"{problem.stem}.{suffix}" for problem in PROBLEMS for suffix in ("tex", "txt")}
    assert set(KEY_LINES) == {problem.stem for problem in NETWORKS}


@pytest.mark.parametrize("name", KEY_LINES)
def test_key_lines(name: str) -> None:
    lines = shown(derived(name).latex(fragment=True))
    for line in written(KEY_LINES[name]):
        assert line in lines


def test_the_cost_s_bar_stays_in_front_where_it_is_kept() -> None:
    lines = shown(derived("gated_softmax", keep_cost_bars=True).latex(fragment=True))
    for line in written(KEPT):
        assert line in lines
    kept = shown(derived("residual", keep_cost_bars=True).latex(fragment=True))
    assert r"\bar{\mathbf{h}} &= \bar{\mathcal{R}} \mathbf{r} + \mathbf{W}^{(2)T} \bar{\mathbf{y}}" in kept


def test_x_has_three_paths() -> None:
    """Document 004 lost the one through y and two transposes."""
    chain = next(line for line in derived("gated_softmax").data.backward if line.tensor.name == "x").steps[0]
    assert chain.rule == "chain" and len(chain.right.terms) == 3


def test_backward_goes_from_the_cost_on() -> None:
    order = [line.tensor.name for line in derived("residual").data.backward]
    assert order == ["E", "R", "S", "y", "h", "z", "x"]
