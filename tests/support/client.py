"""The client of the tests: as strict as the people who will read the pages."""

from typing import Any

from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from tests.support.pages import faults_of, parse


class StrictClient(Client):
    """A client that fails on any page with a fault, on a 500, and on a page of a person that a cache might keep."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            where = f"{request.get('PATH_INFO')} ({response.status_code})"
            faults = faults_of(parse(response.content))
            assert not faults, "\n".join([where, *faults])
            if settings.SESSION_COOKIE_NAME in self.cookies:
                assert "no-store" in response.headers.get("Cache-Control", ""), f"{where} may be kept by a cache"
        return response

    def page(self, path: str, status: int = 200, **extra: Any) -> BeautifulSoup:
        """The tree of the page at `path`; fails when its status is not the expected one."""
        response = self.get(path, **extra)
        assert response.status_code == status, f"{path}: {response.status_code}, expected {status}"
        return parse(response.content)
