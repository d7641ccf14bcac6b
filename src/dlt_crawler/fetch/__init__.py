"""The only door to the web: resources in, observations out. The only user of Scrapy, Twisted and libcurl.

Calling process:  Crawler ─ Dialogue ─ Shares (a Frontier's slots, the longest first)
                                 │ pipes
Child, 1 to 4:    Worker ─ CheckSpider ─ HostWindow ─ Scrapy ─ LinkHandler ─ Checker ─ Visits: here, or at a Peer's
                                                                                         │
                                        Robots and Client ─ Breaker, HostSlots ─ Transport (libcurl) ─ AddressGuard

Before a crawl, what the interfaces of sites know: Inquiry ═ pipe ═ Inquiries ─ Service ─ Asking ─ Visits.
"""

from dlt_crawler.fetch.crawler import Crawler
from dlt_crawler.fetch.dialogue import RobotsCache
from dlt_crawler.fetch.frontier import Frontier, ListFrontier
from dlt_crawler.fetch.inquiry import Answered
from dlt_crawler.fetch.link.meaning import Meaning, meaning

__all__ = ["Answered", "Crawler", "Frontier", "ListFrontier", "Meaning", "RobotsCache", "meaning"]
