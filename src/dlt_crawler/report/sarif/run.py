"""What SARIF says of the tool and of its run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import metadata

from dlt_crawler.model import Network, Report, Run
from dlt_crawler.report.json import Json, moment
from dlt_crawler.report.place import place
from dlt_crawler.report.region import BASE
from dlt_crawler.report.rules import Level, Rule, rules
from dlt_crawler.report.sarif.messages import plain
from dlt_crawler.report.sarif.result import location

_PRIORITIES = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "recommendation"}
"""GitHub's words for the severity of what is no matter of security (`problem.severity`)."""


def run_without_results(report: Report, left_out: int) -> Mapping[str, Json]:
    """Return a run (section 3.14). `left_out`: how many results are missing from it."""
    run = report.run
    # What is before the last slash is a category: an upload replaces what was there before for it. A report that was
    # narrowed down says nothing about the other alerts, so it has a category of its own.
    category = "dlt-crawl/changes" if report.only else "dlt-crawl"
    return {
        "tool": {"driver": _driver()},
        "automationDetails": {"id": f"{category}/{'' if run is None else run.id}"},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": {BASE: {"description": {"text": "The directory that dlt-crawl was run in."}}},
        "invocations": [] if run is None else [_invocation(report, run, left_out)],
    }


@cache
def _driver() -> Mapping[str, Json]:
    """Return the toolComponent (section 3.19), by what the package says of itself."""
    package = metadata("dlt-crawl")
    home = dict(entry.split(", ", 1) for entry in package.get_all("Project-URL") or ())["Homepage"]
    return {
        "name": "dlt-crawl",
        "version": package["Version"],
        "informationUri": home,
        "rules": [_descriptor(rule, f"{home}/blob/main/docs/formats.md#{rule.id}") for rule in rules()],
    }


def _descriptor(rule: Rule, help_uri: str) -> Mapping[str, Json]:
    """Return a reportingDescriptor (section 3.49). Without `security-severity`: no finding is about security."""
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.about},
        "help": {"text": f"{rule.about} {rule.advice}", "markdown": f"{rule.about}\n\n**What to do:** {rule.advice}"},
        "helpUri": help_uri,
        "defaultConfiguration": {"level": rule.level.value},
        "properties": {
            "tags": ["links"],
            "precision": rule.precision.value,
            "problem.severity": _PRIORITIES[rule.level],
        },
    }


def _invocation(report: Report, run: Run, left_out: int) -> Mapping[str, Json]:
    """Return an invocation (section 3.20): when it was, and what keeps its results from being all there is to say."""
    notices: list[Json] = []
    if run.network is not Network.OK:
        trouble = run.trouble or "Our own network was down in that run"
        notices.append(_notification(Level.ERROR, f"{trouble.rstrip('.')}. What failed in it proves nothing."))
    if left_out:
        notices.append(_notification(Level.WARNING, f"{left_out:,} results are left out: the limit of code scanning."))
    if report.only:
        notices.append(_notification(Level.NOTE, report.only))
    places = {place(lint): lint for lint in report.lints}
    stale = [
        {
            **_notification(Level.WARNING, f"{each.ignore.where}: {each.sentence}"),
            # Of a comment in a document; a rule of the configuration has no place that is known.
            **({"locations": [location(places[each.ignore.where])]} if each.ignore.where in places else {}),
        }
        for each in report.ignores
    ]
    times = {"startTimeUtc": moment(run.started), "endTimeUtc": moment(run.finished)}
    return {
        "executionSuccessful": run.finished is not None and run.network is Network.OK,
        **{key: value for key, value in times.items() if value is not None},
        "toolExecutionNotifications": notices,
        "toolConfigurationNotifications": stale,
    }


def _notification(level: Level, sentence: str) -> Mapping[str, Json]:
    return {"level": level.value, "message": {"text": plain(sentence)}}
