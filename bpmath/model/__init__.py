"""What a network is, and what its quantities are called.

Read in this order:
    phrase          words that can be translated
    multiprecision  numbers and expressions with as many digits as they need
    activation, cost, output_pairs  one expression each; which of them belong together
    network         layers, an example, a cost and a learning rate
    notation        one key for each quantity
"""
