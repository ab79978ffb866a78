"""What is not done, as one table: the docs print it, and asking for one of its names gets its row as the message.

A name is a function in a formula, a key of a problem file or a question. Imported where something unknown is met.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Row:
    """what is not done; why; what to do instead; the names that it is asked for by."""

    what: str
    why: str
    instead: str
    names: tuple[str, ...]


def _row(what: str, why: str, instead: str, names: str) -> Row:
    return Row(what, why, instead, tuple(names.split()))


ROWS: tuple[Row, ...] = (
    _row(
        "Random draws",
        "a draw has no slope",
        "declare the noise as an input, z = mu + sigma * eps; `expectation(s, ...)` is the mean over declared samples",
        "sample rsample random rand randn normal uniform bernoulli binomial categorical multinomial poisson dirichlet "
        "gamma_sample gumbel gumbel_softmax choice monte_carlo",
    ),
    _row(
        "Slopes of how samples are distributed (score function, stochastic nodes)",
        "the samples are inputs, and their distribution is no part of the equations",
        "write the surrogate yourself: E = expectation(s, stop_gradient(r[s]) * log(p[s]))",
        "reinforce score_function log_prob policy_gradient score stochastic_node",
    ),
    _row(
        "Distributions over orderings",
        "a sum over all orderings has no index form",
        "write one ordering's probability, p its positions as classes: prod(k, exp(s[p[k]])/sum(j >= k, exp(s[p[j]])))",
        "plackett_luce mallows gumbel_sort neural_sort soft_sort sinkhorn perm permanent",
    ),
    _row(
        "Sorting, ranking and order statistics beyond max, min, argmax and argmin",
        "which entry stands where is a choice that changes at every tie",
        "give the order as classes, y[k] = x[p[k]] with `classes: {p: {axes: [N], among: N}}`; max and min are there",
        "sort argsort rank topk top_k median quantile percentile kthvalue unique searchsorted bincount histogram "
        "argpartition nms",
    ),
    _row(
        "Complex numbers",
        "all numbers are real",
        "declare the real and the imaginary part as two quantities",
        "complex conj real imag angle phase hermitian adjoint_of",
    ),
    _row(
        "Fourier transforms",
        "their values are complex",
        "write two sums with cos and sin: a[k] = sum(n, x[n] * cos(2*pi*k*n/N))",
        "fft ifft rfft irfft fft2 fftn dft idft stft dct fftconv spectrogram",
    ),
    _row(
        "Eigenvalues and eigenvectors of a matrix that is not symmetric",
        "they may be complex, and have left and right eigenvectors",
        "of a symmetric matrix write eigvalsh(A) and eigvecsh(A); of others svdvals(A)",
        "eig eigvals eigvecs schur hessenberg",
    ),
    _row(
        "Eigenvectors at repeated eigenvalues, singular vectors at repeated singular values",
        "they turn freely within their space, and have no slope",
        "use what does not turn: eigvalsh(A), a function of A itself, or the projection on the space",
        "eigenspace eigenprojection",
    ),
    _row(
        "The factors Q R, L U, L D L and Schur of a matrix",
        "their rows are not in the table of functions",
        "inv, solve, det, cholesky, eigvalsh and svdvals are; or state the factors under `implicit`",
        "qr lu ldl lu_factor orth null_space gram_schmidt",
    ),
    _row(
        "Functions of matrices: exponential, logarithm, root",
        "their rows are not in the table of functions",
        "write the first terms of the series with A @ A, or state what it solves under `implicit`",
        "expm logm sqrtm funm matrix_exp matrix_log matrix_sqrt",
    ),
    _row(
        "Kronecker products and vec",
        "a pair of indices does not become one",
        "keep the axes apart: C[i, j, k, l] = A[i, k] * B[j, l]; the vec of A X B needs no form of its own",
        "kron vec vech unvec khatri_rao commutation duplication",
    ),
    _row(
        "Ordinary and stochastic differential equations, and their adjoint equations",
        "time runs in steps here",
        "write the steps: h[t+1] = h[t] + dt * f(h[t]) for t = 0..T-1; their bars are the discrete adjoint",
        "odeint ode ode_solve solve_ivp neural_ode odeint_adjoint adjoint sde sdeint cde pde euler rk4 runge_kutta",
    ),
    _row(
        "Integrals and limits",
        "what is summed has an index",
        "write a sum over nodes with their weights, or an expectation over declared samples",
        "integrate integral quad trapz simpson quadrature lim",
    ),
    _row(
        "Special functions: Bessel, beta and incomplete gamma functions and the like",
        "their rows are not in the table of functions; lgamma, digamma, trigamma and erf are",
        "`functions: {g: abstract}` leaves a function open, and its slopes are g′ and g″",
        "bessel jv yv iv kv j0 j1 i0 i1 k0 k1 airy beta betaln betainc gamma gammainc gammaincc zeta polygamma hyp2f1 "
        "erfinv erfc ndtri lambertw legendre",
    ),
    _row(
        "Hyperbolic and inverse functions beyond tan and tanh",
        "their rows are not in the table of functions",
        "write them by exp and log: sinh(x) is (exp(x) - exp(-x))/2",
        "sinh cosh arcsin arccos arctan arcsinh arccosh arctanh asin acos atan asinh acosh atanh atan2 arctan2 sec csc "
        "cot coth logit expm1 log1p log10 hypot cbrt",
    ),
    _row(
        "Loops and branches whose length or path depends on the numbers",
        "each equation holds for all positions of its indices",
        "write a recurrence of fixed length, h[t] = ... for t = 1..T, and where(condition, a, b) for a branch",
        "while while_loop fori_loop scan for_loop if if_else cond switch case recursion beam_search ctc "
        "ctc_loss viterbi",
    ),
    _row(
        "Updates in place, aliases, writing to positions",
        "each quantity has one value",
        "give the new value a name of its own; to scatter, write y[i] = sum(n, [idx[n] == i] * x[n])",
        "assign update set index_put index_add scatter scatter_add put fill copy_ clone at add_ mul_",
    ),
    _row(
        "Sparse formats",
        "arrays are dense, and zeros are entries like others",
        "declare the array whole, or read only what is there by a class: sum(k, v[k] * x[col[k]])",
        "sparse csr csr_matrix coo to_sparse spmm sparse_mm block_sparse",
    ),
    _row(
        "Optimisation over whole numbers, constraints or sets; linear programs",
        "their solutions jump",
        "`stationary` gives the smooth optimum of a cost, `implicit` what a condition defines; give others as inputs",
        "minimize minimise maximize maximise argmin_over arg_min linprog lp qp milp ilp solve_qp hungarian "
        "linear_sum_assignment assignment knapsack proj project constraint constraints subject_to",
    ),
    _row(
        "Training: steps of an optimiser, schedules, data sets",
        "a file derives gradients, and takes no step",
        "take the gradients as NumPy, `--format numpy`; an unrolled step is an equation, w1 = w0 - eta * grad(E, w0)",
        "sgd adam rmsprop adagrad momentum optimizer optimiser train training learning_rate epochs scheduler dataset "
        "data batch_size early_stopping convergence",
    ),
    _row(
        "Convolutions and pools by name, and the convolution as a matrix",
        "an index form with shifted positions says the same, and its bars follow from it",
        "write it entry by entry: y[f, i] = sum(c, k, w[f, c, k] * x[c, i + k - 1]) + b[f], see problems/conv1d.yaml",
        "conv conv1d conv2d conv3d convolve correlate correlate2d conv_transpose conv_transpose2d deconv im2col col2im "
        "unfold max_pool max_pool1d max_pool2d avg_pool avg_pool2d toeplitz circulant",
    ),
    _row(
        "Layers by name",
        "a paper's layer has many variants",
        "write its equations, once under `define` if it is used often; problems/ has many of them",
        "linear dense bilinear dropout batch_norm layer_norm group_norm instance_norm rms_norm embedding attention "
        "self_attention multi_head_attention scaled_dot_product_attention lstm gru rnn transformer mlp resnet",
    ),
    _row(
        "Changes of shape",
        "axes have names, and are not split or joined",
        "write it entry by entry: y[i, j] = x[j, i], z[i] = x[N + 1 - i], r[i, j] = x[i]",
        "reshape view flatten ravel permute transpose_axes swapaxes moveaxis squeeze unsqueeze expand_dims stack "
        "hstack vstack split chunk repeat broadcast_to expand pad roll flip fliplr tril triu einsum tensordot "
        "meshgrid",
    ),
    _row(
        "Rounding and whole numbers",
        "their slope is 0 wherever there is one",
        "stop_gradient(x) is the straight-through estimator's other half: x + stop_gradient(q - x), with q an input",
        "round rint ceil trunc mod fmod remainder floor_divide quantize int argwhere nonzero isnan bitwise_and",
    ),
    _row(
        "Jacobians, Hessians and products with these inside an equation",
        "grad(D, x) of a scalar is the slope that equations may read",
        "ask for them beside the derivation: the keys `forward`, `hvp`, `hessian`, `jacobian` and `gauss_newton`",
        "jacfwd jacrev jvp vjp laplacian divergence curl div hess hessian_of functional_derivative",
    ),
    _row(
        "Number formats and devices",
        "a derivation holds for real numbers, and is checked in double precision",
        "leave it out",
        "dtype device float16 bfloat16 half cuda gpu mixed_precision to_device float double",
    ),
)
"""Every row, in the order of the docs."""

NAMED: Mapping[str, Row] = MappingProxyType({name: row for row in ROWS for name in row.names})

SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "~": "sample",
        **dict.fromkeys(("+=", "-=", "*=", "/=", "<-"), "assign"),
        "int": "integrate",
        "lim": "lim",
        "otimes": "kron",
    }
)
"""Signs of formulas that ask for a row."""


def row_of(name: str) -> Row | None:
    """The row that a name asks for, however it is cased."""
    return NAMED.get(SIGNS.get(name, name)) or NAMED.get(name.lower()) or NAMED.get(_apart(name))


def refusal(name: str) -> tuple[str, str] | None:
    """(what is not done and why, what to do instead), if a name asks for something that is not done."""
    row = row_of(name)
    if row is None:
        return None
    shown = SIGNS.get(name, name) if name.isalpha() else name
    return f"`{shown}` is not done ({_begun(row.what)}): {row.why}", row.instead


def _apart(name: str) -> str:
    """maxPool and BatchNorm as max_pool and batch_norm."""
    return "".join(f"_{c.lower()}" if c.isupper() and n else c.lower() for n, c in enumerate(name))


def _begun(what: str) -> str:
    """A row's first words within a sentence; names keep their capitals."""
    first = what.split()[0]
    return what if first in ("Fourier", "Kronecker", "Jacobians,") else what[0].lower() + what[1:]


def table() -> str:
    """The rows as a table in Markdown."""
    lines = ["| what | why | instead | asked for as |", "|---|---|---|---|"]
    for row in ROWS:
        names = ", ".join(f"`{name}`" for name in row.names)
        lines.append(f"| {row.what} | {row.why} | {row.instead.replace('|', chr(92) + '|')} | {names} |")
    return "\n".join(lines) + "\n"
