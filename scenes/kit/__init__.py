"""The drawing words that chapters share; `chapter` is the base of every chapter.

Read in this order:
    setting/     options' variables, languages, theme, layout, errors
    text/        Typst to shapes; how numbers are rounded
    provenance/  where each glyph comes from; the ledger
    narration/   sentences, captions, voice, sections
    formulas/    equations, labels and live numbers with their sources
    canvas/, encoder/  drawing what changed; frames to a movie
    plots/, network/   pictures of functions and of networks
    options      what a chapter is about and how it is told
    narrator     sentences and beats in their time
    chapter      the base class: plays, ledger, captions
"""
