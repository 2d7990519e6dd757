"""The two style sheets that pages load, joined from small files and from the parts of the design system that we use."""

import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import dsfr
from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder, FileSystemFinder
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

PACKAGE = Path(dsfr.__file__).parent / "static" / "dsfr" / "dist"
# Loading all of the design system would weigh ten times as much.
COMPONENTS = ("button", "link", "form", "input", "select", "checkbox", "radio", "alert", "breadcrumb", "upload")
OURS = ("tokens", "base", "shell", "card", "feed", "form", "figures", "proposal", "rich", "notices", "roadmap", "print")

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
    """Core, scheme and chosen components as one sheet; the State's typefaces and mark under its brand alone."""
    sheets = [PACKAGE / "core" / "core.main.min.css", PACKAGE / "scheme" / "scheme.min.css"]
    components = (*COMPONENTS, "logo") if settings.STATE_BRAND else COMPONENTS
    sheets += [PACKAGE / "component" / name / f"{name}.main.min.css" for name in components]
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


# What pages load besides the sheets; under make run nothing collects and compresses it beforehand.
LOADED = (
    "icons.svg",
    "logo.svg",
    "django_htmx/htmx-2.min.js",
    "django_prose_editor/editor.js",
    "account/js/onload.js",
    "mfa/js/webauthn-json.js",
    "mfa/js/webauthn.js",
)


class SheetFinder(BaseFinder):
    """Finds the joined sheets and the few files of the design system that they name.

    In demonstration mode also what pages load, each beside its compressed copy: WhiteNoise then sends that one.
    """

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.DATA_DIR / "sheets")

    def _write(self, name: str, content: bytes) -> list[str]:
        # Written only where it differs, so that its date lets a browser keep what it has.
        target = Path(self.storage.path(name))
        if not target.exists() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        if not settings.DEMO:
            return [name]
        packed = target.with_name(f"{target.name}.gz")
        if not packed.exists() or packed.stat().st_mtime < target.stat().st_mtime:
            packed.write_bytes(gzip.compress(content, mtime=0))
        return [name, f"{name}.gz"]

    def _build(self) -> list[str]:
        built = []
        for name, make in SHEETS.items():
            css = make()
            built += self._write(name, css.encode())
            for part in sorted(set(re.findall(r"url\(\.\./dsfr/([\w./-]+)\)", css))):
                built += self._write(f"dsfr/{part}", (PACKAGE / part).read_bytes())
        if settings.DEMO:
            ours_too = [f"js/{path.name}" for path in sorted((settings.BASE_DIR / "static" / "js").glob("*.js"))]
            others = FileSystemFinder(), AppFinder()
            for name in (*LOADED, *ours_too):
                if found := next(filter(None, (finder.find(name) for finder in others)), None):
                    built += self._write(name, Path(found).read_bytes())
        return built

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The absolute path of a sheet, made afresh when one of ours changed."""
        if not (path in SHEETS or path.startswith("dsfr/")) or path not in self._build():
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every file, for `collectstatic` and for WhiteNoise."""
        for name in self._build():
            yield name, self.storage


class AppFinder(AppDirectoriesFinder):
    """The apps' own static files, without those of the design system, of which `SheetFinder` takes its part."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(app_names, *args, **kwargs)
        self.apps = [name for name in self.apps if name != "dsfr"]
        self.storages.pop("dsfr", None)


class Storage(CompressedManifestStaticFilesStorage):
    """Names files after their content, our modules that import one another included, so that a release replaces all."""

    support_js_module_import_aggregation = True
    # Packages name files that they do not ship.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        HashedFilesMixin._js_module_import_aggregation_patterns[1],  # type: ignore[attr-defined]
    )
