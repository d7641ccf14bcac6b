"""One link of each kind that reports tell apart, for the tests of the reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dlt_crawler.model import (
    Alternative,
    Check,
    LinkKind,
    LinkOccurrence,
    LinkStatus,
    LinkWarning,
    Lint,
    LintKind,
    Network,
    Observation,
    Outcome,
    Page,
    Redirect,
    Report,
    Resource,
    Run,
    RunId,
    Snapshot,
    Span,
    State,
    Transition,
    Verdict,
)

NIGHT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
RUN = Run(RunId(7), NIGHT, NIGHT + timedelta(minutes=11), Network.OK)
GONE = "https://gone.example/paper.pdf"


def occurrence(
    url: str = GONE, file: str = "seeds/理论.md", line: int = 17, text: str = "深度学习 Theory"
) -> LinkOccurrence:
    return LinkOccurrence(file, Span(310, 340), line, 23, LinkKind.INLINE, url, url, text, Resource(url))


def check(outcome: Outcome = Outcome.NOT_FOUND, status: int | None = 404, url: str = GONE) -> Check:
    seen = Observation(
        Resource(url), NIGHT, 0.4137, outcome, "answered 404 Not Found", status, url, content_type="text/html"
    )
    return Check(RUN.id, 1, seen)


DEAD = LinkStatus(
    url=GONE,
    verdict=Verdict(
        State.DEAD, "answered 404 in two looks", NIGHT, NIGHT - timedelta(days=9), NIGHT - timedelta(days=1), checks=5
    ),
    last=check(),
    page=Page("On Depth", "We show."),
    first_seen=NIGHT - timedelta(days=30),
    snapshot=Snapshot(GONE, "20190304050607", f"https://web.archive.org/web/20190304050607/{GONE}", 200, "playback"),
    occurrences=(occurrence(), occurrence(line=90)),
)
ALIVE = LinkStatus(
    url="https://alive.example/",
    verdict=Verdict(State.ALIVE, "answered 200", NIGHT, NIGHT, None, 3),
    last=Check(
        RUN.id,
        1,
        Observation(
            Resource("https://alive.example/"),
            NIGHT,
            0.1,
            Outcome.REDIRECTED,
            "ok after a redirect",
            200,
            "https://new.example/",
            (Redirect("https://alive.example/", 301, "https://new.example/"),),
            "text/html",
            Page("New"),
            warnings=(LinkWarning.TLS_UNVERIFIED,),
        ),
    ),
    page=Page("New"),
    first_seen=NIGHT,
    snapshot=None,
    occurrences=(occurrence("https://alive.example/", "seeds/b.md", 3, "alive"),),
)
UNCHECKED = LinkStatus(
    "https://later.example/",
    Verdict(State.UNCHECKED, "not checked yet"),
    None,
    Page(),
    NIGHT,
    None,
    (occurrence("https://later.example/", "seeds/b.md", 4, "later"),),
)
REPORT = Report(RUN, (DEAD, ALIVE, UNCHECKED))

LINTS = (
    Lint("seeds/理论.md", 1, 1, None, LintKind.MOJIBAKE, "was decoded with a wrong encoding once"),
    Lint("seeds/理论.md", 90, 23, Span(310, 340), LintKind.DUPLICATE_LINK, "stands in line 17 already"),
    Lint("seeds/b.md", 3, 9, Span(20, 20), LintKind.DUPLICATE_LINK, "stands in line 2 already"),
)


def read_otherwise(link: LinkStatus, url: str, state: State) -> LinkStatus:
    """The link when it may be read as `url`, too, which is in this state."""
    occurrences = tuple(replace(found, alternative=Resource(url)) for found in link.occurrences)
    return replace(link, occurrences=occurrences, alternatives=(Alternative(url, Verdict(state, "it was asked")),))


BLOCKED = replace(
    DEAD,
    url="https://walled.example/",
    verdict=Verdict(State.BLOCKED, "asks whether we are human", NIGHT),
    page=Page(),
    snapshot=None,
    occurrences=(occurrence("https://walled.example/", "seeds/b.md", 5, "walled"),),
)


def change(link: LinkStatus, before: State, moved_to: str | None = None) -> Transition:
    """What the run has changed about a link that was in another state, or has moved."""
    return Transition(link.url, RUN.id, NIGHT, before, link.verdict.state, link.verdict.reason, moved_to)


CHECKS = (
    replace(
        check(Outcome.OK, 200), seen=replace(check(Outcome.OK, 200).seen, at=NIGHT - timedelta(days=1), detail="ok")
    ),
    check(),
    replace(check(), look=2, seen=replace(check().seen, at=NIGHT + timedelta(minutes=9))),
    replace(
        check(Outcome.TIMEOUT, None),
        seen=replace(check(Outcome.TIMEOUT, None).seen, final_url=None, elapsed=20.0, detail="no answer in 20 s " * 3),
    ),
)
