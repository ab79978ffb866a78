"""Random networks with label axes, recurrences, affine slots, gathers, masks and reductions, against PyTorch.

    python -m tests.random_axes 10000 --seed 1      so many networks, with progress

`language` is a tree of its own for what a problem file says, and its text; `writer`, `blocks` and `sequences` make a
random one; `oracle` evaluates it in PyTorch; `compare` holds derive's numbers against that; `shrink` makes it small.
"""
