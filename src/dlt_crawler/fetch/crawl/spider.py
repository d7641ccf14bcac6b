"""The one Scrapy spider, and the settings that make Scrapy do as we say and no more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, cast

from scrapy import Spider
from scrapy.http import Request, Response
from scrapy.logformatter import LogFormatter

from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch.crawl.handler import LinkHandler
from dlt_crawler.fetch.crawl.scheduler import CHECKS_PER_REQUEST, PARKED, WAKE_UP, HostWindow, Link

if TYPE_CHECKING:
    from dlt_crawler.fetch.crawl.handler import CheckedLink
    from dlt_crawler.fetch.messages import Draw, Drawn
    from dlt_crawler.model import HandedOn, Observation


class CheckSpider(Spider):
    """Draws links, and puts down what is observed of them: one request a link, from its start to its observation."""

    name = "check"

    def __init__(
        self,
        *,
        window: HostWindow,
        check: Callable[[Link], Awaitable[Observation | HandedOn]],
        draw: Callable[[Draw], Awaitable[Drawn]],
        put: Callable[[Link, Observation | HandedOn], None],
    ) -> None:
        super().__init__()
        self.window = window
        self.check = check
        self._draw = draw
        self._put = put

    async def start(self) -> AsyncIterator[Request]:
        """Draw links when the window has room for them, and wake the engine up for them."""
        while (need := await self.window.needs()) is not None:
            self.window.admit(await self._draw(need))
            yield WAKE_UP

    def parse(self, response: Response, **_: object) -> None:
        """Put down what became of a link."""
        checked = cast("CheckedLink", response)
        self._put(checked.link, checked.seen)
        self.window.release(checked.link)

    def leave(self, link: Link) -> None:
        """Let the next link of the slot begin: this one has been redirected elsewhere, which may take long."""
        if link.busy:
            self.window.release(link)
            self.window.wake_up()


class SilentFormatter(LogFormatter):
    """Says nothing of single links: what became of them is in the observations."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> None:  # type: ignore[override] # as documented
        """Skip the line, and the time that it takes."""


def scrapy_settings(settings: FetchSettings) -> dict[str, object]:
    """Return Scrapy's settings. Redirects, retries, cookies, compression, robots, delays and headers are all ours."""
    return {
        # No component that we did not choose takes part, today's or tomorrow's: of the built-in ones, RemoteControl and
        # TelnetConsole execute code, RetryMiddleware asks again at once, RobotsTxtMiddleware lets forbidden requests
        # through, HttpProxyMiddleware goes around the address guard, and others cost time (scrapy.md; science.md, E1).
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": {"http": LinkHandler, "https": LinkHandler},
        "SCHEDULER": HostWindow,
        # The window decides which check starts when, HostSlots which request; Scrapy lets them through.
        "CONCURRENT_REQUESTS": CHECKS_PER_REQUEST * settings.concurrency + PARKED,
        "CONCURRENT_REQUESTS_PER_DOMAIN": CHECKS_PER_REQUEST * settings.concurrency + PARKED,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_DELAY_JITTER": 0,
        # What costs time for each link and is not used (scrapy.md, "Cost of one request").
        "CONCURRENT_ITEMS": 1,
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        "LOG_FORMATTER": SilentFormatter,
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }
