"""A sentence that compares numbers is told with its comparison beside it, and a wrong one stops the film.

The comparing words are in scenes/kit/provenance/claims.py. Sentences with one of them that compare no numbers of the
network are listed here with the reason, and so are those that have a number in words: others have slots.
"""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from manim import FadeIn, tempconfig

from bpmath.files.network_file import DEFAULT, read_network
from bpmath.model.network import Network, network
from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.second_method import Check
from scenes.error_signal import ErrorSignal
from scenes.kit.chapter import Chapter
from scenes.kit.provenance.claims import COMPARES, SIGNS, Claim, Size
from scenes.kit.provenance.source import FromNumber
from scenes.kit.setting.errors import ChapterError
from scenes.the_question import verdict
from scenes.vanishing_gradient import VanishingGradient
from tests.networks import ELEMENTWISE
from tests.watching import DRY, watch
from tools.catalogue import SAY, constants, titles, walk

SCENES = Path(__file__).parents[2] / "scenes"
NUMBER_WORDS = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|twice|double|half|halves|quarter"
    r"|third)\b|\b(is|are|weight|of|to|minus) one(?=[.,;:]|$)", re.IGNORECASE)

ASKS = {  # questions and names of what is to be seen
    "Which weight moves the cost most?", "Which one moves the cost most? Make a guess.",
    "A much shorter step. Is it closer?",
    "How does {J} answer when {h} moves a little? That is the slope of the tangent.",
    "What is the best step? Both axes are logarithmic: equal lengths are equal factors.", "The largest slope",
    "largest slope of {g}", "how many times larger delta is with cross-entropy", "The same path with ReLU",
    "The same beginning", "The same for the whole layer", "Cross-entropy at the same output", "Pairs that end alike",
    "the same line,\nlayer after layer", "the same two costs, subtracted exactly", "subtracted exactly",
}
DOES = {  # what the chapter does, or how its picture is made
    "Take one sigmoid unit, far out on its flat side, and a target at the other end.",
    "Nudge {theta} a little. Everything after it moves, one after another, up to the cost.",
    "Nudge {theta} a little. It moves the input of one unit, and with it the cost.",
    "The cost adds up a part from every output, far too many to write out. {J} is {=J}.",
    "The weights are given too. All the rest is empty until it is computed.",
    "One unit of each layer is in focus. The weights are given too. All the rest is empty until it is computed.",
    "On each line the cost is the same: the fainter the line, the lower.",
    "The scale is logarithmic: equal steps are equal factors.",
    "The upper curve tells its value, the lower one its slope.",
    "Each weight gets a knob, and all are turned by the same amount.",
    "Each weight between the units in focus gets a knob, and all are turned by the same amount.",
    "Zero has no place on this scale, so these bars are missing.",
    "One edge between two layers is in focus. The same is done on every other.",
    "Here the biases were updated too. Many texts leave them as they are. Then both orders give this.",
    "Then the same again, with the new weights.", "Then the same again.",
    "One update is one step. Training takes many, and each is made of the same moves.",
    "After this update the cost has no value any more: the learning rate is too large.",
}
ALWAYS = {  # true of every network, by its structure or by the definition of a function
    "Cross-entropy has a derivative of its own. It holds the slope too, but upside down.",
    "The chain begins as before, and grows by a layer.", "Again it grows by a layer.",
    "Further back it is always the same: the answers of the layer behind, added up.",
    "The further back the weight, the longer its product.", "The further back the weight, the longer its way.",
    "Every weight has its derivative now. And all these products begin alike: look at them together next.",
    "Backward, signals go left: times the same weight, then times the slope. "
    "No activation is applied to delta: backward is linear.",
    "Backward: through the same weights, turned round, and times the slope.",
    "The other units of the layer do the same, each with its own weights.", "The next product begins with the same.",
    "Every weight into one unit has the same head. Only the last factor differs.",
    "Each product on its own: the work grows with the square of the depth.",
    "Each head only once: it grows in step with the number of weights.",
    "Each head only once: it grows in step with the depth.",
    "The sigmoid squeezes any number x into the range from zero to one.",
    "The ReLU lets positive numbers pass, and turns all others into zero.",
    "The leaky ReLU lets positive numbers pass, and a little of all others.",
    "Multiplied out, it is even shorter.", "A straight line has the same slope everywhere.",
    "Now put a ReLU into every unit. Its slope is either one or zero.",
}
IN_WORDS = {  # numbers of a definition, of a proved equation beside it, or of things that the sentence itself lists
    "So the two strike each other out.",
    "And this network? Its pair is the last of these. But its targets do not add up to one, and their sum stays.",
    "The error; the last slope is one. At the end, what came into the weight: {last}.",
    "The cost makes one number of the two: how wrong is the answer?",
    "Only the part of {h} answers. The power brings down a two. The one half is there to cancel it.",
    "The power brings down a two. The one half is there to cancel it.",
    "One layer back, the chain rule adds two links: the weight, and the activation.",
    "One layer back, the chain rule adds two links: the weight, and the activation. "
    "Several paths lead there, and they are added up.",
    "The last activation is {g}. It leaves z as it is; its slope is one.",
    "the same two costs, subtracted exactly", "A tiny one leaves few digits of the two rounded costs: rounding.",
    "Even the best step is not close: a double keeps too few digits of this cost.",
    "In our network no two signals meet. So here is one in which they do.",
    "A gradient still needs only the two ends of its edge.",
    "The sigmoid squeezes any number x into the range from zero to one.",
    "The hyperbolic tangent squeezes any number x into the range from minus one to one.",
    "One edge between two layers is in focus. The same is done on every other.",
}


def sentences() -> Iterator[tuple[str, bool]]:
    """Every sentence in the code of the chapters, and whether a claim stands beside it."""
    for file in sorted(SCENES.rglob("*.py")):
        for node in walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield from ((text, False) for text in titles(node, file.name))
            elif isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                claimed = any(keyword.arg == "claim" for keyword in node.keywords)
                yield from ((text, claimed) for arg in node.args[:SAY.get(name, 0)]
                            for text in constants(arg, file.name))


def test_a_sentence_that_compares_has_its_claim_beside_it() -> None:
    without = {text for text, claimed in sentences() if COMPARES.search(text) and not claimed}
    assert without - ASKS - DOES - ALWAYS == set()


def test_no_sentence_is_excused_that_is_not_told() -> None:
    known = {text for text, claimed in sentences() if not claimed}
    assert (ASKS | DOES | ALWAYS) - known == set()
    assert IN_WORDS - {text for text, _ in sentences()} == set()


def test_numbers_in_words_are_slots() -> None:
    assert {text for text, _ in sentences() if NUMBER_WORDS.search(text)} - IN_WORDS == set()


def test_chapters_make_many_claims() -> None:
    assert sum(claimed for _, claimed in sentences()) > 60


def play(construct, of: Network | Path = DEFAULT) -> Chapter:
    cls = type("Played", (Chapter,), {"construct": construct, "network": of, "title": "A chapter for tests"})
    with tempconfig(DRY):
        scene = cls(skip_animations=True)
        scene.render()
    return scene


LESS, MORE = (Claim(Quantity("delta", 2), sign, Quantity("delta", 4)) for sign in "<>")
WAYS = {
    "say": lambda self, claim: self.say("It has shrunk.", claim=claim),
    "a phrase": lambda self, claim: self.say(Phrase("It has shrunk.", claim=claim)),
    "several": lambda self, claim: self.say("It has shrunk.", claim=[LESS, claim]),
    "beat": lambda self, claim: self.beat("It has shrunk.", claim=claim),
    "section": lambda self, claim: self.section("It has shrunk", claim=claim),
    "words": lambda self, claim: self.play(FadeIn(self.words("It has shrunk.", claim=claim))),
    "a reason": lambda self, claim: self.say("So: {reason}.", reason=Phrase("it has shrunk", claim=claim)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_claim_stops_the_film_and_a_right_one_does_not(way: str) -> None:
    play(lambda self: WAYS[way](self, LESS))
    with pytest.raises(ChapterError, match=r"would say .* not true that 0\.05"):
        play(lambda self: WAYS[way](self, MORE))


def test_a_claim_on_a_number_that_failed_its_check_stops_the_film() -> None:
    wrong = FromNumber("J after", 0.1, "0.1", Check(0.1, 0.2, "by hand"))
    with pytest.raises(ChapterError, match="J after"):
        play(lambda self: self.say("It is less.", claim=Claim(wrong, "<", 1.0)))


@pytest.mark.parametrize(("left", "sign", "right", "true"), [
    (1.0, "<", 2.0, True), (2.0, "<", 2.0, False), (2.0, "<=", 2.0, True), (2.0, "==", 2.0, True),
    (2.0, ">=", 3.0, False), (3.0, ">", 2.0, True), (Size(-3.0), ">", 2.0, True), (-3.0, ">", 2.0, False),
    ((1.0, 5.0), "<", 4.0, False), (4.0, ">", (1.0, 5.0), False), ((1.0, 2.0), "<", (3.0, 4.0), True),
    ((), "<", 1.0, True), ("0.5", "==", "0.5", True), ("0.5", "==", "0.50", False), (float("nan"), "==", 0.0, False)])
def test_what_a_claim_compares(left: object, sign: str, right: object, true: bool) -> None:
    assert sign in SIGNS
    assert (Claim(left, sign, right).wrong(None) == "") is true


def told(chapter: type[Chapter], of: Network) -> str:
    return " ".join(cue.text for cue in watch(chapter, of).chapter.cues).replace("\n", " ")


def path(weights: list[float], target: float, name: str = "sigmoid") -> Network:
    return network([1.0], [target], "squared_error", [([[w]], name) for w in weights])


@pytest.mark.parametrize("chapter", [ErrorSignal, VanishingGradient])
def test_why_there_is_no_signal_is_told_truly(chapter: type[Chapter]) -> None:
    zeros = network([1.0, 2.0], [1.0], "squared_error", [(np.zeros((2, 2)), "sigmoid"), (np.zeros((1, 2)), "sigmoid")])
    assert "every weight on the way to it is zero" in told(chapter, zeros)
    xor = network([1.0, 1.0], [0.0], "squared_error",
                  [([[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0], "relu"), ([[1.0, -2.0]], [0.0], "linear")])
    assert "the output meets its target" in told(chapter, xor)
    dead = network([1.0], [1.0], "squared_error", [([[-1.0]], "relu"), ([[1.0]], "linear")])
    assert "the slope there is zero" in told(chapter, dead)
    cut = network([1.0], [1.0], "squared_error", [([[1.0]], "sigmoid"), ([[0.0]], "linear")])
    assert "θ(2) is zero" in told(chapter, cut)
    for net in (zeros, xor, cut):
        assert "slope on its way is zero" not in told(chapter, net)


@pytest.mark.parametrize("chapter", [ErrorSignal, VanishingGradient])
def test_a_signal_that_turns_its_sign_is_compared_in_size(chapter: type[Chapter]) -> None:
    assert "in size, from" in told(chapter, path([0.5, -0.7], 0.9))
    assert "signal shrinks from 0.5200 to 0.0506" in told(chapter, read_network(DEFAULT))
    wide = network([1.0, -0.5], [1.0, 0.0], "squared_error",
                   [([[0.5, 0.3], [-0.4, 0.9]], "sigmoid"), ([[0.7, -0.6], [0.2, 0.8]], "sigmoid")])
    said = told(chapter, wide)
    assert "The largest signal at the output is" in said
    assert "smaller in size" in said


@pytest.mark.parametrize(("sizes", "said"), [
    ({1: 0.1, 2: 0.5, 3: 0.5}, "No weight moves the cost more than {most}, and none less than {least}."),
    ({1: 0.1, 2: 0.1, 3: 0.5}, "No weight moves the cost more than {most}, and none less than {least}."),
    ({1: 0.1, 2: 0.2, 3: 0.5}, "{most} moves the cost most, and {least} moves it least.")])
def test_where_several_weights_move_the_cost_most_none_is_named_alone(sizes: dict[int, float], said: str) -> None:
    assert verdict(sizes) == said


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_claims_hold_on_paths_of_every_activation(name: str) -> None:
    for chapter in (ErrorSignal, VanishingGradient):
        told(chapter, path([0.6, -1.3, 0.8], 0.4, name))
