"""The one Scrapy spider, and the settings that make Scrapy do as we say and no more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from scrapy import Spider
from scrapy.http import Request, Response

from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch.trust import TrustedAuthorities

Crawl = Callable[[Callable[[Request], Awaitable[Response]]], Awaitable[None]]


class CheckSpider(Spider):
    """Runs a crawl of ours inside Scrapy's engine: every request is an inline one, through `download_async`.

    A check is one coroutine from its first request to its observation, so its identity cannot get lost on the way, and
    no duplicate filter, scheduler or item pipeline can drop it.
    """

    name = "check"

    def __init__(self, *, crawl: Crawl, trust: TrustedAuthorities) -> None:
        super().__init__()
        self.trust = trust
        self.failure: Exception | None = None
        """What ended the crawl early. The engine only logs what `start` raises, so it is kept here."""
        self._crawl = crawl

    async def start(self) -> AsyncIterator[object]:
        """Crawl. Nothing is ever yielded: requests do not go through the scheduler."""
        try:
            await self._crawl(self.crawler.engine.download_async)
        except Exception as error:  # noqa: BLE001 - whatever it is: the worker hands it to the calling process
            self.failure = error
        nothing: tuple[object, ...] = ()
        for each in nothing:
            yield each


def scrapy_settings(settings: FetchSettings) -> dict[str, object]:
    """Return Scrapy's settings. Redirects, retries, cookies, compression, robots, delays and headers are all ours."""
    handler = "dlt_crawler.fetch.handler.CappedDownloadHandler"
    return {
        # No component that we did not choose takes part, today's or tomorrow's: of the built-in ones, RemoteControl and
        # TelnetConsole execute code, RetryMiddleware asks again at once, RobotsTxtMiddleware lets forbidden requests
        # through, HttpProxyMiddleware goes around the address guard, and others cost time (scrapy.md; science.md, E1).
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "DOWNLOAD_TIMEOUT": settings.timeout,
        # HostSlots decides who starts when; these let everything through that it starts.
        "CONCURRENT_REQUESTS": settings.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": settings.per_host,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_DELAY_JITTER": 0,
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }
