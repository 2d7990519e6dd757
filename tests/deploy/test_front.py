"""The front of docker-compose.yml: a real nginx before real pages and sockets. TRUST row 20: who is asking."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from websockets import Origin
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tools.check import PRODUCTION
from tools.processes import command
from tools.redis import start_redis
from tools.stack import free_port
from tools.supervisor import ROOT, Supervisor, wait_until

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt-get install nginx-light"),
]

HOST = "rse.example.org"
PEOPLE = """
from tests.factories.accounts import PASSWORD, UserFactory
UserFactory(email="agent@rse.example.org", password=PASSWORD)
"""
ADDRESSES = """
import json, sys
from allauth.usersessions.models import UserSession
json.dump(list(UserSession.objects.values_list("ip", flat=True)), sys.stdout)
"""
# What the image of docker-compose.yml has around the file of the product.
AROUND = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
{user}
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/front.conf;
}}
"""


@dataclass
class Front:
    """Who asks through the front, with the cookies of one browser."""

    port: int
    variables: dict[str, str]
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        """Asks over TLS, which ended before the front; gives the answer and its content."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        told = {"Host": HOST, "X-Forwarded-Proto": "https", "Cookie": self.cookie(), **headers}
        connection.request(method, path, body or None, told)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        content = answer.read()
        connection.close()
        return answer, content

    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def sign_in(self, **headers: str) -> int:
        """Sends the form of the sign-in page; gives the status of the answer."""
        self.cookies.clear()
        _, page = self.ask("GET", "/accounts/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        form = {
            "csrfmiddlewaretoken": token[1].decode(),
            "login": "agent@rse.example.org",
            "password": "une longue phrase de passe",
        }
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}", **headers}
        answer, _ = self.ask("POST", "/accounts/login/", urllib.parse.urlencode(form), **sent)
        return answer.status

    def socket(self, origin: str) -> ClientConnection:
        """The live connection of a page of `origin`, over TLS, which ended before the front."""
        headers = {"X-Forwarded-Proto": "https", "Cookie": self.cookie()}
        here = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        return connect(f"ws://{HOST}/ws/", sock=here, origin=Origin(origin) or None, additional_headers=headers)

    def shell(self, code: str) -> str:
        """Runs code beside the product."""
        line = [sys.executable, "-W", "ignore", "manage.py", "shell", "-v", "0", "-c", code]
        done = subprocess.run(line, cwd=ROOT, env=self.variables, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def configured(folder: Path, port: int, web: int, sockets: int) -> Path:
    """The file of the front, with addresses of this machine instead of the names of containers."""
    text = (ROOT / "deploy/nginx.conf").read_text()
    for name, here in (
        ("listen 8080;", f"listen 127.0.0.1:{port};"),
        ("http://web:8000;", f"http://127.0.0.1:{web};"),
        ("http://sockets:8001;", f"http://127.0.0.1:{sockets};"),
    ):
        assert text.count(name) == 1, name
        text = text.replace(name, here)
    (folder / "front.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
    return folder / "nginx.conf"


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """nginx, gunicorn and uvicorn as docker-compose.yml runs them, on a database with one agent."""
    assert NGINX is not None
    supervisor = Supervisor()
    port, web, sockets = free_port(), free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="rse-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        try:
            variables = {
                **os.environ,
                **PRODUCTION,
                "DJANGO_SETTINGS_MODULE": "rse.settings",
                "DATABASE_URL": "",
                "DATA_DIR": str(folder),
                "LOG_LEVEL": "WARNING",
                "PYTHONWARNINGS": "ignore",
                "REDIS_URL": start_redis(folder, supervisor),
            }
            found = Front(port, variables)
            subprocess.run([sys.executable, "-m", "tools.prepare"], cwd=ROOT, env=variables, check=True)
            subprocess.run(
                [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"],
                cwd=ROOT,
                env=variables,
                check=True,
            )
            found.shell(PEOPLE)
            with (folder / "stack.log").open("ab") as log:
                gunicorn = [*command("web", variables), "--bind", f"127.0.0.1:{web}", "--workers", "1"]
                supervisor.start("web", gunicorn, variables, log)
                supervisor.start("sockets", [*command("sockets", variables)[:-1], str(sockets)], variables, log)
                supervisor.start("front", [NGINX, "-c", configured(folder, port, web, sockets)], variables, log)
            is_up = wait_until(lambda: is_served(found, sockets), 60, supervisor)
            assert is_up, "\n".join((folder / name).read_text()[-2000:] for name in ("stack.log", "nginx.log"))
            yield found
        finally:
            supervisor.stop()


def is_served(front: Front, sockets: int) -> bool:
    """Whether the pages answer through the front, and the sockets beside it."""
    try:
        socket.create_connection(("127.0.0.1", sockets), timeout=2).close()
        answer, _ = front.ask("GET", "/healthz")
    except OSError:
        return False
    return answer.status == 200


def test_nginx_takes_the_file_without_a_warning(tmp_path: Path) -> None:
    assert NGINX is not None
    path = configured(tmp_path, 1, 2, 3)
    done = subprocess.run([NGINX, "-t", "-c", path], text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_a_page_comes_through_compressed_and_says_nothing_of_the_front(front: Front) -> None:
    answer, page = front.ask("GET", "/accounts/login/", **{"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert b"csrfmiddlewaretoken" in gzip.decompress(page)
    assert answer.headers["Server"] == "nginx"
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    style = re.search(rb'href="(/static/[^"]+\.css)"', gzip.decompress(page))
    assert style is not None
    answer, _ = front.ask("GET", style[1].decode(), **{"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip"


def test_whoever_comes_without_tls_is_sent_to_it(front: Front) -> None:
    answer, _ = front.ask("GET", "/accounts/login/", **{"X-Forwarded-Proto": "http"})
    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{HOST}/accounts/login/"


def test_a_request_of_another_name_is_refused(front: Front) -> None:
    answer, _ = front.ask("GET", "/accounts/login/", Host="elsewhere.example", **{"X-Forwarded-Host": HOST})
    assert answer.status == 400


def test_a_claimed_address_is_not_believed(front: Front) -> None:
    assert front.sign_in(**{"X-Forwarded-For": "203.0.113.9"}) == 302
    answer, _ = front.ask("GET", "/", **{"X-Forwarded-For": "203.0.113.9"})
    assert answer.status == 200
    assert set(json.loads(front.shell(ADDRESSES))) == {"127.0.0.1"}


def test_an_upload_larger_than_any_picture_stops_at_the_front(front: Front) -> None:
    answer, _ = front.ask("POST", "/images/", "x" * (13 * 1024 * 1024))
    assert answer.status == 413


def test_sockets_pass_for_this_site_alone(front: Front) -> None:
    assert front.sign_in() == 302
    with front.socket(f"https://{HOST}") as page:
        assert json.loads(page.recv(timeout=10))["type"] == "hello"
    for origin in ("https://elsewhere.example", ""):
        with pytest.raises(InvalidStatus, match="403"), front.socket(origin):
            pass
