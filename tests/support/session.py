"""One run of one story: its folder, its variables, its database, what its last command said."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from . import commands_check, commands_files, commands_programs, commands_servers, words
from .database import Database
from .expect import Command, read_prefix
from .process import Failure, Outcome, Running, Skip, Stop, StoryTimeout, sanitizer_options
from .servers import Postgres, Servers
from .story import Line, Story
from .tcp_proxy import Proxy

COMMANDS: dict[str, Command] = {
    **commands_programs.COMMANDS,
    **commands_check.COMMANDS,
    **commands_files.COMMANDS,
    **commands_servers.COMMANDS,
}


@dataclass(frozen=True)
class House:
    """What all stories share."""

    repository: Path
    build: Path
    servers: Servers
    update: bool = False
    keep: bool = False
    verbose: bool = False
    interrupted: threading.Event = field(default_factory=threading.Event)
    live: set[Running] = field(default_factory=set)

    def interrupt(self) -> None:
        """Ends all programs of all stories; each then fails and cleans up behind itself."""
        self.interrupted.set()
        for running in list(self.live):
            running.kill()

    @property
    def bedstone(self) -> Path:
        return self.build / "bin" / "bedstone"

    @cached_property
    def mounts(self) -> bool:
        """Whether stories may have file systems of their own."""
        with tempfile.TemporaryDirectory() as folder:
            argv = [str(self.repository / "tests" / "faults" / "small_disk"), "64k", folder, "true"]
            return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0

    @cached_property
    def sanitized(self) -> bool:
        """Whether the build is slower and larger than what is shipped."""
        cache = self.build / "CMakeCache.txt"
        return cache.exists() and re.search(r"^BEDSTONE_SANITIZE:\w+=.", cache.read_text(), re.MULTILINE) is not None

    @property
    def slowness(self) -> int:
        """How many times as long a story may take, and wait for something."""
        return 3 if self.sanitized else 1


@dataclass
class Report:
    """How one run ended. `goldens` are the sections to rewrite under UPDATE_GOLDEN."""

    status: str  # "passed", "failed", "skipped"
    text: str = ""
    seconds: float = 0.0
    goldens: dict[str, str] = field(default_factory=dict)


class Session:
    """Not thread-safe; each run has its own."""

    def __init__(self, story: Story, engine: str, house: House) -> None:
        self.story, self.engine, self.house = story, engine, house
        self.root = Path(tempfile.mkdtemp(prefix="bedstone-story."))
        self.work = self.root / "work"
        self.reports = self.root / "reports"
        self.cwd = self.work
        self.deadline = time.monotonic() + story.timeout_s * house.slowness
        self.env: dict[str, str] = {}
        self.last: Outcome | None = None
        self.stdin: bytes | None = None
        self.started: list[Running] = []
        self.background: dict[str, Running] = {}
        self.proxies: dict[str, Proxy] = {}
        self.own_server: Postgres | None = None
        self.database: Database | None = None
        self.goldens: dict[str, str] = {}
        self.transcript: list[str] = []

    def run(self) -> Report:
        started = time.monotonic()
        report = Report("passed")
        line: Line | None = None
        try:
            self._set_up()
            for line in self.story.lines:
                if self.house.interrupted.is_set():
                    raise Failure("interrupted")
                if self._applies(line):
                    self._note(f"{line.number}: {line.text}")
                    self.perform([words.expand(word, self.env) for word in line.words])
        except Stop:
            pass
        except Skip as reason:
            report = Report("skipped", str(reason))
        except (Failure, words.SyntaxProblem) as problem:
            report = Report("failed", self._describe(line, problem))
        finally:
            self._tear_down(report)
        report.seconds = time.monotonic() - started
        report.goldens = self.goldens
        return report

    def perform(self, parts: list[str]) -> None:
        """One command with its prefix. Raises Failure."""
        expect, rest = read_prefix(parts)
        if not rest:
            raise Failure("a command is missing")
        command = COMMANDS.get(rest[0])
        if command is None:
            raise Failure(f"there is no command {rest[0]!r}; docs/testing.md lists them")
        if (expect.negated and command.takes == "") or (expect.status is not None and command.takes != "status"):
            raise Failure(f"{rest[0]} takes no {'!' if expect.negated else 'exit status'}")
        command.run(self, rest[1:], expect)

    # What the commands use.

    def program(self, parts: Sequence[str]) -> list[str]:
        """The argv of `bedstone …`, `exec …`, `sql …` or `sqlfile …`. Raises Failure."""
        if parts and parts[0] == "bedstone":
            if not self.house.bedstone.exists():
                raise Failure(f"{self.house.bedstone} is not built")
            return [str(self.house.bedstone), *parts[1:]]
        if len(parts) > 1 and parts[0] == "exec":
            return list(parts[1:])
        if len(parts) > 1 and parts[0] in ("sql", "sqlfile"):
            return commands_programs.sql_argv(self, list(parts))
        raise Failure(f"expected bedstone, exec, sql or sqlfile; not {' '.join(parts[:1]) or 'nothing'}")

    def start(self, argv: Sequence[str], extra: dict[str, str] | None = None) -> Running:
        running = Running(argv, {**self.env, **(extra or {})}, self.cwd, self.stdin)
        self.stdin = None
        self.started.append(running)
        self.house.live.add(running)
        return running

    def output(self, name: str) -> str:
        """Of the last command. Raises Failure."""
        if self.last is None:
            raise Failure(f"no command before that had a {name}")
        return self.last.stdout if name == "stdout" else self.last.stderr

    def path(self, name: str) -> Path:
        return self.cwd / name

    def own_path(self, name: str) -> Path:
        """A path to change: inside the story's folder. Raises Failure."""
        path = Path(os.path.normpath(self.cwd / name))
        if not path.is_relative_to(self.root):
            raise Failure(f"{path} lies outside the story's folder")
        return path

    def named(self, name: str) -> Running:
        if name not in self.background:
            raise Failure(f"nothing runs in the background as {name!r}")
        return self.background[name]

    def placeholders(self) -> list[tuple[str, str]]:
        """What the goldens call the things of this run."""
        pairs = [(str(self.work), "<work>"), (str(self.root), "<temp>"), (str(self.house.repository), "<repository>")]
        for name, placeholder in (
            ("DATABASE_URL", "<database-url>"), ("DIRECT_URL", "<database-url>"), ("DBNAME", "<database>"),
            ("PG_SOCKET", "<pg-socket>"), ("PG_PORT", "<pg-port>"), ("PGBOUNCER_PORT", "<pg-port>"),
        ):  # fmt: skip
            if self.engine != "none" and name in self.env:
                pairs.append((self.env[name], placeholder))
        return pairs

    # The frame of a run.

    def _set_up(self) -> None:
        if "small-disk" in self.story.needs and not self.house.mounts:
            raise Skip("this user may not mount a file system (tests/faults/small_disk)")
        self.root.chmod(0o755)
        for folder in ("work", "home", "tmp"):
            (self.root / folder).mkdir(mode=0o755)
        self.reports.mkdir()
        self.reports.chmod(0o1777)  # for whatever user a program runs as
        for name, content in self.story.archive.sections.items():
            file = self.own_path(name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8", newline="")
        if "own-server" in self.story.needs and self.engine in ("postgres", "pgbouncer"):
            self.own_server = self.house.servers.own(self.root.name)
        self.env = self._environment()
        self.database = Database(
            self.engine, self.story.name, self.story.database, self.work, self.house.servers, self.own_server
        )
        self.env |= self.database.variables

    def _environment(self) -> dict[str, str]:
        path = f"{self.house.build / 'bin'}:{os.environ.get('PATH', '/usr/local/bin:/usr/bin:/bin')}:/usr/sbin"
        return {
            "PATH": path, "HOME": str(self.root / "home"), "TMPDIR": str(self.root / "tmp"), "TZ": "UTC",
            "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "USER": "tester", "LOGNAME": "tester", "SHELL": "/bin/sh",
            "WORK": str(self.work), "REPO": str(self.house.repository), "BUILD": str(self.house.build),
            "ENGINE": self.engine, "PYTHONDONTWRITEBYTECODE": "1",
            **sanitizer_options(self.reports / "sanitizer"), **self._wishes(),
        }  # fmt: skip

    def _wishes(self) -> dict[str, str]:
        """What somebody who looks at pages asks of the browser tests."""
        names = ("BEDSTONE_SCREENSHOTS", "BEDSTONE_WEB", "BEDSTONE_CHROMIUM")
        return {name: os.environ[name] for name in names if name in os.environ} if self.story.browser else {}

    def _applies(self, line: Line) -> bool:
        return all(self._guard(line, name) == wanted for wanted, name in line.guards)

    def _guard(self, line: Line, name: str) -> bool:
        if name.startswith("exec:"):
            return shutil.which(name.removeprefix("exec:"), path=self.env["PATH"]) is not None
        known = {
            "sqlite": self.engine == "sqlite",
            "postgres": self.engine in ("postgres", "pgbouncer"),
            "pgbouncer": self.engine == "pgbouncer",
            "root": os.geteuid() == 0,
            "sanitized": self.house.sanitized,
        }
        if name not in known:
            raise Failure(f"line {line.number}: there is no guard [{name}]: {', '.join(known)}, exec:PROGRAM")
        return known[name]

    def _note(self, text: str) -> None:
        self.transcript.append(text)
        if self.house.verbose:
            print(f"{self.story.name} [{self.engine}] {text}", flush=True)

    def _describe(self, line: Line | None, problem: Exception) -> str:
        number = line.number if line is not None else 1
        text = [f"{self.story.path}:{number}: {line.text if line is not None else 'setting the stage'}"]
        text += [f"  {part}" for part in str(problem).splitlines()]
        if self.last is not None and not isinstance(problem, StoryTimeout):
            text.append(f"  last program: {self.last.describe() or 'still running'}")
            for name in ("stdout", "stderr"):
                content = self.output(name)
                text.append(f"  {name}:" if content else f"  {name}: nothing")
                text += [f"  | {part}" for part in content[-6000:].splitlines()]
        for name, running in self.background.items():
            so_far = running.so_far()
            text.append(f"  background {name}: {so_far.describe() or 'still running'}")
            text += [f"  | {part}" for part in (so_far.stdout + so_far.stderr)[-2000:].splitlines()]
        return "\n".join(text)

    def _tear_down(self, report: Report) -> None:
        for running in self.started:
            running.kill()
            self.house.live.discard(running)
        self._read_sanitizers(report)
        for proxy in self.proxies.values():
            proxy.stop()
        try:
            if self.own_server is not None:
                self.own_server.stop()
                shutil.rmtree(self.own_server.folder, ignore_errors=True)
            elif self.database is not None:
                self.database.forget()
        finally:
            if self.house.keep and report.status == "failed":
                report.text += f"\n  kept: {self.root}"
            else:
                _remove(self.root)

    def _read_sanitizers(self, report: Report) -> None:
        """A report fails the story even where nobody looks at the program's status, or it became another program."""
        texts = [file.read_text(errors="replace")[:6000] for file in sorted(self.reports.glob("sanitizer.*"))]
        if texts:
            first = report.text or f"{self.story.path}:1: a sanitizer has something to report"
            report.status, report.text = "failed", "\n".join([first, *texts])


def _remove(folder: Path) -> None:
    """Even what a story made unwritable."""
    for path, folders, _ in os.walk(folder):
        for name in folders:
            with contextlib.suppress(OSError):
                if not (Path(path) / name).is_symlink():
                    (Path(path) / name).chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)
