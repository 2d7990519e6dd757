"""What every answer carries, whoever made it."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_cache_control, patch_vary_headers

from core.logging import request_id as current_request_id
from core.logging import route_of
from core.policies import rights_read_once

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

_ID = re.compile(r"[0-9a-zA-Z-]{8,64}")


def request_id(get_response: GetResponse) -> GetResponse:
    """Names the request, so that an error page, a log line and a proxy's line can be laid side by side, and logs it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.id = given if _ID.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        token = current_request_id.set(request.id)  # type: ignore[attr-defined]
        start = time.perf_counter()
        try:
            response = get_response(request)
            milliseconds = round((time.perf_counter() - start) * 1000)
            told = {"method": request.method, "route": route_of(request), "status": response.status_code}
            log.info("request", extra={**told, "milliseconds": milliseconds})
        finally:
            current_request_id.reset(token)
        response.headers["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response

    return middleware


def no_null_bytes(get_response: GetResponse) -> GetResponse:
    """Refuses a null character in an address or a field: no keyboard writes one, and PostgreSQL stores none."""

    def middleware(request: HttpRequest) -> HttpResponse:
        values = [value for data in (request.GET, request.POST) for _name, found in data.lists() for value in found]
        if "\0" in request.path or any("\0" in value for value in values):
            raise BadRequest("null character")
        return get_response(request)

    return middleware


def security_headers(get_response: GetResponse) -> GetResponse:
    """Keeps pages out of shared caches, fragments apart from pages, and devices out of reach."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
        )
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


def compress_pages(get_response: GetResponse) -> GetResponse:
    """Compresses pages and their fragments; pictures and static files are small already.

    Django's compression adds a random length, so that what a page keeps secret cannot be guessed from its size.
    """
    gzip = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        gzip.process_response(request, response)  # changes it in place
        return response

    return middleware


def upload_limit(get_response: GetResponse) -> GetResponse:
    """Refuses a body that is larger than anything the service takes, before a byte of it is read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if not announced.isascii() or not announced.isdigit() or int(announced) > settings.BODY_BYTES_MAX:
            return render(request, "errors/413.html", {"reference": request.id}, status=413)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def htmx_sign_in(get_response: GetResponse) -> GetResponse:
    """Sends a page whose session is over to the sign-in page, instead of swapping that page into a fragment."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        wants_fragment = request.headers.get("HX-Request") == "true"
        if wants_fragment and response.status_code == 302:
            target = response.headers.get("Location", "")
            if target.startswith(resolve_url("account_login")):
                page = request.headers.get("HX-Current-URL", "")
                path = re.sub(r"^https?://[^/]+", "", page) or "/"
                answer = HttpResponse(status=204)
                answer.headers["HX-Redirect"] = redirect_to_login(path).headers["Location"]
                return answer
        return response

    return middleware


def read_rights_once(get_response: GetResponse) -> GetResponse:
    """Reads what rights stand on once for a page: a GET changes none of it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return get_response(request)
        with rights_read_once():
            return get_response(request)

    return middleware
