"""A transfer of a million rows from SQLite to PostgreSQL and back, beside what the engines' own clients need for the same rows."""

from __future__ import annotations

import sqlite3
import statistics
import subprocess
import time
from pathlib import Path

from .seeds import MIB, ROWS, TABLE, write_rows
from .stage import Stage

ROUNDS = 3


def fill(path: Path) -> None:
    database = sqlite3.connect(path)
    rows = ((n, f"user{n}@example.com", f"User Number {n}", f'{{"n": {n}, "tag": "t{n % 17}"}}') for n in range(1, ROWS + 1))
    database.executemany("INSERT INTO people VALUES (?, ?, ?, ?)", rows)
    database.commit()
    database.close()


def copied(stage: Stage, rows: Path, number: int) -> float:
    """Seconds that psql needs for the rows, into a table of the same kind."""
    name = f"copied_{number}"
    stage.psql("postgres", f'CREATE DATABASE "{name}"')
    stage.psql(name, TABLE)
    server = stage.server()
    command = ["psql", "-XAtq", "-h", str(server.folder), "-p", str(server.port), "-U", "postgres", "-d", name]
    begin = time.perf_counter()
    subprocess.run([*command, "-c", f"\\copy people from '{rows}' csv header"], check=True, capture_output=True)
    return time.perf_counter() - begin


def run(stage: Stage) -> None:
    rows = stage.folder / "transfer.csv"
    write_rows(rows)
    project = stage.folder / "transfer"
    (project / "migrations").mkdir(parents=True)
    (project / "bedstone.yaml").write_text("version: 1\nname: bench\ndatabase: {url: '${DATABASE_URL}', create: true}\n")
    (project / "migrations" / "1_people.sql").write_text(TABLE + ";\n")
    database = stage.folder / "transfer.db"
    subprocess.run(stage.up(project, f"sqlite:{database}"), check=True, capture_output=True)
    fill(database)
    there, client, peaks = [], [], []
    for number in range(ROUNDS):
        target = stage.url("postgres", f"moved_{number}")
        command = [str(stage.bedstone), "-C", str(project), "--quiet", "transfer", "--from", f"sqlite:{database}", "--to", target]
        client.append(copied(stage, rows, number))
        [measure] = stage.race(["env", f"DATABASE_URL=sqlite:{database}", *command], rounds=1)
        there.append(measure.wall / 1000)
        peaks.append(measure.peak / 1024)
    moved, least = statistics.median(there), statistics.median(client)
    stage.note("transfer of 1,000,000 rows, sqlite to postgres: compared, by times of \\copy", moved / least, "x", 2.5, f"{moved:.1f} s, \\copy {least:.1f} s")
    stage.note("… its peak of memory", max(peaks), "MiB", MIB)
