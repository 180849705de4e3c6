"""The stage of a measurement: programs, a PostgreSQL server, projects, and the table of results."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from support.servers import Postgres, Servers

LIMIT = Path(__file__).resolve().parent.parent / "limit"


@dataclass
class Measure:
    """What a command cost: milliseconds and KiB."""

    wall: float
    best: float
    cpu: float
    peak: int


@dataclass
class Row:
    name: str
    value: float | None
    unit: str
    budget: float | None
    note: str


class Stage:
    def __init__(self, build: Path, folder: Path, rounds: int, rivals: dict[str, Path]) -> None:
        self.bedstone, self.folder, self.rounds = build / "bin" / "bedstone", folder, rounds
        self.rivals = rivals
        self.rows: list[Row] = []
        self.servers = Servers()

    def __enter__(self) -> Stage:
        if not self.bedstone.exists():
            raise SystemExit(f"{self.bedstone} is missing: cmake --preset release && cmake --build build/release")
        for name, libraries in {"race": [], "sqlite_noop": ["-lsqlite3"], "sqlite_load": ["-lsqlite3"], "postgres_noop": ["-lpq"]}.items():
            headers = "-I/usr/include/postgresql"
            command = ["cc", "-O2", headers, str(LIMIT / f"{name}.c"), "-o", str(self.folder / name), *libraries]
            subprocess.run(command, check=True)
        self.servers.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.servers.stop()

    def url(self, engine: str, name: str) -> str:
        """A new, empty place; the server is reached over its Unix socket."""
        if engine == "sqlite":
            return f"sqlite:{self.folder}/{name}.db"
        self.psql("postgres", f'CREATE DATABASE "{name}"')
        server = self.server()
        return f"postgresql://postgres@/{name}?host={server.folder}&port={server.port}"

    def server(self) -> Postgres:
        assert self.servers.postgres is not None
        return self.servers.postgres

    def psql(self, database: str, query: str) -> str:
        server = self.server()
        command = ["psql", "-XAtq", "-h", str(server.folder), "-p", str(server.port), "-U", "postgres", "-d", database]
        return subprocess.run([*command, "-c", query], check=True, capture_output=True, text=True).stdout.strip()

    def grown_project(self, name: str, count: int) -> Path:
        """A folder with `count` small migrations as projects grow: every tenth makes a table, the others add to it."""
        folder = self.project(name, 1)
        for number in range(2, count + 1):
            table = f"grown_{(number - 2) // 10}"
            text = f"ALTER TABLE {table} ADD COLUMN c{number} integer;\n"
            if number % 10 == 2:
                text = f"CREATE TABLE {table} (id integer PRIMARY KEY, name text);\nCREATE INDEX {table}_name ON {table} (name);\n"
            (folder / "migrations" / f"{number:06}_{table}.sql").write_text(text)
        return folder

    def project(self, name: str, count: int) -> Path:
        """A folder with `count` small migrations of four statements each, with a table for each."""
        folder = self.folder / name
        (folder / "migrations").mkdir(parents=True)
        (folder / "bedstone.yaml").write_text("version: 1\nname: bench\ndatabase: {url: '${DATABASE_URL}', create: true}\n")
        for number in range(1, count + 1):
            table = f"table_{number}"
            (folder / "migrations" / f"{number:06}_{table}.sql").write_text(
                f"CREATE TABLE {table} (id integer PRIMARY KEY, name text NOT NULL, amount integer DEFAULT 0);\n"
                f"CREATE INDEX {table}_name ON {table} (name);\n"
                f"INSERT INTO {table} (id, name) VALUES (1, 'one');\n"
                f"UPDATE {table} SET amount = 1 WHERE id = 1;\n"
            )
        return folder

    def up(self, project: Path, url: str) -> list[str]:
        return ["env", f"DATABASE_URL={url}", str(self.bedstone), "-C", str(project), "up"]

    def race(self, *commands: list[str], rounds: int | None = None) -> list[Measure]:
        """The commands in turn, many times."""
        words: list[str] = [str(self.folder / "race"), str(rounds or self.rounds)]
        for number, command in enumerate(commands):
            words += (["--"] if number else []) + command
        done = subprocess.run(words, check=True, capture_output=True, text=True, env={**os.environ, "TZ": "UTC"})
        measures = []
        for line in done.stdout.splitlines():
            wall, best, cpu, peak = line.split()
            measures.append(Measure(float(wall), float(best), float(cpu), int(peak)))
        return measures

    def note(self, name: str, value: float | None, unit: str, budget: float | None, note: str = "") -> None:
        self.rows.append(Row(name, value, unit, budget, note))

    def report(self) -> int:
        print("| measure | found | budget | |\n|---|---|---|---|")
        failed = 0
        for row in self.rows:
            budget = "" if row.budget is None else f"{row.budget:g} {row.unit}"
            missed = row.budget is not None and row.value is not None and row.value > row.budget
            failed += missed
            found = "" if row.value is None else f"{row.value:.2f} {row.unit}"
            print(f"| {row.name} | {found} | {budget} | {'**missed** ' if missed else ''}{row.note} |")
        return 1 if failed else 0
