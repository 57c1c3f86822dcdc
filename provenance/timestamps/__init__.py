"""Time that somebody else vouches for (RFC 3161).

`authorities` (asking for a token), `tokens` (reading and checking one), `cms` (its signature), `update` (a timestamp
for a signature made offline, in an update manifest), `records` (timestamps kept in the custody log).
"""
