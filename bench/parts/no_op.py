"""A start with nothing to do, against open + one query + close in C."""

from __future__ import annotations

import subprocess

from .stage import Stage

# Engine, migrations, milliseconds above the bare program.
CASES = [("sqlite", 100, 1.0), ("sqlite", 1000, 3.0), ("postgres", 100, 1.5), ("postgres", 1000, 3.0)]


def run(stage: Stage) -> None:
    for engine, count, budget in CASES:
        name = f"noop_{engine}_{count}"
        project, url = stage.grown_project(name, count), stage.url(engine, name)
        subprocess.run(stage.up(project, url), check=True, capture_output=True)
        bare_target = url.removeprefix("sqlite:")
        bare = ["env", "A=1", str(stage.folder / f"{engine}_noop"), bare_target]
        least, ours = stage.race(bare, stage.up(project, url))
        note = f"{ours.wall:.2f} ms, bare {least.wall:.2f} ms"
        stage.note(f"no-op `up`, {engine}, {count} migrations: above bare C", ours.wall - least.wall, "ms", budget, note)
        note = f"{ours.peak / 1024:.1f} MiB, bare {least.peak / 1024:.1f} MiB"
        stage.note("… peak memory above bare C", (ours.peak - least.peak) / 1024, "MiB", 4.0, note)
