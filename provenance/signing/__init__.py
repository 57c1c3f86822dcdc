"""Signing: what is claimed, what is disclosed, and how a signed copy gets into its place whole or not at all.

`request` (what the caller wants to state), `vocabulary` (what may be stated), `history` (what ingredients
carry along), `claim` (the manifest definition), `plan` (everything decided before a byte is written),
`engine` (c2pa-python as a signer), `place` (temporary files and the final move), `sign` (the whole way).
"""
