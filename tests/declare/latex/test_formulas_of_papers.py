"""Equations as papers print them, beside NumPy written from the paper: the reading has the paper's numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from derive.declare.load import parse_problem
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.world import World, key_of
from tests.oracle.values import given

Arrays = dict[str, Any]


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def attention(a: Arrays) -> Any:
    return softmax(a["Q"] @ a["K"].T / np.sqrt(a["d_k"])) @ a["V"]


def gru(a: Arrays) -> Any:
    h = a["h_0"]
    for x in a["x"]:
        z, r = (sigmoid(a[f"W_{n}"] @ x + a[f"U_{n}"] @ h) for n in "zr")
        h = (1 - z) * h + z * np.tanh(a["W_h"] @ x + a["U_h"] @ (r * h))
    return h @ h


def lstm(a: Arrays) -> Any:
    h = c = np.zeros(a["K"])
    for x in a["x"]:
        both = np.concatenate([h, x])
        f, i, o = (sigmoid(a[f"W_{n}"] @ both) for n in "fio")
        c = f * c + i * np.tanh(a["W_C"] @ both)
        h = o * np.tanh(c)
    return h @ h


def vae(a: Arrays) -> Any:
    mu, v = a["W_mu"] @ a["x"], a["W_sigma"] @ a["x"]
    z = mu + np.exp(v / 2) * a["epsilon"]
    return -0.5 * np.sum(1 + v - mu**2 - np.exp(v)) + 0.5 * np.sum((a["V"] @ z - a["x"]) ** 2)


def batch_norm(a: Arrays) -> Any:
    return a["gamma"] * (a["x"] - a["x"].mean()) / np.sqrt(a["x"].var() + 0.1) + a["beta"]


def lora(a: Arrays) -> Any:
    return (a["W_0"] + a["B"] @ a["A"]) @ a["x"]


def simclr(a: Arrays) -> Any:
    u = a["z"] / np.linalg.norm(a["z"], axis=1, keepdims=True)
    e = np.exp(u @ u.T)
    return -np.log(e / (e.sum(axis=1) - np.diag(e))[:, None])


def smoothing(a: Arrays) -> Any:
    q = 0.9 * np.eye(a["K"])[a["y"] - 1] + 0.1 / a["K"]
    return -np.sum(q * np.log(softmax(a["z"])))


def capsule(a: Arrays) -> Any:
    c = softmax(a["b"])
    s = np.einsum("ij,ijde,ie->jd", c, a["W"], a["u"])
    square = np.sum(s**2, axis=1, keepdims=True)
    return square / (1 + square) * s / np.sqrt(square)


def gcn(a: Arrays) -> Any:
    full = a["A"] ** 2 + np.eye(a["N"])
    root = np.diag(full.sum(axis=1) ** -0.5)
    return np.maximum(root @ full @ root @ a["X"] @ a["W"], 0)


def graph_attention(a: Arrays) -> Any:
    p = a["h"] @ a["W"].T
    e = np.tanh((p @ a["a_1"])[:, None] + (p @ a["a_2"])[None, :])
    return np.maximum(softmax(e) @ p, 0)


def tsne(a: Arrays) -> Any:
    apart = np.sum((a["y"][:, None] - a["y"][None]) ** 2, axis=-1)
    q = 1 / (1 + apart)
    q = q / (q.sum() - np.trace(q))
    far = np.exp(-np.sum((a["x"][:, None] - a["x"][None]) ** 2, axis=-1) / (2 * a["sigma"][:, None] ** 2))
    p = far / (far.sum(axis=1) - np.diag(far))[:, None]
    terms = p * np.log(p / q)
    return terms.sum() - np.trace(terms)


def triplet(a: Arrays) -> Any:
    near, far = (np.sum((a["f_a"] - a[n]) ** 2, axis=1) for n in ("f_p", "f_n"))
    return np.maximum(near - far + 0.3, 0).sum()


def experts(a: Arrays) -> Any:
    return np.einsum("i,ikn,n->k", softmax(a["W_g"] @ a["x"]), a["E"], a["x"])


def policy(a: Arrays) -> Any:
    return np.minimum(a["r"] * a["A_hat"], np.clip(a["r"], 0.8, 1.2) * a["A_hat"]).mean()


def norms(a: Arrays) -> Any:
    A = a["A"]
    one = np.sum(A**2) + np.sum(np.abs(A)) + np.abs(A).sum(axis=0).max()
    return one + np.linalg.norm(A, 2) + np.linalg.norm(A, "nuc") + np.sum(A**4)


def convolution(a: Arrays) -> Any:
    K, (M, N) = a["w"].shape[1], (a["M"], a["N"])
    return np.array([[a["b"] + np.sum(a["w"] * a["x"][:, i : i + K, j : j + K]) for j in range(N)] for i in range(M)])


def pairs(a: Arrays) -> Any:
    N, x = a["N"], a["x"]
    return sum(x[i] * x[j] for i in range(N) for j in range(i + 1, N)) + np.prod(x)


PAPERS: dict[str, tuple[Callable[[Arrays], Any], str, str, str]] = {
    "attention": (
        attention, "Attention", "sizes: {N: q, M: k, d_k: d, d_v: v}\ninputs: {Q: [N, d_k], K: [M, d_k], V: [M, d_v]}",
        r"""P_{ij} = \mathrm{softmax}_j\left(\frac{Q K^T}{\sqrt{d_k}}\right)_{ij}
\mathrm{Attention}(Q, K, V) = P V""",
    ),
    "gru": (
        gru, "E", """sizes: {N: in, K: h, T: steps}
labels: {t: T}
inputs: {x: [T, N], h_0: [K]}
parameters: {W_z: [K, N], U_z: [K, K], W_r: [K, N], U_r: [K, K], W_h: [K, N], U_h: [K, K]}""",
        r"""\mathbf{h}_0 = \mathbf{h0}
z_t = \sigma(W_z x_t + U_z h_{t-1}), \quad r_t = \sigma(W_r x_t + U_r h_{t-1})
\hat h_t = \tanh(W_h x_t + U_h (r_t \odot h_{t-1}))
h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \hat h_t
E = \|h_T\|^2""",
    ),
    "lstm": (
        lstm, "E", """sizes: {N: in, K: h, T: steps}
labels: {t: T}
inputs: {x: [T, N]}
parameters: {W_f: [K, K + N], W_i: [K, K + N], W_C: [K, K + N], W_o: [K, K + N]}
hidden: {h: [T, K]}
boundary: zero""",
        r"""f_t = \sigma(W_f \cdot [h_{t-1}, x_t]), \quad i_t = \sigma(W_i \cdot [h_{t-1}, x_t])
\tilde{C}_t = \tanh(W_C [h_{t-1}; x_t])
C_t = f_t \circ C_{t-1} + i_t \circ \tilde{C}_t
o_t = \sigma(W_o [h_{t-1} \,\|\, x_t])
h_t = o_t \circ \tanh(C_t)
E = h_T^\top h_T""",
    ),
    "vae": (
        vae, "L", """sizes: {N: in, J: latent}
inputs: {x: [N], epsilon: [J]}
parameters: {W_mu: [J, N], W_sigma: [J, N], V: [N, J]}""",
        r"""\boldsymbol\mu = \mathbf W_\mu \mathbf x
\log\boldsymbol\sigma^2 = \mathbf W_\sigma \mathbf x
\mathbf z = \boldsymbol\mu + \boldsymbol\sigma \odot \boldsymbol\epsilon
\mathcal L = -\frac12 \sum_{j=1}^J (1 + \log((\sigma_j)^2) - (\mu_j)^2 - (\sigma_j)^2)
  + \frac12 \left\|\mathbf V \mathbf z - \mathbf x\right\|_2^2""",
    ),
    "batch_norm": (
        batch_norm, "y", "sizes: {m: batch}\ninputs: {x: [m]}\nparameters: {gamma: [], beta: []}",
        r"""\mu_{\mathcal B} = \frac1m \sum_{i=1}^m x_i
\sigma_{\mathcal B}^2 = \frac1m \sum_{i=1}^m (x_i - \mu_{\mathcal B})^2
\hat x_i = \frac{x_i - \mu_{\mathcal B}}{\sqrt{\sigma_{\mathcal B}^2 + 0.1}}
y_i = \gamma \hat x_i + \beta""",
    ),
    "lora": (
        lora, "h", "sizes: {d: o, k: i, r: rank}\ninputs: {x: [k]}\nparameters: {W_0: [d, k], B: [d, r], A: [r, k]}",
        "\\Delta W = B A\nh = W_0 x + \\Delta W x",
    ),
    "simclr": (
        simclr, "l", "sizes: {N: batch, D: features}\ninputs: {z: [N, D]}\nindices: {i: N, j: N, k: N}",
        r"""s_{i,k} = \frac{z_i^\top z_k}{\|z_i\| \|z_k\|}
\ell_{i,j} = -\log \frac{\exp(s_{i,j})}{\sum_{k=1}^{N} \mathbb{1}_{[k \neq i]} \exp(s_{i,k})}""",
    ),
    "smoothing": (
        smoothing, "L", "sizes: {K: classes}\ninputs: {z: [K]}\nclasses: {y: K}",
        r"""p_k = \frac{e^{z_k}}{\sum_{i=1}^K e^{z_i}}
q_k = 0.9 \, \mathbb 1[y = k] + \frac{0.1}{K}
L = -\sum_{k=1}^K q_k \log p_k""",
    ),
    "capsule": (
        capsule, "v", """sizes: {J: above, D: out, I: below, F: in}
inputs: {u: [I, F], b: [I, J]}
parameters: {W: [I, J, D, F]}""",
        r"""c_{ij} = \frac{\exp(b_{ij})}{\sum_k \exp(b_{ik})}
\hat{\mathbf{u}}_{j|i} = \mathbf{W}_{ij} \mathbf{u}_i, \qquad \mathbf{s}_j = \sum_i c_{ij} \hat{\mathbf{u}}_{j|i}
\mathbf{v}_j = \frac{\|\mathbf{s}_j\|^2}{1 + \|\mathbf{s}_j\|^2} \frac{\mathbf{s}_j}{\|\mathbf{s}_j\|}""",
    ),
    "gcn": (
        gcn, "Z", "sizes: {N: nodes, C: in, F: out}\ninputs: {A: [N, N], X: [N, C]}\nparameters: {W: [C, F]}",
        r"""\tilde{A} = A^{\circ 2} + I_N
d_i = \sum_j \tilde{A}_{ij}
Z = \mathrm{ReLU}(\operatorname{diag}(d^{-\frac12}) \tilde{A} \operatorname{diag}(d^{-\frac12}) X W)""",
    ),
    "graph_attention": (
        graph_attention, "h_vec_prime", """sizes: {N: nodes, F: in, K: out}
inputs: {h: [N, F]}
parameters: {W: [K, F], a_1: [K], a_2: [K]}""",
        r"""e_{ij} = \tanh(\vec{a}_1^T W \vec{h}_i + \vec{a}_2^T W \vec{h}_j)
\alpha_{ij} = \mathrm{softmax}_j(e_{ij})
\vec{h}'_i = \left[\sum_j \alpha_{ij} W \vec{h}_j\right]_+""",
    ),
    "tsne": (
        tsne, "C", "sizes: {N: points, D: in, M: out}\ninputs: {x: [N, D], sigma: [N]}\nparameters: {y: [N, M]}",
        r"""p_{j|i} = \frac{\exp\left(-\frac{\|x_i - x_j\|^2}{2\sigma_i^2}\right)}
  {\sum_{k \neq i} \exp\left(-\frac{\|x_i - x_k\|^2}{2\sigma_i^2}\right)}
q_{ij} = \frac{(1 + \|y_i - y_j\|^2)^{-1}}{\sum_{k \neq l} (1 + \|y_k - y_l\|^2)^{-1}}
C = \sum_i \sum_{j \ne i} p_{j|i} \log \frac{p_{j|i}}{q_{ij}}""",
    ),
    "triplet": (
        triplet, "L", "sizes: {N: batch, D: features}\ninputs: {f_a: [N, D], f_p: [N, D], f_n: [N, D]}",
        r"L = \sum_{i=1}^{N} \left[ \|f_i^a - f_i^p\|_2^2 - \|f_i^a - f_i^n\|_2^2 + 0.3 \right]_+",
    ),
    "experts": (
        experts, "y", "sizes: {n: e, N: in, K: out}\ninputs: {x: [N]}\nparameters: {W_g: [n, N], E: [n, K, N]}",
        "G(x) = \\operatorname{Softmax}(W_g x)\ny = \\sum_{i=1}^{n} G(x)_i E_i x",
    ),
    "policy": (
        policy, "L_CLIP", "sizes: {T: steps}\ninputs: {A_hat: [T], r: [T]}",
        r"L^{CLIP}(\theta) = \hat{\mathbb{E}}_t\left[\min(r_t(\theta) \hat{A}_t, \operatorname{clip}(r_t(\theta), 0.8, "
        r"1.2) \hat{A}_t)\right]",
    ),
    "norms": (
        norms, "E", "sizes: {N: n, K: k}\ninputs: {A: [N, K]}",
        r"""B = A^{\odot 2}
E = \|A\|_F^2 + \sum_{i,j} |A_{ij}| + \max_j \sum_i |A_{ij}| + \|A\|_2 + \|A\|_* + \|B\|_F^2""",
    ),
    "convolution": (
        convolution, "y", """sizes: {H: h, V: w, C: channels, K: window, M: H - K + 1, N: V - K + 1}
indices: {i: M, j: N}
inputs: {x: [C, H, V]}
parameters: {w: [C, K, K], b: []}""",
        r"y_{ij} = b + \sum_{c=1}^{C} \sum_{p=1}^{K} \sum_{q=1}^{K} w_{cpq} x_{c,i+p-1,j+q-1}",
    ),
    "pairs": (
        pairs, "E", "sizes: {N: n}\ninputs: {x: [N]}",
        r"E = \sum_{i<j} x_i x_j + \prod_{i=1}^N x_i",
    ),
}  # fmt: skip
LARGER = {"H": 6, "V": 7}
"""Sizes that windows need."""


@pytest.mark.parametrize("equal", [False, True])
@pytest.mark.parametrize("name", PAPERS)
def test_the_numbers_of_the_paper(name: str, equal: bool) -> None:
    by_hand, result, head, block = PAPERS[name]
    text = "".join(f"  {line}\n" for line in block.splitlines())
    network = parse_problem(f"version: 1\n{head}\nequations_latex: |\n{text}", f"{name}.yaml")
    sizes = {n: LARGER.get(n, 3 if equal else k) for k, n in enumerate(network.sizes, 2)}
    if name == "convolution":
        sizes |= {"M": sizes["H"] - sizes["K"] + 1, "N": sizes["V"] - sizes["K"] + 1}
    draw, world = np.random.default_rng(7), World(sizes, {}, {})
    arrays: Arrays = dict(sizes)
    for tensor in given(network):
        shape = world.shape(tensor)
        classes = tensor.among is not None
        arrays[tensor.name] = draw.integers(1, sizes["K"] + 1, shape) if classes else draw.uniform(0.2, 1.5, shape)
    known = {(n, ()): np.asarray(a, dtype=float) for n, a in arrays.items()}
    world = evaluate_equations([network.equations[n] for n in network.order], World(sizes, known, {}))
    np.testing.assert_allclose(world.real(key_of(network.tensors[result])), by_hand(arrays), rtol=1e-9, atol=1e-12)
