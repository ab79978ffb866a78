"""Random networks with label axes, recurrences, affine slots, gathers, masks and reductions, against PyTorch.

    python -m tests.random_axes 10000 --seed 1      so many networks, with progress

`language` is a tree of its own for what a problem file says, and `written` its text; `growing`, `words` and `writer`,
`blocks`, `windows`, `sequences` and `costs` make a random one; `entries`, `oracle` and `truth` evaluate it in PyTorch;
`compare` holds derive's numbers against that; `tally` counts, and `shrink` makes a failure small.
"""
