"""Tables as administrations send them: CSV with commas or semicolons, UTF-8 or Windows-1252, XLSX, ODS."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from accounts.directory_import.problems import ImportRefused, Problem

SHEETS = {".xlsx", ".ods", ".xlsm", ".xls"}
TEXTS = {".csv", ".txt"}
BYTES_MAX = 500 * 1024 * 1024


@dataclass(frozen=True)
class Table:
    """A file with its columns by name. `rows` gives each filled line's number with its cells, trimmed, once."""

    file: str
    columns: frozenset[str]
    ignored: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, str]]]


def read_table(path: Path, *, required: tuple[str, ...], optional: tuple[str, ...]) -> Table:
    """Opens a file and finds its columns, in whatever order; those it does not know are named in `ignored`.

    Raises:
        ImportRefused: it cannot be read, a column is missing or there twice.
    """
    lines = _lines(path)
    try:
        header_line, header = next((number, cells) for number, cells in lines if any(cells))
    except StopIteration:
        raise _refused(path, _("the file is empty.")) from None
    names = [cell.strip().lower() for cell in header]
    known = set(required) | set(optional)
    if missing := [name for name in required if name not in names]:
        raise _refused(path, _("these columns are missing: %(names)s.") % {"names": ", ".join(missing)}, header_line)
    if doubled := sorted({name for name in names if name in known and names.count(name) > 1}):
        raise _refused(
            path, _("these columns are there twice: %(names)s.") % {"names": ", ".join(doubled)}, header_line
        )
    places = {name: names.index(name) for name in known if name in names}
    ignored = tuple(cell.strip() for cell, name in zip(header, names, strict=True) if name and name not in known)
    return Table(path.name, frozenset(places), ignored, _rows(lines, places))


def _rows(lines: Iterator[tuple[int, list[str]]], places: dict[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in lines:
        if any(cells):
            yield number, {name: cells[at] if at < len(cells) else "" for name, at in places.items()}


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    if not path.is_file():
        raise _refused(path, _("there is no such file."))
    if path.stat().st_size > BYTES_MAX:
        raise _refused(path, _("the file is larger than %(size)d MB.") % {"size": BYTES_MAX // 2**20})
    suffix = path.suffix.lower()
    if suffix in SHEETS:
        return _sheet_lines(path)
    if suffix in TEXTS:
        return _text_lines(path)
    raise _refused(path, _("only CSV, XLSX and ODS files can be read."))


def _text_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every sequence of bytes is some text in Windows-1252, five bytes excepted.
        text = content.decode("cp1252", errors="replace")
    del content
    head = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            yield line, [" ".join(cell.split()) for cell in cells]
            line = reader.line_num + 1
    except csv.Error:
        raise _refused(path, _("a quotation mark is opened and never closed."), line) from None


def _sheet_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        first = (sheet.start or (0, 0))[0] + 1
        for number, cells in enumerate(sheet.iter_rows(), first):
            yield number, [_cell(cell) for cell in cells]
    except (CalamineError, OSError, IndexError, ValueError):
        raise _refused(path, _("this spreadsheet cannot be read.")) from None


def _cell(value: Any) -> str:
    # A spreadsheet holds every number as a decimal one: 12.0 was typed 12.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _refused(path: Path, text: str, line: int | None = None) -> ImportRefused:
    return ImportRefused([Problem(path.name, () if line is None else (line,), text)])
