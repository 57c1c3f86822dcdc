"""The custody log: what was signed, when, with which certificate, in a chain that shows every change."""
