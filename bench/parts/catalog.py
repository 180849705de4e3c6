"""Stamp and fingerprint of a schema with a thousand tables of ten columns and three indexes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .stage import Stage

TABLES = 1000


def wide_project(stage: Stage, engine: str) -> Path:
    project = stage.project(f"catalog_{engine}", 1)
    with (project / "migrations" / "000002_tables.sql").open("w") as file:
        for number in range(TABLES):
            columns = ", ".join(f"c{c} text NOT NULL DEFAULT 'x'" for c in range(9))
            file.write(f"CREATE TABLE wide_{number} (id integer PRIMARY KEY, {columns});\n")
            for index in range(3):
                file.write(f"CREATE INDEX wide_{number}_{index} ON wide_{number} (c{index});\n")
    return project


def run(stage: Stage) -> None:
    for engine in ("sqlite", "postgres"):
        project, url = wide_project(stage, engine), stage.url(engine, f"catalog_{engine}")
        subprocess.run(stage.up(project, url), check=True, capture_output=True)
        verify = ["env", f"DATABASE_URL={url}", str(stage.bedstone), "-C", str(project), "migrate", "verify"]
        bare = ["env", "A=1", str(stage.folder / f"{engine}_noop"), url.removeprefix("sqlite:")]
        # A no-op `up` asks the stamp alone; `verify` always reads the whole catalog.
        least, stamped, full = stage.race(bare, stage.up(project, url), verify, rounds=20)
        above = stamped.wall - least.wall
        stage.note(f"stamp of {TABLES} tables, {engine}: no-op `up` above bare C", above, "ms", 15.0, "")
        stage.note("… full fingerprint: `migrate verify` above that", full.wall - stamped.wall, "ms", 150.0, "")
        inspect = stage.bedstone.parent / "bench_inspect"
        if not inspect.exists():
            raise SystemExit(f"{inspect} is missing: cmake --build build/release --target bench_inspect")
        both = subprocess.run([str(inspect), url], check=True, capture_output=True, text=True).stdout.split()
        queries, reading = (float(word) for word in both)
        stage.note("… reading it, canonical text and fingerprint included: times the queries alone", reading / queries, "",
                   2.0, f"{reading:.0f} ms against {queries:.0f} ms")
