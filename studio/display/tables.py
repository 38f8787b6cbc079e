"""What the commands show a teacher: short tables of a network, its numbers and its derivation."""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import numpy as np

    from bpmath.model.network import Network
    from bpmath.model.notation import Quantity
    from bpmath.numeric.backprop import Trace
    from bpmath.numeric.second_method import Check, Report
    from bpmath.symbolic.step import Step
    from scenes.kit.chapter import Chapter
    from studio.film.batch import Row

MOST = 8       # rows of a kind that are shown: the largest; how many more there are is said
LINES = 40     # networks of a batch that are all shown; of more, those that failed
SIGNS = {"theta": "θ", "b": "b", "delta": "δ", "dtheta": "∂J/∂θ", "db": "∂J/∂b"}


def number(v: float) -> str:
    """A number with six digits that mean something."""
    return f"{v:.6g}".replace("-", "−")


def table(title: str, *columns: str) -> Table:
    """An empty table: the first column is words, the others are numbers."""
    made = Table(box=box.SIMPLE_HEAD, title=Text(title), title_justify="left", title_style="bold", pad_edge=False)
    for i, column in enumerate(columns):
        made.add_column(Text(column), justify="right" if i else "left", no_wrap=True)
    return made


def symbol(q: Quantity) -> Text:
    """A quantity's name on the terminal: δ(3), ∂J/∂θ(1)[2,1]."""
    unit = "" if q.unit is None else f"[{q.unit}]" if q.source is None else f"[{q.unit},{q.source}]"
    return Text(f"{SIGNS[q.kind]}({q.layer}){unit}")


# backprop check

def network_table(net: Network) -> Table:
    """The layers of a network."""
    made = Table(box=box.SIMPLE_HEAD, title=Text(net.name), title_justify="left", title_style="bold", pad_edge=False)
    for column in ("layer", "units", "activation", "weights that lead into it"):
        made.add_column(column, justify="right" if column == "units" else "left")
    for l in range(1, net.L + 1):
        kind = Text(net.activation(l).name) if l > 1 else Text("the input", style="dim")
        made.add_row(str(l), str(net.units(l)), kind, weights(net, l - 1) if l > 1 else Text(""))
    return made


def weights(net: Network, l: int) -> Text:
    """theta(l) in a few words: the number where it is one, else its shape."""
    theta, bias = net.theta(l), net.bias(l)
    if theta.size == 1:
        return Text(f"θ({l}) = {number(theta[0, 0])}" + ("" if bias is None else f"   b({l}) = {number(bias[0])}"))
    rows, columns = theta.shape
    return Text(f"θ({l})  {rows} × {columns}" + ("" if bias is None else f"   b({l})  {rows}"))


def row_of(name: str, values: np.ndarray) -> Text:
    """A vector on one line, cut where it is long."""
    more = "" if len(values) <= 4 else f" … ({len(values)})"
    return Text(f"{name} = {', '.join(map(number, values[:4]))}{more}")


def example(trace: Trace) -> Group:
    """The example: what goes in, what comes out, what it costs."""
    net = trace.network
    line = Text("   ").join([row_of("x", net.input), row_of("h", trace.h), row_of("y", net.target)])
    terms = f"   ({net.cost.name}, α = {number(net.learning_rate)})"
    return Group(line, Text.assemble((f"J = {number(trace.J)}", "bold"), terms))


def methods_table(report: Report, focus: Mapping[int, int]) -> Table:
    """The error signals and gradients by both methods, and how far they are apart.

    Of many those of the units in `focus`, by layer, and the largest.
    """
    made = table("Error signals and gradients, by two methods", "", "backpropagation", "differences", "apart")
    for kind in ("delta", "dtheta", "db"):
        rows = [(q, c) for q, c in report.checks.items() if q.kind == kind]
        largest = sorted(rows, key=lambda row: (row[1].ok, not speaks(row[0], focus), -abs(row[1].value)))
        largest = largest[:MOST]
        for q, check in (row for row in rows if row in largest):
            made.add_row(symbol(q), *methods(check), style="" if check.ok else "bold red")
        if len(rows) > MOST:
            apart = max(abs(c.value - c.second) for _, c in rows)
            made.add_row(f"… and {len(rows) - MOST} more", "", "", f"≤ {apart:.1e}".replace("-", "−"), style="dim")
        made.add_section()
    return made


def speaks(q: Quantity, focus: Mapping[int, int]) -> bool:
    """Whether an error signal or a gradient is that of the units in focus."""
    unit = focus[q.layer if q.kind == "delta" else q.layer + 1]
    return (q.unit or 1) == unit and (q.kind != "dtheta" or (q.source or 1) == focus[q.layer])


def methods(check: Check) -> tuple[str, str, str]:
    apart = abs(check.value - check.second)
    return number(check.value), number(check.second), "0" if apart == 0 else f"{apart:.1e}".replace("-", "−")


def verdict(steps: Sequence[Step], report: Report) -> Text:
    """The last line: how much was proved and checked, or what does not hold."""
    wrong = [f"✗ {q.key} = {c.value!r}, but {c.second!r} ({c.method})" for q, c in report.checks.items() if not c.ok]
    wrong += [f"✗ equation {said(s)} does not hold" for s in steps if not s.ok]
    if wrong:
        more = [f"… and {len(wrong) - 5} more"] if len(wrong) > 5 else []
        return Text("\n".join([*wrong[:5], *more]), "bold red")
    corners = Counter(c.method for c in report.checks.values() if c.custom)
    notes = [Text(f"Note: {count} checked by {method}.\n", "yellow") for method, count in sorted(corners.items())]
    good = f"✓ {len(steps)} equations are proved and {len(report.checks)} numbers are checked."
    return Text.assemble(*notes, (good, "green"))


def said(step: Step) -> str:
    """A step as a line of text, with its number."""
    return f"{f'({step.equation}) ' if step.equation else ''}{' = '.join(step.sides)}"


# backprop trace

def layers_table(trace: Trace) -> Table:
    """z, a, slope and delta, unit by unit."""
    made = table("Units", "layer", "unit", "z", "a", "g′(z)", "δ")
    net = trace.network
    for l in range(1, net.L + 1):
        for j in range(min(net.units(l), MOST)):
            slope = trace.slope[l] if l > 1 else None
            rest = (trace.z[l], trace.a[l], slope, trace.delta[l]) if l > 1 else (None, trace.a[1], None, None)
            made.add_row(str(l) if j == 0 else "", str(j + 1), *("" if v is None else number(v[j]) for v in rest))
        if net.units(l) > MOST:
            made.add_row("", Text(f"… {net.units(l) - MOST} more", style="dim"))
    return made


def parameters_table(trace: Trace) -> Table:
    """Every weight and bias, its gradient and its new value; of a wide network those with the largest gradients."""
    from bpmath.model.notation import Quantity, quantities

    def value(q: Quantity, prefix: str = "") -> float:
        return Quantity(prefix + q.kind, q.layer, q.unit, q.source).value(trace)

    made = table("Parameters", "", "now", "gradient", "after one update")
    rows = [q for q in quantities(trace.network) if q.kind in ("theta", "b")]
    largest = set(sorted(rows, key=lambda q: -abs(value(q, "d")))[:3 * MOST])
    for q in rows:
        if q in largest:
            made.add_row(symbol(q), *(number(value(q, prefix)) for prefix in ("", "d", "new_")))
    if len(rows) > len(largest):
        made.add_row(f"… and {len(rows) - len(largest)} with smaller gradients", style="dim")
    return made


# backprop derive

def derivation_list(steps: Iterable[Step]) -> Iterable[RenderableType]:
    """The steps as a numbered list: the article's number, the rule, the equation."""
    for count, step in enumerate(steps, 1):
        fault = "" if step.ok else "   not confirmed" if step.proved else "   not proved"
        article = f"({step.equation}) " if step.equation else ""
        yield Text.assemble((f"{count:3}. ", "dim"), (article, "bold"), step.rule, (fault, "bold red"))
        yield Padding(Text(said(step).removeprefix(f"({step.equation}) "), style="cyan"), (0, 0, 0, 5))


# backprop batch

def batch_table(rows: Iterable[Row]) -> Table:
    """What came of each network; of many, what failed and how many did not."""
    rows = list(rows)
    made = table("", "network", "film, min", "took, s", "")
    made.columns[-1].justify, made.columns[-1].no_wrap = "left", False    # reasons are long
    shown = rows if len(rows) <= LINES else [row for row in rows if row.failed][:LINES]
    for row in shown:
        if row.failed:
            reasons = list(dict.fromkeys(f.reason for f in row.failed))
            more = f" … and {len(reasons) - 1} more" if len(reasons) > 1 else ""
            made.add_row(row.folder, "", "", Text(f"✗ {reasons[0]}{more}", "red"))
        else:
            kept = "there before" if row.kept else "✓"
            made.add_row(row.folder, f"{row.duration / 60:.1f}", f"{row.took:.0f}", Text(kept, "green"))
    good = sum(not row.failed for row in rows)
    made.caption = f"{good} of {len(rows)} networks are there"
    return made


# backprop list

def chapters_table(reasons: Mapping[type[Chapter], str], file_of: Callable[[type[Chapter]], Path],
                   network: Network | None = None) -> Table:
    """The chapters in order, with their titles for a network; where one cannot show it, why."""
    made = table("", "", "chapter", "title", "file")
    for column in made.columns[1:]:
        column.justify = "left"
    for c, reason in reasons.items():
        row = str(c.chapter), c.__name__, c.told_title(network), f"scenes/{file_of(c).name}"
        made.add_row(*row, style="dim" if reason else "")
        if reason:
            made.add_row("", "", Text(f"left out: it {reason}", style="yellow"), "")
    return made
