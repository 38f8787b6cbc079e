"""Pictures of a network.

Read in this order:
    diagram, wide   columns of units, a path or wider
    pulse, number_flights, path_waves  what runs along edges
    knobs, dials, magnified_unit  weights that turn, changes along a path, a unit enlarged
    deep_path, signal_story  a long path; why a signal ends
"""
