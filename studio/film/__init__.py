"""Films: which chapters, of which network, into which folder.

Read in this order:
    chapters, chosen_chapters, networks  what there is, and what was asked for
    folder, origin, index  a folder that holds one film, whole
    make   orders to films
    batch  many networks
"""
