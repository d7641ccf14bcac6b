"""Reports as the page has to show them: as many links as asked for, in all states, and links whose words are hostile.

The same report for the same number, so that tests and benchmarks speak of the same page.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dlt_crawler.model import (
    Alternative,
    Check,
    Dispute,
    Ignore,
    LinkKind,
    LinkOccurrence,
    LinkStatus,
    LinkWarning,
    Lint,
    LintKind,
    Network,
    NoSnapshot,
    NoSnapshotReason,
    Observation,
    Outcome,
    Page,
    Redirect,
    Report,
    Resource,
    Run,
    RunId,
    Signal,
    SignalKind,
    Snapshot,
    Span,
    State,
    Tally,
    Transition,
    Trends,
    Verdict,
)

NIGHT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
_DAY = timedelta(days=1)
RUN = Run(RunId(412), NIGHT, NIGHT + timedelta(minutes=11), Network.OK)

_ENGLISH = (
    *("attention", "learning", "survey", "graphs", "proofs", "systems", "memory", "kernel", "distributed", "consensus"),
    *("database", "query", "notes", "lecture", "compiler", "types", "inference", "language", "models", "vision"),
    *("robot", "control", "energy", "optimal", "transport", "random", "matrix", "theory", "introduction", "practical"),
    *("modern", "awesome", "handbook", "guide", "tutorial", "history", "archive", "protocol", "security", "crypto"),
)
_CHINESE = (
    "深度学习理论综述图神经网络优化算法分布式系统数据库查询编译原理类型推断语言模型机器人控制随机矩阵概率导论实践教程"
)
_TEXT = (
    "We study how the method behaves when the assumptions that are usually made do not hold, and show that a simple "
    "change keeps its guarantees. Experiments on public data agree with the bound. "
    "本文研究该方法在常见假设不成立时的表现。 "
)
_FILES = ["seeds/machine-learning.md", "seeds/理论/概率论.md", "seeds/systems.md", "docs/reading list.md", "README.md"]

_STATES = (
    [State.ALIVE] * 860
    + [State.DEAD] * 52
    + [State.FAILING] * 23
    + [State.BLOCKED] * 45
    + [State.SKIPPED] * 10
    + [State.UNCHECKED] * 4
    + [State.INVALID] * 4
    + [State.UNSAFE] * 2
)
_WENT_WRONG = [Outcome.NOT_FOUND] * 5 + [Outcome.DNS_ERROR, Outcome.SOFT_404, Outcome.TIMEOUT, Outcome.SERVER_ERROR]
_OUTCOMES = {
    State.ALIVE: [Outcome.OK] * 6 + [Outcome.REDIRECTED],
    State.DEAD: _WENT_WRONG,
    State.FAILING: [Outcome.TIMEOUT, Outcome.CONNECTION_ERROR, Outcome.TLS_ERROR, Outcome.SERVER_ERROR],
    State.BLOCKED: [Outcome.BLOCKED, Outcome.RATE_LIMITED, Outcome.ROBOTS_DENIED],
    State.UNSAFE: [Outcome.UNSAFE],
}
_REASONS = {
    State.ALIVE: "answered 200",
    State.DEAD: "answered 404 Not Found in two looks",
    State.FAILING: "no answer within 20 s, on 2 of the 4 days that are needed",
    State.BLOCKED: "asks visitors to prove that they are human (403)",
    State.UNSAFE: "leads to an address of a private network",
    State.INVALID: "no browser can open this: the host has a space in it",
    State.SKIPPED: "excluded by the configuration",
    State.UNCHECKED: "not checked yet",
}

HOSTILE_WORDS = (
    "<script>document.title='owned'</script>",
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "]]><!--<style>body{display:none}</style>",
    "\u202etxt.exe\u202c right to left \u2066isolated",
    "\x1b[31mred\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "&lt;b&gt; ${7*7} {{7*7}} `x` \u2028 \ud800 \x00 '\"",
    "长" * 120 + "W" * 180,
)
"""What a page may call itself, and what somebody may write into a list."""


def report_of(number: int, *, nights: int = 30, tallies: int = 200) -> Report:
    """A report of so many links on hosts with a long tail."""
    chance = random.Random(number)
    times = tuple(NIGHT - _DAY * back for back in range(nights - 1, -1, -1))
    runs = tuple(
        Run(RunId(RUN.id - nights + 1 + index), at, at + timedelta(minutes=9), Network.OK)
        for index, at in enumerate(times)
    )
    links = tuple(_link(chance, index) for index in range(number))
    return Report(
        RUN,
        links,
        lints=(Lint(_FILES[0], 12, 3, None, LintKind.DUPLICATE_LINK, "stands in line 7 already"),) * min(number, 17),
        transitions=tuple(_transition(link) for link in links if _is_news(link, chance)),
        trends=Trends(
            _tallies(chance, number, tallies), runs, {link.url: _strip(chance, link, nights) for link in links}
        ),
    )


def hostile_report() -> Report:
    """A dead link for each of HOSTILE_WORDS, which say all that can be said of it; and links that must lead nowhere."""
    links = [_hostile(words, index) for index, words in enumerate(HOSTILE_WORDS)]
    addresses = (
        "javascript:document.title='owned'//",
        "data:text/html,<script>document.title='owned'</script>",
        "https://user:hunter2@secret.example/?api_key=sk-0123456789abcdef0123456789abcdef",
        "https://long.example/" + "a" * 1500,
        "https://例え.example/\u202e/路径?q=\"><script>document.title='owned'</script>",
    )
    base = replace(links[0], ignored=None)
    for url in addresses:
        written = replace(base.occurrences[0], raw=url, url=url, text=url)
        dead = replace(base.verdict, state=State.DEAD, moved_to=url)
        snapshot = Snapshot(url, "20190304050607", url, 200, "playback")
        links.append(replace(base, url=url, verdict=dead, snapshot=snapshot, occurrences=(written,)))
    return Report(RUN, tuple(links), transitions=tuple(map(_transition, links)), only=HOSTILE_WORDS[0])


def _hostile(words: str, index: int) -> LinkStatus:
    url = f"https://hostile{index}.example/page"
    file = f"seeds/{words}.md"
    written = LinkOccurrence(
        file, Span(1, 9), 3, 5, LinkKind.INLINE, url, url, words, Resource(url), headings=(words, words)
    )
    seen = Observation(
        Resource(url),
        NIGHT,
        0.2,
        Outcome.SOFT_404,
        words,
        200,
        "javascript:alert(1)",
        (Redirect(url, 301, "javascript:alert(1)"),),
        words,
        signals=(Signal(SignalKind.ERROR_WORDS, 0.6, words),),
        warnings=(LinkWarning.ALTERNATIVE_ADDRESS,),
    )
    return LinkStatus(
        url,
        Verdict(State.DEAD, words, NIGHT, NIGHT - _DAY * 9, NIGHT - _DAY, 4, moved_to="javascript:alert(2)"),
        Check(RUN.id, 1, seen),
        Page(words, words),
        NIGHT - _DAY * 30,
        Snapshot(url, "20190304050607", "javascript:alert(3)", 200, words, words, words),
        (written,),
        alternatives=(Alternative("javascript:alert(4)", Verdict(State.ALIVE, words)),),
        note=words,
        dispute=Dispute(NIGHT, file, "javascript:alert(5)"),
        ignored=Ignore(words, words, words) if index == 0 else None,
    )


def _link(chance: random.Random, index: int) -> LinkStatus:
    state = chance.choice(_STATES)
    url = f"https://{_host(chance)}/{_path(chance)}-{index}"
    outcome = chance.choice(_OUTCOMES[state]) if state in _OUTCOMES else None
    title = _title(chance) if chance.random() < 0.93 else None
    abstract = _TEXT * chance.randint(1, 4) if title and chance.random() < 0.3 else None
    failing = NIGHT - _DAY * chance.randint(1, 200) if state in (State.DEAD, State.FAILING) else None
    working = (
        NIGHT if state is State.ALIVE else NIGHT - _DAY * chance.randint(200, 900) if chance.random() < 0.8 else None
    )
    verdict = Verdict(state, _REASONS[state], NIGHT, working, failing, chance.randint(1, 400))
    moved = outcome is Outcome.REDIRECTED and chance.random() < 0.5
    if moved:
        verdict = replace(verdict, moved_to=f"https://new.{_host(chance)}/{_path(chance)}")
    last = None if outcome is None else Check(RUN.id, 1, _seen(chance, url, outcome, verdict))
    file = chance.choice(_FILES)
    occurrences = tuple(
        LinkOccurrence(
            file, Span(index * 90, index * 90 + 40), index // len(_FILES) + 1 + 700 * again, chance.randint(3, 60),
            LinkKind.INLINE, url, url, title or url, Resource(url), headings=("Reading list", chance.choice(_ENGLISH)),
        )
        for again in range(1 + (chance.random() < 0.07))
    )  # fmt: skip
    return LinkStatus(
        url, verdict, last, Page(title, abstract), NIGHT - _DAY * 400, _snapshot(chance, url, state), occurrences,
        dispute=Dispute(NIGHT - _DAY * 3, file, f"https://web.archive.org/web/2019/{url}")
        if state is State.DEAD and chance.random() < 0.15 else None,
        ignored=Ignore("dlt-crawl.toml, ignore[2]", "https://*", "the site comes back in spring")
        if state is State.DEAD and chance.random() < 0.04 else None,
        written=NIGHT - _DAY * chance.randint(1, 4500) if chance.random() < 0.9 else None,
    )  # fmt: skip


def _seen(chance: random.Random, url: str, outcome: Outcome, verdict: Verdict) -> Observation:
    status = {Outcome.NOT_FOUND: 404, Outcome.SERVER_ERROR: 503, Outcome.BLOCKED: 403, Outcome.RATE_LIMITED: 429}
    answered = outcome in (Outcome.OK, Outcome.REDIRECTED, Outcome.SOFT_404)
    final = verdict.moved_to or (url + "/" if outcome is Outcome.REDIRECTED else url)
    warnings = [*LinkWarning] if chance.random() < 0.05 else []
    return Observation(
        Resource(url), NIGHT, chance.random(), outcome, f"what was seen: {outcome.value}",
        200 if answered else status.get(outcome), final,
        (Redirect(url, 301, final),) if final != url else (), "text/html",
        signals=(Signal(SignalKind.ERROR_WORDS, 0.6, "Page not found"), Signal(SignalKind.THIN, 0.4, "80 characters"))
        if outcome is Outcome.SOFT_404 else (),
        warnings=tuple(chance.sample(warnings, 1)) if warnings else (),
    )  # fmt: skip


def _snapshot(chance: random.Random, url: str, state: State) -> Snapshot | NoSnapshot | None:
    if state is not State.DEAD:
        return None
    if chance.random() < 0.2:
        return NoSnapshot(url, NoSnapshotReason.NEVER_ARCHIVED)
    return Snapshot(
        url, "20190304050607", f"https://web.archive.org/web/20190304050607/{url}", 200, "playback",
        evidence="the last good capture before the page went away",
    )  # fmt: skip


def _host(chance: random.Random) -> str:
    """A few hosts have most of the links, most hosts have one (as in curated lists)."""
    rank = int(chance.paretovariate(0.55))
    names = ("github.com", "arxiv.org", "www.zhihu.com", "en.wikipedia.org", "alice.github.io", "papers.nips.cc")
    return names[rank - 1] if rank <= len(names) else f"{_ENGLISH[rank % len(_ENGLISH)]}{rank % 4000}.example.org"


def _path(chance: random.Random) -> str:
    return "/".join(chance.choices(_ENGLISH, k=chance.randint(1, 8 if chance.random() < 0.05 else 4)))


def _title(chance: random.Random) -> str:
    if chance.random() < 0.5:
        start = chance.randrange(len(_CHINESE) - 20)
        return _CHINESE[start : start + chance.randint(4, 18)] + chance.choice(["", "（第二版）", "：一个综述", " GPT"])
    return " ".join(chance.choices(_ENGLISH, k=chance.randint(2, 11))).capitalize()


def _strip(chance: random.Random, link: LinkStatus, nights: int) -> tuple[Outcome | None, ...]:
    outcome, since = link.last.seen.outcome if link.last else None, link.verdict.failing_since
    wrong = nights if link.verdict.state is State.BLOCKED else min((NIGHT - since) // _DAY + 1, nights) if since else 1
    before = chance.choices([Outcome.OK, None, Outcome.TIMEOUT], [60, 30, 1], k=nights - wrong)
    return (*before, *(outcome if chance.random() < 0.8 else None for _ in range(wrong - 1)), outcome)


def _tallies(chance: random.Random, number: int, count: int) -> tuple[Tally, ...]:
    found = []
    for back in range(count - 1, -1, -1):
        dead = number * (30 + (count - back) * 0.11) / 1000 + chance.uniform(0, number / 900)
        failing = number * 0.02 * chance.uniform(0.6, 1.6) + (number * 0.05 if back == count // 3 else 0)
        counts = dict.fromkeys(State, 0) | {
            State.DEAD: int(dead), State.FAILING: int(failing),
            State.BLOCKED: int(number * chance.uniform(0.04, 0.045)),
            State.SKIPPED: number // 100, State.INVALID: number // 250,
        }  # fmt: skip
        counts[State.ALIVE] = number - sum(counts.values())
        found.append(Tally(RunId(RUN.id - back), NIGHT - _DAY * back * 2, counts))
    return tuple(found)


def _is_news(link: LinkStatus, chance: random.Random) -> bool:
    return link.verdict.state in (State.DEAD, State.BLOCKED) and chance.random() < 0.03


def _transition(link: LinkStatus) -> Transition:
    return Transition(link.url, RUN.id, NIGHT, State.ALIVE, link.verdict.state, link.verdict.reason)
