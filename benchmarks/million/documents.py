"""The documents of the list, and the settings that the program reads it with."""

from __future__ import annotations

from pathlib import Path

from benchmarks.million.archive import URLS
from benchmarks.million.law import List, title_of

LINKS_EACH = 500
SECTION = 25
"""Links below a heading."""
DOCUMENTS = "documents"
CANARIES = ("canary-1.example", "canary-2.example")

SETTINGS = """\
# Written by benchmarks.million; all of it is in a namespace of its own.
sources = ["documents/*.md"]
[fetch]
allow_networks = ["127.0.0.0/8"]
concurrency = {concurrency}
delay = {delay}
second_look = {second_look}
[network]
canaries = {canaries}
[archive]
timegate_url = "{timegate_url}"
cdx_url = "{cdx_url}"
save_url = "{save_url}"
# As fast as it answers: what its real limits make of it is reckoned (docs/scaling.md).
cdx_rate = 600_000
playback_rate = 600_000
[archive.fallbacks]
# They are not in that namespace.
papers = false
software_heritage = false
arquivo = false
"""


def write(listed: List, directory: Path) -> int:
    """Write the documents, one after the other, and return their bytes. Those that are there already stay."""
    folder = directory / DOCUMENTS
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for number, start in enumerate(range(0, listed.links, LINKS_EACH)):
        path = folder / f"{number:05}.md"
        if not path.exists():
            path.write_text(document(listed, number, range(start, min(start + LINKS_EACH, listed.links))), "utf-8")
        written += path.stat().st_size
    return written


def document(listed: List, number: int, links: range) -> str:
    """Return a list such as people write: headings, and an entry with a sentence for each link."""
    lines = [f"# Collected links, part {number} · 链接列表\n\n"]
    for place, link in enumerate(links):
        if place % SECTION == 0:
            lines.append(f"\n## Section {place // SECTION + 1}\n\n")
        lines.append(f"- [{title_of(link)}]({listed.url(link)}) — worth reading, 值得一读.\n")
    return "".join(lines)


def settings(*, delay: float, second_look: float, concurrency: int = 128) -> str:
    """Return the settings."""
    canaries = [f"http://{name}/" for name in CANARIES]
    listed = "[" + ", ".join(f'"{canary}"' for canary in canaries) + "]"
    return SETTINGS.format(concurrency=concurrency, delay=delay, second_look=second_look, canaries=listed, **URLS)
