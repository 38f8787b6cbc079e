"""What the page itself says, in its clips' language. What was checked, and how, is in the words of the ledger."""
from __future__ import annotations

from collections.abc import Callable

from bpmath.model.phrase import Phrase
from scenes.kit.setting.language import ORIGINAL, Language, language, languages

Word = Callable[..., str]    # word("copy", name="equation 15")

WORDS = {
    "several": Phrase("several networks"),
    "sound": Phrase("equations proved: {equations}, numbers checked: {numbers}"),
    "skip": Phrase("Skip to the ledger"),
    "film": Phrase("The whole film"),
    "clip": Phrase("The clip of the chapter"),
    "previous": Phrase("Previous chapter"),
    "next": Phrase("Next chapter"),
    "sections": Phrase("Sections of this chapter"),
    "opening": Phrase("Opening"),
    "chapters": Phrase("Chapters"),
    "keys": Phrase("Keys"),
    "space": Phrase("Space"),
    "shift": Phrase("Shift"),
    "play": Phrase("play, pause"),
    "seconds": Phrase("{count} seconds"),
    "chapter": Phrase("chapter"),
    "numbered": Phrase("chapter of this number"),
    "captions": Phrase("captions"),
    "full": Phrase("full screen"),
    "listen": Phrase("listen to these keys"),
    "ledger": Phrase("Ledger"),
    "format": Phrase("Copy as"),
    "copied": Phrase("Copied as {format}"),
    "page": Phrase("What this chapter shows"),
    "equations": Phrase("Equations"),
    "numbers": Phrase("Numbers"),
    "scales": Phrase("Marks on axes: {count}"),
    "show": Phrase("{time}, {name}: show it"),
    "copy": Phrase("Copy {name}"),
    "equation": Phrase("equation {number}"),
    "line": Phrase("equation: {rule}"),
    "apart": Phrase("{method}; {apart} apart"),
    "unconfirmed": Phrase("not confirmed: {method}"),
    "checks": Phrase("What was checked, and how"),
    "promise": Phrase("Every equation follows from the definitions by SymPy’s proof, and both its sides agree on this "
                      "network’s numbers. Every number that is computed was found a second time, in another way. "
                      "A film in which one check fails is not made."),
    "doubt": Phrase("Not everything was confirmed: the lines marked ✗ in the ledger were not."),
    "how": Phrase("how"),
    "many": Phrase("how many"),
    "most": Phrase("apart, at most"),
    "downloads": Phrase("Downloads"),
    ".png": Phrase("poster"),
    ".txt": Phrase("transcript"),
    ".json": Phrase("ledger"),
    "x": Phrase("input"),
    "a": Phrase("activation"),
    "h": Phrase("output"),
    "z": Phrase("weighted input"),
    "slope": Phrase("slope"),
    "delta": Phrase("error signal"),
    "theta": Phrase("weight"),
    "b": Phrase("bias"),
    "dtheta": Phrase("gradient of the weight"),
    "db": Phrase("gradient of the bias"),
    "new_theta": Phrase("new weight"),
    "new_b": Phrase("new bias"),
    "dh": Phrase("network error"),
    "y": Phrase("target"),
    "J": Phrase("cost"),
    "alpha": Phrase("learning rate"),
}


def spoken_in(code: str) -> Language:
    """The language of clips; English where this version does not know it."""
    return language(code if code in languages() else ORIGINAL)


def speaker(tongue: Language) -> Word:
    """Says the words of a name, with what belongs into their slots."""
    def word(name: str, /, **slots: object) -> str:
        text = tongue.say(WORDS[name])
        for slot, value in slots.items():
            text = text.replace(f"{{{slot}}}", str(value))
        return text

    return word
