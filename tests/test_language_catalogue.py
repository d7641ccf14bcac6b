"""The Chinese catalogue has all that the program says, and nothing else."""

from __future__ import annotations

import re
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.mofile import write_mo

from tests.catalogue.extraction import CATALOGUES, TOLD, Key, messages, read
from tests.catalogue.sentences import is_sentence, sentences

CHINESE = CATALOGUES / "zh_CN" / "LC_MESSAGES" / "dlt_crawler.po"

LEFT_OUT = {"verb", "class_name", "expected_plural"}
"""Placeholders of stored sentences that Chinese has no place for."""

CHINESE_CHARACTER = re.compile(r"[\u4e00-\u9fff]")

Entries = dict[Key, str]


@pytest.fixture(scope="module")
def entries() -> Entries:
    found: Entries = {}
    for entry in read(CHINESE):
        if entry.id:
            assert not entry.fuzzy, entry.id
            string = entry.string if isinstance(entry.string, str) else entry.string[0]
            key = entry.id if isinstance(entry.id, str) else (entry.id[0], entry.id[1])
            found[entry.context, key] = string
    return found


def test_the_catalogue_has_what_is_said(entries: Entries) -> None:
    said = set(messages())
    assert said - set(entries) == set(), "run `make catalogue`, and translate what it lists"
    assert set(entries) - said == set(), "nobody says these any more: run `make catalogue`"


def test_everything_is_translated(entries: Entries) -> None:
    assert [key for key, text in entries.items() if not text] == []
    same = [text for text in entries.values() if not CHINESE_CHARACTER.search(text)]
    # Names, commands, and what is made of placeholders only.
    assert [text for text in same if len(re.sub(r"\{\w*\}|git .*", "", text)) > 30] == []


def names(message: str) -> list[str]:
    return [name for _text, name, _spec, _conversion in Formatter().parse(message) if name is not None]


def test_translations_have_the_placeholders_of_their_messages(entries: Entries) -> None:
    for (context, message), text in entries.items():
        # The form for many: the one for a single thing may leave the number out.
        wanted, found = names(message if isinstance(message, str) else message[1]), names(text)
        if context == TOLD:
            assert set(found) <= set(wanted), message
            assert set(wanted) - set(found) <= LEFT_OUT, message
            # What is filled in was written out when the sentence was put together.
            assert all(not spec for _text, name, spec, _conversion in Formatter().parse(text) if name), message
        else:
            assert sorted(found) == sorted(wanted), message


def test_commands_and_options_are_named_alike(entries: Entries) -> None:
    for (_context, message), text in entries.items():
        one = message if isinstance(message, str) else message[1]
        assert sorted(re.findall(r"`[^`]+`", text)) == sorted(re.findall(r"`[^`]+`", one)), one
        assert set(re.findall(r"--[a-z][a-z-]+", text)) == set(re.findall(r"--[a-z][a-z-]+", one)), one


def test_chinese_sentences_have_chinese_punctuation(entries: Entries) -> None:
    odd = [text for text in entries.values() if re.search(r"[\u4e00-\u9fff][,;!?]|[\u4e00-\u9fff]:(?!\d)", text)]
    assert [text for text in odd if "dlt-crawl:" not in text] == []


def test_the_catalogue_compiles() -> None:
    compiled = BytesIO()
    write_mo(compiled, read(CHINESE))
    assert compiled.getvalue()[:4] in (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")


def test_templates_are_found_in_the_source() -> None:
    """One of each way in which sentences are put together."""
    found = sentences(CATALOGUES.parents[1])
    assert {
        "{path}: cannot be read: {strerror}",  # raised
        "not checked: the link is empty",  # in a table
        "{seen}; seen {times} since {since}",  # returned
        "{said}, after {redirects} redirects.",  # with a local function's answer in it
        "it is no PDF",  # with a choice in it
        "the certificate of {origin} has expired",  # with its subject replaced
        "{failed} links failed: a second look in {seconds} s",  # said while the program is at work
        "its text says “{what}”",  # filled in by `str.format`
    } <= set(found)
    assert not is_sentence("{path}.lock")
    assert not any("SELECT" in text or "PRAGMA" in text for text in found)
