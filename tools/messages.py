"""`make messages`: collects the texts to translate into locale/; with `--check`, says what is missing or doubtful.

Babel reads Python, Django turns templates into what Babel can read: no system package is needed.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tools.trouble import main

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("rse", "feed", "communities", "notifications", "accounts", "core", "templates")
TARGET = ROOT / "locale/fr/LC_MESSAGES/django.po"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


def sources() -> Iterator[Path]:
    """The files that may hold texts."""
    for name in SOURCES:
        for path in sorted((ROOT / name).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def readable(path: Path) -> bytes:
    """The file as Python that Babel can read; the indentation of a template would be an error there."""
    text = path.read_text()
    if path.suffix != ".py":
        lines = templatize(text, origin=str(path)).splitlines()
        # What is left of the markup are runs of X, and quotes that would open a string.
        text = "\n".join(line.strip() for line in lines)
    return text.encode()


def collect() -> Catalog:
    """A catalogue of every text of the product, without translations."""
    catalogue = Catalog(project="RSE", locale="fr", charset="utf-8")
    for path in sources():
        found = extract("python", io.BytesIO(readable(path)), KEYWORDS, ("Translators:",), {"encoding": "utf-8"})
        for _line, message, comments, context in found:
            # No line numbers: they would make a conflict of every change.
            where = [(str(path.relative_to(ROOT)), None)]
            catalogue.add(message, locations=where, auto_comments=comments, context=context)  # type: ignore[arg-type]
    return catalogue


def existing() -> Catalog:
    """The French catalogue as it is."""
    if not TARGET.exists():
        return Catalog(project="RSE", locale="fr", charset="utf-8")
    with TARGET.open("rb") as text:
        return read_po(text, locale="fr")


def faults() -> Iterator[str]:
    """Texts without French, doubtful French, placeholders that differ."""
    known = existing()
    for message in collect():
        if not message.id:
            continue
        translated = known.get(message.id, message.context)
        strings = (
            (translated.string if isinstance(translated.string, tuple) else (translated.string,)) if translated else ()
        )
        if translated is None or not strings or not all(strings):
            yield f"no French for {message.id!r} ({message.locations[0][0]})"
        elif translated.fuzzy:
            yield f"doubtful French for {message.id!r}"
        else:
            yield from (f"{message.id!r}: {error}" for error in translated.check(known))


def command() -> int:
    if "--check" in sys.argv[1:]:
        found = list(faults())
        print("\n".join(found))
        return 1 if found else 0
    catalogue = existing()
    catalogue.update(collect(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with TARGET.open("wb") as text:
        write_po(text, catalogue, sort_output=True, width=120, ignore_obsolete=True)
    missing = sum(1 for _ in faults())
    print(f"{len(catalogue)} texts, {missing} without French.")
    return 0


if __name__ == "__main__":
    main(command)
