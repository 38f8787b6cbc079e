"""From Typst source to shapes that know what they are.

Read in this order:
    typesetter, shapes  one compiler; one outline for each distinct glyph
    outline_digest, glyphs  a glyph shows the outline that its source made
    rounding, number_shapes  a number as displayed, and its characters
"""
