"""Settings in a running program: a cached read, how soon a change is seen, and loading very many of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .stage import Stage

MANY = 10_000
# Engine, milliseconds until a change is seen.
VISIBLE = [("sqlite", 100.0), ("postgres", 10.0)]
KINDS = [
    ("n{}", "{{type: int, default: 0, min: 0}}", "{}"),
    ("s{}", "{{type: string, default: none}}", "the value of number {}"),
    ("l{}", "{{type: list, default: []}}", "one,two,{}"),
    ("d{}", "{{type: duration, default: 1s}}", "{}s"),
]


def run(stage: Stage) -> None:
    build = stage.bedstone.parent.parent
    subprocess.run(["cmake", "--build", str(build), "--target", "bench_config"], check=True, capture_output=True)
    program = build / "bin" / "bench_config"
    few = _project(stage, "few", 20)
    many = _project(stage, "many", MANY)
    for engine, budget in VISIBLE:
        url = stage.url(engine, f"config_{engine}")
        subprocess.run(stage.up(few, url), check=True, capture_output=True)
        _measure(program, "provide", few, url)
        if engine == "sqlite":
            for threads in (1, 8):
                value, snapshot = _measure(program, "read", few, url, threads)
                note = f"a whole snapshot {snapshot:.1f} ns"
                stage.note(f"a cached read, {threads} thread{'s' if threads > 1 else ''}", value, "ns", 20.0, note)
        median, worst = _measure(program, "visible", few, url, 40)
        stage.note(f"another process's change is seen, {engine}", median, "ms", budget, f"worst of 40: {worst:.1f} ms")
    for engine, _ in VISIBLE:
        url = stage.url(engine, f"config_many_{engine}")
        subprocess.run(stage.up(many, url), check=True, capture_output=True)
        _measure(program, "provide", many, url)
        _fill(stage, engine, url)
        query, all_of_it = _measure(program, "load", many, url, 51)
        stage.note(f"{MANY:,} settings are loaded, {engine}", all_of_it, "ms", 20.0, f"the query {query:.1f} ms")


def _project(stage: Stage, name: str, count: int) -> Path:
    folder = stage.project(f"config_{name}", 1)
    lines = ["settings:"]
    for number in range(count):
        key, declaration, _ = KINDS[number % len(KINDS)]
        lines.append(f"  {key.format(number)}: {declaration.format()}")
    (folder / "settings.yaml").write_text("\n".join(lines) + "\n")
    return folder


def _fill(stage: Stage, engine: str, url: str) -> None:
    rows = []
    for number in range(MANY):
        key, _, value = KINDS[number % len(KINDS)]
        rows.append(f"('{key.format(number)}', '{value.format(number)}')")
    text = f"INSERT INTO system_config (config_key, config_value) VALUES {', '.join(rows)};"
    if engine == "sqlite":
        subprocess.run(["sqlite3", url.removeprefix("sqlite:")], input=text, text=True, check=True)
    else:
        subprocess.run(["psql", "-XAtq", url], input=text, text=True, check=True, capture_output=True)


def _measure(program: Path, measure: str, project: Path, url: str, number: int = 1) -> list[float]:
    command = [str(program), measure, str(project), url, str(number)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()]
