"""reStructuredText, as docutils reads it, with the place of every address.

docutils gives no places below a line. tree-sitter's grammar for the format reads no tables and no directives, loses
what follows an error, and takes gigabytes for 200 KB of nested quotes. So docutils' rules are repeated here, with
places.
"""

from dlt_crawler.sources.rst.document import find

__all__ = ["find"]
