"""How symbols and numbers are spoken."""
from __future__ import annotations

import pytest

from bpmath.model.activation import ACTIVATIONS
from bpmath.model.notation import KINDS, Quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.second_method import Check
from scenes.kit.narration.speech import LETTERS, Speech
from scenes.kit.provenance.source import FromNumber
from scenes.kit.setting.language import language, languages

EN, DE = (Speech(language(code), lambda q: ACTIVATIONS["sigmoid"]) for code in ("en", "de"))


@pytest.mark.parametrize(("key", "english", "german"), [
    ("J", "J", "J"),
    ("alpha", "alpha", "Alpha"),
    ("delta(3)", "delta three", "Delta drei"),
    ("theta(14)", "theta 14", "Theta 14"),
    ("x[2]", "x two", "x zwei"),
    ("z(2)[1]", "z one in layer two", "z eins in Schicht zwei"),
    ("theta(1)[2,1]", "theta two one in layer one", "Theta zwei eins in Schicht eins"),
    ("slope(3)", "sigma prime of z three", "Sigma Strich von z drei"),
    ("dtheta(1)", "d J by d theta one", "d J nach d Theta eins"),
    ("dh[1]", "d J by d h one", "d J nach d h eins"),
    ("new_theta(2)", "the new theta two", "das neue Theta zwei"),
])
def test_symbols(key: str, english: str, german: str) -> None:
    assert (EN.symbol(Quantity.parse(key)), DE.symbol(Quantity.parse(key))) == (english, german)


@pytest.mark.parametrize("code", languages())
def test_every_kind_of_quantity_can_be_spoken(code: str) -> None:
    for kind in KINDS:
        assert Speech(language(code)).symbol(Quantity(kind, None if kind in LETTERS else 2))


@pytest.mark.parametrize(("name", "said"), [("linear", "g"), ("tanh", "tanh"), ("softplus", "zeta"), ("relu", "ReLU")])
def test_the_slope_is_named_after_the_activation(name: str, said: str) -> None:
    speech = Speech(language("en"), lambda q: ACTIVATIONS[name])
    assert speech.symbol(Quantity("slope", 2)) == f"{said} prime of z two"


@pytest.mark.parametrize(("text", "english", "german"), [
    ("0", "zero", "null"),
    ("12", "twelve", "zwölf"),
    ("145", "145", "145"),
    ("0.1897", "zero point one eight nine seven", "null Komma eins acht neun sieben"),
    ("−0.05", "minus zero point zero five", "minus null Komma null fünf"),
    ("1.53·10⁻⁶", "one point five three times ten to the minus six", "eins Komma fünf drei mal zehn hoch minus sechs"),
    ("10⁻³", "ten to the minus three", "zehn hoch minus drei"),
    ("the sigmoid", "the sigmoid", "the sigmoid"),
])
def test_numbers(text: str, english: str, german: str) -> None:
    assert (EN.number(text), DE.number(text)) == (english, german)


def known(q: Quantity) -> FromNumber:
    return FromNumber(q.key, -0.5, "−0.5", Check(-0.5, -0.5, "known"))


def test_a_sentence() -> None:
    phrase = Phrase("{delta} is {=delta}.", delta=Quantity("delta", 2))
    assert EN.sentence(phrase, known, {}) == "delta two is minus zero point five."
    assert DE.sentence(phrase, known, {}) == "Delta zwei ist minus null Komma fünf."


def test_layers_and_phrases_in_slots_are_spoken_too() -> None:
    assert DE.sentence("Into layer {l}", known, {"l": 3}) == "In Schicht drei"
    said = Phrase("This is {g}.", g=Phrase("the identity"))
    assert DE.sentence(said, known, {}) == "Das ist die Identität."


def test_a_sentence_that_is_heard_otherwise_than_it_is_written() -> None:
    sentence = "The first links together are {h} - {y}. At the end, what came into the weight: {last}."
    last = {"last": Quantity("a", 3)}
    assert EN.sentence(sentence, known, last) == (
        "The first links together are h minus y. At the end, what came into the weight: a three.")
    assert DE.sentence(sentence, known, last).startswith("Die ersten Glieder zusammen sind h minus y.")
