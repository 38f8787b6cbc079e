"""What is told of the error signal on its whole way, from the output back to layer 2: how its size changes, or why it
ends."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bpmath.model.phrase import Phrase
from scenes.kit.provenance.claims import Claim, Size
from scenes.kit.provenance.study import Study


def signal_sizes(study: Study) -> dict[int, float]:
    """|delta| of the unit in focus by layer, from the output back to layer 2."""
    return {l: abs(study.value(study.q("delta", l))) for l in range(study.network.L, 1, -1)}


def are_largest(study: Study, sizes: Mapping[int, float]) -> bool:
    """Whether these sizes are the largest of their layers, as those in focus are if no others were chosen."""
    return all(size == abs(study.trace.delta[l]).max() for l, size in sizes.items())


def way_back(study: Study) -> Phrase:
    """What becomes of the signal in a network with a hidden layer."""
    L, sizes = study.network.L, signal_sizes(study)
    ends = {"first": study.q("delta", L), "last": study.q("delta", 2)}
    if not are_largest(study, sizes):
        return Phrase("In the units in focus, {first} is {=first} and {last} is {=last}.", **ends)
    if not sizes[L]:
        return why_there_is_none(study)
    if end := next((l for l, size in sizes.items() if not size), None):
        return why_it_ends(study, end)
    return change(study, sizes, ends)


def change(study: Study, sizes: Mapping[int, float], ends: Mapping[str, object]) -> Phrase:
    """That the signal shrinks, stays level or grows: the one of a path, or the largest of a layer."""
    first, last = ends["first"], ends["last"]
    before, after = sizes[study.network.L], sizes[2]
    sign = "<" if after < before else "==" if after == before else ">"
    claim = [Claim(Size(last), sign, Size(first))]
    if not study.network.is_path:
        claim += [Claim(Size(q), ">=", float(abs(study.trace.delta[q.layer]).max())) for q in (first, last)]
        return {
            "<": Phrase(
                "The largest signal at the output is {=first}. Back in layer {l} it is smaller in size: {=last}.",
                claim=claim, l="2", **ends),
            "==": Phrase(
                "The largest signal at the output is {=first}. Back in layer {l} it has the same size: {=last}.",
                claim=claim, l="2", **ends),
            ">": Phrase(
                "The largest signal at the output is {=first}. Back in layer {l} it is larger in size: {=last}.",
                claim=claim, l="2", **ends),
        }[sign]
    if min(study.value(first), study.value(last)) > 0:
        return {
            "<": Phrase("On the way back the signal shrinks from {=first} to {=last}.", claim=claim, **ends),
            "==": Phrase("On the way back the signal stays level, from {=first} to {=last}.", claim=claim, **ends),
            ">": Phrase("On the way back the signal grows from {=first} to {=last}.", claim=claim, **ends),
        }[sign]
    return {
        "<": Phrase("On the way back the signal shrinks in size, from {=first} to {=last}.", claim=claim, **ends),
        "==": Phrase("On the way back the signal keeps the same size, from {=first} to {=last}.", claim=claim, **ends),
        ">": Phrase("On the way back the signal grows in size, from {=first} to {=last}.", claim=claim, **ends),
    }[sign]


def why_there_is_none(study: Study) -> Phrase:
    """Why no signal sets out from the output."""
    L = study.network.L
    several, dh, slopes = study.network.units(L) > 1, study.trace.dh, study.trace.slope[L]
    if not dh.any():
        met = Claim(tuple(dh), "==", 0.0)
        if several:
            return Phrase("Here every output meets its target: there is no signal at all.", claim=met)
        return Phrase("Here the output meets its target: there is no signal at all.", claim=met)
    if slopes is not None and not slopes.any():
        still = Claim(tuple(slopes), "==", 0.0)
        if several:
            return Phrase("Here every slope at the output is zero: there is no signal at all.", claim=still)
        return Phrase("Here the slope at the output is zero: there is no signal at all.", claim=still)
    return Phrase("Here no output passes on an error: there is no signal at all.")


def why_it_ends(study: Study, l: int) -> Phrase:
    """Why every delta of layer l is zero, although there is a signal above it."""
    net, slopes, theta = study.network, study.trace.slope[l], study.network.theta(l)
    single = net.units(l) == 1
    alone = single and net.units(l + 1) == 1
    arriving = theta.T @ study.trace.delta[l + 1]
    if slopes is not None and not slopes.any():
        still = Claim(tuple(slopes), "==", 0.0)
        reason = Phrase("the slope there is zero", claim=still) if single else Phrase(
            "every slope there is zero", claim=still)
    elif not theta.any():
        gone = Claim(tuple(theta.ravel()), "==", 0.0)
        reason = Phrase("{theta} is zero", theta=study.q("theta", l), claim=gone) if alone else Phrase(
            "every weight on the way to it is zero", claim=gone)
    elif slopes is not None and not np.minimum(abs(slopes), abs(arriving)).any():
        stopped = Claim(tuple(np.minimum(abs(slopes), abs(arriving))), "==", 0.0)
        reason = Phrase("at every unit the slope is zero, or nothing comes in", claim=stopped)
    else:
        reason = Phrase("it is too small to be held", claim=Claim(tuple(study.trace.delta[l]), "==", 0.0))
    slots = {"delta": study.q("delta", l), "reason": reason}
    if l > 2:
        return Phrase("The signal ends at {delta}: {reason}, and nothing gets further back.", **slots)
    return Phrase("The signal ends at {delta}: {reason}.", **slots)
