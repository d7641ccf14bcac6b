"""Documents to link occurrences: what is written where, to the byte. The only user of markdown-it-py."""

from dlt_crawler.sources.extraction import extract
from dlt_crawler.sources.files import find, read, write
from dlt_crawler.sources.options import Options, options_of

__all__ = ["Options", "extract", "find", "options_of", "read", "write"]
