"""The problems' networks in PyTorch, each from its source and not from our equations: name -> its outputs by name.

sizes and arrays are named as in the file. Classes count from 1 there, and from 0 here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from tests.oracle.functions import Plain

Arrays: TypeAlias = Mapping[str, Tensor]
Sizes: TypeAlias = Mapping[str, int]
Outputs: TypeAlias = dict[str, Tensor]
Network: TypeAlias = Callable[[Sizes, Arrays], Outputs]


def residual(s: Sizes, a: Arrays) -> Outputs:
    h = torch.tanh(F.linear(a["x"], a["W1"], a["b1"]))
    y = a["x"] + F.linear(h, a["W2"], a["b2"])
    return {"E": torch.dot(a["r"], h) + 0.5 * F.mse_loss(y, a["s"], reduction="sum")}


def gradient_penalty(s: Sizes, a: Arrays) -> Outputs:
    """Gulrajani et al. 2017, equation (3), by autograd twice."""
    x = a["x"] if a["x"].requires_grad else a["x"].clone().requires_grad_()
    with torch.enable_grad():
        critic = torch.dot(a["v"], torch.tanh(F.linear(x, a["W"], a["b"])))
        (slope,) = torch.autograd.grad(critic, x, create_graph=True)
    return {"P": a["lam"] * (torch.linalg.vector_norm(slope) - 1) ** 2}


def staged(s: Sizes, a: Arrays) -> Outputs:
    return {"f": (a["x"] + a["y"]) * a["z"]}


def chain_rule(s: Sizes, a: Arrays) -> Outputs:
    x = torch.stack([torch.sin((i + 1) * a["w"]) for i in range(s["n"])])
    return {"f": torch.logsumexp(x, 0) + x[0] ** 2}


def affine_batch(s: Sizes, a: Arrays) -> Outputs:
    return {"Z": F.linear(a["X"], a["W"].T, a["b"])}


def residual_block(s: Sizes, a: Arrays) -> Outputs:
    h = F.softplus(F.linear(a["x"], a["W"], a["b"])) + a["x"]
    return {"y": F.softplus(F.linear(h, a["V"], a["c"])) + h}


def gated_softmax(s: Sizes, a: Arrays) -> Outputs:
    gated = F.relu(F.linear(a["x"], a["W1"])) * torch.sigmoid(F.linear(a["x"], a["W2"]))
    y = F.linear(gated, a["W3"]) + F.linear(a["x"], a["W4"])
    return {"J": F.cross_entropy(y, a["t"] - 1)}


def sparsity(s: Sizes, a: Arrays) -> Outputs:
    """Document 002, question 3: three hidden units, the third before the other two."""
    h3 = torch.clamp(torch.stack((a["x1"], a["u3"])) @ torch.stack((a["w3"], torch.ones_like(a["w3"]))), min=0)
    others, weights = torch.stack((a["u1"], a["u2"])), torch.stack((a["w2"], a["w4"]))
    y = F.relu(torch.dot(F.relu(torch.addcmul(others, weights, h3)), torch.stack((a["w1"], a["w5"]))))
    return {"L": 0.5 * F.mse_loss(y, a["t"])}


def softmax_batch(s: Sizes, a: Arrays) -> Outputs:
    decay = a["lambda"] / 2 * a["W"].square().sum()
    return {"L": F.cross_entropy(a["X"] @ a["W"], a["t"] - 1) + decay}


def mlp(s: Sizes, a: Arrays) -> Outputs:
    h = a["x"]
    for layer in (1, 2):
        h = torch.tanh(F.linear(h, a[f"W{layer}"], a[f"b{layer}"]))
    return {"E": 0.5 * F.mse_loss(F.linear(h, a["W3"], a["b3"]), a["t"], reduction="sum")}


def attention(s: Sizes, a: Arrays) -> Outputs:
    return {"O": F.scaled_dot_product_attention(a["Q"], a["K"], a["V"])}


def attention_causal(s: Sizes, a: Arrays) -> Outputs:
    return {"O": F.scaled_dot_product_attention(a["Q"], a["K"], a["V"], is_causal=True)}


def heads(x: Tensor, a: Arrays) -> Tensor:
    """Self-attention of all heads at once, the heads side by side before the last projection."""
    query, key, value = (torch.einsum("nd,hdm->hnm", x, a[name]) for name in ("Wq", "Wk", "Wv"))
    beside = F.scaled_dot_product_attention(query, key, value).transpose(0, 1).flatten(1)
    return beside @ a["Wo"].flatten(0, 1)


def multi_head(s: Sizes, a: Arrays) -> Outputs:
    return {"Y": heads(a["X"], a)}


def layer_norm(s: Sizes, a: Arrays) -> Outputs:
    return {"y": F.layer_norm(a["x"], (s["N"],), a["g"], a["b"], float(a["eps"]))}


def rms_norm(s: Sizes, a: Arrays) -> Outputs:
    return {"y": F.rms_norm(a["x"], (s["N"],), a["g"], float(a["eps"]))}


def batch_norm(s: Sizes, a: Arrays) -> Outputs:
    """By hand: `F.batch_norm` refuses a batch of one."""
    variance, mean = torch.var_mean(a["x"], 0, correction=0)
    return {"y": (a["x"] - mean) / torch.sqrt(variance + a["eps"]) * a["g"] + a["b"]}


def steps(a: Arrays) -> Tensor:
    """h⁽¹⁾, …, h⁽ᵀ⁾ of a plain recurrent network."""
    h, found = a["h0"], []
    for x in a["x"]:
        h = torch.tanh(F.linear(x, a["U"], a["b"]) + F.linear(h, a["W"]))
        found.append(h)
    return torch.stack(found)


def rnn(s: Sizes, a: Arrays) -> Outputs:
    return {"L": F.cross_entropy(F.linear(steps(a), a["V"], a["c"]), a["y"] - 1, reduction="sum")}


def rnn_last(s: Sizes, a: Arrays) -> Outputs:
    return {"L": 0.5 * F.mse_loss(F.linear(steps(a)[-1], a["V"], a["c"]), a["y"], reduction="sum")}


def lstm(s: Sizes, a: Arrays) -> Outputs:
    """PyTorch's own cell, whose gates are stacked in the order i, f, c, o."""
    inner, outer, shift = (torch.cat([a[kind + gate] for gate in "ifco"]) for kind in "WRb")
    start = torch.zeros(1, s["K"], dtype=shift.dtype)
    state, found = (start, start), []
    for x in a["x"]:
        state = torch.lstm_cell(x[None], state, inner, outer, shift, torch.zeros_like(shift))
        found.append(state[0][0])
    return {"y": torch.stack(found)}


def gru(s: Sizes, a: Arrays) -> Outputs:
    """Cho's cell: the reset gate stands inside the product with U, unlike in PyTorch's."""
    h, found = torch.zeros(s["K"], dtype=a["U"].dtype), []
    for x in a["x"]:
        reset, update = (torch.sigmoid(F.linear(x, a["W" + gate]) + F.linear(h, a["U" + gate])) for gate in "rz")
        candidate = torch.tanh(F.linear(x, a["W"]) + F.linear(reset * h, a["U"]))
        h = torch.lerp(candidate, h, update)
        found.append(h)
    return {"y": torch.stack(found)}


def deep_mlp(s: Sizes, a: Arrays) -> Outputs:
    h = torch.sin(F.linear(a["x"], a["W1"], a["b"][0]))
    for weight, shift in zip(a["W"], a["b"][1:], strict=True):
        h = torch.sin(F.linear(h, weight, shift))
    return {"J": 0.5 * F.mse_loss(h, a["y"], reduction="sum")}


def conv1d(s: Sizes, a: Arrays) -> Outputs:
    return {"y": F.conv1d(a["x"][None], a["w"], a["b"], stride=s["S"], padding=s["P"])[0]}


def conv2d(s: Sizes, a: Arrays) -> Outputs:
    return {"y": F.conv2d(a["x"][None], a["k"], a["b"])[0]}


def max_pool(s: Sizes, a: Arrays) -> Outputs:
    """By `amax`, which gives equal shares at ties; `F.max_pool2d` gives all to the first."""
    windows = a["x"].unfold(1, s["K"], s["S"]).unfold(2, s["K"], s["S"])
    return {"y": windows.amax((-2, -1))}


def embedding(s: Sizes, a: Arrays) -> Outputs:
    return {"X": F.embedding(a["tok"] - 1, a["C"])}


def swiglu(s: Sizes, a: Arrays) -> Outputs:
    return {"Y": (F.silu(a["X"] @ a["W"]) * (a["X"] @ a["V"])) @ a["W2"]}


def transformer_block(s: Sizes, a: Arrays) -> Outputs:
    def norm(x: Tensor, n: int) -> Tensor:
        return F.layer_norm(x, (s["D"],), a[f"g{n}"], a[f"c{n}"], float(a["eps"]))

    middle = a["X"] + heads(norm(a["X"], 1), a)
    hidden = F.relu(F.linear(norm(middle, 2), a["W1"].T, a["b1"]))
    return {"Y": middle + F.linear(hidden, a["W2"].T, a["b2"])}


def symmetry(s: Sizes, a: Arrays) -> Outputs:
    """Document 001, question 4: a hidden layer and a squared error."""
    y = F.linear(torch.tanh(F.linear(a["x"], a["W1"], a["b1"])), a["W2"], a["b2"])
    return {"E": 0.5 * F.mse_loss(y, a["t"], reduction="sum")}


def inverse(s: Sizes, a: Arrays) -> Outputs:
    found = {"C": torch.linalg.inv(a["A"]), "X": torch.linalg.solve(a["K"], a["B"])}
    return {**found, "d": torch.linalg.det(a["D"]), "s": torch.linalg.slogdet(a["F"]).logabsdet}


def ridge(s: Sizes, a: Arrays) -> Outputs:
    system = a["X"].T @ a["X"] + a["lam"] * torch.eye(s["D"], dtype=torch.float64)
    w = torch.linalg.solve(system, a["X"].T @ a["t"])
    return {"E": 0.5 * F.mse_loss(a["Z"] @ w, a["u"], reduction="sum")}


def solved(after: Callable[[Tensor], Tensor], size: int) -> Tensor:
    """y with y = after(y), by damped Newton steps from 0; autograd goes through two more steps from there.

    Their matrix does not move: after one the slopes are those of y, after two the second ones.
    """
    with torch.no_grad():
        y = torch.zeros(size, dtype=torch.float64)
        for _ in range(60):
            rest = after(y) - y
            step = torch.linalg.solve(torch.func.jacfwd(after)(y) - torch.eye(size, dtype=torch.float64), -rest)
            while step.norm() > 1e-15 and not (after(y + step) - y - step).norm() < rest.norm():
                step = 0.5 * step
            y = y + step
        slopes = torch.func.jacfwd(after)(y) - torch.eye(size, dtype=torch.float64)
    for _ in range(2):
        y = y - torch.linalg.solve(slopes, after(y) - y)
    return y


def deep_equilibrium(s: Sizes, a: Arrays) -> Outputs:
    z = solved(lambda z: torch.tanh(a["W"] @ z + F.linear(a["x"], a["U"], a["b"])), s["K"])
    return {"E": 0.5 * F.mse_loss(F.linear(z, a["V"]), a["t"], reduction="sum")}


def ridge_stationary(s: Sizes, a: Arrays) -> Outputs:
    """Where J is stationary, by its normal equations."""
    return ridge(s, a)


def hypergradient(s: Sizes, a: Arrays) -> Outputs:
    """J's minimum by Newton steps on its slope, which autograd takes."""

    def after(w: Tensor) -> Tensor:
        return w - a["X"].T @ (torch.sigmoid(a["X"] @ w) - a["t"]) - a["lam"] * w

    w = solved(after, s["D"])
    return {"E": 0.5 * F.mse_loss(a["Z"] @ w, a["u"], reduction="sum")}


def gaussian_nll(s: Sizes, a: Arrays) -> Outputs:
    """½ rᵀ S⁻¹ r + ½ log |det S|, S of any sign."""
    r = a["x"] - a["m"]
    return {"E": 0.5 * (torch.dot(r, torch.linalg.solve(a["S"], r)) + torch.linalg.slogdet(a["S"]).logabsdet)}


def distillation(s: Sizes, a: Arrays) -> Outputs:
    """Cross-entropy with soft targets, PyTorch's own."""
    return {"C": F.cross_entropy((a["z"] / a["tau"]).unsqueeze(0), a["p"].unsqueeze(0))}


def vae(s: Sizes, a: Arrays) -> Outputs:
    """The divergence by PyTorch's normal distributions."""
    hidden = torch.tanh(F.linear(a["x"], a["W3"], a["b3"]))
    mean, spread = F.linear(hidden, a["W4"], a["b4"]), torch.exp(F.linear(hidden, a["W5"], a["b5"]) / 2)
    decoded = torch.tanh(F.linear(torch.addcmul(mean, spread, a["epsilon"]), a["W1"], a["b1"]))
    likelihood = -0.5 * F.mse_loss(F.linear(decoded, a["W2"], a["b2"]), a["x"], reduction="sum")
    prior = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    divergence = torch.distributions.kl_divergence(torch.distributions.Normal(mean, spread), prior).sum()
    return {"L": likelihood - divergence}


def word2vec(s: Sizes, a: Arrays) -> Outputs:
    """Context and noise words at once, as in the program: labels 1, 0, …, 0."""
    words = torch.cat([a["o"][None], a["n"]]) - 1
    scores = F.embedding(words, a["U"]) @ a["V"][a["i"] - 1]
    labels = torch.zeros_like(scores)
    labels[0] = 1
    return {"E": F.binary_cross_entropy_with_logits(scores, labels, reduction="sum")}


def info_nce(s: Sizes, a: Arrays) -> Outputs:
    return {"L": F.cross_entropy(a["U"] @ a["V"].T / a["tau"], torch.arange(s["N"]))}


def contrastive_pair(s: Sizes, a: Arrays) -> Outputs:
    distance = torch.linalg.vector_norm(F.linear(a["x1"], a["W"]) - F.linear(a["x2"], a["W"]))
    return {"L": torch.lerp(distance**2, torch.clamp(a["m"] - distance, min=0) ** 2, a["Y"]) / 2}


def lora(s: Sizes, a: Arrays) -> Outputs:
    return {"h": F.linear(a["x"], a["W0"] + a["alpha"] / s["r"] * a["B"] @ a["A"])}


def tied_autoencoder(s: Sizes, a: Arrays) -> Outputs:
    hidden = torch.sigmoid(F.linear(a["x"], a["W"], a["b"]))
    return {"L": 0.5 * F.mse_loss(F.linear(hidden, a["W"].T, a["c"]), a["x"], reduction="sum")}


def weight_norm(s: Sizes, a: Arrays) -> Outputs:
    weight = a["g"] * F.normalize(a["v"], dim=0)
    return {"y": F.softplus(torch.dot(weight, a["x"]) + a["b"])}


def mixture_density(s: Sizes, a: Arrays) -> Outputs:
    """A mixture of PyTorch's normal distributions; the constant that the file leaves out has no gradient."""
    kernels = torch.distributions.Normal(a["mu"], torch.exp(a["z_sigma"])[:, None])
    mixture = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(logits=a["z_alpha"]), torch.distributions.Independent(kernels, 1)
    )
    return {"E": -mixture.log_prob(a["t"]) - s["c"] / 2 * float(torch.log(torch.tensor(2 * torch.pi)))}


def logistic_hessian(s: Sizes, a: Arrays) -> Outputs:
    """The cost is linear in the targets, which need not be between 0 and 1 here."""
    z = a["X"] @ a["w"]
    return {"E": F.softplus(z).sum() - torch.dot(a["t"], z)}


def softmax_hessian(s: Sizes, a: Arrays) -> Outputs:
    return {"L": F.cross_entropy(a["z"], a["t"] - 1)}


def hessian_tanh(s: Sizes, a: Arrays) -> Outputs:
    y = F.linear(torch.tanh(F.linear(a["x"], a["W"], a["b"])), a["V"])
    return {"E": 0.5 * F.mse_loss(y, a["t"], reduction="sum")}


NETWORKS: Mapping[str, Network] = MappingProxyType(
    {
        network.__name__: network
        for network in (
            residual, staged, chain_rule, affine_batch, residual_block, gated_softmax, sparsity, softmax_batch, mlp,
            attention, attention_causal, multi_head, layer_norm, rms_norm, batch_norm, rnn, rnn_last, lstm, gru,
            deep_mlp, conv1d, conv2d, max_pool, embedding, swiglu, transformer_block, symmetry, vae, word2vec,
            info_nce, contrastive_pair, lora, tied_autoencoder, weight_norm, mixture_density, inverse, ridge,
            gaussian_nll, gradient_penalty, logistic_hessian, softmax_hessian, hessian_tanh, deep_equilibrium,
            ridge_stationary, hypergradient, distillation,
        )
    }
)  # fmt: skip

FUNCTIONS: Mapping[str, Mapping[str, Plain]] = MappingProxyType(
    {
        "residual": {"sigma": lambda args, slots: torch.tanh(args[0])},
        "residual_block": {"phi": lambda args, slots: F.softplus(args[0])},
        "weight_norm": {"phi": lambda args, slots: F.softplus(args[0])},
        "symmetry": {"phi": lambda args, slots: torch.tanh(args[0])},
        "deep_mlp": {"f": lambda args, slots: torch.sin(args[0])},
        "chain_rule": {
            "f": lambda args, slots: torch.logsumexp(args[0], 0) + args[0][0] ** 2,
            "g": lambda args, slots: torch.sin(slots[0] * args[0]),
        },
    }
)
"""What stands for a problem's abstract functions here."""

TAMED: Mapping[str, Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "deep_equilibrium": {"W": lambda w: w / (1 + np.linalg.norm(w, 2))},
        "hypergradient": {"lam": lambda lam: 0.5 + np.abs(lam)},
    }
)
"""What makes numbers such that a condition has one solution: a contraction, a convex cost."""

FITS: Mapping[str, Callable[[Sizes], bool]] = MappingProxyType(
    {
        "conv1d": lambda s: s["K"] <= s["N"] + 2 * s["P"],
        "conv2d": lambda s: s["P"] <= s["H"] and s["Q"] <= s["W"],
        "max_pool": lambda s: all(s["K"] <= s[axis] and (s[axis] - s["K"]) % s["S"] == 0 for axis in "HW"),
    }
)
"""Which sizes go together, where not all do."""
