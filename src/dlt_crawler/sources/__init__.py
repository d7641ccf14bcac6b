"""Documents to link occurrences: what is written where, to the byte. The only user of markdown-it-py."""

from dlt_crawler.sources.batch import Extracted, documents, extract_all, extract_files
from dlt_crawler.sources.ends import ends
from dlt_crawler.sources.extraction import extract
from dlt_crawler.sources.files import are_documents, document_of, find, read
from dlt_crawler.sources.options import Limits, Options, limits_of, options_of
from dlt_crawler.sources.rendering import rendered
from dlt_crawler.sources.terms import stale_ignore
from dlt_crawler.sources.text import encoded
from dlt_crawler.sources.writing import write

__all__ = [
    "Extracted",
    "Limits",
    "Options",
    "are_documents",
    "document_of",
    "documents",
    "encoded",
    "ends",
    "extract",
    "extract_all",
    "extract_files",
    "find",
    "limits_of",
    "options_of",
    "read",
    "rendered",
    "stale_ignore",
    "write",
]
