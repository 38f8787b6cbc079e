"""What the partials share and what reuse saves, against counts made by hand."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
import sympy as sp

from bpmath.sharing import Count, count, counts, multiplications, path, products, shared
from tests.networks import mazur, single_path, tanh_path

a, b, c = sp.symbols("a b c")


@pytest.mark.parametrize(("expr", "n"), [
    (a, 0), (a * b, 1), (a * b * c, 2), (-a * b, 1), (2 * a, 1), (a + b, 0), ((a - b) * c, 1), (a**3, 2), (a / b, 1),
    (a * (b * c + 1), 2), (sp.Derivative(sp.Function("sigma")(a), a) * b, 1), (a * b + b * c, 2)])
def test_multiplications(expr: sp.Expr, n: int) -> None:
    assert multiplications(expr) == n


def test_each_partial_of_the_article_begins_with_the_head_of_the_one_before() -> None:
    found = products(single_path())
    assert [p.l for p in found] == [3, 2, 1]
    assert [len(p.factors) for p in found] == [2, 4, 6]
    assert [p.shared for p in found] == [0, 1, 3]
    for above, below in pairwise(found):
        assert below.factors[: below.shared] == above.factors[:-1]
        assert sp.Mul(*below.factors) == below.expr


def test_shared_factors_are_compared_in_order() -> None:
    assert shared((a, b, c), (a, b, a)) == 2
    assert shared((a,), (b, a)) == 0
    assert shared((a, b), (a, b)) == 2


def test_the_articles_network_by_hand() -> None:
    """Partials of 2, 4, 6 factors: 1 + 3 + 5. With deltas: 0 for h - y, 2 for each below, 1 for each gradient."""
    assert count(single_path()) == Count(1 + 3 + 5, 0 + 2 + 2 + 3)


def test_quadratic_against_linear_up_to_50_layers_in_no_time() -> None:
    began = time.process_time()
    found = counts(range(2, 51))
    assert time.process_time() - began < 2
    assert [n for n, _ in found] == list(range(2, 51))
    assert [c.without_reuse for _, c in found] == [(n - 1) ** 2 for n in range(2, 51)]
    assert [c.with_reuse for _, c in found] == [1 + 3 * (n - 2) for n in range(2, 51)]


@pytest.mark.parametrize("n", [2, 3, 4, 7])
def test_the_upper_layers_of_a_deep_path_count_like_a_path_of_their_own(n: int) -> None:
    assert dict(counts([n, 12]))[n] == count(path(n))


def test_other_activations_and_a_bias_change_nothing_but_the_head() -> None:
    assert count(tanh_path()) == count(path(5))


def test_only_a_path_has_single_products() -> None:
    for ask in (products, count):
        with pytest.raises(ValueError, match="needed a path"):
            ask(mazur())
