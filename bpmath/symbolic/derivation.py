"""The derivation: ordered steps with the article's equation numbers, each proved and each confirmed on the numbers.

(1)-(5) the activation's derivative   (6) forward   (7) cost   (8) network error   (9)-(11) the partials as products
(12) updates   (13) definition and recursion of delta   (14)-(16) the deltas   (17) updates with delta
A network deeper than the article's continues a series with letters: (11a), (16a), ...
"""
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain, repeat
from string import ascii_lowercase

import mpmath
import sympy as sp

from bpmath.model.activation import Activation
from bpmath.model.network import Network
from bpmath.model.notation import Quantity, quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.second_method import Report
from bpmath.symbolic.calculus import RULES, Line, activation_lines, c, mul, x
from bpmath.symbolic.definitions import Definitions, J, Unprovable
from bpmath.symbolic.step import Step
from bpmath.symbolic.step_language import decimal, understand_line
from bpmath.symbolic.step_on_numbers import Values, apart, bits, confirm, tolerance
from bpmath.symbolic.step_proof import is_difference, prove, prove_line, to_concrete
from bpmath.symbolic.term_sizes import Measured, exactly, measure
from bpmath.writing.markup import LATEX, TYPST, Script
from bpmath.writing.typeset import Atom, Typesetter, equation

WIDEST = 4      # units of a layer whose equations are written out; wider ones are shown by one unit and in blocks
LONGEST = 16    # terms of a sum up to which a step may unfold it more than once
DOWNHILL = Phrase("one step against the gradient")
WEIGHTED = {    # the rule of z, by whether several units come in, and a bias
    (False, False): Phrase("the weighted activation"),
    (False, True): Phrase("the weighted activation and the bias"),
    (True, False): Phrase("the sum of the weighted activations"),
    (True, True): Phrase("the sum of the weighted activations and the bias"),
}


class Derivation:
    """The steps of a network. `steps` is the whole in order; `step(name, ...)` finds one."""

    def __init__(self, network: Network, chosen: Mapping[int, int] | None = None) -> None:
        self.network, self.chosen = network, chosen or {}
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
        wide = self.network.units(l) > WIDEST
        return (self.chosen.get(l, 1),) if wide else tuple(self.definitions.units(l))

    @property
    def hidden(self) -> Activation:
        """The activation whose derivative is derived: the first hidden layer's, or the output's."""
        return self.network.activation(2)

    # the steps, in the order of the article

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step, in order, not yet proved."""
        back = range(self.network.L - 1, 0, -1)
        return (*self.calculus(), *self.forward(), *self.cost(), *self.partials(),
                *chain.from_iterable(map(self.updates, back)),
                *self.signals(), *chain.from_iterable(map(self.gradients, back)), *self.blocks())

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
                yield Step("weighted input", "6", WEIGHTED[net.units(l - 1) > 1, net.bias(l - 1) is not None],
                           self.q("z", l, j), d.z(l, j), self.quantity("z", l, j))
                subject = self.quantity("h", None, j) if l == net.L else self.quantity("a", l, j)
                if net.activation(l).elementwise or net.units(l) <= LONGEST:
                    yield Step("activation", "6", Phrase("{g} of the weighted input", g=net.activation(l).words),
                               subject.symbol, d.a(l, j), subject)
                if net.activation(l).elementwise and net.units(l - 1) <= LONGEST:
                    rule = Phrase("the step from layer to layer, as one line")
                    yield Step("recursion forward", "6", rule, subject.symbol,
                               net.activation(l).function(d.z(l, j)), subject)

    def cost(self) -> Iterator[Step]:
        net = self.network
        if net.units(net.L) <= LONGEST:
            yield Step("cost", "7", net.cost.words, J, self.definitions.J(), Quantity("J"))
        for k in self.units(net.L):
            h, y = self.q("h", None, k), self.q("y", None, k)
            of_h = sp.Derivative(net.cost.total((h,), (y,)), h)
            if net.cost.name == "squared_error":   # why it has a one half
                rule = Phrase("the power rule brings down a two")
                yield Step("power rule", "", rule, of_h, mul(2, sp.Rational(1, 2), h - y),
                           self.quantity("dh", None, k), leibniz=True)
            whole = sp.Derivative(self.definitions.J(), h) if net.units(net.L) <= LONGEST else of_h
            rule = Phrase("the derivative of {cost}", cost=net.cost.words)
            yield Step("network error", "8", rule, whole, self.error(k),
                       self.quantity("dh", None, k), leibniz=True)

    def error(self, k: int) -> sp.Expr:
        """dJ/dh_k."""
        h, y = self.q("h", None, k), self.q("y", None, k)
        return sp.diff(self.network.cost.total((h,), (y,)), h)

    def head(self, k: int = 1) -> list[tuple[str, sp.Expr, bool, tuple]]:
        """delta(L)_k, from dJ/dh times the slope to the form that is shown: (rule, form, concrete, given)."""
        net, L, d = self.network, self.network.L, self.definitions
        outputs, targets = d.activations(L), [self.q("y", None, m) for m in d.units(L)]
        h, y, error = outputs[k - 1], targets[k - 1], self.error(k)
        if net.activation(L).elementwise:
            forms = [(Phrase("the derivative of the cost times the slope"), error * self.slope(L, k), False, ())]
            linear = net.activation(L).name == "linear"
            rule = Phrase("the cost's derivative cancels the slope")
            if linear:
                rule = Phrase("the slope of the identity is one")
            if net.cost.name == "binary_cross_entropy" and net.activation(L).name == "sigmoid":
                opposite = mul((h - y) / (h * (1 - h)), h * (1 - h))
                forms.append((Phrase("the slope, and the same below the fraction"), opposite, True, ()))
            if is_difference(net.cost, net.activation(L)):
                forms.append((rule, h - y, True, ()))
            elif linear:
                forms.append((rule, error, True, ()))
            return forms
        every = Phrase("every output answers to every z")
        if net.cost.name != "cross_entropy":   # the general form: the transposed Jacobian times dJ/dh
            jacobian = [m * (int(i == k) - h) for i, m in enumerate(outputs, 1)]
            return [(every, sp.Add(*(self.error(i) * s for i, s in enumerate(jacobian, 1))), True, ())]
        forms = [(every, h * sp.Add(*targets) - y, True, ())]
        if sum(map(decimal, net.target)) == 1:
            others = ((targets[-1], 1 - sp.Add(*targets[:-1])),)
            forms.append((Phrase("the targets add up to one"), h - y, True, others))
        return forms

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
        links = [sp.Derivative(d.J(), h), self.slope(L)]
        for m in range(L - 1, l, -1):
            (a,) = d.activations(m)
            links += [sp.Derivative(d.z(m + 1), a), self.slope(m)]
        return sp.Mul(*links, sp.Derivative(d.z(l + 1), self.q("theta", l)), evaluate=False)

    def ways(self, l: int, j: int, answer: Callable[[int], sp.Expr]) -> tuple[sp.Expr, ...]:
        """The chain rule from the units k of layer l + 1, their answers given, to a(l)_j: factors, or a sum over k."""
        d, a = self.definitions, self.definitions.activations(l)[j - 1]
        links = [(answer(k), sp.Derivative(d.z(l + 1, k), a)) for k in d.units(l + 1)]
        if len(links) == 1:
            return links[0]
        return (sp.Add(*(sp.Mul(*link, evaluate=False) for link in links), evaluate=False),)

    def wide_partials(self) -> Iterator[Step]:
        """For a network in which paths meet: the chain over one layer, and written out where that is no sum of sums."""
        net, d, L = self.network, self.definitions, self.network.L
        for number, l in zip(series(9, 11), range(L - 1, 0, -1), strict=False):
            for kind, j, i in self.parameters(l):
                old, subject = self.q(kind, l, j, i), self.quantity(f"d{kind}", l, j, i)
                last = sp.Derivative(d.z(l + 1, j), old)
                came_in = d.activations(l)[i - 1] if kind == "theta" else sp.Integer(1)
                start, top = (sp.Derivative(J, self.q("z", l + 1, j)),), l + 1
                below, written, concrete, given = start[0], None, False, ()
                if l == L - 1:
                    written = self.shown_head(j) * came_in
                    concrete, given = self.head(j)[-1][2:]
                elif net.activation(l + 1).elementwise:
                    top = l + 2
                    above = self.ways(l + 1, j, lambda k, l=l: sp.Derivative(J, self.q("z", l + 2, k)))
                    start = (*above, self.slope(l + 1, j))
                    below = self.weighted(l + 1, j, lambda k, l=l: sp.Derivative(J, self.q("z", l + 2, k))) * start[-1]
                    heads = [self.head(k)[-1] for k in d.units(L)] if l == L - 2 else []
                    concrete, given = any(h[2] for h in heads), next((h[3] for h in heads), ())
                    written = self.weighted(L - 1, j, lambda k, heads=heads: heads[k - 1][1]) * start[-1] * came_in \
                        if heads else None
                if l == L - 1 or top == l + 2:
                    rule = Phrase("the chain rule, over all paths of one layer")
                    yield Step("chain", "", rule, sp.Derivative(J, old),
                               sp.Mul(*start, last, evaluate=False), subject, top=top, leibniz=True)
                rule = Phrase("each link is a weight, a slope or an activation")
                yield Step("one layer", "", rule, sp.Derivative(J, old), below * came_in, subject, top=top)
                if written is not None and not (concrete and net.units(L) > WIDEST):
                    yield Step("partial", number, rule, sp.Derivative(J, old), written, subject,
                               concrete=concrete, given=given)

    def partials(self) -> Iterator[Step]:
        if not self.network.is_path:
            yield from self.wide_partials()
            return
        concrete = self.head()[-1][2]
        for number, l in zip(series(9, 11), range(self.network.L - 1, 0, -1), strict=False):
            theta = self.q("theta", l)
            subject = self.quantity("dtheta", l)
            rule = Phrase("the chain rule, link by link")
            yield Step("chain", "", rule, sp.Derivative(J, theta), self.links(l), subject, leibniz=True)
            rule = Phrase("each link is a weight, a slope or an activation")
            yield Step("partial", number, rule, sp.Derivative(J, theta),
                       self.partial(l), subject, concrete=concrete)

    def parameters(self, l: int) -> Iterator[tuple[str, int, int]]:
        """(kind, j, i) of the parameters from layer l to l + 1 whose equations are written out."""
        for j in self.units(l + 1):
            yield from (("theta", j, i) for i in self.units(l))
            if self.network.bias(l) is not None:
                yield "b", j, 1

    def updates(self, l: int) -> Iterator[Step]:
        """The updates of theta(l) and b(l), with the partials as they stand."""
        alpha = sp.Symbol("alpha")
        for kind, j, i in self.parameters(l):
            old = self.q(kind, l, j, i)
            yield Step("update", "12", DOWNHILL, self.q(f"new_{kind}", l, j, i),
                       old - alpha * sp.Derivative(J, old), self.quantity(f"new_{kind}", l, j, i), top=l + 1)

    def signals(self) -> Iterator[Step]:
        net = self.network
        for l in range(net.L, 1, -1):
            for j in self.units(l):
                subject = self.quantity("delta", l, j)
                rule = Phrase("how the cost answers when the input of the unit changes")
                answer = sp.Derivative(J, self.q("z", l, j))
                yield Step("definition", "13", rule, subject.symbol, answer, subject, top=l)
                if l < net.L and net.activation(l).elementwise:
                    paths = self.ways(l, j, lambda k, l=l: self.q("delta", l + 1, k))
                    yield Step("recursion", "13", Phrase("the chain rule over one layer"), subject.symbol,
                               sp.Mul(*paths, self.slope(l, j), evaluate=False), subject, top=l + 1, leibniz=True)
        for number, l in zip(series(14, 16), range(net.L, 1, -1), strict=False):
            for j in self.units(l):
                yield from self.signal(l, j, number)

    def signal(self, l: int, j: int, number: str) -> Iterator[Step]:
        """delta(l)_j: at the output from the cost, below from the layer above."""
        net, subject = self.network, self.quantity("delta", l, j)
        elementwise = net.activation(l).elementwise
        if not elementwise and net.units(l) > LONGEST:
            return
        if l == net.L:
            forms = self.head(j)
            for i, (rule, form, concrete, given) in enumerate(forms, 1):
                yield Step("output signal", number if i == len(forms) else "", rule, subject.symbol, form, subject,
                           concrete=concrete, given=given)
        elif elementwise or net.units(l + 1) * net.units(l) <= LONGEST:
            if elementwise:
                single = net.units(l + 1) == 1
                rule = Phrase("the signal from above times weight and slope") if single else \
                    Phrase("the signals from above, weighted, times the slope")
                form = self.above(l, j) * self.slope(l, j)
            else:
                rule, a = Phrase("every unit of the layer answers to every z"), self.definitions.activations(l)
                form = sp.Add(*(self.above(l, i) * a_i * (int(i == j) - a[j - 1]) for i, a_i in enumerate(a, 1)))
            yield Step("signal", number, rule, subject.symbol, form, subject, top=l + 1)

    def above(self, l: int, j: int) -> sp.Expr:
        """dJ/da(l)_j: the signals of layer l + 1, weighted."""
        return self.weighted(l, j, lambda k: self.q("delta", l + 1, k))

    def weighted(self, l: int, j: int, answer: Callable[[int], sp.Expr]) -> sp.Expr:
        """The answers of the units k of layer l + 1, each times its weight from a(l)_j, added up."""
        return sp.Add(*(self.q("theta", l, k, j) * answer(k) for k in self.definitions.units(l + 1)))

    def gradients(self, l: int) -> Iterator[Step]:
        """The gradients of theta(l) and b(l) in terms of delta(l+1), and the updates with them."""
        alpha, d = sp.Symbol("alpha"), self.definitions
        for kind, j, i in self.parameters(l):
            old, delta = self.q(kind, l, j, i), self.q("delta", l + 1, j)
            gradient = delta * d.activations(l)[i - 1] if kind == "theta" else delta
            ends = Phrase("the two ends of the edge: the signal times the activation")
            rule = ends if kind == "theta" else Phrase("the signal itself")
            yield Step("gradient", "17", rule, sp.Derivative(J, old), gradient,
                       self.quantity(f"d{kind}", l, j, i), top=l + 1)
            yield Step("update with delta", "17", DOWNHILL, self.q(f"new_{kind}", l, j, i),
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
            rule = Phrase("a whole layer at once")
            yield Step("block input", "6", rule, column("z", l + 1), total, Quantity("z", l + 1))
        for l in range(net.L - 1, 1, -1):
            if net.activation(l).elementwise:
                theta = sp.MatrixSymbol(f"theta_{l}", net.units(l + 1), net.units(l))
                rule = Phrase("the transposed weights turn the arrows round")
                yield Step("block signal", "13", rule, column("delta", l),
                           sp.HadamardProduct(sp.MatMul(theta.T, column("delta", l + 1)), column("slope", l)),
                           Quantity("delta", l), top=l + 1)
        for l in range(net.L - 1, 0, -1):
            shape = (net.units(l + 1), net.units(l))
            theta, gradient, new = (sp.MatrixSymbol(f"{kind}_{l}", *shape) for kind in ("theta", "dtheta", "new_theta"))
            yield Step("block gradient", "17", Phrase("the signal times the transposed activations"), gradient,
                       sp.MatMul(column("delta", l + 1), column("a", l).T), Quantity("dtheta", l), top=l + 1)
            yield Step("block update", "17", DOWNHILL, new, sp.MatAdd(theta, -alpha * gradient),
                       Quantity("new_theta", l), top=l + 1)

    # what a step is on paper

    def typesetter(self, step: Step, script: Script, atom: Atom = lambda q, text: text) -> Typesetter:
        """What prints this step's sides."""
        return Typesetter(script, atom, self.names if step.leibniz else {})

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

    def confirm(self, step: Step, report: Report) -> float:
        """How far the two sides are apart on the network's numbers; derivatives of J are the second method's."""
        values, derivatives = self.numbers(report)
        if step.calculus:
            return self.confirm_line(step, values)
        return confirm(self.definitions, step.lhs, step.rhs, values, derivatives)

    def numbers(self, report: Report) -> tuple[Values, Values]:
        """The numbers that steps are confirmed on, and J's derivatives by their variable."""
        return report.precise, report.derivatives

    def confirm_line(self, step: Step, values: Values) -> float:
        """A line of calculus at the network's own z(2); the free functions of a rule stand for two it is used on."""
        sample = {"u": lambda t: 1 + t ** 2, "v": lambda t: 1 + sp.exp(-t)}
        at = values[self.quantity("z", 2)]

        def side(e: sp.Expr) -> Measured:
            understand_line(e)
            for name, body in sample.items():
                e = e.replace(sp.Function(name), body)
            return measure(to_concrete(e).doit(), {c: exactly(2), x: exactly(at)})

        with mpmath.workprec(bits([at])):
            try:
                return apart(side(step.lhs), side(step.rhs), values)
            except (ZeroDivisionError, ValueError, Unprovable):
                return float("nan")

    def checked_step(self, index: int, report: Report) -> Step:
        """One step, by its place in `steps`, with its proof and its residual."""
        step = self.steps[index]
        previous = self.steps[index - 1] if index else None
        return replace(step, proved=self.prove(step, previous), residual=self.confirm(step, report),
                       tolerance=tolerance(self.numbers(report)[0]))

    def checked(self, report: Report,
                progress: Callable[[Step], None] = lambda step: None) -> tuple[Step, ...]:
        """Every step with its proof and its residual; `progress` is called with each."""
        done = []
        for index in range(len(self.steps)):
            done.append(self.checked_step(index, report))
            progress(done[-1])
        return tuple(done)


def series(first: int, last: int) -> Iterator[str]:
    """The article's numbers in order, then the last with letters: 9, 10, 11, 11a, 11b, ..."""
    yield from map(str, range(first, last + 1))
    yield from (f"{last}{letter}" for letter in ascii_lowercase)
    yield from repeat("")   # no alphabet is long enough for every network
