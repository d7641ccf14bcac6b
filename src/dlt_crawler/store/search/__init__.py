"""The search: an index of the links that are written now, by the words of their titles, labels, abstracts and URLs."""

from dlt_crawler.store.search.searching import Search

__all__ = ["Search"]
