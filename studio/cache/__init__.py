"""Chapters are rendered once.

Read in this order:
    key    what a chapter's files depend on
    job    a chapter to be rendered, as plain data
    store  finished chapters by their key, checked when they are taken
"""
