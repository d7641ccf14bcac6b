"""What an answer shows, and what that means. Pure; the only user of parsel and lxml."""

from dlt_crawler.page.crowds import CROWD, place_of
from dlt_crawler.page.interpretation import Interpretation, Shown, interpret
from dlt_crawler.page.reading import READ_BYTES, beginning_of, begins_as_page, is_page, is_plain, read_response
from dlt_crawler.page.response import Content, Response

__all__ = [
    "CROWD",
    "READ_BYTES",
    "Content",
    "Interpretation",
    "Response",
    "Shown",
    "beginning_of",
    "begins_as_page",
    "interpret",
    "is_page",
    "is_plain",
    "place_of",
    "read_response",
]
