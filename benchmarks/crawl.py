"""A crawl beside its reference: a plain Scrapy spider with default settings, asking the same server for the same pages.

    python -m benchmarks.crawl [PAGES]

Both read the title of every page, keep no delay, and run in a process of their own. Prints pages a second and ratio.
"""

from __future__ import annotations

import subprocess
import sys
from ipaddress import ip_network

from benchmarks.timing import least
from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch import Crawler
from dlt_crawler.model import Resource
from tests.internet.client import Internet

ROUNDS = 3

REFERENCE = """
import sys, scrapy
from scrapy.crawler import CrawlerProcess

class Titles(scrapy.Spider):
    name = "titles"
    async def start(self):
        for number in range(int(sys.argv[2])):
            yield scrapy.Request(sys.argv[1] + str(number))
    def parse(self, response):
        yield {"title": response.css("title::text").get()}

process = CrawlerProcess({"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": 128, "CONCURRENT_REQUESTS_PER_DOMAIN": 128})
process.crawl(Titles)
process.start()
"""


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    settings = FetchSettings(per_host=128, delay=0, allow_networks=(ip_network("127.0.0.0/8"),))
    with Internet() as internet:
        base = internet.http_url("/page/")
        resources = [Resource(f"{base}{number}") for number in range(pages)]

        def ours() -> None:
            with Crawler(settings) as crawler:
                crawler.check(resources, lambda _: None)

        def theirs() -> None:
            subprocess.run([sys.executable, "-c", REFERENCE, base, str(pages)], check=True)

        our_time, their_time = least(ours, ROUNDS), least(theirs, ROUNDS)
    print(f"{pages} pages, start-up included, least of {ROUNDS} rounds")
    print(f"Scrapy {'with defaults':<18} {pages / their_time:7.0f} pages/s")
    ratio = f"{their_time / our_time:.2f} times the reference"
    print(f"dlt-crawl {'(Scrapy inside)':<15} {pages / our_time:7.0f} pages/s  {ratio}")


if __name__ == "__main__":
    main()
