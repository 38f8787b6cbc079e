"""The command `backprop`: from chapters to files.

Read in this order:
    system/    errors, signals, folders
    movie/     clips: formats, joining, captions of a film
    cache/     which clips are the same, and where they are kept
    render/    a chapter to its files, in workers
    film/      chapters, networks, a folder of clips, many networks
    pages/, paper/, lint/  gallery and slides; handouts; what a viewer would object to
    display/, commands/    tables and progress; options and words of the command
    notebook   chapters in a notebook
"""
