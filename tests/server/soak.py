"""Many requests of all kinds at once against `bedstone serve`: python3 soak.py REQUESTS, in the story's folder.

Reads, writes, sign-ins, listeners to events and nonsense, while the story restarts the database. Afterwards every write that was
confirmed is there and none that was refused, no answer was a failure but 503 with a code, and the server has no more memory and files
in use than before. `progress` holds how far it is.
"""

from __future__ import annotations

import collections
import http.client
import json
import os
import random
import socket
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from client import ADA, Client, Reply, check, server

WORKERS = 8
GROWTH_MIB = float(os.environ.get("GROWTH_MIB", "6"))
FILES = 12  # sessions with the database come and go
PARTS = urlsplit(server())
HOST = f"Host: localhost:{PARTS.port}\r\n"
NONSENSE = (
    b"GET /../etc/passwd HTTP/1.1\r\n%s\r\n", b"GET /livez\xff HTTP/1.1\r\n%s\r\n", b"BREW /livez HTTP/1.1\r\n%s\r\n", b"\x16\x03\x01\x02",
    b"POST /api/v1/session HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{,}",
    b"POST /api/v1/session HTTP/1.1\r\n%sContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET /api/v1/runs/%%00 HTTP/1.1\r\n%s\r\n", b"GET /livez HTTP/1.1\r\n%sX: " + b"a" * 40000 + b"\r\n\r\n",
)  # fmt: skip
READS = (
    "/livez", "/readyz", "/api/v1/session", "/api/v1/config", "/api/v1/status", "/api/v1/tables/notes?limit=5&order=name",
    "/api/v1/config/explain/greeting", "/api/v1/runs?limit=2", "/metrics", "/api/v1/openapi.json", "/robots.txt", "/nothing",
)  # fmt: skip


class Soak:
    def __init__(self, requests: int) -> None:
        self.requests = requests
        self.lock = threading.Lock()
        self.done = 0
        self.confirmed: set[str] = set()
        self.refused: set[str] = set()
        self.in_doubt: set[str] = set()
        self.statuses: collections.Counter[str] = collections.Counter()
        self.problems: list[str] = []

    def next(self) -> int | None:
        with self.lock:
            if self.done >= self.requests or len(self.problems) > 5:
                return None
            self.done += 1
            if self.done % 100 == 0:
                Path("progress.new").write_text(str(self.done))
                Path("progress.new").replace("progress")
            return self.done

    def note(self, what: str, reply: Reply) -> None:
        code = "" if reply.status < 400 or not reply.text.startswith("{") else reply.json.get("error", {}).get("code", "")
        with self.lock:
            self.statuses[f"{reply.status} {code}".strip()] += 1
            # /readyz says 503 without one: that is its answer.
            if reply.status >= 500 and not (reply.status == 503 and (code or what == "/readyz")):
                self.problems.append(f"{what}: {reply.status} {reply.text[:300]}")

    def problem(self, text: str) -> None:
        with self.lock:
            self.problems.append(text)


def read(soak: Soak, client: Client, dice: random.Random) -> None:
    path = dice.choice(READS)
    soak.note(path, client.get(path))


def write(soak: Soak, client: Client, dice: random.Random) -> None:
    name = f"note-{dice.getrandbits(64):016x}"
    try:
        reply = client.call("POST", "/api/v1/tables/notes", {"values": {"name": name, "size": 1}})
    except (OSError, http.client.HTTPException) as problem:
        return soak.problem(f"write: {problem!r}")
    soak.note("write", reply)
    with soak.lock:
        if reply.status == 201:
            soak.confirmed.add(name)
        elif 400 <= reply.status < 500:
            soak.refused.add(name)
        else:
            soak.in_doubt.add(name)
    return None


def sign_in(soak: Soak, client: Client, dice: random.Random) -> None:
    guest = Client(server())
    reply = guest.sign_in(ADA[0], ADA[1] if dice.random() < 0.8 else "not-the-password")
    soak.note("sign-in", reply)
    if reply.status == 200:
        soak.note("sign-out", guest.call("DELETE", "/api/v1/session"))


def listen(soak: Soak, client: Client, dice: random.Random) -> None:
    connection = http.client.HTTPConnection(PARTS.hostname, PARTS.port, timeout=10)
    connection.request("GET", "/api/v1/events", headers={"Cookie": client.cookie})
    response = connection.getresponse()
    if response.status != 200:
        soak.note("events", Reply(response))
    else:
        time.sleep(dice.random() / 20)
        with soak.lock:
            soak.statuses["events"] += 1
    response.close()
    connection.close()


def nonsense(soak: Soak, client: Client, dice: random.Random) -> None:
    text = dice.choice(NONSENSE)
    data = text % HOST.encode() if b"%s" in text else text
    with socket.create_connection((PARTS.hostname, PARTS.port), timeout=15) as peer:
        try:
            peer.sendall(data)
            peer.shutdown(socket.SHUT_WR)
            line = peer.recv(64)
        except OSError:  # It ended it meanwhile.
            line = b""
    if line and line.split(b" ")[1][:1] != b"4":
        soak.problem(f"{data[:60]!r}: {line!r}")
    with soak.lock:
        soak.statuses["nonsense"] += 1


WORK = ((read, 68), (write, 18), (nonsense, 10), (listen, 3), (sign_in, 1))


def work(soak: Soak, number: int) -> None:
    dice = random.Random(number)
    client = signed_in()
    while (at := soak.next()) is not None:
        (action,) = dice.choices([one for one, _ in WORK], [weight for _, weight in WORK])
        try:
            action(soak, client, dice)
        except Exception as problem:  # noqa: BLE001: whatever it is, it is told
            soak.problem(f"{action.__name__} {at}: {problem!r}")


def signed_in() -> Client:
    client = Client(server())
    for _ in range(200):
        if client.sign_in(*ADA).status == 200:
            return client
        time.sleep(0.2)
    raise SystemExit("nobody can sign in")


def usage(process: int) -> tuple[float, int]:
    """MiB in memory, and open files."""
    status = Path(f"/proc/{process}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024, len(list(Path(f"/proc/{process}/fd").iterdir()))


def settled(process: int) -> tuple[float, int]:
    time.sleep(2)
    return usage(process)


def main() -> None:
    requests = int(sys.argv[1])
    client = signed_in()
    process = client.get("/api/v1/config/instances").json["instances"][0]["pid"]
    # What is allocated once is allocated in the first tenth.
    warm = Soak(max(requests // 10, 300))
    run(warm)
    before = settled(process)
    begun = time.monotonic()
    Path("progress").write_text("0")
    Path("half").touch()  # What follows counts: the story may begin to disturb.
    soak = Soak(requests)
    run(soak)
    took = time.monotonic() - begun
    Path("progress").write_text(str(requests))
    # Who is signed in stays so; after so many wrong passwords from here a new sign-in may have to wait.
    after = settled(process)
    page = client.get("/api/v1/tables/notes?limit=1").json
    there = names(client)
    check(page["total"], len(there))
    there.remove("first")
    for one in (warm, soak):
        lost = one.confirmed - there
        assert not lost, f"{len(lost)} confirmed writes are lost: {sorted(lost)[:3]}"
        assert not one.refused & there, "a refused write is there"
        there -= one.confirmed | one.in_doubt
    assert not there, f"{len(there)} rows are nobody's"
    print(f"{requests} requests in {took:.0f} s: {dict(sorted(soak.statuses.items()))}; {len(soak.in_doubt)} writes without a yes or no")
    print(f"memory {before[0]:.1f} MiB, afterwards {after[0]:.1f}; files {before[1]}, afterwards {after[1]}")
    assert after[0] - before[0] <= GROWTH_MIB, "memory grows"
    assert after[1] - before[1] <= FILES, "files stay open"


def names(client: Client) -> set[str]:
    result: set[str] = set()
    while True:
        rows = client.get(f"/api/v1/tables/notes?order=id&limit=200&offset={len(result)}").json["rows"]
        if not rows:
            return result
        result.update(row["name"] for row in rows)


def run(soak: Soak) -> None:
    threads = [threading.Thread(target=work, args=(soak, soak.requests + number)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not soak.problems, "\n".join(soak.problems[:5])


main()
