"""What the console's pages for settings, health and errors ask the server: python3 configuration.py NAME, in the story's folder."""

from __future__ import annotations

import json
import sys
import time

from client import ADA, BEN, Client, check, server, signed_in

SECRET = "canary-sk-live-4711-secret"


def revision(client: Client) -> int:
    return client.get("/api/v1/config").json["revision"]


def put(client: Client, **body: object):
    return client.call("PUT", "/api/v1/config", {"revision": revision(client)} | body)


def state(client: Client, name: str) -> dict:
    return next(one for one in client.get("/api/v1/config").json["settings"] if one["name"] == name)


def form() -> None:
    """All that a form needs stands in one answer, and no value of a secret."""
    admin, member = signed_in(ADA), signed_in(BEN)
    page = admin.get("/api/v1/config/form").json
    fields = {one["name"]: one for one in page["settings"]}
    check([fields[name]["type"] for name in ("greeting", "count", "tags", "mode", "limits")], ["string", "int", "list", "enum", "json"])
    check((fields["count"]["min"], fields["count"]["max"], fields["count"]["default"]), ("1", "9", "1"))
    check((fields["tags"]["items"], fields["tags"]["schema"]), ("string", {"maxItems": 3, "items": {"maxLength": 5}}))
    check((fields["mode"]["values"], fields["service_url"]["requires"]), (["local", "remote"], {"mode": ["remote"]}))
    check((fields["greeting"]["group"], fields["greeting"]["description"]), ("Words", "What is said first"))
    check((fields["locked_count"]["pinned"], fields["locked_count"]["variable"]), (True, "LOCKED_COUNT"))
    check((fields["api_key"]["secret"], fields["api_key"]["default"], fields["cookie"]["generate"], fields["cookie"]["generate_length"]),
          (True, None, "token", 40))
    check((fields["count"]["restart"], fields["wait"]["min"], fields["wait"]["default"]), (True, "1s", "1m"))
    check((fields["greeting"]["file"], fields["greeting"]["changed"]), ("settings.yaml", None))
    assert fields["greeting"]["line"] > 0 and page["key"], page
    check(member.get("/api/v1/config/form").json["key"], None)

    check(put(admin, set={"greeting": "hi"}, reason="shorter").status, 200)
    fields = {one["name"]: one for one in member.get("/api/v1/config/form").json["settings"]}
    changed = fields["greeting"]["changed"]
    check((changed["by"], changed["reason"], changed["revision"]), (ADA[0], "shorter", revision(admin)))
    check(put(admin, set={"count": 3}).status, 200)
    check(admin.get("/api/v1/config/form").json["restart_needed"], ["count"])
    check(put(admin, unset=["count"]).status, 200)


def refusals() -> None:
    """Everything that is wrong is told at once, by the setting's name, and nothing is changed."""
    admin = signed_in(ADA)
    before = revision(admin)
    wrong = {"count": 10, "tags": ["a", "toolong"], "wait": "soon", "locked_count": 5, "api_key": "********", "greetin": "x", "mode": "remote"}
    reply = put(admin, set=wrong)
    check(reply.status, 422, reply.text)
    found = sorted((one.get("setting", ""), one["code"]) for one in reply.json["errors"])
    check(
        found,
        [("api_key", "BED0907"), ("count", "BED0902"), ("greetin", "BED0903"), ("locked_count", "BED0908"), ("service_url", "BED0904"),
         ("tags", "BED0902"), ("wait", "BED0902")],
        reply.text,
    )
    check(revision(admin), before)
    check(put(admin, set={"greetin": "x"}).status, 422)
    check(put(admin, set={"mode": "remote", "service_url": "https://service.example"}, dry_run=True).status, 200)
    check(revision(admin), before, "a dry run")
    late = admin.call("PUT", "/api/v1/config", {"revision": before - 3, "set": {"greeting": "late"}})
    check((late.status, late.json["errors"][0]["setting"]), (409, "greeting"), late.text)


def secrets() -> None:
    """A secret is replaced, made anew, removed; never shown, and no mask of it takes its place."""
    admin, member = signed_in(ADA), signed_in(BEN)
    check(put(admin, set={"api_key": SECRET}).status, 200)
    check((state(admin, "api_key")["value"], state(admin, "api_key")["stored"]), ("********", True))
    for mask in ("********", "••••", "****", "sk-…cret", "canary-…secret", "sk-...cret", "AKIA************WXYZ", SECRET[:4] + "•••"):
        reply = put(admin, set={"api_key": mask})
        check((reply.status, reply.code, reply.json["errors"][0]["setting"]), (422, "BED0907", "api_key"), mask)
    listed = put(admin, set={"tokens": ["a-real-one", "sk-…cret"]})
    check((listed.status, listed.code), (422, "BED0907"), listed.text)
    before = revision(admin)
    made = put(admin, generate=["cookie"])
    check((made.status, made.json["settings"][0]["effect"], made.json["settings"][0]["after"]), (200, "made", "********"), made.text)
    check(revision(admin), before + 1)
    check(put(admin, generate=["cookie"]).json["revision"], before + 2, "a new one each time")
    check(put(admin, generate=["greeting"]).json["errors"][0]["setting"], "greeting")
    check(put(admin, generate=["locked_count"]).status, 422)
    for client in (admin, member):
        everything = [
            client.get(path).text
            for path in ("/api/v1/config", "/api/v1/config/form", "/api/v1/config/history?limit=200", "/api/v1/config/explain/api_key",
                         "/api/v1/config/validate", "/api/v1/config/instances")
        ]
        assert SECRET not in "".join(everything), everything
    exported = admin.call("POST", "/api/v1/config/export", {})
    check((exported.json["left_out"], SECRET in exported.text), (["api_key", "cookie"], False), exported.text)
    short = admin.call("POST", "/api/v1/config/export", {"passphrase": "short"})
    check(short.status, 422, short.text)
    sealed = admin.call("POST", "/api/v1/config/export", {"passphrase": "a-long-passphrase"})
    check((sealed.status, SECRET in sealed.text), (200, False))
    check(put(admin, unset=["api_key"]).status, 200)
    body = {"document": sealed.json["document"], "revision": revision(admin), "dry_run": True}
    check(admin.call("POST", "/api/v1/config/import", body).status, 422, "without the passphrase")
    body["passphrase"] = "a-long-passphrase"
    preview = admin.call("POST", "/api/v1/config/import", body)
    check(preview.status, 200, preview.text)
    effects = {one["name"]: (one["effect"], one["after"]) for one in preview.json["settings"]}
    check(effects["api_key"], ("added", "********"), preview.text)
    check(state(admin, "api_key")["stored"], False, "a preview changes nothing")


def rollback() -> None:
    admin = signed_in(ADA)
    check(put(admin, set={"greeting": "one"}).status, 200)
    then = revision(admin)
    check(put(admin, set={"greeting": "two", "tags": ["x"]}).status, 200)
    now = revision(admin)
    preview = admin.call("POST", "/api/v1/config/rollback", {"to": then, "revision": now, "dry_run": True})
    check(preview.status, 200, preview.text)
    check(sorted((one["name"], one["before"], one["after"]) for one in preview.json["settings"]),
          [("greeting", "two", "one"), ("tags", '["x"]', None)])
    check((revision(admin), state(admin, "greeting")["value"]), (now, "two"))
    check(admin.call("POST", "/api/v1/config/rollback", {"to": then, "revision": now}).status, 200)
    check(state(admin, "greeting")["value"], "one")
    check(admin.call("POST", "/api/v1/config/rollback", {"to": 9999, "revision": now}).status, 404)
    # Who rolls back what somebody else changed after they looked is told.
    check(put(admin, set={"greeting": "three"}).status, 200)
    check(admin.call("POST", "/api/v1/config/rollback", {"to": now, "revision": now}).status, 409)


def health() -> None:
    """Checks that ran are kept, and come back as series."""
    admin, member = signed_in(ADA), signed_in(BEN)
    report = member.get("/api/v1/health").json
    assert {"connection", "schema", "settings"} <= {one["id"] for one in report["checks"]}, report
    refused = member.call("POST", "/api/v1/health", {})
    check(refused.code, "BED1023")
    done = admin.call("POST", "/api/v1/health", {"all": True})
    check((done.status, done.json["schema"]), (200, "bedstone.health/1"), done.text)
    assert len(done.json["checks"]) > len(report["checks"]), "all are more than the fast ones"
    one = admin.call("POST", "/api/v1/health", {"checks": ["schema"]})
    check([check_["id"] for check_ in one.json["checks"]], ["schema"])
    wrong = admin.call("POST", "/api/v1/health", {"checks": ["nonsense"]})
    check((wrong.status, wrong.code), (422, "BED0971"), wrong.text)

    for query, width in (("", 1800), ("?past=7d", 10800), ("?past=30d", 54000), ("?past=1h&points=30", 120), ("?past=365d", 604800), ("?past=1s", 60)):
        page = member.get("/api/v1/health/history" + query).json
        check(page["width"], width, query)
        schema = next(item for item in page["series"] if item["id"] == "schema")
        for name in ("passed", "warned", "failed", "mean", "longest"):
            check(len(schema[name]), page["spans"], (query, name))
        assert sum(schema["passed"]) >= 2 and schema["mean"][-1] is not None, (query, schema)
    only = member.get("/api/v1/health/history?check=schema&points=5").json
    check([item["id"] for item in only["series"]], ["schema"])
    check({item["id"] for item in only["checks"]}, {"schema"})
    check(only["checks"][0]["success_rate"], 1.0)
    check(member.get("/api/v1/health/history?check=nonsense").status, 422)


def watched() -> None:
    """The server itself checks again and again; what goes wrong is a change in the history, and so is its end."""
    client = signed_in(BEN)

    def outcomes() -> list[str]:
        page = client.get("/api/v1/health/history?past=1h&check=settings").json
        return [one["after"] for one in reversed(page["changes"])]

    end = time.monotonic() + 20
    while outcomes() != sys.argv[2:]:
        assert time.monotonic() < end, (outcomes(), sys.argv[2:])
        time.sleep(0.2)


def errors() -> None:
    """What failed: patterns for all, what was in them for admins."""
    admin, member = signed_in(ADA), signed_in(BEN)
    mine, theirs = admin.get("/api/v1/errors").json["patterns"], member.get("/api/v1/errors").json["patterns"]
    broken = [one for one in mine if one["count"] == 2]
    check(len(broken), 1, mine)
    fingerprint = broken[0]["fingerprint"]
    assert "canary-row" in json.dumps(broken), broken
    bare = next(one for one in theirs if one["fingerprint"] == fingerprint)
    check((bare["code"], bare["count"], bare["first_seen"]), (broken[0]["code"], 2, broken[0]["first_seen"]))
    check((bare["statement"], bare["cause"], bare["hint"], bare["file"], bare["hosts"]), (None, None, None, None, []))
    assert bare["message"] and bare["message"] != broken[0]["message"], bare
    assert "canary-row" not in json.dumps(theirs), theirs
    assert broken[0]["resolution"] and bare["resolution"]["run_id"] == broken[0]["resolution"]["run_id"], bare

    run = broken[0]["runs"][0]
    assert "canary-row" in admin.get(f"/api/v1/runs/{run}").text
    for path in (f"/api/v1/runs/{run}", "/api/v1/runs"):
        reply = member.get(path)
        check((reply.status, "canary-row" in reply.text), (200, False), path)

    page = admin.get("/api/v1/errors/series?past=1h&points=12").json
    check((page["width"], page["spans"], page["restricted"]), (300, 12, False))
    check(sum(page["patterns"][fingerprint]), 2)
    code = next(one for one in page["codes"] if one["code"] == broken[0]["code"])
    check((code["count"], sum(code["series"]), code["open"]), (2, 2, 0))
    assert code["summary"], code
    check(len(code["series"]), 12)
    check(sum(page["runs"]["failed"]) + sum(page["runs"]["done"]) >= 3, True, page["runs"])
    page = member.get("/api/v1/errors/series").json
    check((page["restricted"], "canary-row" in json.dumps(page)), (True, False))


if __name__ == "__main__":
    globals()[sys.argv[1]]()
