"""Finds what metadata readers do not list, container by container."""
