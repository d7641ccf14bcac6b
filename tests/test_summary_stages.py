"""What a run says of itself: numbers that agree with the report, on lines that a terminal shows."""

from __future__ import annotations

from dataclasses import replace

from rich.cells import cell_len

from dlt_crawler.model import Ignore, Report, State
from dlt_crawler.summary import of_states
from dlt_crawler.summary.rows import Whole, laid_out
from tests.report_samples import ALIVE, DEAD, RUN


def test_an_ignored_link_is_counted_as_that_alone() -> None:
    ignored = replace(DEAD, ignored=Ignore("dlt-crawl.toml, ignore[1]", "x"))
    skipped = replace(ignored, verdict=replace(DEAD.verdict, state=State.SKIPPED))
    report = Report(RUN, (DEAD, ignored, skipped, ALIVE))
    assert of_states(report) == "alive 1 · dead 1 · ignored 2"
    assert of_states(Report(RUN, ())) == "none"


def test_sentences_are_broken_under_one_another_and_what_is_copied_is_not() -> None:
    path, sentence = "storage/reports/" + "x" * 90, " ".join(30 * ["word"])
    told = laid_out("Run 1", [("changed", sentence), ("reports", Whole(path)), ("", "a\x1b]0;b\x07")])
    lines = told.splitlines()
    assert f"  reports    {path}" in lines
    assert max(cell_len(line) for line in lines if path not in line) <= 80
    assert " ".join(told.split()).count("word") == 30
    first = lines.index(next(line for line in lines if line.startswith("  changed    word")))
    assert lines[first + 1].startswith(13 * " " + "word")
    assert "\x1b" not in told
