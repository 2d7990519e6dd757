"""Compiles the message catalogues, each .po to the .mo beside it, with Babel: no system package is needed."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent


def compile_catalogues() -> None:
    """Writes the .mo of each catalogue that changed since."""
    for source in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parent.parent.name)
        # Written aside first: a process that starts meanwhile never reads half a file.
        aside = target.with_suffix(".mo.new")
        with aside.open("wb") as binary:
            write_mo(binary, catalogue)
        aside.replace(target)


if __name__ == "__main__":
    compile_catalogues()
