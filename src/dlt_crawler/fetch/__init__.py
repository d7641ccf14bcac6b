"""The only door to the web: resources in, observations out. The only user of Scrapy, Twisted and libcurl.

Calling process:  Crawler ─ Dialogue ─ Shares (a Frontier's slots, the longest first)
                                 │ pipes
Child, 1 to 4:    Worker ─ CheckSpider ─ HostWindow ─ Scrapy ─ LinkHandler ─ Checker ─ Visits: here, or at a Peer's
                                                                                         │
                                        Robots and Client ─ Breaker, HostSlots ─ Transport (libcurl) ─ AddressGuard

For workers, batches that come and go: Stream ─ Streaming ═ pipe ═ Batches ─ CheckSpider … HeldVisits ─ Visits.

Before a crawl, what the interfaces of sites know: Inquiry ═ pipe ═ Inquiries ─ Service ─ Asking ─ Visits.
"""

from dlt_crawler.fetch.clerk import RobotsCache
from dlt_crawler.fetch.crawler import Crawler
from dlt_crawler.fetch.frontier import Batch, Frontier, ListFrontier
from dlt_crawler.fetch.inquiry import Answered
from dlt_crawler.fetch.link.meaning import Meaning, meaning
from dlt_crawler.fetch.stream import Stream
from dlt_crawler.fetch.streaming import Ended

__all__ = [
    "Answered", "Batch", "Crawler", "Ended", "Frontier", "ListFrontier", "Meaning", "RobotsCache", "Stream", "meaning",
]  # fmt: skip
