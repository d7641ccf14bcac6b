"""What counts as a word when links are searched, and what of a text shows that it was found."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlt_crawler.model import Excerpt, Page, Where
from dlt_crawler.store.excerpts import excerpts_of
from dlt_crawler.store.words import Term, placed_words, terms_of, words, words_of_url
from tests.report_samples import DEAD, occurrence

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Attention Is All You Need!", ["attention", "is", "all", "you", "need"]),
        ("深度学习", ["深", "度", "学", "习"]),
        ("CNN教程2024版", ["cnn", "教", "程", "2024", "版"]),
        ("ＣＮＮ　１２３", ["cnn", "123"]),
        ("Poincaré, POINCARE\u0301", ["poincare", "poincare"]),
        ("Łukasz Gødel Straße İstanbul Ærø", ["lukasz", "godel", "strasse", "istanbul", "aero"]),
        ("ﾃﾞｰﾀ データ", ["デ", "ー", "タ", "デ", "ー", "タ"]),
        ("が か", ["が", "か"]),
        ("학습을", ["학", "습", "을"]),
        ("⼈\U00020000々", ["人", "\U00020000", "々"]),
        ("كِتَاب كتاب أحمد احمد كتـــاب", ["كتاب", "كتاب", "احمد", "احمد", "كتاب"]),
        ("שָׁלוֹם שלום", ["שלום", "שלום"]),
        ("हिन्दी क़िताब, क्\u200dष", ["हिन्दी", "क़िताब", "क्ष"]),
        ("தமிழ் বাংলা", ["தமிழ்", "বাংলা"]),
        ("don't snake_case C++", ["don", "t", "snake", "case", "c"]),
        ("…，。「」🚀 \x00\x1b\ud800", []),
        ("", []),
    ],
)
def test_case_width_and_accents_are_one_and_characters_of_unspaced_scripts_are_words(
    text: str, found: list[str]
) -> None:
    assert words(text) == found
    assert [word for word, _, _ in placed_words(unicodedata.normalize("NFC", text))] == found


def test_a_url_is_found_by_what_people_read_in_it() -> None:
    assert words_of_url("https://zh.wikipedia.org/wiki/%E6%B7%B1%E5%BA%A6") == [
        *("https", "zh", "wikipedia", "org", "wiki", "深", "度"),
    ]


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("aé 深ｶﾞが한Ł1كِאָहिন্\u200dो")))
def test_words_stay_what_they_are_and_stand_where_they_are_said_to(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found
    composed = unicodedata.normalize("NFC", text)
    for word, start, end in placed_words(composed):
        assert 0 <= start < end <= len(composed)
        assert word in "".join(words(composed[start:end]))


@given(HAN, HAN, HAN)
def test_chinese_is_found_by_any_part_of_it(before: str, part: str, behind: str) -> None:
    (term,) = terms_of(part)
    hits = list(term.found_in(placed_words(text := before + part + behind)))
    assert any(text[start:end] == part for start, end in hits) or unicodedata.normalize("NFKC", part) != part


@pytest.mark.parametrize(
    ("asked", "terms"),
    [
        ("CNN 教程", [Term(("cnn",)), Term(("教", "程"))]),
        ('"deep learning" more', [Term(("deep", "learning")), Term(("more",))]),
        ("“深度 学习”", [Term(("深", "度", "学", "习"))]),
        ("「卷积」网络", [Term(("卷", "积")), Term(("网", "络"))]),
        ("neur*", [Term(("neur",), prefix=True)]),
        ('"deep lear*"', [Term(("deep", "lear"), prefix=True)]),
        ("https://arxiv.org/abs/1706.03762", [Term(("arxiv", "org", "abs", "1706", "03762"))]),
        ("http://a.example/%E6%B7%B1", [Term(("a", "example", "深"))]),
        ('"never closed', [Term(("never", "closed"))]),
        ("twice TWICE", [Term(("twice",))]),
        ("a AND b OR NOT c", [Term((each,)) for each in ("a", "and", "b", "or", "not", "c")]),
        ("* -- 🚀 ()", []),
    ],
)
def test_what_is_typed_is_words_and_phrases_and_nothing_else(asked: str, terms: list[Term]) -> None:
    assert terms_of(asked) == tuple(terms)


# ── Excerpts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def excerpts(asked: str, title: str = "", abstract: str = "", *labels: str) -> dict[Where, tuple[str, list[str]]]:
    """Each excerpt, and what is marked in it."""
    link = replace(DEAD, page=Page(title, abstract), occurrences=tuple(occurrence(text=label) for label in labels))
    return {each.where: (each.text, marked(each)) for each in excerpts_of(link, terms_of(asked))}


def marked(excerpt: Excerpt) -> list[str]:
    return [excerpt.text[start:end] for start, end in excerpt.hits]


def test_all_that_was_found_is_marked_where_it_stands() -> None:
    assert excerpts("深度 cnn gone", "ＣＮＮ深度学习", "no word of it", "nothing", "the CNN label") == {
        Where.TITLE: ("ＣＮＮ深度学习", ["ＣＮＮ", "深度"]),
        Where.LABEL: ("the CNN label", ["CNN"]),
        Where.URL: ("https://gone.example/paper.pdf", ["gone"]),
    }


def test_overlapping_hits_are_one() -> None:
    assert excerpts('"a b" "b c"', "x a b c x")[Where.TITLE] == ("x a b c x", ["a b c"])


def test_an_abstract_is_cut_around_the_first_hit() -> None:
    text, hits = excerpts("needle", "", "word " * 200 + "needle " + "more " * 200)[Where.ABSTRACT]
    assert hits == ["needle"]
    assert text.startswith("…word ")
    assert text.endswith(" more…")
    assert len(text) <= 162
    text, hits = excerpts("针", "", "草" * 900 + "针")[Where.ABSTRACT]
    assert (text[0], text[-1], hits) == ("…", "针", ["针"])


def test_a_hit_in_a_secret_marks_nothing() -> None:
    told = excerpts("s3cretvalue", "see https://host.example/?api_key=s3cretvalue", "")
    assert "s3cretvalue" not in repr(told)
