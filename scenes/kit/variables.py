"""The environment variables that the film looks at, which are all the options that a chapter run by manim has."""

PREFIX = "BACKPROP_"
NETWORK = PREFIX + "NETWORK"  # the file of the network that every chapter shows
UNITS = PREFIX + "UNITS"  # the units in focus, "2:3,3:1"
LANGUAGE = PREFIX + "LANGUAGE"  # what the film is told in, "de"
THEME = PREFIX + "THEME"  # its colours, "light"
VOICE = PREFIX + "VOICE"  # set to anything, it is told aloud
DRAWING = PREFIX + "DRAWING"  # "manim" if manim itself shall draw and write
CACHE = PREFIX + "CACHE"  # the folder of what can be made again
