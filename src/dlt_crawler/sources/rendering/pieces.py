"""What renderings are made of: tags with the names of their attributes, values, texts (see `model.renderings`)."""

from __future__ import annotations

from collections.abc import Mapping

from dlt_crawler.model import MARK, VALUE


def opening(name: str, attributes: Mapping[str, object]) -> list[str]:
    """Return a start tag and the values of its attributes."""
    values = [VALUE + text(str(value)) for value in attributes.values()]
    return [f"{MARK}<{' '.join([name, *attributes])}>", *values]


def closing(name: str) -> str:
    """Return an end tag."""
    return f"{MARK}</{name}>"


def text(said: str) -> str:
    """Return a text in which nothing can be taken for the beginning of another piece."""
    return said.replace(MARK, "\ufffd")
