"""A network as one text of its own: all numbers in full precision, and nothing by reference."""
from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bpmath.files.network_file import parse
from bpmath.model.network import Network


def canonical(network: Network) -> str:
    """The network as JSON. `network_from` reads it; where it came from is not part of it."""
    layers = [{"weights": layer.weights.tolist(), "activation": layer.activation.name,
               **({} if layer.bias is None else {"bias": layer.bias.tolist()})} for layer in network.layers]
    table = {"name": network.name, "input": network.input.tolist(), "target": network.target.tolist(),
             "cost": network.cost.name, "learning_rate": network.learning_rate, "layer": layers}
    return json.dumps({"decimal": network.decimal, "table": table}, sort_keys=True, allow_nan=False)


@lru_cache(maxsize=4)
def network_from(text: str, source: str) -> Network:
    """The network that `canonical` wrote; the same text gives the same Network. `source` names it in messages."""
    written = json.loads(text)
    return replace(parse(written["table"], Path(source)), decimal=written["decimal"])
