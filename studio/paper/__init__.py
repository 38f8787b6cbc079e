"""Handouts.

Read in this order:
    figure, lettering  the network; letters of any script
    sheet            the handout
    random_networks  each student's own numbers
"""
