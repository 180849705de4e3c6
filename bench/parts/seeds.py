"""A million rows from a CSV file: into an empty table, again, with some changed, and merged as a whole."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from .stage import Measure, Stage

ROWS = 1_000_000
TABLE = "CREATE TABLE people (id integer PRIMARY KEY, email text NOT NULL, name text NOT NULL, data json)"
MIB = 64


def write_rows(path: Path, word: str = "Number", changed_word: str = "", every: int = 0) -> None:
    """`every`: so often a row has the other word."""
    with path.open("w") as file:
        file.write("id,email,name,data\n")
        for number in range(1, ROWS + 1):
            name = changed_word if every and number * 7919 % every == 0 else word
            file.write(f'{number},user{number}@example.com,User {name} {number},"{{""n"": {number}, ""tag"": ""t{number % 17}""}}"\n')


def write_set(project: Path, mode: str, *more: str) -> None:
    (project / "seeds" / "people.yaml").write_text("\n".join(["table: people", f"mode: {mode}", *more, "rows: {from: rows.csv}", ""]))


class Loads:
    """One engine: a project, and what the engine's own client needs for the same rows."""

    def __init__(self, stage: Stage, engine: str, rows: Path) -> None:
        self.stage, self.engine, self.rows = stage, engine, rows
        self.count = 0
        self.renew()

    def renew(self) -> None:
        self.count += 1
        name = f"seeds_{self.engine}_{self.count}"
        self.project = self.stage.folder / name
        (self.project / "migrations").mkdir(parents=True)
        (self.project / "seeds").mkdir()
        (self.project / "bedstone.yaml").write_text("version: 1\nname: bench\ndatabase: {url: '${DATABASE_URL}', create: true}\n")
        (self.project / "migrations" / "1_people.sql").write_text(TABLE + ";\n")
        self.url = self.stage.url(self.engine, name)
        self.take(self.rows)
        self.up()

    def take(self, rows: Path) -> None:
        target = self.project / "rows.csv"
        target.unlink(missing_ok=True)
        target.hardlink_to(rows)

    def up(self) -> Measure:
        [measure] = self.stage.race(self.stage.up(self.project, self.url), rounds=1)
        return measure

    def first(self, *words: str) -> Measure:
        """Into an empty table; the better of two, as of the client."""
        tries = []
        for _ in range(2):
            self.renew()
            write_set(self.project, *words)
            tries.append(self.up())
        return min(tries, key=lambda one: one.wall)

    def client(self, number: int) -> float:
        """Seconds for the same rows, into a table of the same kind."""
        name = f"client_{self.engine}_{number}"
        if self.engine == "sqlite":
            place = self.stage.folder / f"{name}.db"
            subprocess.run(["sqlite3", place, TABLE], check=True)
            command = [str(self.stage.folder / "sqlite_load"), str(place), str(self.rows)]
        else:
            self.stage.psql("postgres", f'CREATE DATABASE "{name}"')
            self.stage.psql(name, TABLE)
            server = self.stage.server()
            command = ["psql", "-XAtq", "-h", str(server.folder), "-p", str(server.port), "-U", "postgres", "-d", name]
            command += ["-c", f"\\copy people from '{self.rows}' csv header"]
        begin = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - begin


def run(stage: Stage) -> None:
    files = {name: stage.folder / f"{name}.csv" for name in ("rows", "some", "all")}
    write_rows(files["rows"])
    write_rows(files["some"], changed_word="Changed", every=100)
    write_rows(files["all"], word="Other")
    begin = time.perf_counter()
    subprocess.run(["sha256sum", files["rows"]], check=True, capture_output=True)
    digest = time.perf_counter() - begin
    for engine in ("sqlite", "postgres"):
        loads = Loads(stage, engine, files["rows"])
        client = min(loads.client(1), loads.client(2))
        measure(stage, engine, loads, client, digest, files)


def measure(stage: Stage, engine: str, loads: Loads, client: float, digest: float, files: dict[str, Path]) -> None:
    def note(name: str, found: Measure, unit: float, word: str, budget: float | None) -> None:
        took = found.wall / 1000
        detail = f"{took:.2f} s, {word} {unit:.2f} s; {found.peak / 1024:.0f} MiB"
        stage.note(f"1,000,000 rows, {engine}: {name}", took / unit, "×", budget, detail)
        peaks.append(found.peak / 1024)

    peaks: list[float] = []
    note("into an empty table, no ledger: times the client", loads.first("insert", "ledger: off"), client, "client", 1.3)
    first = loads.first("update")
    note("… with ledger: times the client", first, client, "client", 2)
    again = loads.up()
    stage.note(f"… nothing changed, {engine}: times sha256sum", again.wall / 1000 / digest, "×", 1, f"{again.wall:.0f} ms")
    loads.take(files["some"])
    note("… 1 % changed: times the first load", loads.up(), first.wall / 1000, "first", 0.6)
    write_set(loads.project, "update", "defaults: {data: null}")
    note("… all merged, nothing to change: times the client", loads.up(), client, "client", 3)
    loads.take(files["all"])
    note("… all merged, every row changed: times the client", loads.up(), client, "client", None)
    stage.note(f"… peak memory, {engine}", max(peaks), "MiB", MIB)
