"""Lines that are right, rewritten, and wrong ones, planted, for `derive check`.

python -m tests.mutations right|wrong|pairs 5000 --seed 1 --jobs 2

source      the lines of every problem's derivation, with numbers for all that they read
claim       one line as data: two expressions in index form, or in vectors; written by the project's own renderer
spots       every place in an expression at which something can be replaced
numbers     whether two sides are equal, by the referee: shares no code with derive/check
right, right_vectors        changes that keep the meaning
wrong, wrong_vectors        single mistakes, by kind
surface     other spellings of the same LaTeX
samples     the n-th line of a run, from its seed and n alone
judged, run, summary        the checker's answer to it, many of them, and the tables
"""
