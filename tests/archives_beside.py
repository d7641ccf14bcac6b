"""Who is asked beside the Wayback Machine, on loopback: a web archive that runs pywb, and Software Heritage.

What they answer has the shapes of pywb 2.10 (CDXJ Server API of its manual, and its replay) and of Software Heritage's
API (SoftwareHeritage/swh-web, api/views/origin.py, api/apiresponse.py and api/throttling.py, July 2026).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote

NOT_FOUND = "<html><title>Arquivo.pt</title><h1>Page not found in the archive</h1></html>"


def page(title: str) -> str:
    """Return a page that nothing speaks against."""
    words = " ".join(f"This sentence is about {title}, and is the {number}th of them." for number in range(30))
    return f"<html><title>{title}</title><h1>{title}</h1><p>{words}</p></html>"


def _time(timestamp: str) -> datetime:
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


@dataclass(frozen=True)
class Capture:
    url: str
    timestamp: str
    body: str = page("A paper on networks")
    status: int = 200
    location: str = ""
    """Of a redirect, as the archived site had sent it."""
    revisit: bool = False
    """Whether it is a record that the content was the same as before."""
    listed_only: bool = False
    """Whether the index has it, and it cannot be played back."""

    @property
    def row(self) -> dict[str, str]:
        digest = sha1(self.body.encode()).hexdigest().upper()[:32]
        row = {"urlkey": "x)/", "timestamp": self.timestamp, "url": self.url, "mime": "text/html"}
        if self.revisit:
            return {**row, "mime": "warc/revisit", "digest": digest}
        return {**row, "status": str(self.status), "digest": digest, "length": "1200", "source": "web"}


@dataclass
class Beside:
    """Both services; the settings that lead to them, and what they were asked."""

    port: int = 0
    captures: list[Capture] = field(default_factory=list)
    visits: dict[str, dict[str, object]] = field(default_factory=dict)
    """What the API says of origins."""
    answers: dict[str, tuple[int, Mapping[str, str], str]] = field(default_factory=dict)
    """Beginning of a path → status, header and body that are sent in the place of anything else."""
    limits: Mapping[str, str] = field(default_factory=dict)
    """The X-RateLimit header fields of Software Heritage."""
    asked: list[str] = field(default_factory=list)

    def settings(self, **more: object) -> dict[str, object]:
        """The section `archive.fallbacks`, without papers."""
        return {
            "papers": False,
            "arquivo": True,
            "software_heritage": True,
            "arquivo_url": f"http://127.0.0.1:{self.port}/wayback/",
            "software_heritage_url": f"http://127.0.0.1:{self.port}/",
            "arquivo_rate": 60_000,
            "software_heritage_rate": 60_000,
            **more,
        }

    def replayed(self, url: str, timestamp: str) -> str:
        return f"http://127.0.0.1:{self.port}/wayback/{timestamp}/{url}"

    def visited(self, origin: str, date: str, snapshot: str | None = "1" * 40) -> None:
        self.visits[origin] = {
            "date": date, "metadata": {}, "origin": origin, "snapshot": snapshot, "status": "full", "type": "git",
            "visit": 7,
        }  # fmt: skip

    def answer(self, target: str) -> tuple[int, Mapping[str, str], str]:
        self.asked.append(target)
        for path, answer in self.answers.items():
            if target.startswith(path):
                return answer
        path, _, query = target.partition("?")
        if target.startswith("/wayback/cdx?"):
            return self._index({key: values[0] for key, values in parse_qs(query).items()})
        if target.startswith("/wayback/"):
            return self._replay(target.removeprefix("/wayback/"))
        return self._visit(unquote(path), query)

    def _index(self, query: Mapping[str, str]) -> tuple[int, Mapping[str, str], str]:
        assert (query["output"], query["allowFuzzy"]) == ("json", "false")
        assert query["filter"] == "!~status:[45]"
        moment = _time(query["closest"])
        found = [
            each for each in self.captures if each.url == query["url"] and str(each.row.get("status"))[0] not in "45"
        ]
        found.sort(key=lambda each: abs(_time(each.timestamp) - moment))
        rows = "".join(f"{json.dumps(each.row)}\n" for each in found[: int(query["limit"])])
        return 200, {"Content-Type": "text/x-ndjson"}, rows

    def _replay(self, rest: str) -> tuple[int, Mapping[str, str], str]:
        asked, _, url = rest.partition("id_/")
        found = sorted(
            (each for each in self.captures if each.url == url and not each.listed_only),
            key=lambda each: abs(_time(each.timestamp) - _time(asked)),
        )
        if not found:
            return 404, {"Content-Type": "text/html"}, NOT_FOUND
        capture = found[0]
        if capture.timestamp != asked:
            return 307, {"Location": f"http://127.0.0.1:{self.port}/wayback/{capture.timestamp}id_/{url}"}, ""
        head = {
            "Content-Type": "text/html; charset=utf-8",
            "Memento-Datetime": format_datetime(_time(capture.timestamp), usegmt=True),
            "Link": f'<{url}>; rel="original"',
        }
        if capture.location:
            head["Location"] = f"http://127.0.0.1:{self.port}/wayback/{asked}id_/{capture.location}"
        return capture.status, head, capture.body

    def _visit(self, path: str, query: str) -> tuple[int, Mapping[str, str], str]:
        origin = path.removeprefix("/api/1/origin/").removesuffix("/visit/latest/")
        assert (path, query) == (f"/api/1/origin/{origin}/visit/latest/", "require_snapshot=true")
        head = {"Content-Type": "application/json", **self.limits}
        if origin in self.visits:
            return 200, head, json.dumps(self.visits[origin])
        said = {"exception": "NotFoundExc", "reason": f"No visit for origin {origin} found"}
        return 404, head, json.dumps(said)


@contextmanager
def beside() -> Iterator[Beside]:
    services = Beside()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, head, body = services.answer(self.path)
            self.send_response(status)
            for name, value in {**head, "Content-Length": str(len(body.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        services.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield services
        finally:
            server.shutdown()
            thread.join()
