"""What the tests of streams share: a web on loopback of which each host is a site, and links that sites hand around."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from dlt_crawler.fetch import Ended, Stream
from dlt_crawler.model import Due, HandedOn, Observation, Resource, SlotLoad
from dlt_crawler.urls import host_of, site_of, slot_of

LOOK = (1, 1)


@dataclass(frozen=True)
class Page:
    body: str = ""
    status: int = 200
    fields: Mapping[str, str] = field(default_factory=dict)
    broken_off: bool = False


Serve = Callable[[str, str, Mapping[str, str]], Page]
"""Host, target and header fields → page."""


class Web(ThreadingHTTPServer):
    """All hosts of 127.0.0.0/8, at one port."""

    request_queue_size = 128

    def __init__(self, serve: Serve) -> None:
        super().__init__(("0.0.0.0", 0), _Visit)
        self.serve = serve
        self.asked: list[tuple[str, str]] = []
        """Hosts and targets."""

    def url(self, host: str, path: str) -> str:
        return f"http://{host}:{self.server_port}{path}"


class _Visit(BaseHTTPRequestHandler):
    server: Web
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host = self.headers["Host"].partition(":")[0]
        self.server.asked.append((host, self.path))
        page = self.server.serve(host, self.path, {name.lower(): value for name, value in self.headers.items()})
        if page.broken_off:
            self.close_connection = True
            return
        body = page.body.encode()
        self.send_response(page.status)
        for name, value in {"Content-Type": "text/html", **page.fields, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def web(serve: Serve) -> Iterator[Web]:
    with Web(serve) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield running
        finally:
            running.shutdown()
            thread.join()


class Listed:
    """A batch of a list, which remembers what becomes of it."""

    def __init__(self, due: Iterable[Due], slots: Mapping[Resource, str] | None = None) -> None:
        self._due: defaultdict[str, list[Due]] = defaultdict(list)
        for each in due:
            slot = (slots or {}).get(each.resource) or slot_of(host_of(each.resource.url))
            self._due[slot].append(each)
        self.seen: list[Observation] = []
        self.handed: list[HandedOn] = []
        self.released = 0

    @classmethod
    def of(cls, *urls: str) -> Listed:
        return cls(Due(Resource(url)) for url in urls)

    def loads(self) -> Iterator[SlotLoad]:
        for slot, due in self._due.items():
            yield SlotLoad(slot, len(due), None)

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        claimed, self._due[slot] = self._due[slot][:count], self._due[slot][count:]
        return claimed

    def record(self, observations: Sequence[Observation]) -> None:
        self.seen += observations

    def hand_on(self, handed: Sequence[HandedOn]) -> None:
        self.handed += handed

    def release(self) -> None:
        self.released += 1


def work_off(streams: Sequence[Stream], due: Iterable[Due], holds: Callable[[str, bool], None]) -> list[Observation]:
    """Let streams check links, one site at a time by one of them; `holds` is told of each site that is taken and left.

    What one hands on another one takes up: the sites go to the streams in turn.
    """
    waiting: defaultdict[str, list[tuple[Due, str]]] = defaultdict(list)
    dues = {each.resource: each for each in due}
    for each in dues.values():
        host = host_of(each.resource.url)
        waiting[site_of(host)].append((each, slot_of(host)))
    under_way: dict[Future[Ended], tuple[str, Listed]] = {}
    seen: list[Observation] = []
    turns = 0
    while waiting or under_way:
        for site in [site for site in waiting if site not in {each for each, _ in under_way.values()}]:
            links = waiting.pop(site)
            batch = Listed((each for each, _ in links), {each.resource: slot for each, slot in links})
            holds(site, True)
            turns += 1
            under_way[streams[turns % len(streams)].add(site, batch, look=LOOK)] = site, batch
        for future in wait(under_way, timeout=60, return_when=FIRST_COMPLETED).done:
            site, batch = under_way.pop(future)
            holds(site, False)
            ended = future.result()
            assert (ended.observed, ended.handed_on, ended.released) == (len(batch.seen), len(batch.handed), 0)
            seen += batch.seen
            for handed in batch.handed:
                whole = dues[handed.resource]
                again = Due(whole.resource, whole.fragments, whole.known, whole.validators, handed.trail)
                waiting[handed.site].append((again, handed.slot))
    return seen
