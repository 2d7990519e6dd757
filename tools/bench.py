"""`make bench`: medians of three interleaved rounds beside the floor, on PostgreSQL, at 10,000 and 1,000,000 posts.

`--quick` takes 10 and 50 thousand, to see that the measurement itself works. The filled databases are kept in a folder
of the machine's temporary files, under the hash of the migrations: the second run starts at once.
"""

import hashlib
import http.client
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.scale.directory import write_directory
from tools.catalogues import compile_catalogues
from tools.chromium import chromium
from tools.postgresql import PostgreSQL
from tools.processes import BIN, is_ready
from tools.redis import start_redis
from tools.stack import free_port
from tools.supervisor import ROOT, Stopped, Supervisor, die_with_parent, stop_on_signals, wait_until
from tools.system import browser
from tools.trouble import Trouble, main

ROUNDS, REQUESTS, WARM_UP = 3, 30, 5
AGENTS = 100_000
CSRF = "c" * 32
SMALL, LARGE = "small", "large"
_nonces = count()


@dataclass
class Site:
    """The product on one filled database, behind gunicorn with two workers, with sessions already open."""

    port: int
    sessions: dict[str, Any]
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, person: str, path: str, values: dict[str, str] | None = None) -> float:
        """Milliseconds that one answer takes; raises Trouble when it is none that was expected."""
        headers = {
            "Host": "bench.example",
            "Accept-Encoding": "gzip",
            "Cookie": f"sessionid={person}; csrftoken={CSRF}",
        }
        method, body = "GET", None
        if values is not None:
            method, body = "POST", urlencode({**values, "csrfmiddlewaretoken": CSRF})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            elapsed, answer, content = self._send(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionError):
            # gunicorn closes a connection that was silent for two seconds, as it was while another site was asked.
            self.connection.close()
            elapsed, answer, content = self._send(method, path, body, headers)
        if answer.status not in ((200,) if values is None else (204, 302)):
            raise Trouble(f"{method} {path}: {answer.status} {answer.getheader('Location')} {content[:300]!r}")
        return elapsed

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[float, http.client.HTTPResponse, bytes]:
        start = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        return (time.perf_counter() - start) * 1000, answer, content


Act = Callable[[], float]


def acts(sites: dict[str, Site]) -> dict[str, Act]:
    """What is measured, by name."""
    measured: dict[str, Act] = {}
    for size, site in sites.items():
        sessions, middle = site.sessions, site.sessions["middle"]
        community = f"/communities/{sessions['large_community']}/"
        reads = {
            "floor": (sessions["some"], "/floor/list/"),
            "home, 20 communities": (sessions["some"], "/"),
            "home, 200 communities": (sessions["many"], "/"),
            "home, in the middle": (sessions["some"], f"/?before={middle}"),
            "home, one dormant community": (sessions["dormant"], "/"),
            "community": (sessions["some"], community),
            "community, in the middle": (sessions["some"], f"{community}?before={middle}"),
            "dashboard": (sessions["animator"], f"{community}dashboard/"),
        }
        for name, (person, path) in reads.items():
            measured[f"{name} ({size})"] = lambda site=site, person=person, path=path: site.ask(person, path)  # type: ignore[misc]
    measured |= _writes(sites[LARGE])
    return measured


def _writes(site: Site) -> dict[str, Act]:
    posters = site.sessions["posters"]

    def insert() -> float:
        return site.ask(posters[0], "/floor/insert/", {"nonce": f"bench-{os.getpid()}-{next(_nonces)}"})

    def post(community: str) -> float:
        number = next(_nonces)
        values = {"kind": "message", "title": "", "body": "<p>Voici.</p>", "nonce": f"bench-{os.getpid()}-{number}"}
        # One after the other: nobody may write that many posts in so short a time.
        return site.ask(posters[number % len(posters)], f"/communities/{community}/posts/new/", values)

    return {
        "floor, one INSERT": insert,
        "post to 60 members": lambda: post(site.sessions["small_community"]),
        "post to 2,000 members": lambda: post(site.sessions["large_community"]),
    }


def measure(measured: dict[str, Act]) -> dict[str, float]:
    """The median of the medians of each, the rounds interleaved so that a disturbance hits all alike."""
    medians: dict[str, list[float]] = {name: [] for name in measured}
    for act in measured.values():
        for _ in range(WARM_UP):
            act()
    for number in range(ROUNDS):
        print(f"round {number + 1} of {ROUNDS} …", flush=True)
        for name, act in measured.items():
            medians[name].append(statistics.median(act() for _ in range(REQUESTS)))
    return {name: statistics.median(values) for name, values in medians.items()}


def report(found: dict[str, float]) -> Iterator[tuple[str, str, str, bool]]:
    """Each goal: what, the figure, the goal, and whether it holds."""

    def ratio(what: str, above: str, below: str, goal: float) -> tuple[str, str, str, bool]:
        value = found[above] / found[below]
        figure = f"{found[above]:.1f} ms / {found[below]:.1f} ms = {value:.2f}"
        return what, figure, f"≤ {goal}", value <= goal

    yield ratio("home feed beside the floor", f"home, 20 communities ({LARGE})", f"floor ({LARGE})", 4)
    yield ratio("community page beside the floor", f"community ({LARGE})", f"floor ({LARGE})", 3)
    for page in ("home, 20 communities", "home, in the middle", "community", "community, in the middle"):
        yield ratio(f"growth of {page}", f"{page} ({LARGE})", f"{page} ({SMALL})", 1.2)
    yield ratio("dashboard beside the community page", f"dashboard ({LARGE})", f"community ({LARGE})", 4)
    yield ratio("200 communities beside 20", f"home, 200 communities ({LARGE})", f"home, 20 communities ({LARGE})", 2)
    dormant = f"home, one dormant community ({LARGE})"
    yield ratio("dormant member beside an active one", dormant, f"home, 20 communities ({LARGE})", 2)
    bound = 5 * found["floor, one INSERT"] + 15
    for name in ("post to 60 members", "post to 2,000 members"):
        yield (
            name,
            f"{found[name]:.1f} ms",
            f"≤ 5 × {found['floor, one INSERT']:.1f} + 15 = {bound:.0f} ms",
            found[name] <= bound,
        )
    yield ratio("posting to many beside few", "post to 2,000 members", "post to 60 members", 1.2)


class Bench:
    """PostgreSQL with its filled templates, and the sites on copies of them."""

    def __init__(self, supervisor: Supervisor, folder: Path, sizes: dict[str, int]) -> None:
        self._supervisor = supervisor
        self._folder = folder
        self._sizes = sizes
        keep = Path(tempfile.gettempdir()) / f"rse-bench-{os.getuid()}" / "postgresql"
        keep.mkdir(parents=True, exist_ok=True)
        self.postgresql = PostgreSQL(keep, {"shared_buffers": "512MB", "work_mem": "16MB", "max_wal_size": "4GB"})
        self.postgresql.start(supervisor)
        self._variables = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.scale.settings",
            "DEMO": "0",
            "SECRET_KEY": "a key for measurements only: 0123456789abcdefghij0123456789abcdefghij",
            "BASE_URL": "http://bench.example",
            "ALLOWED_HOSTS": "bench.example,localhost,127.0.0.1",
            "LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "ignore",
            "DATA_DIR": str(folder),
            "REDIS_URL": start_redis(folder, supervisor),
        }
        self._run("any", sys.executable, "manage.py", "collectstatic", "--noinput", "-v0")

    def sites(self) -> dict[str, Site]:
        """A site for each size."""
        return {size: self._site(size, self._template(posts)) for size, posts in self._sizes.items()}

    def empty_database(self) -> str:
        """A migrated database without people; gives its name."""
        self._recreate("rse_empty", "template0")
        self._run("rse_empty", sys.executable, "-m", "tools.prepare")
        return "rse_empty"

    def import_directory(self) -> tuple[float, float, float]:
        """Seconds, seconds of CPU in the command and MiB that the import of a large directory takes."""
        units, agents = write_directory(self._folder, AGENTS)
        database = self.empty_database()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        self._run(database, sys.executable, "manage.py", "import_directory", str(units), str(agents))
        seconds = time.monotonic() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # The largest child so far: the import, unless something before it was larger.
        return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024

    def near_matches(self) -> dict[str, float]:
        """Milliseconds, median and slowest twentieth, that near communities take to be found among many."""
        database = self.empty_database()
        found: dict[str, float] = json.loads(self._run(database, sys.executable, "-m", "tests.scale.near"))
        return found

    def _template(self, posts: int) -> str:
        digest = hashlib.sha256((ROOT / "tests/scale/fill.py").read_bytes())
        for path in sorted(ROOT.glob("*/migrations/*.py")):
            digest.update(path.read_bytes())
        name = f"scale_{posts}_{digest.hexdigest()[:12]}"
        if not self.postgresql.has(name):
            print(f"Filling {posts:,} posts (once, until a migration changes) …", flush=True)
            self._recreate("filling", "template0")
            self._run("filling", sys.executable, "-m", "tools.prepare")
            self._run("filling", sys.executable, "-m", "tests.scale.fill", str(posts))
            self.postgresql.execute(f"ALTER DATABASE filling RENAME TO {name}")
        return name

    def _site(self, size: str, template: str) -> Site:
        database = f"rse_{size}"
        self._recreate(database, template)
        sessions = json.loads(self._run(database, sys.executable, "-m", "tests.scale.fill", "sessions"))
        port = free_port()
        command = [f"{BIN}/gunicorn", "--config", "deploy/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
        variables = {**self._variables, "DATABASE_URL": self.postgresql.url(database)}
        with (self._folder / f"{size}.log").open("wb") as log:
            self._supervisor.start(size, [*command, "rse.wsgi:application"], variables, log)
        if not wait_until(lambda: is_ready(str(port)), 60, self._supervisor):
            raise Trouble((self._folder / f"{size}.log").read_text()[-2000:])
        return Site(port, sessions)

    def _recreate(self, database: str, template: str) -> None:
        self.postgresql.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self.postgresql.execute(f"CREATE DATABASE {database} TEMPLATE {template} STRATEGY FILE_COPY")

    def _run(self, database: str, *command: str) -> str:
        variables = {**self._variables, "DATABASE_URL": self.postgresql.url(database)}
        done = subprocess.run(command, cwd=ROOT, env=variables, text=True, capture_output=True, check=False)
        if done.returncode:
            raise Trouble(f"{' '.join(command)}\n{(done.stdout + done.stderr)[-2000:]}")
        return done.stdout


def first_load(site: Site) -> tuple[int, float, float]:
    """Requests, kB over the wire and kB of HTML that the first visit of the home page costs."""
    host = f"http://localhost:{site.port}"
    with chromium() as running:
        context = running.new_context(base_url=host)
        context.add_cookies([{"name": "sessionid", "value": site.sessions["some"], "url": host}])
        page = context.new_page()
        sizes: list[tuple[str, int]] = []

        def note(request: Any) -> None:
            measured = request.sizes()
            sizes.append((urlsplit(request.url).path, measured["responseBodySize"] + measured["responseHeadersSize"]))

        page.on("requestfinished", note)
        page.goto("/")
        page.wait_for_load_state("networkidle")
        context.close()
    html = sum(size for path, size in sizes if path == "/")
    return len(sizes), sum(size for _, size in sizes) / 1000, html / 1000


def command() -> int:
    die_with_parent()
    stop_on_signals()
    compile_catalogues()
    sizes = {SMALL: 10_000, LARGE: 50_000 if "--quick" in sys.argv else 1_000_000}
    supervisor = Supervisor()
    with tempfile.TemporaryDirectory(prefix="rse-", ignore_cleanup_errors=True) as name:
        try:
            bench = Bench(supervisor, Path(name), sizes)
            sites = bench.sites()
            found = measure(acts(sites))
            print("\n| measured | p50 |\n|---|---|")
            print("\n".join(f"| {name} | {value:.1f} ms |" for name, value in found.items()), flush=True)
            rows = list(report(found))
            if browser():
                requests, total, html = first_load(sites[LARGE])
                rows.append(("first load: requests", str(requests), "≤ 30", requests <= 30))
                rows.append(("first load: everything", f"{total:.0f} kB", "≤ 150 kB", total <= 150))
                rows.append(("first load: HTML", f"{html:.1f} kB", "≤ 20 kB", html <= 20))
            near = bench.near_matches()
            figure = f"p50 {near['p50']:.0f} ms, p95 {near['p95']:.0f} ms"
            rows.append(("near communities among 10,000", figure, "p95 ≤ 100 ms", near["p95"] <= 100))
            seconds, busy, mebibytes = bench.import_directory()
            figure = f"{seconds:.0f} s, {busy:.0f} s of CPU in the command"
            rows.append((f"directory of {AGENTS:,} agents", figure, "≤ 120 s", seconds <= 120))
            rows.append(("memory of that import", f"{mebibytes:.0f} MiB", "≤ 400 MiB", mebibytes <= 400))
        except Stopped:
            return 130
        finally:
            supervisor.stop()
    print(f"\nLoad of the machine over the last 15 minutes: {os.getloadavg()[2]:.1f} on {os.cpu_count()} cores.")
    print("\n| what | figure | goal | |\n|---|---|---|---|")
    print("\n".join(f"| {what} | {figure} | {goal} | {'✓' if holds else '✗'} |" for what, figure, goal, holds in rows))
    return 0


if __name__ == "__main__":
    main(command)
