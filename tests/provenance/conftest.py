"""Puts this folder on the import path, so that tests in its subfolders find `media_bytes`."""

import pytest
from media_bytes import everything


@pytest.fixture(scope="session")
def valid_files():
    """One valid file of every supported media type."""
    return everything()
