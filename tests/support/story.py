"""A story: one .txtar file, its header, and its lines; read once, run once per engine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from . import txtar, words

ENGINES = ("sqlite", "postgres", "pgbouncer", "none")
NEEDS = ("standby", "own-server", "small-disk")
_DEFAULT_TIMEOUT_S = 60.0
_BROWSER_TIMEOUT_S = 180.0
BROWSER_SUFFIX = ".test.mjs"
_GUARD = re.compile(r"\[(!?)([a-z]+(?::[\w.+-]+)?)\]\s*")
# `json` takes the rest of its line as it stands: its expressions are full of quotes.
_RAW = re.compile(r"(?P<not>!\s+)?(?P<name>json)\s+(?P<rest>.+)")
_TAG = re.compile(r"[A-Z]+\d+")


class StoryProblem(Exception):
    """A story that cannot be read; the text begins with file:line."""


@dataclass(frozen=True)
class Line:
    """One command with the guards before it."""

    number: int
    text: str
    guards: tuple[tuple[bool, str], ...]  # (wanted, name)
    words: tuple[words.Word, ...]


@dataclass
class Story:
    path: Path
    name: str
    engines: tuple[str, ...] = ("sqlite", "postgres")
    database: str = ""  # "created", "missing", or "" for the engine's default
    timeout_s: float = _DEFAULT_TIMEOUT_S
    needs: frozenset[str] = frozenset()
    soak: bool = False
    browser: bool = False
    shows: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)
    archive: txtar.Archive = field(default_factory=lambda: txtar.Archive(""))


def load(path: Path, name: str) -> Story:
    """Raises StoryProblem."""
    story = Story(path=path, name=name)
    try:
        story.archive = txtar.parse(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as problem:
        raise StoryProblem(f"{path}: {problem}") from problem
    in_header = True
    pending, pending_from = "", 0
    for number, text in enumerate(story.archive.script.splitlines(), start=1):
        stripped = text.strip()
        if not pending and (not stripped or stripped.startswith("#")):
            if in_header:
                _read_header(story, number, stripped.lstrip("#").strip())
            continue
        in_header = False
        pending_from = pending_from or number
        if stripped.endswith(" \\"):
            pending += stripped[:-1]
            continue
        story.lines.append(_read_line(story, pending_from, pending + stripped))
        pending, pending_from = "", 0
    if pending:
        raise StoryProblem(f"{path}:{pending_from}: the last line promises another one")
    if not story.lines:
        raise StoryProblem(f"{path}: a story without commands")
    return story


def load_browser(path: Path, name: str) -> Story:
    """A test that drives a browser: a program for Node.js with the head of a story as its first comments. Raises StoryProblem."""
    story = Story(path=path, name=name, database="missing", timeout_s=_BROWSER_TIMEOUT_S, browser=True)
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not text.startswith("//"):
            break
        _read_header(story, number, text.lstrip("/").strip())
    story.lines.append(_read_line(story, 1, f"exec node --test-reporter=spec $REPO/tests/{name}{BROWSER_SUFFIX}"))
    return story


def _read_header(story: Story, number: int, text: str) -> None:
    key, colon, value = text.partition(":")
    value = value.strip()
    items = tuple(item.strip() for item in value.split(",") if item.strip())
    where = f"{story.path}:{number}"
    if text == "soak":
        story.soak = True
    elif not colon:
        return
    elif key == "shows":
        wrong = [tag for tag in items if not _TAG.fullmatch(tag)]
        if wrong or not items:
            raise StoryProblem(f"{where}: shows: takes ids such as A2, P15; not {value!r}")
        story.shows += items
    elif key == "engines":
        story.engines = _known(where, key, items, ENGINES)
    elif key == "needs":
        story.needs = frozenset(_known(where, key, items, NEEDS))
    elif key == "database":
        (story.database,) = _known(where, key, items[:1], ("created", "missing"))
    elif key == "timeout":
        try:
            story.timeout_s = seconds(value)
        except ValueError as problem:
            raise StoryProblem(f"{where}: {problem}") from problem


def _known(where: str, key: str, items: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    for item in items:
        if item not in known:
            raise StoryProblem(f"{where}: {key}: knows {', '.join(known)}; not {item!r}")
    if not items:
        raise StoryProblem(f"{where}: {key}: needs a value")
    return items


def _read_line(story: Story, number: int, text: str) -> Line:
    guards: list[tuple[bool, str]] = []
    rest = text
    while (guard := _GUARD.match(rest)) is not None:
        guards.append((not guard[1], guard[2]))
        rest = rest[guard.end() :]
    raw = _RAW.fullmatch(rest)
    try:
        if raw is not None:
            parsed = words.split("! json" if raw["not"] else "json")
            parsed.append((words.Piece(raw["rest"].strip(), literal=False),))
        else:
            parsed = words.split(rest)
    except words.SyntaxProblem as problem:
        raise StoryProblem(f"{story.path}:{number}: {problem}") from problem
    if not parsed:
        raise StoryProblem(f"{story.path}:{number}: a guard without a command")
    return Line(number=number, text=text, guards=tuple(guards), words=tuple(parsed))


def seconds(text: str) -> float:
    """ "90", "90s", "1.5s", "200ms" or "2m" in seconds; raises ValueError."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|min)?", text)
    if match is None:
        raise ValueError(f"not a time: {text!r} (such as 500ms, 10s, 2m)")
    return float(match[1]) * {"ms": 0.001, "s": 1, "m": 60, "min": 60}[match[2] or "s"]
