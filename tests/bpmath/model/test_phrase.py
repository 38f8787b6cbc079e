"""Words stay whole: what is English at once can be found again to be translated."""
from __future__ import annotations

import copy
import pickle

from bpmath.model.activation import ACTIVATIONS
from bpmath.model.phrase import Phrase


def test_a_phrase_is_its_english_text() -> None:
    assert Phrase("the chain rule") == "the chain rule"
    assert {"the chain rule": 1}[Phrase("the chain rule")] == 1
    assert Phrase("the definition of {g}", g=ACTIVATIONS["tanh"].words) == "the definition of the hyperbolic tangent"


def test_what_is_no_words_stays_a_slot() -> None:
    phrase = Phrase("{most} moves the cost most, by {far}", most=3, far="much")
    assert phrase == "{most} moves the cost most, by much"
    assert (phrase.pattern, phrase.slots) == ("{most} moves the cost most, by {far}", {"most": 3, "far": "much"})


def test_a_count_has_two_patterns() -> None:
    one, several = (Phrase.counted("{n} update", "{n} updates", n, n=str(n)) for n in (1, 7))
    assert (one, several) == ("1 update", "7 updates")
    assert {(p.pattern, p.several) for p in (one, several)} == {("{n} update", "{n} updates")}


def test_it_survives_copies_and_other_processes() -> None:
    phrase = Phrase.counted("{n} update of {g}", "{n} updates of {g}", 2, n=2, g="b")
    for other in (copy.deepcopy(phrase), pickle.loads(pickle.dumps(phrase))):
        assert other == phrase == "{n} updates of b"
        assert (other.pattern, other.slots, other.several, other.count) == (
            phrase.pattern, phrase.slots, phrase.several, phrase.count)
