"""Who searches finds every link that is written now and holds the words, whatever happened to the database before."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, text

from dlt_crawler.errors import StoreError
from dlt_crawler.model import Findings, LinkKind, LinkOccurrence, Page, Resource, SkipReason, Span, State, Verdict
from dlt_crawler.report import SearchFormat, render_found
from dlt_crawler.store import Store, postgresql
from dlt_crawler.store.search import fts5
from dlt_crawler.store.words import terms_of
from tests import databases
from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.postgres import Server
from tests.test_store import DAY, NOW, document, observation, save, vouched_for
from tests.test_store_migration import AT, make

INDEXED = {
    "sqlite": "SELECT rowid, * FROM search_index ORDER BY rowid",
    "postgresql": "SELECT resource_id, size, words::text FROM search_index ORDER BY resource_id",
}


@dataclass(frozen=True)
class Written:
    """A link as somebody has written it, and what its page says."""

    url: str
    label: str = "x"
    title: str | None = None
    abstract: str | None = None


def occurrence(url: str, label: str = "x", file: str = "a.md", line: int = 1) -> LinkOccurrence:
    return LinkOccurrence(file, Span(9, 42), line, 3, LinkKind.INLINE, url, url, label, Resource(url))


def write(store: Store, *links: Written, file: str = "a.md") -> None:
    """Write a document with these links, whose pages have all been seen."""
    save(store, document(file), [occurrence(each.url, each.label, file) for each in links], now=NOW)
    seen = [each for each in links if each.title or each.abstract]
    run = store.begin_run(NOW).id
    pages = {each.url: Page(each.title, each.abstract) for each in seen}
    store.add_checks(run, 1, [observation(Resource(link), page=page) for link, page in pages.items()])


def found(store: Store, asked: str, number: int = 1_000) -> list[str]:
    return [each.link.url for each in store.search.find(asked, number).best]


def execute(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Do something to the database as another program, and return what the last statement finds."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            result = connection.exec_driver_sql(statement)
        found = [tuple(row) for row in result] if result.returns_rows else []
    engine.dispose()
    return found


def indexed(store: Store, url: str) -> list[tuple[object, ...]]:
    """What the index holds."""
    return execute(url, INDEXED[store._database.engine.dialect.name])


def anew(store: Store, url: str) -> list[tuple[object, ...]]:
    """What the index holds when it is made from nothing."""
    execute(url, "DELETE FROM marks WHERE name = 'search'")
    store.search.update()
    return indexed(store, url)


def new_database(request: pytest.FixtureRequest, directory: Path) -> str:
    """A database of the kind of the parameter of a fixture for a whole module."""
    if request.param == "sqlite":
        return f"sqlite:///{directory}/links.db"
    url: str = request.getfixturevalue("postgresql").new()
    return url


A, B, C, D = (f"https://{host}.example/" for host in "abcd")
ATTENTION = Written("https://arxiv.org/abs/1706.03762", "注意力 paper", "Attention Is All You Need", "We dispense.")
BOOK = Written(
    "https://github.com/foo/d2l-zh?x=_1", "《动手学深度学习》", "动手学深度学习 2.0", "面向中文读者的 ＣＮＮ 教程"
)
RARE = Written("https://rare.test/", "一\U00030000二")
WIKI = Written("https://zh.wikipedia.org/wiki/%E5%8D%B7%E7%A7%AF", "Faltung", "Poincaré und die Faltung")


@pytest.mark.parametrize(
    ("asked", "links"),
    [
        ("attention", [ATTENTION]),
        ("NEED attention", [ATTENTION]),
        ("need nothing", []),
        ('"all you"', [ATTENTION]),
        ('"you all"', []),
        ("dispens", []),
        ("dispens*", [ATTENTION]),
        ("arxiv", [ATTENTION]),
        ("1706.03762", [ATTENTION]),
        ("http://arxiv.org/abs/1706.03762", [ATTENTION]),
        ("github.com/foo", [BOOK]),
        ("foo/github.com", []),
        ("深度学习", [BOOK]),
        ("深", [BOOK]),
        ("度学", [BOOK]),
        ("习深", []),
        ("cnn 教程", [BOOK]),
        ("ｃｎｎ 中文 attention", []),
        ("力", [ATTENTION]),
        ("卷积", [WIKI]),
        ("https://zh.wikipedia.org/wiki/%E5%8D%B7%E7%A7%AF", [WIKI]),
        ("poincare", [WIKI]),
        ("POINCARÉ faltung", [WIKI]),
        # CJK Extension G, of Unicode 13.
        ("\U00030000", [RARE]),
        ("example", []),
    ],
)
def test_links_are_found_by_title_label_abstract_and_url(whole: Store, asked: str, links: Sequence[Written]) -> None:
    assert found(whole, asked) == [link.url for link in links]


@pytest.fixture(scope="module", params=databases.KINDS)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(new_database(request, tmp_path_factory.mktemp("search"))) as opened:
        write(opened, ATTENTION, BOOK, WIKI, RARE)
        yield opened


@given(st.text(st.characters() | st.sampled_from("\"'*():^+-{}~,;\x00深a "), min_size=1))
@settings(max_examples=40, deadline=None)
def test_nothing_that_is_typed_is_an_error(whole: Store, asked: str) -> None:
    if terms_of(asked):
        assert whole.search.find(asked, 1).total <= 3
    else:
        with pytest.raises(ValueError, match="there is no word in"):
            whole.search.find(asked, 1)


def test_a_title_counts_more_than_a_label_and_that_more_than_an_abstract_or_a_url(store: Store) -> None:
    write(
        store,
        Written("https://word.example/", "other", "other", "other"),
        Written(B, "other", "other", "word"),
        Written(C, "word", "other", "other"),
        Written(D, "other", "word", "other"),
    )
    assert found(store, "word") == [D, C, B, "https://word.example/"]
    findings = store.search.find("word", 2)
    assert ([each.link.url for each in findings.best], findings.total) == ([D, C], 4)


# ── Recall, against what a plain search for a substring finds ───────────────────────────────────────────────────────

HAN = "深度学习卷积网络注意力机制强化论文教程的与"


@pytest.fixture(scope="module", params=databases.KINDS)
def library(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Sequence[Written]]]:
    chance = Random(7)

    def some(least: int, most: int) -> str:
        parts = ("".join(chance.choices(HAN, k=chance.randint(1, 9))), chance.choice(["CNN", "，", " ", "ｘ1"]))
        return "".join(chance.choice(parts) for _ in range(chance.randint(least, most)))

    links = [Written(f"https://h{n}.example/{n}", some(1, 3), some(1, 4), some(0, 9)) for n in range(120)]
    with Store.open(new_database(request, tmp_path_factory.mktemp("library"))) as opened:
        write(opened, *links)
        yield opened, links


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_every_link_is_found_that_contains_the_chinese_text(
    library: tuple[Store, Sequence[Written]], data: st.DataObject
) -> None:
    store, links = library
    asked = data.draw(st.text(st.sampled_from(HAN), min_size=1, max_size=5))
    holding = {
        each.url for each in links if any(asked in (text or "") for text in (each.title, each.label, each.abstract))
    }
    findings = store.search.find(asked, 300)
    assert holding <= {each.link.url for each in findings.best}
    assert findings.total == len(findings.best)
    for each in findings.best:
        # What is found beyond that stands there with punctuation in between.
        assert each.excerpts


# ── The index is what the tables say ────────────────────────────────────────────────────────────────────────────────


def test_a_link_is_found_as_long_as_it_is_written(store: Store) -> None:
    write(store, Written(A, "first"), Written(B, "second"))
    write(store, Written(B, "elsewhere"), file="b.md")
    assert (found(store, "first"), found(store, "second")) == ([A], [B])
    write(store, Written(C, "third"))
    assert (found(store, "first"), found(store, "second"), found(store, "third")) == ([], [], [C])
    assert found(store, "elsewhere") == [B]
    store.forget_documents(["b.md"])
    assert found(store, "elsewhere") == []


def test_the_latest_title_is_found_and_the_one_before_is_not(store: Store) -> None:
    write(store, Written(A, "label", "Old title"))
    assert found(store, "old label") == [A]
    vouched_for(store, observation(Resource(A), NOW + DAY, Page("New title")), now=NOW + DAY)
    assert (found(store, "old"), found(store, "new label")) == ([], [A])


def test_a_phrase_does_not_run_from_one_label_into_the_next(store: Store) -> None:
    links = [occurrence(A, "big red", line=1), occurrence(A, "apple pie", line=2)]
    save(store, document("a.md"), links, now=NOW)
    assert (found(store, '"red apple"'), found(store, "red apple")) == ([], [A])


def test_a_link_is_found_by_either_reading_and_shown_by_the_one_that_works(store: Store) -> None:
    target, gfm = Resource("https://a.example/x"), Resource("https://a.example/x）之后")
    bare = replace(occurrence(target.url), kind=LinkKind.BARE, alternative=gfm)
    broken = LinkOccurrence(
        "a.md", Span(50, 60), 2, 1, LinkKind.BARE, "http://[x", None, "odd", SkipReason.INVALID, Resource(B)
    )
    save(store, document("a.md"), [bare, broken], now=NOW)
    assert found(store, "other") == []
    vouched_for(store, observation(gfm, page=Page("The other title")))
    assert found(store, "other") == [target.url]
    store.save_verdicts([(target, Verdict(State.DEAD, "gone"), None)], run=None, now=NOW)
    assert found(store, "other") == [gfm.url]
    assert found(store, "odd") == [B]


@pytest.fixture(scope="module", params=databases.KINDS)
def another(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """What makes databases of one kind."""
    return lambda: new_database(request, tmp_path_factory.mktemp("steps"))


@given(st.lists(st.tuples(st.sampled_from("wwwcfsiu"), st.integers(0, 2), st.integers(0, 5)), max_size=9))
@settings(max_examples=10, deadline=None)
def test_whatever_happens_the_index_is_the_one_that_would_be_made_anew(
    another: Callable[[], str], steps: list[tuple[str, int, int]]
) -> None:
    url = another()
    with Store.open(url) as store:
        for number, (step, file, seed) in enumerate(steps):
            chance = Random(seed)
            match step:
                case "w":
                    write(
                        store,
                        *[Written(f"https://{chance.choice('abc')}.example/", f"{chance.choice(HAN)}")] * seed,
                        file=f"{file}.md",
                    )
                case "c":
                    seen = observation(Resource(A), NOW + number * DAY, Page(f"title {seed}"))
                    store.save_verdicts([(Resource(A), Verdict(State.DEAD, "gone"), None)], run=None, now=NOW)
                    vouched_for(store, seen, now=NOW + number * DAY)
                case "f":
                    store.forget_documents([f"{file}.md"])
                case "s":
                    store.retention.sweep(NOW + 99 * DAY, NOW + 99 * DAY)
                    store.retention.compact()
                case "i":
                    with suppress(StoreError), store._database.writing() as connection:
                        connection.execute(text("DELETE FROM occurrences"))
                        connection.execute(text("SELECT 1 FROM nowhere"))
                case _:
                    store.search.update()
        store.search.update()
        kept = indexed(store, url)
        assert kept == anew(store, url)


WRITES = {
    # Of FTS5 that is all: a row that is there is never written again.
    "sqlite": "SELECT id, c0 FROM search_index_content",
    "postgresql": "SELECT resource_id, xmin::text FROM search_index",
}


def test_what_did_not_change_is_neither_read_nor_written_again(store: Store, database_url: str) -> None:
    write(store, *(Written(f"https://h{n}.example/", f"label {n}", f"title {n}") for n in range(50)))
    store.search.update()
    written = WRITES[store._database.engine.dialect.name]
    before = execute(database_url, written)
    statements: list[tuple[str, object]] = []

    @event.listens_for(store._database.engine, "before_cursor_execute")
    def told(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if statement.startswith(("INSERT", "DELETE")):
            statements.append((statement, values))

    store.search.update()
    assert statements == []
    # The document is saved again with one link more: the fifty are looked at, and left as they are.
    links = [occurrence(f"https://h{n}.example/", f"label {n}") for n in range(50)]
    save(store, document("a.md"), [*links, occurrence(A, "new")], now=NOW + DAY)
    statements.clear()
    store.search.update()
    if database_url.startswith("sqlite"):
        assert [len(values) for what, values in statements if what.startswith("INSERT INTO search_index (")] == [5]
    assert len(set(execute(database_url, written)) - set(before)) == 1
    assert (found(store, "new"), len(found(store, "label"))) == ([A], 50)


def test_kill_9_at_any_time_loses_nothing(database_url: str) -> None:
    url = database_url
    with Store.open(url) as store:
        write(store, *(Written(f"https://h{n}.example/", f"label {n}", f"title {n}") for n in range(400)))
    slowly = (
        "import itertools, sys, time;"
        "from dlt_crawler.store import Store; from dlt_crawler.store.search import searching;"
        "searching.BATCH = 1; store = Store.open(sys.argv[1]); calls = itertools.count();"
        "index = searching.Search._index_next;"
        # It is not to come to its end before it is killed, however late that is.
        "searching.Search._index_next = lambda *given: (next(calls) == 90 and time.sleep(600), index(*given))[1];"
        "print(flush=True); store.search.update()"
    )
    for waiting in (350, 300):
        with subprocess.Popen([sys.executable, "-c", slowly, url], stdout=subprocess.PIPE) as indexing:
            assert indexing.stdout is not None
            indexing.stdout.readline()
            while execute(url, "SELECT count(*) FROM search_pending") > [(waiting,)]:
                assert indexing.poll() is None
            indexing.kill()
    left = execute(url, "SELECT count(*) FROM search_pending")
    with Store.open(url) as store:
        assert store.search.find("label", 1).total == 400
        kept = indexed(store, url)
        assert kept == anew(store, url)
    assert left != [(0,)], "it was done before it was killed"


ROWS_0007 = f"""
INSERT INTO documents VALUES (7, 'a.md', '{"0" * 64}', 'markdown', '{"f" * 64}', '{"1" * 64}');
INSERT INTO pages (id, key, title) VALUES (2, '{"2" * 64}', '深度学习');
INSERT INTO resources (id, key, url, slot, first_seen, unjudged, page_id)
    VALUES (1, '{"3" * 64}', '{A}', 'a.example', '{AT}', 0, 2), (2, '{"4" * 64}', '{B}', 'b.example', '{AT}', 0, 2);
INSERT INTO occurrences (document_id, position, line, "column", kind, raw, url, text, resource_id, renders, first_seen)
    VALUES (7, 0, 1, 5, 'inline', '{A}', '{A}', 'x', 1, 1, '{AT}');
"""


def test_a_database_of_before_is_indexed_when_somebody_first_searches(tmp_path: Path) -> None:
    path = make(tmp_path / "links.db", "0007", ROWS_0007)
    with Store.open(f"sqlite:///{path}") as store:
        assert found(store, "深度") == [A]
        write(store, Written(C, "later"), file="b.md")
        assert found(store, "later") == [C]


def test_an_index_of_other_rules_or_none_is_made_anew(store: Store, database_url: str) -> None:
    write(store, Written(A, "label"))
    assert found(store, "label") == [A]
    emptied = (
        "UPDATE search_index SET labels = 'otherwise'"
        if database_url.startswith("sqlite")
        else "DELETE FROM search_index"
    )
    execute(database_url, "UPDATE marks SET value = '0' WHERE name = 'search'", emptied)
    assert found(store, "label") == [A]
    execute(database_url, "DROP TABLE search_index")
    assert found(store, "label") == [A]


DAMAGES = {
    "sqlite": (
        "DELETE FROM search_index_data WHERE id > 10",
        "UPDATE search_index_data SET block = x'00' WHERE id > 10",
        "DELETE FROM search_index_docsize",
    ),
    "postgresql": (
        "ALTER TABLE search_index DROP COLUMN words",
        "ALTER TABLE search_index RENAME COLUMN size TO dimension",
        "DELETE FROM marks WHERE name = 'search size'",
    ),
}


@pytest.mark.parametrize("damage", [0, 1, 2])
@pytest.mark.parametrize("is_pending", [True, False])
def test_a_damaged_index_is_made_anew_and_the_rest_is_left_alone(
    store: Store, database_url: str, damage: int, is_pending: bool
) -> None:
    write(store, *(Written(f"https://h{n}.example/", f"label {n}", f"title {n}") for n in range(50)))
    store.search.update()
    execute(database_url, DAMAGES[store._database.engine.dialect.name][damage])
    if is_pending:
        write(store, Written(A, "label"), file="b.md")
    assert store.search.find("label", 1).total == 50 + is_pending
    kept = indexed(store, database_url)
    assert kept == anew(store, database_url)


BEGIN = {"sqlite": ("BEGIN IMMEDIATE",), "postgresql": ("BEGIN", "SELECT pg_advisory_xact_lock(6581364, 1)")}
"""What a program does that writes."""


def test_while_somebody_else_writes_what_is_indexed_is_found(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store, Written(A, "label"))
    store.search.update()
    write(store, Written(B, "label"), file="b.md")
    kind = store._database.engine.dialect.name
    monkeypatch.setattr(postgresql, "_LOCK_TIMEOUT", 1)
    if kind == "sqlite":
        with store._database.driver() as connection:
            connection.execute("PRAGMA busy_timeout = 1")
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as other:

        def does(*statements: str) -> None:
            for statement in statements:
                other.exec_driver_sql(statement)

        does(*BEGIN[kind])
        findings = store.search.find("label", 9)
        assert ([each.link.url for each in findings.best], findings.behind) == ([A], True)
        told = render_found("label", findings, SearchFormat.TEXT)
        assert told.startswith("The database cannot be written now: what has changed lately may be missing here.")
        # What is not indexed at all cannot be found.
        does("DELETE FROM marks WHERE name = 'search'", "COMMIT", *BEGIN[kind])
        with pytest.raises(StoreError, match="is kept busy by another program"):
            store.search.find("label", 9)
        does("COMMIT")
    engine.dispose()
    findings = store.search.find("label", 9)
    assert ({each.link.url for each in findings.best}, findings.behind) == ({A, B}, False)


def test_who_may_not_write_still_searches(tmp_path: Path) -> None:
    """A database that somebody reads only is indexed already: nothing has changed since the last run."""
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        write(store, Written(A, "label"))
        store.search.update()
        with store._database.driver() as connection:
            connection.execute("PRAGMA query_only = ON")
        assert found(store, "label") == [A]


def test_a_role_that_may_only_read_searches_what_is_indexed(postgresql: Server) -> None:
    url = postgresql.new()
    with Store.open(url) as store:
        write(store, Written(A, "label"))
        store.search.update()
        write(store, Written(B, "label"), file="b.md")
    postgresql.execute("CREATE ROLE reader LOGIN", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", url=url)
    with Store.open(postgresql.tcp(url, user="reader")) as store:
        findings = store.search.find("label", 9)
    assert ([each.link.url for each in findings.best], findings.behind) == ([A], True)


def test_without_fts5_only_the_search_complains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fts5, "_AVAILABLE", text("SELECT 0"))
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        write(store, Written(A, "label"))
        store.search.update()
        with pytest.raises(StoreError, match=r"the SQLite of this Python \(.*\) has no full-text search \(FTS5\)"):
            store.search.find("label", 1)


# ── What a person and a program are told ────────────────────────────────────────────────────────────────────────────


def test_the_findings_as_a_person_reads_them(store: Store) -> None:
    links = [occurrence(A, "the 深度 label", file="理论.md", line=line) for line in range(1, 8)]
    secret = "https://u:secret@host.example/?token=abcdef123456"
    hostile = Written(B, "label", "\x1b[31mred\x07 \u202e", "草 " * 400 + f"深度 深度 {secret}")
    write(store, Written(A, "", "深度 CNN 教程"), hostile)
    save(store, document("理论.md"), links, now=NOW)
    store.save_verdicts([(Resource(B), Verdict(State.DEAD, "answered 404"), None)], run=None, now=NOW)
    shown = render_found("深度", store.search.find("深度", 9), SearchFormat.TEXT)
    first, second, last = shown.split("\n\n")
    assert first.splitlines() == [
        "[深度] CNN 教程",
        "    https://a.example/",
        "    unchecked: not checked yet",
        "    label: the [深度] label",
        "    a.md:1:3",
        *(f"    理论.md:{line}:3" for line in range(1, 5)),
        "    and in 3 more places",
    ]
    assert second.splitlines()[:3] == [r"\x1b[31mred\x07 \u202e", "    https://b.example/", "    dead: answered 404"]
    assert "[深度] [深度]" in second
    assert last == "2 links found.\n"
    assert "secret" not in shown
    assert all(each.isprintable() or each == "\n" for each in shown)
    assert max(len(line) + sum(ord(each) > 0x2E7F for each in line) for line in shown.splitlines()) <= 80
    assert render_found("深度", store.search.find("深度", 1), SearchFormat.TEXT).endswith(
        "The best 1 of 2 links; `--limit 2` lists all.\n"
    )


def test_nothing_found_is_said() -> None:
    assert render_found("a\x1bb", Findings(0, ()), SearchFormat.TEXT) == "No link was found for a\\x1bb.\n"
    long = render_found("https://u:" + "secret" * 99 + "@a.example", Findings(0, ()), SearchFormat.TEXT)
    assert "secret" not in long
    assert len(render_found("长" * 999, Findings(0, ()), SearchFormat.TEXT)) < 150
    assert json.loads(render_found("a", Findings(0, ()), SearchFormat.JSON)) == {
        "schema": 1,
        "words": "a",
        "total": 0,
        "behind": False,
        "links": [],
    }


def test_the_findings_as_a_program_reads_them(store: Store) -> None:
    write(store, BOOK)
    said = json.loads(render_found("深度 cnn", store.search.find("深度 cnn", 9), SearchFormat.JSON))
    (link,) = said.pop("links")
    assert said == {"schema": 1, "words": "深度 cnn", "total": 1, "behind": False}
    assert (link["url"], link["state"], link["title"], link["snapshot"]) == (BOOK.url, "unchecked", BOOK.title, None)
    assert link["occurrences"] == [{"file": "a.md", "line": 1, "column": 3, "text": BOOK.label}]
    assert {each["in"]: [each["text"][start:end] for start, end in each["hits"]] for each in link["excerpts"]} == {
        "title": ["深度"],
        "label": ["深度"],
        "abstract": ["ＣＮＮ"],
    }


def test_the_command(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    assert "start with dlt-crawl run" in maintainer.run("search", "cnn", status=3)
    maintainer.write("a.md", f"[深度学习 CNN教程]({internet.http_url('/ok')}) [gone]({internet.http_url('/404')})")
    maintainer.run("run")
    assert execute(f"sqlite:///{maintainer.database}", "SELECT * FROM search_pending") == []
    assert "label: [深度]学习 [CNN]教程" in maintainer.run("search", "cnn", "深度")
    said = json.loads(maintainer.run("search", "GONE", "--format", "json", "--limit", "1"))
    assert [(link["state"], link["occurrences"][0]["line"]) for link in said["links"]] == [("dead", 1)]
    assert maintainer.run("search", "nowhere") == "No link was found for nowhere.\n"
    assert "there is no word in '*'" in maintainer.run("search", "*", status=2)
    assert (tmp_path / "storage" / "datasette.json").exists()
