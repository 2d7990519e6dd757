"""What people meet when a command cannot go on, and what is left of it afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import check, lock, messages
from tools.ports import listen, port
from tools.postgresql import PostgreSQL
from tools.processes import command
from tools.redis import redis_answers, short_folder, start_redis
from tools.supervisor import ROOT, Supervisor, wait_until
from tools.trouble import Trouble, explain

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
# A process with a child of its own that ignores SIGTERM, as a pool of workers might.
STUBBORN = ["sh", "-c", "trap '' TERM; sleep 60 & sleep 60"]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def soon(condition: Callable[[], bool], seconds: float = 5) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("output", "start"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("django.db.utils.OperationalError: database or disk is full", "The disk is full"),
        ("error sending request for url (…)", "The package registry does not answer"),
        ("Temporary failure in name resolution", "The package registry does not answer"),
        ("attempt to write a readonly database", "This folder may not be written to"),
        ("[Errno 98] Address already in use", "This port is taken"),
    ],
)
def test_known_causes_are_told_in_one_line(output: str, start: str) -> None:
    sentence = explain(f"a traceback\nof many lines\n{output}\n")
    assert sentence is not None
    assert sentence.startswith(start)
    assert "\n" not in sentence


def test_unknown_causes_are_not_guessed() -> None:
    assert explain("ZeroDivisionError: division by zero") is None


def test_a_taken_port_is_told_with_another_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {number} is taken.*PORT={number + 1}"):
            listen(number)


def test_a_port_that_is_no_number_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "80a")
    with pytest.raises(Trouble, match="PORT must be a number"):
        port()


def test_both_names_of_this_machine_are_answered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        number = probe.getsockname()[1]
    sockets = listen(number)
    try:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, number), timeout=2).close()
    finally:
        for listener in sockets:
            listener.close()


def test_a_python_too_old_is_told_in_one_line(tmp_path: Path) -> None:
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
    old.chmod(0o755)
    copy = tmp_path / "clone" / "tools"
    copy.mkdir(parents=True)
    script = (
        (ROOT / "tools/environment").read_text().replace("/usr/bin/", "/gone/").replace("/usr/local/bin/", "/gone/")
    )
    (copy / "environment").write_text(script)
    done = subprocess.run(
        ["sh", copy / "environment", "local"], env={"PATH": str(tmp_path)}, text=True, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Python 3.11 or newer is needed (found: Python 3.9.2)" in done.stderr


def test_stopping_leaves_no_process_not_even_a_child_that_does_not_listen() -> None:
    supervisor = Supervisor()
    process = supervisor.start("stubborn", STUBBORN, os.environ)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    assert soon(lambda: children.read_text().split() != [])
    family = [process.pid, *map(int, children.read_text().split())]
    supervisor.stop(patience=0.3)
    assert soon(lambda: not any(map(is_alive, family)))


def test_the_last_started_is_stopped_first() -> None:
    supervisor = Supervisor()
    first = supervisor.start("first", SLEEP, os.environ)
    second = supervisor.start("second", ["false"], os.environ)
    second.wait()
    assert supervisor.ended() == "second"
    supervisor.stop()
    assert not is_alive(first.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="promised on Linux only")
def test_a_supervisor_that_is_killed_takes_its_processes_along() -> None:
    code = (
        "import os, sys, time; from tools.supervisor import Supervisor\n"
        f"print(Supervisor().start('x', {SLEEP!r}, os.environ).pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert soon(lambda: not is_alive(child))


def test_waiting_ends_with_the_process_that_was_waited_for() -> None:
    supervisor = Supervisor()
    supervisor.start("short", ["true"], os.environ)
    start = time.monotonic()
    assert not wait_until(lambda: False, 30, supervisor)
    assert time.monotonic() - start < 5
    supervisor.stop()


def test_redis_gets_a_folder_whose_name_the_kernel_takes(tmp_path: Path) -> None:
    far = tmp_path / ("x" * 100)
    far.mkdir()
    with short_folder(far) as folder:
        assert len(str(folder / "redis.sock")) < 100
        supervisor = Supervisor()
        try:
            start_redis(folder, supervisor)
            assert redis_answers(folder)
        finally:
            supervisor.stop()
        assert not redis_answers(folder)


def test_postgresql_starts_for_root_and_for_others_and_stops(tmp_path: Path) -> None:
    with short_folder(tmp_path / ("x" * 100)) as outer:
        folder = outer / "pg"
        folder.mkdir()
        supervisor, server = Supervisor(), PostgreSQL(folder)
        try:
            server.start(supervisor)
            server.execute("CREATE DATABASE rse")
            assert server.answers()
        finally:
            supervisor.stop()
        assert not server.answers()


def test_every_process_has_one_command_line() -> None:
    for name in ("local", "web", "sockets", "worker", "beat"):
        assert command(name, {"DATA_DIR": "/data"})
    with pytest.raises(Trouble, match="Usage"):
        command("nothing", {})


def test_the_commands_of_make_are_the_ones_that_help_lists() -> None:
    # The suite may run under make, which would speak of its own directories here.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command_line = ["make", "--no-print-directory", "help"]
    done = subprocess.run(command_line, cwd=ROOT, env=environment, text=True, capture_output=True, check=True)
    listed = [line.split()[1] for line in done.stdout.splitlines()]
    assert listed[:3] == ["help", "run", "test"]
    assert set(listed) == set((ROOT / "Makefile").read_text().split(".PHONY:")[1].splitlines()[0].split())


def test_locks_hold_what_the_project_asks_for() -> None:
    assert list(lock.faults()) == []


def test_every_service_of_compose_runs_a_known_process() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    for name in ("web", "sockets", "worker", "beat"):
        assert f"command: [{name}]" in compose


def test_templates_become_readable_for_the_collector(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "{% load i18n %}\n   <p class=\"it's\">{% trans 'Hello' %}\n"
        " {% blocktranslate %}A {{ b }}{% endblocktranslate %}"
    )
    assert b"gettext(u'Hello')" in messages.readable(page)


def test_checks_have_names_of_their_own() -> None:
    assert len({one.name for one in check.CHECKS}) == len(check.CHECKS)
