"""What the partials share and what reuse saves, against counts made by hand."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
import sympy as sp

from bpmath.model.network import Network, network
from bpmath.symbolic.shared_factors import (
    Count,
    count,
    counts,
    deeper,
    growth,
    multiplications,
    path,
    paths,
    products,
    shared,
    walked,
    work,
    work_again,
)  # fmt: skip
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
    with pytest.raises(ValueError, match="needed a path"):
        products(mazur())


def test_mazurs_network_by_hand() -> None:
    """Without reuse: 4 weights at the end with 2 multiplications, 4 at the beginning with 2 paths of 4.

    With it: 1 for each head, 4 weights back, 2 slopes, 8 gradients.
    """
    assert count(mazur()) == Count(4 * 2 + 4 * 2 * 4, 2 + 4 + 2 + 8)


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (2, 3), (3, 12, 5, 3), (784, 16, 16, 10), (4, 1, 2, 6, 1)])
@pytest.mark.parametrize("head", [0, 1, 3])
def test_two_ways_to_count_agree(sizes: tuple[int, ...], head: int) -> None:
    assert work(sizes, head) == work_again(sizes, head)


@pytest.mark.parametrize("n", [2, 3, 6])
def test_a_path_is_a_network_with_layers_of_one(n: int) -> None:
    assert work((1,) * n) == count(path(n))


def wide(hidden: str) -> Network:
    layers = [([[0.1] * 2] * 3, hidden), ([[0.2] * 3] * 4, "tanh"), ([[0.3] * 4] * 2, "sigmoid")]
    return network([1.0, 2.0], [0.0, 1.0], "squared_error", layers)


def test_paths_are_counted_as_they_are_walked() -> None:
    assert [paths(wide("relu"), l) for l in (1, 2, 3)] == [4 * 2, 2, 1]
    assert paths(wide("softmax"), 1) == 3 * 4 * 2
    for hidden in ("relu", "softmax"):
        assert all(paths(wide(hidden), l) == walked(wide(hidden), l) for l in (1, 2, 3))


def test_a_deeper_network_has_its_widest_hidden_layer_more_often() -> None:
    assert deeper(wide("relu"), 4) == (2, 3, 4, 2)
    assert deeper(wide("relu"), 6) == (2, 3, 4, 4, 4, 2)
    grown = growth(wide("relu"), 8)
    assert list(grown) == [4, 5, 6, 7, 8] and grown[4][0] == count(wide("relu"))
