"""What the stories about signing in with WorkOS do: python3 workos.py NAME, in the story's folder."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from client import Client, Reply, check, server

BEGIN = "/api/v1/sign-in/workos"
SHORT = 1  # seconds that an access token lasts, where it shall be over


def mock() -> Client:
    return Client(json.loads(Path("mock.json").read_text())["url"])


def behave(**options: object) -> None:
    check(mock().call("POST", "/mock", options).status, 200)


def asked(what: str) -> int:
    return mock().get("/mock").json["asked"].get(what, 0)


class Browser:
    """Keeps cookies by their names, and goes where it is sent."""

    def __init__(self, **headers: str) -> None:
        self.cookies: dict[str, str] = {}
        self.headers = headers

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Reply:
        line = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        more = {"Cookie": line} if line else {}
        reply = Client(server()).call(method, path, body, **(self.headers | more | headers))
        for set_cookie in reply.headers.get_all("Set-Cookie") or []:
            name, value = set_cookie.split(";")[0].split("=", 1)
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return reply

    def get(self, path: str, **headers: str) -> Reply:
        return self.call("GET", path, **headers)

    def begin(self, return_to: str = "") -> str:
        """The address at AuthKit."""
        reply = self.get(BEGIN + (f"?return_to={return_to}" if return_to else ""))
        check(reply.status, 303, reply.text)
        return reply.headers["Location"]

    def authorize(self, address: str) -> str:
        """The path that AuthKit sends the browser back to."""
        parts = urlsplit(address)
        reply = mock().get(f"{parts.path}?{parts.query}")
        check(reply.status, 302, reply.text)
        back = urlsplit(reply.headers["Location"])
        return f"{back.path}?{back.query}"

    def sign_in(self, return_to: str = "") -> Reply:
        return self.get(self.authorize(self.begin(return_to)))

    @property
    def session(self) -> dict:
        return self.get("/api/v1/session").json

    def signed_in(self) -> "Browser":
        reply = self.sign_in()
        check(reply.status, 303, reply.text)
        check(self.session["signed_in"], True)
        return self

    def change(self, method: str, path: str, body: object = None) -> Reply:
        return self.call(method, path, body, X_CSRF_Token=self.session["csrf"])


def until(what: object, wanted: object, seconds: float = 15) -> None:
    """What a function gives, sooner or later."""
    end = time.monotonic() + seconds
    while (got := what()) != wanted:
        if time.monotonic() > end:
            raise SystemExit(f"{got!r} instead of {wanted!r} after {seconds} s")
        time.sleep(0.1)


def refused(reply: Reply, status: int, code: str) -> None:
    check((reply.status, reply.code), (status, code), reply.text)
    assert "canary" not in reply.text, reply.text


def flow() -> None:
    """A browser goes there and comes back signed in."""
    behave()
    browser = Browser()
    page = browser.session
    check((page["mode"], page["signed_in"], page["sign_in_url"]), ("workos", False, BEGIN))
    address = browser.begin("/runs?limit=5")
    query = parse_qs(urlsplit(address).query)
    check(query["redirect_uri"], [server() + BEGIN + "/callback"])
    check(len(query["state"][0]), 43)
    reply = browser.get(browser.authorize(address))
    check((reply.status, reply.headers["Location"]), (303, "/runs?limit=5"), reply.text)
    lines = reply.headers.get_all("Set-Cookie")
    assert any(line.startswith("bedstone=") and "HttpOnly" in line and "SameSite=Lax" in line for line in lines), lines
    check(sorted(browser.cookies), ["bedstone"], "the ticket is taken away")
    account = browser.session["account"]
    check((account["email"], account["role"], account["method"]), ("ada@example.com", "super_admin", "workos"))
    check(browser.get("/api/v1/status").status, 200)
    # Passwords are for the other mode.
    reply = Browser().call("POST", "/api/v1/session", {"email": "ada@example.com", "password": "correct-horse-battery"})
    refused(reply, 401, "BED1021")
    refused(browser.change("POST", "/api/v1/password", {"current": "x", "new": "a-new-password-1"}), 401, "BED1021")
    # Over TLS, as the proxy says, both cookies are those that no plain page can plant.
    far = Browser(X_Forwarded_For="192.0.2.9", X_Forwarded_Proto="https", X_Forwarded_Host="hub.example")
    address = far.begin()
    check(parse_qs(urlsplit(address).query)["redirect_uri"], [f"https://hub.example{BEGIN}/callback"])
    check(list(far.cookies), ["__Host-bedstone-sign-in"])
    far.get(far.authorize(address))
    check(list(far.cookies), ["__Host-bedstone"])


def paths() -> None:
    """Nobody is sent to somebody else's server."""
    behave()
    for asked_for in (
        "https://evil.example/", "//evil.example/", "/\\evil.example", "/%5cevil.example", "%2f%2fevil.example", "/+/evil.example",
        "javascript:alert(1)", "/a/../../b", "/a//b", "/api/v1/sign-in/workos", "/" + "a" * 2000, "evil",
    ):  # fmt: skip
        check(Browser().sign_in(asked_for).headers["Location"], "/", asked_for)
    for asked_for in ("/%09/evil.example", "/%0d%0aSet-Cookie:x=y"):
        refused(Browser().get(f"{BEGIN}?return_to={asked_for}"), 400, "BED1012")
    for asked_for, path in (("/data/llm_models?order=name", "/data/llm_models?order=name"), ("/a%23b", "/a#b")):
        check(Browser().sign_in(asked_for).headers["Location"], path)


def forgeries() -> None:
    """What was not begun in this browser is not ended in it, and nothing is ended twice."""
    behave()
    browser = Browser()
    back = browser.authorize(browser.begin())
    ticket = dict(browser.cookies)
    # Somebody else's sign-in, smuggled into this browser.
    refused(Browser().get(back), 403, "BED1014")
    other = Browser()
    other.begin()
    refused(other.get(back), 403, "BED1014")
    for name, value in (("state", "x" * 43), ("state", "")):
        parts = parse_qs(urlsplit(back).query)
        parts[name] = [value]
        forged = f"{BEGIN}/callback?" + "&".join(f"{one}={many[0]}" for one, many in parts.items())
        refused(browser.get(forged), 403, "BED1014")
    # Tampered cookies.
    sealed = ticket["bedstone-sign-in"]
    flipped = sealed[:-2] + ("A" if sealed[-2] != "A" else "B") + sealed[-1]
    for value in (flipped, sealed[:-4], "", "enc1.cookie.AAAA", "x"):
        browser.cookies["bedstone-sign-in"] = value
        refused(browser.get(back), 403, "BED1014")
    browser.cookies = dict(ticket)
    asked_before = asked("authorization_code")
    check(browser.get(back).status, 303)
    check(asked("authorization_code"), asked_before + 1)
    # Again, with the ticket that a thief kept: AuthKit is not even asked.
    thief = Browser()
    thief.cookies = dict(ticket)
    refused(thief.get(back), 403, "BED1014")
    check(asked("authorization_code"), asked_before + 1)
    # A code of another sign-in does not fit this one's challenge.
    first, second = Browser(), Browser()
    stolen = parse_qs(urlsplit(first.authorize(first.begin())).query)["code"][0]
    state = parse_qs(urlsplit(second.authorize(second.begin())).query)["state"][0]
    refused(second.get(f"{BEGIN}/callback?code={stolen}&state={state}"), 502, "BED1026")
    # A session that somebody planted before is over.
    planted = Browser().signed_in().cookies["bedstone"]
    victim = Browser()
    victim.cookies["bedstone"] = planted
    victim.signed_in()
    assert victim.cookies["bedstone"] != planted
    old = Browser()
    old.cookies["bedstone"] = planted
    refused(old.get("/api/v1/status"), 401, "BED1020")
    # Nobody waits for a code that does not come.
    browser = Browser()
    state = parse_qs(urlsplit(browser.begin()).query)["state"][0]
    refused(browser.get(f"{BEGIN}/callback?error=access_denied&error_description=%3Cb%3E&state={state}"), 401, "BED1021")
    refused(browser.get(f"{BEGIN}/callback?error=server_error&state={state}"), 502, "BED1026")
    page = browser.get(f"{BEGIN}/callback?error=access_denied&error_description=%3Cb%3E&state={state}", Accept="text/html")
    check(page.headers["Content-Type"], "text/html; charset=utf-8")
    assert "&lt;b&gt;" in page.text and "<b>" not in page.text and "BED1021" in page.text, page.text


def tokens() -> None:
    """What is signed wrongly lets nobody in."""
    base = json.loads(Path("mock.json").read_text())["url"]
    for options in (
        {"algorithm": "none"}, {"algorithm": "HS256"}, {"sign_with": "stranger"}, {"lifetime": -3600}, {"iss": "https://evil.example"},
        {"claims": {"sub": "user_01EVE"}}, {"claims": {"exp": "soon"}}, {"claims": {"nbf": time.time() + 3600}}, {"claims": {"sid": ""}},
    ):  # fmt: skip
        behave(**options)
        refused(Browser().sign_in(), 502, "BED1027")
    for options in (
        {}, {"aud": "client_01TEST"}, {"iss": base + "/"}, {"iss": f"{base}/user_management/client_01TEST"},
        {"iss": "https://auth.example.com"}, {"lifetime": -20},
    ):  # fmt: skip
        behave(**options)
        check(Browser().sign_in().status, 303, options)
    # Keys are fetched once, and again when a new one signs.
    before = asked("jwks")
    behave()
    Browser().signed_in()
    check(asked("jwks"), before)
    behave(rotate=True)
    Browser().signed_in()
    check(asked("jwks"), before + 1)
    # Not for each key that somebody thinks of.
    behave(rotate=True)
    for _ in range(3):
        refused(Browser().sign_in(), 502, "BED1027")
    check(asked("jwks"), before + 1)


def people() -> None:
    """Who may come in, and as what."""

    def user(email: str, verified: bool = True, **more: str) -> None:
        behave(user={"id": f"user_{email[:3]}", "email": email, "email_verified": verified, **more})

    user("nobody@example.com")
    browser = Browser()
    refused(browser.sign_in(), 401, "BED1021")
    check("bedstone" in browser.cookies, False)
    until(lambda: len(mock().get("/mock").json["revoked"]) > 0, True)
    user("cleo@example.com")
    refused(Browser().sign_in(), 401, "BED1021")
    user("ada@example.com", verified=False)
    refused(Browser().sign_in(), 401, "BED1021")
    user("ben@example.com")
    ben = Browser().signed_in()
    check(ben.session["account"]["role"], "member")
    refused(ben.change("PUT", "/api/v1/config", {"revision": 1, "set": {"greeting": "x"}}), 403, "BED1023")
    behave()
    ada = Browser().signed_in()
    revision = ada.get("/api/v1/config").json["revision"]
    both = {"revision": revision, "set": {"super_admin_emails": ["ada@example.com", "eve@example.com", "ben@example.com"]}}
    check(ada.change("PUT", "/api/v1/config", both).status, 200)
    # It counts at once, in a session that is open; and who is named gets an account.
    check(ben.session["account"]["role"], "super_admin")
    user("eve@example.com", first_name="Eve", last_name="E")
    eve = Browser().signed_in()
    check((eve.session["account"]["name"], eve.session["account"]["role"]), ("Eve E", "super_admin"))
    revision = ada.get("/api/v1/config").json["revision"]
    check(ada.change("PUT", "/api/v1/config", {"revision": revision, "set": {"workos_new_accounts": True}}).status, 200)
    user("nobody@example.com")
    nobody = Browser().signed_in().session["account"]
    check((nobody["name"], nobody["role"]), ("nobody@example.com", "member"))


def refreshes() -> None:
    """An access token that is over is renewed once, whoever asks for it; what is over for AuthKit is over here."""
    behave(lifetime=SHORT)
    browser = Browser().signed_in()
    until(lambda: asked("refresh_token") > 0 or browser.get("/api/v1/status").status != 200, True, 30)
    check(browser.get("/api/v1/status").status, 200)

    # Many requests at once on two servers: one refresh, and no token twice.
    time.sleep(7)
    before = asked("refresh_token")
    behave(lifetime=300, delay=0.5)
    statuses: list[int] = []

    second = json.loads(Path("server2.json").read_text())["url"]
    cookie = {"Cookie": f"bedstone={browser.cookies['bedstone']}"}

    def ask(url: str) -> None:
        for _ in range(5):
            statuses.append(Client(url).get("/api/v1/status", **cookie).status)

    threads = [threading.Thread(target=ask, args=(url,)) for url in (server(), second) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(set(statuses), {200})
    until(lambda: asked("refresh_token"), before + 1)
    check(asked("replays"), 0)
    time.sleep(6)
    check(browser.get("/api/v1/status").status, 200)
    check(asked("refresh_token"), before + 1)


def troubles() -> None:
    """AuthKit is away, overloaded, or was told another key: sessions stay. It says that one is over: it is."""
    behave(lifetime=SHORT)
    browser = Browser().signed_in()
    time.sleep(6)
    for failure in ([503, {}, {"Retry-After": "1"}, 1], [429, {}, {"Retry-After": "1"}, 1], [408, None, {}, 0]):
        behave(lifetime=SHORT, fail={"refresh_token": failure})
        before = asked("refresh_token")
        until(lambda: browser.get("/api/v1/status").status == 200 and asked("refresh_token") > before, True, 20)
        check(browser.get("/api/v1/status").status, 200)
    behave(lifetime=SHORT, end_session=True)
    until(lambda: browser.get("/api/v1/status").status, 401, 30)

    # While signing in it is told, with the time to wait.
    for status, failure in ((502, [500, {}, {}, 1]), (502, [429, {}, {"Retry-After": "7"}, 1])):
        behave(fail={"authorization_code": failure})
        reply = Browser().sign_in()
        refused(reply, status, "BED1025")
        check(reply.headers["Retry-After"], failure[2].get("Retry-After", "30"))
    for body in ({"error": "invalid_grant"}, {"code": "mfa_enrollment", "message": "\u001b[2J", "pending_authentication_token": "canary"}):
        behave(fail={"authorization_code": [403, body, {}, 1]})
        refused(Browser().sign_in(), 502, "BED1026")
    behave(api_key="sk_another")
    refused(Browser().sign_in(), 502, "BED1026")
    behave(fail={"authorization_code": [200, {"user": None}, {}, 1]})
    assert Browser().sign_in().status == 502
    behave()
    Browser().signed_in()


def leaving() -> None:
    """Signing out ends the session there, too."""
    behave()
    browser = Browser().signed_in()
    reply = browser.change("DELETE", "/api/v1/session")
    there = urlsplit(reply.json["continue"])
    check(there.path, "/user_management/sessions/logout")
    query = parse_qs(there.query)
    check(query["return_to"], [server() + "/sign-in"])
    check(mock().get(f"{there.path}?{there.query}").status, 302)
    check(browser.session["signed_in"], False)

    here, elsewhere = Browser().signed_in(), Browser().signed_in()
    known = mock().get("/mock").json["revoked"]
    behave(fail={"revoke": [503, {}, {"Retry-After": "1"}, 1]})
    reply = here.change("DELETE", "/api/v1/sessions")
    assert reply.json["ended"] >= 2 and "continue" in reply.json, reply.text
    refused(elsewhere.get("/api/v1/status"), 401, "BED1020")
    # The other one at AuthKit, although it was busy at first; this browser goes there by itself.
    until(lambda: len(mock().get("/mock").json["revoked"]) > len(known), True)


def flood() -> None:
    """Codes that are none make AuthKit no work without end."""
    behave()
    codes = []
    for _ in range(30):
        browser = Browser(X_Forwarded_For="192.0.2.44")
        state = parse_qs(urlsplit(browser.begin()).query)["state"][0]
        codes.append(browser.get(f"{BEGIN}/callback?code=guess&state={state}").code)
    assert codes[0] == "BED1026" and codes[-1] == "BED1022", codes
    Browser(X_Forwarded_For="192.0.2.45").signed_in()


def again() -> None:
    behave()
    Browser().signed_in()


def begins() -> None:
    assert Browser().begin().startswith("https://api.workos.com/user_management/authorize?")


def nobody() -> None:
    browser = Browser()
    address = browser.begin()
    assert address.startswith("http://127.0.0.1:1/"), address
    state = parse_qs(urlsplit(address).query)["state"][0]
    refused(browser.get(f"{BEGIN}/callback?code=x&state={state}"), 502, "BED1025")


def wrong() -> None:
    """Settings that do not do."""
    for wanted in sys.argv[2:]:
        reply = Browser().get(BEGIN)
        check(reply.code, wanted, reply.text)
        assert "sk_" not in reply.text, reply.text


globals()[sys.argv[1]]()
