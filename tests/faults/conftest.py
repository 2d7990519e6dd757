"""The real product, its real Redis and its real processes, for tests that take one of them away."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from tools.processes import command
from tools.redis import start_redis
from tools.stack import Stack, stack
from tools.supervisor import ROOT, Supervisor

SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "DEMO": "1"}
TOKEN = "t" * 32


class _KeepRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        return None


@dataclass
class Product:
    """A running product with a question in it, and the people who talk about it."""

    running: Stack
    people: dict[str, Any]
    supervisor: Supervisor

    def post(self, person: str, path: str, **fields: str) -> float:
        """Sends a form as this person; gives the seconds that the answer took. Fails unless it leads on."""
        request = urllib.request.Request(
            self.running.url + path, urllib.parse.urlencode({"csrfmiddlewaretoken": TOKEN, **fields}).encode()
        )
        request.add_header("Cookie", f"sessionid={self.people[person]}; csrftoken={TOKEN}")
        started = time.monotonic()
        try:
            urllib.request.build_opener(_KeepRedirects).open(request, timeout=30)
            status = 200
        except urllib.error.HTTPError as answer:
            status = answer.code
        assert status == 302, f"{path}: {status}"
        return time.monotonic() - started

    def answer(self, text: str = "Oui, chez Papyrus.") -> float:
        """Answers the question."""
        path = f"/comments/on/feed.post/{self.people['question_id']}/"
        return self.post("answerer", path, body=f"<p>{text}</p>", nonce=uuid.uuid4().hex)

    def ask(self) -> float:
        """Publishes another question."""
        fields = {"kind": "question", "title": "Et pour le café ?", "body": "<p>Qui sait ?</p>"}
        return self.post("asker", "/communities/achats-durables/posts/new/", nonce=uuid.uuid4().hex, **fields)

    @contextlib.contextmanager
    def page(self, person: str = "asker") -> Iterator[OpenPage]:
        """An open page of the question."""
        address = self.running.url.replace("http", "ws") + "/ws/"
        headers = {"Cookie": f"sessionid={self.people[person]}", "Origin": self.running.url}
        origin = headers.pop("Origin")
        with connect(address, origin=Origin(origin), additional_headers=headers) as socket:
            page = OpenPage(socket)
            page.wait("hello")
            socket.send(json.dumps({"watch": [f"feed.post.{self.people['question_id']}"]}))
            assert page.wait("watching")["groups"]
            yield page

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Asks the database, beside the product."""
        if self.running.database_url:
            with psycopg.connect(self.running.database_url, autocommit=True) as connection:
                return connection.execute(sql.encode()).fetchall()
        with contextlib.closing(sqlite3.connect(self.running.data / "rse.sqlite3", timeout=20)) as database:
            return database.execute(sql).fetchall()

    def counts(self) -> dict[str, int]:
        """Comments of the question, what was told of them to its asker, and what still waits."""
        question, asker = self.people["question_id"], self.people["asker_id"]
        told = (
            f"SELECT count(*), count(DISTINCT target_id) FROM notifications_notification WHERE recipient_id = {asker}"
        )
        [(comments,)] = self.rows(f"SELECT count(*) FROM feed_comment WHERE target_id = {question}")
        [(notices, different)] = self.rows(f"{told} AND kind = 'feed.comment'")
        [(waiting,)] = self.rows("SELECT count(*) FROM core_outboxevent")
        return {"comments": comments, "notices": notices, "different": different, "waiting": waiting}

    def waits_for_a_lock(self, table: str) -> bool:
        """Whether some process of the product is stopped before this table. PostgreSQL only."""
        return bool(self.rows(f"SELECT 1 FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass"))

    def assert_all_delivered_once(self, within: float = 45) -> None:
        """Nothing waits any more, and each comment was told to the asker exactly once."""
        wait_for(lambda: self.counts()["waiting"] == 0, within, self.trouble)
        counts = self.counts()
        assert counts["notices"] == counts["different"] == counts["comments"], counts

    def trouble(self) -> str:
        """What waits and why, and what the processes said."""
        waiting = self.rows("SELECT name, attempts, last_error FROM core_outboxevent")
        log = (self.running.data / "stack.log").read_text().splitlines()[-5:]
        return "\n".join([f"waiting: {waiting[:5]}", *log])

    def kill(self, name: str) -> None:
        """Kills a process and its children, who have no time to tidy up."""
        process = self.running.processes[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def start(self, name: str) -> None:
        """Starts a process that was killed anew: `Redis` or `worker`."""
        if name == "Redis":
            (self.running.data / "redis.sock").unlink(missing_ok=True)
            start_redis(self.running.data, self.supervisor)
        else:
            variables = environment(self.running.data, self.running.database_url, self.running.redis_url)
            with (self.running.data / "stack.log").open("ab") as log:
                self.supervisor.start(name, command(name, variables), variables, log)
        self.running.processes[name] = self.supervisor.by_name()[name]  # type: ignore[index]


@dataclass
class OpenPage:
    """What an open page hears."""

    socket: ClientConnection

    def wait(self, kind: str, seconds: float = 5) -> dict[str, Any]:
        """The next message of this type, whatever comes before."""
        limit = time.monotonic() + seconds
        while (left := limit - time.monotonic()) > 0:
            message: dict[str, Any] = json.loads(self.socket.recv(timeout=left))
            if message["type"] == kind:
                return message
        raise TimeoutError(kind)


def wait_for(condition: Callable[[], bool], seconds: float, trouble: Callable[[], str]) -> None:
    """Waits until it is so; fails with what was the trouble when it is not in time."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, trouble()
        time.sleep(0.1)


def environment(folder: Path, database_url: str, redis_url: str = "") -> dict[str, str]:
    """What a process of the product is told."""
    told = {"DATA_DIR": str(folder), "DATABASE_URL": database_url, "REDIS_URL": redis_url, "PYTHONWARNINGS": "ignore"}
    return {**os.environ, **SETTINGS, "LOG_LEVEL": "WARNING", **told}


@pytest.fixture(scope="session")
def _prepared() -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """A database with people in it: a clone of the template of PostgreSQL where the suite has one, else SQLite."""
    with tempfile.TemporaryDirectory(prefix="rse-", ignore_cleanup_errors=True) as name:
        folder, database_url = Path(name), ""
        if (server := os.environ.get("DATABASE_URL")) and (template := os.environ.get("TEST_TEMPLATE")):
            database = f"rse_faults_{os.getpid()}"
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {database} TEMPLATE {template}".encode())
            database_url = f"{server.rpartition('/')[0]}/{database}"
        variables = environment(folder, database_url)
        for arguments in (["-m", "tools.prepare"], ["manage.py", "shell", "-v", "0", "-c", SEED]):
            done = subprocess.run(
                [sys.executable, *arguments], cwd=ROOT, env=variables, text=True, capture_output=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
        yield folder, database_url, json.loads(done.stdout.splitlines()[-1])


SEED = (Path(__file__).parent / "seed.py").read_text()


@pytest.fixture(scope="session")
def product(_prepared: tuple[Path, str, dict[str, Any]]) -> Iterator[Product]:
    """The product, whole; each test takes away another part of it and brings it back."""
    folder, database_url, people = _prepared
    supervisor = Supervisor()
    with stack(folder, database_url, SETTINGS) as running:
        found = Product(running, people, supervisor)
        try:
            # The worker starts after the pages: what is taken away must have been there.
            found.answer()
            found.assert_all_delivered_once()
            yield found
        finally:
            supervisor.stop()
