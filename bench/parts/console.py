"""The console: from the start of a navigation until a person can use what it shows, in Chromium, on loopback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from statistics import median

from . import server
from .stage import Stage

PROGRAM = Path(__file__).with_suffix(".mjs")
REPOSITORY = PROGRAM.parents[2]
PACKAGES = REPOSITORY / "build" / "npm"
ROUNDS = 15
BUDGET = 200.0
# A page, whether somebody is signed in, and a part of it that only the server's answer brings.
PAGES = (("/", True, ".facts dd"), ("/sign-in", False, "input[name=email]"))


def run(stage: Stage) -> None:
    chromium = os.environ.get("BEDSTONE_CHROMIUM", "/usr/bin/chromium")
    if shutil.which("node") is None or not Path(chromium).exists() or not (PACKAGES / "node_modules" / "playwright-core").exists():
        raise SystemExit("node, chromium or playwright-core is missing: ./test installs them")
    for engine in ("sqlite", "postgres"):
        project = server.project(stage, f"console_{engine}")
        running = server.serve(stage, project, stage.url(engine, f"console_{engine}"))
        try:
            for path, signed_in, part in PAGES:
                _measure(stage, engine, running, path, signed_in, part)
        finally:
            running.stop()


def _measure(stage: Stage, engine: str, running: server.Server, path: str, signed_in: bool, part: str) -> None:
    cookie = server.signed_in(running) if signed_in else ""
    url = f"http://127.0.0.1:{running.port}"
    command = ["node", str(PROGRAM), str(PACKAGES), url, path, str(ROUNDS), cookie, part]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    first = [one["usable"] for one in told["first"]]
    again = median(one["usable"] for one in told["again"])
    content = median(one["content"] for one in told["first"])
    requests = len(told["first"][0]["entries"])
    note = f"median of {ROUNDS} browsers that know nothing of it; the best {min(first):.0f}; content after {content:.0f}; again {again:.0f}; {requests} requests"
    stage.note(f"`{path}`, {engine}: interactive", median(first), "ms", BUDGET, note)
