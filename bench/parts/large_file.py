"""A migration of 200 MB, and ten thousand small ones."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from .stage import Stage

TARGET_BYTES = 200_000_000


def large_project(stage: Stage, engine: str) -> Path:
    project = stage.project(f"large_{engine}", 1)
    row = "INSERT INTO table_1 (id, name) VALUES ({}, '" + "x" * 900 + "');\n"
    with (project / "migrations" / "000002_large.sql").open("w") as file:
        number, written = 2, 0
        while written < TARGET_BYTES:
            written += file.write(row.format(number))
            number += 1
    return project


def run(stage: Stage) -> None:
    for engine in ("sqlite", "postgres"):
        project, url = large_project(stage, engine), stage.url(engine, f"large_{engine}")
        [large] = stage.race(stage.up(project, url), rounds=1)
        stage.note(f"200 MB migration, {engine}: peak memory", large.peak / 1024, "MiB", 32, f"{large.wall / 1000:.1f} s")
        many, place = stage.project(f"many_{engine}", 10_000), stage.url(engine, f"many_{engine}")
        begin = time.perf_counter()
        subprocess.run(stage.up(many, place), check=True, capture_output=True)
        took = time.perf_counter() - begin
        [again] = stage.race(stage.up(many, place), rounds=10)
        stage.note(f"10,000 migrations, {engine}: no-op `up`", again.wall, "ms", None, f"the first took {took:.1f} s")
