"""Starting programs for a story: output into files, a session of their own, a deadline."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO


class Failure(Exception):
    """Why a story fails."""


class StoryTimeout(Failure):
    """The story's time is over."""


class Skip(Exception):
    """The story does not apply here; the text says why."""


class Stop(Exception):
    """The story ends early and well."""


@dataclass(frozen=True)
class Outcome:
    """What came of one command, or of several run together."""

    statuses: tuple[int, ...]
    stdout: str = ""
    stderr: str = ""

    @property
    def succeeded(self) -> bool:
        return all(status == 0 for status in self.statuses)

    def describe(self) -> str:
        return ", ".join(_describe(status) for status in self.statuses)


# What the sanitizers exit with: never a failure that a story may expect.
CRASH_STATUS = 99


def sanitizer_options(log: Path | None = None) -> dict[str, str]:
    """For the environment of programs. With `log`, reports go to files whose names begin so, not to stderr."""
    common = f"exitcode={CRASH_STATUS}" + (f":log_path={log}" if log is not None else "")
    memory = "detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1:strict_init_order=1"
    return {
        "ASAN_OPTIONS": f"{common}:{memory}",
        "LSAN_OPTIONS": common,
        "TSAN_OPTIONS": common,
        "UBSAN_OPTIONS": f"{common}:print_stacktrace=1",
    }


def crashed(status: int) -> bool:
    return status < 0 or status == CRASH_STATUS


def shell_status(status: int) -> int:
    """Death by signal N as 128+N, as shells say."""
    return 128 - status if status < 0 else status


def _describe(status: int) -> str:
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"exit status {status}"


class Running:
    """A program that was started. Its output goes to files, so that a grandchild that lives on blocks nobody."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, stdin: bytes | None) -> None:
        self.argv = list(argv)
        self._out: IO[bytes] = tempfile.TemporaryFile()
        self._err: IO[bytes] = tempfile.TemporaryFile()
        with tempfile.TemporaryFile() as source:
            source.write(stdin or b"")
            source.seek(0)
            try:
                self.process = subprocess.Popen(
                    self.argv, env=dict(env), cwd=cwd, stdin=source, stdout=self._out, stderr=self._err,
                    start_new_session=True,
                )  # fmt: skip
            except OSError as problem:
                raise Failure(f"cannot start {argv[0]}: {problem.strerror}") from problem

    def so_far(self) -> Outcome:
        status = self.process.poll()
        return Outcome(() if status is None else (status,), _text(self._out), _text(self._err))

    def wait(self, deadline: float) -> Outcome:
        """Raises StoryTimeout after killing it."""
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired as problem:
            self.kill()
            so_far = self.so_far()
            raise StoryTimeout(
                f"out of time: {' '.join(self.argv)}\nstdout:\n{so_far.stdout}\nstderr:\n{so_far.stderr}"
            ) from problem
        return self.so_far()

    def send(self, sign: signal.Signals) -> None:
        """To the program alone; a story that means its children, too, says so with `exec kill`."""
        if self.process.poll() is not None:
            raise Failure(f"it has ended already: {_describe(self.process.returncode)}")
        self.process.send_signal(sign)

    def kill(self) -> None:
        """With all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _text(file: IO[bytes]) -> str:
    # pread leaves the offset alone, which the child shares.
    size = os.fstat(file.fileno()).st_size
    return os.pread(file.fileno(), size, 0).decode("utf-8", errors="replace")
