"""SymPy expressions as people write them.

Read in this order:
    reading_order  of factors and terms
    markup         Typst and LaTeX
    typeset        an expression to markup
    sympy_text     an expression to text that SymPy reads
"""
