"""Sentences with slots, as captions have them."""
from __future__ import annotations

import pytest

from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.second_method import Check
from scenes.kit.narration.sentence_text import WordingError, as_text
from scenes.kit.provenance.source import FromNumber
from scenes.kit.setting.language import language

EN, DE = (language(code).pattern for code in ("en", "de"))


def number(q: Quantity) -> FromNumber:
    return FromNumber(q.key, 0.5, f"<{q.key}>", Check(0.5, 0.5, "known"))


def test_symbols_numbers_and_slots() -> None:
    half = FromNumber("a half", 0.5, "0.5", Check(0.5, 0.5, "known"))
    assert as_text("{delta(3)} is {=delta(3)}, not {n} or {word}.", number, {"n": half, "word": "one"}, EN) == (
        "δ(3) is <delta(3)[1]>, not 0.5 or one.")


def test_a_slot_that_is_a_quantity_is_its_symbol_or_its_number() -> None:
    phrase = Phrase("{delta} is {=delta}.", delta=Quantity("delta", 2, 1))
    assert as_text(phrase, number, {}, EN) == "δ₁(2) is <delta(2)[1]>."
    assert as_text(phrase, number, {}, DE) == "δ₁(2) ist <delta(2)[1]>."


def test_a_slot_that_is_a_phrase_is_in_the_language_too() -> None:
    reason = Phrase("{theta} is zero", theta=Quantity("theta", 1))
    phrase = Phrase("The signal ends at {delta}: {reason}.", reason=reason)
    assert as_text(phrase, number, {"delta": Quantity("delta", 2)}, DE) == "Das Signal endet bei δ(2): θ(1) ist null."


@pytest.mark.parametrize("sentence", ["It is 3.", "a = b"])
def test_words_say_no_number_and_no_equation(sentence: str) -> None:
    with pytest.raises(WordingError):
        as_text(sentence, number, {}, EN)
