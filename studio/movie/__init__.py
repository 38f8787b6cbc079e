"""Movie files.

Read in this order:
    clip_format    the formats a clip can have
    clip, gif      joined and cut
    film_captions  captions of a whole film
"""
