"""Checks that look at recordings and soundtracks."""
