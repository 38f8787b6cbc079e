"""What is told: sentences with slots, captions, voice.

Read in this order:
    sentence_text  a sentence and its slots
    captions       within the published limits
    speech, voice  how symbols are read; the voice
    sections       click points and parts of a chapter
"""
