"""Where everything on the screen comes from, and how it was checked.

Read in this order:
    source      a step, a number, a name or words
    study       a network's checked numbers and proved steps
    claims      comparisons that stand beside sentences
    ledger      what was shown, when, and its checks
    transforms  what an animation may do to things with sources
    pair_studies  small networks for pairs of activation and cost
"""
