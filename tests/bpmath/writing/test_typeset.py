"""Every step can be set: its Typst compiles, its LaTeX is balanced, and both say what is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
import sympy as sp
import typst
from hypothesis import given, settings

from bpmath.model.network import Network
from bpmath.model.notation import Quantity
from bpmath.symbolic.derivation import Derivation
from bpmath.writing.markup import LATEX, TYPST, symbol
from bpmath.writing.typeset import Typesetter, columns, equation, shortened
from tests.networks import ELEMENTWISE, classes, mazur, networks, single_path, softmaxes, tanh_path, unmeant

MADE = (single_path, tanh_path, mazur, softmaxes, classes)


def others() -> Iterator[Derivation]:
    """Paths that end in each of the activations under each of the costs."""
    for cost in ("squared_error", "binary_cross_entropy", "cross_entropy"):
        for name in ELEMENTWISE:
            yield Derivation(unmeant([1.0], [1.0], [([[1.0]], name), ([[1.0]], name)], cost=cost))


@cache
def derivation(make: Callable[[], Network]) -> Derivation:
    return Derivation(make())


def compiles(formulas: list[str]) -> None:
    """Raises where Typst refuses one of them."""
    pages = "\n#pagebreak()\n".join(f"$ {formula} $" for formula in formulas)
    typst.Compiler().compile(f"#set page(width: auto, height: auto)\n{pages}".encode(), format="pdf")


def balanced(text: str) -> bool:
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0 and len(re.findall(r"\\left\b", text)) == len(re.findall(r"\\right\b", text))


@pytest.mark.parametrize("make", MADE)
def test_every_step_compiles_in_typst(make: Callable[[], Network]) -> None:
    d = derivation(make)
    compiles([d.typst(step) for step in d.steps])


def test_every_cost_and_activation_compiles_in_typst() -> None:
    compiles(sorted({d.typst(step) for d in others() for step in d.steps}))


@settings(max_examples=5)
@given(networks(units=3, layers=4))
def test_any_network_compiles_in_typst(net: Network) -> None:
    d = Derivation(net)
    compiles([d.typst(step) for step in d.steps])


@pytest.mark.parametrize("make", MADE)
def test_every_step_is_balanced_in_latex(make: Callable[[], Network]) -> None:
    d = derivation(make)
    for step in d.steps:
        assert balanced(d.latex(step)), d.latex(step)


@pytest.mark.parametrize("make", MADE)
def test_no_plus_is_followed_by_a_minus(make: Callable[[], Network]) -> None:
    d = derivation(make)
    for step in d.steps:
        for text in (d.typst(step), d.latex(step)):
            assert not re.search(r"[-+] -", text), text


@pytest.mark.parametrize(("q", "typeset", "latex"), [
    (Quantity("delta", 3), "delta^((3))", r"\delta^{(3)}"),
    (Quantity("y", None, 1), "y_1", "y_1"),
    (Quantity("a", 2, 3), "a_3^((2))", "a_3^{(2)}"),
    (Quantity("a", 2, 12), "a_(12)^((2))", "a_{12}^{(2)}"),
    (Quantity("theta", 1, 2, 1), "theta_(2 1)^((1))", r"\theta_{2 1}^{(1)}"),
    (Quantity("dtheta", 2), "(partial J)/(partial theta^((2)))", r"\frac{\partial J}{\partial \theta^{(2)}}")])
def test_symbols(q: Quantity, typeset: str, latex: str) -> None:
    def bare(text: str) -> str:
        return text.removeprefix("display(").removesuffix(")") if text.startswith("display(") else text

    assert bare(symbol(q, TYPST)) == typeset
    assert bare(symbol(q, LATEX)) == latex


def step(make: Callable[[], Network], name: str, number: int = 0) -> tuple[Derivation, sp.Basic]:
    d = derivation(make)
    return d, [s for s in d.steps if s.name == name][number]


def test_factors_stand_in_the_order_in_which_the_signal_meets_them() -> None:
    d, last = step(single_path, "partial", 2)
    order = [d.typesetter(last, TYPST).print(p) for p in columns(last.rhs) if p != "dot"]
    assert order == ["h - y", "theta^((3))", "sigma'(z^((3)))", "theta^((2))", "sigma'(z^((2)))", "x"]


def test_what_is_taken_away_is_written_so() -> None:
    d, block = step(mazur, "block update")
    assert d.latex(block) == r"\theta^{(2)} := \theta^{(2)} - \alpha \frac{\partial J}{\partial \theta^{(2)}}"
    d, update = step(single_path, "update with delta")
    assert d.latex(update) == r"\theta^{(3)} := \theta^{(3)} - \alpha \cdot \delta^{(4)} \cdot a^{(3)}"


def test_a_new_value_is_assigned_and_everything_else_is_equal() -> None:
    a, new = sp.Symbol("a_2"), sp.Symbol("new_theta_1")
    assert equation(new, a, Typesetter()) == "theta^((1)) := a^((2))"
    assert equation(a, new, Typesetter()) == "a^((2)) = theta^((1))"


def test_columns_are_the_parts_with_the_signs_between() -> None:
    b, c, d = sp.Symbol("a_2"), sp.Symbol("theta_2"), sp.Symbol("b_2")
    assert columns(b * c + d) == [c, "dot", b, "+", d]
    assert columns(d - b * c) == [d, "-", c, "dot", b]
    assert columns(-b * c) == ["-", c, "dot", b]
    assert columns(b) == [b]


def test_a_long_sum_keeps_its_ends_and_what_is_asked_for_or_that_alone() -> None:
    terms = sp.symbols("t1:7")
    third = terms[2].__eq__
    assert shortened(list(terms), None, third) == list(terms)
    assert shortened(list(terms), 3, third) == [terms[0], terms[1], terms[2], None, terms[5]]
    assert shortened(list(terms), 3, third, ends=False) == [None, terms[2], None]
    assert shortened(list(terms), 3, lambda term: False, ends=False) == [terms[0], None, terms[5]]
    assert shortened(list(terms[:3]), 3, third, ends=False) == list(terms[:3])
    assert columns(sp.Add(*terms), 3, third, ends=False) == ["dots", "+", terms[2], "+", "dots"]


def test_atoms_decide_what_stands_for_a_quantity() -> None:
    seen: list[Quantity] = []

    def atom(q: Quantity, text: str) -> str:
        seen.append(q)
        return f"<{text}>"

    _, signal = step(single_path, "signal")
    text = Typesetter(TYPST, atom).print(signal.rhs)
    assert seen == [Quantity("delta", 4), Quantity("theta", 3), Quantity("slope", 3)]
    assert text == "<delta^((4))> dot <theta^((3))> dot <sigma'(z^((3)))>"


def test_what_cannot_be_set_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(NotImplementedError, match="no typesetting for"):
        Typesetter().print(sp.Integral(sp.Symbol("a_2"), sp.Symbol("z_2")))


@pytest.mark.parametrize(("variables", "typeset", "latex"), [
    (["z_2", "z_2"], "(partial^(2) J)/(partial (z^((2)))^(2))",
     r"\frac{\partial^{2} J}{\partial \left(z^{(2)}\right)^{2}}"),
    (["z_2", "z_3"], "(partial^(2) J)/(partial z^((2)) partial z^((3)))",
     r"\frac{\partial^{2} J}{\partial z^{(2)} \partial z^{(3)}}"),
    (["h", "h"], "(partial^(2) J)/(partial h^(2))", r"\frac{\partial^{2} J}{\partial h^{2}}")])
def test_a_second_derivative_is_printed_as_one(variables: list[str], typeset: str, latex: str) -> None:
    seen: list[Quantity] = []
    e = sp.Derivative(sp.Symbol("J"), *map(sp.Symbol, variables))
    assert Typesetter(TYPST).print(e) == typeset
    assert Typesetter(LATEX).print(e) == latex
    compiles([typeset])
    Typesetter(TYPST, lambda q, text: seen.append(q) or text).print(e)
    assert not {q.kind for q in seen} & {"delta", "dh"}   # no number of a first derivative can stand there


def test_higher_derivatives_of_functions_are_no_first_ones() -> None:
    t, z = sp.Symbol("x", real=True), sp.Symbol("z_2")
    for f, at in ((sp.Function("u")(t), t), (sp.Function("sigma")(z), z)):
        first, second = (Typesetter().print(sp.Derivative(f, (at, n))) for n in (1, 2))
        assert "'" in first
        assert "'" not in second
        assert "^(2)" in second
        compiles([first, second])
    inner = sp.Derivative(sp.Function("sigma")(sp.Symbol("theta_1") * sp.Symbol("x")), sp.Symbol("theta_1"))
    assert "'" not in Typesetter().print(inner)
