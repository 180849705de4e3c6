"""Runs a program on a terminal of its own, for what only people at a terminal see."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .process import Failure, Outcome, StoryTimeout


def run(argv: Sequence[str], env: Mapping[str, str], cwd: Path, deadline: float) -> Outcome:
    """stdout of the outcome is all that the terminal showed. Raises Failure."""
    ours, theirs = pty.openpty()
    shown = b""
    try:
        try:
            process = subprocess.Popen(
                list(argv), env={**env, "TERM": "xterm", "COLUMNS": "100"}, cwd=cwd,
                stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
                # The session's own, as a terminal that somebody sits at.
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            )  # fmt: skip
        except OSError as problem:
            raise Failure(f"cannot start {argv[0]}: {problem.strerror}") from problem
        finally:
            os.close(theirs)
        while True:
            readable, _, _ = select.select([ours], [], [], 0.1)
            piece = b""
            if readable:
                with contextlib.suppress(OSError):  # EIO: the last writer closed the terminal
                    piece = os.read(ours, 65536)
                shown += piece
            if not piece and process.poll() is not None:
                break
            if time.monotonic() > deadline:
                process.kill()
                process.wait()
                raise StoryTimeout(f"out of time: {' '.join(argv)}\n{shown.decode(errors='replace')}")
    finally:
        os.close(ours)
    return Outcome((process.returncode,), shown.decode("utf-8", errors="replace").replace("\r\n", "\n"))
