"""Finds stories, runs them side by side, and tells what happened in a fixed order."""

from __future__ import annotations

import contextlib
import fnmatch
import os
import traceback
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import txtar
from .session import House, Report, Session
from .story import BROWSER_SUFFIX, Story, load, load_browser
from .tally import Tally


@dataclass(frozen=True)
class Run:
    """A story on an engine."""

    story: Story
    engine: str

    @property
    def name(self) -> str:
        return f"{self.story.name} [{self.engine}]"

    @property
    def needs_server(self) -> bool:
        return self.engine in ("postgres", "pgbouncer") or "standby" in self.story.needs


def selected(name: str, patterns: Sequence[str]) -> bool:
    """A pattern is a part of a name, a shell pattern for it, or a path of the file."""
    if not patterns:
        return True
    return any(
        pattern in name or fnmatch.fnmatch(name, pattern) or pattern.removeprefix("./") in (f"tests/{name}.txtar", f"tests/{name}{BROWSER_SUFFIX}")
        for pattern in patterns
    )


def find(tests: Path, patterns: Sequence[str], engines: Iterable[str], soak: bool) -> list[Run]:
    """Raises StoryProblem."""
    wanted = set(engines)
    runs = []
    for path in sorted([*tests.rglob("*.txtar"), *tests.rglob(f"*{BROWSER_SUFFIX}")]):
        browser = path.name.endswith(BROWSER_SUFFIX)
        name = str(path.relative_to(tests)).removesuffix(BROWSER_SUFFIX if browser else ".txtar")
        if not selected(name, patterns):
            continue
        story = load_browser(path, name) if browser else load(path, name)
        if story.soak and not soak:
            continue
        runs += [Run(story, engine) for engine in story.engines if engine in wanted]
    return runs


def run_all(runs: Sequence[Run], house: House, jobs: int, missing: str) -> Tally:
    """`missing`: why there is no PostgreSQL server; empty when there is one."""
    tally = Tally()
    goldens: dict[Path, dict[str, str]] = {}
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        futures = [pool.submit(_run_one, run, house, missing) for run in runs]
        try:
            for run, future in zip(runs, futures, strict=True):
                report = future.result()
                if report.status == "passed" and house.update:
                    report = _keep_goldens(run, report, goldens)
                _tell(run, report, house)
                tally.count(report.status, run.name)
        except KeyboardInterrupt:
            _give_up(futures, house)
            raise
    return tally


def _run_one(run: Run, house: House, missing: str) -> Report:
    if run.needs_server and missing:
        return Report("skipped", missing)
    try:
        return Session(run.story, run.engine, house).run()
    except Exception as problem:  # a defect of the workshop must not pass for a story that was never run
        return Report("failed", f"{run.story.path}:1: the workshop itself failed: {problem}\n{traceback.format_exc()}")


def _keep_goldens(run: Run, report: Report, goldens: dict[Path, dict[str, str]]) -> Report:
    path = run.story.path
    known = goldens.setdefault(path, {})
    for name, text in report.goldens.items():
        if known.setdefault(name, text) != text:
            return Report("failed", f"{path}:1: {name} differs between engines; guard its cmp with [sqlite] / [postgres]")
        if run.story.archive.sections.get(name) != text:
            txtar.replace_section(path, name, text)
            run.story.archive.sections[name] = text
            print(f"updated {path}: {name}")
    return report


def _tell(run: Run, report: Report, house: House) -> None:
    if report.status == "failed":
        print(f"FAIL {run.name} ({report.seconds:.1f} s)\n{report.text}")
        print(f"  again: ./test {run.story.name} --engine {run.engine}\n", flush=True)
    elif report.status == "skipped":
        print(f"SKIP {run.name}: {report.text}", flush=True)
    elif house.verbose or os.environ.get("BEDSTONE_TEST_TIMES"):
        print(f"ok   {run.name} ({report.seconds:.1f} s)", flush=True)


def _give_up(futures: Sequence[Future[Report]], house: House) -> None:
    for future in futures:
        future.cancel()
    while not all(future.done() for future in futures):
        house.interrupt()
        for future in futures:
            if not future.done():
                with contextlib.suppress(Exception):
                    future.result(timeout=0.2)
