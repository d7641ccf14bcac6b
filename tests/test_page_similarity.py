"""Whether two pages are the same but for what was asked for."""

from __future__ import annotations

from dlt_crawler.page.similarity import SAME, likeness, sketch_of

WAYS = ("north", "south", "home", "uphill")
THINGS = ("mill", "lake", "old road", "herd", "ferry")
STORY = " ".join(
    f"We went {way} on foot and saw the {thing}, {way} of the {thing}." for way in WAYS for thing in THINGS
)


def test_a_page_is_the_same_whatever_was_asked_for() -> None:
    pages = [
        sketch_of(
            f"{STORY} The address /notes/{name} was not found. Request {number}.", f"https://a.example/notes/{name}"
        )
        for name, number in (("on-moss", "a81f5502"), ("qzxwvutsrqponmlkjihgfedcb", "77be0c1d"))
    ]
    assert likeness(*pages) == 1


def test_pages_with_a_common_frame_are_not_the_same() -> None:
    frame = "Home News Projects Blog About us Contact. © 2026 the authors."
    assert likeness(sketch_of(f"{frame} {STORY}"), sketch_of(f"{frame} {STORY[::-1]}")) < SAME / 3


def test_likeness_is_near_the_share_of_what_two_long_texts_have_in_common() -> None:
    words = [f"w{number // 7}x{chr(97 + number % 7)}" for number in range(1, 700)]
    one, other = " ".join(words), " ".join("other" if number % 40 == 0 else word for number, word in enumerate(words))
    # Three shingles change with each of 18 words, of 700.
    assert abs(likeness(sketch_of(one), sketch_of(other)) - (697 - 54) / (697 + 54)) < 0.1


def test_chinese_is_compared_by_characters() -> None:
    one, other = "抱歉，您访问的页面不存在，请返回首页。", "深度学习的数学理论综述，共三章。"
    assert likeness(sketch_of(one), sketch_of(one)) == 1
    assert likeness(sketch_of(one), sketch_of(other)) == 0


def test_nothing_is_like_nothing() -> None:
    assert sketch_of(" … ") is None
    assert likeness(None, None) == 0
    assert likeness(sketch_of("moss"), None) == 0
    assert likeness(sketch_of("moss"), sketch_of("moss")) == 1


def test_a_sketch_is_short_whatever_the_text() -> None:
    assert len(sketch_of(STORY * 2_000) or "") <= 1_024
