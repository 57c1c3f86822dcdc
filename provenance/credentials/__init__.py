"""Content Credentials: asking the engine, checking its answer, and telling it in our own terms.

`engine` (c2pa-python), `signature` (certificates and timestamp token of the active manifest), `trustcheck`
(does the chain end in the right list), `manifests` (the typed model), `source_types` (what is generative),
`rollup` (one state for the whole chain), `sidecar` (manifests beside the file).
"""
