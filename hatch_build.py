"""Compiles the catalogues of messages when the package is built: .po is what people write, .mo what gettext reads."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CATALOGUES = Path("src/dlt_crawler/language/locale")


class CompileCatalogues(BuildHookInterface[Any]):
    """Runs before a wheel is built or the package is installed for development."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write a .mo beside each .po."""
        for written in sorted((Path(self.root) / CATALOGUES).rglob("*.po")):
            with written.open("rb") as source, written.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source, locale=written.parts[-3], abort_invalid=True))
