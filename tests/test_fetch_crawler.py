"""The crawling process: everything is observed once, nothing is lost in silence, and nothing is left behind."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from dlt_crawler.errors import ConfigError, CrawlError
from dlt_crawler.fetch import Crawler
from dlt_crawler.model import LinkWarning, Observation, Outcome, Resource
from tests.fetch_support import child, crawler, ends, observe, settings
from tests.internet.client import Internet


def with_tests() -> dict[str, str]:
    """The environment of a script that imports our own support."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}


def resources(internet: Internet, count: int) -> list[Resource]:
    return [Resource(internet.http_url(f"/page/{number}")) for number in range(count)]


def test_batches_are_whole_and_small_and_handed_over_in_the_calling_process(internet: Internet) -> None:
    asked = resources(internet, 1_200)
    batches: list[Sequence[Observation]] = []
    processes = set()

    def record(batch: Sequence[Observation]) -> None:
        batches.append(batch)
        processes.add(os.getpid())

    with crawler(internet) as running:
        running.check(asked, record)

    assert max(map(len, batches)) <= 500
    assert sorted(seen.resource.url for batch in batches for seen in batch) == sorted(each.url for each in asked)
    assert processes == {os.getpid()}


@pytest.mark.alone
def test_observations_are_not_held_back_until_the_crawl_ends(internet: Internet) -> None:
    recorded: dict[str, float] = {}

    def record(batch: Sequence[Observation]) -> None:
        recorded.update((seen.resource.url, time.monotonic()) for seen in batch)

    with crawler(internet, delay=0.2, per_host=1) as running:
        running.check(resources(internet, 12), record, robots=False)

    answered = {request.url: request.done for request in internet.requests()}
    assert answered.keys() == recorded.keys()
    assert max(recorded[url] - (answered[url] or 0) for url in recorded) < 1.2


def test_a_resource_given_twice_is_asked_for_once(internet: Internet) -> None:
    with crawler(internet) as running:
        assert len(observe(running, [internet.http_url("/ok")] * 3, robots=False)) == 1

    assert len(internet.requests()) == 1


def test_one_process_crawls_several_times(internet: Internet) -> None:
    url = internet.http_url("/switchable/again")
    with crawler(internet) as running:
        running.check([], pytest.fail)
        first = child().pid
        assert observe(running, [url])[url].outcome is Outcome.OK
        internet.switch("again", "/status/404")
        assert observe(running, [url])[url].outcome is Outcome.NOT_FOUND
        assert child().pid == first


@pytest.mark.parametrize("error", [RuntimeError("the disk is full"), KeyboardInterrupt()], ids=repr)
def test_what_record_raises_stops_the_crawl_and_is_raised(internet: Internet, error: BaseException) -> None:
    def record(_: Sequence[Observation]) -> None:
        raise error

    asked = [Resource(internet.http_url("/ok")), Resource(internet.http_url("/hang"))]
    with crawler(internet, timeout=30) as running:
        pid = child().pid or 0
        with pytest.raises(type(error)) as raised:
            running.check(asked, record)
        assert raised.value is error
        assert ends(pid, 0)
        assert multiprocessing.active_children() == []
        with pytest.raises(CrawlError, match="is not running"):
            running.check(asked, record)


def test_death_of_the_crawling_process_is_an_error(internet: Internet) -> None:
    seen: list[Observation] = []

    def record(batch: Sequence[Observation]) -> None:
        seen.extend(batch)
        os.kill(child().pid or 0, signal.SIGKILL)

    with crawler(internet, timeout=30) as running, pytest.raises(CrawlError, match=r"died \(exit code -9\)"):
        running.check([Resource(internet.http_url("/ok")), Resource(internet.http_url("/hang"))], record)

    assert [found.outcome for found in seen] == [Outcome.OK]


def test_our_own_want_of_sockets_ends_the_crawl_and_is_no_fault_of_the_servers(
    internet: Internet, tmp_path: Path
) -> None:
    script = tmp_path / "starved.py"
    script.write_text(
        "import resource, sys\n"
        "from dlt_crawler.errors import CrawlError\n"
        "from dlt_crawler.fetch import Crawler\n"
        "from dlt_crawler.model import Resource\n"
        "from tests.fetch_support import settings\n"
        "if __name__ == '__main__':\n"
        "    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n"
        "    with Crawler(settings(timeout=30, per_host=100)) as crawler:\n"
        "        try:\n"
        "            crawler.check([Resource(url) for url in sys.argv[1:]], lambda batch: None, robots=False)\n"
        "        except CrawlError as error:\n"
        "            sys.exit(str(error))\n",
        encoding="utf-8",
    )
    urls = [f"{internet.http_url('/hang')}?{number}" for number in range(60)]

    done = subprocess.run(
        [sys.executable, script, *urls], env=with_tests(), capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("the crawl broke off: 127.0.0.1 could not be asked: ")
    assert "Too many open files" in last


@pytest.mark.parametrize(
    "where",
    [
        "crawl.scheduler.HostWindow.next_request",
        pytest.param("link.check.Checker.observe", marks=pytest.mark.at_length),
        "crawl.spider.CheckSpider.parse",
        pytest.param("crawl.window.Window.open", marks=pytest.mark.at_length),
    ],
)
def test_a_fault_of_ours_ends_the_crawl_wherever_scrapy_would_only_log_it(
    internet: Internet, tmp_path: Path, where: str
) -> None:
    module, kind, method = where.rsplit(".", 2)
    script = tmp_path / "faulty.py"
    script.write_text(
        "import sys\n"
        "from dlt_crawler.errors import CrawlError\n"
        "from dlt_crawler.fetch import Crawler\n"
        "from dlt_crawler.model import Resource\n"
        "from tests.fetch_support import settings\n"
        "def fails(*_, **__):\n"
        "    raise ZeroDivisionError('a fault of ours')\n"
        "if __name__ == '__main__':\n"
        "    with Crawler(settings(timeout=30)) as crawler:\n"
        "        try:\n"
        "            crawler.check([Resource(sys.argv[1])], lambda batch: None, robots=False)\n"
        "        except CrawlError as error:\n"
        "            sys.exit(str(error))\n"
        "else:\n"  # in the crawling process, which imports this file
        "    from scrapy.utils.reactor import install_reactor\n"
        "    install_reactor('twisted.internet.asyncioreactor.AsyncioSelectorReactor')\n"
        f"    from dlt_crawler.fetch.{module} import {kind}\n"
        f"    {kind}.{method} = fails\n",
        encoding="utf-8",
    )

    done = subprocess.run(
        [sys.executable, script, internet.http_url("/ok")],
        env=with_tests(),
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )

    assert done.stderr.splitlines()[-1] == "the crawl broke off: ZeroDivisionError('a fault of ours')"


def test_ctrl_c_is_for_the_calling_process_to_decide(internet: Internet) -> None:
    batches: list[Sequence[Observation]] = []

    def record(batch: Sequence[Observation]) -> None:
        batches.append(batch)
        os.kill(child().pid or 0, signal.SIGINT)

    with crawler(internet, timeout=4) as running:
        running.check([Resource(internet.http_url("/ok")), Resource(internet.http_url("/hang"))], record)

    assert [found.outcome for batch in batches for found in batch] == [Outcome.OK, Outcome.TIMEOUT]


def test_process_ends_with_the_block(internet: Internet) -> None:
    with crawler(internet) as running:
        observe(running, [internet.http_url("/ok")])
        pid = child().pid or 0

    assert ends(pid, 0)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("url", ["/hang", None], ids=["while crawling", "while idle"])
def test_nothing_is_left_when_the_calling_process_is_killed(
    internet: Internet, tmp_path: Path, url: str | None
) -> None:
    script = tmp_path / "killed.py"
    script.write_text(
        "import multiprocessing, sys\n"
        "from tests.fetch_support import settings, child\n"
        "from dlt_crawler.fetch import Crawler\n"
        "from dlt_crawler.model import Resource\n"
        "def main(first, *more):\n"
        "    with Crawler(settings(timeout=60)) as crawler:\n"
        "        crawler.check([Resource(first)], lambda batch: None, robots=False)\n"
        "        print(child().pid, flush=True)\n"
        "        crawler.check([Resource(url) for url in more], lambda batch: None, robots=False)\n"
        "        sys.stdin.read()\n"
        "if __name__ == '__main__':\n"
        "    main(*sys.argv[1:])\n",
        encoding="utf-8",
    )
    arguments = [internet.http_url("/ok"), *([internet.http_url(url)] if url else [])]
    parent = subprocess.Popen(
        [sys.executable, script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=with_tests(),
    )
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()

    assert ends(pid, 30)


def test_what_the_crawl_logs_reaches_the_log_of_the_program(
    internet: Internet, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="dlt_crawler")

    with crawler(internet) as running:
        observe(running, ["http://10.1.2.3/"])

    assert ("dlt_crawler.fetch.wire.guard", "10.1.2.3: 1 of 1 addresses are not connected to") in {
        (record.name, record.getMessage()) for record in caplog.records
    }


def test_trust_in_a_file_that_is_none_is_a_mistake_of_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "no-such-file.pem")

    with pytest.raises(ConfigError, match="SSL_CERT_FILE"), Crawler(settings()):
        pass


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_trust_comes_from_the_environment(internet: Internet, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    url = internet.https_url("/ok")

    with Crawler(settings()) as running:
        assert observe(running, [url])[url].warnings == (LinkWarning.TLS_UNVERIFIED,)
    monkeypatch.setenv(variable, str(internet.ca_file))
    with Crawler(settings()) as running:
        assert observe(running, [url])[url].warnings == ()


def test_importing_the_door_does_not_import_scrapy() -> None:
    heavy = {"scrapy", "twisted", "pycurl", "parsel", "lxml", "protego", "pypdf"}
    code = f"import sys, dlt_crawler.fetch; print(sorted({heavy} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
