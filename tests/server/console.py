"""What the stories about the console's data do: python3 console.py NAME, in the story's folder."""

from __future__ import annotations

import json
import sys
from urllib.parse import quote

from client import ADA, BEN, Client, Reply, check, server, signed_in

MODELS = "/api/v1/tables/models"


def page(client: Client, **asked: str) -> dict:
    query = "&".join(f"{name}={quote(value)}" for name, value in asked.items())
    reply = client.get(f"{MODELS}?{query}")
    check(reply.status, 200, reply.text)
    return reply.json


def row(client: Client, name: str) -> tuple[dict, dict]:
    found = page(client, filter=json.dumps({"name": name}))
    check(found["total"], 1, name)
    return found["rows"][0], found["origins"][0]


def change(client: Client, of: str, /, **values: object) -> Reply:
    it, _ = row(client, of)
    return client.call("PATCH", MODELS, {"key": {"id": it["id"]}, "before": {"name": of}, "values": values})


def fields(reply: Reply) -> dict[str, str]:
    check(reply.status, 422, reply.text)
    return {error.get("field", ""): error["message"] for error in reply.json["errors"]}


def origins() -> None:
    """Whose each row is: ours, edited by an operator, an operator's own, removed."""
    admin = signed_in(ADA)
    listed = {one["name"]: one for one in admin.get("/api/v1/tables").json["tables"]}
    check(list(listed), ["accounts", "models", "tools", "gone"])
    check(listed["models"]["origins"], {"ours": 3, "edited": 0, "own": 0, "removed": 0})
    check((listed["models"]["rows"], listed["models"]["counted"]), (3, True))
    check(listed["gone"]["problem"]["code"], "BED0508")
    check([one["set"] for one in listed["tools"]["sets"]], ["tools", "more-tools"])

    first = page(admin)
    check({one["origin"] for one in first["origins"]}, {"ours"})
    check(first["origins"][0]["set"], "models")
    # The key has two columns; the file gives them in another order than the table.
    assert first["origins"][0]["row_key"] in ("1|big", "big|1"), first["origins"][0]

    check(change(admin, "big", size=99.5, active=False).status, 200)
    check(row(admin, "big")[1]["edited"], ["size", "active"])
    check(row(admin, "big")[1]["origin"], "edited")
    added = {"account_id": 1, "name": "mine", "kind": "chat", "born": "2026-11-22"}
    check(admin.call("POST", MODELS, {"values": added}).status, 201)
    check(row(admin, "mine")[1], {"origin": "own", "edited": [], "set": None, "row_key": None})
    small, _ = row(admin, "small")
    gone = {"key": {"id": small["id"]}, "before": {"name": "small", "born": small["born"]}}
    check(admin.call("DELETE", MODELS, gone).status, 200)
    listed = {one["name"]: one for one in admin.get("/api/v1/tables").json["tables"]}
    check(listed["models"]["origins"], {"ours": 1, "edited": 1, "own": 1, "removed": 1})
    removed = admin.get(f"{MODELS}/removed").json["removed"]
    check([(one["set"], sorted(one["row_key"].split("|"))) for one in removed], [("models", ["1", "small"])])
    for origin, name in (("ours", "middle"), ("edited", "big"), ("own", "mine")):
        found = page(admin, origin=origin)
        check((found["total"], [one["name"] for one in found["rows"]]), (1, [name]), origin)
    check(page(admin, origin="edited", search="nothing")["total"], 0)

    # Back as it was: nobody edited it. Adding a row that a set knows of is its own, all the same.
    check(change(admin, "big", size=70.5, active=True).status, 200)
    check(row(admin, "big")[1]["origin"], "ours")
    # A value of many digits, a date: what is stored is what is compared.
    check(change(admin, "big", born="2020-01-01", size=0.1).status, 200)
    check(row(admin, "big")[1]["edited"], ["size", "born"])

    # What our file says of a row that its set, in mode insert, would leave alone.
    report = admin.get(f"{MODELS}/differences").json
    rows = {one["key"]: one for one in report["sets"][0]["listed"]}
    key = row(admin, "big")[1]["row_key"]
    cells = {cell["column"]: (cell["before"], cell["after"]) for cell in rows[key]["cells"]}
    check(set(cells), {"size", "born"}, cells)
    check(cells["size"], ("0.1", "70.5"))
    assert "canary" not in json.dumps(report)

    # Rows of a table that two sets fill, each with its own key.
    tools = admin.get("/api/v1/tables/tools?order=name").json
    check([(one["set"], one["origin"]) for one in tools["origins"]], [("tools", "ours"), ("more-tools", "ours")])


def forms() -> None:
    """What a form has to know of each column, and what it hears of a value that does not fit."""
    admin = signed_in(ADA)
    table = page(admin)
    columns = {one["name"]: one for one in table["columns"]}
    check(columns["kind"]["values"], ["chat", "embedding"])
    check((columns["size"]["minimum"], columns["size"]["above_minimum"], columns["size"]["maximum"]), ("0", True, "1000"))
    check((columns["name"]["min_length"], columns["name"]["max_length"]), (1, 40))
    check(columns["account_id"]["references"], {"table": "accounts", "column": "id", "label": "email"})
    check(columns["double_size"]["generated"], True)
    check((columns["api_key"]["hidden"], columns["pin"]["hidden"], columns["name"]["hidden"]), (True, True, False))
    check([one for one in columns.values() if one["clock"]] != [], True)
    check((columns["note"]["nullable"], columns["kind"]["nullable"], columns["active"]["has_default"]), (True, False, True))
    check(table["labels"]["account_id"], {"1": "ada@example.com"})
    check(table["referenced_by"], [{"table": "uses", "columns": ["model_id"], "on_delete": "no action"}])
    choices = admin.get(f"{MODELS}/choices/account_id?search=BEN").json["choices"]
    check([(one["value"], one["label"]) for one in choices], [(2, "ben@example.com")])
    check({one["value"] for one in admin.get(f"{MODELS}/choices/kind").json["choices"]}, {"chat"})
    check(admin.get(f"{MODELS}/choices/api_key").status, 404)
    check(page(admin, order="api_key")["total"], page(admin)["total"])

    wrong = {"name": "x" * 41, "size": "huge", "kind": "nonsense", "active": "perhaps", "born": None}
    told = fields(admin.call("POST", MODELS, {"values": wrong}))
    check(set(told), {"name", "size", "kind", "active", "account_id"}, told)
    check(told["kind"], "kind must be one of chat, embedding")
    check(told["account_id"], "account_id needs a value")
    check(fields(change(admin, "middle", size=0))["size"], "size must be more than 0")
    check(fields(change(admin, "middle", size=1001))["size"], "size must be at most 1000")
    check(fields(change(admin, "middle", name=""))["name"], "name must not be empty")
    check(fields(change(admin, "middle", name=None))["name"], "name needs a value")
    check(fields(change(admin, "middle", options="{"))["options"], "options must be JSON")
    # What only the engine knows: keys of others, keys that stand twice, rules of several columns.
    check(fields(change(admin, "middle", account_id=77))["account_id"], "there is no such row in accounts")
    twice = fields(change(admin, "middle", name="big"))
    check(list(twice), ["name"], twice)
    assert all(part in twice["name"] for part in ("combination", "account_id", "name")), twice
    assert set(fields(change(admin, "middle", note="chat", kind="chat"))) <= {"note", "kind"}
    used, _ = row(admin, "middle")
    kept = admin.call("DELETE", MODELS, {"key": {"id": used["id"]}})
    check(kept.status, 422)
    assert "rows of uses refer to this one" in kept.text, kept.text
    check(row(admin, "middle")[0], used, "nothing was written")


def postgres_types() -> None:
    """Which value a type does not take, though the server does not say so."""
    admin = signed_in(ADA)
    check(set(fields(change(admin, "middle", born="yesterday-ish", size=3))), {"born"})


def conflicts() -> None:
    """Two people and one row: the second is told who it was, and nothing is lost."""
    admin, other = signed_in(ADA), signed_in(BEN)
    it, _ = row(admin, "middle")
    key = {"id": it["id"]}
    check(other.call("PATCH", MODELS, {"key": key, "values": {"note": "b"}}).code, "BED1023")
    revision = admin.get("/api/v1/config").json["revision"]
    both = {"revision": revision, "set": {"super_admin_emails": [ADA[0], BEN[0]]}}
    check(admin.call("PUT", "/api/v1/config", both).status, 200)
    before = {"note": it["note"], "size": it["size"], "born": it["born"], "active": it["active"]}
    check(admin.call("PATCH", MODELS, {"key": key, "before": before, "values": {"note": "first"}}).status, 200)
    late = other.call("PATCH", MODELS, {"key": key, "before": before, "values": {"note": "second"}})
    check((late.status, late.code), (409, "BED1032"))
    check((late.json["error"]["message"], late.json["error"]["by"]), (f"{ADA[0]} changed the row meanwhile", ADA[0]))
    check(row(admin, "middle")[0]["note"], "first")
    gone = other.call("DELETE", MODELS, {"key": key, "before": before})
    check(gone.code, "BED1032")


def runs() -> None:
    admin = signed_in(ADA)
    everything = admin.get("/api/v1/runs").json
    check((everything["total"], everything["outcomes"]), (2, {"done": 1, "failed": 1}))
    check(everything["commands"], {"seed": 1, "up": 1})
    second = admin.get("/api/v1/runs?limit=1&offset=1").json
    check(([one["command"] for one in second["runs"]], second["total"]), (["up"], 2))
    failed = admin.get("/api/v1/runs?outcome=failed").json
    check((failed["total"], failed["runs"][0]["command"]), (1, "seed"))
    check(admin.get("/api/v1/runs?outcome=failed&command=up").json["total"], 0)
    steps = admin.get(f"/api/v1/runs/{second['runs'][0]['run_id']}").json["runs"][0]["steps"]
    assert {"migrate", "seed"} <= {step["kind"] for step in steps}, steps


def migrations() -> None:
    member = signed_in(BEN)
    listed = {one["version"]: one for one in member.get("/api/v1/migrations").json["migrations"]}
    check({version: one["status"] for version, one in listed.items()}, {"1": "applied", "2": "missing", "3": "pending", "busy": "pending"})
    pending = member.get("/api/v1/migrations/3").json
    assert "CREATE TABLE later" in pending["up"]["sql"], pending
    gone = member.get("/api/v1/migrations/2").json
    check((gone["up"], gone["down"]), (None, None))
    assert "DROP TABLE uses" in gone["stored_down"], gone
    assert "CREATE VIEW" in member.get("/api/v1/migrations/busy").json["up"]["sql"]
    for name in ("4", "..%2F..%2Fetc%2Fpasswd", "%2e%2e"):
        assert member.get(f"/api/v1/migrations/{name}").status in (400, 404), name
    check(member.get("/api/v1/verify").json["state"], "diverged")


def overview() -> None:
    member = signed_in(BEN)
    it = member.get("/api/v1/overview").json
    check((it["database"]["state"], it["database"]["lifecycle"]), ("diverged", "RUNNING"))
    check([one["program"] for one in it["instances"]["instances"]], ["bedstone serve"])
    check(it["runs"]["runs"][0]["command"], "seed")
    first = it["next"][0]
    check((first["level"], first["page"]), ("fail", "/migrations"))
    assert "BED" not in first["text"] and first["advice"], first


if __name__ == "__main__":
    globals()[sys.argv[1]]()
