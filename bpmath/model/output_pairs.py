"""Which output activations a cost can be meant for."""
from __future__ import annotations

from functools import cache

import sympy as sp

from bpmath.model import multiprecision
from bpmath.model.activation import Activation, z
from bpmath.model.cost import Cost, h, y

SIZES = 0.0, 0.01, 0.1, 1.0, 10.0, 100.0   # of z, at which an activation's values are looked at


def misfit(cost: Cost, output: Activation, units: int) -> str:
    """ "" if the cost can be meant for an output layer of so many units, else what was found and what is needed.

    A cost of probabilities takes targets from 0 to 1 and has a logarithm of h; it is one of several classes if a unit
    whose target is 0 adds nothing to it.
    """
    if cost.targets != sp.Interval(0, 1) or not cost.term.has(sp.log(h)):
        return ""
    classes = cost.term.subs(y, 0) == 0
    if classes and units == 1:
        return (f"cost: found {cost.name} of a single output, of which only -y ln h counts; needed "
                "binary_cross_entropy and sigmoid in the last [[layer]], or an output for each class")
    if not gives_probabilities(output):
        meant = "outputs between 0 and 1" + (" that add up to 1: softmax" if classes else ": sigmoid")
        return f"cost: found {cost.name} of {output.name} outputs; {cost.name} needs {meant} in the last [[layer]]"
    return ""


@cache
def gives_probabilities(output: Activation) -> bool:
    """Whether all its values lie between 0 and 1. One that looks at its whole layer divides by the layer's sum."""
    if not output.elementwise:
        return True
    return all(0 <= multiprecision.value(output.g, {z: at}) <= 1 for size in SIZES for at in (size, -size))
