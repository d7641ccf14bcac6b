"""The interfaces for programs of the test internet, as heard on a plain socket."""

from __future__ import annotations

import pytest

from tests.internet.behaviours import BEHAVIOURS, row_of
from tests.internet.client import Internet
from tests.internet.ear import Row, check, status
from tests.internet.interfaces import INTERFACES

ATOM = "application/atom[+]xml"

HEARD: tuple[Row, ...] = (
    # Unordered, ten at most unless more are asked for, and without what is not known.
    ("/api/query?id_list=2401.00001,2401.00404,math/0112019v2", "closed", status(
        200, ATOM, "abs/math/0112019v2<", "abs/2401.00001v1<")),
    ("/api/query?id_list=" + ",".join(f"2401.0000{n}" for n in range(10)) + ",2401.00010", "closed",
     rb"(?s)HTTP/1.1 200 OK\r\n(?!.*2401.00010v1).*2401.00009v1.*2401.00000v1.*"),
    ("/api/query?id_list=2401.00001,2401.1", "closed", status(400, ATOM, "<title>Error</title>")),
    ("/atom/bomb", "closed", status(200, "ENTITY l9", "&l8;", "&l9;", "</feed>")),
    ("/atom/cut", "closed", status(200, "</entry>\n")),
    ("/10.1000/a", "closed", status(302, "Location: http://127.0.0.33:")),
    ("/10.1000/gone", "closed", status(404)),
    ("/v1/works/10.1000/a/transform", "closed", status(200, "csl[+]json", "jats:p")),
    ("/repos/a/b", "closed", status(401)),
    ("/repositories/1", "closed", status(401)),
    ("/oembed?url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3Dabcdefghijk", "closed", status(
        200, "application/json", '"title": "The video abcdefghijk"')),
)  # fmt: skip


@pytest.mark.parametrize("row", HEARD, ids=[path[:40] for path, *_ in HEARD])
def test_an_interface_answers_as_its_documentation_says(internet: Internet, row: Row) -> None:
    check(internet, row)


def test_every_interface_is_in_the_table_above() -> None:
    rows = {path for path, *_ in INTERFACES}
    assert {row_of(path) for path, *_ in HEARD} == {row for row in BEHAVIOURS if row.path in rows}
