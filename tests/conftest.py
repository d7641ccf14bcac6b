"""Fixtures for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from multiprocessing.context import SpawnProcess
from pathlib import Path

import hypothesis
import pytest

from dlt_crawler.language import LANGUAGE_VARIABLE
from dlt_crawler.store import Store, schema
from tests import databases, postgres
from tests.crawling import SPAWNED, ForkedPopen
from tests.internet.client import Internet
from tests.internet.namespace import Namespace, why_not

# On a busy machine any example may take longer than the 200 ms that hypothesis allows. In CI it allows more by itself.
if "CI" not in os.environ:
    hypothesis.settings.register_profile("busy", deadline=None)
    hypothesis.settings.load_profile("busy")

# The tests read English, whatever their machine speaks.
os.environ.pop(LANGUAGE_VARIABLE, None)
os.environ["LANGUAGE"] = "en"


@pytest.fixture(scope="session")
def internet() -> Iterator[Internet]:
    """The test internet on loopback ports, one for the whole session. It forgets everything after each test."""
    with Internet() as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def _crawling_processes_are_forks(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if request.module.__name__.rpartition(".")[2] not in SPAWNED:
            patch.setattr(SpawnProcess, "_Popen", staticmethod(ForkedPopen))
        yield


@pytest.fixture(scope="module", autouse=True)
def _new_databases_are_copies(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if request.module.__name__.rpartition(".")[2] not in databases.MIGRATED:
            patch.setattr(schema, "_upgrade", databases.upgrade)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what takes so long that only the nightly tests have the time for it (`.ci/nightly`)."""
    if os.environ.get("AT_LENGTH"):
        return
    for item in items:
        if item.get_closest_marker("at_length"):
            item.add_marker(pytest.mark.skip(reason="takes long: AT_LENGTH=1 runs it"))


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


@pytest.fixture(scope="session")
def postgresql() -> postgres.Server:
    """The PostgreSQL server of this process. Where it is not installed the test skips."""
    reason = postgres.why_not()
    if reason and os.environ.get("CI"):
        pytest.fail(f"in CI the tests of both databases must run, and {reason}")
    if reason:
        pytest.skip(reason)
    return postgres.server()


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database for this test, which runs with each kind. With SQLite it is the file links.db."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/links.db"
        return
    server: postgres.Server = request.getfixturevalue("postgresql")
    url = server.new()
    yield url
    server.drop(url)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A new database, open; the test runs with each kind."""
    with Store.open(database_url) as opened:
        yield opened
