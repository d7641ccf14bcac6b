"""Generated documents: each URL is found at its exact place, and editing it changes nothing else in other parsers.

`make fuzz` does the same over time, with other documents each time.
"""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.grammar import Generated, document
from tests.fuzz.judge import Tally, fault, smallest
from tests.fuzz.reduction import reduced


# Hypothesis makes a failing document smaller by its choices, which takes minutes; `smallest` does so by its text.
@settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize="CI" in os.environ,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
)
@given(st.randoms(use_true_random=False))
def test_a_document_is_read_and_edited_as_other_parsers_read_it(random: Random) -> None:
    generated = document(random)
    why = fault(generated)
    assert why is None, smallest(generated, why)


@pytest.mark.parametrize(
    "data",
    [
        "**$**http://a.com/1",
        "http://a.com/1*_ [*",
        "~~: *~~www.a.com",
        "**https://a.com/x**中文",
        "https://a.com/1`b`c",
        "https://a.com/1[2](3)b",
        "https://a.com/1\\_，中文",
        "\\https://a.com/1",
        "[](http://a.com/1|2)||\n|-|-",
        "<http://a.com/\\|>\n--",
        "</a>[https://a.com/1](https://a.com/2) https://a.com/3",
        "<p><a href=https://a.com/1 =>",
        "- [a]: 1\n-     [b](c)",
        "[a]: 1\n>     [b](c)",
        "[^a]:[b]:2\n-     [c](d)",
    ],
)
def test_what_was_once_read_or_edited_wrongly(data: str) -> None:
    assert fault(Generated(data.encode())) is None


def test_the_judges_see_what_is_edited() -> None:
    """That all is well must not be because there was nothing to judge."""
    tally = Tally()
    faults = [fault(document(Random(seed)), tally) for seed in range(50)]
    assert faults == [None] * 50
    assert tally.counts["links"] > 300
    assert tally.counts["edited"] > 300
    assert tally.counts["judged by cmark-gfm, too"] > 30


def test_a_failing_document_is_made_smaller() -> None:
    failing = Generated(b"---\nurl: x\n---\n\n- a [b](c) d\n\n> e\n", front_matter=3)
    assert reduced(failing, lambda smaller: b"](" in smaller.data) == Generated(b"](")
