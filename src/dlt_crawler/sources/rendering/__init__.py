"""What a document shows: by renderers that know nothing of how links are found in it.

The proof of a repair rests on them beside the extraction: what both read wrongly in the same way is all that can go
unnoticed. So nothing here may use the finders or their parser.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from dlt_crawler.errors import SourceError
from dlt_crawler.model import DocumentFormat, Rendered, SourceDocument, Span
from dlt_crawler.sources.rendering.gfm_urls import MARKS, marked
from dlt_crawler.sources.rendering.markdown import markdown_shown
from dlt_crawler.sources.rendering.markup import html_shown
from dlt_crawler.sources.rendering.notebook import notebook_shown
from dlt_crawler.sources.text import decode

_LINE_END = re.compile("\r\n?")


def rendered(document: SourceDocument, bare: Collection[Span] = (), edited: Collection[Span] = ()) -> Rendered | None:
    """Return what a reader gets to see, piece by piece; None for a format that has no renderer.

    Of a bare URL in markdown, the caller knows where it is: those of `bare` are links that end where their span does;
    those of `edited` end where GFM says. Any other is text. Raises SourceError, which names the document, if it cannot
    be read.
    """
    try:
        match document.format:
            case DocumentFormat.MARKDOWN:
                return _without_marks(markdown_shown(_lines(marked(decode(document), bare, edited))))
            case DocumentFormat.NOTEBOOK:
                source = marked(decode(document), bare, edited, in_json=True)
                return _without_marks(notebook_shown(_lines(source)))
            case DocumentFormat.HTML:
                return tuple(html_shown(_lines(decode(document).source)))
            case DocumentFormat.TEXT | DocumentFormat.BIBTEX | DocumentFormat.RST:
                return None
    except SourceError as error:
        raise SourceError(f"{document.path}: {error}") from error
    except RecursionError as error:
        raise SourceError(f"{document.path}: brackets are nested too deeply to be shown") from error


def _lines(source: str) -> str:
    return _LINE_END.sub("\n", source).replace("\0", "\ufffd")


def _without_marks(pieces: Iterator[str]) -> Rendered:
    return tuple(MARKS.sub("", piece) for piece in pieces)
