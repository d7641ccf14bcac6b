"""When links of one host that end on the same page are a crowd, and when they are ways to write one link."""

from __future__ import annotations

import pytest

from dlt_crawler.page import deep_links

HOME = "https://new.example/"


@pytest.mark.parametrize(
    ("paths", "final_url", "number"),
    [
        (["/a", "/b", "/c"], HOME, 3),
        (["/a/x", "/a/y", "/b?id=1", "/b?id=2"], HOME, 4),
        # The root of the host says nothing of its depths.
        (["/", "", "/index.html", "/a"], HOME, 1),
        # Ways to write one link.
        (["/a", "/a/", "/a.html", "/a/index.html", "/A"], HOME, 1),
        (["/a", "/b", "/c"], "https://old.example/c/", 2),
        (["/paper.php", "/paper", "/paper/"], "https://old.example/paper.html", 0),
        ([], HOME, 0),
    ],
)
def test_deep_links_are_counted_once_each(paths: list[str], final_url: str, number: int) -> None:
    assert deep_links([f"http://old.example{path}" for path in paths], final_url) == number
