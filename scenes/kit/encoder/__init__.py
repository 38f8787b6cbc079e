"""Encoding: one stream for a chapter, in a thread of its own.

Read in this order:
    formats, palette, planes  what an encoder takes
    stream, sound, subtitles, cover  the movie and its tracks
    renderer  manim's renderer with our canvas and stream
"""
