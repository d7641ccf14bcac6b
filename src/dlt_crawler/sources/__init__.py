"""Documents to link occurrences: what is written where, to the byte. The only user of markdown-it-py."""

from dlt_crawler.sources.extraction import extract
from dlt_crawler.sources.files import MAX_BYTES, find, read, write

__all__ = ["MAX_BYTES", "extract", "find", "read", "write"]
