"""What the stories about `bedstone serve` do: python3 scenarios.py NAME, in the story's folder."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import sys
import time
from urllib.parse import urlsplit

from client import ADA, BEN, Client, check, server, setup_token, signed_in


def probes() -> None:
    client = Client(server())
    check(client.get("/livez").json, {"status": "pass"})
    for path in ("/readyz", "/healthz"):
        reply = client.get(path)
        check((reply.status, reply.json), (200, {"status": "pass"}), path)
    inside = signed_in(ADA).get("/readyz").json
    check(inside["checks"]["schema"][0]["status"], "pass")
    metrics = client.get("/metrics").text
    for line in ("bedstone_database_up 1", 'bedstone_runs_total{result="done"} ', "bedstone_config_revision "):
        assert line in metrics, (line, metrics)
    assert "canary" not in metrics
    check(client.get("/metrics", X_Forwarded_For="192.0.2.1").code, "BED1015")
    check(client.call("HEAD", "/livez").text, "")
    check(client.get("/nothing").code, "BED1010")
    refused = client.call("DELETE", "/livez")
    check((refused.status, refused.code, refused.headers["Allow"]), (405, "BED1011", "GET, HEAD, OPTIONS"))


def routes() -> None:
    """Each operation of the document is there, and says who may call it."""
    document = Client(server()).get("/api/v1/openapi.json").json
    operations = [
        (method, path, operation) for path, methods in document["paths"].items() for method, operation in methods.items()
    ]
    assert len(operations) > 25, len(operations)
    for method, path, operation in operations:
        if "/sign-in/workos" in path:
            # People sign in with passwords here.
            check(Client(server()).get(path).code, "BED1021", path)
            continue
        reply = Client(server()).call(method.upper(), path.replace("{id}", "1").replace("{name}", "port").replace("{table}", "models"))
        wanted = {"[]": (200, 400), "setup": (410,)}.get(str(operation["security"]) if not operation["security"] else "", ())
        security = [name for one in operation["security"] for name in one]
        if "setup" in security:
            check(reply.code, "BED1031", path)
        elif {} in operation["security"]:
            check(reply.status, 200, path)
        elif security:
            check(reply.status, 401, path)
        else:
            assert reply.status in wanted, (method, path, reply.status)
    check(Client(server()).call("PATCH", "/api/v1/config").status, 405)


def signing_in() -> None:
    signed_in(ADA).call("DELETE", "/api/v1/sessions")
    client = Client(server())
    check(client.get("/api/v1/status").code, "BED1020")
    check(client.sign_in("nobody@example.com", "x" * 12).code, "BED1021")
    check(client.sign_in(ADA[0], "wrong-password-1").code, "BED1021")
    check(client.sign_in("cleo@example.com", ADA[1]).code, "BED1021", "a disabled account")
    reply = client.sign_in("ADA@example.com", ADA[1])
    check((reply.status, reply.json["account"]["role"]), (200, "super_admin"))
    cookie = reply.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie, cookie
    check(client.get("/api/v1/session").json["csrf"], client.csrf)
    check(client.get("/api/v1/status").json["database"]["state"], "current")

    # A session that somebody planted before is not the one afterwards, and ends.
    planted = client.cookie
    check(client.sign_in(*ADA).status, 200)
    assert client.cookie != planted
    check(Client(server()).get("/api/v1/status", Cookie=planted).code, "BED1020")

    # Over TLS, as a trusted proxy says, the cookie is one that no plain page can plant.
    proxied = Client(server())
    cookie = proxied.sign_in(*ADA, X_Forwarded_For="192.0.2.9", X_Forwarded_Proto="https").headers["Set-Cookie"]
    assert cookie.startswith("__Host-bedstone=") and "Secure" in cookie, cookie

    other = signed_in(ADA)
    check(len(client.get("/api/v1/sessions").json["sessions"]), 3)
    check(client.call("DELETE", "/api/v1/session").status, 200)
    check(client.get("/api/v1/status").code, "BED1020")
    stream = other.cookie
    check(other.call("DELETE", "/api/v1/sessions").json["ended"], 2)
    check(Client(server()).get("/api/v1/status", Cookie=stream).code, "BED1020")


def forgeries() -> None:
    client = signed_in(ADA)
    change = {"revision": 99, "set": {"greeting": "forged"}}
    token = client.csrf

    def put(**headers: str) -> str:
        return client.call("PUT", "/api/v1/config", change, **headers).code

    check(put(X_CSRF_Token=""), "BED1014")
    check(put(X_CSRF_Token=token[:-1] + "_"), "BED1014")
    check(put(Origin="https://evil.example"), "BED1014")
    check(put(Origin="null"), "BED1014")
    check(put(Sec_Fetch_Site="cross-site"), "BED1014")
    check(put(Sec_Fetch_Site="same-site", Origin="https://neighbour.example"), "BED1014")
    check(client.call("PUT", "/api/v1/config", "{}", Content_Type="text/plain").code, "BED1012")
    check(client.get("/livez", Host="evil.example").code, "BED1014")
    check(client.get("/livez", Host="127.evil.example").code, "BED1014")
    check(client.sign_in(*ADA, Origin="https://evil.example").code, "BED1014")
    assert "forged" not in client.get("/api/v1/config").text
    check(client.get("/api/v1/config/explain/greeting").status, 200)


def guesses() -> None:
    client = Client(server())
    for _ in range(6):
        check(client.sign_in(BEN[0], "guess-after-guess").code, "BED1021")
    slowed = client.sign_in(*BEN)
    check((slowed.status, slowed.code), (429, "BED1022"))
    assert 1 <= int(slowed.headers["Retry-After"]) <= 2, slowed.headers["Retry-After"]
    # Neither others from here, nor the same account from elsewhere, pay for it.
    check(client.sign_in(*ADA).status, 200)
    check(Client(server()).sign_in(*BEN, X_Forwarded_For="192.0.2.77").status, 200)
    time.sleep(2)
    check(client.sign_in(*BEN).status, 200)

    # Another address of the same network is the same guesser.
    for number in range(6):
        check(client.sign_in(BEN[0], "guess-after-guess", X_Forwarded_For=f"2001:db8:1:2::{number}").code, "BED1021")
    check(client.sign_in(*BEN, X_Forwarded_For="2001:db8:1:2:ffff::9").code, "BED1022")
    check(client.sign_in(*BEN, X_Forwarded_For="2001:db8:1:3::1").status, 200)

    # Unknown accounts cost what known ones do: a hash. The best of many tries in turn, until a busy machine has spared one of each.
    fastest = {ADA[0]: 99.0, "nobody@example.com": 99.0}
    for number in range(25):
        for email in fastest:
            begun = time.monotonic()
            Client(server()).sign_in(email, "wrong-password-1", X_Forwarded_For=f"198.51.100.{number}")
            fastest[email] = min(fastest[email], time.monotonic() - begun)
        known, unknown = fastest.values()
        if number >= 4 and 0.5 < known / unknown < 2:
            return
    raise AssertionError(fastest)


def passwords() -> None:
    client, elsewhere = signed_in(BEN), signed_in(BEN)

    def change(current: str, new: str) -> str:
        return client.call("POST", "/api/v1/password", {"current": current, "new": new}).code

    check(change(BEN[1], "short"), "BED1024")
    check(change(BEN[1], BEN[1]), "BED1024")
    check(change("not-the-password", "a-new-password-1"), "BED1021")
    reply = client.call("POST", "/api/v1/password", {"current": BEN[1], "new": "a-new-password-1"})
    check(reply.status, 200)
    check(client.get("/api/v1/status").status, 200)
    check(elsewhere.get("/api/v1/status").code, "BED1020")
    check(Client(server()).sign_in(*BEN).code, "BED1021")
    check(Client(server()).sign_in(BEN[0], "a-new-password-1").status, 200)


def settings() -> None:
    admin = signed_in(ADA)
    page = admin.get("/api/v1/config").json
    assert "canary" not in json.dumps(page)
    revision = page["revision"]
    reply = admin.call("PUT", "/api/v1/config", {"revision": revision, "set": {"greeting": "good day", "count": 7}, "reason": "a test"})
    check(reply.status, 200, reply.text)
    values = {one["name"]: one["value"] for one in admin.get("/api/v1/config").json["settings"]}
    check((values["greeting"], values["count"]), ("good day", "7"))
    entry = admin.get("/api/v1/config/history?name=greeting&limit=1").json["entries"][0]
    check((entry["by"], entry["reason"]), ("ada@example.com", "a test"))

    # Two people at once: the second is told, and nothing is lost.
    late = admin.call("PUT", "/api/v1/config", {"revision": revision, "set": {"greeting": "too late"}})
    check(late.status, 409)
    assert "ada@example.com" in late.text, late.text
    wrong = admin.call("PUT", "/api/v1/config", {"revision": revision + 2, "set": {"count": "many", "greetin": "x"}})
    check((wrong.status, len(wrong.json["errors"])), (422, 2), wrong.text)
    check(admin.call("PUT", "/api/v1/config", {"set": {"count": 1}}).code, "BED1012")
    check(admin.call("PUT", "/api/v1/config", {"revision": 1, "sett": {}}).code, "BED1012")

    now = admin.get("/api/v1/config").json["revision"]
    back = admin.call("POST", "/api/v1/config/rollback", {"to": revision, "revision": now})
    check(back.status, 200, back.text)
    values = {one["name"]: one["value"] for one in admin.get("/api/v1/config").json["settings"]}
    check(values["greeting"], "hello")

    document = admin.call("POST", "/api/v1/config/export", {}).json["document"]
    now = admin.get("/api/v1/config").json["revision"]
    taken = admin.call("POST", "/api/v1/config/import", {"document": document, "revision": now, "dry_run": True})
    check(taken.status, 200, taken.text)
    check(admin.get("/api/v1/config/validate").status, 200)
    check(admin.get("/api/v1/config/explain/nothing").status, 404)
    programs = [one["program"] for one in admin.get("/api/v1/config/instances").json["instances"]]
    check(programs, ["bedstone serve"])


def roles() -> None:
    member, admin = signed_in(BEN), signed_in(ADA)
    check(member.get("/api/v1/session").json["account"]["role"], "member")
    check(member.get("/api/v1/config").status, 200)
    revision = member.get("/api/v1/config").json["revision"]
    mine = {"revision": revision, "set": {"greeting": "mine"}}
    check(member.call("PUT", "/api/v1/config", mine).code, "BED1023")
    both = {"revision": revision, "set": {"super_admin_emails": ["ada@example.com", "ben@example.com"]}}
    check(admin.call("PUT", "/api/v1/config", both).status, 200)
    # It counts at once, in a session that is open.
    check(member.call("PUT", "/api/v1/config", mine | {"revision": revision + 1}).status, 200)
    only_ben = {"revision": revision + 2, "set": {"super_admin_emails": ["ben@example.com"]}}
    check(member.call("PUT", "/api/v1/config", only_ben).status, 200)
    check(admin.call("PUT", "/api/v1/config", mine).code, "BED1023")


def failed_up() -> None:
    """What an `up` failed with may hold what stands in rows: members read what kind of error it was."""
    admin, member = signed_in(BEN), signed_in(ADA)  # As roles() left them.
    check(admin.call("POST", "/api/v1/up").status, 202)
    end = time.monotonic() + 30
    while admin.get("/api/v1/status").json["server"]["up"]["success"]:
        assert time.monotonic() < end, "it does not fail"
        time.sleep(0.1)
    for path in ("/api/v1/status", "/api/v1/overview"):
        told, withheld = (one.get(path).json["server"]["up"]["errors"][0] for one in (admin, member))
        assert "ada@example.com" in str(told), told
        check(withheld["code"], told["code"])
        assert withheld["message"] and withheld["message"] != told["message"], withheld
        for reply in (member.get(path), member.get("/api/v1/runs"), member.get("/readyz")):
            assert reply.status in (200, 503) and "ada@example.com" not in reply.text, reply.text


def tables() -> None:
    """Rows of seeded tables: looked at, changed, and nobody's change lost."""
    admin, member = signed_in(ADA), signed_in(BEN)
    names = {one["name"]: one["writable"] for one in member.get("/api/v1/tables").json["tables"]}
    check(names, {"accounts": False, "models": False})
    page = admin.get("/api/v1/tables/models?order=name&limit=2").json
    check((page["total"], page["key"], page["writable"]), (3, ["id"], True))
    check([row["name"] for row in page["rows"]], ["big", "middle"])
    first = page["rows"][0]
    check((first["active"], first["api_key"]), (True, "********"))
    check([one["name"] for one in page["columns"] if one["hidden"]], ["api_key"])
    check(admin.get("/api/v1/tables/models?search=SMA").json["total"], 1)
    check(admin.get("/api/v1/tables/models?search=canary").json["total"], 0, "secrets are not searched")
    assert "canary" not in admin.get("/api/v1/tables/models").text
    check(admin.get("/api/v1/tables/system_config").status, 404)

    key = {"id": first["id"]}
    path = "/api/v1/tables/models"
    change = {"key": key, "before": {"name": "big", "active": True}, "values": {"size": 99.5, "active": False}}
    check(member.call("PATCH", path, change).code, "BED1023")
    check(admin.call("PATCH", path, change).status, 200)
    check(admin.call("PATCH", path, change).code, "BED1032", "the row is not what it was")
    check(admin.call("PATCH", path, change | {"key": {"name": "big"}}).code, "BED1012")
    check(admin.call("PATCH", path, change | {"values": {"api_key": "x"}}).code, "BED1012")
    check(admin.call("PATCH", path, change | {"values": {"nam": "x"}}).code, "BED1012")
    row = admin.get(path + "?search=big").json["rows"][0]
    check((row["active"], row["size"]), (False, "99.5"))

    difference = json.dumps(admin.get("/api/v1/tables/models/differences").json)
    assert "99.5" in difference and "canary" not in difference, difference
    twice = admin.call("POST", path, {"values": {"name": "small"}})
    check(twice.status, 422, twice.text)
    check(admin.call("POST", path, {"values": {"name": "'); drop table models; --", "active": True}}).status, 201)
    mine = admin.get(path + "?search=drop").json["rows"][0]
    gone = {"key": {"id": mine["id"]}, "before": {"name": mine["name"]}}
    check(admin.call("DELETE", path, gone).status, 200)
    check(admin.call("DELETE", path, gone).status, 409)
    check(admin.get(path).json["total"], 3)
    check(admin.get("/api/v1/health").json["schema"], "bedstone.health/1")
    check(admin.get("/api/v1/errors").status, 200)
    check(admin.get("/api/v1/plan").json["state"], "current")


def pages() -> None:
    reply = Client(server()).get("/robots.txt")
    check((reply.status, reply.headers["Content-Type"]), (200, "text/plain; charset=utf-8"))
    again = Client(server()).get("/robots.txt", If_None_Match=reply.headers["ETag"])
    check((again.status, again.text), (304, ""))


def headers() -> None:
    """CORS, HSTS and the report URI come from the settings of the moment."""
    admin = signed_in(ADA)
    far = {"Origin": "https://app.example"}
    plain = admin.get("/livez", **far)
    check((plain.headers["Access-Control-Allow-Origin"], plain.headers["Strict-Transport-Security"]), (None, None))
    assert "report-uri" not in plain.headers["Content-Security-Policy"]
    revision = admin.get("/api/v1/config").json["revision"]
    wanted = {
        "allowed_origins": ["https://app.example"],
        "enable_hsts": True,
        "csp_report_uri": "https://reports.example/csp",
    }
    check(admin.call("PUT", "/api/v1/config", {"revision": revision, "set": wanted}).status, 200)
    changed = admin.get("/livez", X_Forwarded_For="192.0.2.9", X_Forwarded_Proto="https", **far)
    check(changed.headers["Access-Control-Allow-Origin"], "https://app.example")
    check(changed.headers["Vary"], "Origin")
    check(changed.headers["Strict-Transport-Security"], "max-age=31536000")
    assert changed.headers["Content-Security-Policy"].endswith("; report-uri https://reports.example/csp")
    check(admin.get("/livez", **far).headers["Strict-Transport-Security"], None, "over plain HTTP")
    check(admin.get("/livez", Origin="https://evil.example").headers["Access-Control-Allow-Origin"], None)
    preflight = admin.call("OPTIONS", "/api/v1/config", Access_Control_Request_Method="PUT", **far)
    check((preflight.status, preflight.headers["Access-Control-Allow-Methods"]), (204, "GET, HEAD, PUT, OPTIONS"))


def webhook() -> None:
    def post(body: str = "{}", **headers: str) -> int:
        return Client(server()).call("POST", "/api/v1/reload", body, **headers).status

    secret = "canary-reload-token"
    signature = hmac.new(secret.encode(), b"{}", hashlib.sha256).hexdigest()
    check(post(), 401)
    check(post(Authorization="Bearer canary-reload-toke"), 401)
    check(post(Authorization=f"Bearer {secret}"), 200)
    check(post(X_Hub_Signature_256=f"sha256={signature}"), 200)
    check(post("{ }", X_Hub_Signature_256=f"sha256={signature}"), 401)


def events() -> None:
    admin = signed_in(ADA)
    parts = urlsplit(server())
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.request("GET", "/api/v1/events", headers={"Cookie": admin.cookie})
    response = connection.getresponse()
    check(response.headers["Content-Type"], "text/event-stream; charset=utf-8")
    revision = admin.get("/api/v1/config").json["revision"]
    admin.call("PUT", "/api/v1/config", {"revision": revision, "set": {"greeting": "told"}})

    def read(kind: str) -> dict:
        while True:
            line = response.readline().decode()
            assert line, f"the stream ended before {kind}"
            if line == f"event: {kind}\n":
                return json.loads(response.readline().decode().removeprefix("data: "))

    check(read("config")["keys"], ["greeting"])
    check(admin.call("POST", "/api/v1/up").status, 202)
    check(read("up")["success"], True)
    admin.call("DELETE", "/api/v1/session")
    while response.readline():
        pass  # Signing out ends it.
    check(Client(server()).get("/api/v1/events").code, "BED1020")


def setup() -> None:
    client = Client(server())
    check(client.get("/api/v1/session").json["setup_open"], True)
    check(client.get("/readyz").json, {"status": "warn"})
    wanted = {
        "mode": "local",
        "admins": ["eve@example.com"],
        "account": {"email": "eve@example.com", "name": "Eve", "password": "the-first-password"},
    }

    def post(body: dict, token: str) -> str:
        reply = client.call("POST", "/api/v1/setup", body, Bedstone_Setup_Token=token)
        return "done" if reply.status == 200 else reply.code

    token = setup_token()
    # Pages of elsewhere reach it under no name, and who has no token learns nothing.
    check(client.get("/setup", Host="evil.example").code, "BED1014")
    check(client.get("/", Accept="text/html").headers["Location"], "/setup")
    check(client.get("/api/v1/setup/form").code, "BED1030")
    check(client.get("/api/v1/setup").json, {"open": True, "project": "hub", "by": None})
    form = client.get("/api/v1/setup/form", Bedstone_Setup_Token=token)
    check((form.json["setup"]["mode"], form.json["accounts"]), ("app_mode", True))
    assert "canary" not in form.text
    check(client.call("POST", "/api/v1/setup", wanted).code, "BED1030")
    foreign = client.call("POST", "/api/v1/setup", wanted, Bedstone_Setup_Token=token, Sec_Fetch_Site="cross-site")
    check(foreign.code, "BED1014")
    check(post(wanted, token[:-1] + ("a" if token[-1] != "a" else "b")), "BED1030")
    check(client.call("POST", "/api/v1/setup", wanted, Bedstone_Setup_Token=token, Origin="https://evil.example").code, "BED1014")
    check(post(wanted | {"account": wanted["account"] | {"password": "short"}}, token), "BED1024")
    check(post(wanted | {"mode": "nonsense"}, token), "BED0902")
    check(client.sign_in("eve@example.com", "the-first-password").code, "BED0935")
    check(post(wanted | {"dry_run": True}, token), "done")
    check(client.get("/api/v1/setup").json["open"], True)
    check(post(wanted, token), "done")
    check(post(wanted, token), "BED1031")
    check(client.get("/api/v1/setup").json, {"open": False, "project": "hub", "by": None})
    by = client.get("/api/v1/setup", Bedstone_Setup_Token=token).json["by"]
    assert by.startswith("eve@example.com did it, from 127.0.0.1, at "), by
    check(client.get("/", Accept="text/html").status, 200)
    check(client.sign_in("eve@example.com", "the-first-password").json["account"]["role"], "super_admin")


def away() -> None:
    """The database is gone: said so, and no lie."""
    client = Client(server())
    check(client.get("/livez").status, 200)
    reply = client.get("/readyz")
    check((reply.status, reply.json), (503, {"status": "fail"}))
    assert "bedstone_database_up 0" in client.get("/metrics").text
    check(client.sign_in(*ADA).status, 503)


def undecided() -> None:
    """A server that never saw its database does not say that the setup is done."""
    reply = Client(server()).get("/api/v1/setup")
    check((reply.status, reply.code), (503, "BED0509"), reply.text)


def back() -> None:
    """It is there again, without anybody's help."""
    end = time.monotonic() + 30
    while Client(server()).get("/readyz").status != 200:
        assert time.monotonic() < end, "it does not recover"
        time.sleep(0.2)
    check(signed_in(ADA).get("/api/v1/status").json["server"]["up"]["success"], True)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
