"""Logs as JSON, one line an event, with the id of the request and nothing personal.

What a person typed may reach a log through an address, a query string, the message of an exception or a constraint
of the database that quotes the row: the formatter takes these out, so that no caller has to think of it.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")

_EMAIL = re.compile(r"[^\s@<>\"'=(,;:]+@[^\s@<>\"'),;:]+")
_QUERY_STRING = re.compile(r"\?[^\s\"']+")
# PostgreSQL and its driver quote the values of the row that broke a constraint.
_DETAIL = re.compile(r"\s*(DETAIL|CONTEXT):.*", re.DOTALL)
# Values that a caller of a logger adds by `extra` and that go into the line.
_EXTRAS = ("method", "route", "status", "milliseconds")
_LENGTH_MAX = 2000


def without_personal_data(text: str) -> str:
    """The text without e-mail addresses, query strings and quoted rows."""
    text = _DETAIL.sub("", text)
    return _QUERY_STRING.sub("?…", _EMAIL.sub("…@…", text))[:_LENGTH_MAX]


def route_of(request: Any) -> str:
    """The pattern of the address asked for: it says which page, not whose."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "(no route)"


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object: time, level, logger, message, request id, and the place of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._message(record),
        }
        if identifier := request_id.get():
            line["request_id"] = identifier
        line.update({name: getattr(record, name) for name in _EXTRAS if hasattr(record, name)})
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = self._exception(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)

    @staticmethod
    def _message(record: logging.LogRecord) -> str:
        message = record.getMessage()
        if request := getattr(record, "request", None):
            path = getattr(request, "path", "")
            message = message.replace(path, route_of(request)) if len(path) > 1 else message
        return without_personal_data(message)

    @staticmethod
    def _exception(error: BaseException | None) -> dict[str, Any]:
        """Type, message and places of an exception: never its local variables."""
        frames = traceback.extract_tb(error.__traceback__) if error else []
        return {
            "type": type(error).__qualname__,
            "message": without_personal_data(str(error)),
            "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
