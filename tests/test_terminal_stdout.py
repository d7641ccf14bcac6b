"""What stdout is taken for: a terminal of some kind, or a pipe."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from dlt_crawler.report import Screen
from dlt_crawler.terminal import screen

_SAY = ("TERM", "NO_COLOR", "COLUMNS", "TERM_PROGRAM", "TERMINAL_EMULATOR", "FORCE_COLOR")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in _SAY:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "90")
    return monkeypatch


HERE = Path.cwd()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, Screen(90, colour=True, directory=HERE)),
        ({"COLUMNS": "300"}, Screen(100, colour=True, directory=HERE)),
        ({"COLUMNS": "7"}, Screen(40, colour=True, directory=HERE)),
        ({"NO_COLOR": "1"}, Screen(90)),
        ({"NO_COLOR": ""}, Screen(90, colour=True, directory=HERE)),
        ({"TERM": "dumb"}, Screen(90)),
        ({"TERM": ""}, Screen(90, colour=True, directory=HERE)),
        ({"TERM_PROGRAM": "vscode"}, Screen(90, colour=True)),
        ({"TERMINAL_EMULATOR": "JetBrains-JediTerm"}, Screen(90, colour=True)),
    ],
)
def test_a_terminal_gets_what_it_can_show(
    environment: pytest.MonkeyPatch, said: dict[str, str], expected: Screen
) -> None:
    for name, value in said.items():
        environment.setenv(name, value)
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb"), os.fdopen(theirs, "w") as stdout:
        environment.setattr(sys, "stdout", stdout)
        assert screen() == expected


@pytest.mark.parametrize("said", [{}, {"FORCE_COLOR": "1", "COLUMNS": "200"}])
def test_a_pipe_gets_plain_text_of_80_columns(environment: pytest.MonkeyPatch, said: dict[str, str]) -> None:
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb"), os.fdopen(theirs, "w") as stdout:
        environment.setattr(sys, "stdout", stdout)
        for name, value in said.items():
            environment.setenv(name, value)
        assert screen() == Screen(80)
