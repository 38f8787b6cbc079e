"""What holds for the whole film before anything is drawn.

Read in this order:
    errors, environment_variables  what stops a chapter; what the environment sets
    language, theme, layout        words, colours, zones of the frame
    focus                          the units that formulas speak of
    cache_folder, whole_file       where files are kept; a file that is there whole or not at all
"""
