"""The mathematics of a feed-forward network: NumPy and SymPy, no drawing and no HTML.

Read in this order:
    model/     what a network is, and what its quantities are called
    files/     a network from files, as data
    numeric/   forward and backward pass, the second method, updates, curves
    writing/   SymPy expressions as Typst, LaTeX and text
    symbolic/  definitions, the derivation and its proofs
"""
