"""Vocabulary: frozen, typed values that every part of Assay speaks in.

`asset` (which file), `finding` (one check's answer), `credentials` (C2PA), `assessment` (the whole
answer) and `serial` (JSON). Nothing here opens a file or decides anything.
"""
