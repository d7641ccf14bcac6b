"""dlt-crawl keeps curated link lists alive: it checks their links and repairs the dead ones."""

from importlib.metadata import version

__version__ = version("dlt-crawl")
