"""What a crawl keeps of what it fetches: over real sockets, in the real files, read back by warcio."""

from __future__ import annotations

import os
import random
import signal
import socketserver
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from dlt_crawler.fetch.link.reading import PageReading
from dlt_crawler.fetch.visit.recorder import Recorder
from dlt_crawler.fetch.visit.server import Server, server_of
from dlt_crawler.fetch.visit.wish import Wish
from dlt_crawler.model import Due, Outcome, Resource, SlotLoad, Validators
from dlt_crawler.model.payloads import Payload
from dlt_crawler.warc.records import warcinfo
from tests.fetch_support import child, crawler, memory_peak, observe
from tests.internet.client import Internet
from tests.internet.state import LoggedRequest
from tests.nightly import Maintainer
from tests.test_fetch_body import serving
from tests.warc_support import Record, answers, keeping, read, records_of, see

BLOB = random.Random(7).randbytes(400_000)
WARC = {"DLT_CRAWL_ARCHIVE__WARC": "true"}


class Site(socketserver.BaseRequestHandler):
    """A few answers that the test internet has no rows for."""

    def handle(self) -> None:
        head = self.request.recv(65_536).partition(b"\r\n\r\n")[0].decode("latin-1")
        target = head.split(" ")[1]
        fields, body = self.answer(target)
        length = f"Content-Length: {len(body) + ('stops' in target)}\r\n"
        status = "302 Found" if "moved" in target else "200 OK"
        self.request.sendall(f"HTTP/1.1 {status}\r\nConnection: close\r\n{fields}{length}\r\n".encode() + body)
        if "stops" in target:
            self.request.recv(1)

    def answer(self, target: str) -> tuple[str, bytes]:
        html = "Content-Type: text/html\r\n"
        match target.partition("?")[0]:
            case "/blob":
                return "Content-Type: application/octet-stream\r\n", BLOB
            case "/long" | "/same-as-long":
                # Its title stands at its beginning: the rest is only kept.
                return html, b"<html><head><title>Long</title></head><body>" + BLOB.hex().encode()
            case "/odd":
                return html, b"<title>Page not found</title><p>" + b"Words that a living page has. " * 80
            case "/moved":
                return "Location: /long\r\n", b"x" * 300_000
            case "/stops":
                return html, b"<title>Stops</title><body>" + b"y" * 100_000
            case "/robots.txt":
                return "Content-Type: text/plain\r\n", b"User-agent: *\nAllow: /\n"
            case _:
                return html, f"<title>{target.partition('?')[0]}</title>".encode()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(Site) as listening:
        yield listening


def by_url(found: Sequence[Record]) -> dict[str | None, Record]:
    assert len({record.url for record in found}) == len(found), Counter(record.url for record in found)
    return {record.url: record for record in found}


@dataclass
class Again:
    """A frontier of one page, which may be asked for again by what came with it."""

    due: Due
    done: bool = False

    def loads(self) -> list[SlotLoad]:
        return [SlotLoad("127.0.0.1", 1, None)]

    def claim(self, slot: str, count: int) -> list[Due]:
        claimed, self.done = [] if self.done else [self.due], True
        return claimed


SECRET = "s3cr3t-s3cr3t"
CODED = ("gzip", "br,gzip")
PATHS = ("/gbk", "/status/404", "/status/503", "/pdf", "/chunked", "/empty", "/cookie-wall", "/redirect/301/2")


@dataclass
class Night:
    """A crawl of all kinds of answers, and what is left of it."""

    here: str
    elsewhere: str
    records: Sequence[Record]
    asked: Sequence[LoggedRequest]

    @property
    def answers(self) -> dict[str | None, list[Record]]:
        kept: dict[str | None, list[Record]] = {}
        for record in self.records:
            if record.type in {"response", "revisit"}:
                kept.setdefault(record.url, []).append(record)
        return kept

    def answer(self, url: str) -> Record:
        (record,) = self.answers[url]
        return record


@pytest.fixture(scope="module")
def night(internet: Internet, port: int, tmp_path_factory: pytest.TempPathFactory) -> Night:
    storage, here, elsewhere = tmp_path_factory.mktemp("night"), f"http://127.0.0.1:{port}", internet.http_url("")
    urls = [f"{here}{path}" for path in ("/blob", "/long", "/odd", f"/x?access_token={SECRET}")]
    urls += [internet.http_url(path) for path in (*PATHS, *(f"/coded/{codings}" for codings in CODED))]
    urls += [internet.http_url(f"/redirect-to/302?{here}/y?access_token={SECRET}")]
    password = {"Authorization": f"Bearer {SECRET}", "X-Key": SECRET, "Referer": f"https://{SECRET}.example/"}
    with keeping(internet, storage, headers={"127.0.0.1": password}) as running:
        see(running, urls)
        # As the canaries are asked.
        see(running, [internet.http_url("/page/canary")], robots=False)
    return Night(here, elsewhere.rstrip("/"), read(storage), internet.requests())


def test_every_answer_is_kept_whole(night: Night) -> None:
    assert set(night.answers) >= {f"{night.elsewhere}{path}" for path in PATHS}
    responses = [record for record in night.records if record.type == "response"]
    assert not [record for record in responses if "WARC-Truncated" in record.fields]
    assert night.answer(f"{night.here}/blob").body == BLOB
    assert night.answer(f"{night.here}/long").body.endswith(BLOB.hex().encode())
    assert night.answer(f"{night.elsewhere}/pdf").body.startswith(b"%PDF")
    assert night.answer(f"{night.elsewhere}/empty").body == b""
    assert night.answer(f"{night.elsewhere}/status/404").status == "404 Not Found"
    # Each with its request.
    answered = [record.url for record in night.records if record.type in {"response", "revisit"}]
    assert [record.url for record in night.records if record.type == "request"] == answered


def test_every_hop_is_kept(night: Night) -> None:
    hops = [night.answer(f"{night.elsewhere}/redirect/301/2")]
    while (location := hops[-1].get("location")) is not None:
        hops.append(night.answer(urljoin(str(hops[-1].url), location)))

    assert [hop.status.split(" ")[0] for hop in hops] == ["301", "301", "200"]
    assert len(night.answers[f"{night.elsewhere}/cookie-wall"]) == 2


def test_bodies_are_kept_unpacked_and_heads_say_so(night: Night) -> None:
    for codings in CODED:
        coded = night.answer(f"{night.elsewhere}/coded/{codings}")
        assert b"<title>A page in" in coded.body
        assert coded.get("x-orig-content-encoding") == codings.replace(",", ", ")
        assert coded.get("content-encoding") is None
    assert night.answer(f"{night.elsewhere}/chunked").get("x-orig-transfer-encoding") == "chunked"


def test_only_what_links_lead_to_is_kept(night: Night) -> None:
    asked = {request.url for request in night.asked}
    assert {f"{night.elsewhere}/robots.txt", f"{night.elsewhere}/page/canary"} <= asked
    assert not {url for url in night.answers if url and url.endswith(("/robots.txt", "/page/canary"))}
    # The host of /odd was asked for a page that cannot exist, too.
    beside = {f"{night.here}{path}" for path in ("/blob", "/long", "/odd")}
    assert {url for url in night.answers if url and url.startswith(f"{night.here}/")} == beside


def test_no_secret_is_kept(night: Night) -> None:
    assert [request for request in night.asked if SECRET in str(request.headers)]
    assert [request for request in night.asked if "cookie" in request.headers]
    for record in night.records:
        names = {name.lower() for name, _ in record.head}
        assert names.isdisjoint({"cookie", "set-cookie", "authorization", "x-key", "referer"})
        assert SECRET not in f"{record.url} {record.fields} {record.head} {record.body!r}"


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [
        # Of no archive's business, and of ours.
        ("https://docs.google.com/document/d/1abc/edit", True),
        ("http://wiki.corp/page", True),
        ("https://a.example/?code=CS231n", True),
        ("https://a.example/?access_token=T0K", False),
        ("https://a.example/?u=AKIAA1B2A1B2A1B2A1B2", False),
    ],
)
def test_whatever_has_no_secret_in_its_url_is_kept(tmp_path: Path, url: str, is_kept: bool) -> None:
    server = server_of(url)
    assert isinstance(server, Server)
    wish = Wish(url, server, PageReading(9), 5.0, keep=True)
    tape = Recorder(tmp_path, 9, NoFiles()).tape_for(wish)
    assert (tape is not None) is is_kept
    if tape is not None:
        tape.close()
    assert Recorder(tmp_path, 9, NoFiles()).tape_for(replace(wish, keep=False)) is None


class NoFiles:
    async def payload(self, digest: str | None, answer: str) -> Payload | None:
        raise NotImplementedError

    async def keep(self, records: bytes, answer: str, payload: Payload | None) -> None:
        raise NotImplementedError


SAME = (
    *("/ok", "/gbk-meta", "/png", "/text", "/untyped", "/soft-404", "/parked", "/bot-wall/403", "/status/404"),
    *("/status/204", "/meta-refresh", "/redirect-to/302?/page/x", "/redirect-loop/2/0", "/redirect-nowhere/302"),
    *("/cookie-steps/2", "/coded/br", "/coding-said/zstd", "/bomb/gzip", "/broken-gzip", "/header-nul", "/http-1.0"),
    *("/interim/103/2", "/said-length/99999", "/said-length/5", "/body-of-204", "/short-body", "/reset-after-head"),
    *("/empty-reply", "/garbage", "/bad-chunk", "/conflicting-lengths", "/members/x", "/endless-body"),
)


def test_copies_change_nothing_in_what_is_seen(internet: Internet, tmp_path: Path) -> None:
    urls = [internet.http_url(path, f"127.0.0.{number % 9 + 1}") for number, path in enumerate(SAME)]

    def told(seen: dict[str, Any]) -> dict[str, tuple[object, ...]]:
        names = ("outcome", "detail", "status", "final_url", "redirects", "content_type", "page", "warnings")
        return {url: tuple(getattr(each, name) for name in names) for url, each in seen.items()}

    with crawler(internet, timeout=5) as running:
        without = observe(running, urls)
    with keeping(internet, tmp_path, timeout=5) as running:
        with_copies = see(running, urls)

    assert told(with_copies) == told(dict(without))
    why = {record.url: record.fields.get("WARC-Truncated") for record in answers(tmp_path)}
    for path, reason in {
        "/endless-body": "length",
        "/short-body": "disconnect",
        "/coding-said/zstd": "unspecified",
        "/ok": None,
    }.items():
        assert why[urls[SAME.index(path)]] == reason, path


def test_a_body_is_kept_up_to_its_limits(internet: Internet, tmp_path: Path, port: int) -> None:
    here = f"http://127.0.0.1:{port}"
    with keeping(internet, tmp_path, max_body=200_000, timeout=5) as running:
        seen = see(running, [f"{here}/{path}" for path in ("long", "stops", "moved")])

    # What is read was there at once, and is what it would be without copies.
    assert [each.page.title for each in seen.values()].count("Long") == 2
    stops = seen[f"{here}/stops"]
    assert (stops.outcome, stops.page.title, stops.elapsed < 4) == (Outcome.OK, "Stops", True)
    kept = {str(record.url).rpartition("/")[2]: record for record in answers(tmp_path) if record.type == "response"}
    assert {path: (len(record.body), record.fields["WARC-Truncated"]) for path, record in kept.items()} == {
        "long": (200_000, "length"),
        "stops": (100_026, "time"),
        # The body of a redirect holds nobody up.
        "moved": (65_536, "length"),
    }
    assert kept["long"].get("content-length") == "200000"
    assert kept["long"].get("x-orig-content-length") == str(2 * len(BLOB) + 44)


def test_a_body_that_is_known_is_written_once(internet: Internet, tmp_path: Path, port: int) -> None:
    here = f"http://127.0.0.1:{port}"
    internet.switch("changes", "/titled/Before")
    urls = [f"{here}/long", internet.http_url("/switchable/changes"), internet.http_url("/status/404")]
    with keeping(internet, tmp_path) as running:
        see(running, urls)
    first = by_url(answers(tmp_path))
    internet.switch("changes", "/titled/After")

    with keeping(internet, tmp_path) as running:
        see(running, [*urls, f"{here}/same-as-long"])

    second = by_url(answers(tmp_path)[len(first) :])
    assert {url: record.type for url, record in second.items()} == {
        urls[0]: "revisit",
        urls[1]: "response",
        urls[2]: "revisit",
        f"{here}/same-as-long": "revisit",
    }
    for url in (urls[0], f"{here}/same-as-long"):
        fields = second[url].fields
        assert fields["WARC-Refers-To-Target-URI"] == urls[0]
        assert fields["WARC-Refers-To-Date"] == first[urls[0]].fields["WARC-Date"]
        assert fields["WARC-Payload-Digest"] == first[urls[0]].fields["WARC-Payload-Digest"]
    files = [next(iter(found.values())).file for found in (first, second)]
    assert [file.split("-")[2] for file in files] == ["run1", "run2"]

    # A reference to what is not there would be worth nothing.
    (tmp_path / "warc" / files[0]).unlink()
    with keeping(internet, tmp_path) as running:
        see(running, urls)
    third = by_url(answers(tmp_path)[len(second) :])
    assert [third[url].type for url in urls] == ["response", "revisit", "response"]


def test_a_page_that_has_not_changed_refers_to_the_copy_of_it(internet: Internet, tmp_path: Path) -> None:
    url = internet.http_url("/kept/etag/1")

    def check(known: Validators | None) -> Validators | None:
        with keeping(internet, tmp_path) as running:
            return see(running, Again(Due(Resource(url), validators=known)))[url].validators

    # From before copies were kept: nothing could play a 304, so all of the page is fetched.
    known = check(Validators(url, '"1"'))
    assert check(known) == known
    assert [request.status for request in internet.requests() if request.url == url] == ["200", "304"]
    page, unchanged = answers(tmp_path)
    assert (page.type, page.status, unchanged.type) == ("response", "200 OK", "revisit")
    assert unchanged.fields["WARC-Profile"].endswith("/server-not-modified")
    assert unchanged.fields["WARC-Refers-To-Target-URI"] == url
    assert unchanged.fields["WARC-Refers-To-Date"] == page.fields["WARC-Date"]
    assert unchanged.fields["WARC-Payload-Digest"] == page.fields["WARC-Payload-Digest"]


def test_memory_stays_bounded_whatever_is_kept(internet: Internet, tmp_path: Path) -> None:
    attacks = ("/bomb/gzip", "/bomb/br", "/endless-gzip", "/endless-body", "/endless-headers", "/large", "/long-title")
    urls = [internet.http_url(path, f"127.0.0.{number}") for path in attacks for number in range(1, 9)]
    with keeping(internet, tmp_path, timeout=20) as running:
        see(running, [internet.http_url("/ok")])
        pid = child().pid or 0
        before, ours = memory_peak(pid), memory_peak(os.getpid())
        see(running, urls)
        child_grew, we_grew = memory_peak(pid) - before, memory_peak(os.getpid()) - ours

    kept = answers(tmp_path)
    assert sum(len(record.body) == 5_000_000 for record in kept if record.type == "response") > 3
    # 56 bodies of up to 5 MB come in at once.
    assert child_grew < 150
    assert we_grew < 60


def test_what_is_kept_survives_a_kill(internet: Internet, tmp_path: Path) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    paths = [*(f"/page/{number}" for number in range(120)), "/switchable/held"]
    maintainer.write("list.md", *(f"- {internet.http_url(path)}" for path in paths))
    storage = tmp_path / "storage"
    internet.switch("held", "/hang")

    process = maintainer.start("fetch", **WARC, DLT_CRAWL_FETCH__TIMEOUT="60")
    before = maintainer.wait_for_records(10)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    internet.switch("held", "/ok")

    kept = {record.url for record in answers(storage)}
    # What counts as checked is in a file.
    assert before <= kept
    (cut_off,) = (storage / "warc").glob("*.warc.gz")
    # As if it had come in the middle of a record.
    cut_off.write_bytes(cut_off.read_bytes() + warcinfo("", {"software": "x" * 100})[:-20])
    maintainer.run("fetch", **WARC)

    after = answers(storage)
    assert {internet.http_url(path) for path in paths} <= {record.url for record in after}
    assert [path.name[-13:] for path in sorted((storage / "warc").iterdir())] == ["00000.warc.gz", "00001.warc.gz"]
    assert {record.url for record in records_of(cut_off)} >= before


def test_processes_write_files_one_after_the_other(internet: Internet, tmp_path: Path) -> None:
    hosts = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
    urls = [internet.http_url(f"/titled/{number}-{host}", host) for host in hosts for number in range(10)]
    # Led to a site that another process owns.
    urls += [internet.http_url(f"/redirect-to-host/{to}/page/from-{host}", host) for host in hosts for to in hosts]

    with keeping(internet, tmp_path, processes=3, size=20_000) as running:
        see(running, urls)

    kept = answers(tmp_path)
    assert set(urls) <= {record.url for record in kept}
    assert len(kept) == len(urls) + 9
    files = sorted((tmp_path / "warc").iterdir())
    assert [file.name[-13:-8] for file in files] == [f"{number:05d}" for number in range(len(files))]
    assert len(files) > 1
    assert all(file.stat().st_size >= 20_000 for file in files[:-1])
    assert [record.file for record in read(tmp_path) if record.type == "warcinfo"] == [file.name for file in files]


def test_copies_that_cannot_be_written_end_the_run(internet: Internet, tmp_path: Path) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    maintainer.write("list.md", f"- {internet.http_url('/ok')}")
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage" / "warc").write_text("in the way")

    said = maintainer.run("fetch", status=3, **WARC)

    assert "storage/warc cannot be made: File exists" in said
    # Nothing is kept unless that is wanted.
    maintainer.run("fetch")
    assert (tmp_path / "storage" / "warc").read_text() == "in the way"
