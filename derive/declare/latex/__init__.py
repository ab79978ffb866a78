"""The key `equations_latex`: equations as a paper prints them, read into the problem file's own language.

blocks    the formulas of the text, each a tree      lefts     what each gives, and at which positions
names     what a name may be                         writer    a tree as text, products and calls told apart by shapes
reader    in the order in which shapes are known     printing  how new names are printed
"""
