"""What every command needs of the system.

Read in this order:
    mistake        errors in a lecturer's words
    signals        Ctrl-C at a moment of our choosing
    staging, workplace  files made aside and moved into place
    terminal, kept_environment, told_language, manim_defaults  settings of a run
"""
