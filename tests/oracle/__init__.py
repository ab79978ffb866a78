"""A second referee: each problem's network written again in PyTorch, its gradients beside the values of our bars."""
