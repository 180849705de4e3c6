"""Commands that run programs: one after the other, in the background, many at once, until one succeeds."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import terminal
from .database import sql_command
from .expect import Command, Expect, read_prefix
from .process import Failure, Outcome, StoryTimeout
from .story import seconds

if TYPE_CHECKING:
    from .session import Session


def sql_argv(session: Session, parts: list[str]) -> list[str]:
    """Of `sql [-super | -d URL] QUERY` and `sqlfile [-super | -d URL] FILE`. Raises Failure."""
    name, rest = parts[0], parts[1:]
    database = session.database
    url = database.direct_url if database is not None else ""
    if rest[:1] == ["-super"] and database is not None:
        url, rest = database.superuser_url(), rest[1:]
    elif rest[:1] == ["-d"] and len(rest) > 1:
        url, rest = rest[1], rest[2:]
    if len(rest) != 1 or not rest[0].strip():
        raise Failure(f"usage: {COMMANDS[name].usage}")
    return sql_command(url, ["-c" if name == "sql" else "-f", rest[0]])


def _run(name: str) -> Callable[[Session, list[str], Expect], None]:
    def run(session: Session, args: list[str], expect: Expect) -> None:
        running = session.start(session.program([name, *args]))
        session.last = running.wait(session.deadline)
        expect.check(session.last)

    return run


def _tty(session: Session, args: list[str], expect: Expect) -> None:
    argv = session.program(args)
    session.last = terminal.run(argv, session.env, session.cwd, session.deadline)
    expect.check(session.last)


def _background(session: Session, args: list[str], _: Expect) -> None:
    if len(args) < 2:
        raise Failure("usage: background NAME COMMAND…")
    if args[0] in session.background:
        raise Failure(f"{args[0]!r} runs already")
    session.background[args[0]] = session.start(session.program(args[1:]))


def _wait(session: Session, args: list[str], expect: Expect) -> None:
    if len(args) == 3 and args[1] in ("exitcode", "?") and args[2].isdigit():
        expect = Expect(status=int(args[2]))
    elif len(args) != 1:
        raise Failure("usage: wait NAME [exitcode N]")
    session.last = session.named(args[0]).wait(session.deadline)
    del session.background[args[0]]
    expect.check(session.last)


def _output(session: Session, args: list[str], _: Expect) -> None:
    if len(args) != 1:
        raise Failure("usage: output NAME")
    session.last = session.named(args[0]).so_far()


def _signal(session: Session, args: list[str], _: Expect) -> None:
    if len(args) != 2 or not hasattr(signal, f"SIG{args[0]}"):
        raise Failure("usage: signal TERM|KILL|INT|… NAME")
    session.named(args[1]).send(signal.Signals[f"SIG{args[0]}"])


def _stop_or_go(sign: signal.Signals, name: str) -> Callable[[Session, list[str], Expect], None]:
    def run(session: Session, args: list[str], _: Expect) -> None:
        if len(args) != 1:
            raise Failure(f"usage: {name} NAME")
        session.named(args[0]).send(sign)

    return run


def _sleep(session: Session, args: list[str], _: Expect) -> None:
    if len(args) != 1:
        raise Failure("usage: sleep TIME")
    wanted = _seconds(args[0])
    time.sleep(max(0.0, min(wanted, session.deadline - time.monotonic())))
    if time.monotonic() >= session.deadline:
        raise StoryTimeout("out of time: sleep")


def _until(session: Session, args: list[str], _: Expect) -> None:
    """`until 10s COMMAND…`, or `until 10s stdout PATTERN COMMAND…`."""
    if len(args) < 2:
        raise Failure("usage: until TIME [stdout|stderr PATTERN] COMMAND…")
    limit_s = _seconds(args[0]) * session.house.slowness
    end = min(time.monotonic() + limit_s, session.deadline)
    tests: list[list[str]] = [args[1:]]
    if args[1] in ("stdout", "stderr") and len(args) > 3:
        tests = [args[3:], args[1:3]]
    pause_s = 0.02
    while True:
        try:
            for test in tests:
                session.perform(list(test))
            return
        except StoryTimeout:
            raise
        except Failure as problem:
            if time.monotonic() + pause_s >= end:
                raise Failure(f"not within {limit_s:g}s: {problem}") from problem
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, 0.25)


def _parallel(session: Session, args: list[str], expect: Expect) -> None:
    """Each gets its number, from 1, as $PARALLEL_INDEX."""
    if len(args) < 2 or not args[0].isdigit() or int(args[0]) < 1:
        raise Failure("usage: parallel N COMMAND…")
    inner, rest = read_prefix(args[1:])
    argv = session.program(rest)
    stdin = session.stdin
    runs = []
    try:
        for index in range(1, int(args[0]) + 1):
            session.stdin = stdin
            runs.append(session.start(argv, {"PARALLEL_INDEX": str(index)}))
        outcomes = [running.wait(session.deadline) for running in runs]
    finally:
        for running in runs:
            running.kill()
    session.last = Outcome(
        tuple(status for outcome in outcomes for status in outcome.statuses),
        "".join(outcome.stdout for outcome in outcomes),
        "".join(outcome.stderr for outcome in outcomes),
    )
    (expect if inner == Expect() else inner).check(session.last)


def _seconds(text: str) -> float:
    try:
        return seconds(re.sub(r"-?seconds?$", "s", text))
    except ValueError as problem:
        raise Failure(str(problem)) from problem


COMMANDS: dict[str, Command] = {
    "bedstone": Command(_run("bedstone"), "bedstone ARGUMENT…", "status"),
    "exec": Command(_run("exec"), "exec PROGRAM ARGUMENT…", "status"),
    "sql": Command(_run("sql"), "sql [-super | -d URL] QUERY", "status"),
    "sqlfile": Command(_run("sqlfile"), "sqlfile [-super | -d URL] FILE", "status"),
    "tty": Command(_tty, "tty COMMAND…", "status"),
    "background": Command(_background, "background NAME COMMAND…"),
    "wait": Command(_wait, "wait NAME [exitcode N]", "status"),
    "output": Command(_output, "output NAME"),
    "signal": Command(_signal, "signal TERM|KILL|… NAME"),
    "freeze": Command(_stop_or_go(signal.SIGSTOP, "freeze"), "freeze NAME"),
    "thaw": Command(_stop_or_go(signal.SIGCONT, "thaw"), "thaw NAME"),
    "sleep": Command(_sleep, "sleep TIME"),
    "until": Command(_until, "until TIME [stdout|stderr PATTERN] COMMAND…"),
    "parallel": Command(_parallel, "parallel N COMMAND…", "status"),
}
