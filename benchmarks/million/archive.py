"""A stand-in for the Wayback Machine: one good capture of each second link that is gone, and nothing else. Pure.

The words and fields are those of `tests.internet.archive`, which can do far more, and is asked a URL at a time.
"""

from __future__ import annotations

from benchmarks.million.law import ARCHIVED, KINDS, SNAPSHOT, title_of

HOST = "archive.example"
URLS = {
    "timegate_url": f"http://{HOST}/web/",
    "cdx_url": f"http://{HOST}/cdx/search/cdx",
    "save_url": f"http://{HOST}/save",
}
_DATE = "Wed, 01 Jan 2020 00:00:00 GMT"
_TEXT = "<p>This is what the page said while it lived: what is known of the matter, and who found it out.</p>" * 12


def answer(path: list[str]) -> tuple[int, dict[str, str], str]:
    """Return status, fields and body for a path, its parts."""
    if path[0] != "web" or len(path) < 3:
        return 200, {"Content-Type": "text/plain"}, ""  # the index, which has no row to add
    asked, url = path[1], "/".join(path[2:])
    if not _has(url):
        said = "<h2>Hrm.</h2><p>The Wayback Machine has not archived that URL.</p>"
        return 404, {"Content-Type": "text/html"}, _page("Wayback Machine", said)
    stamp, flag = asked[:14], asked[14:]
    base = f"http://{HOST}/web/"
    if stamp != SNAPSHOT:
        return 302, {"Location": f"{base}{SNAPSHOT}{flag}/{url}", "Content-Type": "text/plain"}, ""
    link = f'<{url}>; rel="original", <{base}{SNAPSHOT}/{url}>; rel="first last memento"; datetime="{_DATE}"'
    fields = {"Memento-Datetime": _DATE, "Link": link, "Content-Type": "text/html; charset=utf-8"}
    title = title_of(int(url.rpartition("/")[2]))
    return 200, fields, _page(title, f"<h1>{title}</h1>{_TEXT}")


def _has(url: str) -> bool:
    """Return whether there is a capture of exactly this URL, or of it over https, which has the same key."""
    parts = url.split("/")
    if len(parts) != 5 or parts[0] not in ("http:", "https:") or parts[2].startswith("www."):
        return False
    kind, link = KINDS.get(parts[3]), parts[4]
    return kind is not None and kind.gone and link.isdigit() and int(link) % ARCHIVED == 0


def _page(title: str, body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>\n"
