"""The commands that edit documents, and take edits back."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlt_crawler.cli.app import FormatOf, Paths, app, failures_of, open_job, open_stored, options_of, settings_of, show
from dlt_crawler.errors import DltCrawlError
from dlt_crawler.language import _
from dlt_crawler.model import Repair, RepairKind, RepairStyle, Resource, RunId
from dlt_crawler.terminal import LogFormat, Questions
from dlt_crawler.urls import target_of

if TYPE_CHECKING:
    from dlt_crawler.pipeline import Choice, Destination, Edited, Job


@app.command()
def repair(
    context: typer.Context,
    paths: Paths = None,
    *,
    in_place: Annotated[bool, typer.Option("--in-place", help="Write into the documents themselves.")] = False,
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write under DIR instead of storage/repaired/.")
    ] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing: print what `git apply` takes.")] = False,
    commit: Annotated[
        bool, typer.Option("--commit", help="Write one git commit on a new branch; the work tree stays as it is.")
    ] = False,
    branch: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --commit: the branch. Default: dlt-crawl/repair-RUN.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="With --in-place: into documents with uncommitted changes, too.")
    ] = False,
    include_failing: Annotated[
        bool, typer.Option("--include-failing", help="Links that are not proven dead yet, too.")
    ] = False,
    redirects: Annotated[
        bool, typer.Option("--redirects", help="Links that moved for good, seen on two days, get the new address, too.")
    ] = False,
    style: Annotated[
        RepairStyle | None,
        typer.Option(help="Put the snapshot in the link's place, or behind it. Default: `repair.style`."),
    ] = None,
    disputed: Annotated[
        bool,
        typer.Option(
            "--disputed",
            help="Links whose repair somebody took back, too. Copies lose them with the next repair without it.",
        ),
    ] = False,
    interactive: Annotated[
        bool, typer.Option("--interactive", help="Ask about each edit, as `git add -p` does.")
    ] = False,
    format_of: FormatOf = None,
) -> None:
    """Write documents with dead links replaced.

    Dead links become snapshots, and come back when they live again; nothing else in the documents changes. Every edit
    is listed with its evidence.
    """
    from dlt_crawler import pipeline

    _exclude({"--in-place": in_place, "--output": output is not None, "--diff": diff, "--commit": commit})
    _need("--force", force, "--in-place", in_place)
    _need("--branch", branch is not None, "--commit", commit)
    _exclude({"--interactive": interactive, "--log-format json": options_of(context).log_format is LogFormat.JSON})
    settings = settings_of(context, format_of)
    choice = pipeline.Choice.of(
        settings.repair, include_failing=include_failing, redirects=redirects, style=style, disputed=disputed
    )
    destination: Destination = pipeline.mirror(output or settings.storage / "repaired")
    if in_place:
        destination = pipeline.in_place_by_force if force else pipeline.in_place
    if diff:
        destination = pipeline.nowhere
    opened = (
        open_stored(context, format_of)
        if diff
        else open_job(context, "repair", format_of, create=False, asks=interactive)
    )
    with opened as job:
        questions = _questions(job) if interactive else None
        if commit:
            _commit(job, paths or (), choice, questions, branch)
        else:
            _write(context, job, paths or (), choice, questions, destination=destination)
        if questions and not questions.asked:
            typer.echo(_("There is nothing to ask: no edit is proposed."), err=True)


def _commit(job: Job, paths: Sequence[str], choice: Choice, questions: Questions | None, branch: str | None) -> None:
    from dlt_crawler import pipeline, summary

    committed = pipeline.commit(job, paths, choice, questions or pipeline.everything, branch=branch)
    show(summary.of_commit(committed, failures_of(job), declined=questions.declined if questions else 0), job)


def _write(
    context: typer.Context,
    job: Job,
    paths: Sequence[str],
    choice: Choice,
    questions: Questions | None,
    *,
    destination: Destination,
) -> None:
    from dlt_crawler import pipeline, summary

    done: list[Edited] = []
    aside = destination is pipeline.nowhere

    def tell() -> None:
        declined = questions.declined if questions else 0
        said = summary.of_repair(done, failures_of(job), declined=declined, undo=_rests_on(job, done))
        _tell(context, job, said, aside=aside)

    try:
        for repaired in pipeline.repair(job, paths, destination, choice, questions or pipeline.everything):
            done.append(repaired.edited)
            if aside:
                show(pipeline.diff(repaired))
            if questions and questions.over:
                break
    except (KeyboardInterrupt, DltCrawlError):
        # What was written before stays.
        if done:
            tell()
        raise
    tell()
    copies = [one.written_to for one in done if one.written_to is not None]
    if destination.directory is not None and pipeline.are_sources(job.settings, copies):
        said = f"{destination.directory}: lies among the sources, so that the next run reads these copies as documents"
        job.progress.say(f"{said}; name a directory outside of them")


@app.command()
def undo(
    context: typer.Context,
    run: Annotated[
        int | None,
        typer.Argument(
            metavar="[RUN]", help="The run that the edits rest on; default: the latest of which any still stands."
        ),
    ] = None,
    *,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing: print what `git apply` takes.")] = False,
) -> None:
    """Take back the edits that rest on a run.

    Each URL is written again as it was, in documents and in copies, where the text is still as `repair` left it. What
    was taken back is disputed: it is not proposed again until the link has been seen alive and has died once more.
    """
    from dlt_crawler import pipeline, summary

    with open_stored(context) if diff else open_job(context, "undo", create=False) as job:
        undone = pipeline.undo(job, None if run is None else RunId(run), write=not diff)
        if diff:
            for repaired in undone.documents:
                show(pipeline.diff(repaired))
        _tell(context, job, summary.of_undo(undone, failures_of(job)), aside=diff)


def _exclude(given: dict[str, bool]) -> None:
    said = [option for option, is_said in given.items() if is_said]
    if len(said) > 1:
        raise typer.BadParameter(f"{', '.join(said[:-1])} and {said[-1]} exclude each other")


def _need(option: str, said: bool, needed: str, is_there: bool) -> None:
    if said and not is_there:
        raise typer.BadParameter(f"{option} is for {needed}, which is not given")


def _questions(job: Job) -> Questions:
    from dlt_crawler import summary

    def describe(edit: Repair, number: int, of: int) -> str:
        target = target_of(edit.replacement) if edit.kind is RepairKind.RETURN else edit.occurrence.target
        known = job.store.link(target.url) if isinstance(target, Resource) else None
        return summary.of_question(edit, known, number, of)

    say = partial(typer.echo, nl=False, err=True)
    if sys.stdin is None:
        # It was closed: descriptor 0 is that of whatever was opened first.
        return Questions(describe, say, io.BytesIO())
    # Not sys.stdin itself, which has opinions on what is text.
    return Questions(describe, say, open(0, "rb", closefd=False))


def _rests_on(job: Job, done: Iterable[Edited]) -> RunId | None:
    """Return the latest run by which anything was written: what stands in a copy may be older than the last one."""
    written = [
        str(one.written_to)
        for one in done
        if one.written_to is not None and any(edit.kind is not RepairKind.RETURN for edit in one.applied)
    ]
    runs = [logged.run for path in written for logged in job.store.repairs.written_to(path) if logged.ended is None]
    return max((run for run in runs if run is not None), default=None)


def _tell(context: typer.Context, job: Job, summary: str, *, aside: bool) -> None:
    """Print a summary; on stderr where stdout is for a patch."""
    if not aside:
        show(summary, job)
    elif not options_of(context).quiet:
        typer.echo(summary, nl=False, err=True)
