"""What an answer shows, and what that means. Pure; the only user of parsel and lxml."""

from dlt_crawler.page.interpretation import Interpretation, Shown, interpret
from dlt_crawler.page.reading import READ_BYTES, beginning_of, is_page, read_response
from dlt_crawler.page.response import Content, Response

__all__ = [
    "READ_BYTES",
    "Content",
    "Interpretation",
    "Response",
    "Shown",
    "beginning_of",
    "interpret",
    "is_page",
    "read_response",
]
