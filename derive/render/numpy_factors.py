"""Definitions in NumPy of what factors a matrix, with the signs and the order that the table of functions states."""

from __future__ import annotations

_HALVES = "(x + np.swapaxes(x, -1, -2)) / 2"
_EIGH = f"    w, v = np.linalg.eigh({_HALVES})\n"
_SVD = (
    "    u, s, v = np.linalg.svd(x, full_matrices=False)\n"
    "    sign = np.where(np.sum(v, axis=-1, keepdims=True) < 0, -1.0, 1.0)\n"
)
FACTORED = {
    "cholesky": f"    return np.linalg.cholesky({_HALVES})",
    "tril_half": "    return np.tril(x, -1) + np.tril(np.triu(x)) / 2",
    "eigvalsh": f"    return np.linalg.eigvalsh({_HALVES})",
    "eigvecsh": f"{_EIGH}    return v * np.where(np.sum(v, axis=-2, keepdims=True) < 0, -1.0, 1.0)",
    "eig_gaps": f"    w = np.linalg.eigvalsh({_HALVES})\n    d = w[..., None, :] - w[..., :, None]\n"
    "    return np.where(np.eye(w.shape[-1]) > 0, 0.0, 1 / (d + np.eye(w.shape[-1])))",
    "svdvals": "    return np.linalg.svd(x, compute_uv=False)",
    "svd_u": f"{_SVD}    return u * np.swapaxes(sign, -1, -2)",
    "svd_v": f"{_SVD}    return np.swapaxes(sign * v, -1, -2)",
    "pinv": "    return np.linalg.pinv(x)",
    "spectral_norm": "    return np.linalg.norm(x, 2, axis=(-2, -1))",
    "nuclear_norm": "    return np.linalg.norm(x, 'nuc', axis=(-2, -1))",
    "polar": "    u, _, v = np.linalg.svd(x, full_matrices=False)\n    return u @ v",
    "top_u": f"{_SVD}    return (u * np.swapaxes(sign, -1, -2))[..., :, 0]",
    "top_v": f"{_SVD}    return (sign * v)[..., 0, :]",
}
"""Function -> the body of its definition, of one matrix or of several on the leading axes."""
