"""A timestamp authority of the tests' own, and a signer."""

import pytest
import servers
import throwaway


@pytest.fixture
def tsa():
    with servers.timestamp_server() as authority:
        yield authority


@pytest.fixture
def trust(tsa):
    return throwaway.trust(throwaway.root(), tsa=[tsa.root])


@pytest.fixture
def dead():
    """An address where nobody listens."""
    return f"http://127.0.0.1:{servers.closed_port()}/tsa"
