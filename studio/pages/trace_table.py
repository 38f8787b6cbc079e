"""A trace as tables of HTML, as notebooks show them."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

import numpy as np

from bpmath.numeric.backprop import Trace

MOST = 12    # rows of a layer that are shown; of more, the first, and how many there are
UNITS = ("layer", "unit", "z", "a", "g′(z)", "δ = ∂J/∂z")
PARAMETERS = ("parameter", "value", "∂J/∂", "after one update")
NUMBER = ' style="text-align: right; font-variant-numeric: tabular-nums"'


def html(trace: Trace) -> str:
    """The units with their values and error signals, and the parameters with their gradients."""
    net = trace.network
    told = [f"<strong>{escape(net.name)}</strong>", f"J = {number(trace.J)}", f"α = {number(net.learning_rate)}"]
    return (f"<p>{', '.join(told)}</p>\n" + table(UNITS, of_layers(units(trace, l) for l in range(1, net.L + 1)), 2)
            + table(PARAMETERS, of_layers(parameters(trace, l) for l in range(1, net.L)), 1))


def units(trace: Trace, l: int) -> Iterator[list[str]]:
    columns = [table.get(l) for table in (trace.z, trace.a, trace.slope, trace.delta)]
    for j in range(trace.network.units(l)):
        yield [str(l), str(j + 1), *("" if column is None else number(column[j]) for column in columns)]


def parameters(trace: Trace, l: int) -> Iterator[list[str]]:
    net = trace.network
    arrays = [("θ", net.theta(l), trace.dtheta[l], trace.new_theta[l])]
    if (bias := net.bias(l)) is not None:
        arrays.append(("b", bias, trace.db[l], trace.new_b[l]))
    for letter, *values in arrays:
        for at in np.ndindex(values[0].shape):
            place = ",".join(str(n + 1) for n in at)
            yield [f"{letter}<sup>({l})</sup><sub>{place}</sub>", *(number(v[at]) for v in values)]


def of_layers(layers: Iterable[Iterator[list[str]]]) -> Iterator[list[str]]:
    """The rows of all layers, and of a wide one a row that says how many are left out."""
    for rows in map(list, layers):
        yield from rows[:MOST]
        if len(rows) > MOST:
            yield [f"… {len(rows) - MOST} more"]


def table(columns: Iterable[str], rows: Iterable[list[str]], words: int) -> str:
    """A table whose first columns are words."""
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    body = "\n".join("<tr>" + "".join(f"<td{NUMBER if i >= words else ''}>{cell}</td>" for i, cell in enumerate(row))
                     + "</tr>" for row in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n"


def number(value: float) -> str:
    """A number with six digits that mean something."""
    return f"{value:.6g}".replace("-", "−")
