"""The labelled pages of walls, in tests/labelled/walls, and of what may be taken for one, in beside_walls.

A file has the link (and ` -> ` where its redirects end), the status and whose wall it is (`-`: none), the header, an
empty line, and the body. All were written for these tests; the names are made up but for those of well-known sites.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dlt_crawler.page import Response, Shown
from dlt_crawler.page.reading import read_response

LABELLED = Path(__file__).parent / "labelled"


@dataclass(frozen=True)
class LabelledPage:
    """One answer, and whose wall it is."""

    name: str
    url: str
    final_url: str
    status: int
    whose: str | None
    fields: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def read(cls, path: Path) -> LabelledPage:
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        links, label, *lines = head.splitlines()
        url, _, final_url = links.partition(" -> ")
        status, _, whose = label.partition(" ")
        fields = tuple((name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
        wall = None if whose == "-" else whose
        return cls(path.stem, url, final_url or url, int(status), wall, fields, body.encode())

    def shown(self) -> Shown:
        """What a check sees of it."""
        content = read_response(Response(self.final_url, self.status, self.fields, self.body))
        return Shown(self.url, self.final_url, self.status, page=content.page, evidence=content.evidence)


def labelled(directory: str) -> Iterator[LabelledPage]:
    return map(LabelledPage.read, sorted((LABELLED / directory).glob("*.http")))
