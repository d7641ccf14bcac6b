"""How much of the labelled pages is taken for what it is."""

from __future__ import annotations

from tests.page_titles import PAGES, title_read


def show() -> None:
    """Print the shares of the labelled sets."""
    right = sum(title_read(labelled) == labelled.title for labelled in PAGES)
    print(f"titles exactly right    {right / len(PAGES):6.1%} of {len(PAGES)} pages    (target: 95 %)")
