"""The commands of `backprop`, a file each.

Read in this order:
    main, group, options  the program, its errors, options that several commands have
    numbers               new, check, trace, derive
    films, batches        list, render, film; batch
    gallery, slides, handouts, lint  the commands of these names; handouts are `sheet`
"""
