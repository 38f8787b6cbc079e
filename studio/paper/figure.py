"""A network drawn by Typst, for paper."""
from __future__ import annotations

from bpmath.model.network import Network
from bpmath.model.notation import Quantity
from bpmath.writing.markup import symbol

MOST, SHOWN = 6, 2    # units of a layer that are drawn; of a wider one, the first and last so many
WIDTH, HEIGHT, RADIUS = 15.0, 4.2, 0.42    # centimetres


def drawn(network: Network) -> str:
    """The units in columns and the edges between them, as a block of Typst."""
    places = {l: spread(network.units(l)) for l in range(1, network.L + 1)}
    tallest = max(map(len, places.values()))
    height = min(HEIGHT, 1.1 * tallest + 0.5)
    at = {l: (RADIUS + (WIDTH - 2 * RADIUS) * (l - 1) / (network.L - 1)) for l in places}

    def y(place: float) -> float:
        return height / 2 + place * height / (tallest + 0.2)

    pieces = []
    for l in range(1, network.L):
        for _, left in places[l]:
            for _, right in places[l + 1]:
                pieces.append(f"#place(line(start: ({at[l]:.3f}cm, {y(left):.3f}cm), end: ({at[l + 1]:.3f}cm, "
                              f"{y(right):.3f}cm), stroke: 0.6pt + luma(120)))")
        if network.is_path:
            middle = (at[l] + at[l + 1]) / 2
            pieces.append(f"#place(dx: {middle - 1:.3f}cm, dy: {height / 2 - 0.55:.3f}cm, box(width: 2cm, "
                          f"align(center, text(size: 8.5pt, ${symbol(Quantity('theta', l))}$))))")
    for l, units in places.items():
        letter = "x" if l == 1 else "h" if l == network.L else f"a^(({l}))"
        single = len(units) == 1
        for j, place in units:
            name = letter if single else f"{letter[0]}_({j}){letter[1:]}"
            pieces.append(f"#place(dx: {at[l] - RADIUS:.3f}cm, dy: {y(place) - RADIUS:.3f}cm, circle("
                          f"radius: {RADIUS}cm, fill: white, stroke: 0.8pt, "
                          f"align(center + horizon, text(size: 8.5pt, ${name}$))))")
        if network.units(l) > MOST:
            pieces.append(f"#place(dx: {at[l] - 0.5:.3f}cm, dy: {y(0) - 0.2:.3f}cm, box(width: 1cm, fill: white, "
                          f"align(center, text(size: 8pt, $dots.v$))))")
    return f"#block(width: {WIDTH}cm, height: {height:.2f}cm, above: 1.2em)[{''.join(pieces)}]"


def spread(count: int) -> list[tuple[int, float]]:
    """The units that are drawn, and how far each stands from the middle of its column."""
    units = [*range(1, count + 1)] if count <= MOST else [*range(1, SHOWN + 1), *range(count - SHOWN + 1, count + 1)]
    middle = (len(units) - 1) / 2
    gap = 0.5 if count > MOST else 0.0
    return [(j, n - middle + (gap if n > middle else -gap if gap else 0.0)) for n, j in enumerate(units)]
