"""Nights of the whole program with links that interfaces know, under real names in a namespace."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.internet.interfaces import GOOD_TOKEN, title_of_paper
from tests.internet.namespace import Namespace
from tests.internet.world import Host

CONFIGURATION = """
[fetch]
allow_networks = ["127.0.0.0/8"]
delay = 0
timeout = TIMEOUT
second_look = 0.1
[lookups]
arxiv_delay = 0.1
[fetch.hosts]
"arxiv.org" = { delay = 0 }
"export.arxiv.org" = { delay = 0 }
"doi.org" = { delay = 0 }
"github.com" = { delay = 0 }
"www.youtube.com" = { delay = 0 }
"youtu.be" = { delay = 0 }
[archive]
cdx_rate = 6000
playback_rate = 6000
[archive.fallbacks]
papers = false
software_heritage = false
arquivo = false
"""

PAPER, PDF, LOST_PAPER = (
    "https://arxiv.org/abs/2401.00001",
    "https://arxiv.org/pdf/2401.00002",
    "https://arxiv.org/abs/2401.00404",
)
DOI, LOST_DOI = "https://doi.org/10.1000/one", "https://doi.org/10.1000/gone"
REPOSITORY, RENAMED, PRIVATE = (
    "https://github.com/a/b",
    "https://github.com/someone/renamed",
    "https://github.com/a/gone",
)
VIDEO, LOST_VIDEO = "https://www.youtube.com/watch?v=living-abcd", "https://youtu.be/gone-abcdef"
PAGE = "https://alive.example/"
KNOWN = {PAPER, PDF, DOI, REPOSITORY, RENAMED, VIDEO}
LOST = {LOST_PAPER, LOST_DOI, PRIVATE, LOST_VIDEO}
PAGES = {url: f"/titled/The-page-of-{number}" for number, url in enumerate(sorted(KNOWN))}
"""What the pages answer whose interface does not."""


def night(
    internet: Namespace, directory: Path, *arguments: str, token: str = GOOD_TOKEN, timeout: float = 10
) -> tuple[dict[str, dict[str, Any]], str]:
    """A nightly job: the links of its report by URL, and all that was said."""
    (directory / "seeds").mkdir(exist_ok=True)
    (directory / "seeds" / "list.md").write_text("".join(f"- <{url}>\n" for url in sorted(KNOWN | LOST | {PAGE})))
    (directory / "dlt-crawl.toml").write_text(CONFIGURATION.replace("TIMEOUT", str(timeout)))
    program = [sys.executable, "-m", "dlt_crawler"]
    done = internet.run([*program, *arguments, "run"], directory, {"GITHUB_TOKEN": token})
    assert done.returncode == 0, done.stderr
    report = json.loads((directory / "storage/reports/report.json").read_text())
    shown = internet.run([*program, "report", "--all", "--format", "json"], directory).stdout
    assert json.loads(shown)["summary"] == report["summary"]
    return {link["url"]: link for link in json.loads(shown)["links"]}, done.stdout + done.stderr


@pytest.fixture
def world(namespace: Namespace) -> Namespace:
    for url, row in PAGES.items():
        namespace.page(url, row)
    return namespace


def test_links_that_interfaces_know_are_never_fetched_as_pages(world: Namespace, tmp_path: Path) -> None:
    links, said = night(world, tmp_path, "--verbose")
    asked = world.requests()
    assert {url: link["state"] for url, link in links.items()} == {
        **dict.fromkeys(KNOWN | {PAGE}, "alive"), **dict.fromkeys(LOST, "dead"),
    }  # fmt: skip
    assert links[PDF]["title"] == title_of_paper("2401.00002")
    assert (links[RENAMED]["outcome"], links[RENAMED]["final_url"], links[RENAMED]["permanent"]) == (
        "redirected", "https://github.com/someone-else/renamed-since", True,
    )  # fmt: skip
    # Pages are asked for where the interface does not know, at both looks; at the second one, doi.org is asked for a
    # DOI that it has known, too.
    pages = Counter(each.url for each in asked if each.url in KNOWN | LOST)
    assert pages == {LOST_PAPER: 2, PRIVATE: 2, DOI: 2, LOST_DOI: 2}
    assert sum(each.host == "export.arxiv.org" for each in asked) == 2
    looked_up = "looked up arXiv 2 · doi.org 2 · GitHub 2 · YouTube 2; 2 not known there, and fetched as pages"
    assert looked_up in " ".join(said.split())
    # The token is in nothing that is kept or said, and was told to one host only.
    assert GOOD_TOKEN not in said
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in kept if GOOD_TOKEN.encode() in path.read_bytes()] == []
    assert {each.host for each in asked if GOOD_TOKEN in str(each.headers)} == {"api.github.com"}


@pytest.mark.parametrize(
    "fault",
    [
        Host("hangs", always="/hang"),
        *(
            pytest.param(host, marks=pytest.mark.at_length)
            for host in [
                Host("speaks of other things", always="/ok"),
                Host("wants to be left alone", always="/retry-after/429/3600"),
                Host("refuses", connect="refused"), Host("is broken", always="/status/500"),
                Host("has no name", dns="nxdomain"), Host("has a wrong certificate", tls="expired"),
            ]
        ),
    ],
    ids=lambda host: host.sentence,
)  # fmt: skip
def test_when_interfaces_fail_their_links_are_fetched_as_any_others(
    world: Namespace, tmp_path: Path, fault: Host
) -> None:
    for name in ("export.arxiv.org", "api.github.com"):
        world.host(name, fault)
    links, said = night(world, tmp_path, timeout=3)
    states = {url: links[url]["state"] for url in (PAPER, PDF, REPOSITORY, LOST_PAPER, PRIVATE)}
    assert states == {PAPER: "alive", PDF: "alive", REPOSITORY: "alive", LOST_PAPER: "dead", PRIVATE: "dead"}
    assert links[PAPER]["title"] == PAGES[PAPER].removeprefix("/titled/").replace("-", " ")
    # The others go on.
    assert (links[DOI]["state"], links[VIDEO]["title"]) == ("alive", "The video living-abcd")
    assert "arXiv 0 · doi.org 2 · GitHub 0 · YouTube 2" in said
    assert sum(each.host == "export.arxiv.org" for each in world.requests()) <= 2


@pytest.mark.at_length
def test_without_a_token_repositories_are_pages(world: Namespace, tmp_path: Path) -> None:
    links, said = night(world, tmp_path, token="")
    assert links[REPOSITORY]["title"] == PAGES[REPOSITORY].removeprefix("/titled/").replace("-", " ")
    assert "api.github.com" not in {each.host for each in world.requests()}
    assert "GitHub" not in said
