"""The commands that do something: the nightly job and its stages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from dlt_crawler.cli.app import FormatOf, Paths, app, open_job, options_of, settings_of, show
from dlt_crawler.cli.distributed import Distributed, require_workers
from dlt_crawler.cli.selection import Baseline, ExitCode, Since, known_links, tell_of_baseline
from dlt_crawler.cli.sharding import ShardOption, open_shard, refuse_with_shard
from dlt_crawler.errors import SourceError
from dlt_crawler.language import _
from dlt_crawler.model import Extraction, Lint
from dlt_crawler.terminal import Watch

_ASIDES = 20
"""What is odd about one document beside its links, said at most so often."""


class ListFormat(StrEnum):
    """How `extract` prints."""

    TABLE = "table"
    JSONL = "jsonl"


Full = Annotated[bool, typer.Option("--full", help="Check every link, not only those that are due, and see it whole.")]
Yes = Annotated[bool, typer.Option("--yes", help="Judge links dead however many die at once.")]


@app.command()
def run(
    context: typer.Context,
    paths: Paths = None,
    *,
    full: Full = False,
    yes: Yes = False,
    since: Since = None,
    baseline: Baseline = None,
    exit_code: ExitCode = False,
    shard: ShardOption = None,
    distributed: Distributed = False,
    format_of: FormatOf = None,
) -> None:
    """Do the nightly job, from documents to repaired documents.

    Its stages: extract, fetch, judge, resolve, (archive), repair, report.

    Repaired copies go to storage/repaired/, reports to storage/reports/; the documents themselves are not touched.
    A run that was cut off is gone on with. With --since it repairs nothing and leaves storage/reports/ as it is. With
    --shard it checks a part of the list, and leaves the rest to `merge`. With --distributed the links are asked for by
    those who run `worker`.
    """
    from dlt_crawler import pipeline, summary
    from dlt_crawler.report import broken, selected

    if distributed:
        require_workers(context, since=since, shard=shard)
    if shard is not None:
        refuse_with_shard(paths=paths, yes=yes, since=since, baseline=baseline, exit_code=exit_code)
        with open_shard(context, "run", shard, format_of) as job:
            show(summary.of_shard(pipeline.run_shard(job, shard, full=full)), job)
        return
    known = known_links(settings_of(context, format_of), baseline, writes_report=since is None)
    with open_job(context, "run", format_of) as job:
        if since is None:
            nightly = pipeline.run(job, paths or (), full=full, yes=yes, distributed=distributed)
            kept = selected(nightly.report, baseline=known)
            told = summary.of_night(
                replace(nightly, report=kept.report),
                job.settings.storage,
                places=exit_code or known is not None,
                baseline=known.file if known else None,
            )
        else:
            narrowed = pipeline.run_since(job, paths or (), since, full=full, yes=yes)
            kept = selected(narrowed.report, added=narrowed.added, baseline=known)
            shown = replace(narrowed, report=kept.report)
            told = summary.of_narrowed(shown, baseline=known.file if known else None)
        show(told, job)
    tell_of_baseline(context, known, kept)
    if exit_code and broken(kept.report):
        raise typer.Exit(1)


@app.command()
def extract(
    context: typer.Context,
    paths: Paths = None,
    list_format: Annotated[ListFormat, typer.Option("--format", help="A table to read, or an object a line.")] = (
        ListFormat.TABLE
    ),
    lints: Annotated[bool, typer.Option("--lints", help="What is oddly written, instead of the links.")] = False,
    format_of: FormatOf = None,
) -> None:
    """List every link with its exact place. No network, no database.

    What is oddly written stands beside its link; what is odd about a document is said on stderr.
    """
    from dlt_crawler import sources

    lines = _lints if lints else _links
    settings = settings_of(context, format_of)
    watch = Watch(quiet=True)
    files = sources.documents(settings, paths or ())
    options = sources.options_of(settings, datetime.now(UTC).date())
    for extracted in sources.extract_files(files, options, sources.limits_of(settings)):
        if isinstance(extracted, SourceError):
            watch.fail(str(extracted))
            continue
        listed, asides = lines(extracted.extraction, list_format)
        show("".join(f"{line}\n" for line in listed))
        if not options_of(context).quiet:
            _say(list(asides))
    if watch.failures:
        raise typer.Exit(3)


def _say(asides: list[Lint]) -> None:
    from dlt_crawler.report import inert, lint_aside

    for lint in asides[:_ASIDES]:
        typer.echo(lint_aside(lint), err=True)
    if len(asides) > _ASIDES:
        more = len(asides) - _ASIDES
        said = _("{file}: {number} more like these: `dlt-crawl extract --lints` lists them")
        typer.echo(said.format(file=inert(asides[0].file), number=more), err=True)


def _links(found: Extraction, list_format: ListFormat) -> tuple[Iterable[str], Iterable[Lint]]:
    """Return a line for each link, and the lints that are about none."""
    from dlt_crawler.report import lints_at_links, occurrence_json, occurrence_text

    line = occurrence_json if list_format is ListFormat.JSONL else occurrence_text
    at_links, others = lints_at_links(found)
    return (line(link, at_links[link.line, link.column]) for link in found.links), others


def _lints(found: Extraction, list_format: ListFormat) -> tuple[Iterable[str], Iterable[Lint]]:
    """Return a line for each lint, and nothing beside."""
    from dlt_crawler.report import lint_json, lint_text

    return map(lint_json if list_format is ListFormat.JSONL else lint_text, found.lints), ()


@app.command()
def fetch(
    context: typer.Context,
    paths: Paths = None,
    *,
    full: Full = False,
    since: Since = None,
    shard: ShardOption = None,
    distributed: Distributed = False,
    format_of: FormatOf = None,
) -> None:
    """Extract and check only: no verdicts, no archive."""
    from dlt_crawler import pipeline, summary

    if distributed:
        require_workers(context, since=since, shard=shard)
    if shard is not None:
        refuse_with_shard(paths=paths, since=since)
        with open_shard(context, "fetch", shard, format_of) as job:
            show(summary.of_shard(pipeline.fetch_shard(job, shard, full=full)), job)
        return

    with open_job(context, "fetch", format_of) as job:
        if since is None:
            show(summary.of_fetch(pipeline.fetch_only(job, paths or (), full=full, distributed=distributed)), job)
        else:
            show(summary.of_fetch_since(pipeline.fetch_since(job, paths or (), since, full=full)), job)


@app.command()
def judge(
    context: typer.Context,
    *,
    replay: Annotated[
        bool,
        typer.Option("--replay", help="Read what the checks saw by the rules of today first: error pages, walls …"),
    ] = False,
    yes: Yes = False,
) -> None:
    """Judge every link anew from its stored checks. No network."""
    from dlt_crawler import pipeline, summary

    with open_job(context, "judge", create=False) as job:
        reread = summary.of_reread(pipeline.reread_all(job)) if replay else ""
        held = pipeline.judge(job, everything=True, yes=yes)
        lines = (summary.of_states(job.store.report()), *summary.of_held(held))
        show(reread + "".join(f"{line}\n" for line in lines), job)


@app.command()
def resolve(context: typer.Context) -> None:
    """Find snapshots for dead and failing links."""
    from dlt_crawler import pipeline, summary

    with open_job(context, "resolve", create=False) as job:
        resolved = pipeline.resolve(job)
    show(summary.of_resolve(resolved) + "\n")
    if resolved.asked and resolved.could_not_ask == resolved.asked:
        raise typer.Exit(3)


@app.command()
def archive(context: typer.Context) -> None:
    """Have living links kept by Save Page Now.

    Those without a young copy, the riskiest first; goes on with what the last run asked for. Needs keys of archive.org.
    """
    from dlt_crawler import pipeline, summary

    pipeline.require_keys(settings_of(context, None))
    with open_job(context, "archive", create=False) as job:
        show(summary.of_archive(pipeline.archive(job)) + "\n", job)
