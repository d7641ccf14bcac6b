"""Brings the catalogues up to date: `make catalogue`. New messages have no translation yet; those no longer said go."""

from __future__ import annotations

import sys

from tests.catalogue.extraction import CATALOGUES, written


def main() -> None:
    """Write each catalogue anew, and say what is to be translated."""
    for path in sorted(CATALOGUES.rglob("*.po")):
        text, missing = written(path)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path}: {len(missing)} messages to be translated\n")
        sys.stdout.writelines(f"  {message!r}\n" for message in missing)


main()
