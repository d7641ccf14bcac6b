"""HTML: the URLs in the attributes of start tags, in whole documents and in fragments inside of markdown."""

from dlt_crawler.sources.html.attributes import url_attributes
from dlt_crawler.sources.html.document import find
from dlt_crawler.sources.html.tags import Comment, Tag, scan

__all__ = ["Comment", "Tag", "find", "scan", "url_attributes"]
