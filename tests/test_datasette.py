"""`datasette storage/dlt-crawl.db -m storage/datasette.json` is useful at once, to who has nothing but the program."""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette

from dlt_crawler.config import Settings
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.looking import prepare_for_looking
from dlt_crawler.store import Store, datasette_metadata
from dlt_crawler.store.tables import metadata
from dlt_crawler.store.views import VIEWS
from dlt_crawler.terminal import Watch
from tests.internet.client import Internet
from tests.nightly import Maintainer

DESCRIBED = tomllib.loads(files("dlt_crawler").joinpath("store", "datasette.toml").read_text())
WORDS = {"search": {"words": "教程 cnn"}}
PATIENT = {"facet_time_limit_ms": 20_000, "sql_time_limit_ms": 60_000}
"""What it takes by itself, 0.2 s and 1 s, is too little on a busy machine."""


class Browser:
    """Datasette in this process, and somebody who looks at its pages."""

    def __init__(self, database: Path, described: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self.datasette = Datasette([str(database)], metadata=json.loads(described.read_text()), settings=PATIENT)

    def get(self, path: str, **parameters: str) -> Any:
        async def got() -> Any:
            return await self.datasette.client.get(f"/dlt-crawl{path}?{urlencode(parameters)}")

        answer = self._loop.run_until_complete(got())
        assert answer.status_code == 200, answer.text
        return answer

    def rows(self, path: str, **parameters: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"{path}.json", _shape="array", **parameters).json()
        return found

    def close(self) -> None:
        for database in self.datasette.databases.values():
            database.close()
        self.datasette.executor.shutdown()
        self._loop.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, internet: Internet) -> Iterator[Browser]:
    """The database of a list after two nights."""
    maintainer = Maintainer.begin(tmp_path_factory.mktemp("list"), internet)
    ok, moved, gone, failing = map(internet.http_url, ("/ok", "/redirect-to/301?/page/x", "/404", "/status/500"))
    maintainer.write("a.md", f"[深度学习 CNN教程]({ok})", f"[moved]({moved})", f"[gone]({gone}) [failing]({failing})")
    maintainer.run("run")
    maintainer.nights_pass(1.5)
    maintainer.write("b.md", f"[gone, too]({internet.http_url('/status/410')})")
    maintainer.run("run", "--full")
    browsing = Browser(maintainer.database, maintainer.directory / "storage" / "datasette.json")
    yield browsing
    browsing.close()


@pytest.mark.parametrize("query", DESCRIBED["queries"])
def test_each_query_answers_with_rows(browser: Browser, query: str) -> None:
    assert browser.rows(f"/{query}", **WORDS.get(query, {}))
    assert DESCRIBED["queries"][query]["title"] in browser.get(f"/{query}", **WORDS.get(query, {})).text


def test_the_queries_say_what_is_the_case(browser: Browser) -> None:
    broken = browser.rows("/broken_by_document")
    assert [(each["place"], each["label"], each["state"]) for each in broken] == [
        ("lists/a.md:3:8", "gone", "dead"),
        ("lists/b.md:1:13", "gone, too", "dead"),
    ]
    assert [each["url"].rpartition("/")[2] for each in browser.rows("/dying")] == ["500"]
    assert [each["why"] for each in browser.rows("/dead_without_snapshot")] == ["never_archived"] * 2
    assert [each["moved_to"].rpartition("/")[2] for each in browser.rows("/moved")] == ["x"]
    assert [(each["before"], each["after"]) for each in browser.rows("/changed_last_night")].count(
        ("unchecked", "dead")
    ) == 1
    assert [(each["dead"], each["links"]) for each in browser.rows("/hosts_by_loss")] == [(2, 5)]
    assert sum(each["died"] for each in browser.rows("/deaths_by_month")) == 2


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("深度", 1),
        ("cnn  教程 ", 1),
        ('"cnn 教程"', 1),
        ('"教程 cnn"', 0),
        ("习教", 0),
        ('never "closed', 0),
        ("gone", 2),
        ("status/410", 1),
        ("a* OR (b", 0),
        ("", 0),
        ("-- 🚀 '", 0),
    ],
)
def test_people_search_there_as_they_do_with_the_program(browser: Browser, asked: str, found: int) -> None:
    assert len(browser.rows("/search", words=asked)) == found


def test_each_view_is_a_page_with_its_facets_and_sorted(browser: Browser) -> None:
    for view in VIEWS:
        page = browser.get(f"/{view}").text
        assert DESCRIBED["tables"][view]["title"] in page
        assert "rows" in page
        assert "1 timed out" not in page
    facets = browser.get("/links.json").json()["facet_results"]
    assert {result["value"]: result["count"] for result in facets["state"]["results"]} == {
        "alive": 2,
        "dead": 2,
        "failing": 1,
    }
    assert set(DESCRIBED["tables"]["links"]["columns"]) == set(browser.rows("/links")[0])


def test_people_see_what_is_for_them(browser: Browser) -> None:
    front = browser.get(".json").json()
    shown = {table["name"] for table in front["tables"] if not table["hidden"]}
    assert shown == {"documents", "lints", "runs"}
    assert {view["name"] for view in front["views"]} == {*VIEWS}
    known = {*metadata.tables, "alembic_version", "search_index"}
    assert set(DESCRIBED["hidden"]) | shown == known
    for table, described in DESCRIBED["tables"].items():
        columns = set(browser.get(f"/{table}.json").json()["columns"])
        named = {*described.get("columns", ()), *described.get("facets", ())}
        named |= {described[key] for key in ("sort", "sort_desc") if key in described}
        assert named <= columns, table


def test_the_description_is_for_the_database_of_that_name() -> None:
    assert [*json.loads(datasette_metadata(Path("/srv/my.links.sqlite")))["databases"]] == ["my.links"]


def test_the_description_is_written_when_it_is_another(tmp_path: Path) -> None:
    url, path = f"sqlite:///{tmp_path}/links.db", tmp_path / "datasette.json"
    with Store.open(url) as store:
        job = Job(Settings(database=url, storage=tmp_path), store, Watch(quiet=True))
        prepare_for_looking(job)
        inode = path.stat().st_ino
        prepare_for_looking(job)
        assert path.stat().st_ino == inode
        path.write_text("{}")
        prepare_for_looking(job)
    assert path.read_text() == datasette_metadata(tmp_path / "links.db")
