"""A chapter to its files.

Read in this order:
    chapter_files  one chapter, in the process that calls it
    worker, pool, forked  processes of this machine
    cluster        workers of a Dask cluster
    parts          a long chapter side by side
"""
