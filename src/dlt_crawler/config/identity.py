"""Who we say we are."""

from __future__ import annotations

from importlib.metadata import metadata

PRODUCT = "dlt-crawl"
"""The product token: in the User-Agent, and what robots.txt files name us by (RFC 9309, section 2.2.1)."""


def user_agent(contact: str) -> str:
    """Return the User-Agent: product and version, where to read about it if that is known, and whom to write to."""
    about = metadata(PRODUCT)
    pages = [str(url).partition(", ")[2] for url in about.get_all("Project-URL") or []]
    comment = "; ".join([*(f"+{page}" for page in pages[:1]), *filter(None, [contact])])
    line = f"{PRODUCT}/{about['Version']}" + (f" ({comment})" if comment else "")
    # One line of visible ASCII: the contact is free text.
    return "".join(character for character in line if " " <= character <= "~")
