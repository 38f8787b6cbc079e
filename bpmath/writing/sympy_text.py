"""SymPy text, for other programs and for messages."""
from __future__ import annotations

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.printing.str import StrPrinter

from bpmath.model.activation import BY_SYMBOL, z
from bpmath.writing.typeset import block_terms, sign

WRITTEN_OUT = {symbol: a for symbol, a in BY_SYMBOL.items() if symbol not in ("sigma", "g")}


class PlainText(StrPrinter):
    """SymPy text that `parse_expr` reads back: activations but sigma and g are written out."""

    def _print_MatrixSymbol(self, e: sp.MatrixSymbol) -> str:
        return f"MatrixSymbol('{e.name}', {e.rows}, {e.cols})"

    def _print_HadamardProduct(self, e: sp.HadamardProduct) -> str:
        return f"HadamardProduct({', '.join(map(self._print, e.args))})"

    def _print_MatAdd(self, e: sp.MatAdd) -> str:
        return "".join(sign(minus, first=not i) + self._print(term) for i, (minus, term) in enumerate(block_terms(e)))


def sides(lhs: sp.Basic, rhs: sp.Basic) -> tuple[str, str]:
    """Both sides of an equation as SymPy text. A function that the left side is, to be defined, stays a name."""
    return PlainText().doprint(lhs) if isinstance(lhs, AppliedUndef) else plain_text(lhs), plain_text(rhs)


def plain_text(e: sp.Basic) -> str:
    """The expression as SymPy text."""
    e = e.replace(sp.UnevaluatedExpr, lambda inner: inner)
    written = e.replace(lambda f: isinstance(f, AppliedUndef) and f.func.__name__ in WRITTEN_OUT,
                        lambda f: WRITTEN_OUT[f.func.__name__].g.subs(z, f.args[0]))
    return PlainText().doprint(written)
