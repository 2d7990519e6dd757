"""Logs say what happened, never whose data it was about."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from core.logging import JsonFormatter, request_id, without_personal_data

SECRET = "Tr0ub4dor&3"


@login_not_required
def explode(request: HttpRequest, handle: str) -> HttpResponse:
    password = SECRET + request.GET.get("q", "")
    raise RuntimeError("the directory of jeanne.dupont@ministere.example was unreadable") from ValueError(len(password))


urlpatterns = [path("people/<handle>/", explode), path("", include("rse.urls"))]


def line_of(record: logging.LogRecord) -> dict[str, object]:
    parsed: dict[str, object] = json.loads(JsonFormatter().format(record))
    return parsed


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What the logs of this process say, as they would be written."""
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Keep()
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.mark.urls(__name__)
def test_error_page_and_log_hold_no_secret(db: None, lines: list[str]) -> None:
    client = Client(raise_request_exception=False)
    response = client.get("/people/jeanne.dupont/", {"q": SECRET})
    assert response.status_code == 500
    written = "\n".join(lines)
    assert "explode" in written
    for private in (SECRET, "jeanne", "dupont", "ministere"):
        assert private not in written
        assert private not in response.text


@pytest.mark.urls(__name__)
def test_error_is_found_again_by_the_id_of_its_answer(db: None, lines: list[str]) -> None:
    response = Client(raise_request_exception=False).get("/people/x/")
    errors = [json.loads(line) for line in lines if '"ERROR"' in line]
    assert [error["request_id"] for error in errors] == [response.headers["X-Request-ID"]]
    assert errors[0]["message"] == "Internal Server Error: /people/<handle>/"


def test_request_id_of_the_proxy_is_kept_and_a_forged_one_is_not(db: None) -> None:
    client = Client()
    assert (
        client.get("/healthz", headers={"X-Request-ID": "abcd-1234-efgh"}).headers["X-Request-ID"] == "abcd-1234-efgh"
    )
    forged = client.get("/healthz", headers={"X-Request-ID": 'a"}\n{"level"'}).headers["X-Request-ID"]
    assert "level" not in forged


@pytest.mark.urls(__name__)
def test_request_is_logged_by_its_route_and_not_by_who_was_looked_at(db: None, lines: list[str]) -> None:
    logging.getLogger("core.middleware").setLevel(logging.INFO)
    Client(raise_request_exception=False).get("/people/jeanne.dupont/", {"q": SECRET})
    logging.getLogger("core.middleware").setLevel(logging.NOTSET)
    told = [json.loads(line) for line in lines if '"milliseconds"' in line]
    assert [(line["method"], line["route"], line["status"]) for line in told] == [("GET", "/people/<handle>/", 500)]


def test_request_id_ends_with_its_request(db: None) -> None:
    Client().get("/healthz")
    assert request_id.get() == ""


def test_line_is_one_object_with_time_level_logger_and_message() -> None:
    record = logging.LogRecord("feed", logging.INFO, __file__, 1, "two\nlines of %s", ("text",), None)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    assert line_of(record).items() >= {"level": "INFO", "logger": "feed", "message": "two\nlines of text"}.items()


def test_exception_is_told_by_its_places_only() -> None:
    def fail(password: str) -> None:
        raise ValueError("no such thing")

    try:
        fail(SECRET)
    except ValueError:
        record = logging.LogRecord("core", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    text = JsonFormatter().format(record)
    assert SECRET not in text
    assert "test_logging.py" in text
    assert "no such thing" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail to jeanne.dupont@culture.gouv.fr failed", "mail to …@… failed"),
        ("GET /search/?q=syndicat+dupont 200", "GET /search/?… 200"),
        ("duplicate key\nDETAIL:  Key (email)=(a@b.fr) already exists.", "duplicate key"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_personal_data_is_taken_out(text: str, expected: str) -> None:
    assert without_personal_data(text) == expected
