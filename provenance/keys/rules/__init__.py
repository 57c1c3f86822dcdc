"""The rules of the C2PA certificate profile: each public function of a module here is one rule.

A rule's id is its function's name with hyphens, its requirement the first line of its docstring. It
takes a `Case` and returns an `Answer`, or None where it does not apply. `provenance.keys.doctor` runs
them in the order in which they stand in their modules.

Sources: C2PA Technical Specification 2.2 and later, section 14.5 "X.509 Certificates"; C2PA Certificate
Policy 0.2, "Claim Signing Leaf, Assurance Level 1"; RFC 5280.
"""
