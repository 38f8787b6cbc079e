"""Pictures that the lint looks at.

Read in this order:
    picture  everything that can be seen at one moment, as arrays
    play     plays a chapter without drawing it
    finding  what was found
"""
