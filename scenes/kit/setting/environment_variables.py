"""The environment variables that the film looks at, which are all the options that a chapter run by manim has.

One that is empty is as one that is not set.
"""

import os

PREFIX = "BACKPROP_"
NETWORK = PREFIX + "NETWORK"  # the file of the network that every chapter shows
UNITS = PREFIX + "UNITS"  # the units in focus, "2:3,3:1"
LANGUAGE = PREFIX + "LANGUAGE"  # what the film is told in, "de"
THEME = PREFIX + "THEME"  # its colours, "light"
VOICE = PREFIX + "VOICE"  # set to anything, it is told aloud
DRAWING = PREFIX + "DRAWING"  # "manim" if manim itself shall draw and write
CACHE = PREFIX + "CACHE"  # the folder of what can be made again
CHOICES = {THEME: ("dark", "light"), DRAWING: ("manim",)}  # the values of those that have no others


def mistaken() -> str:
    """What is wrong with a variable that may have only certain values, in a line; "" if all are right."""
    for name, choices in CHOICES.items():
        if (found := os.environ.get(name)) and found not in choices:
            shown = "".join(c if c.isprintable() else "?" for c in found[:40])
            return f"{name}: found '{shown}', needed {' or '.join(choices)}, or none"
    return ""
