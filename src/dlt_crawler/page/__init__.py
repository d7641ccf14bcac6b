"""What a page says of itself: its title and its abstract. Pure; the only user of parsel and lxml."""

from dlt_crawler.page.reading import READ_BYTES, beginning_of, is_page, read_page

__all__ = ["READ_BYTES", "beginning_of", "is_page", "read_page"]
