"""Fixtures for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.internet.client import Internet
from tests.internet.namespace import Namespace, why_not


@pytest.fixture(scope="session")
def internet() -> Iterator[Internet]:
    """The test internet on loopback ports, one for the whole session. It forgets everything after each test."""
    with Internet() as running:
        yield running


@pytest.fixture(autouse=True)
def _forget(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "internet" in request.fixturenames:
        request.getfixturevalue("internet").reset()


@pytest.fixture(scope="session")
def namespaces() -> type[Namespace]:
    """The class to make internets in namespaces of their own with. Where that is not permitted the test skips."""
    reason = why_not()
    if reason and os.environ.get("CI"):
        pytest.fail(f"in CI the end-to-end tests must run, and {reason}")
    if reason:
        pytest.skip(reason)
    return Namespace


@pytest.fixture
def namespace(namespaces: type[Namespace]) -> Iterator[Namespace]:
    """The small world in a namespace of its own, fresh for each test."""
    with namespaces("small") as running:
        yield running
