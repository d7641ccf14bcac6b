"""Which links may be in a crowd, and which are ways to write one link, or ways in."""

from __future__ import annotations

import pytest

from dlt_crawler.page import place_of

HOME = "https://new.example/"


@pytest.mark.parametrize(
    ("paths", "final_url", "number"),
    [
        (["/a", "/b", "/c"], HOME, 3),
        (["/paper/x", "/paper/y", "/~lab/x.html"], HOME, 3),
        # Ways in: they lead to the home page, and always did.
        (["/", "", "/index.html", "/Main_Page", "/en/latest/", "/zh-cn/stable", "/latest", "/docs/en/"], HOME, 0),
        (["/", "/a"], HOME, 1),
        # Ways to write one link.
        (["/a", "/a/", "/a.html", "/a/index.html", "/A", "/a?ref=1", "/a?ref=2"], HOME, 1),
        (["/a", "/b", "/c"], "https://old.example/c/", 2),
        (["/paper.php", "/paper", "/paper/"], "https://old.example/paper.html", 0),
    ],
)
def test_a_link_has_one_place_however_it_is_written(paths: list[str], final_url: str, number: int) -> None:
    places = {place_of(f"http://old.example{path}", final_url) for path in paths} - {None}
    assert len(places) == number
