"""Language and script of pages."""

from __future__ import annotations

import pytest

from dlt_crawler.page import Response
from dlt_crawler.page.languages import script_of
from dlt_crawler.page.reading import read_response


def language(source: str) -> str | None:
    return read_response(
        Response("https://host.example/", 200, (("content-type", "text/html"),), source.encode())
    ).page.language


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<html lang=de><p>x", "de"),
        ("<html lang='EN-us'><p>x", "en"),
        ("<html lang=zh_Hans_CN><p>x", "zh"),
        ("<html lang=' pt-BR '><p>x", "pt"),
        ("<html xml:lang='fr'><p>x", "fr"),
        ("<html><meta http-equiv='Content-Language' content='es, en'><p>x", "es"),
        ("<html><meta property='og:locale' content='ja_JP'><p>x", "ja"),
        ("<html lang=''><meta name=DC.language content=nl><p>x", "nl"),
        ("<html lang=und><meta property='og:locale' content='ko_KR'><p>x", "ko"),
        ("<html lang='{{ language }}'><p>x", None),
        ("<html lang=english><p>x", None),
        ("<html lang=gsw-CH><p>x", "gsw"),
        ("<p>x", None),
        ("<html lang=it><meta property='og:locale' content='en_US'><p>x", "it"),
    ],
)
def test_language_is_what_the_page_declares(source: str, expected: str | None) -> None:
    assert language(source) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A text in English.", "Latn"),
        ("Größe, naïveté, İstanbul, Toán học", "Latn"),
        ("Математика", "Cyrl"),
        ("Μαθηματικά", "Grek"),
        ("深度学习的数学理论", "Hani"),
        ("这篇文章介绍 Python 与 NumPy 的用法。", "Hani"),
        ("深層学習の数学的な理論について", "Jpan"),
        ("カタカナ", "Jpan"),
        ("딥러닝의 수학적 이론", "Kore"),
        ("大韓民國의 歷史와 文化", "Kore"),
        ("日本的「の」字为什么流行，很多中国人都会写这个字，但是不知道它的读音。", "Hani"),
        ("النظرية", "Arab"),
        ("התאוריה", "Hebr"),
        ("คณิตศาสตร์", "Thai"),
        ("गणित", "Deva"),
        ("গণিত", "Beng"),
        ("கணிதம்", "Taml"),
        ("მათემატიკა", "Geor"),
        ("Մաթեմատիկա", "Armn"),
        ("ｗｉｄｅ", "Latn"),
        ("A page in English that mentions 東京 once", "Latn"),
        ("Страница о Python", "Cyrl"),
        ("2026-11-21 … (1) — 😀", None),
        ("", None),
    ],
)
def test_script_is_that_of_most_letters(text: str, expected: str | None) -> None:
    assert script_of(text) == expected


def test_only_the_beginning_decides() -> None:
    assert script_of("a" * 2_000 + "字" * 1_000_000) == "Latn"
