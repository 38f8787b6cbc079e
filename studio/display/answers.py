"""What the commands answer in JSON: plain tables of what bpmath found, for other programs to read."""
from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from bpmath.numeric.backprop import Trace
    from bpmath.symbolic.derivation import Derivation
    from bpmath.symbolic.step import Step


def trace_table(trace: Trace) -> dict:
    """The whole trace in full precision, by layer, with the cost before and after one update."""
    from bpmath.numeric.backprop import cost_of

    net = trace.network
    above = [{"layer": l, "z": listed(trace.z[l]), "a": listed(trace.a[l]), "delta": listed(trace.delta[l]),
              "slope": listed(trace.slope[l])} for l in range(2, net.L + 1)]
    parameters = [{
        "layer": l, "weights": listed(net.theta(l)), "bias": listed(net.bias(l)),
        "dweights": listed(trace.dtheta[l]), "dbias": listed(trace.db[l]),
        "new_weights": listed(trace.new_theta[l]), "new_bias": listed(trace.new_b[l]),
    } for l in range(1, net.L)]
    return {"cost": trace.J, "layers": [{"layer": 1, "a": listed(trace.a[1])}, *above], "parameters": parameters,
            "updated_cost": cost_of(trace.updated)}


def listed(array: np.ndarray | None) -> list | None:
    """An array as nested lists of doubles."""
    return None if array is None else array.tolist()


def derivation_table(derivation: Derivation, steps: Iterable[Step]) -> list[dict]:
    """The steps in order: rule, both sides as SymPy text, Typst and LaTeX, and how each was proved and confirmed."""
    return [{"equation": s.equation, "rule": s.rule, **dict(zip(("lhs", "rhs"), s.sides, strict=True)),
             "typst": derivation.typst(s), "latex": derivation.latex(s), "proved": s.proved,
             "residual": s.residual if isfinite(s.residual) else None} for s in steps]
