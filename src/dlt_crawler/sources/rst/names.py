"""Names: which target a reference means, which targets nothing refers to, and which references mean nothing.

The rules are those of docutils' `nodes.document.note_names` and `transforms.references`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dlt_crawler.model import LintKind
from dlt_crawler.sources.found import FoundLint
from dlt_crawler.sources.text import on_one_line

_LONGEST_NAME = 80
"""Characters of a name in a message."""


@dataclass(slots=True, eq=False)
class Target:
    """What a name stands for."""

    name: str
    """Normalised; empty for an anonymous one."""
    start: int
    end: int
    """Half-open offsets in the document of what a message about it points to."""
    url: str | None = None
    """None for a place in the document."""
    refers_to: str | None = None
    """The name of another target that this one stands for."""
    following: Target | None = None
    """The target right behind one that says nothing itself: what it stands for."""
    is_explicit: bool = True
    is_shown: bool = False
    """Whether a reader of the rendered document is led there by something."""
    is_referred_to: bool = False
    is_known: bool | None = None
    """Whether what it refers to is; None as long as nobody asked."""


@dataclass(slots=True)
class Names:
    """The targets of a document and the references to them, in document order."""

    _named: dict[str, Target | None] = field(default_factory=dict)
    """None for a name that several targets claim: nobody can refer to it."""
    _explicit: set[str] = field(default_factory=set)
    _indirect: list[Target] = field(default_factory=list)
    _external: list[Target] = field(default_factory=list)
    _anonymous: list[Target] = field(default_factory=list)
    _references: list[tuple[str, int, int]] = field(default_factory=list)
    _anonymous_references: list[tuple[int, int]] = field(default_factory=list)
    _ends: list[tuple[str, int | None]] = field(default_factory=list)
    """The names of the references, and behind which offset in the document another link can be appended to them."""
    _lints: list[FoundLint] = field(default_factory=list)

    def define(self, target: Target) -> None:
        """Note a target."""
        if target.refers_to is not None:
            self._indirect.append(target)
        if target.url is not None and target.is_explicit:
            self._external.append(target)
        if not target.name:
            self._anonymous.append(target)
        elif target.name in self._named:
            self._define_again(target)
        else:
            self._named[target.name] = target
        if target.is_explicit:
            self._explicit.add(target.name)

    def refer(self, name: str, start: int, end: int, behind: int | None = None) -> None:
        """Note a reference; an anonymous one has no name. `behind`: where another link can be appended to it."""
        self._ends.append((name, behind))
        if name:
            self._references.append((name, start, end))
        else:
            self._anonymous_references.append((start, end))

    def resolve(self, *, is_complete: bool) -> Iterator[FoundLint]:
        """Find out which targets are shown, and yield what is odd.

        A document that includes others is not complete: names that are unknown may be defined there.
        """
        yield from self._lints
        for name, start, end in self._references:
            if not self._follow(name, is_shown=True) and is_complete:
                yield _dangling(name, start, end)
        for target in self._indirect:
            is_known = self._follow(target.refers_to or "", is_shown=False)
            # A phrase with an embedded alias is a reference, too, and has its lint.
            if target.is_explicit and not is_known and is_complete:
                yield _dangling(target.refers_to or "", target.start, target.end)
        yield from self._resolve_anonymous()
        for target in self._external:
            if target.name and not target.is_referred_to and is_complete:
                message = f'nothing refers to the target "{_shortened(target.name)}"'
                yield FoundLint(LintKind.UNUSED_REFERENCE, target.start, target.end, message)

    def uses(self) -> Iterator[tuple[Target, int | None]]:
        """Yield the targets that are referred to, and behind which offset another link can be appended to that use."""
        is_paired = len(self._anonymous_references) == len(self._anonymous)
        anonymous = iter(self._anonymous if is_paired else ())
        for name, behind in self._ends:
            target = self._named.get(name) if name else next(anonymous, None)
            passed: list[Target] = []
            while target is not None and target.url is None and target not in passed:
                passed.append(target)
                target = self._named.get(target.refers_to) if target.refers_to is not None else target.following
            if target is not None and target.url is not None:
                yield target, behind

    def _define_again(self, target: Target) -> None:
        name = target.name
        old, is_old_explicit = self._named[name], name in self._explicit
        if old and _says_the_same(old, target):
            pass
        elif target.is_explicit and not is_old_explicit:
            self._named[name] = target
        elif target.is_explicit or not is_old_explicit:
            self._named[name] = None
        if target.is_explicit and is_old_explicit:
            what = "it says the same" if self._named[name] else "no reference to it is unambiguous"
            message = f'the target "{_shortened(name)}" is defined before already: {what}'
            self._lints.append(FoundLint(LintKind.DUPLICATE_REFERENCE, target.start, target.end, message))
            for said in filter(None, (old, target)):
                said.is_referred_to = True  # One lint is enough.

    def _follow(self, name: str, *, is_shown: bool) -> bool:
        """Mark what a name stands for, over all that only stands for another; return whether that is known."""
        passed: list[Target] = []
        is_known = name in self._named
        target = self._named.get(name)
        while target is not None:
            if target.is_known is not None and (target.is_shown or not is_shown):
                is_known = target.is_known
                break
            # Known until the contrary is found: this is what ends a circle.
            target.is_known = target.is_referred_to = True
            target.is_shown = target.is_shown or is_shown
            passed.append(target)
            if target.refers_to is not None:
                is_known = target.refers_to in self._named
                target = self._named.get(target.refers_to)
            else:
                target = target.following
        for target in passed:
            target.is_known = is_known
        return is_known

    def _resolve_anonymous(self) -> Iterator[FoundLint]:
        """Pair anonymous references with anonymous targets in order; none of them works unless the numbers agree."""
        references, targets = self._anonymous_references, self._anonymous
        if len(references) == len(targets):
            for target in targets:
                target.is_shown = True
                if target.refers_to:
                    self._follow(target.refers_to, is_shown=True)
                elif target.following:
                    target.following.is_shown = target.following.is_referred_to = True
        for start, end in references[len(targets) :]:
            message = f"an anonymous reference too many: there are {len(references)}, and {len(targets)} targets"
            yield FoundLint(LintKind.DANGLING_REFERENCE, start, end, message)
        for target in targets[len(references) :]:
            message = f"an anonymous target too many: there are {len(targets)}, and {len(references)} references"
            yield FoundLint(LintKind.UNUSED_REFERENCE, target.start, target.end, message)


def _says_the_same(old: Target, new: Target) -> bool:
    by_url = new.url is not None and new.url == old.url
    return by_url or (new.refers_to is not None and new.refers_to == old.refers_to)


def _dangling(name: str, start: int, end: int) -> FoundLint:
    message = f'"{_shortened(name)}" refers to nothing: there is no target of that name'
    return FoundLint(LintKind.DANGLING_REFERENCE, start, end, message)


def _shortened(name: str) -> str:
    return on_one_line(name)[:_LONGEST_NAME]
