"""One commit of repaired documents on a new branch: what HEAD holds is repaired, and the work tree stays as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from dlt_crawler import git, sources
from dlt_crawler.errors import ConfigError, GitError, RepairError, SourceError
from dlt_crawler.model import Repair, SourceDocument
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.repairs.documents import Accept, Repaired, everything, extracted_files, reader_of
from dlt_crawler.pipeline.repairs.memory import recall
from dlt_crawler.pipeline.repairs.proposals import Choice, Proposals
from dlt_crawler.repair import apply
from dlt_crawler.report import commit_message

_POINTER = b"version https://git-lfs.github.com/spec/"
"""How what git LFS commits in place of a file begins (its docs/spec.md)."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a commit."""

    branch: str
    commit: str | None
    """Its id, hexadecimal; None: there was nothing to commit, and no branch was made."""
    existing: bool
    """The branch was there already, with this very commit: these contents, on the commit that is checked out."""
    repaired: tuple[Repaired, ...]
    """Every document that was looked at, as HEAD has it."""


def commit(
    job: Job, paths: Sequence[str], choice: Choice, accept: Accept = everything, *, branch: str | None = None
) -> Committed:
    """Commit the documents under `paths`, with their dead links replaced, on a new branch.

    Documents are those of the work tree, their contents those of HEAD: what is not committed is neither repaired nor
    lost. Work tree, index and current branch stay as they are. `branch`: `dlt-crawl/repair-RUN` by default. A document
    that HEAD does not have is said, and so is one that cannot be read; the others are repaired.

    Raises ConfigError when `paths` lie in several repositories, and GitError when there is none, when nothing was
    committed yet, when there is another branch of this name, or when git does not know in whose name to commit.
    """
    places = _Places.of(job, sources.documents(job.settings, paths, say=job.progress.say))
    run, root = job.store.last_run(), places.head.root
    name = branch or (f"dlt-crawl/repair-{run.id}" if run else "dlt-crawl/repair")
    git.reference(root, name)
    with git.Blobs(root) as blobs:
        looked_at = tuple(_repaired(job, places, blobs, choice, accept))
    repaired = tuple(one for _, one in looked_at)
    changed = [(place, one) for place, one in looked_at if one.result.applied]
    if not changed:
        return Committed(name, None, existing=False, repaired=repaired)
    tree = git.write_tree(places.head, {place: one.result.document.data for place, one in changed})
    there = git.branch(root, name)
    if there is not None and (there.tree, there.parents) != (tree, (places.head.commit,)):
        raise GitError(f"{root}: there is a branch {name} already, with something else; choose another by --branch")
    number, now = run.id if run else None, job.now
    edits = [_in_repository(place, repair) for place, one in changed for repair in one.result.applied]
    made = there.id if there else git.write_commit(places.head, tree, commit_message(edits, number), now)
    # The log first, as for documents: what it has of a branch that was not made after all, nobody can take back.
    for place, one in changed:
        job.store.repairs.add(number, f"{name}:{_shown(place)}", one.result.rewrites, now=now, anew=there is None)
    if there is None:
        git.create_branch(root, name, made)
    return Committed(name, made, existing=there is not None, repaired=repaired)


def _in_repository(place: bytes, repair: Repair) -> Repair:
    """Return a repair whose document is named as everybody knows it who has the repository."""
    return replace(repair, occurrence=replace(repair.occurrence, file=_shown(place)))


def _shown(place: bytes) -> str:
    return place.decode(errors="backslashreplace")


def _repaired(
    job: Job, places: _Places, blobs: git.Blobs, choice: Choice, accept: Accept
) -> Iterator[tuple[bytes, Repaired]]:
    """Yield every document as HEAD has it, repaired, and its path there. One step a document."""
    options = sources.options_of(job.settings, job.now.date())
    reader = reader_of(options)
    proposals = Proposals.of(job, choice)
    logged = job.store.repairs.repaired()
    job.progress.begin("repair", len(places.of_files))
    for extracted in extracted_files(job, tuple(places.of_files), options, partial(places.read, blobs)):
        job.progress.advance()
        try:
            if isinstance(extracted, SourceError):
                raise extracted
            document, links = extracted.document, extracted.extraction.links
            log = job.store.repairs.of(document.path) if document.path in logged else ()
            # What HEAD has is older than the document: that a repair is not in it yet does not say that it was refused.
            memory = replace(recall(log, links, job.now), reverted=())
            proposed = proposals.for_document(links, memory)
            result = apply(document, accept(document, proposed.repairs), reader)
        except (RepairError, SourceError) as error:
            job.progress.fail(str(error))
        else:
            yield places.of_files[extracted.path], Repaired(document, result, None, proposed.left)


@dataclass(frozen=True, slots=True)
class _Places:
    """Which documents HEAD has, and where."""

    head: git.Head
    of_files: Mapping[Path, bytes]
    """File → path from the root of the work tree."""

    @classmethod
    def of(cls, job: Job, files: Sequence[Path]) -> _Places:
        """Find these files in HEAD, and say which ones it does not have. Raises what `commit` raises."""
        # Behind a symbolic link stands the document itself, or what is committed somewhere else.
        real = {file: file.resolve() for file in files}
        trees = git.WorkTrees()
        try:
            roots = {trees.of(path) for path in real.values()}
        except OSError as error:
            raise GitError(f"git cannot be run: {error}") from error
        head = _one_head(sorted(root for root in roots if root is not None))
        of_files: dict[Path, bytes] = {}
        for file, path in real.items():
            place = os.fsencode(path.relative_to(head.root)) if path.is_relative_to(head.root) else b""
            if place in head.files:
                of_files[file] = place
            else:
                job.progress.say(f"{file}: passed over, since the latest commit has no such file")
        return cls(head, of_files)

    def read(self, blobs: git.Blobs, path: Path, options: sources.Options) -> SourceDocument:
        """Return a document as HEAD has it. Raises SourceError."""
        _, blob = self.head.files[self.of_files[path]]
        try:
            data = blobs.content(blob, options.max_file)
        except GitError as error:
            raise SourceError(f"{path}: {error}") from error
        if data.startswith(_POINTER):
            raise SourceError(f"{path}: git LFS keeps it elsewhere; what was committed is no document")
        return sources.document_of(path, data, options)


def _one_head(roots: Sequence[Path]) -> git.Head:
    """Return what is checked out in the one repository that there is, submodules of it aside. `roots` are sorted."""
    if not roots:
        raise GitError("none of the documents lies in the work tree of a git repository")
    head = git.head(roots[0])
    others = [root for root in roots[1:] if not _is_submodule(root, head)]
    if others:
        raise ConfigError(f"one commit is for one repository, and these are several: {roots[0]}, {others[0]}; name one")
    return head


def _is_submodule(root: Path, head: git.Head) -> bool:
    return any(
        os.fsencode(path.relative_to(head.root)) in head.submodules
        for path in (root, *root.parents)
        if path.is_relative_to(head.root)
    )
