"""Both kinds of slides of one film, in its folder."""
from __future__ import annotations

from studio.film.folder import Order
from studio.film.origin import demand_one_origin
from studio.movie.clip_format import LEDGER
from studio.pages.slides import powerpoint
from studio.pages.slides.page import page
from studio.pages.slides.section import sections
from studio.system.staging import publish, staging

POWERPOINT, PAGE = "slides.pptx", "slides.html"


def write(order: Order) -> int:
    """Writes the slides of an order's chapters, which are in its folder; says how many there are."""
    found = sections(order.output, [job.name for job in order.jobs])
    files = [order.output / f"{job.stem}{kind}" for job in order.jobs for kind in (".mp4", LEDGER)]
    demand_one_origin(order.output, files)
    names = {section.network for section in found}
    title = f"Backpropagation: {names.pop()}" if len(names) == 1 else "Backpropagation"
    with staging(order.output) as aside:
        powerpoint.write(found, order.output, aside / POWERPOINT, title, aside)
        (aside / PAGE).write_text(page(found, order.output, title), encoding="utf-8")
        publish([aside / POWERPOINT, aside / PAGE], order.output)
    return len(found)
