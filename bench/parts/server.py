"""The server: requests a second beside a bare server of the same library, the page of settings, memory after a million requests."""

from __future__ import annotations

import http.client
import json
import os
import re
import select
import shutil
import subprocess
import time
from pathlib import Path
from statistics import median

from .stage import LIMIT, Stage

ADMIN = ("ada@example.com", "correct-horse-battery")
CONNECTIONS = 32
ROUNDS = 5
ROUND_SECONDS = 2
MANY = 1_000_000
SETTINGS = "settings:\n  super_admin_emails: {type: list, items: email, default: [ada@example.com]}\n" + "".join(
    f"  value_{number}: {{type: string, default: something, description: The value of number {number}, group: Values}}\n" for number in range(15)
)
ACCOUNTS = """CREATE TABLE accounts (
  id integer PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL, password_local text, active boolean NOT NULL DEFAULT true
);
"""
SEEDS = """table: accounts
key: email
rows:
  - {id: 1, email: ada@example.com, name: Ada, password_local: {password: {env: SAMPLE_PASSWORD}}}
"""


class Server:
    """A program that listens at loopback, and says where."""

    def __init__(self, command: list[str], variables: dict[str, str]) -> None:
        environment = {**os.environ, **variables}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        assert self.process.stdout is not None
        self.port = 0
        while self.port == 0:
            ready = select.select([self.process.stdout], [], [], 30)[0]
            line = os.read(self.process.stdout.fileno(), 4096).decode() if ready else ""
            if not line:
                self.stop()
                raise SystemExit(f"{command[0]} does not say where it listens")
            port = re.search(r"^(\d+)$|\"url\": \"[^\"]*:(\d+)\"", line)
            self.port = int(port[1] or port[2]) if port else 0

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self, what: str) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(rf"^{what}:\s+(\d+) kB", status, re.MULTILINE)[0]) / 1024


def run(stage: Stage) -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    hello = stage.folder / "hello"
    subprocess.run(["cc", "-O2", str(LIMIT / "hello.c"), "-o", str(hello), "-lmicrohttpd"], check=True)
    folder = project(stage, "server")
    bare = Server([str(hello)], {})
    try:
        for engine in ("sqlite", "postgres"):
            server = serve(stage, folder, stage.url(engine, "server"))
            try:
                _measure(stage, engine, bare, server)
            finally:
                server.stop()
    finally:
        bare.stop()


def project(stage: Stage, name: str) -> Path:
    """A folder with accounts, of which one is a super admin's, and some settings."""
    folder = stage.project(name, 0)
    (folder / "migrations" / "1_accounts.sql").write_text(ACCOUNTS)
    (folder / "settings.yaml").write_text(SETTINGS)
    (folder / "seeds").mkdir()
    (folder / "seeds" / "1-accounts.yaml").write_text(SEEDS)
    return folder


def serve(stage: Stage, folder: Path, url: str) -> Server:
    command = [str(stage.bedstone), "-C", str(folder), "serve", "--create", "--port", "0", "--json", "--log-level", "warning"]
    return Server(command, {"DATABASE_URL": url, "SAMPLE_PASSWORD": ADMIN[1]})


def _measure(stage: Stage, engine: str, bare: Server, server: Server) -> None:
    if engine == "sqlite":
        before = bare.cpu_seconds(), server.cpu_seconds()
        found = [(_rate(bare, "/"), _rate(server, "/livez")) for _ in range(ROUNDS)]
        cost = [
            (one.cpu_seconds() - began) / (sum(rates) * ROUND_SECONDS) * 1e6
            for one, began, rates in zip((bare, server), before, zip(*found, strict=True), strict=True)
        ]
        least, ours = (median(rates) for rates in zip(*found, strict=True))
        note = f"{ours:,.0f} requests/s against {least:,.0f}; medians of {ROUNDS}, in turn"
        stage.note("`/livez`: a bare server's requests for each of ours", median(one / other for one, other in found), "", 1.25, note)
        stage.note("… CPU time for each, times the bare server's", cost[1] / cost[0], "", None, f"{cost[1]:.1f} µs against {cost[0]:.1f}")
    cookie = signed_in(server)
    rate = median(_rate(server, "/api/v1/config", cookie) for _ in range(ROUNDS))
    name = f"`/api/v1/config`, signed in, {engine}: time for a request"
    stage.note(name, 1e3 / rate, "ms", 0.1, f"{rate:,.0f} requests/s on {os.cpu_count()} cores, which wrk shares")
    if engine == "sqlite":
        half = _requests(server, MANY // 2, cookie)
        before = server.memory_mib("VmRSS")
        half += _requests(server, MANY // 2, cookie)
        stage.note("memory after a million requests, peak", server.memory_mib("VmHWM"), "MiB", 40.0, f"{half:,} requests")
        stage.note("… more after the second half than after the first", server.memory_mib("VmRSS") - before, "MiB", 1.0)


def signed_in(server: Server) -> str:
    """The cookie of the super admin's session."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    body = json.dumps({"email": ADMIN[0], "password": ADMIN[1]})
    connection.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
    reply = connection.getresponse()
    assert reply.status == 200, reply.read()
    return str(reply.headers["Set-Cookie"]).partition(";")[0]


def _wrk(server: Server, path: str, cookie: str, seconds: int) -> str:
    command = ["wrk", "-t", "2", "-c", str(CONNECTIONS), "-d", f"{seconds}s", f"http://127.0.0.1:{server.port}{path}"]
    if cookie:
        command += ["-H", f"Cookie: {cookie}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # On a busy machine an answer may take two seconds; none may fail.
    if "Non-2xx" in said or re.search(r"Socket errors: (?!connect 0, read 0, write 0,)", said):
        raise SystemExit(said)
    return said


def _rate(server: Server, path: str, cookie: str = "") -> float:
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", _wrk(server, path, cookie, ROUND_SECONDS))[0])


def _requests(server: Server, wanted: int, cookie: str) -> int:
    """At least so many, of both kinds; how many there were."""
    count = 0
    while count < wanted:
        for path in ("/livez", "/api/v1/config"):
            count += int(re.findall(r"(\d+) requests in", _wrk(server, path, cookie, ROUND_SECONDS))[0])
    time.sleep(1)
    return count
