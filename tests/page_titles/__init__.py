"""Pages written for this purpose, each with the title that a person would write down: the work's, without the site's.

One module a family; `PAGES` is all of them.
"""

from tests.page_titles import charsets, containers, headings, languages, scholarly, sites, traps
from tests.page_titles.labelled import Labelled, title_read

PAGES: tuple[Labelled, ...] = (
    *scholarly.PAGES, *containers.PAGES, *sites.PAGES, *headings.PAGES, *languages.PAGES, *traps.PAGES, *charsets.PAGES,
)  # fmt: skip

__all__ = ["PAGES", "Labelled", "title_read"]
