"""Pages for a browser, and slides.

Read in this order:
    page_parts   templates, policy, pictures that all pages share
    gallery/     a page beside the clips
    slides/      slides.html and slides.pptx
    trace_table  a trace as a table, for notebooks
"""
