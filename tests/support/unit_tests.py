"""Runs GoogleTest programs and counts their cases."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .process import Failure, Running, sanitizer_options
from .session import House
from .stories import selected
from .tally import Tally

_TIMEOUT_S = 900.0


def find(build: Path, patterns: Sequence[str]) -> list[tuple[Path, str]]:
    """(program, filter) of what <build>/unit_tests.txt lists. A pattern may be `unit/PROGRAM:FILTER`."""
    listing = build / "unit_tests.txt"
    programs = sorted(Path(line) for line in listing.read_text().split()) if listing.exists() else []
    found = []
    for program in programs:
        name = f"unit/{program.name}"
        filters = [p.partition(":")[2] for p in patterns if p.partition(":")[0] in (name, program.name) and ":" in p]
        if filters:
            found.append((program, ":".join(filters)))
        elif selected(name, patterns):
            found.append((program, ""))
    return found


def run_all(programs: Sequence[tuple[Path, str]], house: House, jobs: int, postgres_url: str) -> Tally:
    tally = Tally()
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for part in pool.map(lambda item: _run_one(item[0], item[1], house, postgres_url), programs):
            tally.add(part)
    return tally


def _run_one(program: Path, pattern: str, house: House, postgres_url: str) -> Tally:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("BEDSTONE_", "PG", "DATABASE_URL"))}
    env |= {"TZ": "UTC", "LC_ALL": "C.UTF-8", **sanitizer_options()}
    if postgres_url:
        env["BEDSTONE_TEST_POSTGRES"] = postgres_url
    with tempfile.TemporaryDirectory(prefix="bedstone-unit.") as folder:
        Path(folder).chmod(0o755)  # some tests go on as a user without rights
        result = Path(folder) / "result.json"
        argv = [str(program), f"--gtest_output=json:{result}", "--gtest_brief=1"]
        if pattern:
            argv.append(f"--gtest_filter={pattern}")
        try:
            running = Running(argv, {**env, "TMPDIR": folder}, Path(folder), None)
            house.live.add(running)
            outcome = running.wait(time.monotonic() + _TIMEOUT_S)
            house.live.discard(running)
        except Failure as problem:
            print(f"FAIL unit/{program.name}: {problem}\n", flush=True)
            return Tally(failed=1, failures=[f"unit/{program.name}"])
        tally = _count(program, result) if result.exists() else Tally()
    if outcome.succeeded and not tally.failed and (tally.passed or tally.skipped):
        return tally
    if not tally.failed:  # it crashed, or ran nothing at all
        tally.count("failed", f"unit/{program.name}")
    text = (outcome.stdout + outcome.stderr)[-12000:]
    print(f"FAIL unit/{program.name} ({outcome.describe()})\n{text}\n  again: ./test unit/{program.name}\n", flush=True)
    return tally


def _count(program: Path, result: Path) -> Tally:
    tally = Tally()
    for suite in json.loads(result.read_text(encoding="utf-8"))["testsuites"]:
        for case in suite["testsuite"]:
            name = f"unit/{program.name}:{suite['name']}.{case['name']}"
            if case.get("failures"):
                tally.count("failed", name)
            elif case.get("result") == "COMPLETED":
                tally.count("passed", name)
            else:
                tally.count("skipped", name)
                print(f"SKIP {name}", flush=True)
    return tally
