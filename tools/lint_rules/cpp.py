"""Rules for C++: which room may know which, what a header begins with, the format."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from . import NotHere, Rule, Tree

_BELOW_BOOTSTRAP = {"base", "sql", "data", "db", "store", "project", "schema", "migrate", "seed", "config", "backup", "health", "transfer"}
# From the ground up: what each room of src/ may include, beside itself and the public headers.
ROOMS: dict[str, set[str]] = {
    "base": set(),
    "sql": {"base"},
    "data": {"base"},
    "db": {"base"},
    "store": {"db", "base"},
    "project": {"data", "db", "base"},
    "schema": {"store", "db", "sql", "base"},
    "migrate": {"project", "store", "schema", "sql", "db", "base"},
    "seed": {"migrate", "project", "data", "store", "schema", "sql", "db", "base"},
    "config": {"project", "data", "store", "db", "base"},
    "backup": {"data", "db", "base"},
    "health": {"project", "store", "data", "db", "base"},
    "transfer": {"store", "schema", "data", "db", "base"},
    "bootstrap": _BELOW_BOOTSTRAP,
    "library": {"bootstrap", *_BELOW_BOOTSTRAP},
    "server": {"library", "bootstrap", *_BELOW_BOOTSTRAP},
    "cli": {"server", "library", "bootstrap", *_BELOW_BOOTSTRAP},
}
# Other people's headers, and the one place that knows them.
_OWNERS = {
    "sqlite3.h": "src/db/sqlite",
    "libpq-fe.h": "src/db/postgres",
    "yaml.h": "src/data",
    "re2/re2.h": "src/data",
    "sodium.h": "src/base",
    "microhttpd.h": "src/server",
    "curl/curl.h": "src/health",
}
_INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
_PUBLIC_MAY_USE = {"tl/expected.hpp"}


def _includes(tree: Tree, path: Path) -> Iterator[tuple[int, str, bool]]:
    """(line, file, whether in quotes)."""
    for number, line in tree.lines(path):
        match = _INCLUDE.match(line)
        if match is not None:
            yield number, match[1] or match[2], match[1] is not None


def layering(tree: Tree) -> Iterator[str]:
    """Dependencies point down only."""
    for path in tree.of(".cpp", ".hpp", ".h", under="src"):
        room = path.parts[1]
        if len(path.parts) > 2 and room not in ROOMS:
            yield f"{path}:1: the room {room} is not in tools/lint_rules/cpp.py: what may it include?"
            continue
        for number, name, quoted in _includes(tree, path):
            where = f"{path}:{number}"
            owner = _OWNERS.get(name)
            if owner is not None and not path.is_relative_to(owner):
                yield f"{where}: only {owner} includes {name}"
            if name.startswith("nlohmann/") and path.suffix != ".cpp" and not path.name.startswith("json"):
                yield f"{where}: JSON headers are slow to compile: they go into .cpp files, and headers called json*"
            for_tests = path.name.endswith("_test.cpp") or path.name.startswith("test")
            if quoted and not name.startswith("bedstone/") and not (for_tests and name.startswith("tests/")):
                yield from _room_problem(where, room, name)


def _room_problem(where: str, room: str, name: str) -> Iterator[str]:
    target = name.partition("/")[0]
    if "/" not in name or target not in ROOMS:
        yield f'{where}: include "{name}" by its room, as "{room}/…"'
    elif target != room and target not in ROOMS[room]:
        yield f"{where}: {room} must not know {target} (it may know {', '.join(sorted(ROOMS[room])) or 'nothing'})"


def public(tree: Tree) -> Iterator[str]:
    """The public headers pull in nobody else's, but `expected`."""
    for path in tree.of(".hpp", ".h", under="include"):
        for number, name, quoted in _includes(tree, path):
            if quoted and not name.startswith("bedstone/"):
                yield f"{path}:{number}: a public header includes {name}, which is not installed"
            if not quoted and ("/" in name or name.endswith((".h", ".hpp"))) and name not in _PUBLIC_MAY_USE:
                yield f"{path}:{number}: a public header pulls in {name}"


def headers(tree: Tree) -> Iterator[str]:
    """A header begins with a sentence and `#pragma once`."""
    for path in tree.of(".hpp", ".h"):
        lines = [line.rstrip() for _, line in tree.lines(path)]
        comment = [line for line in lines[: lines.index("#pragma once")]] if "#pragma once" in lines else None
        if comment is None:
            yield f"{path}:1: no #pragma once"
        elif not comment or not all(line.startswith("///") for line in comment):
            yield f"{path}:1: a header begins with `/// A sentence.` and #pragma once"
        elif not comment[-1].endswith("."):
            yield f"{path}:{len(comment)}: the sentence has no full stop"


def unused(tree: Tree) -> Iterator[str]:
    """A header that nothing includes is dead."""
    included = {
        name for path in tree.of(".cpp", ".hpp", ".h", ".def") for _, name, quoted in _includes(tree, path) if quoted
    }
    for path in tree.of(".hpp", ".h", under="src"):
        if str(path.relative_to("src")) not in included:
            yield f"{path}:1: nothing includes it"


def layout(tree: Tree) -> Iterator[str]:
    """clang-format has nothing to change."""
    if shutil.which("clang-format") is None:
        raise NotHere("clang-format is not installed")
    files = [str(path) for path in tree.of(".cpp", ".hpp", ".h")]
    if not files:
        return
    done = subprocess.run(
        ["clang-format", "--dry-run", "-Werror", "--ferror-limit=1", *files],
        cwd=tree.root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    places = {line.partition(": error:")[0] for line in done.stderr.splitlines() if ": error:" in line}
    for place in sorted(places):
        yield f"{place}: clang-format -i {place.partition(':')[0]}"
    if done.returncode != 0 and not places:
        yield f"clang-format failed: {done.stderr.strip()}"


RULES: dict[str, Rule] = {
    "layering": layering,
    "public": public,
    "headers": headers,
    "unused": unused,
    "format": layout,
}
