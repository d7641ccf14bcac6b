"""What the program says on stderr, as sentences and as JSON: every line an object, nothing secret, nothing active."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

SPEAK = """
import logging, sys, warnings
from dlt_crawler.terminal import LogFormat, Watch, configure, tell_bug, tell_error

configure(LogFormat(sys.argv[1]), verbose="verbose" in sys.argv, quiet="quiet" in sys.argv)
with Watch(quiet="quiet" in sys.argv) as watch:
    watch.begin("fetch", 2)
    watch.advance()
    watch.say("a \\x1b[31m https://me:secret@example.com/ \\u202e\\u4e2d\\u6587")
    watch.fail("it failed")
    watch.fail("it failed")
logging.getLogger("some.library").info("told")
logging.getLogger("some.library").warning("warned of https://me:secret@example.com/ \\x9b2J")
warnings.warn("odd")
try:
    raise ValueError("https://me:secret@example.com/ \\x1b]0;")
except ValueError as error:
    tell_bug(error)
tell_error("first line\\nsecond line")
"""


def spoken(*words: str) -> str:
    """What the script says on a stderr that is no terminal, to somebody who reads ASCII only."""
    result = subprocess.run(
        [sys.executable, "-c", SPEAK, *words],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "FORCE_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == ""
    return result.stderr


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_line_of_a_json_log_is_an_object() -> None:
    text = spoken("json")
    found = objects(text)
    assert [(line["level"], line["logger"], line["message"]) for line in found if line["logger"] != "stderr"] == [
        ("info", "dlt_crawler.progress", "fetch: 2"),
        ("info", "dlt_crawler.progress", r"a \x1b[31m https://***@example.com/ \u202e中文"),
        ("error", "dlt_crawler.progress", "it failed"),
        ("info", "dlt_crawler.progress", "fetch: 1 of 2 done"),
        ("warning", "some.library", r"warned of https://***@example.com/ \x9b2J"),
        ("critical", "dlt_crawler.progress", "this is a bug in dlt-crawl; what was stored before it is kept"),
        ("error", "dlt_crawler.progress", "first line\nsecond line"),
    ]
    assert any("UserWarning: odd" in line["message"] for line in found if line["logger"] == "stderr")
    assert all(datetime.fromisoformat(line["time"]).utcoffset() is not None for line in found)
    assert "secret" not in text
    assert text.isascii()


def test_a_json_log_counts_the_steps_of_a_stage() -> None:
    began, ended = (line for line in objects(spoken("json")) if line.get("stage"))
    assert (began["event"], began["stage"], began["total"]) == ("stage_began", "fetch", 2)
    assert (ended["event"], ended["done"], ended["total"]) == ("stage_ended", 1, 2)
    assert ended["seconds"] >= 0


def test_a_bug_brings_its_traceback_in_one_object() -> None:
    (bug,) = (line for line in objects(spoken("json")) if line["level"] == "critical")
    assert bug["exception"] == r"ValueError: https://***@example.com/ \x1b]0;"
    assert bug["traceback"].startswith("Traceback (most recent call last):\n")


def test_sentences_are_for_people() -> None:
    lines = spoken("text").splitlines()
    assert lines[:4] == [
        "fetch: 2",
        r"a \x1b[31m https://***@example.com/ \u202e\u4e2d\u6587",
        "dlt-crawl: it failed",
        r"WARNING warned of https://***@example.com/ \x9b2J",
    ]
    assert lines[-3:] == [
        "dlt-crawl: this is a bug in dlt-crawl; what was stored before it is kept",
        "dlt-crawl: first line",
        "dlt-crawl: second line",
    ]


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_quiet_leaves_only_errors_and_verbose_adds_what_libraries_tell(log_format: str) -> None:
    quiet, verbose = spoken(log_format, "quiet"), spoken(log_format, "verbose")
    assert "it failed" in quiet
    assert [word for word in ("fetch", "u202e", "told", "warned") if word in quiet] == []
    assert "told" in verbose


@pytest.mark.parametrize(
    ("arguments", "environment", "status"),
    [
        (["--log-format", "json", "extract", "missing"], {}, 2),
        (["extract", "missing"], {"DLT_CRAWL_LOG_FORMAT": "json"}, 2),
        (["--log-format=json", "--bogus"], {}, 2),
        (["--bogus"], {"DLT_CRAWL_LOG_FORMAT": "json"}, 2),
        (["--log-format"], {"DLT_CRAWL_LOG_FORMAT": "json"}, 2),
        (["--log-format", "json", "extract", "--bogus"], {}, 2),
        (["--log-format", "json", "--database", "sqlite:////dev/null/x", "report"], {}, 3),
    ],
)
def test_what_ends_a_command_is_an_object_too(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], status: int
) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "dlt_crawler", *arguments],
        cwd=tmp_path,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (status, "")
    assert objects(result.stderr)


def test_an_option_outweighs_the_environment(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "dlt_crawler", "--log-format", "text", "extract", "missing"],
        cwd=tmp_path,
        env={**os.environ, "DLT_CRAWL_LOG_FORMAT": "json"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr.startswith("dlt-crawl: missing: ")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_log_on_a_full_disk_ends_no_run(log_format: str) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run([sys.executable, "-c", SPEAK, log_format], stderr=full, check=False)
    # Python itself complains with 120 of what it could not flush at its end; nothing of ours raised.
    assert result.returncode in {0, 120}
