"""What the command shows.

Read in this order:
    tables, findings  tables for a terminal
    answers           JSON
    progress          bars and lines while chapters are rendered
"""
