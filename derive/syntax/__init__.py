"""LaTeX, Unicode as a terminal prints it and lines of NumPy as syntax trees, without meaning.

extract  the formulas of a text              read    a formula as a syntax tree
Hand derivations and the equations of problem files are read by these; what names mean is settled by those who ask.
"""
