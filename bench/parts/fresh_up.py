"""A thousand small migrations on a new database, against the engine's own client with one transaction a file."""

from __future__ import annotations

import statistics
import subprocess
import time
from pathlib import Path

from .stage import Stage

COUNT, ROUNDS = 1000, 5


def seconds(command: list[str], stdin: Path | None = None) -> float:
    begin = time.perf_counter()
    with open(stdin or "/dev/null", "rb") as source:
        subprocess.run(command, stdin=source, check=True, capture_output=True)
    return time.perf_counter() - begin


def script(stage: Stage, engine: str, project: Path) -> Path:
    """The client reads the same files, each in a transaction."""
    lines = ["PRAGMA journal_mode = WAL;\nPRAGMA synchronous = NORMAL;\n"] if engine == "sqlite" else []
    lines += ["SET synchronous_commit = off;\n"] if engine == "postgres" else []
    for file in sorted((project / "migrations").iterdir()):
        include = ".read" if engine == "sqlite" else "\\i"
        lines.append(f"BEGIN;\n{include} {file}\nCOMMIT;\n")
    path = stage.folder / f"fresh_{engine}.script"
    path.write_text("".join(lines))
    return path


def client(engine: str, url: str, file: Path) -> tuple[list[str], Path | None]:
    if engine == "sqlite":
        return ["sqlite3", "-bail", url.removeprefix("sqlite:")], file
    return ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", str(file)], None


def run(stage: Stage) -> None:
    for engine, budget in (("sqlite", 1.25), ("postgres", 1.2)):
        project = stage.project(f"fresh_{engine}", COUNT)
        whole = script(stage, engine, project)
        ours, theirs = [], []
        for number in range(ROUNDS):
            command, stdin = client(engine, stage.url(engine, f"client_{engine}_{number}"), whole)
            theirs.append(seconds(command, stdin))
            ours.append(seconds(stage.up(project, stage.url(engine, f"fresh_{engine}_{number}"))))
        ratio = statistics.median(ours) / statistics.median(theirs)
        note = f"{statistics.median(ours):.2f} s, client {statistics.median(theirs):.2f} s"
        stage.note(f"fresh `up`, {engine}, {COUNT} migrations: times the client", ratio, "×", budget, note)
