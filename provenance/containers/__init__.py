"""The outer structure of files: one module a container, each walking parts without decoding them.

`walk` (in `provenance.containers.walker`) picks the module by media type.
"""
