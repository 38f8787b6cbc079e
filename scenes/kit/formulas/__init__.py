"""Formulas, labels and numbers, each with its source.

Read in this order:
    equation          a step with its numbers below its symbols
    readout           still and live numbers
    derivation_lines  lines aligned at the sign of equality
    elements          what a chapter draws with
"""
