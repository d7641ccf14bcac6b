"""The check of one link as a Scrapy download: the answer is what was observed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from scrapy.http import Request, Response

from dlt_crawler.fetch.crawl.scheduler import Link, link_of
from dlt_crawler.fetch.link.chain import told_of_visits

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from dlt_crawler.fetch.crawl.spider import CheckSpider
    from dlt_crawler.model import HandedOn, Observation


class CheckedLink(Response):
    """What became of a link, on its way from the handler to the spider."""

    def __init__(self, request: Request, link: Link, seen: Observation | HandedOn) -> None:
        super().__init__(request.url, request=request)
        self.link = link
        self.seen = seen


class LinkHandler:
    """Checks links: robots.txt, redirects and alternatives included (a Scrapy download handler)."""

    lazy = False

    def __init__(self, spider: CheckSpider) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LinkHandler:
        """Check as the crawler's spider does."""
        return cls(cast("CheckSpider", crawler.spider))

    async def download_request(self, request: Request) -> CheckedLink:
        """Return what became of the request's link. Whatever a server does is no exception."""
        link = link_of(request)

        def visiting(slot: str) -> None:
            if slot != link.slot:
                self._spider.leave(link)

        told_of_visits.set(visiting)
        return CheckedLink(request, link, await self._spider.check(link))

    async def close(self) -> None:
        """Do nothing: connections outlive the crawl."""
