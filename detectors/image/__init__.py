"""Checks on still pictures, one file a check."""
