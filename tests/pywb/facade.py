"""The facade: archive.org's paths and shapes before a pywb, whose own differ (wayback.md, section 7).

What it does not know of archive.org it refuses with 501, so that no test rests on a parameter that was passed over.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.internet.archive.captures import moment
from tests.internet.archive.troubles import TROUBLES, own_page
from tests.internet.wire import Answer

FIELDS = {
    # archive.org's name → pywb's.
    "urlkey": "urlkey",
    "timestamp": "timestamp",
    "original": "url",
    "mimetype": "mime",
    "statuscode": "status",
    "digest": "digest",
    "length": "length",
}
SAME = frozenset({"url", "from", "to", "closest", "sort", "limit"})
"""Parameters of the index that mean the same to both."""
WITHOUT_EFFECT = frozenset({"gzip", "showResumeKey"})
"""The first is about transfer; the second adds lines that only answers with a limit have, and pywb never."""
_MEMENTO = re.compile(r"/web/(?P<timestamp>\d{14})(?P<flag>[a-z]{2}_)?/(?P<url>.+)")


@dataclass(slots=True)
class Orders:
    """What a test wants the facade to do, and what it was asked."""

    failing: Counter[str] = field(default_factory=Counter)
    """Row of TROUBLES → how many of the next requests meet it."""
    asked: list[str] = field(default_factory=list)
    """Method and target of every request."""


@contextmanager
def facade(pywb_port: int) -> Iterator[tuple[str, Orders]]:
    """Answer on a loopback port while the block lasts. Yields the URL (without a slash at its end) and the orders."""
    orders = Orders()

    class Handler(_Facade):
        pywb = pywb_port
        given = orders

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", orders
        finally:
            server.shutdown()
            thread.join()


class _Facade(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pywb: int
    given: Orders

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.given.asked.append(f"{self.command} {self.path}")
        answer = self._trouble() or self._answer(urlsplit(self.path).path)
        self.wfile.write(answer.encode(head_only=self.command == "HEAD"))

    def _trouble(self) -> Answer | None:
        for name in +self.given.failing:
            self.given.failing[name] -= 1
            row = TROUBLES[name].answer
            assert row is not None
            return row("playback" if self.path.startswith("/web/") else "cdx")
        return None

    def _answer(self, path: str) -> Answer:
        if path == "/cdx/search/cdx":
            return self._index(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        if path.startswith("/web/"):
            return self._playback()
        return Answer(b"The facade has no such path\n", 501)

    # ── The index ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _index(self, parameters: list[tuple[str, str]]) -> Answer:
        asked = [("output", "text"), ("fl", ",".join(FIELDS.values())), ("allowFuzzy", "false")]
        for name, value in parameters:
            if name == "filter":
                asked.append((name, _filter(value)))
            elif name in SAME:
                asked.append((name, value))
            elif name not in WITHOUT_EFFECT:
                return Answer(f"The facade does not know {name}\n".encode(), 501)
        answer = self._ask(f"/web/cdx?{urlencode(asked)}", "GET")
        return Answer(answer.body, answer.status, (("Content-Type", "text/plain; charset=utf-8"),))

    # ── Playback ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _playback(self) -> Answer:
        answer = self._ask(self.path, self.command)
        headers = {name.lower(): str(value) for name, value in answer.headers}
        if "memento-datetime" in headers:
            return self._memento(answer, headers)
        if answer.status == 307:
            return _found(headers["location"])
        if answer.status == 404:
            return own_page("Hrm.", "The Wayback Machine has not archived that URL.", 404)
        return answer

    def _memento(self, answer: Answer, headers: Mapping[str, str]) -> Answer:
        found = _MEMENTO.fullmatch(self.path)
        assert found is not None, "pywb redirects to the exact time"
        more = [("Link", self._links(found["url"], found["timestamp"]))]
        if "location" in headers:
            # pywb leaves it as it was recorded in the raw form, archive.org leads on within the archive.
            more.append(("Location", f"/web/{found['timestamp']}{found['flag'] or ''}/{headers['location']}"))
        replaced = {"link", "location", "date", "transfer-encoding", "content-length"}
        kept = [(name, value) for name, value in answer.headers if name.lower() not in replaced]
        return Answer(answer.body, answer.status, (*kept, *more))

    def _links(self, url: str, timestamp: str) -> str:
        query = urlencode({"url": url, "output": "text", "fl": "timestamp,url", "allowFuzzy": "false"})
        rows = self._ask(f"/web/cdx?{query}", "GET").body.decode().splitlines()
        captures = [(row.split(" ")[0], row.split(" ")[1]) for row in rows]
        place = [at for at, _ in captures].index(timestamp)
        named = {"first memento": 0, "prev memento": place - 1, "memento": place, "next memento": place + 1}
        links = [f'<{url}>; rel="original"']
        for relation, index in {**named, "last memento": len(captures) - 1}.items():
            if 0 <= index < len(captures):
                at, original = captures[index]
                date = format_datetime(moment(at), usegmt=True)
                links.append(f'<{self._base}/web/{at}/{original}>; rel="{relation}"; datetime="{date}"')
        return ", ".join(links)

    # ── pywb ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _base(self) -> str:
        return f"http://{self.headers['Host']}"

    def _ask(self, target: str, method: str) -> Answer:
        """Ask pywb in the name of this host, so that the URLs in its answers are the facade's."""
        given = {name: self.headers[name] for name in ("Host", "Accept-Datetime") if name in self.headers}
        connection = HTTPConnection("127.0.0.1", self.pywb, timeout=10)
        try:
            connection.request(method, target, headers=given)
            answer = connection.getresponse()
            return Answer(answer.read(), answer.status, tuple(answer.getheaders()))
        finally:
            connection.close()

    def log_message(self, *_: object) -> None:
        """Say nothing: the orders hold what was asked."""


def _filter(text: str) -> str:
    """Return `field:regex`, which the whole field must match, as pywb has it."""
    name, _, pattern = text.partition(":")
    if name not in FIELDS:
        raise ValueError(f"the facade does not know the filter {text}")
    # The status of a revisit record is a hyphen at archive.org, and nothing in pywb's index.
    nothing = "|" if name == "statuscode" and re.fullmatch(pattern, "-") else ""
    return f"~{FIELDS[name]}:^(?:{pattern}{nothing})$"


def _found(location: str) -> Answer:
    timestamp = re.sub(r".*?/web/(\d+).*", r"\1", location)
    reason = ("X-Archive-Redirect-Reason", f"found capture at {timestamp}")
    return Answer(status=302, headers=(("Content-Type", "text/plain; charset=utf-8"), ("Location", location), reason))
