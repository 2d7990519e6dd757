"""The two style sheets that pages load, joined from small files and from the parts of the design system that we use."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import dsfr
from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder
from django.core.files.storage import FileSystemStorage

PACKAGE = Path(dsfr.__file__).parent / "static" / "dsfr" / "dist"
# Loading all of the design system would weigh ten times as much.
COMPONENTS = ("button", "link", "form", "input", "select", "checkbox", "radio", "alert", "breadcrumb", "upload")
OURS = ("tokens", "base", "shell", "card", "form", "rich", "notices", "print")

_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
# Utilities of spacing and columns: half of the core's weight, and templates here use none.
_UTILITY = re.compile(r"(?<=[{}])(?:\.fr-(?:m|p|col|grid|container|raw)[\w-]*(?:[:>~+ *.\w()-]*),?)+\{[^{}]*\}")
_EMPTY_MEDIA = re.compile(r"@media[^{}]*\{\s*\}")
_DARK = re.compile(r"(?<=[};/])\s*(:root\[data-fr-theme=dark\][^{}]*)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)


def follow_system(css: str) -> str:
    """Repeats each dark rule for people whose theme is that of their system, which no cookie can tell the server."""
    repeated = "".join(
        f"{selector.replace('[data-fr-theme=dark]', '[data-fr-scheme=system]')}{{{body}}}"
        for selector, body in _DARK.findall(";" + css)
    )
    return f"{css}@media (prefers-color-scheme:dark){{{repeated}}}" if repeated else css


def design_system() -> str:
    """Core, scheme and chosen components as one sheet; the State's typefaces only under the State's brand."""
    sheets = [PACKAGE / "core" / "core.main.min.css", PACKAGE / "scheme" / "scheme.min.css"]
    sheets += [PACKAGE / "component" / name / f"{name}.main.min.css" for name in COMPONENTS]
    css = "".join(sheet.read_text() for sheet in sheets)
    if not settings.STATE_BRAND:
        css = _FONT_FACE.sub("", css)
    css = _EMPTY_MEDIA.sub("", _UTILITY.sub("", css))
    css = css.replace("url(../../icons/", "url(../dsfr/icons/").replace("url(../icons/", "url(../dsfr/icons/")
    css = css.replace("url(../fonts/", "url(../dsfr/fonts/")
    return follow_system(css)


def ours() -> str:
    """The files of `static/css` as one sheet, without comments."""
    css = "".join((settings.BASE_DIR / "static" / "css" / f"{name}.css").read_text() for name in OURS)
    return follow_system(re.sub(r"\s*\n\s*", "", _COMMENT.sub("", css)))


SHEETS = {"css/dsfr.css": design_system, "css/rse.css": ours}


class SheetFinder(BaseFinder):
    """Finds the joined sheets, and the few files of the design system that they name."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.DATA_DIR / "sheets")

    def _build(self) -> list[str]:
        built = []
        for name, make in SHEETS.items():
            target = Path(self.storage.path(name))
            css = make()
            # Written only where it differs, so that its date lets a browser keep what it has.
            if not target.exists() or target.read_text() != css:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(css)
            built.append(name)
            if name == "css/dsfr.css":
                for part in sorted(set(re.findall(r"url\(\.\./dsfr/([\w./-]+)\)", css))):
                    copy = Path(self.storage.path(f"dsfr/{part}"))
                    if not copy.exists():
                        copy.parent.mkdir(parents=True, exist_ok=True)
                        copy.write_bytes((PACKAGE / part).read_bytes())
                    built.append(f"dsfr/{part}")
        return built

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The absolute path of a sheet, made afresh when one of ours changed."""
        if not (path in SHEETS or path.startswith("dsfr/")) or path not in self._build():
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every file for `collectstatic`."""
        for name in self._build():
            yield name, self.storage


class AppFinder(AppDirectoriesFinder):
    """The apps' own static files, without those of the design system, of which `SheetFinder` takes its part."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(app_names, *args, **kwargs)
        self.apps = [name for name in self.apps if name != "dsfr"]
        self.storages.pop("dsfr", None)
