"""The derivation: ordered steps with the article's equation numbers, each proved and each confirmed on the numbers.

(1)-(5) the activation's derivative   (6) forward   (7) cost   (8) network error   (9)-(11) the partials as products
(12) updates   (13) definition and recursion of delta   (14)-(16) the deltas   (17) updates with delta
A network deeper than the article's continues a series with letters: (11a), (16a), ...
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import sympy as sp
from sympy.printing.str import StrPrinter

from bpmath.activation import z
from bpmath.backprop import Trace
from bpmath.calculus import RULES, Line, activation_lines
from bpmath.check import Report
from bpmath.network import Network, NetworkError
from bpmath.notation import Quantity, quantity
from bpmath.proof import BY_SYMBOL, Definitions, J, confirm, prove, prove_line, to_concrete, vanishes
from bpmath.typeset import LATEX, TYPST, Atom, Language, Typesetter, equation

TOLERANCE = 1e-9
WIDEST = 12      # units of a layer whose equations are written out one by one; wider ones are shown by one unit and in blocks


@dataclass(frozen=True)
class Step:
    """lhs = rhs by a rule. `name` and `subject` say which step it is: ("signal", delta(3)).

    `top`, `concrete` and `given` say what the proof may use (see `proof.py`).
    """

    name: str
    equation: str
    rule: str
    lhs: sp.Basic
    rhs: sp.Basic
    subject: Quantity | None = None
    top: int | None = None
    concrete: bool = False
    given: tuple[tuple[sp.Symbol, sp.Expr], ...] = ()
    calculus: bool = False
    leibniz: bool = False    # derivatives of definitions are written as links, dz/da, and not as slopes
    proved: bool = field(default=False)
    residual: float = field(default=float("nan"))

    @property
    def ok(self) -> bool:
        return self.proved and self.residual <= TOLERANCE


class PlainText(StrPrinter):
    """SymPy text that `parse_expr` reads back: activations but sigma and g are written out."""

    def _print_MatrixSymbol(self, e: sp.MatrixSymbol) -> str:
        return f"MatrixSymbol('{e.name}', {e.rows}, {e.cols})"

    def _print_HadamardProduct(self, e: sp.HadamardProduct) -> str:
        return f"HadamardProduct({', '.join(map(self._print, e.args))})"


def plain_text(e: sp.Basic) -> str:
    """The expression as SymPy text."""
    e = e.replace(sp.UnevaluatedExpr, lambda inner: inner)
    named = {name for name in BY_SYMBOL if name not in ("sigma", "g")}
    written = e.replace(lambda f: isinstance(f, sp.Function) and f.func.__name__ in named and not isinstance(f, sp.tanh),
                        lambda f: BY_SYMBOL[f.func.__name__].g.subs(z, f.args[0]))
    return PlainText().doprint(written)


class Derivation:
    """The steps of a network. `steps` is the whole in order; `step(name, ...)` finds one."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.definitions = Definitions(network)

    # small words for the steps below

    def q(self, kind: str, l: int | None = None, j: int = 1, i: int = 1) -> sp.Symbol:
        return self.definitions.q(kind, l, j, i)

    def quantity(self, kind: str, l: int | None = None, j: int = 1, i: int = 1) -> Quantity:
        return quantity(self.network, kind, l, j, i)

    def slope(self, l: int, j: int = 1) -> sp.Expr:
        at = self.q("z", l, j)
        return sp.Derivative(self.network.activation(l).function(at), at)

    @cached_property
    def names(self) -> dict[sp.Expr, Quantity]:
        """Which quantity each defined expression is, for the links of the chain rule."""
        d, L = self.definitions, self.network.L
        table = {}
        for l in range(2, L + 1):
            for j in d.units(l):
                table[d.z(l, j)] = self.quantity("z", l, j)
                table[d.a(l, j)] = self.quantity("h", None, j) if l == L else self.quantity("a", l, j)
        table[d.J()] = Quantity("J")
        return table

    def units(self, l: int) -> range:
        """The units of a layer whose equations are written out."""
        return self.definitions.units(l) if self.network.units(l) <= WIDEST else range(1, 2)

    @property
    def hidden(self):
        """The activation whose derivative is derived: the first hidden layer's, or the output's where nothing is hidden."""
        return self.network.activation(2)

    # the steps, in the order of the article

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step, in order, not yet proved."""
        return tuple([*self.calculus(), *self.forward(), *self.cost(), *self.partials(), *self.updates(), *self.signals(),
                      *self.gradients(), *self.blocks()])

    def calculus(self) -> Iterator[Step]:
        def step(line: Line, number: str) -> Step:
            return Step(line.name, number, line.rule, line.lhs, line.rhs, calculus=True)

        definition, *lines = activation_lines(self.hidden) if self.hidden.elementwise else (None,)
        if definition:
            yield step(definition, definition.equation)
        for line in RULES:
            yield step(line, line.equation)
        for line in lines:
            yield step(line, line.equation)
        done = {self.hidden}
        for l in range(3, self.network.L + 1):
            activation = self.network.activation(l)
            if activation not in done and activation.elementwise:
                done.add(activation)
                for line in activation_lines(activation):
                    yield step(line, "")

    def forward(self) -> Iterator[Step]:
        d, net = self.definitions, self.network
        for l in range(2, net.L + 1):
            for j in self.units(l):
                if net.units(l - 1) <= WIDEST:
                    rule = "the sum of the weighted activations" if net.units(l - 1) > 1 else "the weighted activation"
                    yield Step("weighted input", "6", rule + (" and the bias" if net.bias(l - 1) is not None else ""),
                               self.q("z", l, j), d.z(l, j), self.quantity("z", l, j))
                subject = self.quantity("h", None, j) if l == net.L else self.quantity("a", l, j)
                if net.activation(l).elementwise or net.units(l) <= WIDEST:
                    yield Step("activation", "6", f"{net.activation(l).words} of the weighted input",
                               subject.symbol, d.a(l, j), subject)

    def cost(self) -> Iterator[Step]:
        d, net = self.definitions, self.network
        if net.units(net.L) <= WIDEST:
            yield Step("cost", "7", net.cost.words, J, d.J(), Quantity("J"))
        for k in self.units(net.L):
            h, y = self.q("h", None, k), self.q("y", None, k)
            term = net.cost.total((h,), (y,))
            yield Step("network error", "8", f"the derivative of {net.cost.words}", sp.Derivative(term, h), sp.diff(term, h),
                       self.quantity("h", None, k), leibniz=True)

    def head(self, k: int = 1) -> list[tuple[str, sp.Expr, bool, tuple]]:
        """delta(L)_k, from dJ/dh times the slope to the form that is shown: (rule, form, concrete, given)."""
        net, L = self.network, self.network.L
        h, y = self.q("h", None, k), self.q("y", None, k)
        error = sp.diff(net.cost.total((h,), (y,)), h)
        forms = []
        if net.activation(L).elementwise:
            forms.append(("the derivative of the cost times the slope", error * self.slope(L, k), False, ()))
            if net.activation(L).name == "linear" and error != h - y:
                forms.append(("the slope of the identity is 1", error, True, ()))
            elif self.is_difference(k):
                rule = "the slope of the identity is 1" if net.activation(L).name == "linear" else "the cost's derivative cancels the slope"
                forms.append((rule, h - y, True, ()))
            return forms
        total = sum(self.q("y", None, m) for m in self.definitions.units(L))
        if net.cost.name == "cross_entropy":
            forms.append(("every output answers to every z", h * total - y, True, ()))
            if abs(net.target.sum() - 1) < 1e-12:
                last = self.q("y", None, net.units(L))
                others = 1 - (total - last)
                forms.append(("the targets add up to 1", h - y, True, ((last, others),)))
        else:   # the general form: the transposed Jacobian times dJ/dh
            hs = self.definitions.activations(L)
            errors = [sp.diff(net.cost.total((m,), (self.q("y", None, i),)), m) for i, m in enumerate(hs, 1)]
            jacobian = [m * ((1 if i == k else 0) - h) for i, m in enumerate(hs, 1)]
            forms.append(("every output answers to every z", sp.Add(*(e * s for e, s in zip(errors, jacobian, strict=True))), True, ()))
        return forms

    def is_difference(self, k: int) -> bool:
        """Whether dJ/dh g'(z) is h - y, by SymPy, for this cost and output activation."""
        net = self.network
        if net.activation(net.L).has_pieces:
            return False
        h, y = sp.symbols("h y", real=True)
        g, slope = net.activation(net.L).g, net.activation(net.L).slope
        return vanishes(sp.diff(net.cost.total((h,), (y,)), h).subs(h, g) * slope - (g - y))

    def shown_head(self, k: int = 1) -> sp.Expr:
        """delta(L) in its simplest proved form, in h, y and the slope."""
        return self.head(k)[-1][1]

    def partial(self, l: int) -> sp.Expr:
        """dJ/dtheta(l) of a path, written out as a product."""
        factors = [self.shown_head()]
        for m in range(self.network.L - 1, l, -1):
            factors += [self.q("theta", m), self.slope(m)]
        return sp.Mul(*factors) * self.definitions.activations(l)[0]

    def links(self, l: int) -> sp.Expr:
        """dJ/dtheta(l) of a path as the chain rule writes it: one derivative for each link."""
        d, L = self.definitions, self.network.L
        (h,) = d.activations(L)
        chain = [sp.Derivative(d.J(), h), self.slope(L)]
        for m in range(L - 1, l, -1):
            (a,) = d.activations(m)
            chain += [sp.Derivative(d.z(m + 1), a), self.slope(m)]
        return sp.Mul(*chain, sp.Derivative(d.z(l + 1), self.q("theta", l)), evaluate=False)

    def partials(self) -> Iterator[Step]:
        if not self.network.is_path:
            return
        concrete = self.head()[-1][2]
        for number, l in zip(series(9, 11), range(self.network.L - 1, 0, -1), strict=False):
            theta = self.q("theta", l)
            yield Step("chain", "", "the chain rule, link by link", sp.Derivative(J, theta), self.links(l), self.quantity("dtheta", l), leibniz=True)
            yield Step("partial", number, "each link is a weight, a slope or an activation", sp.Derivative(J, theta), self.partial(l),
                       self.quantity("dtheta", l), concrete=concrete)

    def parameters(self) -> Iterator[tuple[str, int, int, int]]:
        """(kind, l, j, i) of the parameters whose equations are written out, the last layer first."""
        net = self.network
        for l in range(net.L - 1, 0, -1):
            sources = self.definitions.units(l) if net.units(l) <= WIDEST else range(1, 2)
            for j in self.units(l + 1):
                yield from (("theta", l, j, i) for i in sources)
                if net.bias(l) is not None:
                    yield "b", l, j, 1

    def updates(self) -> Iterator[Step]:
        alpha = sp.Symbol("alpha")
        for kind, l, j, i in self.parameters():
            old = self.q(kind, l, j, i)
            yield Step("update", "12", "one step against the gradient", self.q(f"new_{kind}", l, j, i),
                       old - alpha * sp.Derivative(J, old), self.quantity(f"new_{kind}", l, j, i), top=l + 1)

    def signals(self) -> Iterator[Step]:
        net, d = self.network, self.definitions
        for l in range(net.L, 1, -1):
            for j in self.units(l):
                at = self.q("z", l, j)
                yield Step("definition", "13", "how the cost answers when the input of the unit changes", self.q("delta", l, j),
                           sp.Derivative(J, at), self.quantity("delta", l, j), top=l)
                if l < net.L and net.is_path:
                    (a,) = d.activations(l)
                    yield Step("recursion", "13", "the chain rule over one layer", self.q("delta", l, j),
                               sp.Mul(self.q("delta", l + 1), sp.Derivative(d.z(l + 1), a), self.slope(l), evaluate=False),
                               self.quantity("delta", l, j), top=l + 1, leibniz=True)
        for number, l in zip(series(14, 16), range(net.L, 1, -1), strict=False):
            for j in self.units(l):
                yield from self.signal(l, j, number)

    def signal(self, l: int, j: int, number: str) -> Iterator[Step]:
        """delta(l)_j: at the output from the cost, below from the layer above."""
        net, subject = self.network, self.quantity("delta", l, j)
        if l == net.L:
            if net.units(l) > WIDEST and not net.activation(l).elementwise:
                return
            forms = self.head(j)
            for i, (rule, form, concrete, given) in enumerate(forms, 1):
                yield Step("output signal", number if i == len(forms) else "", rule, subject.symbol, form, subject,
                           concrete=concrete, given=given)
        elif not net.activation(l).elementwise:
            return    # told in blocks and checked by number
        elif net.units(l + 1) <= WIDEST:
            above = sp.Add(*(self.q("theta", l, k, j) * self.q("delta", l + 1, k) for k in self.definitions.units(l + 1)))
            rule = "the signals from above, weighted, times the slope" if net.units(l + 1) > 1 else "the signal from above times weight and slope"
            yield Step("signal", number, rule, subject.symbol, above * self.slope(l, j), subject, top=l + 1)

    def gradients(self) -> Iterator[Step]:
        alpha, d = sp.Symbol("alpha"), self.definitions
        for kind, l, j, i in self.parameters():
            old, delta = self.q(kind, l, j, i), self.q("delta", l + 1, j)
            gradient = delta * d.activations(l)[i - 1] if kind == "theta" else delta
            meaning = "the two ends of the edge: the signal times the activation" if kind == "theta" else "the signal itself"
            yield Step("gradient", "17", meaning, sp.Derivative(J, old), gradient, self.quantity(f"d{kind}", l, j, i), top=l + 1)
            yield Step("update with delta", "17", "one step against the gradient", self.q(f"new_{kind}", l, j, i),
                       old - alpha * gradient, self.quantity(f"new_{kind}", l, j, i), top=l + 1)

    def blocks(self) -> Iterator[Step]:
        """The same equations for whole layers, where a layer has several units."""
        net, alpha = self.network, sp.Symbol("alpha")
        if net.is_path:
            return

        def column(kind: str, l: int) -> sp.MatrixSymbol:
            return sp.MatrixSymbol(f"{kind}_{l}", net.units(l), 1)

        for l in range(1, net.L):
            shape = (net.units(l + 1), net.units(l))
            theta = sp.MatrixSymbol(f"theta_{l}", *shape)
            total = sp.MatMul(theta, column("a", l))
            if net.bias(l) is not None:
                total = sp.MatAdd(total, sp.MatrixSymbol(f"b_{l}", shape[0], 1))
            yield Step("block input", "6", "a whole layer at once", column("z", l + 1), total, Quantity("z", l + 1))
        for l in range(net.L - 1, 1, -1):
            if net.activation(l).elementwise:
                theta = sp.MatrixSymbol(f"theta_{l}", net.units(l + 1), net.units(l))
                yield Step("block signal", "13", "the transposed weights turn the arrows round", column("delta", l),
                           sp.HadamardProduct(sp.MatMul(theta.T, column("delta", l + 1)), column("slope", l)),
                           Quantity("delta", l), top=l + 1)
        for l in range(net.L - 1, 0, -1):
            shape = (net.units(l + 1), net.units(l))
            theta, gradient, new = (sp.MatrixSymbol(f"{kind}_{l}", *shape) for kind in ("theta", "dtheta", "new_theta"))
            yield Step("block gradient", "17", "the signal times the transposed activations", gradient,
                       sp.MatMul(column("delta", l + 1), column("a", l).T), Quantity("dtheta", l), top=l + 1)
            yield Step("block update", "17", "one step against the gradient", new, sp.MatAdd(theta, -alpha * gradient),
                       Quantity("new_theta", l), top=l + 1)

    # what a step is on paper

    def typesetter(self, step: Step, language: Language, atom: Atom = lambda q, text: text) -> Typesetter:
        """What prints this step's sides."""
        return Typesetter(language, atom, self.names if step.leibniz else {})

    def typst(self, step: Step) -> str:
        return equation(step.lhs, step.rhs, self.typesetter(step, TYPST))

    def latex(self, step: Step) -> str:
        return equation(step.lhs, step.rhs, self.typesetter(step, LATEX))

    # proof and confirmation

    def prove(self, step: Step, previous: Step | None = None) -> bool:
        """Whether the step follows; a line of calculus also has to equal the line before it."""
        if step.calculus:
            same = previous is not None and previous.lhs == step.lhs
            return prove_line(step.lhs, step.rhs) and (not same or prove_line(previous.rhs, step.rhs))
        return prove(self.definitions, step.lhs, step.rhs, step.top, step.concrete, dict(step.given))

    def confirm(self, step: Step, trace: Trace, report: Report) -> float:
        """How far the two sides are apart on the trace's numbers; derivatives of J are the second method's."""
        if step.calculus:
            return self.confirm_line(step, trace)
        values = {q: check.value for q, check in report.checks.items()}
        by = {"delta": "z", "dtheta": "theta", "db": "b"}
        slopes = {Quantity(by[q.kind], q.layer, q.unit, q.source): check.second
                  for q, check in report.checks.items() if q.kind in by}
        return confirm(self.definitions, step.lhs, step.rhs, values, slopes)

    def confirm_line(self, step: Step, trace: Trace) -> float:
        """A line of calculus at the network's own z(2); the free functions of a rule stand for two that it is used on."""
        x, w = sp.symbols("x w", real=True)
        sample = {"u": lambda t: 1 + t ** 2, "v": lambda t: 1 + sp.exp(-t)}
        at = float(trace.z[2][0])

        def side(e: sp.Expr) -> sp.Expr:
            for name, body in sample.items():
                e = e.replace(sp.Function(name), body)
            return sp.N(to_concrete(e).doit().subs({sp.Symbol("c", real=True): 2}).subs({x: sp.Float(at, 60), w: sp.Float(at, 60)}), 40)

        left, right = side(step.lhs), side(step.rhs)
        return float(abs(left - right) / max(1, abs(left)))

    def checked_step(self, index: int, trace: Trace, report: Report) -> Step:
        """One step, by its place in `steps`, with its proof and its residual."""
        step = self.steps[index]
        previous = self.steps[index - 1] if index else None
        return replace(step, proved=self.prove(step, previous), residual=self.confirm(step, trace, report))

    def checked(self, trace: Trace, report: Report, progress: Callable[[Step], None] = lambda step: None) -> tuple[Step, ...]:
        """Every step with its proof and its residual."""
        done: list[Step] = []
        for step in self.steps:
            previous = done[-1] if done else None
            done.append(replace(step, proved=self.prove(step, previous), residual=self.confirm(step, trace, report)))
            progress(done[-1])
        return tuple(done)


def series(first: int, last: int) -> Iterator[str]:
    """The article's numbers in order, then the last with letters: 9, 10, 11, 11a, 11b, ..."""
    yield from map(str, range(first, last + 1))
    yield from (f"{last}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")


def demand(steps: tuple[Step, ...]) -> None:
    """Raises NetworkError where a step is not proved or not confirmed: a film must not show it."""
    for step in steps:
        if not step.ok:
            fault = "is not proved" if not step.proved else f"misses the numbers by {step.residual:.2g}"
            raise NetworkError(f"equation ({step.equation}) {plain_text(step.lhs)} = {plain_text(step.rhs)} {fault}; the film stops")
