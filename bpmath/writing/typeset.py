"""SymPy to Typst and to LaTeX, and what each part of the formula is.

One printer serves both languages and both rows of a formula: the symbols, and the numbers that stand under them.
Factors are put in the order in which the signal meets them on its way back, which is the order people write.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.printing.printer import Printer

from bpmath.model.notation import Quantity, of_derivative, once_by
from bpmath.writing.markup import TYPST, Script, symbol
from bpmath.writing.reading_order import below, natural, ordered, rank

LONG = 6    # factors of a product; of a longer one a fraction is but a part
Atom = Callable[[Quantity, str], str]   # what to print for a quantity whose symbol is typeset as given


class Typesetter(Printer):
    """Prints an expression in a script.

    `atom` decides what stands for each quantity (its symbol, a marked symbol, its number). `names` gives the name of a
    defined expression, so that the derivative of theta(3) a(3) with respect to a(3) is written dz(4)/da(3).
    """

    printmethod = "_typeset"

    longest: int | None = None    # terms of a sum that are written out; None for all
    kept: Callable[[sp.Expr], bool] = staticmethod(lambda term: False)   # terms that a shortened sum keeps
    ends: bool = True   # whether it keeps its first and last too

    def __init__(self, script: Script = TYPST, atom: Atom = lambda q, text: text,
                 names: Mapping[sp.Expr, Quantity] | None = None) -> None:
        super().__init__()
        self.script, self.atom, self.names = script, atom, names or {}
        self.mark: Callable[[sp.Basic, str], str] = lambda e, text: text   # what to print for an expression set as text

    def print(self, e: sp.Basic) -> str:
        return self._print(e)

    def _print(self, e: sp.Basic, **kwargs: object) -> str:
        return self.mark(e, super()._print(e, **kwargs))

    def group(self, text: str) -> str:
        return self.script.group.format(text)

    def factor(self, e: sp.Expr, first: bool) -> str:
        """One factor of a product, in brackets where it needs them."""
        text = self._print(e)
        negative = bare(text).startswith(("-", "−"))
        inside = e.args[0] if isinstance(e, sp.UnevaluatedExpr) else e
        return self.group(text) if isinstance(inside, sp.Add) or (negative and not first) else text

    # numbers and names

    def _print_Integer(self, e: sp.Integer) -> str:
        return str(e)

    def _print_Rational(self, e: sp.Rational) -> str:
        sign = "-" if e < 0 else ""
        return sign + self.script.fraction.format(abs(e.p), e.q)

    def _print_Float(self, e: sp.Float) -> str:
        return str(e)

    def _print_Symbol(self, e: sp.Symbol) -> str:
        q = Quantity.of(e)
        return self.atom(q, symbol(q, self.script)) if q else e.name

    def _print_MatrixSymbol(self, e: sp.MatrixSymbol) -> str:
        q = Quantity.of(sp.Symbol(e.name))
        return self.atom(q, symbol(q, self.script))

    # functions

    def call(self, name: str, argument: sp.Basic) -> str:
        return f"{self.script.function(name)}{self.group(self._print(argument))}"

    def _print_AppliedUndef(self, e: AppliedUndef) -> str:
        return self.call(e.func.__name__, e.args[0])

    def _print_UnevaluatedExpr(self, e: sp.UnevaluatedExpr) -> str:
        return self._print(e.args[0])

    def _print_exp(self, e: sp.exp) -> str:
        return self.script.power.format("e", self._print(e.args[0]))

    def _print_log(self, e: sp.log) -> str:
        inside = self._print(e.args[0])
        return f"{self.script.ln} {inside}" if e.args[0].is_Symbol else f"{self.script.ln}{self.group(inside)}"

    def _print_tanh(self, e: sp.tanh) -> str:
        return self.call("tanh", e.args[0])

    def _print_Piecewise(self, e: sp.Piecewise) -> str:
        when, otherwise = self.script.when, self.script.otherwise
        pieces = [(otherwise if condition is sp.true else when).format(self._print(value), self._print(condition))
                  for value, condition in e.args]
        return self.script.cases.format(self.script.case_end.join(pieces))

    def _print_BooleanTrue(self, e: sp.logic.boolalg.BooleanTrue) -> str:
        return ""

    def _print_StrictGreaterThan(self, e: sp.Gt) -> str:
        return f"{self._print(e.lhs)} > {self._print(e.rhs)}"

    # derivatives

    def _print_Derivative(self, e: sp.Derivative) -> str:
        of, by = e.expr, once_by(e)
        if by is None:
            return self.higher(e)
        q = Quantity.of(by)
        if q is None:                                     # a rule of calculus, in plain letters
            if isinstance(of, AppliedUndef) and of.args[0] == by:
                return f"{self.script.function(of.func.__name__)}'{self.group(self._print(of.args[0]))}"
            return self.script.by.format(by.name, self._print(of))
        partial = self.script.derivative
        if of == sp.Symbol("J") and (found := of_derivative(e)):
            return self.atom(found, partial.format(self.script.letter("J"), symbol(q, self.script)))
        if of in self.names:                              # a link of the chain rule: what it is decides its colour
            return self.link(e, partial.format(symbol(self.names[of], self.script), symbol(q, self.script)))
        if isinstance(of, AppliedUndef) and of.args == (by,):
            found = Quantity("slope", q.layer, q.unit)
            return self.atom(found, symbol(found, self.script, self.script.function(of.func.__name__)))
        if of.is_Symbol:
            return partial.format(self._print(of), symbol(q, self.script))
        return self.script.by.format(symbol(q, self.script), self._print(of))

    def higher(self, e: sp.Derivative) -> str:
        """A derivative of second or higher order, also a mixed one."""
        script = self.script
        d = script.partial if all(Quantity.of(by) for by, _ in e.variable_count) else script.differential
        below = [f"{d} " + (self._print(by) if n == 1 else script.power.format(self.factor_of_power(by), n))
                 for by, n in e.variable_count]
        above = script.power.format(d, self._print(e.derivative_count))
        if e.expr.is_Symbol:
            return script.fraction.format(f"{above} {self._print(e.expr)}", " ".join(below))
        return script.fraction.format(above, " ".join(below)) + f" [{self._print(e.expr)}]"

    def factor_of_power(self, by: sp.Symbol) -> str:
        """A name that a power is taken of: in brackets where it has its layer above."""
        q = Quantity.of(by)
        return self.group(self._print(by)) if q and q.layer is not None else self._print(by)

    def link(self, e: sp.Derivative, text: str) -> str:
        done, by = e.doit(), Quantity.of(e.variables[0])
        if by.kind == "h":
            return self.atom(Quantity("dh", None, by.unit), text)
        if isinstance(done, sp.Symbol) and (q := Quantity.of(done)):
            return self.atom(q, text)
        if isinstance(e.expr, AppliedUndef):
            return self.atom(Quantity("slope", by.layer, by.unit), text)
        return text

    def _print_Subs(self, e: sp.Subs) -> str:             # u'(v(x))
        of, (name,), (at,) = e.args
        if not (isinstance(of, sp.Derivative) and once_by(of) == name and of.expr.args == (name,)):
            return self.emptyPrinter(e)
        return f"{of.expr.func.__name__}'{self.group(self._print(at))}"

    # sums and products

    def _print_Add(self, e: sp.Add) -> str:
        text = ""
        for i, term in enumerate(shortened(sorted(e.args, key=natural), self.longest, self.kept, self.ends)):
            if term is None:
                text += f" + {self.script.dots}" if i else self.script.dots
                continue
            negative = term.could_extract_minus_sign()
            printed = self._print(-term if negative else term)
            if (i and bare(printed).startswith(("-", "−"))) or (negative and isinstance(-term, sp.Add)):
                printed = self.group(printed)
            text += sign(negative, first=not i) + printed
        return text

    def _print_Mul(self, e: sp.Mul) -> str:
        if e.could_extract_minus_sign() and not isinstance(-e, sp.Add):
            inner = self._print(-e)
            return f"-{inner}"
        coefficient, rest = e.as_coeff_Mul()
        over, under = [], []
        for factor in sp.Mul.make_args(rest):
            base, power = factor.as_base_exp()
            if power.is_Number and power < 0 and not isinstance(factor, sp.exp):
                under.append(base ** -power)
            else:
                over.append(factor)
        if coefficient.p != 1 or not over:
            over.insert(0, sp.Integer(coefficient.p))
        if coefficient.q != 1 and not under:
            half = self.script.fraction.format(coefficient.p, coefficient.q)
            rest_text = self.product([f for f in over if not f.is_Number])
            return f"{half} {rest_text}"
        if coefficient.q != 1:
            under.insert(0, sp.Integer(coefficient.q))
        if not under:
            return self.product(over)
        plain = lambda fs: self._print(fs[0]) if len(fs) == 1 else self.product(fs)  # noqa: E731
        return self.script.fraction.format(plain(over), plain(under))

    def product(self, factors: list[sp.Expr]) -> str:
        """Factors in order, a dot between two of them unless the next stands in brackets."""
        text, ordered = "", sorted(factors, key=rank)
        for i, f in enumerate(ordered):
            held = isinstance(f, sp.UnevaluatedExpr) and not f.args[0].is_Number
            close = i and (isinstance(f, sp.Add) or held or ordered[i - 1].is_Number)
            text += ("" if not i else " " if close else self.script.dot) + self.factor(f, first=not i)
        return text

    def _print_Pow(self, e: sp.Pow) -> str:
        if e.exp.is_Number and e.exp < 0:
            return self.script.fraction.format(1, self._print(e.base ** -e.exp))
        base = self._print(e.base)
        simple = isinstance(e.base, sp.Symbol | AppliedUndef) and not bare(base).startswith(("-", "−"))
        return self.script.power.format(base if simple else self.group(base), self._print(e.exp))

    # blocks

    def _print_MatMul(self, e: sp.MatMul) -> str:
        return " ".join(self.group(self._print(f)) if isinstance(f, sp.MatAdd) else self._print(f) for f in e.args)

    def _print_MatAdd(self, e: sp.MatAdd) -> str:
        terms = enumerate(block_terms(e))
        return "".join(sign(negative, first=not i) + self._print(term) for i, (negative, term) in terms)

    def _print_Transpose(self, e: sp.Transpose) -> str:
        return self.script.transposed.format(self._print(e.arg))

    def _print_HadamardProduct(self, e: sp.HadamardProduct) -> str:
        return self.script.hadamard.join(
            self.group(self._print(f)) if isinstance(f, sp.MatMul) else self._print(f) for f in e.args)

    def emptyPrinter(self, e: sp.Basic) -> str:
        raise NotImplementedError(f"no typesetting for {type(e).__name__}: {e}")


def sign(negative: bool, first: bool) -> str:
    """What stands before a term of a sum."""
    return ("-" if first else " - ") if negative else ("" if first else " + ")


def block_terms(e: sp.MatAdd) -> list[tuple[bool, sp.MatrixExpr]]:
    """The terms of a sum of blocks, each with whether it is taken away: those last, and biases last of the others."""
    terms = []
    for t in e.args:
        negative = t.as_coeff_mmul()[0].could_extract_minus_sign()
        bias = isinstance(t, sp.MatrixSymbol) and t.name.startswith("b_")
        terms.append((negative, bias, -t if negative else t))
    return [(negative, t) for negative, _, t in sorted(terms, key=lambda term: term[:2])]


def bare(text: str) -> str:
    """A printed text without its markup in front, to see the sign that it begins with."""
    while text.startswith("#"):
        text = text.partition("[$")[2]
    return text


def shortened(
    terms: list[sp.Expr], longest: int | None, kept: Callable[[sp.Expr], bool], ends: bool = True
) -> list[sp.Expr | None]:
    """The terms of a sum that are written out, with None where some are left out: of more than the `longest` those that
    are kept, with the first and the last, or without these `ends`."""
    if longest is None or len(terms) <= longest:
        return list(terms)
    chosen = {i for i, term in enumerate(terms) if kept(term)}
    shown = sorted(chosen if chosen and not ends else chosen | {0, len(terms) - 1})
    found: list[sp.Expr | None] = []
    for before, i in pairwise([-1, *shown, len(terms)]):
        left_out = terms[before + 1 : i]
        found += left_out if len(left_out) == 1 else [None] if left_out else []
        found += terms[i : i + 1]
    return found


def columns(
    e: sp.Expr,
    longest: int | None = None,
    kept: Callable[[sp.Expr], bool] = lambda term: False,
    ends: bool = True,
) -> list[sp.Expr | str]:
    """The parts of a right side that get a column of their own, and the signs between: numbers go under symbols."""
    if isinstance(e, sp.Mul) and (len(e.args) > LONG or not any(map(below, e.args))):
        negative = e.could_extract_minus_sign()
        factors = ordered(sp.Mul.make_args(-e if negative else e))
        between = [x for f in factors for x in ("dot", f)][1:]
        return ["-", *between] if negative else between
    if isinstance(e, sp.Add):
        parts: list[sp.Expr | str] = []
        for i, term in enumerate(shortened(sorted(e.args, key=natural), longest, kept, ends)):
            if term is None:
                parts += ["+", "dots"] if i else ["dots"]
                continue
            negative = term.could_extract_minus_sign()
            parts += ["-"] if negative else ["+"] if i else []
            parts += columns(-term if negative else term)
        return parts
    return [e]


def equation(lhs: sp.Basic, rhs: sp.Basic, typesetter: Typesetter) -> str:
    """lhs = rhs, or lhs := rhs where the left side is a parameter's new value."""
    q = Quantity.of(sp.Symbol(lhs.name)) if isinstance(lhs, sp.Symbol | sp.MatrixSymbol) else None
    equals = typesetter.script.assign if q and q.kind in ("new_theta", "new_b") else "="
    return f"{typesetter.print(lhs)} {equals} {typesetter.print(rhs)}"
