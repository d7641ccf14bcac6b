"""The engines of the search answer the same: as many links, the same, in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlt_crawler.store import Store
from dlt_crawler.store.search.engine import Engine
from dlt_crawler.store.search.fts5 import Fts5
from dlt_crawler.store.search.texts import BREAK, Texts
from dlt_crawler.store.search.tsvector import Tsvector
from dlt_crawler.store.words import Term
from tests.postgres import Server
from tests.test_search import HAN, Written, found, write

WORDS = ("a", "ab", "abc", "b", "ba", "1", "深", "度", "é", "हिन्दी", BREAK)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, postgresql: Server) -> Iterator[tuple[Store, Store]]:
    with ExitStack() as opened:
        urls = (f"sqlite:///{tmp_path_factory.mktemp('engines')}/links.db", postgresql.new())
        sqlite, other = (opened.enter_context(Store.open(url)) for url in urls)
        yield sqlite, other


TEXT = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
ENTRIES = st.dictionaries(st.integers(1, 12), st.tuples(TEXT, TEXT, TEXT, TEXT), min_size=1)
TERM = st.builds(Term, st.lists(st.sampled_from(WORDS[:-1]), min_size=1, max_size=3).map(tuple), st.booleans())


def best(
    engine: Engine, store: Store, entries: list[dict[int, Texts]], asked: list[tuple[Term, ...]]
) -> list[tuple[int, list[int]]]:
    with store._database.writing() as connection:
        engine.make(connection)
        for each in entries:
            engine.replace(connection, range(1, 13), each)
        answers = (engine.best(connection, terms, 9) for terms in asked)
        return [(total, [*ids]) for total, ids in answers]


@given(
    st.lists(ENTRIES, min_size=1, max_size=2),
    st.lists(st.lists(TERM, min_size=1, max_size=3, unique=True).map(tuple), min_size=1, max_size=8),
)
@settings(max_examples=25, deadline=None)
def test_whatever_is_indexed_and_asked_the_engines_agree(
    stores: tuple[Store, Store], entries: list[dict[int, Texts]], asked: list[tuple[Term, ...]]
) -> None:
    sqlite, other = stores
    assert best(Tsvector(), other, entries, asked) == best(Fts5(), sqlite, entries, asked)


def test_they_agree_about_a_library(stores: tuple[Store, Store]) -> None:
    chance = Random(11)
    common = [f"w{chance.randrange(10 ** chance.randrange(1, 4))}" for _ in range(2_000)] + [*HAN] * 20
    links = [
        Written(
            f"https://h{n % 40}.example/{chance.choice(common)}/{n}",
            " ".join(chance.choices(common, k=3)),
            " ".join(chance.choices(common, k=6)),
            " ".join(chance.choices(common, k=chance.randrange(80))),
        )
        for n in range(90)
    ]
    for store in stores:
        write(store, *links)
    for asked in (
        *common[:12],
        "h1*",
        "w1*",
        "w1 w2",
        "w1* w2* 深",
        '"w1 w2"',
        "深度",
        "example",
        "习 example w1*",
        "w3 h3",
    ):
        one, other = (store.search.find(asked, 30) for store in stores)
        assert (other.total, [each.link.url for each in other.best]) == (
            one.total,
            [each.link.url for each in one.best],
        )


@pytest.mark.parametrize(
    ("label", "asked", "is_found"),
    [
        ("deep " * 5_000 + "end", '"deep end"', False),
        ("deep " * 200 + "end", '"deep end"', True),
        ("deep " * 300 + "end", "end", True),
        (" ".join(f"w{n}" for n in range(2_000)), '"w1998 w1999"', True),
        (" ".join(f"w{n}" for n in range(20_000)), "w19999", False),
        (" ".join(f"w{n}" for n in range(20_000)), "host path", True),
        ("x" * 5_000, "x" * 4_000, True),
        ("x" * 5_000, "x" * 99, False),
        (" ".join(chr(0x20000 + n) * 1 for n in range(9_000)), "\U00020000", True),
        ("\U0001d7d8" * 90_000, "0*", True),
    ],
)
def test_what_is_too_long_is_cut_alike(store: Store, label: str, asked: str, is_found: bool) -> None:
    write(store, Written("https://host.example/path", label))
    assert found(store, asked) == ["https://host.example/path"] * is_found
