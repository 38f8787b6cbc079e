"""What a voice reads for a sentence: symbols and numbers in words, as each language speaks them.

`heard` marks what is only ever spoken; a catalogue has it in the context "spoken". A whole sentence that is heard
otherwise than it is written has an entry in that context, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bpmath.model.activation import ACTIVATIONS, Activation
from bpmath.model.notation import Quantity
from scenes.kit.narration import sentence_text
from scenes.kit.provenance.source import FromNumber
from scenes.kit.setting.language import Language


def heard(text: str) -> str:
    """Marks a text that is only spoken."""
    return text


LETTERS = {
    "x": heard("x"),
    "a": heard("a"),
    "h": heard("h"),
    "z": heard("z"),
    "y": heard("y"),
    "J": heard("J"),
    "b": heard("b"),
    "theta": heard("theta"),
    "delta": heard("delta"),
    "alpha": heard("alpha"),
}
DERIVED = {  # kinds that speak of another one
    "dtheta": (heard("d J by d {symbol}"), "theta"),
    "db": (heard("d J by d {symbol}"), "b"),
    "dh": (heard("d J by d {symbol}"), "h"),
    "new_theta": (heard("the new {symbol}"), "theta"),
    "new_b": (heard("the new {symbol}"), "b"),
}
SLOPE = heard("{function} prime of {symbol}")
FUNCTIONS = {
    "sigmoid": heard("sigma"),
    "tanh": heard("tanh"),
    "relu": heard("ReLU"),
    "leaky_relu": heard("leaky ReLU"),
    "softplus": heard("zeta"),
}
FUNCTION = heard("g")  # any other, and where there is none to be named
ONE_NUMBER, LAYER_AND_UNITS = heard("{letter} {number}"), heard("{letter} {units} in layer {layer}")
SMALL = (
    heard("zero"),
    heard("one"),
    heard("two"),
    heard("three"),
    heard("four"),
    heard("five"),
    heard("six"),
    heard("seven"),
    heard("eight"),
    heard("nine"),
    heard("ten"),
    heard("eleven"),
    heard("twelve"),
)
MINUS, DECIMAL = heard("minus {number}"), heard("{whole} point {digits}")
POWER, SCIENTIFIC = heard("ten to the {power}"), heard("{number} times ten to the {power}")
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")


class Speech:
    """How one language speaks. `function` says which activation makes the a of a quantity's layer, if one is known."""

    def __init__(self, language: Language, function: Callable[[Quantity], Activation | None] = lambda q: None) -> None:
        self.language, self.function = language, function

    def form(self, text: str, **slots: str) -> str:
        """A spoken form in the language, filled."""
        said = self.language.heard(text)
        for name, value in slots.items():
            said = said.replace(f"{{{name}}}", value)
        return said

    def sentence(
        self,
        sentence: str,
        number: sentence_text.Number,
        slots: Mapping[str, object],
        found: Callable[[Quantity], Quantity] = lambda q: q,
    ) -> str:
        """A sentence as a voice reads it; `number` and `found` are as in `sentence_text.as_text`."""

        def write(kind: str, part: object) -> str:
            if kind == "symbol":
                return self.symbol(found(part))
            if kind == "number":
                return self.number((part if isinstance(part, FromNumber) else number(part)).text)
            return self.number(str(part)) if kind == "slot" else str(part)

        return "".join(write(kind, part) for kind, part in sentence_text.pieces(sentence, slots, self.language.spoken))

    def symbol(self, q: Quantity) -> str:
        """delta(3) as "delta three", theta(1)[2,1] as "theta two one in layer one"."""
        if q.kind in DERIVED:
            form, kind = DERIVED[q.kind]
            return self.form(form, symbol=self.symbol(Quantity(kind, q.layer, q.unit, q.source)))
        if q.kind == "slope":
            g = self.function(q)
            name = self.form(FUNCTIONS.get(g.name, FUNCTION) if g in ACTIVATIONS.values() else FUNCTION)
            return self.form(SLOPE, function=name, symbol=self.symbol(Quantity("z", q.layer, q.unit)))
        letter = self.form(LETTERS[q.kind])
        units = " ".join(self.number(str(n)) for n in (q.unit, q.source) if n is not None)
        layer = "" if q.layer is None else self.number(str(q.layer))
        if units and layer:
            return self.form(LAYER_AND_UNITS, letter=letter, units=units, layer=layer)
        return self.form(ONE_NUMBER, letter=letter, number=units or layer) if units or layer else letter

    def number(self, text: str) -> str:
        """A number as it is displayed, in words as far as a voice would stumble; other text as it is.

        "−0.05" is "minus zero point zero five", "1.53·10⁻⁶" is "one point five three times ten to the minus six".
        """
        if match := re.fullmatch(r"(?:(.+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text):
            power = self.number(match[2].translate(RAISED))
            if match[1] is None:
                return self.form(POWER, power=power)
            return self.form(SCIENTIFIC, number=self.number(match[1]), power=power)
        if not re.fullmatch(r"−?\d+(\.\d+)?", text):
            return text
        if text.startswith("−"):
            return self.form(MINUS, number=self.number(text[1:]))
        whole, _, digits = text.partition(".")
        if digits:
            read = " ".join(self.form(SMALL[int(d)]) for d in digits)
            return self.form(DECIMAL, whole=self.number(whole), digits=read)
        return self.form(SMALL[int(text)]) if int(text) < len(SMALL) else text
