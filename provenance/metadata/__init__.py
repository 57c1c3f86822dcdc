"""Metadata as flat entries: one module a standard.

`read_metadata` (in `provenance.metadata.reader`) collects them over every place where a container keeps some.
"""
