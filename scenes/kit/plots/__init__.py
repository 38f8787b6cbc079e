"""Pictures of functions.

Read in this order:
    plot               axes, curves, points
    activation_curves  an activation and its slope
    cost_curve, cost_map  the cost over an output, over weights
    bars, matrix_blocks, work_growth  a few numbers compared; matrices; work by depth
"""
