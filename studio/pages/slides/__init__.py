"""The film in steps, for a lecture.

Read in this order:
    section     a slide for each click point
    page        slides.html
    powerpoint  slides.pptx
    deck        both, in their folder
"""
