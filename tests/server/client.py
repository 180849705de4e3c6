"""A client for the stories about `bedstone serve`: what a browser does, in few words."""

from __future__ import annotations

import http.client
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

# Who the stories' projects have.
ADA = ("ada@example.com", "correct-horse-battery")
BEN = ("ben@example.com", "staple-correct-horse")


class Reply:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    @property
    def json(self) -> dict:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """BED…, of an error."""
        return self.json["error"]["code"]


class Client:
    """One browser: keeps its cookie, and sends the token that changes need."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname, parts.port
        self.cookie = ""
        self.csrf = ""

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            fields.setdefault("Cookie", self.cookie)
        if self.csrf:
            fields.setdefault("X-CSRF-Token", self.csrf)
        data = None
        if body is not None:
            data = body if isinstance(body, str) else json.dumps(body)
            fields.setdefault("Content-Type", "application/json")
        connection.request(method, path, data, fields)
        reply = Reply(connection.getresponse())
        connection.close()
        for line in reply.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookie = f"{name}={value}" if value else ""
        return reply

    def get(self, path: str, **headers: str) -> Reply:
        return self.call("GET", path, **headers)

    def sign_in(self, email: str, password: str, **headers: str) -> Reply:
        self.csrf = ""
        reply = self.call("POST", "/api/v1/session", {"email": email, "password": password}, **headers)
        if reply.status == 200:
            self.csrf = reply.json["csrf"]
        return reply


def check(what: object, wanted: object, why: object = "") -> None:
    if what != wanted:
        raise SystemExit(f"{what!r} instead of {wanted!r} {why}")


def server() -> str:
    """The URL that `bedstone serve --json` printed; the story keeps its output in server.json."""
    return json.loads(Path("server.json").read_text())["url"]


def setup_token() -> str:
    """As the operator reads it; the story keeps what was said in server.err."""
    match = re.search(r"works once:\s+(\S{43})$", Path("server.err").read_text(), re.MULTILINE)
    assert match is not None, "no token"
    return match[1]


def signed_in(who: tuple[str, str]) -> Client:
    client = Client(server())
    check(client.sign_in(*who).status, 200)
    return client
