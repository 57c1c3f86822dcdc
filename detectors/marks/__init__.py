"""Declared marks: what a file says about its own making. One file a check; each speaks only when it finds something."""
