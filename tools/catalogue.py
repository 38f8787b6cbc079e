"""All words of the film, found in its code, and the files of translations that have to have them:

    python -m tools.catalogue     brings scenes/kit/languages/*.po up to date; what is new in a translation is empty

To begin a language, copy en.po to its code, fr.po say, and translate each msgstr.
"""
from __future__ import annotations

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from scenes.kit.setting.language import CODE, FOLDER, ORIGINAL, SPOKEN, languages

HOUSE = Path(__file__).parent.parent
ROOMS = ("scenes", "bpmath", "studio/paper/sheet.py", "studio/pages")
SAY = {"say": 1, "beat": 1, "section": 1, "words": 1, "Phrase": 1, "counted": 2}   # the first arguments that are words
HEARD = {"heard": 1}
OWN_NAMES = ("English", "eng")    # what a language calls itself, and its code in ISO 639-2

Entry = tuple[str | tuple[str, str], str | None]    # msgid, or msgid and its plural; context


class PutTogether(ValueError):
    """A sentence that is made of parts, which no translation can follow."""


def found_in(file: Path) -> Iterator[Entry]:
    """The words in a file of code, in order."""
    where = file.relative_to(HOUSE)
    for node in walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield from ((text, None) for text in titles(node, str(where)))
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            words = [list(constants(arg, f"{where}:{node.lineno}")) for arg in node.args[:SAY.get(name, 0)]]
            if name == "counted":
                yield from ((pair, None) for pair in zip(*words, strict=True))
            else:
                yield from ((text, None) for texts in words for text in texts)
            for arg in node.args[:HEARD.get(name, 0)]:
                yield from ((text, SPOKEN) for text in constants(arg, f"{where}:{node.lineno}"))


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree in the order of the text."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from walk(child)


def titles(node: ast.ClassDef, where: str) -> Iterator[str]:
    """The title that a chapter has as a class."""
    for line in node.body:
        if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "title":
            yield from constants(line.value, f"{where}:{line.lineno}")


def constants(node: ast.expr, where: str) -> Iterator[str]:
    """The sentences that an argument may be; what comes from elsewhere is a Phrase there."""
    match node:
        case ast.Constant(value=str(text)) if any(c.isalpha() for c in text):
            if not only_slots(text):
                yield text
        case ast.IfExp():
            yield from constants(node.body, where)
            yield from constants(node.orelse, where)
        case ast.JoinedStr() | ast.BinOp():
            raise PutTogether(f"{where}: a sentence is put together; needed a whole one, with named slots")


def only_slots(text: str) -> bool:
    """Whether a text has no words of its own, as "{rule}" has none."""
    inside = 0
    for c in text:
        inside += {"{": 1, "}": -1}.get(c, 0)
        if not inside and c.isalpha():
            return False
    return True


def template() -> Catalog:
    """All words of the film with the files that they are in, chapter by chapter."""
    made = Catalog(ORIGINAL)
    for text in OWN_NAMES:
        made.add(text, context=CODE)
    for file in (p for room in ROOMS for p in (sorted((HOUSE / room).rglob("*.py")) or [HOUSE / room])):
        for text, context in found_in(file):
            made.add(text, context=context, locations=[(file.relative_to(HOUSE).as_posix(), None)])
    return made


def read(code: str) -> Catalog:
    """A language's file of translations."""
    with open(FOLDER / f"{code}.po", "rb") as file:
        return read_po(file, locale=code)


def renewed(old: Catalog, words: Catalog) -> Catalog:
    """A language's translations of these words: what is new has none, but in English, which is the words themselves."""
    made = Catalog(old.locale, header_comment=old.header_comment, fuzzy=False)
    for message in entries(words):
        known = old.get(message.id, message.context)
        string = known.string if known else message.id if str(old.locale) == ORIGINAL else ""
        made.add(message.id, string, message.locations, context=message.context,
                 user_comments=known.user_comments if known else ())
        text = message.id if isinstance(message.id, str) else message.id[0]
        if message.context is None and (heard := old.get(text, SPOKEN)) and not words.get(text, SPOKEN):
            made.add(text, heard.string, message.locations, context=SPOKEN)
    return made


def entries(catalogue: Catalog) -> list[Message]:
    """What a catalogue has, without its header."""
    return [message for message in catalogue if message.id]


def write(catalogue: Catalog) -> None:
    """A catalogue into its file, with no more in its head than a reader needs: no dates, which would always differ."""
    code, body = str(catalogue.locale), BytesIO()
    head = ["Content-Type: text/plain; charset=utf-8", f"Language: {code}", f"Plural-Forms: {catalogue.plural_forms}"]
    lines = [catalogue.header_comment, 'msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in head), "", ""]
    write_po(body, catalogue, width=100, omit_header=True, include_lineno=False, ignore_obsolete=True)
    (FOLDER / f"{code}.po").write_bytes("\n".join(lines).encode() + body.getvalue())


def main() -> None:
    words = template()
    for code in languages():
        new = renewed(read(code), words)
        write(new)
        missing = sum(1 for m in entries(new) if not all([m.string] if isinstance(m.string, str) else m.string))
        print(f"{code}.po: {len(entries(new))} entries, {missing} not translated")


if __name__ == "__main__":
    main()
