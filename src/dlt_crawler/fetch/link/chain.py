"""One chain: from a URL over its redirects to an answer or to none, within a number of seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Protocol

from dlt_crawler.fetch.link.again import kept, renewed
from dlt_crawler.fetch.link.meaning import Meaning, meaning
from dlt_crawler.fetch.link.reading import PageReading
from dlt_crawler.fetch.link.state import State
from dlt_crawler.fetch.outcome import FOLLOWED, Finding, of_unchanged
from dlt_crawler.fetch.visit.redirects import next_url
from dlt_crawler.fetch.visit.server import Server, server_of
from dlt_crawler.fetch.visit.wish import Answer, NoAnswer, PageWish, Visits, Wish
from dlt_crawler.model import SUCCESSES, Due, Outcome, Redirect, Sibling, Validators
from dlt_crawler.page import Content, Shown
from dlt_crawler.page.fragments import may_be_missing
from dlt_crawler.sites import Sites
from dlt_crawler.urls import host_of

_NOT_MODIFIED = 304
_FINAL = SUCCESSES | {Outcome.RATE_LIMITED, Outcome.TIMEOUT}
"""After which nobody is asked once more: a host that wants us to slow down is left alone, and there is no more time."""

told_of_visits: ContextVar[Callable[[str], None] | None] = ContextVar("told_of_visits", default=None)
"""Called with the slot of every URL that the check in this context is about to visit."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What was found on the way from `start`."""

    start: str
    finding: Finding
    hops: tuple[Redirect, ...]
    last: Answer | None
    """The last answer; None when there was none at all."""
    elapsed: float
    """Seconds of requests under way."""
    unverified: bool
    """Whether some of it came over a connection whose certificate is wrong."""
    shown: Shown | None = None
    """What the last answer shows, when it was the end of the chain …"""
    meaning: Meaning | None = None
    """… and what that means."""
    validators: Validators | None = None
    """What the page at the end can be asked for with again, as far as what was found goes (`again.kept`)."""

    @property
    def lives(self) -> bool:
        """Whether a page was shown."""
        return self.finding.outcome in SUCCESSES


@dataclass(frozen=True, slots=True)
class Beside:
    """What a page that cannot exist, beside that of a link, tells of it."""

    sibling: Sibling | None = None
    """None: nothing."""
    elapsed: float = 0.0
    """Seconds of requests under way."""


class Neighbours(Protocol):
    """What can be known from the neighbourhood of a page."""

    async def beside(self, shown: Shown, seconds: float) -> Beside:
        """Ask, for so many seconds, for a page that cannot exist beside what a link has shown."""


class Walker:
    """Follows redirects as browsers do, with a jar of cookies that is forgotten at the end."""

    def __init__(
        self,
        visits: Visits,
        sites: Sites,
        *,
        max_redirects: int,
        timeout: float,
        read_bytes: int,
        robots: bool,
        keep: bool = False,
        neighbours: Neighbours | None = None,
    ) -> None:
        """`timeout`: the seconds that a link has in all, for what is said to people; `read_bytes`: of a body.

        `keep`: whether what is answered goes into our own WARC files, if there are any. `neighbours` are asked about
        pages that count as living although something speaks against them.
        """
        self._neighbours = neighbours
        self._visits = visits
        self._sites = sites
        self._max_redirects = max_redirects
        self._timeout = timeout
        self._read_bytes = read_bytes
        self._robots = robots
        self._keep = keep

    async def walk(
        self,
        url: str,
        due: Due,
        seconds: float,
        *,
        on_silence: Callable[[], None] | None = None,
        closed: str | None = None,
    ) -> Chain:
        """Walk from `url`, an address of what is `due`, with requests that are under way for `seconds` in all.

        Whatever a server does is a finding.

        `on_silence` is called when the first URL has been silent for half of that time. `closed` is a URL that the
        chain must not lead to. Where only a certificate is wrong, its origin is asked without one. What is known to be
        the same if it has not changed is asked with conditions, and all once more without them before anything is said
        against the link.
        """
        fragments = tuple(filter(may_be_missing, due.fragments))
        state = State(url, due, seconds, fragments)
        finding = await self._found(state, on_silence, closed)
        if state.conditional and finding.asked and finding.outcome not in _FINAL:
            state = State(url, replace(due, validators=None), seconds, fragments, elapsed=state.elapsed)
            finding = await self._found(state, on_silence, closed)
        return Chain(
            start=url,
            finding=_with_certificates(finding, state),
            hops=tuple(state.hops),
            last=state.last,
            elapsed=state.elapsed,
            unverified=bool(state.wrong),
            shown=state.shown,
            meaning=state.meaning,
            validators=state.unchanged or _kept(state),
        )

    async def _found(self, state: State, on_silence: Callable[[], None] | None, closed: str | None) -> Finding:
        """Return what was found on the whole way."""
        finding = _after(state.hops, await self._follow(state, on_silence, closed))
        if self._neighbours is not None and state.meaning is not None and state.meaning.is_doubtful:
            finding = await self._asked_about(state, self._neighbours)
        if finding.outcome not in SUCCESSES and (before := state.back()) is not None:
            return before
        return finding

    async def _follow(self, state: State, on_silence: Callable[[], None] | None, closed: str | None) -> Finding:
        url = state.start
        while True:
            server = server_of(url)
            if isinstance(server, Finding):
                return server
            verify = server.origin not in state.wrong
            jar = state.jar(verify=verify)
            cookie = jar.header_for(url)
            wish = self._wish(url, server, cookie, state, verify=verify)
            answer = await self._visit(wish, state, on_silence if not state.hops else None)
            state.conditional |= bool(wish.headers) and _was_heard(answer)
            if isinstance(answer, NoAnswer):
                if not (answer.certificate and verify):
                    return answer.finding
                state.wrong[server.origin] = answer.finding.detail.partition(": ")[2].rstrip(".")
                continue
            state.last, state.last_origin = answer, server.origin
            location = self._next(answer, cookie, state)
            if isinstance(location, Finding):
                return _unchanged(answer, state) or location if wish.headers else location
            if location == closed:
                return Finding(Outcome.REDIRECT_LOOP, f"{host_of(url)} redirects back.")
            jar.keep(url, answer.cookies)
            url = location

    def _wish(self, url: str, server: Server, cookie: str, state: State, *, verify: bool) -> Wish:
        reading = PageReading(self._read_bytes, url, whole=bool(state.fragments))
        page, left = PageWish(state.fragments), state.seconds - state.elapsed
        return Wish(
            url, server, reading, left, page=page, robots=self._robots, cookie=cookie, verify=verify,
            keep=self._keep, headers=state.conditions(url, verify=verify),
        )  # fmt: skip

    async def _visit(self, wish: Wish, state: State, on_silence: Callable[[], None] | None) -> Answer | NoAnswer:
        if wish.seconds <= 0:
            return NoAnswer(self._late(wish.url, state.hops), 0.0)
        if (tell := told_of_visits.get()) is not None:
            tell(wish.server.slot)
        answer = await self._visits.visit(wish, on_silence)
        # An answer that took no time is what others have found out about this host.
        late = state.elapsed > 0 and answer.elapsed > 0
        if late and isinstance(answer, NoAnswer) and answer.finding.outcome is Outcome.TIMEOUT:
            answer = replace(answer, finding=self._late(wish.url, state.hops))
        state.elapsed += answer.elapsed
        return answer

    def _late(self, url: str, hops: Sequence[Redirect]) -> Finding:
        """Say that the time is over, and not what was left of it for the last request."""
        with_hops = ", redirects included" if hops else ""
        return Finding(Outcome.TIMEOUT, f"{host_of(url)} did not answer within {self._timeout:g} s{with_hops}.")

    def _next(self, answer: Answer, cookie: str, state: State) -> str | Finding:
        """Return the URL to ask for next, or what the chain ends with."""
        if answer.status in FOLLOWED and answer.location is not None:
            target = next_url(answer.url, answer.location)
            if isinstance(target, Finding):
                return target
            # Browsers go to the fragment of the link only if the server names none (HTML standard, section 7.4.5).
            state.fragments = () if b"#" in answer.location else state.fragments
            return self._hop(answer, target, cookie, state)
        finding = self._end(answer, state)
        refresh = state.shown.evidence.refresh if state.shown is not None else None
        # What an error page, a wall or a parked domain leads to is not what was asked for.
        if refresh is None or state.meaning is None or not state.meaning.lives:
            return finding
        state.leave_page()
        return self._hop(answer, refresh, cookie, state)

    def _hop(self, answer: Answer, target: str, cookie: str, state: State) -> str | Finding:
        # The same URL asked for with the same cookies answers the same. With other cookies it need not.
        if (answer.url, cookie) in state.visits:
            # Pages that send on to one another after some seconds can be read: that is no proof of anything.
            shows = any(hop.status not in FOLLOWED for hop in state.hops)
            detail = f"{host_of(answer.url)} redirects in a circle."
            return Finding(Outcome.REDIRECT_LOOP, detail, asked=not shows)
        if len(state.hops) >= self._max_redirects:
            # Browsers follow more: where it ends is not known.
            detail = f"There are more than {self._max_redirects} redirects."
            return Finding(Outcome.REDIRECT_LOOP, detail, asked=False)
        state.visits.add((answer.url, cookie))
        state.hops.append(Redirect(answer.url, answer.status, target))
        return target

    def _end(self, answer: Answer, state: State) -> Finding:
        """Return what the answer at the end of a chain means."""
        content = answer.content or Content()
        state.shown = Shown(
            url=state.start,
            final_url=answer.url,
            status=answer.status,
            redirects=tuple(state.hops),
            page=content.page,
            evidence=content.evidence,
            known=state.due.known,
        )
        state.meaning = meaning(state.shown, self._sites)
        return state.meaning.finding

    async def _asked_about(self, state: State, neighbours: Neighbours) -> Finding:
        """Return what a doubtful page is, with what its neighbourhood tells of it."""
        if state.shown is None:
            raise AssertionError("what has a meaning was shown")
        told = await neighbours.beside(state.shown, state.seconds - state.elapsed)
        state.elapsed += told.elapsed
        state.shown = replace(state.shown, evidence=replace(state.shown.evidence, sibling=told.sibling))
        state.meaning = meaning(state.shown, self._sites)
        return state.meaning.finding


def _was_heard(answer: Answer | NoAnswer) -> bool:
    """Return whether a server was asked, and did something, if only to break the connection off."""
    return isinstance(answer, Answer) or answer.connected


def _unchanged(answer: Answer, state: State) -> Finding | None:
    """Return what it means, after a request with conditions, that a page has not changed; None for another answer.

    It was well when it was seen. The address that it stands at, and a wall in its place, have their say all the same.
    """
    known, meant = state.due.validators, state.meaning
    if answer.status != _NOT_MODIFIED or known is None or meant is None or meant.signals:
        return None
    state.unchanged, state.shown, state.meaning = renewed(known, answer), None, None
    return of_unchanged(host_of(answer.url), redirects=len(state.hops))


def _kept(state: State) -> Validators | None:
    if state.last is None or state.shown is None or state.meaning is None:
        return None
    return kept(state.last, state.shown, state.meaning)


def _after(hops: Sequence[Redirect], finding: Finding) -> Finding:
    """Say whose fault it is when a redirect leads to what cannot be asked for: the server's, and not the link's."""
    if not hops or finding.outcome is not Outcome.INVALID_URL:
        return finding
    detail = f"{host_of(hops[-1].url)} redirects to an address that nobody can open. {finding.detail}"
    return replace(finding, outcome=Outcome.PROTOCOL_ERROR, detail=detail)


def _with_certificates(finding: Finding, state: State) -> Finding:
    """Add to a sentence what is wrong with the certificates of those who were asked all the same."""
    if not state.wrong:
        return finding
    origin, trouble = next(reversed(state.wrong.items()))
    if state.last is None or state.last_origin != origin:
        trouble = trouble.replace("its certificate", f"the certificate of {host_of(origin)}", 1)
    return replace(finding, detail=f"{finding.detail.rstrip('.')}; {trouble}.")
