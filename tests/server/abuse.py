"""Raw sockets against `bedstone serve`: what is malformed, endless or slow ends, and others are served meanwhile."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

from client import Client, check, server

PARTS = urlsplit(server())
HOST = f"Host: localhost:{PARTS.port}\r\n"


def connect() -> socket.socket:
    return socket.create_connection((PARTS.hostname, PARTS.port), timeout=30)


def answer(data: bytes) -> str:
    """The first line of what comes back, or "" when the connection just ends."""
    with connect() as peer:
        try:
            peer.sendall(data)
            got = b""
            while b"\r\n" not in got:
                piece = peer.recv(4096)
                if not piece:
                    break
                got += piece
        except (ConnectionResetError, BrokenPipeError):
            return ""
    return got.decode(errors="replace").split("\r\n")[0]


def request(target: str, more: str = "", method: str = "GET") -> bytes:
    return f"{method} {target} HTTP/1.1\r\n{HOST}{more}\r\n".encode("latin-1")


def refused(data: bytes) -> None:
    line = answer(data)
    assert line == "" or line.split(" ")[1].startswith("4"), (data[:100], line)


def paths() -> None:
    for target in (
        "/../etc/passwd", "/api/../livez", "/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/livez%00", "/%ff%fe",
        "/livez%", "/livez%zz", "//livez", "/./livez", "/a\\b", "/%5c..", "/livez?a=%ff", "/livez#x", "/caf\xe9",
        "http://localhost/livez", "*", "livez", "/" + "a" * 5000,
    ):  # fmt: skip
        refused(request(target))
    check(answer(request("/livez?a=%C3%A9+b")), "HTTP/1.1 200 OK")


def framing() -> None:
    body = "0\r\n\r\nGET /livez HTTP/1.1\r\n" + HOST + "\r\n"
    both = request("/api/v1/session", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "POST")
    with connect() as peer:
        peer.sendall(both + body.encode())
        got = b""
        while piece := peer.recv(4096):
            got += piece
    check(got.count(b"HTTP/1.1"), 1, "a smuggled request was answered")
    check(got.split(b" ")[1], b"400")
    for more in (
        "Content-Length: 4\r\nContent-Length: 5\r\n", "Content-Length: -1\r\n", "Content-Length: 0x4\r\n",
        "Content-Length: 99999999999999999999\r\n", "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Host: evil.example\r\n",
    ):  # fmt: skip
        refused(request("/api/v1/session", more + "Content-Type: application/json\r\n", "POST") + b"abcd")
    refused(b"GET /livez HTTP/1.1\r\n\r\n")
    refused(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n")


def sizes() -> None:
    refused(request("/livez", "X-Long: " + "a" * 100_000 + "\r\n"))
    refused(request("/livez", "".join(f"X-{n}: v\r\n" for n in range(10_000))))
    length = request("/api/v1/session", "Content-Type: application/json\r\nContent-Length: 2000000\r\n", "POST")
    check(answer(length)[:12], "HTTP/1.1 413")
    # Pieces beyond the limit: whoever ends the body is told, and nothing of it was kept.
    piece = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    chunked = request("/api/v1/session", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n", "POST")
    check(answer(chunked + piece * 40 + b"0\r\n\r\n")[:12], "HTTP/1.1 413")
    # Endless pieces: the connection ends long before 64 MiB.
    sent = 0
    with connect() as peer:
        peer.sendall(request("/api/v1/session", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n", "POST"))
        try:
            while sent < 64 << 20:
                peer.sendall(b"10000\r\n" + b"a" * 65536 + b"\r\n")
                sent += 65536
        except OSError:
            pass
    assert sent < 16 << 20, sent
    for text in ("{", "[]", '"x"', '{"email": 1, "password": "x"}', '{"email": "a", "email": "b"}', "\xff", "{" * 100_000):
        body = text.encode("latin-1")
        reply = answer(
            request("/api/v1/session", f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n", "POST") + body
        )
        check(reply[:12], "HTTP/1.1 400", text[:20])


def slow() -> None:
    """A byte now and then keeps no connection; a hundred of them keep nobody else waiting."""
    begun = time.monotonic()
    peers = [connect() for _ in range(100)]
    for peer in peers:
        peer.sendall(b"GET /livez HTTP/1.1\r\n")
    open_peers = set(peers)
    while open_peers and time.monotonic() - begun < 25:
        for peer in list(open_peers):
            try:
                peer.sendall(b"X")
                peer.settimeout(0.001)
                if peer.recv(100) == b"":
                    open_peers.discard(peer)
            except TimeoutError:
                pass
            except OSError:
                open_peers.discard(peer)
        moment = time.monotonic()
        check(Client(server()).get("/livez").status, 200)
        assert time.monotonic() - moment < 2
        time.sleep(0.3)
    took = time.monotonic() - begun
    assert not open_peers, f"{len(open_peers)} are still open after {took:.0f} s"
    assert took > 5, took


def many() -> None:
    """No more than so many connections of one address: the others are ended."""
    peers = [connect() for _ in range(200)]
    end = time.monotonic() + 10
    while len(kept := [peer for peer in peers if not is_ended(peer)]) > 128:
        assert time.monotonic() < end, len(kept)
        time.sleep(0.1)
    assert len(kept) >= 100, len(kept)
    for peer in kept:
        peer.sendall(request("/livez"))
        check(peer.recv(8), b"HTTP/1.1")
    for peer in peers:
        peer.close()


def is_ended(peer: socket.socket) -> bool:
    peer.settimeout(0)
    try:
        return peer.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        peer.settimeout(30)


paths()
framing()
sizes()
many()
time.sleep(1)
slow()
check(Client(server()).get("/livez").status, 200)
