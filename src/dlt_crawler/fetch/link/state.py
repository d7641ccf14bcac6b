"""What is known of a chain while it is walked."""

from __future__ import annotations

from dataclasses import dataclass, field

from dlt_crawler.fetch.link.again import conditions
from dlt_crawler.fetch.link.cookies import ChainCookies
from dlt_crawler.fetch.link.meaning import Meaning
from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.fetch.visit.wish import Answer
from dlt_crawler.model import Due, Redirect, Validators
from dlt_crawler.page import Shown
from dlt_crawler.page.refresh import A_PAGE


@dataclass(frozen=True, slots=True)
class _Left:
    """A page that lives, and was left for where it sends its visitors on to."""

    hops: tuple[Redirect, ...]
    last: Answer
    last_origin: str
    wrong: dict[str, str]
    shown: Shown
    meaning: Meaning


@dataclass(slots=True)
class State:
    """What is known so far."""

    start: str
    due: Due
    seconds: float
    fragments: tuple[str, ...]
    """To be looked for: those that the browser still goes to, and that can be missing."""
    hops: list[Redirect] = field(default_factory=list)
    visits: set[tuple[str, str]] = field(default_factory=set)
    """URLs, and the cookies that they were asked with."""
    last: Answer | None = None
    last_origin: str = ""
    elapsed: float = 0.0
    wrong: dict[str, str] = field(default_factory=dict)
    """Origin → what is wrong with its certificate."""
    shown: Shown | None = None
    meaning: Meaning | None = None
    unchanged: Validators | None = None
    """Of the page at the end, when it is known to be what it was: what to ask for it with the next time."""
    conditional: bool = False
    """Whether something was asked for with conditions, and somebody has heard them."""
    cookies: ChainCookies = field(default_factory=ChainCookies)
    unverified_cookies: ChainCookies | None = None
    """Those of origins with a wrong certificate: whoever that is gets back only what came from there."""
    _left: _Left | None = None

    def jar(self, *, verify: bool) -> ChainCookies:
        """Return the cookies for an origin whose certificate is good, or is not looked at."""
        if verify:
            return self.cookies
        self.unverified_cookies = self.unverified_cookies or ChainCookies()
        return self.unverified_cookies

    def conditions(self, url: str, *, verify: bool) -> tuple[tuple[str, str], ...]:
        """Return the header fields by which `url` is asked for only if it has changed.

        None where the certificate is not looked at: anybody could say that it has not.
        """
        return conditions(self.due.validators, url) if verify else ()

    def leave_page(self) -> None:
        """Go on from the page that is shown to where it sends its visitors: what was found of it is kept.

        Of several, the first one: people see it, whatever comes after it. What nobody sees is none, nor is a note on
        where the page has gone, nor what something speaks against.
        """
        shown, meant, last = self.shown, self.meaning, self.last
        if shown is None or meant is None or last is None:
            raise AssertionError("a page that is left was shown")
        is_seen = last.content is not None and last.content.lingers and shown.evidence.prose >= A_PAGE
        if self._left is None and is_seen and not meant.is_doubtful:
            self._left = _Left(tuple(self.hops), last, self.last_origin, dict(self.wrong), shown, meant)
        self.shown, self.meaning, self.fragments = None, None, ()

    def back(self) -> Finding | None:
        """Go back to the page that was left, if there is one, because nothing lives where it leads to."""
        left = self._left
        if left is None:
            return None
        self.hops, self.wrong = list(left.hops), left.wrong
        self.last, self.last_origin, self.shown, self.meaning = left.last, left.last_origin, left.shown, left.meaning
        return left.meaning.finding
