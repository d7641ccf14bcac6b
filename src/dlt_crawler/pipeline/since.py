"""What was added to the documents since a git revision: what pull requests are checked for.

The documents as they were committed then are extracted as those of today are. A link is new where today has it more
often, in all documents together: who moves links about, or renames a document, adds none.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from dlt_crawler import git, sources
from dlt_crawler.errors import ConfigError, GitError, SourceError
from dlt_crawler.model import Extraction, LinkOccurrence, Lint, SkipReason, SourceDocument
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.unread import documents_at
from dlt_crawler.report import Added
from dlt_crawler.sources import Options

_T = TypeVar("_T")
_Keys = tuple[Hashable, ...]
"""By what something is known again: the most exact first."""


def added_since(job: Job, names: Sequence[str], revision: str, paths: Sequence[str] = ()) -> Added:
    """Return which links and lints of these documents, as they are stored, are not those of the revision.

    Compared with is the commit in which its history and that of what is checked out part (`git.base_of`), in each work
    tree that documents lie in. Changes that are in no commit count, too; documents that are gone have no links.
    Raises ConfigError for documents in no work tree and what `git.base_of` raises.
    """
    options = sources.options_of(job.settings, job.now.date())
    is_document = sources.are_documents((*job.settings.sources, *paths), job.settings.extract.formats)
    digests = job.store.digests()
    changed: list[str] = []
    before: list[SourceDocument] = []
    for root, places in _by_work_tree(names, revision).items():
        base = git.base_of(root, revision)
        with git.Blobs(root) as blobs:
            for name, place in places.items():
                blob = base.files.get(place)
                then = sources.document_of(Path(name), blobs.content(blob, options.max_file), options) if blob else None
                if then is None or then.digest != digests.get(name):
                    changed.append(name)
                    before += [then] if then else []
            before += _gone(root, base, blobs, is_document, options)
    then_written = [
        found
        for _, found in sources.extract_all(before, options, sources.limits_of(job.settings))
        # What was no text had no links.
        if not isinstance(found, SourceError)
    ]
    now_written = [job.store.extraction(name) for name in sorted(changed)]
    return Added(
        revision,
        frozenset(_new(_links(then_written), _links(now_written))),
        frozenset(_new(_lints(then_written), _lints(now_written))),
    )


def patterns_left(job: Job, paths: Sequence[str], revision: str) -> Sequence[str]:
    """Return those of `paths` (the configured sources when empty) that still find documents.

    Raises SourceError for one that found none at the revision either, in the work tree that we were started in, and
    what `git.base_of` raises.
    """
    left: list[str] = []
    root = git.WorkTrees().of(Path.cwd() / "any")
    files = git.base_of(root, revision).files if root else ()
    before = [root / os.fsdecode(place) for place in files] if root else []
    for pattern in paths or job.settings.sources:
        was_there = any(map(sources.are_documents((pattern,), job.settings.extract.formats), before))
        found = documents_at(job, pattern) if was_there else sources.documents(job.settings, (pattern,))
        left += [pattern] if found else []
    return left


def _by_work_tree(names: Iterable[str], revision: str) -> Mapping[Path, Mapping[str, bytes]]:
    """Return the root of each work tree, and the documents in it, each with its path from there."""
    git.require_revision(revision)
    trees = git.WorkTrees()
    found: dict[Path, dict[str, bytes]] = defaultdict(dict)
    for name in names:
        # Behind a symbolic link stands the document itself.
        place = Path(name).resolve()
        if not place.exists():
            continue
        try:
            root = trees.of(place)
        except OSError as error:
            raise GitError(f"{name}: git cannot be run, to tell what was added since {revision}: {error}") from error
        if root is None:
            message = "lies in no git repository, so that nobody can tell what was added; leave --since out"
            raise ConfigError(f"{name}: {message}")
        found[root][name] = os.fsencode(place.relative_to(root))
    return found


def _gone(
    root: Path, base: git.Base, blobs: git.Blobs, is_document: Callable[[Path], bool], options: Options
) -> Iterator[SourceDocument]:
    """Yield the documents of the commit that are not there any more: their links may stand in another one now."""
    for place, blob in base.files.items():
        path = root / os.fsdecode(place)
        if is_document(path) and not os.path.lexists(path):
            yield sources.document_of(path, blobs.content(blob, options.max_file), options)


def _links(found: Iterable[Extraction]) -> Iterator[tuple[LinkOccurrence, _Keys]]:
    for each in found:
        for link in each.links:
            # That it is to be checked from now on is news, too.
            url = (link.url or link.raw, link.target is SkipReason.IGNORED)
            yield link, ((link.file, url, link.kind, link.text), (link.file, url), url)


def _lints(found: Iterable[Extraction]) -> Iterator[tuple[Lint, _Keys]]:
    for each in found:
        urls = {(link.line, link.column): link.url for link in each.links}
        for lint in each.lints:
            # Messages name lines, and these move.
            said = (lint.kind, urls.get((lint.line, lint.column)), re.sub(r"\d+", "", lint.message))
            yield lint, ((lint.file, said), said)


def _new(before: Iterable[tuple[_T, _Keys]], after: Iterable[tuple[_T, _Keys]]) -> Iterator[_T]:
    """Yield what there is more of than before. What is alike in the most exact way is taken for the same first."""
    old: list[_Keys | None] = [keys for _, keys in before]
    new = [*after]
    for level in range(len(new[0][1]) if new else 0):
        places: dict[Hashable, list[int]] = defaultdict(list)
        for number in reversed(range(len(old))):
            if (keys := old[number]) is not None:
                places[keys[level]].append(number)
        unknown: list[tuple[_T, _Keys]] = []
        for each in new:
            if same := places.get(each[1][level]):
                old[same.pop()] = None
            else:
                unknown.append(each)
        new = unknown
    yield from (item for item, _ in new)
