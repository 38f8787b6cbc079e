"""The derivation: its steps, each proved and confirmed on the numbers.

Read in this order:
    definitions      what each name means
    calculus         the lines of an activation's derivative, (1) to (5)
    step_language    which derivatives a step may use
    step_proof       a proof from the definitions
    term_sizes, step_on_numbers  both sides of a step on the network's numbers
    step, derivation  a step, and all of them in order
    shared_factors   what the partial derivatives share
    largest_slope    the largest slope of an activation, and deep paths
"""
