"""The same histories in other tools: a start with nothing to do, and the first one."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .fresh_up import seconds
from .stage import Measure, Stage

# Migrations, and how often the first start of the largest history is measured.
COUNTS, FIRST_STARTS = (100, 1000), 3


@dataclass(frozen=True)
class Rival:
    """How a tool is called, and how it wants a migration written: the ending of a file, the lines on top and below."""

    name: str
    version: list[str]
    ending: str
    head: str
    tail: str
    up: Callable[[str, Path], list[str]]


def goose_up(url: str, files: Path) -> list[str]:
    engine, target = ("sqlite3", url.removeprefix("sqlite:")) if url.startswith("sqlite:") else ("postgres", url)
    return ["-dir", str(files), engine, target, "up"]


def migrate_up(url: str, files: Path) -> list[str]:
    return ["-path", str(files), "-database", url.replace("sqlite:", "sqlite3://"), "up"]


def dbmate_up(url: str, files: Path) -> list[str]:
    # Without its dump of the schema, which would start pg_dump or sqlite3.
    return ["--no-dump-schema", "--url", url, "--migrations-dir", str(files), "up"]


RIVALS = [
    Rival("goose", ["-version"], ".sql", "-- +goose Up\n", "", goose_up),
    Rival("migrate", ["-version"], ".up.sql", "", "", migrate_up),
    Rival("dbmate", ["--version"], ".sql", "-- migrate:up\n", "-- migrate:down\n", dbmate_up),
]


class Entrant:
    """A rival that is installed."""

    def __init__(self, rival: Rival, program: Path) -> None:
        self.rival, self.program = rival, program
        done = subprocess.run([program, *rival.version], capture_output=True, text=True)
        number = re.search(r"v?(\d+\.\d+\.\d+)", done.stdout + done.stderr)
        if done.returncode != 0 or number is None:
            raise SystemExit(f"{program} does not tell a version: is that {rival.name}?")
        self.version = number[1]

    @property
    def title(self) -> str:
        return f"{self.rival.name} {self.version}"

    def rewrite(self, project: Path) -> Path:
        """The project's migrations in this tool's format."""
        files = project / self.rival.name
        files.mkdir()
        for file in sorted((project / "migrations").iterdir()):
            text = self.rival.head + file.read_text() + self.rival.tail
            (files / (file.stem + self.rival.ending)).write_text(text)
        return files

    def up(self, files: Path, url: str) -> list[str]:
        # `env` stands before each of the commands that are compared.
        address = url if url.startswith("sqlite:") else f"{url}&sslmode=disable"
        return ["env", "A=1", str(self.program), *self.rival.up(address, files)]


def entrants(stage: Stage) -> list[Entrant]:
    found = []
    for rival in RIVALS:
        program = stage.rivals.get(rival.name) or shutil.which(rival.name)
        if program is None:
            stage.note(f"beside {rival.name}", None, "", None, "not installed")
        else:
            found.append(Entrant(rival, Path(program)))
    return found


def first_start(command: list[str]) -> float:
    try:
        return seconds(command)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{' '.join(command)}\nended with {error.returncode}:\n{error.stderr.decode()}") from None


def expect_all(stage: Stage, engine: str, place: str, count: int) -> None:
    """Stops unless what the last migration makes is there."""
    query = f"SELECT count(c{count}) FROM grown_{(count - 2) // 10}"
    if engine == "sqlite":
        with contextlib.closing(sqlite3.connect(stage.folder / f"{place}.db")) as database:
            database.execute(query)
    else:
        stage.psql(place, query)


def run(stage: Stage) -> None:
    present = entrants(stage)
    if not present:
        return
    for engine in ("sqlite", "postgres"):
        for count in COUNTS:
            compare(stage, present, engine, count)


def compare(stage: Stage, present: list[Entrant], engine: str, count: int) -> None:
    name, largest = f"rivals_{engine}_{count}", count == max(COUNTS)
    project = stage.grown_project(name, count)
    calls: list[Callable[[str], list[str]]] = [lambda url: stage.up(project, url)]
    for entrant in present:
        calls.append(partial(entrant.up, entrant.rewrite(project)))

    first: list[list[float]] = [[] for _ in calls]
    commands: list[list[str]] = []
    for turn in range(FIRST_STARTS if largest else 1):
        places = [f"{name}_{turn}_{number}" for number in range(len(calls))]
        commands = [call(stage.url(engine, place)) for call, place in zip(calls, places)]
        for times, command, place in zip(first, commands, places):
            times.append(first_start(command))
            expect_all(stage, engine, place, count)

    note_no_op(stage, present, f"{engine}, {count} migrations", stage.race(*commands))
    if largest:
        note_fresh(stage, present, f"{engine}, {count} migrations", [statistics.median(times) for times in first])


def note_no_op(stage: Stage, present: list[Entrant], case: str, measures: list[Measure]) -> None:
    ours, *theirs = measures
    for entrant, their in zip(present, theirs):
        note = f"{ours.wall:.2f} ms, CPU {ours.cpu:.2f}; {entrant.title} {their.wall:.2f} ms, CPU {their.cpu:.2f}"
        stage.note(f"no-op `up`, {case}: times {entrant.rival.name}", ours.wall / their.wall, "×", 1.0, note)


def note_fresh(stage: Stage, present: list[Entrant], case: str, medians: list[float]) -> None:
    ours, *theirs = medians
    for entrant, their in zip(present, theirs):
        note = f"{ours:.2f} s, {entrant.title} {their:.2f} s"
        stage.note(f"fresh `up`, {case}: times {entrant.rival.name}", ours / their, "×", None, note)
