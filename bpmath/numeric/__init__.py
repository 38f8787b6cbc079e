"""Numbers: the passes, and the second method that checks them.

Read in this order:
    double_pass       the forward pass in double precision
    backprop          the trace: forward, backward, one update
    precise_pass      the forward pass with 100 digits, and differences of it
    rounding_residue  numbers that are nothing but rounding
    second_method     every number beside the same by differences
    function_differences, step_size, change_ratios, weight_sweep  differences that chapters show
    gradient_descent, cost_surface  many updates, and the cost over weights
"""
