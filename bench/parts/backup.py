"""A backup of a SQLite file of 200 MB beside a plain copy of it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import statistics
import subprocess
import time
from pathlib import Path

from .stage import Stage

ROWS = 190_000
ROUNDS = 5


def make_database(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE big (id INTEGER PRIMARY KEY, name TEXT, body BLOB)")
    rows = ((number, f"row {number}", os.urandom(960)) for number in range(ROWS))
    database.executemany("INSERT INTO big VALUES (?, ?, ?)", rows)
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def plain_copy(source: Path, target: Path) -> None:
    """What `cp` and `sync FILE` do: a copy that survives a crash as well."""
    with source.open("rb") as reader, target.open("wb") as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)
        writer.flush()
        os.fsync(writer.fileno())


def timed(call) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def run(stage: Stage) -> None:
    project = stage.project("backup", 1)
    database = stage.folder / "backup.db"
    make_database(database)
    copies, backups = [], []
    for number in range(ROUNDS):
        copy, backup = stage.folder / f"copy{number}", stage.folder / f"backup{number}.db"
        command = ["env", f"DATABASE_URL=sqlite:{database}", str(stage.bedstone), "-C", str(project), "--quiet", "backup", str(backup)]
        copies.append(timed(lambda: plain_copy(database, copy)))
        backups.append(timed(lambda: subprocess.run(command, check=True, capture_output=True)))
        copy.unlink()
        backup.unlink()
    copied, backed = statistics.median(copies), statistics.median(backups)
    size = database.stat().st_size / 1e6
    stage.note(f"backup of {size:.0f} MB, sqlite: checked, by times of a synced copy", backed / copied, "x", 1.5,
               f"{backed:.2f} s, a copy {copied:.2f} s")
