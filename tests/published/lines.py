r"""Published backward lines: the structure and the order are the sources', the names ours, so that only these count.

Where a source writes dX, δx, ∇_x L or ∂L/∂x, \bar{x} stands here; where it writes one head, sample or step without a
label, or with another mark, our label stands. A key names the quantity, or, where the source has one line for several
of ours, all of them with __ between: ours are then counted together. Several lines of the source for one of ours, or
for the cases of one, are counted together too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Published:
    """sources: where the lines are from.  seen: what was looked up.  lines: quantities -> the source's lines."""

    sources: str
    seen: str
    lines: Mapping[tuple[str, ...], tuple[str, ...]]


def published(sources: str, seen: str, /, **lines: str | tuple[str, ...]) -> Published:
    found = {tuple(names.split("__")): (line,) if isinstance(line, str) else line for names, line in lines.items()}
    return Published(sources, seen, MappingProxyType(found))


SEEN = "all lines looked up, in public copies of the source or in notes that quote its formulas"
UNSEEN = "from memory: no copy of these lines was found when they were looked for"
LINEAR_SEEN = "Dao et al. (and Triton's lines) looked up; Johnson's in a later course's edition of the same notes"
FLASH = "Dao et al. 2022, appendix B.2: dV, dP, row i of dS, dQ, dK; their scale τ is written out as 1/√D"
ATTENTION = {
    "V": r"\bar{V} = P^T \bar{O}",
    "P": r"\bar{P} = \bar{O} V^T",
    "S": r"\bar{S}_{i:} = P_{i:} \circ \bar{P}_{i:} - (P_{i:}^T \bar{P}_{i:}) P_{i:}",
    "Q": r"\bar{Q} = \frac{1}{\sqrt{D}} \bar{S} K",
    "K": r"\bar{K} = \frac{1}{\sqrt{D}} \bar{S}^T Q",
}

LINEAR = "Johnson 2017 (CS231n), backpropagation for a linear layer: dW = Xᵀ dY, dX = dY Wᵀ, summed where X is shared"
HEADS = {
    "V": r"\bar{V}^{(h)} = P^{(h)T} \bar{O}^{(h)}",
    "P": r"\bar{P}^{(h)} = \bar{O}^{(h)} V^{(h)T}",
    "S": r"\bar{S}^{(h)}_{i:} = P^{(h)}_{i:} \circ \bar{P}^{(h)}_{i:}"
    r" - (P_{i:}^{(h)T} \bar{P}^{(h)}_{i:}) P^{(h)}_{i:}",
    "Q": r"\bar{Q}^{(h)} = \frac{1}{\sqrt{M}} \bar{S}^{(h)} K^{(h)}",
    "K": r"\bar{K}^{(h)} = \frac{1}{\sqrt{M}} \bar{S}^{(h)T} Q^{(h)}",
    "Wo": r"\bar{W}_o^{(h)} = O^{(h)T} \bar{Y}",
    "O": r"\bar{O}^{(h)} = \bar{Y} W_o^{(h)T}",
    "X": r"\bar{X} = \sum_{h=1}^H (\bar{Q}^{(h)} W_q^{(h)T} + \bar{K}^{(h)} W_k^{(h)T} + \bar{V}^{(h)} W_v^{(h)T})",
    **{f"W{x}": rf"\bar{{W}}_{x}^{{(h)}} = X^T \bar{{{x.upper()}}}^{{(h)}}" for x in "qkv"},
}

NORM = "the layer normalisation tutorial of Triton (05-layer-norm)"
GOODFELLOW = "Goodfellow et al. 2016, "
RNN_SEEN = (
    "10.18 in a draft; 10.21 and those for W, U and b in notes that quote them (an older printing has the diagonal "
    "matrix behind the error signal: as long)"
)
STEPS = {
    "c": r"\bar{c} = \sum_t \bar{o}^{(t)}",
    "V": r"\bar{V} = \sum_t \bar{o}^{(t)} h^{(t)T}",
    "b": r"\bar{b} = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) \bar{h}^{(t)}",
    "W": r"\bar{W} = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) \bar{h}^{(t)} h^{(t-1)T}",
    "U": r"\bar{U} = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) \bar{h}^{(t)} x^{(t)T}",
}

GATES = {"i": r"\hat{i}", "f": r"\hat{f}", "o": r"\hat{o}", "c": r"\hat{c}"}
"""Each gate's name before its function."""
CELL: dict[str, str | tuple[str, ...]] = {
    "h": r"\bar{h}_t = \bar{y}_t + R_c^T \bar{\hat{c}}_{t+1} + R_i^T \bar{\hat{i}}_{t+1} + R_f^T \bar{\hat{f}}_{t+1}"
    r" + R_o^T \bar{\hat{o}}_{t+1}",
    "x": r"\bar{x}_t = W_c^T \bar{\hat{c}}_t + W_i^T \bar{\hat{i}}_t + W_f^T \bar{\hat{f}}_t + W_o^T \bar{\hat{o}}_t",
    "c": (
        r"\bar{c}_t \mathrel{+}= \bar{h}_t \odot o_t \odot (1 - \tanh^2(c_t))",
        r"\bar{c}_{t-1} = \bar{c}_t \odot f_t",
    ),
    "o": r"\bar{o}_t = \bar{h}_t \odot \tanh(c_t)",
    "i": r"\bar{i}_t = \bar{c}_t \odot \tilde{c}_t",
    "f": r"\bar{f}_t = \bar{c}_t \odot c_{t-1}",
    "c_tilde": r"\bar{\tilde{c}}_t = \bar{c}_t \odot i_t",
    "c_hat": r"\bar{\hat{c}}_t = \bar{\tilde{c}}_t \odot (1 - \tanh^2(\hat{c}_t))",
    **{f"{x}_hat": rf"\bar{{{GATES[x]}}}_t = \bar{{{x}}}_t \odot {x}_t \odot (1 - {x}_t)" for x in "ifo"},
    **{f"W{x}": rf"\bar{{W}}_{x} = \sum_{{t=0}}^T \langle \bar{{{name}}}_t, x_t \rangle" for x, name in GATES.items()},
    **{
        f"R{x}": rf"\bar{{R}}_{x} = \sum_{{t=0}}^{{T-1}} \langle \bar{{{name}}}_{{t+1}}, h_t \rangle"
        for x, name in GATES.items()
    },
    **{f"b{x}": rf"\bar{{b}}_{x} = \sum_{{t=0}}^T \bar{{{name}}}_t" for x, name in GATES.items()},
}


def of_row(x: str, hat: str, y: str, g: str, above: str) -> str:
    """Triton's line for row n of a norm, with the error signal that a residual adds."""
    upstream, mean = rf"\bar{{{y}}}_n", r"\frac{1}{N}"
    scaled = rf"{upstream} \odot {g}"
    inner = rf"{scaled} - \big( {mean} {hat}_n \cdot ({scaled}) \big) \odot {hat}_n - {mean} {upstream} \cdot {g}"
    return rf"\bar{{{x}}}_n = \frac{{1}}{{\sigma_n}} \Big( {inner} \Big) + \bar{{{above}}}_n"


GILES = "Giles 2008, sections 2.2.3 (the inverse, A⁻¹B) and 2.3.1 (the determinant)"
COOKBOOK = "Petersen & Pedersen 2012 (the Matrix Cookbook), equations "
ALGEBRA_SEEN = (
    "the Cookbook's lines looked up in a transcription, Giles's of the inverse in notes; Giles's others from memory"
)

LINES: Mapping[str, Published] = MappingProxyType(
    {
        "inverse": published(
            f"{GILES}; {COOKBOOK}57 for log |det|",
            ALGEBRA_SEEN,
            A=r"\bar{A} = -C^T \bar{C} C^T",
            B=r"\bar{B} = K^{-T} \bar{X}",
            K=r"\bar{K} = -\bar{B} X^T",
            D=r"\bar{D} = \bar{d} d D^{-T}",
            F=r"\bar{F} = \bar{s} (F^{-1})^T",
        ),
        "ridge": published(
            f"{GILES}; its section 2.2.2 for products, with A = XᵀX + λI and q = Xᵀt",
            ALGEBRA_SEEN,
            q=r"\bar{q} = A^{-T} \bar{w}",
            A=r"\bar{A} = -\bar{q} w^T",
            t=r"\bar{t} = X \bar{q}",
            X=r"\bar{X} = X \bar{A}^T + X \bar{A} + t \bar{q}^T",
        ),
        "deep_equilibrium": published(
            "Bai, Kolter & Koltun 2019, theorem 1: ∂ℓ/∂z* (I − ∂f/∂z*)⁻¹ ∂f/∂(·), a row; the Jacobian of f written out",
            "looked up in notes that quote it with the implicit function theorem",
            lamda=r"\lambda^T = \bar{z}^T (I - \operatorname{diag}(1 - z \odot z) W)^{-1}",
            W=r"\bar{W} = \bar{a} z^T",
            U=r"\bar{U} = \bar{a} x^T",
        ),
        "ridge_stationary": published(
            "Giles 2008, section 2.2.3, for w = A⁻¹q with A = XᵀX + λI and q = Xᵀt; its section 2.2.2 for products",
            "the solution looked up in several texts; the bars from memory",
            mu=r"\mu = (X^T X + \lambda I)^{-T} \bar{w}",
            t=r"\bar{t} = X \mu",
            X=r"\bar{X} = -X w \mu^T - X \mu w^T + t \mu^T",
        ),
        "hypergradient": published(
            "Lorraine, Vicol & Duvenaud 2020, theorem 1: −∂E/∂w (∂²J/∂w∂wᵀ)⁻¹ ∂²J/∂w∂λᵀ, of logistic regression",
            "from memory",
            mu=r"\mu = (X^T \operatorname{diag}(p \odot (1 - p)) X + \lambda I)^{-1} \bar{w}",
            lam=r"\bar{\lambda} = -\mu^T w",
        ),
        "gaussian_nll": published(
            f"{COOKBOOK}57 and 61, and 81 for r, each times ½ and added",
            ALGEBRA_SEEN,
            r=r"\bar{r} = S^{-1} r",
            S=r"\bar{S} = \frac{1}{2} (S^{-1} - S^{-1} r r^T S^{-1})",
        ),
        "distillation": published(
            "Hinton, Vinyals & Dean 2015, equation 2", ALGEBRA_SEEN, z=r"\bar{z} = \frac{1}{T} (q - p)"
        ),
        "attention": published(FLASH, SEEN, **ATTENTION),
        "attention_causal": published(FLASH, SEEN, **ATTENTION),
        "multi_head": published(f"{FLASH}; {LINEAR}", LINEAR_SEEN, **HEADS),
        "layer_norm": published(
            NORM,
            SEEN,
            g=r"\bar{g} = \bar{y} \odot \hat{x}",
            b=r"\bar{b} = \bar{y}",
            x_hat__x=r"\bar{x} = \frac{1}{\sigma} \Big( \bar{y} \odot g - \big( \frac{1}{N} \hat{x} \cdot ("
            r"\bar{y} \odot g) \big) \odot \hat{x} - \frac{1}{N} \bar{y} \cdot g \Big)",
        ),
        "rms_norm": published(
            "Zhang & Sennrich 2019, section 4.2: ∂L/∂g, and R = (I − x xᵀ/(N RMS(x)²))/RMS(x), applied to g ⊙ ȳ",
            UNSEEN,
            g=r"\bar{g} = \bar{y} \odot \frac{x}{\operatorname{RMS}(x)}",
            x_hat__x=r"\bar{x} = \frac{1}{\operatorname{RMS}(x)} \left( I - \frac{x x^T}{N \operatorname{RMS}(x)^2}"
            r" \right) (g \odot \bar{y})",
        ),
        "batch_norm": published(
            "Ioffe & Szegedy 2015, section 3; their ∂ℓ/∂σ² and ∂ℓ/∂μ belong to our one line for x",
            SEEN,
            x_hat=r"\bar{\hat{x}}_n = \bar{y}_n \cdot g",
            g=r"\bar{g} = \sum_{n=1}^N \bar{y}_n \cdot \hat{x}_n",
            b=r"\bar{b} = \sum_{n=1}^N \bar{y}_n",
            x=(
                r"\bar{v} = \sum_{n=1}^N \bar{\hat{x}}_n \cdot (x_n - m) \cdot \frac{-1}{2} (v + \epsilon)^{-3/2}",
                r"\bar{m} = \left( \sum_{n=1}^N \bar{\hat{x}}_n \cdot \frac{-1}{\sqrt{v + \epsilon}} \right)"
                r" + \bar{v} \cdot \frac{\sum_{n=1}^N -2 (x_n - m)}{N}",
                r"\bar{x}_n = \bar{\hat{x}}_n \cdot \frac{1}{\sqrt{v + \epsilon}}"
                r" + \bar{v} \cdot \frac{2 (x_n - m)}{N} + \bar{m} \cdot \frac{1}{N}",
            ),
        ),
        "rnn": published(
            f"{GOODFELLOW}equations 10.18 and 10.21 to 10.28",
            RNN_SEEN,
            o=r"\bar{o}^{(t)} = p^{(t)} - 1_{y^{(t)}}",
            h=r"\bar{h}^{(t)} = W^T \operatorname{diag}(1 - (h^{(t+1)})^2) \bar{h}^{(t+1)} + V^T \bar{o}^{(t)}",
            **STEPS,
        ),
        "rnn_last": published(
            f"{GOODFELLOW}equations 10.19, 10.21 without an output before the last step, 10.22 to 10.28",
            RNN_SEEN,
            h=(
                r"\bar{h}^{(T)} = V^T \bar{o}^{(T)}",
                r"\bar{h}^{(t)} = W^T \operatorname{diag}(1 - (h^{(t+1)})^2) \bar{h}^{(t+1)}",
            ),
            **STEPS,
        ),
        "lstm": published(
            "Greff et al. 2017, section II.B (output, input, weights), without peepholes; "
            "Mallya 2017, LSTM forward and backward pass (cell and gates)",
            f"{UNSEEN}; of Mallya's page only the forward pass; others write the cell's line as here",
            **CELL,
        ),
        "gru": published(
            "TensorFlow, GRUBlockCellGrad: d_c_bar, d_u_bar, d_h_prev with its first part put in, d_x, their parts; "
            "the error signal from above as in Greff et al. 2017",
            f"{SEEN}; but for Greff's",
            h=r"\bar{h}_t = \bar{y}_t + \bar{\hat{r}}_{t+1} U_r^T + \bar{\hat{z}}_{t+1} U_z^T"
            r" + \bar{s}_{t+1} \circ r_{t+1} + \bar{h}_{t+1} \circ z_{t+1}",
            h_hat=r"\bar{\hat{h}}_t = \bar{h}_t \circ (1 - z_t) \circ (1 - \tilde{h}_t \circ \tilde{h}_t)",
            z_hat=r"\bar{\hat{z}}_t = \bar{h}_t \circ (h_{t-1} - \tilde{h}_t) \circ z_t \circ (1 - z_t)",
            x=r"\bar{x}_t = \bar{\hat{r}}_t W_r^T + \bar{\hat{z}}_t W_z^T + \bar{\hat{h}}_t W^T",
            s=r"\bar{s}_t = \bar{\hat{h}}_t U^T",
        ),
        "deep_mlp": published(
            f"{GOODFELLOW}algorithm 6.4, without a regulariser: one line for all layers",
            UNSEEN,
            h=(r"\bar{h}^{(L)} = h^{(L)} - y", r"\bar{h}^{(l)} = W^{(l+1)T} \bar{a}^{(l+1)}"),
            a=r"\bar{a}^{(l)} = \bar{h}^{(l)} \odot f'(a^{(l)})",
            b=r"\bar{b}^{(l)} = \bar{a}^{(l)}",
            W=r"\bar{W}^{(l)} = \bar{a}^{(l)} h^{(l-1)T}",
        ),
        "conv1d": published(
            f"{GOODFELLOW}equations 9.11 and 9.13, in one dimension, the padding beside the stride",
            SEEN,
            w=r"\bar{w}_{f,c,k} = \sum_i \bar{y}_{f,i} x_{c,(i-1) \times S + k - P}",
            x=r"\bar{x}_{c,j} = \sum_{i,k \text{ s.t. } (i-1) \times S + k - P = j} \sum_f w_{f,c,k} \bar{y}_{f,i}",
        ),
        "conv2d": published(
            f"{GOODFELLOW}equations 9.11 and 9.13 at stride 1",
            SEEN,
            k=r"\bar{k}_{f,c,p,q} = \sum_{i,j} \bar{y}_{f,i,j} x_{c,i-1+p,j-1+q}",
            x=r"\bar{x}_{c,l,m} = \sum_{i,p \text{ s.t. } i-1+p=l} \sum_{j,q \text{ s.t. } j-1+q=m}"
            r" \sum_f k_{f,c,p,q} \bar{y}_{f,i,j}",
        ),
        "swiglu": published(
            f"{LINEAR}; Elfwing et al. 2018, equation 5, for the slope of x σ(x)",
            "Johnson's looked up in a later course's edition of the same notes; Elfwing's from memory",
            W2=r"\bar{W}_2 = H^T \bar{Y}",
            H=r"\bar{H} = \bar{Y} W_2^T",
            A=r"\bar{A} = \bar{G} \odot \sigma(A) \odot (1 + A \odot (1 - \sigma(A)))",
            V=r"\bar{V} = X^T \bar{B}",
            W=r"\bar{W} = X^T \bar{A}",
            X=r"\bar{X} = \bar{A} W^T + \bar{B} V^T",
        ),
        "transformer_block": published(
            f"{FLASH}; {LINEAR}; {NORM}, row by row; a residual adds the error signal from above",
            LINEAR_SEEN,
            **{
                "A" if name == "X" else name: line.replace(r"\bar{X}", r"\bar{A}")
                .replace("X^T", "A^T")
                .replace(r"\bar{Y}", r"\bar{U}")
                for name, line in HEADS.items()
            },
            W2=r"\bar{W}_2 = R^T \bar{Y}",
            R=r"\bar{R} = \bar{Y} W_2^T",
            W1=r"\bar{W}_1 = B^T \bar{Z}",
            B=r"\bar{B} = \bar{Z} W_1^T",
            U_hat__U=of_row("u", r"\hat{u}", "b", "g_2", "y"),
            X_hat__X=of_row("x", r"\hat{x}", "a", "g_1", "u"),
        ),
        "vae": published(
            "courses on Kingma & Welling 2014: dμ = dz − μ, dv = ½ ε ⊙ σ ⊙ dz − ½ (exp(v) − 1), the paper prints none; "
            f"{LINEAR}",
            "the lines for μ and v looked up, in a course's code",
            y=r"\bar{y} = x - y",
            mu=r"\bar{\mu} = \bar{z} - \mu",
            v=r"\bar{v} = \frac{1}{2} \bar{z} \odot \epsilon \odot \sigma - \frac{1}{2} (\sigma \odot \sigma - 1)",
            **{
                f"W{n}": rf"\bar{{W}}^{{({n})}} = \bar{{{z}}} {h}^T"
                for n, z, h in (("1", "s", "z"), ("2", "y", "g"), ("3", "r", "x"), ("4", r"\mu", "h"), ("5", "v", "h"))
            },
            h=r"\bar{h} = W^{(4)T} \bar{\mu} + W^{(5)T} \bar{v}",
        ),
        "word2vec": published(
            "Rong 2014, equations 56 (both cases), 57 and 60, the rows of V and U put together",
            "56 looked up, in notes that quote it; 57 and 60 from memory",
            a=r"\bar{a} = \sigma(U_{o,:} h) - 1",
            s=r"\bar{s}_j = \sigma(U_{n_j,:} h)",
            h=r"\bar{h} = (\sigma(U_{o,:} h) - 1) U_{o,:}^T + \sum_{j=1}^k \sigma(U_{n_j,:} h) U_{n_j,:}^T",
            U=(
                r"\bar{U}_{o,:} = (\sigma(U_{o,:} h) - 1) h^T",
                r"\bar{U}_{n_j,:} = \sigma(U_{n_j,:} h) h^T",
            ),
        ),
        "info_nce": published(
            "Chen et al. 2020, table 2, the gradient of NT-Xent with respect to u, with its sign turned: row i, 1/N of "
            "the mean before it",
            UNSEEN,
            S__U=r"\bar{U}_{i,:} = -\frac{1}{N} \left( \left( 1 - \frac{\exp(U_{i,:} V_{i,:}^T / \tau)}{Z(U_{i,:})}"
            r" \right) / \tau V_{i,:} - \sum_{k \ne i} \frac{\exp(U_{i,:} V_{k,:}^T / \tau)}{Z(U_{i,:})}"
            r" / \tau V_{k,:} \right)",
        ),
        "contrastive_pair": published(
            "Hadsell et al. 2006, equations 5 and 6, ∂L/∂W = D ∂D/∂W and −(m − D) ∂D/∂W, put together as equation 4 is",
            UNSEEN,
            D=r"\bar{D} = (1 - Y) D - Y \max \{ 0, m - D \}",
        ),
        "lora": published(
            "Zhang et al. 2023 (LoRA-FA), Wang et al. 2024 (LoRA-GA), ∂L/∂W = h̄ xᵀ put in: ∂L/∂B and ∂L/∂A",
            "looked up, in notes that quote them",
            B=r"\bar{B} = \frac{\alpha}{r} \bar{h} x^T A^T",
            A=r"\bar{A} = \frac{\alpha}{r} B^T \bar{h} x^T",
        ),
        "tied_autoencoder": published(
            "Larochelle 2013, on autoencoders: with tied weights ∇W is the sum of the encoder's and the decoder's",
            "looked up, in an answer that quotes the slide",
            z=r"\bar{z} = z - x",
            c=r"\bar{c} = \bar{z}",
            y=r"\bar{y} = W \bar{z}",
            a=r"\bar{a} = \bar{y} \odot y \odot (1 - y)",
            b=r"\bar{b} = \bar{a}",
            W=r"\bar{W} = \bar{a} x^T + (\bar{z} y^T)^T",
        ),
        "weight_norm": published(
            "Salimans & Kingma 2016, equation 3; both lines, since the second reads the first",
            SEEN,
            g__v=(
                r"\bar{g} = \frac{\bar{w} \cdot v}{\|v\|}",
                r"\bar{v} = \frac{g}{\|v\|} \bar{w} - \frac{g \bar{g}}{\|v\|^2} v",
            ),
        ),
        "mixture_density": published(
            "Bishop 1994, equations 35, 38 and 39; the same as Bishop 2006, 5.155 to 5.157",
            "5.155 and 5.156 looked up, 5.157 and the report's from memory",
            z_alpha=r"\bar{z}_{\alpha,i} = \alpha_i - \pi_i",
            z_sigma=r"\bar{z}_{\sigma,i} = -\pi_i \left\{ \frac{\|t - \mu_i\|^2}{\sigma_i^2} - c \right\}",
            mu=r"\bar{\mu}_i = \pi_i \left\{ \frac{\mu_i - t}{\sigma_i^2} \right\}",
        ),
    }
)
"""max_pool and embedding have no published vector line; those of the convolutions are for the reader: index forms."""

HESSIANS: Mapping[str, Published] = MappingProxyType(
    {
        "logistic_hessian": published(
            "Bishop 2006, (4.97) with (4.98) for R",
            "from memory",
            w=(
                r"\frac{\partial^2 E}{\partial w \partial w^T} = X^T R X",
                r"R = \operatorname{diag}(p \circ (1 - p))",
            ),
        ),
        "softmax_hessian": published(
            "Boehning 1992: the diagonal matrix of p, less p pᵀ",
            "from memory",
            z=r"\frac{\partial^2 L}{\partial z \partial z^T} = \operatorname{diag}(p) - p p^T",
        ),
    }
)
"""Matrices of second slopes, each by the quantity that it is in."""
