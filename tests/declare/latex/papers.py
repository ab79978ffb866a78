"""Networks of problems/ as a paper prints them: problem -> (keys that differ, the block of LaTeX)."""

from __future__ import annotations

from typing import Any

PAPERS: dict[str, tuple[dict[str, Any], str]] = {
    "residual": (
        {},
        r"""
\begin{align}
  \mathbf{z} &= \mathbf{W}^{(1)} \mathbf{x} + \mathbf{b}^{(1)}, \label{eq:z} \\
  \mathbf{h} &= \sigma(\mathbf{z}), \\
  \mathcal{R} &= \mathbf{r}^\top \mathbf{h}, \qquad
  \mathbf{y} = \mathbf{x} + \mathbf{W}^{(2)} \mathbf{h} + \mathbf{b}^{(2)}, \tag{3} \\
  \mathcal{S} &= \tfrac12 \left\lVert \mathbf{y} - \mathbf{s} \right\rVert_2^2, \\
  \mathcal{E} &= \mathcal{R} + \mathcal{S}.
\end{align}
""",
    ),
    "mlp": (
        {},
        r"""
\boldsymbol{z}_1 = \boldsymbol{W}_1 \boldsymbol{x} + \boldsymbol{b}_1
\boldsymbol{h}_1 = \tanh(\boldsymbol{z}_1)
\boldsymbol{z}_2 = \boldsymbol{W}_2 \boldsymbol{h}_1 + \boldsymbol{b}_2
\boldsymbol{h}_2 = \tanh \boldsymbol{z}_2
\boldsymbol{y} = \boldsymbol{W}_3 \boldsymbol{h}_2 + \boldsymbol{b}_3
E = \frac{1}{2} \sum_{m=1}^{M} (y_m - t_m)^2
""",
    ),
    "rnn": (
        {},
        r"""
\begin{align*}
  h^{(0)} &= h_0 \\
  a^{(t)} &= b + W h^{(t-1)} + U x^{(t)} && \text{for } t = 1, \dots, T \\
  h^{(t)} &= \tanh\left(a^{(t)}\right) && \text{for } t = 1, \ldots, T \\
  o^{(t)} &= c + V h^{(t)} \\
  p^{(t)} &= \mathrm{softmax}(o^{(t)}) \\
  L &= -\sum_{t=1}^{T} \log p^{(t)}_{y^{(t)}}
\end{align*}
""",
    ),
    "lstm": (
        {},
        r"""
\hat{i}_t = W_i x_t + R_i h_{t-1} + b_i, \quad t = 1, \dots, T
\hat{f}_t = W_f x_t + R_f h_{t-1} + b_f, \quad t = 1, \dots, T
\hat{o}_t = W_o x_t + R_o h_{t-1} + b_o, \quad t = 1, \dots, T
\hat{c}_t = W_c x_t + R_c h_{t-1} + b_c, \quad t = 1, \dots, T
i_t = \sigma(\hat{i}_t), \quad f_t = \sigma(\hat{f}_t), \quad o_t = \sigma(\hat{o}_t)
\tilde{c}_t = \tanh(\hat{c}_t)
c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t \quad \text{for } t = 1, \dots, T
h_t = o_t \odot \tanh(c_t)
y_t = h_t
""",
    ),
    "gru": (
        {},
        r"""
\begin{aligned}
  \hat{r}_t &= W_r x_t + U_r h_{t-1} \\
  \hat{z}_t &= W_z x_t + U_z h_{t-1} \\
  r_t &= \sigma(\hat{r}_t) \\
  z_t &= \sigma(\hat{z}_t) \\
  s_t &= r_t \circ h_{t-1} \\
  \hat{h}_t &= W x_t + U s_t \\
  \tilde{h}_t &= \tanh(\hat{h}_t) \\
  h_t &= z_t \circ h_{t-1} + (1 - z_t) \circ \tilde{h}_t \\
  y_t &= h_t
\end{aligned}
""",
    ),
    "attention": (
        {},
        r"""
\[ S = \frac{Q K^\top}{\sqrt{D}} \]
\[ P_{ij} = \mathrm{softmax}_j(S_{ij}), \qquad O = P V \]
""",
    ),
    "attention_causal": (
        {},
        r"""
S = \frac{Q K^{\mathsf{T}}}{\sqrt{D}}
P_{ij} = \frac{[j \le i] \exp(S_{ij})}{\sum_{m \le i} \exp(S_{im})}
O = P V
""",
    ),
    "multi_head": (
        {},
        r"""
Q^{(h)} = X W_q^{(h)}
K^{(h)} = X W_k^{(h)}
V^{(h)} = X W_v^{(h)}
S^{(h)} = \frac{Q^{(h)} K^{(h)\top}}{\sqrt{M}}
P^{(h)}_{ij} = \operatorname{softmax}_j\bigl(S^{(h)}_{ij}\bigr)
O^{(h)} = P^{(h)} V^{(h)}
Y = \sum_{h=1}^{H} O^{(h)} W_o^{(h)}
""",
    ),
    "layer_norm": (
        {},
        r"""
m = \frac{1}{N} \sum_{i=1}^N x_i, \qquad v = \frac{1}{N} \sum_{i=1}^N (x_i - m)^2
r = \frac{1}{\sqrt{v + \epsilon}}
\hat{x} = (x - m) r
y = g \odot \hat{x} + b
""",
    ),
    "batch_norm": (
        {},
        r"""
m = \frac{1}{N} \sum_{n=1}^{N} x_n
v = \frac{1}{N} \sum_{n=1}^{N} (x_n - m)^2
r = \frac{1}{\sqrt{v + \epsilon}}
\hat{x}_n = (x_n - m) \odot r
y_n = g \odot \hat{x}_n + b
""",
    ),
    "vae": (
        {},
        r"""
r = W_3 x + b_3
h = \tanh(r)
\mu = W_4 h + b_4
v = W_5 h + b_5
\sigma = e^{v/2}
z = \mu + \sigma \odot \epsilon
s = W_1 z + b_1
g = \tanh(s)
y = W_2 g + b_2
D = -\frac12 \sum_{j=1}^{J} \left(1 + v_j - \mu_j^2 - \sigma_j^2\right)
R = -\frac12 \|x - y\|^2
\mathcal{L} = R - D
""",
    ),
    "swiglu": (
        {},
        r"""
A = X W, \quad B = X V
G = \operatorname{SiLU}(A)
H = G \odot B
Y = H W_2
""",
    ),
    "info_nce": (
        {},
        r"""
S = \frac{U V^\top}{\tau}
P_{ij} = \mathrm{softmax}_j(S_{ij})
L = -\frac{1}{N} \sum_{i=1}^{N} \log P_{ii}
""",
    ),
    "word2vec": (
        {},
        r"""
h = V_i
a = U_o^\top h
s_j = U_{n_j}^\top h
E = -\log \sigma(a) - \sum_{j=1}^{k} \log \sigma(-s_j)
""",
    ),
    "rms_norm": (
        {},
        r"""
r = \frac{1}{\sqrt{\frac{1}{N} \sum_{i=1}^{N} x_i^2 + \epsilon}}
\hat{x} = r\, x
y = g \odot \hat{x}
""",
    ),
    "ridge": (
        {},
        r"""
A = X^\top X + \lambda I_D
q = X^\top t
w = A^{-1} q
E = \frac{1}{2} \left\| Z w - u \right\|^2
""",
    ),
    "lora": ({}, r"h = W_0 x + \frac{\alpha}{r} B A x"),
    "gaussian_nll": (
        {},
        r"""
r = x - m
E = \frac{1}{2} r^\top S^{-1} r + \frac{1}{2} \log \det S
""",
    ),
    "gated_softmax": (
        {},
        r"""
z_1 = W_1 x
h = \mathrm{ReLU}(z_1)
z_2 = W_2 x
g_1 = \sigma(z_2)
g_2 = h \odot g_1
y = W_3 g_2 + W_4 x
p = \text{softmax}(y)
S = \log p_t
J = -S
""",
    ),
    "deep_mlp": (
        {},
        r"""
a^{(1)} = b^{(1)} + W_1 x
a^{(l)} = b^{(l)} + W^{(l)} h^{(l-1)} \quad \text{for } l = 2, \dots, L
h^{(l)} = f(a^{(l)})
J = \frac{1}{2} \| h^{(L)} - y \|^2
""",
    ),
    "inverse": (
        {},
        r"""
C = A^{-1}
X = K^{-1} B
d = \det(D)
s = \log \det F
""",
    ),
    "conv1d": (
        {},
        r"y_{f,i} = \sum_{c=1}^{C} \sum_{k=1}^{K} w_{f,c,k}\, x_{c,S(i-1)+k-P} + b_f",
    ),
    "embedding": ({}, r"X_t = C_{tok_t}"),
    "mixture_density": (
        {},
        r"""
\alpha = \mathrm{softmax}(z_\alpha)
\sigma_i = \exp(z_{\sigma,i})
\ell_i = \log \alpha_i - c \log \sigma_i - \frac{\|t - \mu_i\|^2}{2 \sigma_i^2}
p = \mathrm{softmax}(\ell)
E = -\log \sum_{i=1}^{m} \exp(\ell_i)
""",
    ),
    "logistic_hessian": (
        {},
        r"""
z_n = \sum_{d=1}^{D} X_{nd} w_d
p_n = \frac{1}{1 + e^{-z_n}}
E = -\sum_{n=1}^{N} \left[ t_n \ln p_n + (1 - t_n) \ln (1 - p_n) \right]
""",
    ),
    "gradient_penalty": (
        {},
        r"""
z = W x + b
h = \tanh(z)
D = v^\top h
P = \lambda \left( \left\lVert \nabla_x D \right\rVert_2 - 1 \right)^2
""",
    ),
    "weight_norm": (
        {},
        r"""
r = \lVert v \rVert
w = \frac{g}{r} v
z = w^\top x + b
y = \phi(z)
""",
    ),
    "max_pool": ({}, r"y_{cij} = \max_{p,q} x_{c,\,S(i-1)+p,\,S(j-1)+q}"),
}
