"""Drawing: only what changed is drawn again.

Read in this order:
    outline         paths that are kept
    canvas          the picture of a frame
    picture         one picture as a file
    burnt_captions  captions in the picture
"""
