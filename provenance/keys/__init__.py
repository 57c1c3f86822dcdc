"""Keys and certificates: loading, making, renewing and examining what a newsroom signs with.

Private keys stay where they are: in a file, on a token, behind a signing service. Everything else in
Assay sees an `Identity`, which is a certificate chain and a `sign` callable.
"""
