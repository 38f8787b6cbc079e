"""The handout: a network's passes worked out on paper, or left to be worked out, as a PDF set by Typst."""
from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import click
import numpy as np
import typst

from bpmath.files.network_file import said
from bpmath.model.network import Network
from bpmath.model.notation import Quantity, quantities_in
from bpmath.model.phrase import Phrase
from bpmath.symbolic.step import Step, demand
from bpmath.writing.markup import TYPST, symbol
from bpmath.writing.typeset import equation
from scenes.kit.formulas.equation import written
from scenes.kit.provenance.study import Study, study
from scenes.kit.setting.language import ORIGINAL, Language, language
from scenes.kit.text.glyphs import escaped
from scenes.kit.text.rounding import numeral
from scenes.kit.text.typesetter import typesetter
from studio.film.networks import derivable, traced
from studio.paper.figure import drawn
from studio.paper.lettering import breakable, lacking
from studio.system.mistake import in_words
from studio.system.staging import publish, staging
from studio.system.told_language import chosen

WIDEST = 8  # rows or columns of numbers that are printed
PROVED = Phrase(
    "In brackets: the numbers of the equations. Every line was proved, and confirmed on this network's numbers.")
ALIKE = Phrase("What is the same for all units or weights of a layer is derived for one of them.")
TWICE = re.compile(r"\(\((-?[\d.]+)\)\)")  # brackets around a number in brackets
TERMS = 4   # of a sum that are written out
PARTS = (
    (Phrase("Forward, from the input to the output"), ("weighted input", "activation")),
    (Phrase("The cost, its slope, and the slopes of the units"), ("cost", "network error")),
    (Phrase("Backward, from the output to the input"), ("output signal", "signal")),
    (Phrase("The gradients"), ("gradient",)),
    (Phrase("One step of learning"), ("update with delta",)),
)
STYLE = Path(__file__).with_suffix(".typ").read_text(encoding="utf-8")
OPEN, WORKING = "open", "working"    # in the style: the place for a result, and for the way to it


class Sheet:
    """The handout of one network, in a language. `source(blank)` is its Typst; `pdf(blank)` the finished file.

    NetworkError where a number is not confirmed or a step not proved: such a sheet is not made.
    """

    def __init__(self, network: Network, tongue: Language | None = None) -> None:
        self.study: Study = study(network)
        self.tongue = tongue or language(ORIGINAL)
        self.network = network
        self.steps = [self.study.checked(i) for i in range(len(self.study.derivation.steps))]
        demand(tuple(self.steps))

    @cached_property
    def typesetter(self) -> typst.Compiler:
        """With this machine's fonts, too, where the name has letters that the film's do not have."""
        plain = typesetter()
        return typesetter(system_fonts=True) if lacking(self.network.name, plain) else plain

    @property
    def warning(self) -> str:
        """What a reader will miss, in a line, or ""."""
        letters = lacking(self.network.name, self.typesetter)
        return f"name: no font here has {' '.join(letters)}, which the handout shows as boxes" if letters else ""

    def pdf(self, blank: bool = False) -> bytes:
        return self.typesetter.compile(self.source(blank).encode(), format="pdf")

    def source(self, blank: bool = False) -> str:
        title = f"Backpropagation: {self.network.name}"
        parts = [
            STYLE,
            f"#show: sheet.with({escaped(title)}, {escaped(breakable(self.network.name))}, "
            f"{escaped(self.tongue.code)})",
            f"#heading-line({escaped(breakable(title))}, {'true' if blank else 'false'})",
            drawn(self.network),
            self.given(),
        ]
        for number, (heading, names) in enumerate(PARTS, 1):
            lines = [self.line(s, blank) for s in self.last(names)]
            if "network error" in names:
                lines += [self.slope(q, blank) for q in self.slopes]
            if lines:
                parts += [f"= {number}. #{self.said(heading)}", *lines]
        shown = self.one_of_each()
        told = [PROVED] if len(shown) == len(self.steps) else [PROVED, ALIKE]
        told = " ".join(f"#{self.said(sentence)}" for sentence in told)
        heading = self.said(Phrase("The derivation"))
        parts += [f"= #{heading}", f"#text(fill: faint)[{told}]", *map(self.derived, shown)]
        return "\n\n".join(parts)

    def said(self, phrase: str) -> str:
        """A phrase in the sheet's language, as Typst."""
        return escaped(self.tongue.say(phrase))

    def one_of_each(self) -> list[Step]:
        """The derivation without what it repeats for the other units and weights of a layer."""
        first: dict[tuple, Quantity | None] = {}
        kinds = [(s.name, s.subject and s.subject.kind, s.subject and s.subject.layer) for s in self.steps]
        return [s for s, kind in zip(self.steps, kinds, strict=True) if first.setdefault(kind, s.subject) == s.subject]

    @property
    def slopes(self) -> list[Quantity]:
        """g'(z) of the units that the error signals speak of."""
        found = [q for s in self.last(("output signal", "signal")) for q in quantities_in(s.rhs).values()]
        return list(dict.fromkeys(q for q in found if q.kind == "slope"))

    def slope(self, q: Quantity, blank: bool) -> str:
        """The slope of a unit and its number, or the box for it."""
        formula = symbol(q, TYPST, self.network.activation(q.layer).typst)
        derived = self.network.activation(q.layer) is self.study.derivation.hidden
        number = next((s.equation for s in self.steps if s.equation == "5"), "") if derived else ""
        return f"#value([$ {formula} $], {self.result(q, blank)}, {numbered(number)})"

    def result(self, q: Quantity, blank: bool) -> str:
        return OPEN if blank else f"[${self.number(q)}$]"

    def last(self, names: Iterable[str]) -> list[Step]:
        """The last step of these names for each subject: the simplest form that was proved."""
        return list({(s.name, s.subject): s for s in self.steps if s.name in names}.values())

    def given(self) -> str:
        """What the network file says: the example, the weights, the activations, the cost."""
        net = self.network
        rows = [self.array("x", net.input[:, None]), self.array("y", net.target[:, None])]
        for l in range(1, net.L):
            rows.append(self.array(symbol(Quantity("theta", l)), net.theta(l)))
            if (bias := net.bias(l)) is not None:
                rows.append(self.array(symbol(Quantity("b", l)), bias[:, None]))
        rows.append(self.array("alpha", np.array([[net.learning_rate]])))
        words = [Phrase("layer {l}: {g}", l=l, g=net.activation(l).words) for l in range(2, net.L + 1)]
        told = "; ".join(map(self.tongue.say, [*words, Phrase("cost: {cost}", cost=net.cost.words)]))
        boxes = " #h(1.6em) ".join(f"#box[{row}]" for row in rows)
        return f"#par(leading: 1em)[{boxes}]\n\n#{escaped(told[0].upper() + told[1:] + '.')}"

    def array(self, name: str, values: np.ndarray) -> str:
        """A number, a column or a matrix of the network file; of a large one, only its size."""
        if max(values.shape) > WIDEST:
            size = " × ".join(map(str, values.shape))
            return f"${name}$: #{self.said(Phrase('{n} numbers', n=size))}"
        texts = [[numeral(v, given=True).typst for v in row] for row in values.tolist()]
        inner = "; ".join(", ".join(row) for row in texts)
        return f"${name} = {inner}$" if values.size == 1 else f"$display({name} = mat({inner}))$"

    def line(self, step: Step, blank: bool) -> str:
        """lhs = symbols, below it the same with numbers, or a line to write on, and the result or the box for it."""
        q, number = step.subject, numbered(step.equation)
        if step.rhs.is_Symbol or not quantities_in(step.rhs):
            return f"#value([{self.formula(step)}], {self.result(q, blank)}, {number})"
        numbers = WORKING if blank else f"[$ = {self.numbers(step)} $]"
        sign = "[$=$]" if self.study.adds_up(step) else "[$approx$]"
        return f"#task([{self.formula(step)}], {numbers}, {sign}, {self.result(q, blank)}, {number})"

    def formula(self, step: Step) -> str:
        return f"$ {equation(step.lhs, step.rhs, self.study.derivation.typesetter(step, written(self.tongue)))} $"

    def numbers(self, step: Step) -> str:
        """The right side with its numbers."""
        script = written(self.tongue)
        typesetter = self.study.derivation.typesetter(step, script, lambda q, text: self.inside(q))
        typesetter.longest = TERMS
        return TWICE.sub(r"(\1)", typesetter.print(step.rhs))

    def number(self, q: Quantity) -> str:
        return self.study.number(q)[1].typst

    def inside(self, q: Quantity) -> str:
        """A number in a formula: in brackets if it has a sign or a power of ten of its own."""
        text = self.number(q)
        return f"({text})" if text.startswith("-") or "dot" in text else text

    def derived(self, step: Step) -> str:
        """A line of the derivation with its rule and its number."""
        return f"#derived([{self.formula(step)}], {self.said(step.rule)}, {numbered(step.equation)})"


def numbered(equation: str) -> str:
    """The article's number of an equation."""
    return escaped(f"({equation})") if equation else "[]"


def write(file: Path, target: Path, blank: bool) -> None:
    """Makes the handout of a network file. With `blank` the results are boxes, and the key is beside it, in `-key.pdf`.

    Nothing is in its place before all is whole. NetworkError as `read_network` and `Sheet`.
    """
    network = traced(file).network
    derivable(network)
    sheet = Sheet(network, chosen())
    if sheet.warning:
        click.echo(f"{said(file)}: {sheet.warning}", err=True)
    made = {target.name: sheet.pdf(blank)} | ({key_of(target).name: sheet.pdf()} if blank else {})
    with staging(target.parent) as aside:
        for name, pdf in made.items():
            (aside / name).write_bytes(pdf)
        publish([aside / name for name in made], target.parent)


def key_of(target: Path) -> Path:
    """Where the key of a handout goes that is to be filled in."""
    return target.with_name(f"{target.stem}-key.pdf")


def attempt(file: Path, target: Path, blank: bool) -> str:
    """The same; "" or why it was not made, in plain words."""
    try:
        write(file, target, blank)
    except Exception as error:
        mistake = in_words(error)
        return mistake.message if mistake else f"{said(file)}: {type(error).__name__}: {error}"
    return ""
