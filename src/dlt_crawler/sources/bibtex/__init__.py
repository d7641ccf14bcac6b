"""BibTeX: the URLs, DOIs and eprint identifiers in the fields of entries."""

from dlt_crawler.sources.bibtex.document import find

__all__ = ["find"]
