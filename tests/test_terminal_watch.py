"""Bars are for a terminal on stderr; results are for stdout, wherever that leads."""

from __future__ import annotations

import os
import select
import sys
import time

import pytest

from dlt_crawler.terminal import Watch

SHOW_CURSOR = b"\x1b[?25h"
"""What rich says last of all."""


def test_a_result_is_not_drawn_into_the_bars(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, its = os.openpty()
    with os.fdopen(its, "w", encoding="utf-8") as stderr:
        monkeypatch.setattr("sys.stderr", stderr)
        monkeypatch.setenv("TERM", "xterm")
        with Watch() as watch:
            watch.begin("repair", 2)
            watch.advance()
            sys.stdout.write("during\n")
            watch.stop()
            drawn = b""
            deadline = time.monotonic() + 5
            while SHOW_CURSOR not in drawn and select.select([ours], [], [], 5)[0] and time.monotonic() < deadline:
                drawn += os.read(ours, 100_000)
            sys.stdout.write("after\n")
        os.write(its, b"end")
        rest = os.read(ours, 100_000)
    os.close(ours)
    assert capsys.readouterr().out == "during\nafter\n"
    assert b"repair" in drawn
    assert b"1/2" in drawn
    # Nothing is drawn over a result on the same terminal.
    assert rest == b"end"
