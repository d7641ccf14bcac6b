"""The only door to the web: resources in, observations out. The only user of Scrapy and Twisted.

Crawler (calling process) ── pipe ── Worker ─ Checker ─┬─ Robots ─┐
                                                       └──────────┴─ Client ─ HostSlots ─ Scrapy ─ handler ─ guard
"""

from dlt_crawler.fetch.crawler import Crawler

__all__ = ["Crawler"]
