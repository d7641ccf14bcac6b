"""Walls from a server's answer to the report: read whatever the status, blocked, and named to people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlt_crawler.model import Observation, Outcome
from tests.fetch_support import crawler, observe
from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.walls_support import LabelledPage, labelled

WALLS = tuple(wall for wall in labelled("walls") if wall.url == wall.final_url)
BUSY = tuple(wall.name for wall in WALLS if wall.status in (429, 503))
"""Each from a host of its own: one that has too much to do is left alone afterwards."""
BEFORE = ("/members/notes", "a login page"), ("/behind-cookies/notes", "a consent page")


def url_of(internet: Internet, wall: LabelledPage) -> str:
    host = f"127.0.0.{30 + BUSY.index(wall.name)}" if wall.name in BUSY else "127.0.0.1"
    return internet.http_url(f"/wall/{wall.name}", host)


@pytest.fixture(scope="module")
def seen(internet: Internet) -> Mapping[str, Observation]:
    urls = [url_of(internet, wall) for wall in WALLS]
    with crawler(internet, timeout=20) as running:
        return observe(running, [*urls, *(internet.http_url(path) for path, _ in BEFORE)], robots=False)


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.name)
def test_wall_is_blocked_whatever_its_status(
    wall: LabelledPage, internet: Internet, seen: Mapping[str, Observation]
) -> None:
    found = seen[url_of(internet, wall)]

    # A host that asks us to slow down is asked less, whoever's page it is.
    allowed = {Outcome.BLOCKED, Outcome.RATE_LIMITED} if wall.status == 429 else {Outcome.BLOCKED}
    assert (found.outcome in allowed, found.status) == (True, wall.status), found.detail
    assert (wall.whose or "?") in found.detail
    assert [signal.what for signal in found.signals] == [wall.whose]


@pytest.mark.parametrize(("path", "what"), BEFORE)
def test_redirect_to_a_page_that_wants_something_first(
    path: str, what: str, internet: Internet, seen: Mapping[str, Observation]
) -> None:
    found = seen[internet.http_url(path)]

    assert (found.outcome, len(found.redirects)) == (Outcome.BLOCKED, 1)
    assert what in found.detail


def test_report_names_the_wall(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    names = {
        "/wall/cloudflare-under-attack-503": "Cloudflare",
        "/wall/anubis-200": "Anubis",
        "/members/notes": "a login page",
    }
    maintainer.write("list.md", *(f"* <{internet.http_url(path)}>" for path in (*names, "/login?next=%2F", "/ok")))

    maintainer.run("run")

    links = maintainer.links()
    for path, name in names.items():
        assert (links[path]["state"], links[path]["outcome"]) == ("blocked", "blocked")
        assert name in links[path]["reason"]
        assert links[path]["title"] is None
    assert [links[path]["state"] for path in ("/login?next=%2F", "/ok")] == ["alive", "alive"]
