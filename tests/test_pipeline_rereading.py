"""Checks read again: by what a whole run has shown, and by rules that changed. No network in any of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dlt_crawler import pipeline
from dlt_crawler.config import Settings
from dlt_crawler.model import (
    Evidence,
    LinkWarning,
    Observation,
    Outcome,
    Page,
    Redirect,
    Resource,
    Run,
    SignalKind,
    State,
)
from dlt_crawler.pipeline.rereading import reread_all, reread_crowds
from dlt_crawler.terminal import Watch

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(days=10)
DAY = timedelta(days=1)
HOME = Evidence(title="Welcome to Old", headings=("Welcome",), text="Welcome. " * 50, length=9_000, prose=5_000)
ARTICLE = replace(HOME, title="A paper", headings=("A paper",))
SHARE = Evidence(title="Share", text="Too late: this share is over.", length=29, prose=29)
"""Of a living page by all general rules."""
RULE = {"files": {"hosts": ["files.example"], "dead": ["this share is over"]}}


class Nights:
    """A job, its database, and nights whose checks are written by hand."""

    def __init__(self, job: pipeline.Job) -> None:
        self.job = job
        self.at = NOW

    def night(self, *seen: Observation) -> Run:
        self.at += DAY
        run = self.job.store.begin_run(self.at)
        self.job.store.add_checks(run.id, 1, [replace(each, at=self.at) for each in seen])
        self.job.store.finish_run(run.id, now=self.at, network=run.network)
        return run

    def outcomes(self, url: str) -> list[str]:
        return [check.seen.outcome.value for check in self.job.store.history(Resource(url))]

    def page(self, url: str) -> Page:
        found = self.job.store.link(url)
        assert found is not None
        return found.page

    def state(self, url: str) -> State:
        pipeline.judge(self.job)
        return self.job.store.verdicts()[Resource(url)].state


def settings(directory: Path, **changes: object) -> Settings:
    return Settings(database=f"sqlite:///{directory}/links.db", storage=directory, **changes)  # type: ignore[arg-type]


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    with pipeline.open_job(settings(tmp_path), "test", Watch(quiet=True)) as job:
        yield Nights(job)


def with_rules(nights: Nights, tmp_path: Path, **rules: object) -> Nights:
    return Nights(replace(nights.job, settings=settings(tmp_path, sites=rules)))


def shown(url: str, evidence: Evidence | None, title: str | None = None, to: str | None = None) -> Observation:
    hops = (Redirect(url, 302, to),) if to else ()
    outcome = Outcome.REDIRECTED if to else Outcome.OK
    return Observation(
        Resource(url), NOW, 0.1, outcome, "as it was said", 200, to or url, hops, page=Page(title), evidence=evidence
    )


def test_links_of_a_host_that_all_end_on_its_home_page_are_gone(nights: Nights) -> None:
    papers = [f"https://old.example/papers/{number}" for number in range(3)]
    for paper in papers:
        nights.night(shown(paper, ARTICLE, "A paper"))
    run = nights.night(
        *(shown(paper, HOME, "Welcome to Old", to="https://old.example/") for paper in papers),
        shown("https://else.example/1", HOME, "Welcome to Old", to="https://old.example/"),
    )

    reread_crowds(nights.job, run)

    for paper in papers:
        assert nights.outcomes(paper) == ["ok", "soft_404"]
        # What the page was called is known again.
        assert nights.page(paper) == Page("A paper")
        last = nights.job.store.history(Resource(paper))[-1].seen
        assert {signal.kind for signal in last.signals} >= {SignalKind.CONVERGING, SignalKind.LANDING}
        assert last.detail != "as it was said"
        assert nights.state(paper) is State.FAILING
    assert nights.outcomes("https://else.example/1") == ["redirected"]


def test_two_links_are_no_crowd_and_a_third_one_makes_it_one_from_then_on(nights: Nights) -> None:
    papers = [f"https://old.example/papers/{number}" for number in range(3)]
    runs = [
        nights.night(*(shown(paper, HOME, to="https://old.example/") for paper in papers[:2])),
        nights.night(*(shown(paper, HOME, to="https://old.example/") for paper in papers)),
        # Whether the others are looked at that night makes no difference.
        nights.night(shown(papers[0], HOME, to="https://old.example/")),
    ]
    for run in runs:
        reread_crowds(nights.job, run)

    assert [nights.outcomes(paper) for paper in papers] == [
        ["redirected", "soft_404", "soft_404"],
        ["redirected", "soft_404"],
        ["soft_404"],
    ]
    assert reread_all(nights.job).changed == 0


@pytest.mark.parametrize(
    ("links", "to"),
    [
        # Ways in, and ways to write one link.
        (["https://a.example/en/latest/", "https://a.example/en/stable/", "https://a.example/latest"],
         "https://a.example/en/"),
        (["https://a.example/app?ref=a", "https://a.example/app?ref=b", "https://a.example/app?ref=c"],
         "https://a.example/"),
        # A page whose address changed is not condemned with the others.
        (["https://a.example/docs/handbook.html", "https://a.example/docs/a", "https://a.example/docs/b"],
         "https://a.example/docs/handbook/"),
        # Short links of others.
        (["https://short.example/x", "https://short.example/y", "https://short.example/z"], "https://b.example/"),
    ],
)  # fmt: skip
def test_links_that_were_always_led_to_one_page_live(nights: Nights, links: list[str], to: str) -> None:
    run = nights.night(*(shown(link, HOME, to=to) for link in links))
    reread_crowds(nights.job, run)
    assert {link: nights.outcomes(link) for link in links} == {link: ["redirected"] for link in links}


def test_pages_that_became_one_page_live(nights: Nights) -> None:
    parts = [f"https://docs.example/guide/part-{number}" for number in range(3)]
    nights.night(*(shown(part, ARTICLE, f"Chapter {part[-1]}: words") for part in parts))
    whole = replace(HOME, title="The whole guide", prose=300, length=400)
    run = nights.night(*(shown(part, whole, "All in one", to="https://docs.example/guide/all") for part in parts))
    reread_crowds(nights.job, run)
    assert [nights.outcomes(part)[-1] for part in parts] == ["redirected"] * 3


def test_what_an_alternative_address_shows_condemns_nothing(nights: Nights, tmp_path: Path) -> None:
    link = "http://files.example/s/1"
    seen = replace(shown(link, SHARE, to="https://files.example/s/1"), redirects=())
    nights.night(replace(seen, warnings=(LinkWarning.ALTERNATIVE_ADDRESS,)))
    reread_all(with_rules(nights, tmp_path, **RULE).job)
    assert nights.outcomes(link) == ["redirected"]


def test_what_is_said_of_a_certificate_stays_said(nights: Nights, tmp_path: Path) -> None:
    link = "https://files.example/s/1"
    said = "files.example answered 200 OK; its certificate is self-signed."
    nights.night(replace(shown(link, SHARE), detail=said, warnings=(LinkWarning.TLS_UNVERIFIED,)))
    reread_all(with_rules(nights, tmp_path, **RULE).job)
    assert nights.job.store.history(Resource(link))[0].seen.detail.endswith("; its certificate is self-signed.")


def test_a_new_rule_is_applied_to_the_history_and_taken_back(nights: Nights, tmp_path: Path) -> None:
    link, other = "https://files.example/s/1", "https://else.example/s/1"
    nights.night(shown(link, ARTICLE, "A paper"), shown(other, SHARE, "Share"))
    for _ in range(3):
        nights.night(shown(link, SHARE, "Share"), shown(other, SHARE, "Share"))
    assert (nights.state(link), nights.page(link)) == (State.ALIVE, Page("Share"))

    ruled = with_rules(nights, tmp_path, **RULE)
    assert reread_all(ruled.job) == pipeline.Reread(read=8, changed=3)
    assert ruled.outcomes(link) == ["ok", "soft_404", "soft_404", "soft_404"]
    assert (ruled.state(link), ruled.page(link)) == (State.DEAD, Page("A paper"))
    assert (ruled.outcomes(other), ruled.page(other)) == (["ok"] * 4, Page("Share"))
    # A second time changes nothing.
    assert reread_all(ruled.job).changed == 0

    assert reread_all(nights.job).changed == 3
    assert nights.outcomes(link) == ["ok"] * 4
    assert (nights.state(link), nights.page(link)) == (State.ALIVE, Page("Share"))


def test_what_has_no_evidence_stays_what_it_was(nights: Nights, tmp_path: Path) -> None:
    link = "https://files.example/s/1"
    nights.night(shown(link, None, "A paper"))
    nights.night(replace(shown(link, None), outcome=Outcome.TIMEOUT, status=None, final_url=None))
    nights.night(replace(shown(link, None), outcome=Outcome.SOFT_404))
    before = nights.job.store.history(Resource(link))

    assert reread_all(with_rules(nights, tmp_path, **RULE).job) == pipeline.Reread(0, 0)
    assert nights.job.store.history(Resource(link)) == before


def test_warnings_of_the_connection_stay_and_those_of_the_page_are_said_anew(nights: Nights, tmp_path: Path) -> None:
    link = "https://files.example/s/1"
    kept = (LinkWarning.TLS_UNVERIFIED, LinkWarning.WITHDRAWN)
    nights.night(replace(shown(link, SHARE), warnings=(*kept, LinkWarning.DRIFTED)))

    reread_all(with_rules(nights, tmp_path, **RULE).job)

    assert nights.job.store.history(Resource(link))[0].seen.warnings == kept


def test_a_title_that_no_check_says_any_more_is_kept(nights: Nights, tmp_path: Path) -> None:
    link = "https://files.example/s/1"
    nights.night(shown(link, SHARE))
    [history] = nights.job.store.rereading.histories()
    nights.job.store.rereading.save({}, {history.number: Page("Of a check that was thinned out", language="en")})

    reread_all(with_rules(nights, tmp_path, **RULE).job)

    assert nights.page(link) == Page("Of a check that was thinned out", language="en")
