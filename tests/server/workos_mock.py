"""WorkOS AuthKit as the stories need it: python3 workos_mock.py [PORT]; writes its address to mock.json.

Its four routes (authorize, authenticate, JWKS, sessions) keep AuthKit's rules: a code and a refresh token are good
for one use, a code belongs to its redirect address and its PKCE challenge, credentials are compared. `POST /mock` sets how it
behaves, and `GET /mock` tells what it was asked. Tokens are signed by the program openssl.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT = "client_01TEST"
KEYS_FOLDER = Path(tempfile.mkdtemp(dir="."))


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    def __init__(self, name: str, bits: int = 2048) -> None:
        self.id = name
        self.file = KEYS_FOLDER / f"{name}.pem"
        subprocess.run(["openssl", "genrsa", "-out", self.file, str(bits)], check=True, capture_output=True)
        said = subprocess.run(["openssl", "rsa", "-in", self.file, "-noout", "-modulus"], check=True, capture_output=True)
        self.modulus = bytes.fromhex(said.stdout.decode().strip().partition("=")[2])

    def sign(self, text: bytes) -> bytes:
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.file], input=text, check=True, capture_output=True).stdout

    def jwk(self) -> dict:
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "n": b64(self.modulus), "e": "AQAB"}


class State:
    """All behaviour, under one lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.keys = [Key("key-1")]
        self.codes: dict[str, dict] = {}
        self.refreshes: dict[str, str] = {}
        self.ended: set[str] = set()
        self.sessions: dict[str, dict] = {}
        self.asked: dict[str, int] = {}
        self.revoked: list[str] = []
        self.options: dict = {}
        self.base = ""
        self.default = {
            "api_key": "sk_canary_key",
            "user": {"id": "user_01ADA", "email": "Ada@example.com", "email_verified": True, "first_name": "Ada", "last_name": "L"},
            "iss": "",  # what stands for the base address
            "lifetime": 300,
            "aud": None,
            "algorithm": "RS256",
            "sign_with": "",  # a key that is in no set
            "claims": {},
            "fail": {},  # grant type or route → [status, body, headers, times]
            "delay": 0,
        }

    def option(self, name: str) -> object:
        return self.options.get(name, self.default[name])

    def key(self) -> Key:
        return self.keys[-1]

    def token(self, session: str, user: dict) -> str:
        now = int(time.time())
        header = {"alg": self.option("algorithm"), "kid": self.key().id, "typ": "JWT"}
        claims = {
            "iss": self.option("iss") or self.base, "sub": user["id"], "sid": session, "jti": secrets.token_hex(8),
            "exp": now + self.option("lifetime"), "iat": now - 1, "role": "member", "permissions": [],
        }  # fmt: skip
        if self.option("aud"):
            claims["aud"] = self.option("aud")
        claims |= self.option("claims")
        text = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
        algorithm = header["alg"]
        if algorithm == "none":
            return text + "."
        if algorithm == "HS256":
            # Confusion: the public key as the secret.
            return f"{text}.{b64(hmac.new(self.key().modulus, text.encode(), hashlib.sha256).digest())}"
        key = Key(str(self.option("sign_with"))) if self.option("sign_with") else self.key()
        return f"{text}.{b64(key.sign(text.encode()))}"

    def grant(self, session: str) -> dict:
        refresh = secrets.token_urlsafe(24)
        self.refreshes[refresh] = session
        user = self.sessions[session]
        return {
            "user": user, "organization_id": None, "access_token": self.token(session, user), "refresh_token": refresh,
            "authentication_method": "Password",
        }  # fmt: skip


STATE = State()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, status: int, body: object = None, **headers: str) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def body(self) -> dict:
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")

    def fails(self, what: str) -> bool:
        """As /mock asked; counts, too."""
        STATE.asked[what] = STATE.asked.get(what, 0) + 1
        failure = STATE.options.get("fail", {}).get(what)
        if not failure or failure[3] == 0:
            return False
        failure[3] -= 1
        self.answer(failure[0], failure[1], **failure[2])
        return True

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with STATE.lock:
            if parts.path == "/mock":
                return self.answer(200, {"asked": STATE.asked, "revoked": STATE.revoked})
            if parts.path == "/user_management/authorize":
                return self.authorize(query)
            if parts.path == f"/sso/jwks/{CLIENT}":
                return None if self.fails("jwks") else self.answer(200, {"keys": [key.jwk() for key in STATE.keys]})
            if parts.path == "/user_management/sessions/logout":
                STATE.asked["logout"] = STATE.asked.get("logout", 0) + 1
                STATE.ended.add(query["session_id"])
                return self.answer(302, Location=query["return_to"])
        return self.answer(404, {"message": "Not Found"})

    def authorize(self, query: dict) -> None:
        wanted = {"response_type": "code", "client_id": CLIENT, "provider": "authkit", "code_challenge_method": "S256"}
        wrong = {name: query.get(name) for name, value in wanted.items() if query.get(name) != value}
        if wrong or len(query.get("code_challenge", "")) != 43:
            return self.answer(400, {"error": "invalid_request", "wrong": wrong})
        if self.fails("authorize"):
            return None
        code = secrets.token_urlsafe(12)
        session = "session_" + secrets.token_hex(6)
        STATE.sessions[session] = STATE.option("user")
        STATE.codes[code] = {"session": session, "challenge": query["code_challenge"]}
        there = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        return self.answer(302, Location=there)

    def do_POST(self) -> None:
        body = self.body()
        if self.path == "/mock":
            with STATE.lock:
                if body.pop("rotate", False):
                    STATE.keys = [Key(f"key-{len(STATE.asked) + secrets.randbelow(10**6)}")]
                if "end_session" in body:
                    STATE.ended.update(STATE.sessions)
                    body.pop("end_session")
                STATE.options = body
                return self.answer(200, {})
        if self.path == "/user_management/authenticate":
            time.sleep(float(STATE.option("delay")))
            with STATE.lock:
                return self.authenticate(body)
        if self.path == "/user_management/sessions/revoke":
            with STATE.lock:
                if self.fails("revoke"):
                    return None
                if self.headers.get("Authorization") != f"Bearer {STATE.option('api_key')}":
                    return self.answer(401, {"message": "Unauthorized"})
                STATE.revoked.append(body["session_id"])
                STATE.ended.add(body["session_id"])
                return self.answer(200, {})
        return self.answer(404, {"message": "Not Found"})

    def authenticate(self, body: dict) -> None:
        kind = body.get("grant_type")
        if self.fails(str(kind)):
            return None
        if body.get("client_id") != CLIENT or body.get("client_secret") != STATE.option("api_key"):
            return self.answer(401, {"error": "invalid_client", "error_description": "Invalid client secret."})
        invalid = {"error": "invalid_grant", "error_description": "The grant is not valid any more."}
        if kind == "authorization_code":
            known = STATE.codes.pop(body.get("code", ""), None)
            digest = b64(hashlib.sha256(body.get("code_verifier", "").encode()).digest())
            if known is None or known["challenge"] != digest:
                return self.answer(400, invalid)
            return self.answer(200, STATE.grant(known["session"]))
        session = STATE.refreshes.get(body.get("refresh_token", ""))
        if session is None or session in STATE.ended:
            # Who uses a token twice was robbed, or is the robber.
            return self.answer(400, invalid)
        STATE.asked["used:" + body["refresh_token"]] = STATE.asked.get("used:" + body["refresh_token"], 0) + 1
        if STATE.asked["used:" + body["refresh_token"]] > 1:
            STATE.asked["replays"] = STATE.asked.get("replays", 0) + 1
            STATE.ended.add(session)
            return self.answer(400, invalid)
        return self.answer(200, STATE.grant(session))


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
    STATE.base = f"http://127.0.0.1:{server.server_port}"
    Path("mock.json").write_text(json.dumps({"url": STATE.base}))
    print("mock", STATE.base, flush=True)
    server.serve_forever()


main()
