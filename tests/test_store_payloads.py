"""Which record of our own WARC files has a body."""

from __future__ import annotations

from dlt_crawler.model.payloads import Payload
from dlt_crawler.store import Store
from tests.test_store import DAY, NOW

ONE, OTHER = "sha1:" + "A" * 32, "sha1:" + "B" * 32


def body(number: int, file: str, digest: str = ONE) -> Payload:
    return Payload(digest, f"http://a.example/{number}", NOW + number * DAY, file)


def test_of_a_body_that_many_answered_each_file_names_one_record(store: Store) -> None:
    bodies = [body(number, f"{number % 3}.warc.gz") for number in range(1_500)]
    store.payloads.save({each.url: each for each in bodies})
    store.payloads.save({"http://b.example/": body(1, "other.warc.gz", OTHER)})

    found = store.payloads.with_digest(ONE)

    assert [each.file for each in found] == ["0.warc.gz", "1.warc.gz", "2.warc.gz"]
    assert set(found) <= set(bodies)
    assert store.payloads.with_digest(OTHER) == (body(1, "other.warc.gz", OTHER),)


def test_an_answer_has_the_body_that_it_had_last(store: Store) -> None:
    assert store.payloads.of_answer("404 http://a.example/") is None
    for number, digest in enumerate((ONE, OTHER)):
        store.payloads.save({"404 http://a.example/": body(number, "0.warc.gz", digest)})

    assert store.payloads.of_answer("404 http://a.example/") == body(1, "0.warc.gz", OTHER)
    assert store.payloads.of_answer("http://a.example/") is None
    assert store.payloads.with_digest(ONE) == ()
