"""Lists as files: ODS first, CSV beside it. Nothing that a person typed is ever run as a formula."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from defusedcsv import csv as defused
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from stream_write_ods import stream_write_ods

ODS, CSV = "ods", "csv"
FORMATS = (ODS, CSV)
TYPES = {ODS: "application/vnd.oasis.opendocument.spreadsheet", CSV: "text/csv; charset=utf-8"}

Row = Sequence[Any]
# What XML cannot carry, whatever the escape.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def export(kind: str, title: str, head: Sequence[str], rows: Iterable[Row]) -> StreamingHttpResponse:
    """A file named after `title` and today, written as it is sent. `kind` is one of `FORMATS`."""
    content = as_ods(title, head, rows) if kind == ODS else as_csv(head, rows)
    name = f"{slugify(title) or 'export'}-{timezone.localdate():%Y-%m-%d}.{kind}"
    return StreamingHttpResponse(
        content,
        content_type=TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


def as_ods(title: str, head: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """One sheet; a text stays a text, whatever it begins with, and a date is a date."""
    cells = (tuple(_ods_cell(value) for value in row) for row in rows)
    yield from stream_write_ods([(_clean(title)[:60], tuple(_clean(name) for name in head), cells)])


def as_csv(head: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """Separated by `;` and with the mark of UTF-8, as spreadsheets in French open it; formulas are defused."""
    buffer = io.StringIO()
    writer = defused.writer(buffer, delimiter=";", quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    yield b"\xef\xbb\xbf"
    for row in itertools.chain([head], rows):
        writer.writerow([_csv_cell(value) for value in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _ods_cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | date):
        return "" if value is None else value
    return _clean(str(value))


def _csv_cell(value: Any) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    text = "" if value is None else str(value)
    # What a spreadsheet skips before it looks for a sign; defusedcsv looks at the sign alone.
    return f"'{text}" if text[:1] in {"\t", "\r", "\n"} else text


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
