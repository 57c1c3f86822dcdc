"""Trust lists: whose certificates count, for what, and how old that knowledge is.

`lists` (one list), `formats` (PEM, DER and ETSI JSON), `store` (lists kept on disk), `bundle` (the lists in
force for one verification), `sources` (where public lists come from, fetched only when asked for).
"""
